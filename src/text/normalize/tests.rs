//! Tables of what folds to what, and what holds for any text.

use proptest::prelude::*;

use super::*;

fn normalizer() -> &'static Normalizer {
    static SHARED: std::sync::OnceLock<Normalizer> = std::sync::OnceLock::new();
    SHARED.get_or_init(|| Normalizer::new().unwrap())
}

fn fold(text: &str) -> Folded {
    let mut out = Folded::default();
    normalizer().fold(text, &mut out);
    out
}

#[test]
fn texts_fold_to_one_form() {
    for (delivered, expected) in [
        ("", ""),
        ("空调噪音太大", "空调噪音太大"),
        ("The Food was GOOD", "the food was good"),
        ("ＡＢＣ１２３，！", "abc123,!"),
        ("Café CAFÉ cafe\u{301}", "café café café"),
        ("服務態度很好", "服务态度很好"),
        ("乾淨，乾隆", "干净,乾隆"),
        ("裡面的麵條很鹹", "里面的面条很咸"),
        ("R&amp;D &lt;3 it&#39;s&nbsp;ok", "r&d <3 it's ok"),
        ("&#x670D;&#x52D9;", "服务"),
        ("a&b &unknown; &", "a&b &unknown; &"),
        ("服\u{200B}务\u{FEFF}", "服务"),
        ("服务\u{3000}\u{A0} 好", "服务 好"),
        ("don’t don‘t don`t", "don't don't don't"),
        ("太差了！！！", "太差了!"),
        ("太差了。。。", "太差了。"),
        ("还行......吧", "还行…吧"),
        ("还行……吧", "还行…吧"),
        ("end. next", "end. next"),
        ("sooooo GOOOOD", "soo good"),
        ("aaAAa", "aa"),
        ("1000 2000", "1000 2000"),
        ("哈哈哈哈", "哈哈哈哈"),
        ("😀😀👍🏻", "😀😀👍🏻"),
        ("a\r\nb\n\nc", "a\nb\nc"),
        ("㎡ ﬁne ℃", "m2 fine °c"),
        ("①服务好 iPhone™ №1", "①服务好 iphone™ №1"),
        ("ｶﾞ", "ガ"),
        ("￣▽￣ ´ x", "￣▽￣ ' x"),
        ("———————", "—"),
        ("İstanbul", "i\u{307}stanbul"),
    ] {
        assert_eq!(fold(delivered).text, expected, "{delivered}");
    }
}

#[test]
fn what_was_found_leads_back_to_what_was_delivered() {
    for (delivered, found, expected) in [
        ("服務態度很好", "态度", "態度"),
        ("ＡＢＣ很好", "很好", "很好"),
        ("ＡＢＣ很好", "bc", "ＢＣ"),
        ("服\u{200B}务好", "服务", "服\u{200B}务"),
        ("服务\u{200B}好", "服务", "服务"),
        ("服务\u{200B}好", "好", "好"),
        ("soooo good", "soo", "soooo"),
        ("soooo good", "good", "good"),
        ("it&#39;s ok", "it's", "it&#39;s"),
        ("it&#39;s ok", "ok", "ok"),
        ("差！！！贵", "!", "！！！"),
        ("差！！！贵", "贵", "贵"),
        ("行......吧", "吧", "吧"),
        ("行......吧", "…", "......"),
        ("10㎡大", "m", "㎡"),
        ("10㎡大", "大", "大"),
        ("cafe\u{301} x", "café", "cafe\u{301}"),
        ("a  \u{3000}b", "b", "b"),
        ("İx", "x", "x"),
    ] {
        let folded = fold(delivered);
        let start = folded.text.find(found).unwrap() as u32;
        let range = folded.delivered(start..start + found.len() as u32);
        assert_eq!(&delivered[range.start as usize..range.end as usize], expected, "{delivered}: {found}");
    }
}

#[test]
fn usual_text_keeps_its_offsets() {
    for text in ["Plain ASCII, with Commas. Good food", "空调噪音太大、晚上吵得睡不着。", "服務態度", "ok好👍"]
    {
        assert!(fold(text).is_aligned(), "{text}");
    }
}

#[test]
fn buffers_are_used_again() {
    let mut out = Folded::default();
    for text in ["服務！！！", "plain", "ＡＢ"] {
        normalizer().fold(text, &mut out);
        assert_eq!(out.text, fold(text).text);
        assert_eq!(out.delivered(0..out.text.len() as u32), fold(text).delivered(0..out.text.len() as u32));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn offsets_rise_and_lie_on_boundaries(
        delivered in "(\\PC|\u{301}|\u{200B}|&#39;|&amp;|[a-cA-C.!\r\n 服務務乾ＡａＢ！。㎡ﬁ\u{2F800}]){0,24}",
    ) {
        let folded = fold(&delivered);
        let bounds: Vec<u32> =
            (0..=folded.text.len()).filter(|i| folded.text.is_char_boundary(*i)).map(|i| i as u32).collect();
        let (mut start, mut end) = (0, 0);
        for pair in bounds.windows(2) {
            let range = folded.delivered(pair[0]..pair[1]);
            prop_assert!(range.start >= start && range.end >= end && range.start < range.end, "{:?} {:?}", folded, range);
            prop_assert!(range.end as usize <= delivered.len());
            prop_assert!(delivered.is_char_boundary(range.start as usize));
            prop_assert!(delivered.is_char_boundary(range.end as usize));
            (start, end) = (range.start, range.end);
        }
    }

    #[test]
    fn folding_twice_changes_nothing_more(delivered in "[a-cA-C.! 服務乾ＡａＢ！。㎡\n，]{0,24}") {
        let once = fold(&delivered);
        prop_assert_eq!(&fold(&once.text).text, &once.text);
    }
}
