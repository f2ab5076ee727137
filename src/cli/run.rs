//! `verbatim run`: the main job.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::columns::{ColumnArgs, parsed};
use super::redaction::RedactArgs;
use super::settings::Settings;
use super::{Outcome, latest, output, summary, usage};
use crate::contribution::Credit;
use crate::engine::{Invited, Observer, Progress, Quiet, RunConfig, RunReport, run as run_engine};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::changes_output;
use crate::tables::Manifest;
use crate::tag::tagger::SegmentMode;

/// The survey that comes with the binary.
const SAMPLE: &[u8] = include_bytes!("../../data/appliance_survey.csv");
/// Its name, in tables and in the manifest.
const SAMPLE_NAME: &str = "appliance_survey.csv";
/// The lexicon that fits it.
const SAMPLE_LEXICON: &str = "appliance";

/// Flags of `verbatim run`; each goes before the same key of verbatim.toml.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct RunArgs {
    /// Files, globs, or `-` for standard input: CSV, TSV, XLSX, JSON Lines, Parquet. Without any: the bundled sample survey.
    pub(super) inputs: Vec<String>,
    /// The configuration file [default: ./verbatim.toml where it exists]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// A lexicon: a bundled name, a folder, or an output (OUT, OUT@PERIOD) for that by which it was tagged; repeat to overlay [default: as in the last run into the folder, else core]
    #[arg(long, value_name = "NAME|DIR")]
    pub(super) lexicon: Vec<String>,
    /// The folder for the tables [default: out]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) columns: ColumnArgs,
    /// Segment columns of the output folder that the input lacks: its answers count as `(blank)` there; repeat or separate by commas
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) blank: Vec<String>,
    /// How many people were invited, for the response rate: of one period, as in 2026-W23=500; repeat for others. A number alone
    /// where the answers are of one period
    #[arg(long, value_name = "[PERIOD=]N", value_parser = parse_invited)]
    pub(super) invited: Vec<(Option<String>, u64)>,
    /// How drivers share a respondent's credit: equal, grouped [default: equal]
    #[arg(long, value_parser = parsed::<Credit>)]
    pub(super) credit: Option<Credit>,
    /// Cells by at most so many segment columns: 1, or 2 for each pair of them too [default: 1]
    #[arg(long, value_name = "1|2")]
    pub(super) cube: Option<usize>,
    /// Cells of pairs with fewer respondents are taken together as `(small)` [default: 10]
    #[arg(long, value_name = "N")]
    pub(super) smallest_cell: Option<u64>,
    /// A segment column to hold constant where importance is measured; repeat or separate by commas
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) control: Vec<String>,
    /// The responsibility file: driver, function, owner, action, start, target as CSV
    #[arg(long, value_name = "FILE")]
    pub(super) actions: Option<PathBuf>,
    /// A tokenizer.json whose pre-tokenizer cuts English
    #[arg(long, value_name = "FILE")]
    pub(super) tokenizer: Option<PathBuf>,
    #[command(flatten)]
    pub(super) redact: RedactArgs,
    /// Tag the periods that other lexicons tagged again, from their comments, and rewrite them
    #[arg(long)]
    pub(super) restate: bool,
    /// Rewrite the touched periods from this input alone
    #[arg(long)]
    pub(super) replace: bool,
    /// Go on where --replace would lose more than 5 % of a period's respondents, or answers would move or come again; with --replace, make anew what is damaged
    #[arg(long)]
    pub(super) force: bool,
    /// Threads that tag [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// About how many bytes of text are split and tagged together; results do not depend on it
    #[arg(long, value_name = "BYTES", alias = "batch-rows", hide = true)]
    pub(super) block_bytes: Option<usize>,
    /// Which runs of script are segmented: demand, full; tags do not depend on it
    #[arg(long, value_name = "MODE", hide = true, value_parser = parse_segment)]
    pub(super) segment: Option<SegmentMode>,
    /// Show where the time went, stop by stop: a table on standard error, or `timings` in the JSON
    #[arg(long)]
    pub(super) timings: bool,
    /// Print what was done as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

fn parse_segment(written: &str) -> Result<SegmentMode, String> {
    match written {
        "demand" => Ok(SegmentMode::Demand),
        "full" => Ok(SegmentMode::Full),
        other => Err(format!("`{other}` is not demand or full")),
    }
}

/// `PERIOD=N` or `N`.
fn parse_invited(written: &str) -> Result<(Option<String>, u64), String> {
    let (period, people) = match written.rsplit_once('=') {
        Some((period, people)) => (Some(period.trim().to_owned()), people),
        None => (None, written),
    };
    let people = people.trim().parse().map_err(|_| format!("`{people}` is not a number of people"))?;
    Ok((period, people))
}

/// What the flags say together; none where there are none.
pub(super) fn invited(flags: &[(Option<String>, u64)]) -> Result<Option<Invited>> {
    let mut by_period = BTreeMap::new();
    for (period, people) in flags {
        let Some(period) = period else {
            return match flags {
                [_] => Ok(Some(Invited::Together(*people))),
                _ => Err(usage("invited_which_period", format!("`--invited {people}` names no period beside others"))
                    .help("Name the period of each, as in `--invited 2026-W23=500 --invited 2026-W24=480`.")),
            };
        };
        if by_period.insert(period.clone(), *people).is_some() {
            return Err(usage("invited_which_period", format!("`--invited {period}=…` is given twice"))
                .help("Say once how many were invited in a period."));
        }
    }
    Ok((!by_period.is_empty()).then_some(Invited::ByPeriod(by_period)))
}

/// Runs.
pub(super) fn run(args: &RunArgs) -> Result<Outcome> {
    // Reading comes first, and may take long.
    changes_output();
    let settings = Settings::load(args.config.as_deref())?;
    let mut config = settings.overlaid_by(args)?;
    let sample = if config.inputs.is_empty() { Some(bundled_sample(&mut config)?) } else { None };
    keep_apart(&config)?;
    let bar = Bar::new(args);
    let report = match &bar {
        Some(bar) => run_engine(&config, bar),
        None => run_engine(&config, &Quiet),
    };
    if let Some(bar) = bar {
        bar.bar.finish_and_clear();
    }
    drop(sample);
    let mut report = report?;
    if config.is_sample {
        report.notices.insert(0, "no input is named: this is the bundled sample survey".to_owned());
    }
    let timings = report.timings.take().filter(|_| args.timings);
    if args.json {
        report.timings = timings;
        output::print_json(&report).map_err(in_place)?;
        return Ok(outcome(&report));
    }
    if !args.quiet {
        // The tables are in place: what cannot be read back of them is a line, and no failure of the run.
        let latest = latest::page(&report).unwrap_or_else(|error| format!("\n{error}\n"));
        output::print(&summary::run(&report, &latest)).map_err(in_place)?;
    }
    if let Some(stops) = timings {
        output::note(&summary::timings(&stops));
    }
    Ok(outcome(&report))
}

/// The error of a summary that could not be printed: the run itself did not fail.
pub(super) fn in_place(error: Error) -> Error {
    error.help("The tables are in place all the same; `verbatim drivers` shows what they say.")
}

fn outcome(report: &RunReport) -> Outcome {
    if report.rows_rejected > 0 { Outcome::Findings } else { Outcome::Done }
}

/// A folder that is removed when the run is over.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // A leftover in the folder for temporary files does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Puts the bundled sample where the reader finds it, with the lexicon that fits it where the user names none.
fn bundled_sample(config: &mut RunConfig) -> Result<Temporary> {
    let folder = std::env::temp_dir().join(format!("verbatim-sample-{}", std::process::id()));
    let path = folder.join(SAMPLE_NAME);
    let failed = |error| Error::io(ErrorKind::Input, "write", &path, error);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let temporary = Temporary(folder.clone());
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    file.write_all(SAMPLE).map_err(failed)?;
    config.inputs = vec![path.display().to_string()];
    config.is_sample = true;
    if config.lexicons.is_empty() {
        config.lexicons = vec![SAMPLE_LEXICON.to_owned()];
    }
    Ok(temporary)
}

/// An error where the bundled sample, read because no input is named, and a survey would come into one output folder: the sample's
/// respondents are nobody's. A file that is named is a survey, whatever is in it.
fn keep_apart(config: &RunConfig) -> Result<()> {
    let Some(held) = Manifest::read(&config.out)?.filter(|held| !held.periods.is_empty()) else { return Ok(()) };
    let out = config.out.display();
    let error = |message: String| Error::new(ErrorKind::Usage, "sample_and_survey", message);
    match (config.is_sample, holds_sample(&held)) {
        (true, false) => Err(error(format!(
            "no input is named, and {out} holds the tables of a survey, not of the bundled sample"
        ))
        .help("Name your survey, as in `verbatim run survey.csv`; or give the sample a folder of its own with --out.")),
        // Its own answers come again, and take their own places.
        (false, true) if !config.inputs.iter().all(|input| is_copy(input)) => {
            Err(error(format!("{out} holds the tables of the bundled sample"))
                .help("Name another folder with --out, or delete this one."))
        }
        _ => Ok(()),
    }
}

/// Whether the output holds the sample that a run took because no input was named.
fn holds_sample(held: &Manifest) -> bool {
    held.is_sample.unwrap_or_else(|| {
        let digest = blake3::hash(SAMPLE).to_hex();
        held.inputs.iter().any(|input| input.digest == digest.as_str() && input.name == SAMPLE_NAME)
    })
}

/// Whether a file says what the sample says.
fn is_copy(file: &str) -> bool {
    let is_as_long = std::fs::metadata(file).is_ok_and(|file| file.len() == SAMPLE.len() as u64);
    is_as_long && std::fs::read(file).is_ok_and(|bytes| bytes == SAMPLE)
}

/// The progress bar; on a terminal only.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new(args: &RunArgs) -> Option<Self> {
        if args.quiet || args.json || !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {bytes_per_sec}  {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Some(Self { bar })
    }
}

impl Observer for Bar {
    fn progress(&self, progress: Progress) {
        self.bar.set_length(progress.total_bytes);
        self.bar.set_position(progress.bytes);
        let seconds = self.bar.elapsed().as_secs_f64().max(1e-3);
        self.bar.set_message(format!("{} rows  {:.0} rows/s", progress.rows, progress.rows as f64 / seconds));
    }
}
