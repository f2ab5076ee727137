//! Respondents and customers taken out of an output for good: out of every week, the lists, the contacts and the examples of kept lexicons,
//! with all figures made anew, and a scan that nothing of them is left.
//!
//! Not for the survey files, which still hold them, nor for what was exported.

mod examples;
mod scan;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use serde::Serialize;
use serde_json::{Map, json};

pub use self::scan::{Place, Scan};
use super::config::{Rules, RunConfig, driver_tree, responsibility_matrix};
use super::consent::HeldConsent;
use super::output::Touched;
use super::pipeline::threads;
use super::publish::labels::Labels;
use super::publish::sheets::Sheets;
use super::publish::{Tables, Totals};
use super::timings::Timings;
use super::work::{Shop, arrow_bug};
use crate::contribution::change::Rule;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;
use crate::lexicon::limits::Limits;
use crate::survey::Mapping;
use crate::tables::{
    ALL_PERIODS, Manifest, Output, PartId, PartInfo, PartWriter, PeriodInfo, Table, lexicon_folder, log,
};
use crate::tag::Tagger;
use crate::text::Redactor;

/// What was taken out, and that it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// For each id that was named, in that order: what the output held under it.
    pub ids: Vec<Named>,
    /// Answers that were taken out.
    pub answers: u64,
    /// The periods out of which they were taken.
    pub periods: Vec<String>,
    /// Contacts that were taken out.
    pub contacts: u64,
    /// Examples of kept lexicons that quoted an answer, and were taken out.
    pub examples: u64,
    /// Where it was looked afterwards, and what was found there.
    pub scan: Scan,
    /// Sentences for people.
    pub notices: Vec<String>,
}

/// What the output held under one id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// Answers of the respondent or of the customer of this id.
    pub answers: u64,
    /// Contacts with this respondent, or with those of this customer.
    pub contacts: u64,
}

/// What the output holds of those who are to be forgotten.
#[derive(Default)]
struct Found {
    /// Ids of respondents.
    respondents: BTreeSet<String>,
    /// The periods that hold answers of theirs.
    periods: BTreeSet<String>,
    /// What they wrote.
    texts: BTreeSet<String>,
    named: BTreeMap<String, (u64, u64)>,
    answers: u64,
    /// The respondents of each id that was named.
    of: BTreeMap<String, BTreeSet<String>>,
}

/// Takes everybody out of the output folder `out` whose respondent's or customer's id is among `ids`, all or nothing.
///
/// Periods keep the lexicons by which they were tagged, and the figures of a period are made by the configuration that the output
/// remembers; `config`: threads, and the tokenizer where the output has one of its own.
///
/// # Errors
/// `no_output`, `output_busy`, what reading damaged tables gives; `no_kept_lexicon` where an earlier engine wrote the output;
/// `other_tokenizer`; `still_there` where the scan finds anything afterwards.
pub fn forget(out: &Path, ids: &[String], config: RunConfig) -> Result<Forgotten> {
    // Before the lock, which would be left in a folder that is no output.
    Manifest::of_tables(out)?;
    let output = Output::open(out)?;
    let before = Manifest::of_tables(out)?;
    let mut found = find(out, &before, ids)?;
    let contacts = contacts(out, &before, &mut found)?;
    let gone = contacts.gone;
    let mut notices = Vec::new();
    let mut examples = 0;
    if found.answers > 0 || gone > 0 {
        let mapping = before.last_mapping().ok_or_else(|| {
            Error::new(ErrorKind::Output, "table_misfit", "the manifest does not say how the survey was read")
                .help("Run the survey again, into a new output folder, without those who are to be forgotten.")
        })?;
        let config = as_remembered(config, &before, &mapping, &mut notices)?;
        let pool = threads(config.threads)?;
        let mut job = Job { output: &output, before: &before, mapping, config, found: &found, notices: &mut notices };
        let (mut parts, mut periods) = (BTreeMap::new(), before.periods.clone());
        let lexicons = job.lexicons();
        // Where rules changed, a period is compared with what an earlier one says by its own: this must have been made first.
        for _ in 0..lexicons.len().min(2) {
            for hash in &lexicons {
                pool.install(|| job.pass(hash, &mut parts, &mut periods))?;
            }
        }
        if gone > 0 {
            let part = PartId::of_all_periods(Table::Recoveries);
            parts.insert(part, contacts.stage(&output)?);
        }
        let rewritten = examples::stage(&output, &before, &found.texts)?;
        examples = rewritten.examples;
        let mut files = before.files.clone();
        files.extend(parts.iter().map(|(part, info)| (part.key(), info.clone())));
        let manifest = Manifest { periods, files, ..before.clone() };
        let entries: Vec<PartId> = parts.into_keys().collect();
        output.commit_rewritten(&entries, &[], &rewritten.files, &manifest)?;
        let mut details = Map::new();
        details.insert("answers".to_owned(), json!(found.answers));
        notices.extend(log::append(out, "forget", &details));
    }
    let scan = scan::scan(out, ids, &found.respondents, &found.texts)?;
    if let Some(place) = scan.left.first() {
        let message = format!("{} of {} is left in {}", place.what, scan.left.len(), place.file);
        return Err(Error::new(ErrorKind::Output, "still_there", message)
            .help("Please report this; taking the file away and running its period again mends it."));
    }
    let named = |id: &String| {
        let (answers, contacts) = found.named.get(id).copied().unwrap_or_default();
        Named { id: id.clone(), answers, contacts }
    };
    Ok(Forgotten {
        ids: ids.iter().map(named).collect(),
        answers: found.answers,
        periods: found.periods.into_iter().collect(),
        contacts: gone,
        examples,
        scan,
        notices,
    })
}

/// Looks for answers of these respondents and customers.
fn find(out: &Path, before: &Manifest, ids: &[String]) -> Result<Found> {
    let wanted: HashSet<&str> = ids.iter().map(String::as_str).collect();
    let mut found = Found::default();
    let texts = before.layout.text_columns();
    let columns: Vec<&str> = ["id"]
        .into_iter()
        .chain(before.layout.customer.then_some("customer"))
        .chain(texts.iter().map(String::as_str))
        .collect();
    for period in before.periods.keys() {
        let part = PartId::new(Table::Comments, period.as_str());
        for batch in before.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let word = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            let id = word("id").ok_or_else(|| arrow_bug("comments have no column `id`"))?;
            let customer = word("customer");
            for row in 0..batch.num_rows() {
                let customer = customer.filter(|column| column.is_valid(row)).map(|column| column.value(row));
                let names: BTreeSet<&str> =
                    [Some(id.value(row)), customer].into_iter().flatten().filter(|id| wanted.contains(id)).collect();
                if names.is_empty() {
                    continue;
                }
                found.answers += 1;
                found.periods.insert(period.clone());
                found.respondents.insert(id.value(row).to_owned());
                for name in names {
                    found.named.entry(name.to_owned()).or_default().0 += 1;
                    found.of.entry(name.to_owned()).or_default().insert(id.value(row).to_owned());
                }
                let said = texts.iter().filter_map(|name| word(name)).filter(|column| column.is_valid(row));
                found.texts.extend(said.map(|column| column.value(row).to_owned()));
            }
        }
    }
    for id in ids {
        // A contact may be of somebody whose answer is in no period any more.
        found.of.entry(id.clone()).or_default().insert(id.clone());
    }
    Ok(found)
}

/// The contacts that stay.
struct Contacts {
    kept: Vec<RecordBatch>,
    gone: u64,
}

/// Looks for contacts with those who are to be forgotten.
fn contacts(out: &Path, before: &Manifest, found: &mut Found) -> Result<Contacts> {
    let mut contacts = Contacts { kept: Vec::new(), gone: 0 };
    let part = PartId::of_all_periods(Table::Recoveries);
    for batch in before.read_part(out, &part, None)?.into_iter().flatten() {
        let batch = batch?;
        let id = batch.column_by_name("id").and_then(|column| column.as_string_opt::<i32>());
        let id = id.ok_or_else(|| arrow_bug("contacts have no column `id`"))?;
        let mut keep = Vec::with_capacity(id.len());
        for contact in id.iter().flatten() {
            let whose = found.of.iter().filter(|(_, respondents)| respondents.contains(contact));
            let whose: Vec<String> = whose.map(|(id, _)| id.clone()).collect();
            for id in &whose {
                found.named.entry(id.clone()).or_default().1 += 1;
            }
            contacts.gone += u64::from(!whose.is_empty());
            keep.push(whose.is_empty());
        }
        let keep = BooleanArray::from(keep);
        contacts.kept.push(filter_record_batch(&batch, &keep).map_err(|error| arrow_bug(&error.to_string()))?);
    }
    Ok(contacts)
}

impl Contacts {
    fn stage(&self, output: &Output) -> Result<PartInfo> {
        let schema = crate::tables::recoveries_schema();
        let mut writer = PartWriter::create(&output.stage(Table::Recoveries, ALL_PERIODS), &schema)?;
        self.kept.iter().try_for_each(|batch| writer.push(batch))?;
        writer.finish()
    }
}

/// The configuration that the output remembers, else the one that is given.
fn as_remembered(
    config: RunConfig,
    before: &Manifest,
    mapping: &Mapping,
    notices: &mut Vec<String>,
) -> Result<RunConfig> {
    let Ok(rules) = serde_json::from_value::<Rules>(before.configuration.clone()) else {
        if config.hash(mapping)? != before.config_hash {
            notices.push(
                "the output does not remember its configuration: figures of the periods that change are made by the one at hand".to_owned(),
            );
        }
        return Ok(config);
    };
    let config = config.by(&rules);
    if config.rules()?.tokenizer != rules.tokenizer {
        let (message, help) = if rules.tokenizer.is_some() {
            ("the output was tagged with a tokenizer of its own", "Name its file with `--tokenizer FILE`.")
        } else {
            ("the output was tagged without a tokenizer of its own", "Leave `--tokenizer` out.")
        };
        return Err(Error::new(ErrorKind::Usage, "other_tokenizer", message).help(help));
    }
    Ok(config)
}

/// All that one after the other passes over the output share.
struct Job<'a> {
    output: &'a Output,
    before: &'a Manifest,
    mapping: Mapping,
    config: RunConfig,
    found: &'a Found,
    notices: &'a mut Vec<String>,
}

impl Job<'_> {
    /// The lexicons by which periods are tagged; that of the last run comes last, since all periods together are by it.
    fn lexicons(&self) -> Vec<String> {
        let last = &self.before.lexicon_hash;
        let of_periods = self.before.periods.values().map(|info| &info.lexicon_hash);
        let others: BTreeSet<&String> = of_periods.filter(|hash| *hash != last).collect();
        others.into_iter().chain([last]).cloned().collect()
    }

    /// Stages the periods that this lexicon tagged, without those who are forgotten, and all periods together.
    fn pass(
        &mut self,
        hash: &str,
        parts: &mut BTreeMap<PartId, PartInfo>,
        periods: &mut BTreeMap<String, PeriodInfo>,
    ) -> Result<()> {
        let Self { output, before, mapping, config, found, notices } = self;
        let folder = lexicon_folder(output.root(), hash);
        if !folder.is_dir() {
            let message = format!("{} does not keep a lexicon by which it was tagged", output.root().display());
            return Err(Error::new(ErrorKind::Output, "no_kept_lexicon", message).help(
                "Run its periods again with this engine, without those who are to be forgotten, by `--replace`.",
            ));
        }
        let lexicon = Arc::new(Lexicon::load_within(&[folder.to_string_lossy()], &Limits::KEPT)?);
        let (tree, matrix) = (driver_tree(&lexicon)?, responsibility_matrix(&lexicon)?);
        let layout = before.layout.clone();
        let shop = Shop {
            tree,
            matrix,
            consent: HeldConsent::default(),
            tagger: Tagger::new(lexicon, config.tagger_options(&layout))?,
            redactor: (!config.redact.is_off()).then(|| Redactor::with(&config.redact)),
            sources: Vec::new(),
            mapping: mapping.clone(),
            layout,
            timings: Timings::default(),
        };
        let grouping = config.grouping(&shop)?;
        let config_hash = config.hash(mapping)?;
        let mut cells = shop.empty_cells();
        let ids = found.respondents.iter().map(String::as_str);
        let touched = Touched::new(output, &shop)?.forgetting(ids, found.periods.clone());
        let merged = touched.merge(config, &config_hash, &mut cells)?;
        let grouped = cells.group(&grouping);
        let totals = Totals::new(&grouped, &merged.touched);
        let sheets = Sheets::new(&shop.layout)?;
        let labels = Labels::new(shop.tagger.lexicon(), &shop.tree, &shop.matrix, &shop.layout.segments);
        let tables = Tables {
            output,
            shop: &shop,
            config,
            labels: &labels,
            sheets: &sheets,
            before: Some(before),
            merged: &merged,
            rule: Rule { confidence: config.confidence, ..Rule::default() },
            config_hash: &config_hash,
            anew: parts,
        };
        let mut staged = merged.parts.clone();
        let said = tables.stage(&grouped, &totals, None, &mut staged)?;
        notices.extend(said.into_iter().filter(|said| !notices.contains(said)).collect::<Vec<_>>());
        parts.extend(staged);
        for period in &merged.touched {
            let Some(info) = merged.periods.get(period) else { continue };
            // A copy of a lexicon does not say of which ones it was made.
            let lexicons = before.periods.get(period).map(|info| info.lexicons.clone()).unwrap_or_default();
            periods.insert(period.clone(), PeriodInfo { lexicons, ..info.clone() });
        }
        Ok(())
    }
}
