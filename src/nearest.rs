//! The known name that is nearest to one that nobody knows: for "did you mean".
//!
//! Not for finding words in texts (`text`, `tag`): names of columns, drivers and the like only.

/// The known name that is nearest to one that is not known, if it is near; both are compared as `folded` makes them.
pub(crate) fn nearest<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    folded: impl Fn(&str) -> String,
) -> Option<&'a str> {
    let name = folded(name);
    let near = |other: &str| {
        let other = folded(other);
        let distance = distance(&name, &other);
        let close = distance <= 1.max(name.chars().count() / 3)
            || (name.chars().count() >= 3 && (other.contains(&name) || name.contains(&other)));
        close.then_some(distance)
    };
    known.into_iter().filter_map(|other| Some((near(other)?, other))).min().map(|(_, other)| other)
}

/// Edits between two names (Levenshtein 1966).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let known = ["noise", "price", "response_time"];
        for (name, near) in
            [("nois", Some("noise")), ("Noise", Some("noise")), ("response", Some("response_time")), ("colour", None)]
        {
            assert_eq!(nearest(name, known, str::to_lowercase), near, "{name}");
        }
    }

    #[test]
    fn edits_are_counted() {
        for (one, other, edits) in [("", "abc", 3), ("kitten", "sitting", 3), ("噪音", "噪声", 1), ("a", "a", 0)] {
            assert_eq!(distance(one, other), edits, "{one} {other}");
        }
    }
}
