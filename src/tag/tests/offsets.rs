//! Offsets point into the text as it was delivered.

use super::explain;
use crate::types::Role;

#[test]
fn offsets_are_of_the_delivered_text() {
    for (text, term, cue) in [
        ("服務很差", "服務", Some("差")),
        ("沒有停車位", "停車位", None),
        ("ＮＯＩＳＥ　ｉｓ　ｂａｄ", "ＮＯＩＳＥ", Some("ｂａｄ")),
        ("rude &amp; slow", "rude", None),
        ("good&nbsp;service", "service", Some("good")),
        ("😀😀服务👍🏽好", "服务", Some("好")),
        ("  NOISY  ", "NOISY", None),
        ("the   noise    level", "noise    level", None),
        ("couldn\u{2019}t be more helpful", "couldn\u{2019}t be more helpful", None),
    ] {
        let explanation = explain(text, Role::Why);
        let found = explanation.mentions.iter().find(|mention| mention.at.text == term);
        let found = found.unwrap_or_else(|| panic!("{text}: {:?}", explanation.mentions));
        let (start_byte, end_byte) = (found.at.start_byte as usize, found.at.end_byte as usize);
        assert_eq!(&text[start_byte..end_byte], term, "{text}");
        assert_eq!(found.at.start as usize, text[..start_byte].chars().count(), "{text}");
        assert_eq!(found.at.end as usize, text[..end_byte].chars().count(), "{text}");
        assert_eq!(found.cue.as_ref().map(|cue| cue.text.as_str()), cue, "{text}");
    }
}

#[test]
fn evidence_names_the_negator() {
    for (text, negator) in
        [("服務不滿意", "不"), ("they are not very friendly", "are not very"), ("沒有停車位", "沒有")]
    {
        let mention = &explain(text, Role::Why).mentions[0];
        assert!(mention.negated, "{text}");
        assert_eq!(mention.negator.as_ref().map(|words| words.text.as_str()), Some(negator), "{text}");
    }
}
