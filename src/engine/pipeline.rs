//! A whole run, from inputs and configuration to tables in place.
//!
//! Not for how blocks come through the workers (`flow`) or what is done with one (`work`): this is the order of the steps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, json};

use super::actions;
use super::config::{RunConfig, driver_tree, responsibility_matrix};
use super::consent::{self, HeldConsent};
use super::damage::{Damage, explained};
use super::fitting::FirstComments;
use super::flow::flow;
use super::invited;
use super::lexicons::Lexicons;
use super::output::Touched;
use super::personal;
use super::publish::labels::Labels;
use super::publish::sheets::Sheets;
use super::publish::{Tables, Totals};
use super::remembered::{date_formats, map_as_held};
use super::report::{CellSummary, RunReport};
use super::timings::Timings;
use super::work::{Redacted, Shop, Worked};
use crate::contribution::change::Rule;
use crate::contribution::{CellFigures, Cells};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::{Lexicon, Resolved};
use crate::survey::{self, Blocks, Mapping, Reject, Sample, Source};
use crate::tables::{InputInfo, Layout, Manifest, Output, PartId, PartInfo, log};
use crate::tag::Tagger;
use crate::text::Redactor;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows that are tagged or refused.
    pub rows: u64,
    /// Bytes of the inputs that are read; an estimate where an input is no text.
    pub bytes: u64,
    /// Bytes of all inputs.
    pub total_bytes: u64,
}

/// Whoever watches a run.
pub trait Observer: Sync {
    /// Called after each batch, from one thread.
    fn progress(&self, progress: Progress);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Observer for Quiet {
    fn progress(&self, _: Progress) {}
}

/// Rows of refused input that the report names one by one.
const REJECTS_NAMED: usize = 5;

/// Does a whole run: reads the survey, tags it, counts, and puts the tables into the output folder, all or nothing.
///
/// # Errors
/// Where the inputs, the lexicon or the configuration cannot be used, or the output cannot be written; the output folder then
/// holds what it held before.
///
/// ```
/// # fn main() -> verbatim::Result<()> {
/// let dir = std::env::temp_dir().join(format!("verbatim-doc-{}", std::process::id()));
/// std::fs::create_dir_all(&dir).unwrap();
/// let survey = dir.join("survey.csv");
/// std::fs::write(&survey, "id,score,comment\n1,10,师傅态度很好\n2,3,\"too noisy, 声音太大\"\n3,9,\n").unwrap();
/// let config = verbatim::RunConfig {
///     inputs: vec![survey.display().to_string()],
///     lexicons: vec!["appliance".to_owned()],
///     out: dir.join("out"),
///     ..verbatim::RunConfig::default()
/// };
/// let report = verbatim::run(&config, &verbatim::engine::Quiet)?;
/// assert_eq!(report.rows_in, report.rows_tagged + report.rows_rejected);
/// let all = report.all.expect("three respondents have scores");
/// assert_eq!(all.n, 3);
/// # std::fs::remove_dir_all(&dir).unwrap();
/// # Ok(())
/// # }
/// ```
pub fn run(config: &RunConfig, observer: &dyn Observer) -> Result<RunReport> {
    run_into(config, observer).map_err(|error| explained(error, &config.out))
}

fn run_into(config: &RunConfig, observer: &dyn Observer) -> Result<RunReport> {
    let timings = Timings::default();
    let mut clock = Clock::start();
    let pool = threads(config.threads)?;
    let held = Manifest::read(&config.out)?;
    let lexicons = Lexicons::of(config, held.as_ref());
    let (sources, lexicon) = pool.install(|| open(config, lexicons.as_ref().ok(), &timings));
    let sources = sources?;
    timings.add("open", 0, total_bytes(&sources), Duration::ZERO);
    clock.lap();
    let sample = survey::sample(&sources)?;
    timings.add("sample", sample.rows.len() as u64, 0, clock.lap());
    let (mapping, mut notices) = columns(config, &sample, held.as_ref())?;

    let lexicons = lexicons?;
    notices.extend(lexicons.notice.clone());
    let (lexicon, resolved) = lexicon.map(|(lexicon, resolved)| (Arc::new(lexicon), resolved))?;
    let layout = Layout::from(&mapping);
    let (tree, matrix) = (driver_tree(&lexicon)?, responsibility_matrix(&lexicon)?);
    let (tagger, redactor) = pool.install(|| {
        let tagger = || Tagger::new(lexicon, config.tagger_options(&layout));
        rayon::join(tagger, || (!config.redact.is_off()).then(|| Redactor::with(&config.redact).compiled()))
    });
    let consent = HeldConsent::default();
    let mut shop = Shop { tree, matrix, consent, tagger: tagger?, redactor, sources, mapping, layout, timings };
    notices.extend(pool.install(|| of_the_sample(&sample, &shop, config, &lexicons))?);
    drop(sample);
    let grouping = config.grouping(&shop)?;
    let actions = match &config.actions {
        Some(path) => Some(actions::read(path, shop.tagger.lexicon())?),
        None => None,
    };
    let output = Output::open(&config.out)?;
    keep_rules(&output, &shop, resolved)?;
    let damage = Damage::to_mend(&output, config)?;
    shop.consent = HeldConsent::read(&output, &shop.mapping, &damage)?;
    let mut touched = Touched::new(&output, &shop)?.making_anew(damage);
    shop.timings.add("prepare", 0, 0, clock.lap());

    let blocks = Blocks::new(shop.sources.clone(), &shop.mapping, &config.read)?;
    let mut taken = Taken::new(&shop);
    flow(
        pool.current_num_threads(),
        &shop.timings,
        blocks,
        |raw| shop.work(raw),
        |worked| {
            let progress = taken.take(worked, &mut touched)?;
            observer.progress(progress);
            Ok(())
        },
    )?;
    let Taken { mut cells, mut rejects, rows_in, mut redactions, blank_rows, unclear_consents, .. } = taken;
    notices.extend(blank(blank_rows, &shop.sources).chain(consent::unclear(unclear_consents, &shop.mapping)));
    // Within a batch, rows that could not be split come after those that could: here they go by their place.
    rejects.sort_by_key(|(source, reject)| (*source, reject.line, reject.byte));

    let rows_rejected = rejects.len() as u64;
    let rows_tagged = cells.respondents();
    let total_in: u64 = rows_in.iter().sum();
    nothing_lost(total_in, rows_tagged, rows_rejected)?;
    clock.stop("tagging");
    let before = touched.before().cloned();
    let config_hash = config.hash(&shop.mapping)?;
    let mut merged = pool.install(|| touched.merge(config, &config_hash, &mut cells))?;
    // What comes now tags nothing, and needs memory of its own.
    shop.tagger.rest();
    notices.extend(merged.notices(before.as_ref()));
    notices.extend(invited::enter(config.invited.as_ref(), &mut merged)?);
    add(&mut redactions, &merged.redactions);
    notices.extend(other_configuration(before.as_ref(), &config_hash));
    shop.timings.add("write", rows_tagged, 0, clock.stop("merging"));
    let grouped = shop.timings.stop("group", 0, 0, || pool.install(|| cells.group(&grouping)));
    let totals = pool.install(|| Totals::new(&grouped, &merged.touched));
    let sheets = Sheets::new(&shop.layout)?;
    let labels = Labels::new(shop.tagger.lexicon(), &shop.tree, &shop.matrix, &shop.layout.segments);
    let tables = Tables {
        output: &output,
        shop: &shop,
        config,
        labels: &labels,
        sheets: &sheets,
        before: before.as_ref(),
        merged: &merged,
        rule: Rule { confidence: config.confidence, ..Rule::default() },
        config_hash: &config_hash,
        anew: &BTreeMap::new(),
    };
    let mut parts = merged.parts.clone();
    notices.extend(pool.install(|| tables.stage(&grouped, &totals, actions, &mut parts))?);
    notices.extend(tables.rejects(&rejects, &mut parts)?);
    shop.timings.add("statistics", 0, 0, clock.stop("statistics"));
    let rules = serde_json::to_value(config.rules()?).unwrap_or_default();
    let counted = Counted {
        rows_in: &rows_in,
        rows_tagged,
        rows_rejected,
        redactions: &redactions,
        config_hash: &config_hash,
        rules: &rules,
    };
    let manifest = Manifest { lexicons_given: lexicons.given, ..manifest(&tables, &parts, &counted) };
    output.commit(&parts.into_keys().collect::<Vec<PartId>>(), &[], &manifest)?;
    shop.timings.add("commit", 0, 0, clock.stop("commit"));
    notices.extend(log::append(&config.out, "run", &log_details(&manifest, config, &clock)));
    Ok(report(&tables, &manifest, &totals, &rejects, notices))
}

/// A sentence for each source with rows that hold nothing, in so many of each.
fn blank(rows: Vec<u64>, sources: &[Source]) -> impl Iterator<Item = String> {
    rows.into_iter().zip(sources).filter(|(rows, _)| *rows > 0).map(|(rows, source)| {
        let (hold, are) = if rows == 1 { ("row holds", "is no answer") } else { ("rows hold", "are no answers") };
        format!("{}: {rows} {hold} nothing in any column, and {are}", source.name)
    })
}

fn add(redactions: &mut Redacted, more: &Redacted) {
    for (kind, count) in more {
        *redactions.entry(Arc::clone(kind)).or_default() += count;
    }
}

/// What each column is: as the user says, else as the output remembers it, else as it is found; with a sentence on each finding.
fn columns(config: &RunConfig, sample: &Sample, held: Option<&Manifest>) -> Result<(Mapping, Vec<String>)> {
    let mut wanted = config.wanted.clone();
    let unasked = held.and_then(|held| consent::remember(&mut wanted, held, sample));
    // What was found about the sources is among these too.
    let (mapping, mut notices) = map_as_held(sample, &wanted, held, &config.out)?;
    // Before all others: it decides whom people call.
    notices.splice(..0, unasked);
    if let Some(invited) = &config.invited {
        invited.check(mapping.calendar)?;
    }
    Ok((mapping, notices))
}

/// Sees that the output keeps the lexicon by which this run tags.
fn keep_rules(output: &Output, shop: &Shop, resolved: Resolved) -> Result<()> {
    let before = Manifest::read(output.root())?;
    let hash = &shop.tagger.lexicon().hash;
    if !output.keeps_lexicon(hash, before.as_ref()) {
        output.stage_lexicon(hash, &resolved.copy())?;
    }
    // A large one would stand in memory through the whole run.
    drop(resolved);
    Ok(())
}

/// The inputs and the lexicon, of which neither needs the other; none of the latter where its names are not known.
fn open(
    config: &RunConfig,
    lexicons: Option<&Lexicons>,
    timings: &Timings,
) -> (Result<Vec<Source>>, Result<(Lexicon, Resolved)>) {
    let lexicon = || {
        let names = lexicons.map_or(&[][..], |lexicons| &lexicons.names);
        timings.stop("lexicon", 0, 0, || Lexicon::load_resolved(names, &config.lexicon_limits))
    };
    let open = || timings.stop("open", 0, 0, || survey::open(&config.inputs, &config.read));
    rayon::join(open, lexicon)
}

/// What the sample says of personal data, and of lexicons where nobody named one, in sentences for people.
fn of_the_sample(sample: &Sample, shop: &Shop, config: &RunConfig, lexicons: &Lexicons) -> Result<Vec<String>> {
    let mut notices = Vec::new();
    if let Some(redactor) = &shop.redactor {
        notices.extend(personal::notices(sample, &shop.mapping, redactor)?);
    }
    if lexicons.is_default() {
        let options = config.tagger_options(&shop.layout);
        let first = FirstComments::of(sample, &shop.mapping, shop.redactor.as_ref(), options);
        notices.extend(first.advice(&shop.tagger)?);
    }
    Ok(notices)
}

/// A sentence where the last run had another configuration.
fn other_configuration(before: Option<&Manifest>, config_hash: &str) -> Option<String> {
    let before = before.filter(|before| before.config_hash != config_hash && !before.periods.is_empty());
    before.map(|_| {
        "the configuration is not the one of the last run: periods that this run does not touch keep their figures"
            .to_owned()
    })
}

/// So many threads; 0: as many as the machine has processors.
pub(crate) fn threads(count: usize) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(count)
        .build()
        .map_err(|error| Error::new(ErrorKind::Usage, "threads", format!("cannot start {count} threads: {error}")))
}

/// An error where rows in are not rows tagged and rows rejected.
fn nothing_lost(rows_in: u64, tagged: u64, rejected: u64) -> Result<()> {
    if rows_in == tagged + rejected {
        return Ok(());
    }
    let message = format!("{rows_in} rows in, {tagged} tagged and {rejected} rejected: the run is not kept");
    Err(Error::new(ErrorKind::Output, "rows_lost", message).help("Please report this with the input that shows it."))
}

/// What a run counted, for the manifest.
struct Counted<'a> {
    /// By source.
    rows_in: &'a [u64],
    rows_tagged: u64,
    rows_rejected: u64,
    redactions: &'a Redacted,
    config_hash: &'a str,
    /// The rules of the configuration.
    rules: &'a serde_json::Value,
}

fn manifest(tables: &Tables<'_>, parts: &BTreeMap<PartId, PartInfo>, counted: &Counted<'_>) -> Manifest {
    let (shop, merged) = (tables.shop, tables.merged);
    let lexicon = shop.tagger.lexicon();
    Manifest {
        lexicons: shop.lexicons(),
        lexicon_hash: lexicon.hash.clone(),
        config_hash: counted.config_hash.to_owned(),
        configuration: counted.rules.clone(),
        confidence: tables.config.confidence,
        credit: tables.config.credit,
        mapping: serde_json::to_value(&shop.mapping).unwrap_or_default(),
        date_formats: date_formats(tables.before, &shop.mapping),
        layout: shop.layout.clone(),
        is_sample: Some(tables.config.is_sample),
        inputs: inputs(&shop.sources, counted.rows_in),
        rows_in: counted.rows_in.iter().sum(),
        rows_tagged: counted.rows_tagged,
        rows_rejected: counted.rows_rejected,
        rows_added: counted.rows_tagged - merged.replaced.min(counted.rows_tagged),
        rows_replaced: merged.replaced,
        consent: shop.mapping.consent_written().or_else(|| tables.before.and_then(consent::last_asked)),
        redactions: counted.redactions.iter().map(|(kind, count)| (kind.to_string(), *count)).collect(),
        periods: merged.periods.clone(),
        kept: tables.before.map(|before| before.kept.clone()).unwrap_or_default(),
        files: tables.files(parts),
        ..Manifest::default()
    }
}

/// How long each part of a run took, for the log.
struct Clock {
    started: Instant,
    last: Instant,
    lap: Instant,
    seconds: Vec<(&'static str, f64)>,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { started: now, last: now, lap: now, seconds: Vec::new() }
    }

    /// Ends a part that began where the last one ended; gives its time.
    fn stop(&mut self, part: &'static str) -> Duration {
        let now = Instant::now();
        let time = now - self.last;
        self.seconds.push((part, time.as_secs_f64()));
        (self.last, self.lap) = (now, now);
        time
    }

    /// The time since the last lap or part ended.
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.lap, now)
    }
}

/// What has been taken from the workers so far.
struct Taken<'a> {
    shop: &'a Shop,
    cells: Cells,
    /// With the index of their source: two sources may have the same name.
    rejects: Vec<(usize, Reject)>,
    rows_in: Vec<u64>,
    redactions: Redacted,
    /// Rows of each source that hold nothing.
    blank_rows: Vec<u64>,
    unclear_consents: u64,
    total_bytes: u64,
    /// All rows so far.
    rows: u64,
    /// The source of the last batch, and the bytes of those before it.
    source: usize,
    bytes_before: u64,
}

impl<'a> Taken<'a> {
    fn new(shop: &'a Shop) -> Self {
        Self {
            shop,
            cells: shop.empty_cells(),
            rejects: Vec::new(),
            rows_in: vec![0; shop.sources.len()],
            redactions: Redacted::new(),
            blank_rows: vec![0; shop.sources.len()],
            unclear_consents: 0,
            total_bytes: total_bytes(&shop.sources),
            rows: 0,
            source: 0,
            bytes_before: 0,
        }
    }

    fn take(&mut self, worked: Worked, touched: &mut Touched<'_>) -> Result<Progress> {
        let last_byte = worked.last_byte;
        self.rows_in[worked.source] += worked.rows_in;
        self.blank_rows[worked.source] += worked.blank_rows;
        self.unclear_consents += worked.unclear_consents;
        self.rejects.extend(worked.rejects.into_iter().map(|reject| (worked.source, reject)));
        for (kind, count) in worked.redactions {
            *self.redactions.entry(kind).or_default() += count;
        }
        let timings = &self.shop.timings;
        timings.stop("stage", worked.rows_in, 0, || touched.push(worked.source, &worked.periods))?;
        timings.stop("collect", worked.rows_in, 0, || self.cells.merge(worked.cells));
        // Batches come source by source.
        while self.source < worked.source {
            self.bytes_before += self.shop.sources[self.source].bytes;
            self.source += 1;
        }
        self.rows += worked.rows_in;
        let bytes = self.bytes_before + last_byte.min(self.shop.sources[worked.source].bytes);
        Ok(Progress { rows: self.rows, bytes, total_bytes: self.total_bytes })
    }
}

fn total_bytes(sources: &[Source]) -> u64 {
    sources.iter().map(|source| source.bytes).sum()
}

fn inputs(sources: &[Source], rows_in: &[u64]) -> Vec<InputInfo> {
    let info = |(source, rows): (&Source, &u64)| InputInfo {
        name: source.name.clone(),
        bytes: source.bytes,
        digest: source.digest.clone(),
        rows: *rows,
    };
    sources.iter().zip(rows_in).map(info).collect()
}

fn log_details(manifest: &Manifest, config: &RunConfig, clock: &Clock) -> Map<String, serde_json::Value> {
    let mut details = Map::new();
    details.insert("rows_in".to_owned(), json!(manifest.rows_in));
    details.insert("threads".to_owned(), json!(config.threads));
    details.insert("seconds".to_owned(), json!(clock.started.elapsed().as_secs_f64()));
    let parts: Map<_, _> = clock.seconds.iter().map(|(part, seconds)| ((*part).to_owned(), json!(seconds))).collect();
    details.insert("seconds_by_part".to_owned(), parts.into());
    details
}

fn report(
    tables: &Tables<'_>,
    manifest: &Manifest,
    totals: &Totals,
    rejects: &[(usize, Reject)],
    notices: Vec<String>,
) -> RunReport {
    let mut reasons: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (_, reject) in rejects {
        *reasons.entry(reject.reason.as_str()).or_default() += 1;
    }
    let summary = |cell: &CellFigures| CellSummary::of(cell, tables.labels);
    RunReport {
        out: tables.config.out.clone(),
        notices: match &tables.shop.redactor {
            // They quote names of columns that are not read.
            Some(redactor) => notices.iter().map(|notice| redactor.message(notice)).collect(),
            None => notices,
        },
        lexicons: manifest.lexicons.iter().map(|lexicon| format!("{} {}", lexicon.name, lexicon.version)).collect(),
        lexicon_hash: manifest.lexicon_hash.clone(),
        confidence: tables.config.confidence,
        rows_in: manifest.rows_in,
        rows_tagged: manifest.rows_tagged,
        rows_rejected: manifest.rows_rejected,
        rows_added: manifest.rows_added,
        rows_replaced: manifest.rows_replaced,
        rejects: reasons.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect(),
        first_rejects: rejects.iter().take(REJECTS_NAMED).map(described).collect(),
        redactions: manifest.redactions.iter().map(|(kind, count)| (kind.clone(), *count)).collect(),
        periods: tables.merged.touched.iter().cloned().collect(),
        segments: tables.shop.layout.segments.clone(),
        by_period: totals.iter().filter(|cell| cell.key.period.is_some()).map(summary).collect(),
        all: totals.of(None).map(summary),
        timings: Some(tables.shop.timings.stops()),
    }
}

/// `file:line: reason: message`
fn described((_, reject): &(usize, Reject)) -> String {
    let column = reject.column.as_ref().map(|column| format!(" (column {column})")).unwrap_or_default();
    format!("{}:{}: {}: {}{column}", reject.source, reject.line, reject.reason, reject.message)
}
