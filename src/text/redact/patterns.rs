//! The patterns of the kinds: what each looks like in the view, which words must stand before it, and which check it must pass.
//!
//! A pattern says what may be a number; the check beside it ([`super::checks`]) says whether it is. All are bounded, so that a look at
//! one place takes no longer in a long text than in a short one.

use regex::Regex;

use super::checks::{self, Find};
use super::kinds::Kind;

/// What may stand between two groups of a number, or nothing.
macro_rules! sep {
    () => {
        r"(?: {1,2}| ?[-.] ?)?"
    };
}

/// What follows a word that announces a name: `微信号是：`, `微信了（`, `Wechat 加 `, `WeChat (id `.
macro_rules! announced {
    () => {
        r#"(?: ?(?:号码|號碼|号|號|账号|帐号|帳號|[吧呢哈了呀啊]|(?:id|no|number|account)(?-u:\b)\.?))?[ :;=~是为為叫就(（【"'“”「]{0,4}(?:(?:加|搜|搜索|找)[ :：]{0,2}|(?:is|id)(?-u:\b)[ :"'“”]{0,2})?"#
    };
}

/// A word for `WeChat`.
macro_rules! wechat {
    () => {
        r"(?:微 ?信|威信|薇信|维信|卫星|绿泡泡|[加找][我个下]?[微薇威]|(?-u:\b)we ?chat(?-u:\b)|(?-u:\b)wei ?xin(?-u:\b)|(?-u:\b)[vw] ?x(?-u:\b)|\p{Han}[vw]x|v信|(?:[+＋➕]|[加找][我个下]?) ?v(?-u:\b)|(?-u:\b)v[:：])"
    };
}

/// A word for QQ.
macro_rules! qq {
    () => {
        r"(?:(?-u:\b)q ?q|扣扣|抠抠|企鹅|球球|(?:[+＋➕]|[加找][我个下]?) ?q|(?-u:\b)q(?:号|號|[:：])|微信(?:号码|号|號))"
    };
}

/// Between two names of a list.
macro_rules! and {
    () => {
        r"(?: ?[、,，/&] ?| ?(?:和|或|或者|跟|还有) ?| and | or )"
    };
}

/// What a name is said to be after it: `abc_123（我微信）`, `12345678 is my QQ`.
macro_rules! said_after {
    () => {
        r" ?(?:[(（【]|[,，]?(?:这|就|才|都)?是| is)(?: ?(?:我|本人|俺|my|the|自己|家))?(?: ?的)? ?"
    };
}

/// Province and office of a licence plate.
macro_rules! plate {
    () => {
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛陝閩貴粵寧瓊雲] ?[A-HJ-NP-Za-hj-np-z]"
    };
}

/// Words after which a short number is a phone number.
const PHONE_WORD: &str = concat!(
    r"(?i)(?:电话|電話|手机|手機|座机|座機|致电|致電|回电|回電|打我|打给我|打給我|联系方式|聯絡|联系我|短信到",
    r"|(?-u:\b)(?:tel|telephone|phone|mobile|cell|whats ?app|call|ring|text|reach|(?:my|contact) (?:number|no)))",
    r"(?: ?(?:号码|號碼|号|號|no\.?|number|#))?[ :.,=是为為係(]{0,3}(?:(?:me|us|him|her|is|at|on|to) ?:? ?){0,3}$"
);
/// Words after which eighteen places are an identity card, even where the check digit is wrong.
const ID_WORD: &str = r"(?i)(?:身份证|身份證|证件|證件|(?-u:\b)id(?: card)?(?: number| no\.?)?)(?:号码|號碼|号|號)?[ :,=是为為(]{0,3}(?:is )?$";
/// Words after which sixteen to nineteen digits are a bank card, even where the check digit is wrong.
const CARD_WORD: &str = r"(?i)(?:银行卡|銀行卡|储蓄卡|信用卡|借记卡|(?-u:\b)(?:bank|credit|debit) card)(?: ?(?:号码|号|號|no\.?|number))?[ :,=是为為(]{0,3}(?:is )?$";

/// What a text must have before a pattern is tried on it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gate {
    /// So many digits.
    Digits(u32),
    /// Three digits, letters, and characters of Chinese.
    Plate,
    /// `@`.
    At,
    /// `dot`.
    Dot,
    /// A word that announces an account.
    Names,
    /// The same, and five digits.
    Numbers,
}

/// One pattern as it is written here.
pub(super) struct Written {
    pub(super) kind: Kind,
    pub(super) gate: Gate,
    /// What it looks like; a group `n` is what is blotted out where that is not all of it.
    pub(super) regex: &'static str,
    /// What may stand right before it; the check is told whether it does.
    pub(super) word: Option<&'static str>,
    /// What of the find is to be blotted out, if any.
    pub(super) check: fn(&Find<'_>) -> Option<std::ops::Range<usize>>,
}

const fn written(
    kind: Kind,
    gate: Gate,
    regex: &'static str,
    word: Option<&'static str>,
    check: fn(&Find<'_>) -> Option<std::ops::Range<usize>>,
) -> Written {
    Written { kind, gate, regex, word, check }
}

/// The patterns, in the order in which they take what they find.
pub(super) static PATTERNS: [Written; 24] = [
    written(
        Kind::Email,
        Gate::At,
        r"[A-Za-z0-9._%+\-]{1,64} ?@ ?[A-Za-z0-9\-]{1,63}(?: ?[.。] ?[A-Za-z0-9\-]{1,63}){1,4}",
        None,
        checks::email,
    ),
    // `ann at mail dot com`, `ann (at) mail (dot) com`.
    written(
        Kind::Email,
        Gate::Dot,
        r"(?i)[a-z0-9._%+\-]{1,64}(?: at | ?[(\[{]at[)\]}] ?| ?@ ?)[a-z0-9\-]{1,63}(?:(?: dot | ?[(\[{]dot[)\]}] ?)[a-z0-9\-]{1,63}){1,4}",
        None,
        checks::spelled_email,
    ),
    // Region, birth date, serial number and check digit, in whatever groups.
    written(
        Kind::IdCard,
        Gate::Digits(17),
        concat!(r"[1-8](?:", sep!(), r"[0-9]){16}", sep!(), "[0-9Xx]"),
        Some(ID_WORD),
        checks::id_card,
    ),
    // Fifteen to nineteen digits, of which the check takes as many as pass.
    written(
        Kind::BankCard,
        Gate::Digits(15),
        concat!(r"[2-69](?:", sep!(), r"[0-9]){14,18}"),
        Some(CARD_WORD),
        checks::bank_card,
    ),
    // Province, office, five or six characters; of Hong Kong and Macau, of the police and of trailers with a word of their own.
    written(
        Kind::Plate,
        Gate::Plate,
        concat!(plate!(), r" ?[· .•・-]? ?(?:[A-HJ-NP-Za-hj-np-z0-9]{4}[港澳警学挂领]|[A-HJ-NP-Za-hj-np-z0-9]{5,6})"),
        None,
        checks::plate,
    ),
    written(
        Kind::Plate,
        Gate::Plate,
        concat!(plate!(), r" ?[· .-]? ?[A-HJ-NP-Za-hj-np-z0-9](?: [A-HJ-NP-Za-hj-np-z0-9]){4,5}"),
        None,
        checks::plate,
    ),
    written(
        Kind::Account,
        Gate::Names,
        concat!("(?i)", wechat!(), announced!(), r"(?P<n>[a-z][a-z0-9_-]{5,30})"),
        None,
        checks::wechat,
    ),
    // `加我微信，我把号写在这里：abc_123`.
    written(
        Kind::Account,
        Gate::Names,
        concat!("(?i:", wechat!(), r")[^。！？!?\r\n]{1,20}[:：] ?", r"(?P<n>[a-z][a-z0-9_-]{5,30})"),
        None,
        checks::account_afar,
    ),
    // One more, in a list of which the first is blotted out.
    written(
        Kind::Account,
        Gate::Names,
        concat!("(?i)", wechat!(), announced!(), r"[*]{6,20}", and!(), r"(?P<n>[a-z][a-z0-9_-]{5,30})"),
        None,
        checks::wechat_listed,
    ),
    // `abc_123（我微信）`.
    written(
        Kind::Account,
        Gate::Names,
        concat!("(?i)", r"(?P<n>[a-z][a-z0-9_-]{5,30})", said_after!(), wechat!()),
        None,
        checks::account_before,
    ),
    written(
        Kind::Account,
        Gate::Numbers,
        concat!("(?i)", qq!(), announced!(), r"(?P<n>[1-9](?:", sep!(), r"[0-9]){4,10})"),
        None,
        checks::qq,
    ),
    written(
        Kind::Account,
        Gate::Numbers,
        concat!(
            "(?i)",
            r"(?:(?-u:\b)q ?q|扣扣)[^。！？!?\r\n0-9]{1,8}[:：] ?",
            r"(?P<n>[1-9](?:",
            sep!(),
            r"[0-9]){4,10})"
        ),
        None,
        checks::qq_afar,
    ),
    written(
        Kind::Account,
        Gate::Numbers,
        concat!("(?i)", qq!(), announced!(), r"[*]{5,20}", and!(), r"(?P<n>[1-9](?:", sep!(), r"[0-9]){4,10})"),
        None,
        checks::qq,
    ),
    written(
        Kind::Account,
        Gate::Numbers,
        concat!("(?i)", r"(?P<n>[1-9][0-9]{4,10})", said_after!(), qq!()),
        None,
        checks::account_before,
    ),
    // Mainland mobile, in whatever groups people make.
    written(
        Kind::Phone,
        Gate::Digits(11),
        concat!(r"(?:[(（]?(?:\+|00)?86\)?", sep!(), r")?1", sep!(), r"[3-9](?:", sep!(), r"[0-9]){9}"),
        None,
        checks::mobile,
    ),
    // Mainland landline with the code of the country.
    written(
        Kind::Phone,
        Gate::Digits(11),
        concat!(
            r"\(?(?:\+|00)86\)?",
            sep!(),
            r"\(?0?[1-9][0-9]{1,2}\)?",
            sep!(),
            r"[2-9][0-9]{2,3}",
            sep!(),
            "[0-9]{4}"
        ),
        None,
        checks::phone,
    ),
    // Hong Kong, Macau and Singapore with their codes.
    written(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:\(?(?:\+|00)\(?(?:85[23]|65)\)?|\(85[23]\)|85[23][ -])",
            sep!(),
            r"[2-9][0-9]{3}",
            sep!(),
            "[0-9]{4}"
        ),
        None,
        checks::phone,
    ),
    // North America.
    written(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:(?:\(?\+1\)?|001)",
            sep!(),
            r"\(?[2-9][0-9]{2}\)?",
            sep!(),
            r"|(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?-?|[2-9][0-9]{2}[.-]))[2-9][0-9]{2}",
            sep!(),
            "[0-9]{4}"
        ),
        None,
        checks::phone,
    ),
    // Any country, with its plus, or with the two noughts in its place.
    written(
        Kind::Phone,
        Gate::Digits(8),
        concat!(
            r"(?:\(?\+\(?[1-9][0-9]{0,2}|00(?:44|886|8[1246]|6[0-6]|3[0-9]|4[0-9]))\)?",
            r"(?:",
            sep!(),
            r"\([0-9]{1,5}\))?(?:",
            sep!(),
            r"[0-9]){6,14}"
        ),
        None,
        checks::abroad,
    ),
    // Mainland landline: area code in brackets or apart from the number, perhaps with an extension.
    written(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:\(0(?:10|2[0-9]|[3-9][0-9]{2})\) ?-? ?|0(?:10|2[0-9]|[3-9][0-9]{2}) ?[ .-] ?)[1-9][0-9]{2,3}",
            sep!(),
            "[0-9]{4}(?:-[0-9]{1,5})?"
        ),
        None,
        checks::phone,
    ),
    // The same in one piece.
    written(
        Kind::Phone,
        Gate::Digits(11),
        r"0(?:(?:10|2[0-9])[2-9][0-9]{3}|[3-9][1-9][0-9][2-9][0-9]{2,3})[0-9]{4}",
        None,
        checks::phone,
    ),
    // The same, digit by digit.
    written(Kind::Phone, Gate::Digits(11), r"0(?:[ -][0-9]){10,11}", None, checks::phone),
    // British numbers, and mobiles of Taiwan.
    written(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:\(?0(?:7[0-9]{3}|20|2[3489]|1[0-9]1|11[0-9]|1[2-9][0-9]{2,3})\)?",
            sep!(),
            r"[0-9]{3,4}",
            sep!(),
            "[0-9]{3,4}|09[0-9]{2}[ -][0-9]{3}[ -]?[0-9]{3})"
        ),
        None,
        checks::british,
    ),
    // Where the text says that it is a phone number, shorter ones and those of any shape.
    written(
        Kind::Phone,
        Gate::Digits(7),
        concat!(r"\(?[0-9]\)?(?:", sep!(), r"[0-9]\)?){6,11}"),
        Some(PHONE_WORD),
        checks::announced_phone,
    ),
];

/// The words of Chinese that announce accounts, as far as they tell whether a closer look is worth it; [`super::clues`] sees those of
/// Latin letters.
pub(super) const CHINESE_WORDS: &str = "微|薇|威|维信|卫星|绿泡泡|扣扣|抠抠|企鹅|球球";

/// A compiled pattern.
pub(super) struct Pattern {
    pub(super) written: &'static Written,
    pub(super) regex: Regex,
    /// Whether it has a group `n`.
    pub(super) grouped: bool,
    pub(super) word: Option<Regex>,
}

impl Pattern {
    /// All patterns; a test sees that each can be compiled.
    pub(super) fn all() -> Vec<Self> {
        let compiled = PATTERNS.iter().filter_map(|written| {
            let word = written.word.map(Regex::new).transpose().ok()?;
            let regex = Regex::new(written.regex).ok()?;
            let grouped = regex.capture_names().any(|name| name == Some("n"));
            Some(Self { written, regex, grouped, word })
        });
        compiled.collect()
    }
}
