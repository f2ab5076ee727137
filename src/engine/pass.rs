//! One pass over an output for each lexicon by which periods of it were tagged: some of these periods staged anew from the answers that the output
//! holds, without those who are forgotten, and all periods together.
//!
//! Not for who is forgotten (`forget`) nor for what is damaged (`remake`), nor for what a table says. A pass knows nothing of what another one staged but
//! the figures with which its periods are compared; what depends on all answers, as consent does, is therefore known before the first one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config::{Rules, RunConfig, driver_tree, responsibility_matrix};
use super::consent::{Consents, HeldConsent};
use super::damage::Damage;
use super::output::Touched;
use super::publish::labels::Labels;
use super::publish::sheets::Sheets;
use super::publish::{Tables, Totals};
use super::timings::Timings;
use super::work::Shop;
use crate::contribution::change::Rule;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;
use crate::lexicon::limits::Limits;
use crate::survey::Mapping;
use crate::tables::{Manifest, Output, PartId, PartInfo, PeriodInfo, lexicon_folder};
use crate::tag::Tagger;
use crate::text::Redactor;

/// All that the passes share.
pub(super) struct Job<'a> {
    pub(super) output: &'a Output,
    pub(super) before: &'a Manifest,
    pub(super) mapping: Mapping,
    /// The configuration that the output remembers ([`as_remembered`]).
    pub(super) config: RunConfig,
    /// Respondents who are to be in no table any more.
    pub(super) gone: &'a BTreeSet<String>,
    /// The periods that are staged anew.
    pub(super) periods: &'a BTreeSet<String>,
    /// What is known of consent, over all answers that stay.
    pub(super) consents: &'a Consents,
    /// Other periods, whose lists of follow-ups alone are staged anew.
    pub(super) lists: &'a BTreeSet<String>,
    /// What of the output is damaged, and not read.
    pub(super) damage: &'a Damage,
}

/// What the passes staged.
pub(super) struct Passed {
    pub(super) parts: BTreeMap<PartId, PartInfo>,
    /// All periods of the output.
    pub(super) periods: BTreeMap<String, PeriodInfo>,
    /// A sentence where periods keep changes that look back at somebody who is forgotten.
    pub(super) stale: Option<String>,
}

impl Job<'_> {
    /// All passes.
    pub(super) fn passes(&self) -> Result<Passed> {
        let periods = self.before.periods.clone();
        let mut passed = Passed { parts: BTreeMap::new(), periods, stale: None };
        let lexicons = self.lexicons();
        // Where rules changed, a period is compared with what an earlier one says by its own: this must have been made first.
        for _ in 0..lexicons.len().min(2) {
            for hash in &lexicons {
                self.pass(hash, &mut passed)?;
            }
        }
        Ok(passed)
    }

    /// The lexicons by which periods are tagged; that of the last run comes last, since all periods together are by it.
    fn lexicons(&self) -> Vec<String> {
        let last = &self.before.lexicon_hash;
        let of_periods = self.before.periods.values().map(|info| &info.lexicon_hash);
        let others: BTreeSet<&String> = of_periods.filter(|hash| *hash != last).collect();
        others.into_iter().chain([last]).cloned().collect()
    }

    /// Stages the periods that this lexicon tagged, without those who are forgotten, lists of other periods of its, and all periods together.
    fn pass(&self, hash: &str, passed: &mut Passed) -> Result<()> {
        let Self { output, before, mapping, config, gone, periods, consents, lists, damage } = self;
        let folder = lexicon_folder(output.root(), hash);
        if !folder.is_dir() {
            let message = format!("{} does not keep a lexicon by which it was tagged", output.root().display());
            return Err(Error::new(ErrorKind::Output, "no_kept_lexicon", message).help(
                "Run the survey files again with this engine, by `--replace`, without those who are to be forgotten.",
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
        let ids = gone.iter().map(String::as_str);
        let touched = Touched::new(output, &shop)?.forgetting(ids, (*periods).clone()).making_anew((*damage).clone());
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
            anew: &passed.parts,
        };
        let of_this = |period: &&String| before.periods.get(*period).is_some_and(|info| info.lexicon_hash == hash);
        let again: Vec<&str> = lists.iter().filter(of_this).map(String::as_str).collect();
        let mut staged = merged.parts.clone();
        tables.stage_without(&grouped, &totals, consents, &again, &mut staged)?;
        let stale = tables.stale_after_all();
        passed.stale = stale;
        passed.parts.extend(staged);
        for period in &merged.touched {
            let Some(info) = merged.periods.get(period) else { continue };
            // A copy of a lexicon does not say of which ones it was made.
            let lexicons = before.periods.get(period).map(|info| info.lexicons.clone()).unwrap_or_default();
            passed.periods.insert(period.clone(), PeriodInfo { lexicons, ..info.clone() });
        }
        Ok(())
    }
}

/// The configuration that the output remembers, else the one that is given.
pub(super) fn as_remembered(
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
