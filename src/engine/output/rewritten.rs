//! What a run says of published periods that it tags by other lexicons than they were published by.
//!
//! Not for tagging (`merging`), nor for periods that keep their files.

use std::collections::BTreeMap;
use std::path::Path;

use crate::tables::{LexiconInfo, Manifest, PeriodInfo};
use crate::typed::word;

/// More periods than this are told by the first and the last.
const NAMED: usize = 6;

/// A sentence for each set of lexicons by which touched periods were published, other than that of this run, whose hash is `here`.
///
/// `is_touched`: whether the run writes the period. `out`: the output folder, which keeps the lexicons of periods that stay.
pub(super) fn rewritten(before: &Manifest, here: &str, is_touched: impl Fn(&str) -> bool, out: &Path) -> Vec<String> {
    let mut by_hash: BTreeMap<&str, (&PeriodInfo, Vec<&str>)> = BTreeMap::new();
    for (period, info) in &before.periods {
        if info.lexicon_hash != here && info.comments > 0 && is_touched(period) {
            by_hash.entry(&info.lexicon_hash).or_insert_with(|| (info, Vec::new())).1.push(period);
        }
    }
    let sentence = |(hash, (info, periods)): (&str, (&PeriodInfo, Vec<&str>))| {
        let (were, all) = if periods.len() == 1 { ("was", "it") } else { ("were", "them") };
        let stays = before.periods.iter().find(|(period, info)| info.lexicon_hash == hash && !is_touched(period));
        let back = stays.map(|(period, _)| {
            format!("; `--lexicon {}` goes on by those", word(&format!("{}@{period}", out.display())))
        });
        format!(
            "{} {were} published by other lexicons{}: this run tags {all} by its own and rewrites the figures{}",
            listed(&periods),
            names(&info.lexicons),
            back.unwrap_or_default()
        )
    };
    by_hash.into_iter().map(sentence).collect()
}

/// `a, b`, or `8 periods from a to h`.
fn listed(periods: &[&str]) -> String {
    match periods {
        [first, .., last] if periods.len() > NAMED => format!("{} periods from {first} to {last}", periods.len()),
        periods => periods.join(", "),
    }
}

/// ` (core 1.0 + dining 1.0)`; nothing where an earlier engine did not say.
fn names(lexicons: &[LexiconInfo]) -> String {
    let names: Vec<String> = lexicons.iter().map(|it| format!("{} {}", it.name, it.version)).collect();
    if names.is_empty() { String::new() } else { format!(" ({})", names.join(" + ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(hash: &str, names: &[&str], comments: u64) -> PeriodInfo {
        let lexicons = names.iter().map(|name| LexiconInfo { name: (*name).to_owned(), version: "1.0".to_owned() });
        PeriodInfo { lexicon_hash: hash.to_owned(), lexicons: lexicons.collect(), comments, ..PeriodInfo::default() }
    }

    #[test]
    fn touched_periods_of_other_lexicons_are_named_with_the_way_back() {
        let (old, new) = ("a".repeat(64), "b".repeat(64));
        let mut before = Manifest::default();
        for week in 1..=9 {
            before.periods.insert(format!("W{week}"), info(&old, &["core", "dining"], 3));
        }
        before.periods.insert("W5".to_owned(), info(&new, &["core"], 3));
        before.periods.insert("W6".to_owned(), info(&old, &["core", "dining"], 0));
        let said = |touched: &[&str]| rewritten(&before, &new, |period| touched.contains(&period), Path::new("out"));
        assert_eq!(
            said(&["W2", "W5", "W6"]),
            [
                "W2 was published by other lexicons (core 1.0 + dining 1.0): this run tags it by its own and rewrites the figures; `--lexicon out@W1` goes on by those"
            ]
        );
        assert!(said(&["W1", "W2"])[0].starts_with("W1, W2 were published by other"), "{:?}", said(&["W1", "W2"]));
        let all = said(&["W1", "W2", "W3", "W4", "W6", "W7", "W8", "W9"]);
        assert!(all[0].starts_with("7 periods from W1 to W9 were"), "{all:?}");
        assert!(all[0].ends_with("rewrites the figures"), "{all:?}");
        assert!(said(&["W5", "W6"]).is_empty());
    }
}
