//! Lists of follow-ups of periods that are not written anew, and are wrong once somebody is forgotten.
//!
//! Not how a list is made (`publish::follow_up_rows`). A customer's last word holds for all lists; where it stood in an answer that is taken out,
//! the word before it counts again, whichever it is, as if the answer had never been given.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::consent::Consents;
use super::found::{Found, Ids};
use crate::error::Result;
use crate::tables::{Manifest, PartId, Table};
use crate::types::Consent;

/// The lists that are made again.
pub(super) struct Lists {
    /// What is known of consent without those who are forgotten.
    pub(super) consents: Consents,
    /// The periods whose lists are made again, of those that hold no answers that are taken out.
    pub(super) periods: BTreeSet<String>,
    /// Sentences for people.
    pub(super) notices: Vec<String>,
}

impl Lists {
    pub(super) fn new(out: &Path, before: &Manifest, found: &Found) -> Result<Self> {
        let consents = Consents::of_output(out, before, &found.respondents)?;
        let mut lists = Self { consents, periods: found.listed.clone(), notices: Vec::new() };
        if !found.answered_as.is_empty() {
            let then = Consents::of_output(out, before, &BTreeSet::new())?;
            let turned: BTreeSet<&str> = found
                .answered_as
                .iter()
                .map(String::as_str)
                .filter(|customer| then.last(customer) != lists.consents.last(customer))
                .collect();
            lists.hold(out, before, found, &turned)?;
        }
        lists.periods.retain(|period| !found.periods.contains(period));
        Ok(lists)
    }

    /// Takes the periods in which these customers still have answers.
    fn hold(&mut self, out: &Path, before: &Manifest, found: &Found, turned: &BTreeSet<&str>) -> Result<()> {
        let mut stay: BTreeSet<&str> = BTreeSet::new();
        for period in before.periods.keys().filter(|_| !turned.is_empty()) {
            let part = PartId::new(Table::Comments, period.as_str());
            for batch in before.read_part(out, &part, Some(&["id", "customer"]))?.into_iter().flatten() {
                let batch = batch?;
                let rows = Ids::of(&batch, Table::Comments)?;
                for (id, customer) in (0..batch.num_rows()).map(|row| rows.at(row)) {
                    let Some(customer) = customer.and_then(|customer| turned.get(customer)) else { continue };
                    if !found.respondents.contains(id) {
                        stay.insert(customer);
                        self.periods.insert(period.clone());
                    }
                }
            }
        }
        let agree = stay.iter().filter(|customer| self.consents.last(customer) == Some(Consent::Yes)).count();
        let refuse = stay.len() - agree;
        if refuse > 0 {
            self.notices.push(format!(
                "consent: {refuse} customer(s) agreed last in an answer that is taken out, and nothing else of theirs says yes: they are on no list of follow-ups any more"
            ));
        }
        if agree > 0 {
            self.notices.push(format!(
                "consent: {agree} customer(s) refused last in an answer that is taken out: their yes before it counts again, also in lists of follow-ups"
            ));
        }
        Ok(())
    }
}
