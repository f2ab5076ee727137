//! Other spellings of a word: slips of the pen (`outrageous~`), and letters drawn out ("sloooow").
//!
//! Not for folding, which every text goes through: these are patterns of their own beside the word.

/// The shortest word that may be written with slips: in shorter ones a slip too often makes another word.
pub const SHORTEST: usize = 7;
/// The longest word whose drawn-out forms are looked for.
const LONGEST_DRAWN: usize = 8;
const VOWELS: &str = "aeiouy";

/// The slips of a word: one letter left out, doubled, or changed places with the next, or one vowel for another. The first letter is
/// right: few people get that wrong.
pub fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut out = Vec::new();
    let mut add = |letters: &[char]| {
        let slip: String = letters.iter().collect();
        if slip != word && !out.contains(&slip) {
            out.push(slip);
        }
    };
    for at in 1..letters.len() {
        let mut slip = letters.clone();
        slip.remove(at);
        add(&slip);
        slip.clone_from(&letters);
        slip.insert(at, letters[at]);
        add(&slip);
        slip.clone_from(&letters);
        if at + 1 < letters.len() {
            slip.swap(at, at + 1);
            add(&slip);
        }
        if VOWELS.contains(letters[at]) {
            for vowel in VOWELS.chars() {
                slip.clone_from(&letters);
                slip[at] = vowel;
                add(&slip);
            }
        }
    }
    out
}

/// A short word with a vowel or its last letter twice, as folding leaves "sloooow": three or more of a letter become two.
pub fn drawn_out(word: &str) -> Vec<String> {
    if !(2..=LONGEST_DRAWN).contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let bytes = word.as_bytes();
    let alone = |at: usize| (at == 0 || bytes[at - 1] != bytes[at]) && bytes.get(at + 1) != Some(&bytes[at]);
    (0..bytes.len())
        .filter(|at| alone(*at) && (VOWELS.contains(bytes[*at] as char) || at + 1 == bytes.len()))
        .map(|at| format!("{}{}", &word[..=at], &word[at..]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{drawn_out, slips};

    #[test]
    fn one_slip_is_forgiven() {
        let all = slips("outrageous");
        for slip in ["outragous", "outrageus", "outraggeous", "outrageuos", "outregeous"] {
            assert!(all.contains(&slip.to_owned()), "{slip}");
        }
        for other in ["outrageous", "utrageous", "outrage", "outbageous"] {
            assert!(!all.contains(&other.to_owned()), "{other}");
        }
    }

    #[test]
    fn short_words_are_drawn_out() {
        assert_eq!(drawn_out("slow"), ["sloow", "sloww"]);
        assert_eq!(drawn_out("good"), ["goodd"]);
        assert_eq!(drawn_out("friendliest"), Vec::<String>::new());
        assert_eq!(drawn_out("so bad"), Vec::<String>::new());
    }
}
