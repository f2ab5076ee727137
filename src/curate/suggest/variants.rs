//! Words that are another word written otherwise: slips of the pen, endings, characters in another order.
//!
//! Not for what drawn-out letters and full-width characters come to: folding and the lexicon's tries forgive these.

use serde::Serialize;

use crate::text::chars::is_han;

/// Below this length one letter more or less too often makes another word.
const SHORTEST: usize = 7;

/// How a word is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// The same stem with another ending: portion, portions.
    Ending,
    /// One letter left out, added, changed, or changed places with the next (Damerau 1964).
    Letter,
    /// The same Chinese characters in another order.
    Order,
}

/// An English word without its ending; as crude as it is needed to find what might be the same word.
pub(super) fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 10] = ["ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "y"];
    let has_rest = |ending: &&&str| word.strip_suffix(**ending).is_some_and(|rest| rest.len() >= 3);
    ENDINGS.iter().find(has_rest).and_then(|ending| word.strip_suffix(ending)).unwrap_or(word)
}

/// Whether, and how, `word` is a variant of `term`; both folded.
pub(super) fn variant(word: &str, term: &str) -> Option<Variant> {
    if word == term {
        return None;
    }
    let (one, other): (Vec<char>, Vec<char>) = (word.chars().collect(), term.chars().collect());
    if word.contains(is_han) || term.contains(is_han) {
        let sorted = |chars: &[char]| {
            let mut chars = chars.to_vec();
            chars.sort_unstable();
            chars
        };
        return (one.len() == other.len() && one.len() >= 2 && sorted(&one) == sorted(&other))
            .then_some(Variant::Order);
    }
    if word.contains(' ') || term.contains(' ') {
        return None;
    }
    // "portion" and "portions", but not "wait" and "waiter".
    if stem(word) == stem(term) {
        return Some(Variant::Ending);
    }
    let long_enough = one.len().min(other.len()) >= SHORTEST && one.first() == other.first();
    (long_enough && is_one_slip(&one, &other)).then_some(Variant::Letter)
}

/// Whether one letter makes the difference.
fn is_one_slip(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let head = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[head..], &long[head..]);
    match long.len() - short.len() {
        0 => {
            short.get(1..) == long.get(1..)
                || short.len() > 1 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..]
        }
        1 => short == &long[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_or_another_ending() {
        for (word, term, want) in [
            ("delicous", "delicious", Some(Variant::Letter)),
            ("deilcious", "delicious", Some(Variant::Letter)),
            ("delicious", "delicious", None),
            ("delicius", "delicates", None),
            ("atmospere", "atmosphere", Some(Variant::Letter)),
            ("portion", "portions", Some(Variant::Ending)),
            ("tasty", "taste", None),
            ("wait", "waiter", None),
            ("soup", "soap", None),
            ("slow service", "slow services", None),
            ("员务服", "服务员", Some(Variant::Order)),
            ("服务生", "服务员", None),
            ("道味", "味道", Some(Variant::Order)),
            ("", "味道", None),
        ] {
            assert_eq!(variant(word, term), want, "{word} {term}");
        }
    }

    #[test]
    fn endings_are_taken_off() {
        for (word, want) in
            [("flavors", "flavor"), ("waiting", "wait"), ("berries", "berr"), ("bus", "bus"), ("es", "es")]
        {
            assert_eq!(stem(word), want);
        }
    }
}
