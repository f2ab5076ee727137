//! `verbatim run`: the main job.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::settings::Settings;
use super::{Outcome, output, summary, usage};
use crate::engine::{Observer, Progress, Quiet, RunConfig, run as run_engine};
use crate::error::{Error, ErrorKind, Result};
use crate::survey::Granularity;
use crate::tag::tagger::SegmentMode;
use crate::types::Role;

/// The survey that comes with the binary.
const SAMPLE: &[u8] = include_bytes!("../../data/appliance_survey.csv");
/// Its name, in tables and in the manifest.
const SAMPLE_NAME: &str = "appliance_survey.csv";
/// The lexicon that fits it.
const SAMPLE_LEXICON: &str = "appliance";

/// Flags of `verbatim run`; each goes before the same key of verbatim.toml.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct RunArgs {
    /// Files, globs, or `-` for standard input: CSV, TSV, JSON Lines, Parquet. Without any: the bundled sample survey.
    pub(super) inputs: Vec<String>,
    /// The configuration file [default: ./verbatim.toml where it exists]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// A lexicon: a bundled name or a folder; repeat to overlay [default: core]
    #[arg(long, value_name = "NAME|DIR")]
    pub(super) lexicon: Vec<String>,
    /// The folder for the tables [default: out]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// How long a period is: week, month, quarter, year, none [default: week where there are dates]
    #[arg(long)]
    pub(super) period: Option<Granularity>,
    /// Columns whose values are segments
    #[arg(long, value_name = "COL", value_delimiter = ',')]
    pub(super) by: Vec<String>,
    /// The column of the respondent's id
    #[arg(long, value_name = "COL")]
    pub(super) id: Option<String>,
    /// The column of the customer's id, which several respondents may share
    #[arg(long, value_name = "COL")]
    pub(super) customer: Option<String>,
    /// The column of the score
    #[arg(long, value_name = "COL")]
    pub(super) score: Option<String>,
    /// A column of comments, with its question: why, good, improve, other [default: its name where that is one, else why]
    #[arg(long, value_name = "COL[=ROLE]", value_parser = parse_text)]
    pub(super) text: Vec<(String, Role)>,
    /// The column of the date
    #[arg(long, value_name = "COL")]
    pub(super) date: Option<String>,
    /// How dates are written, such as %d/%m/%Y
    #[arg(long, value_name = "FORMAT")]
    pub(super) date_format: Option<String>,
    /// The column of the sampling weight
    #[arg(long, value_name = "COL")]
    pub(super) weight: Option<String>,
    /// The scale: 0-10, 1-5, or a mapping such as "1=promoter,2=passive,3-5=detractor,6-7=missing"
    #[arg(long)]
    pub(super) scale: Option<String>,
    /// The character between fields of a CSV file [default: found]
    #[arg(long, value_name = "CHAR")]
    pub(super) delimiter: Option<String>,
    /// The encoding of text files, such as gb18030 or big5 [default: found]
    #[arg(long)]
    pub(super) encoding: Option<String>,
    /// How drivers share a respondent's credit: equal, grouped [default: equal]
    #[arg(long)]
    pub(super) credit: Option<crate::contribution::Credit>,
    /// A tokenizer.json whose pre-tokenizer cuts English
    #[arg(long, value_name = "FILE")]
    pub(super) tokenizer: Option<PathBuf>,
    /// Write texts as they are, with personal data in them
    #[arg(long)]
    pub(super) no_redact: bool,
    /// Rewrite the touched periods from this input alone
    #[arg(long)]
    pub(super) replace: bool,
    /// Go on where --replace would lose more than 5 % of a period's respondents
    #[arg(long)]
    pub(super) force: bool,
    /// Threads that tag [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Rows in a batch; results do not depend on it
    #[arg(long, value_name = "ROWS", hide = true)]
    pub(super) batch_rows: Option<usize>,
    /// Which runs of script are segmented: demand, full; tags do not depend on it
    #[arg(long, value_name = "MODE", hide = true, value_parser = parse_segment)]
    pub(super) segment: Option<SegmentMode>,
    /// Print what was done as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// `COL` or `COL=ROLE`; a column whose name is a role's word has that role.
pub(super) fn parse_text(written: &str) -> Result<(String, Role), String> {
    match written.rsplit_once('=') {
        None => Ok((written.to_owned(), Role::parse(&written.to_lowercase()).unwrap_or_default())),
        Some((column, role)) => match Role::parse(role) {
            Some(role) => Ok((column.to_owned(), role)),
            None => Err(format!("`{role}` is no role: why, good, improve or other")),
        },
    }
}

fn parse_segment(written: &str) -> Result<SegmentMode, String> {
    match written {
        "demand" => Ok(SegmentMode::Demand),
        "full" => Ok(SegmentMode::Full),
        other => Err(format!("`{other}` is not demand or full")),
    }
}

/// Runs.
pub(super) fn run(args: &RunArgs) -> Result<Outcome> {
    let settings = Settings::load(args.config.as_deref())?;
    let mut config = settings.overlaid_by(args)?;
    let sample = if config.inputs.is_empty() { Some(bundled_sample(&mut config, args)?) } else { None };
    let bar = Bar::new(args);
    let report = match &bar {
        Some(bar) => run_engine(&config, bar),
        None => run_engine(&config, &Quiet),
    };
    if let Some(bar) = bar {
        bar.bar.finish_and_clear();
    }
    drop(sample);
    let report = report?;
    if args.json {
        output::print_json(&report)?;
    } else if !args.quiet {
        output::print(&summary::run(&report))?;
    }
    Ok(if report.rows_rejected > 0 { Outcome::Findings } else { Outcome::Done })
}

/// A folder that is removed when the run is over.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // A leftover in the folder for temporary files does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Puts the bundled sample where the reader finds it, with the lexicon and the segments that fit it.
fn bundled_sample(config: &mut RunConfig, args: &RunArgs) -> Result<Temporary> {
    let folder = std::env::temp_dir().join(format!("verbatim-sample-{}", std::process::id()));
    let path = folder.join(SAMPLE_NAME);
    let failed = |error| Error::io(ErrorKind::Input, "write", &path, error);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let temporary = Temporary(folder.clone());
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    file.write_all(SAMPLE).map_err(failed)?;
    config.inputs = vec![path.display().to_string()];
    if args.lexicon.is_empty() && config.lexicons == RunConfig::default().lexicons {
        config.lexicons = vec![SAMPLE_LEXICON.to_owned()];
    }
    Ok(temporary)
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

/// The one byte between fields that a flag or key names.
pub(super) fn delimiter(written: &str) -> Result<u8> {
    let byte = match written {
        "\\t" | "tab" => b'\t',
        other => match other.as_bytes() {
            [byte] if byte.is_ascii() => *byte,
            _ => {
                return Err(usage("bad_delimiter", format!("`{written}` is not one character"))
                    .help("Name one ASCII character, or `tab`."));
            }
        },
    };
    Ok(byte)
}
