//! What the words around a number say about it: that it is an amount, or the code of a thing.
//!
//! Not for the words that announce a number: each kind has its own with its patterns.

use super::find::Find;

/// Units after which a number is an amount.
const UNITS: [&str; 19] = [
    "元",
    "圆",
    "块",
    "塊",
    "万",
    "萬",
    "亿",
    "億",
    "円",
    "韩元",
    "日元",
    "美元",
    "欧元",
    "港元",
    "韩币",
    "港币",
    "台币",
    "日币",
    "越南盾",
];
/// Words that begin as units do.
const NO_UNITS: [&str; 12] =
    ["元旦", "元宵", "元月", "元宝", "元套餐", "万一", "萬一", "万分", "万能", "万达", "万科", "万豪"];

/// Whether what follows a number makes an amount of it: `元`, not `元旦`.
pub(super) fn is_money(after: &str) -> bool {
    let after = after.trim_start_matches(' ');
    let begins = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
    begins(&UNITS) && !begins(&NO_UNITS)
}

/// Things whose numbers are codes, where their word says that it is a number: `门诊号`, `流水号`.
const NUMBERED: [&str; 35] = [
    "编",
    "編",
    "型",
    "序列",
    "序",
    "门诊",
    "門診",
    "就诊",
    "门牌",
    "門牌",
    "病历",
    "住院",
    "床",
    "处方",
    "档案",
    "单",
    "單",
    "快递",
    "物流",
    "流水",
    "凭证",
    "发票",
    "批",
    "批次",
    "货",
    "机身",
    "设备",
    "车架",
    "发动机",
    "排队",
    "排",
    "票",
    "抽奖",
    "券",
    "受理",
];
/// The same in English.
const NUMBERED_ENGLISH: [&str; 8] = ["part", "item", "batch", "case", "ticket", "contract", "booking", "reservation"];
/// Things whose numbers are codes, in any case.
const CODED: [&str; 4] = ["合同", "合約", "订单", "訂單"];
/// The same in English.
const CODED_ENGLISH: [&str; 7] = ["model", "serial", "order", "invoice", "tracking", "ref", "reference"];
/// Words for a number.
const NUMBER: [&str; 11] = ["号码", "號碼", "号", "號", "码", "碼", " number", " no", " num", " id", " code"];

/// Whether the word right before a number says that it is the code of a thing: `型号`, `serial no.`; also with letters of the code
/// before its digits.
pub(super) fn is_code(find: &Find<'_>) -> bool {
    let before = find.preceding();
    let bare = before.trim_end_matches(|c: char| c.is_ascii_uppercase());
    names_code(before) || bare.len() < before.len() && names_code(bare)
}

fn names_code(before: &str) -> bool {
    let said = before.trim_end_matches([' ', ':', '#', '=', '.', '-', '是', '为', '為', '(', '[', '【']);
    let lower = said.to_ascii_lowercase();
    let stem = NUMBER.iter().find_map(|word| lower.strip_suffix(word));
    let thing = stem.unwrap_or(&lower).trim_end();
    let ends = |words: &[&str]| words.iter().any(|word| thing.ends_with(word));
    // Not within a word: `recorder`.
    let last = &thing[thing.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len()..];
    let numbered = ends(&NUMBERED) || NUMBERED_ENGLISH.contains(&last);
    ends(&CODED) || CODED_ENGLISH.contains(&last) || stem.is_some() && numbered
}

/// Words that say, some characters before a number, that a phone number follows.
const OF_PHONES: [&str; 22] = [
    "电话",
    "電話",
    "手机",
    "手機",
    "老人机",
    "号码",
    "號碼",
    "新号",
    "旧号",
    "我号",
    "拨",
    "撥",
    "联系",
    "聯絡",
    "致电",
    "致電",
    "短信",
    "回我",
    "回拨",
    "发到",
    "发给",
    "微信",
];
/// The same in English.
const OF_PHONES_ENGLISH: [&str; 8] = ["phone", "mobile", "cell", "call", "text", "tel", "number", "ring"];
/// What may follow 打 where nobody is called: 打折, 打印; or a digit of a rebate, `打8折`.
const NO_CALLS: &str = "折印分包车車卡扫掃开開算";
/// Words of sentences about prices and sizes, in which groups of digits are many.
const OF_PRICES: [&str; 6] = ["价", "價", "费", "套餐", "尺寸", "规格"];
/// How far before it, in characters.
const NEAR: usize = 12;

/// Whether the sentence speaks of a phone shortly before the find.
pub(super) fn speaks_of_phones(find: &Find<'_>) -> bool {
    says_phone(find.preceding())
}

fn says_phone(before: &str) -> bool {
    let near = before.char_indices().rev().take(NEAR).last().map_or(before, |(at, _)| &before[at..]);
    let near = near.rsplit(['。', '!', '?', '\n']).next().unwrap_or_default().to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| near.contains(word));
    let english = || near.split(|c: char| !c.is_ascii_alphabetic()).any(|word| OF_PHONES_ENGLISH.contains(&word));
    let called = || {
        near.match_indices('打').any(|(at, word)| {
            !near[at + word.len()..].starts_with(|c: char| NO_CALLS.contains(c) || c.is_ascii_digit())
        })
    };
    (holds(&OF_PHONES) || english() || called()) && !holds(&OF_PRICES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_words_that_begin_so() {
        for (after, expected) in [
            ("元封顶", true),
            (" 元", true),
            ("韩元", true),
            ("万", true),
            ("元旦后", false),
            ("万一", false),
            ("号", false),
        ] {
            assert_eq!(is_money(after), expected, "{after}");
        }
    }

    #[test]
    fn the_word_before_a_number_may_say_that_it_is_a_code() {
        for (before, expected) in [
            ("门诊号:", true),
            ("型号 ", true),
            ("合同 ", true),
            ("快递单号", true),
            ("serial no. ", true),
            ("my order #", true),
            ("Model: ", true),
            ("手机号", false),
            ("座机号", false),
            ("账号", false),
            ("recorder ", false),
            ("for booking ", false),
            ("booking no. ", true),
            ("快递", false),
            ("", false),
        ] {
            assert_eq!(names_code(before), expected, "{before}");
        }
    }

    #[test]
    fn a_sentence_speaks_of_phones_shortly_before_a_number() {
        for (before, expected) in [
            ("手机", true),
            ("给我老婆打，", true),
            ("please call ", true),
            ("打折", false),
            ("打8折", false),
            ("手机套餐", false),
            ("the hotel ", false),
            ("电话太难打。", false),
            ("", false),
        ] {
            assert_eq!(says_phone(before), expected, "{before}");
        }
    }
}
