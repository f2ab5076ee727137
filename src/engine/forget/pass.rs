//! One pass over an output for each lexicon by which periods of it were tagged: these periods staged without those who are forgotten, and all
//! periods together.
//!
//! Not for who that is, nor for what a table says. A pass knows nothing of what another one staged but the figures with which its periods are
//! compared; what depends on all answers, as consent does, is therefore known before the first one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::config::{RunConfig, driver_tree, responsibility_matrix};
use super::super::consent::HeldConsent;
use super::super::output::Touched;
use super::super::publish::labels::Labels;
use super::super::publish::sheets::Sheets;
use super::super::publish::{Tables, Totals};
use super::super::timings::Timings;
use super::super::work::Shop;
use super::found::Found;
use super::lists::Lists;
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
    pub(super) config: RunConfig,
    pub(super) found: &'a Found,
    pub(super) lists: &'a Lists,
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
        let Self { output, before, mapping, config, found, lists } = self;
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
            anew: &passed.parts,
        };
        let of_this = |period: &&String| before.periods.get(*period).is_some_and(|info| info.lexicon_hash == hash);
        let again: Vec<&str> = lists.periods.iter().filter(of_this).map(String::as_str).collect();
        let mut staged = merged.parts.clone();
        tables.stage_without(&grouped, &totals, &lists.consents, &again, &mut staged)?;
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
