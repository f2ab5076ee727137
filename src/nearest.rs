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

/// Edits between two names, letters that changed places being one (Damerau 1964, Levenshtein 1966).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let edited = (row[j] + usize::from(a != b)).min(row[j + 1] + 1).min(next[j] + 1);
            let is_swapped = i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b;
            next.push(if is_swapped { edited.min(above[j - 1] + 1) } else { edited });
        }
        above = std::mem::replace(&mut row, next);
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
        for (one, other, edits) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("噪音", "噪声", 1),
            ("a", "a", 0),
            ("nmae", "name", 1),
            ("ab", "ba", 1),
            ("abc", "ca", 3),
        ] {
            assert_eq!(distance(one, other), edits, "{one} {other}");
        }
    }
}
