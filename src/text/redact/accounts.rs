//! Names of `WeChat` and numbers of QQ: the words that announce them, their patterns, and what a find must be.

use std::ops::Range;

use super::context::{is_code, is_money};
use super::find::{Digits, Find, is_day, word};
use super::kinds::Kind;
use super::names;
use super::patterns::{Gate, Written, sep};

/// What follows a word that announces a name: `微信号是：`, `微信了（`, `Wechat 加 `, `WeChat (id `.
macro_rules! announced {
    () => {
        r#"(?: ?(?:号码|號碼|号|號|账号|帐号|帳號|[吧呢哈了呀啊]|(?:id|no|number|account)(?-u:\b)\.?))?[ :;=~/—@是为為叫就(（【"'“”「-]{0,4}(?:(?:加|搜|搜索|找)[ :：]{0,2}|(?:is|id)(?-u:\b)[ :"'“”]{0,2})?"#
    };
}

/// A word for `WeChat`.
macro_rules! wechat {
    () => {
        r"(?:微 ?信|威信|薇信|维信|卫星|绿泡泡|[加找][我个下]?[微薇威]|(?-u:\b)we ?chat(?-u:\b)|(?-u:\b)wei ?xin(?-u:\b)|(?-u:\b)[vw] ?x(?-u:\b)|\p{Han}[vw]x|v信|(?:[微薇]|(?-u:\b)v)[❤♥]|(?:[+＋➕]|[加找][我个下]?) ?v(?-u:\b)|(?-u:\b)v[:：])"
    };
}

/// A word for QQ.
macro_rules! qq {
    () => {
        r"(?:(?-u:\b)q ?q|扣扣|抠抠|企鹅|球球|(?:[+＋➕]|[加找][我个下]?) ?q|(?-u:\b)q(?:号|號|[:：])|微信(?:号码|号|號))"
    };
}

/// The same, and words that announce a number only before it.
macro_rules! before_number {
    () => {
        concat!(
            "(?:",
            qq!(),
            r"|(?-u:\b)q|(?-u:\b)q ?q ?(?:邮箱|mail)|(?:微 ?信|(?-u:\b)[vw]x)[:：]|(?:我的?|加我?)(?:微 ?信|[vw]x))"
        )
    };
}

/// Between two names of a list.
macro_rules! and {
    () => {
        r"(?: ?[、,，/&] ?| ?(?:和|或|或者|跟|还有)(?:我?(?:老婆|老公|妈妈?|爸爸?|家人|朋友|同事|女儿|儿子)的)? ?| and | or )"
    };
}

/// What a name is said to be after it: `abc_123（我微信）`, `12345678 is my QQ`.
macro_rules! said_after {
    () => {
        r" ?(?:[(（【]|[,，]?(?:这|就|才|都)?是| is)(?: ?(?:我|本人|俺|my|the|自己|家))?(?: ?的)? ?"
    };
}

/// The words of Chinese that announce accounts, as far as they tell whether a closer look is worth it; [`super::clues`] sees those of
/// Latin letters.
pub(super) const CHINESE_WORDS: &str = "微|薇|威|维信|卫星|绿泡泡|扣扣|抠抠|企鹅|球球";

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 8] = [
    Written::new(
        Kind::Account,
        Gate::Names,
        concat!(
            "(?i)",
            wechat!(),
            announced!(),
            r"(?P<n>[a-z][a-z0-9_-]{5,30}(?:\.[0-9]{1,6})?|[b-df-hj-np-tv-z]{2,4} [0-9]{3,8})"
        ),
        None,
        wechat,
    ),
    // `加我微信，我把号写在这里：abc_123`.
    Written::new(
        Kind::Account,
        Gate::Names,
        concat!("(?i:", wechat!(), r")[^。！？!?\r\n]{1,20}[:：] ?", r"(?P<n>[a-z][a-z0-9_-]{5,30})"),
        None,
        account_afar,
    ),
    // One more, in a list of which those before it are blotted out.
    Written::new(
        Kind::Account,
        Gate::Names,
        concat!("(?i)", wechat!(), announced!(), r"(?:[*]{6,20}", and!(), r"){1,5}(?P<n>[a-z][a-z0-9_-]{5,30})"),
        None,
        wechat_listed,
    ),
    // `abc_123（我微信）`.
    Written::new(
        Kind::Account,
        Gate::Names,
        concat!("(?i)", r"(?P<n>[a-z][a-z0-9_-]{5,30})", said_after!(), wechat!()),
        None,
        account_before,
    ),
    Written::new(
        Kind::Account,
        Gate::Numbers,
        concat!("(?i)", before_number!(), announced!(), r"(?P<n>[1-9](?:", sep!(), r"[0-9]){4,10})"),
        None,
        qq,
    ),
    Written::new(
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
        qq_afar,
    ),
    Written::new(
        Kind::Account,
        Gate::Numbers,
        concat!(
            "(?i)",
            before_number!(),
            announced!(),
            r"(?:[*]{5,20}",
            and!(),
            r"){1,5}(?P<n>[1-9](?:",
            sep!(),
            r"[0-9]){4,10})"
        ),
        None,
        qq,
    ),
    Written::new(
        Kind::Account,
        Gate::Numbers,
        concat!("(?i)", r"(?P<n>[1-9][0-9]{4,10})", said_after!(), qq!()),
        None,
        account_before,
    ),
];

/// What announces a name: all of the find before it.
fn lead<'f>(find: &'f Find<'_>) -> &'f str {
    find.view.text()[find.whole.start..find.range.start].trim_end()
}

/// Six to twenty letters, digits and marks, of which not all are letters; or letters that are announced, or read as a Chinese name.
fn wechat(find: &Find<'_>) -> Option<Range<usize>> {
    let name = find.text();
    let lead = lead(find).to_ascii_lowercase();
    let announced = lead.ends_with([':', '=', '号', '號', '码', '碼']) || lead.ends_with("id");
    let holds = if name.contains(' ') {
        // Initials and a number.
        announced && name.len() > 6 && !is_money(find.after(find.range.end))
    } else if name.contains(|c: char| c.is_ascii_digit() || c == '_') {
        !names::is_version(name)
    } else {
        let syllables = names::pinyin(&name.to_ascii_lowercase().replace('-', ""));
        let attached = syllables == 2 && name.len() >= 7 && !lead.ends_with(|c: char| c.is_ascii());
        // `微信/zhifubao` are two things.
        let other = lead.ends_with(['/', '-', '—']);
        !names::is_word(name) && !other && (announced || syllables >= 3 || attached)
    };
    fits(find, holds)
}

/// The same after another name, where it is not the word for another messenger: `、QQ12345678`.
fn wechat_listed(find: &Find<'_>) -> Option<Range<usize>> {
    let name = find.text();
    let letters = name.len() - name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let label = letters == 2 && name[2..].bytes().all(|b| b.is_ascii_digit());
    if label { None } else { wechat(find) }
}

/// Words after which a code stands, or an amount, and no name.
const CODES: [&str; 9] = ["单", "订", "編", "编", "型", "网址", "版本", "额", "价"];

/// The name in a sentence that speaks of a messenger before its colon: it has a digit or a mark, and is no code.
fn account_afar(find: &Find<'_>) -> Option<Range<usize>> {
    let name = find.text();
    let code = CODES.iter().any(|word| lead(find).contains(word));
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    let holds = name.starts_with(|c: char| c.is_ascii_lowercase()) && letters < name.len() && !name.contains('-');
    fits(find, !code && letters >= 2 && holds)
}

/// A name that is said afterwards to be one: it has a digit or a mark.
fn account_before(find: &Find<'_>) -> Option<Range<usize>> {
    let (before, _) = find.before();
    let holds = !find.text().bytes().all(|b| b.is_ascii_alphabetic()) && !word(before) && before != Some('-');
    (holds && find.range.len() <= 20).then(|| find.range.clone())
}

fn fits(find: &Find<'_>, holds: bool) -> Option<Range<usize>> {
    let length = find.range.len();
    (holds && length <= 20 && !word(find.after(find.range.end).chars().next())).then(|| find.range.clone())
}

/// Five to eleven digits: the first group, or groups that are short by themselves. After words that stand before other numbers too, they
/// must be more.
fn qq(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let lead = lead(find).to_ascii_lowercase();
    let announced = lead.ends_with([':', '=', '号', '號', '码', '碼']);
    let short = |groups: usize| groups > 2 && digits.groups[..groups].iter().all(|group| (2..=4).contains(group));
    let groups = if digits.groups[0] >= 5 {
        1
    } else {
        let fits = |groups: &usize| digits.regular(*groups) || announced && short(*groups);
        digits.prefixes(5..12).map(|(groups, _)| groups).find(fits)?
    };
    let end = find.range.start + digits.ends[groups - 1];
    let count: usize = digits.groups[..groups].iter().sum();
    let least = match lead.strip_suffix('q') {
        // `Q1234567890`, joined and by itself.
        Some(rest) if !rest.ends_with(['q', ' ', '加', '我', '下', '个', '+', '＋', '➕']) => {
            if groups == 1 && lead.len() == find.range.start - find.whole.start { 9 } else { return None }
        }
        _ if lead.contains(['q', '扣', '抠', '鹅', '球', '号', '號']) => 5,
        _ => 7,
    };
    let after = find.after(end);
    let next = after.chars().next();
    let amount = is_money(after) || next.is_some_and(|c| "分%年月日个人次步条封".contains(c));
    let day = count == 8 && is_day(&digits.all[..8]) && least > 5;
    (count >= least && find.ends(end) && !word(next) && !amount && !day && !is_code(find))
        .then_some(find.range.start..end)
}

/// The same in a sentence that speaks of QQ before its colon.
fn qq_afar(find: &Find<'_>) -> Option<Range<usize>> {
    if CODES.iter().any(|word| lead(find).contains(word)) { None } else { qq(find) }
}
