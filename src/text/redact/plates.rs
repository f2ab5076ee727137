//! Licence plates of the mainland: their patterns, and what a find must be.

use std::ops::Range;

use super::context::is_money;
use super::find::{Find, word};
use super::kinds::Kind;
use super::patterns::{Gate, Written};

/// Province and office of a licence plate.
macro_rules! plate {
    () => {
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛陝閩貴粵寧瓊雲] ?[·・•.]? ?[A-HJ-NP-Za-hj-np-z]"
    };
}

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 2] = [
    // Province, office, five or six characters; of Hong Kong and Macau, of the police and of trailers with a word of their own.
    Written::new(
        Kind::Plate,
        Gate::Plate,
        concat!(plate!(), r" ?[· .•・-]? ?(?:[A-HJ-NP-Za-hj-np-z0-9]{4} ?[港澳警学挂领]|[A-HJ-NP-Za-hj-np-z0-9]{5,6})"),
        None,
        plate,
    ),
    // Its characters one by one, or in two groups.
    Written::new(
        Kind::Plate,
        Gate::Plate,
        concat!(
            plate!(),
            r" ?[· .-]? ?(?:[A-HJ-NP-Za-hj-np-z0-9](?: [A-HJ-NP-Za-hj-np-z0-9]){4,5}",
            r"|[A-HJ-NP-Za-hj-np-z0-9]{2} [A-HJ-NP-Za-hj-np-z0-9]{3}|[A-HJ-NP-Za-hj-np-z0-9]{3} [A-HJ-NP-Za-hj-np-z0-9]{2})"
        ),
        None,
        plate,
    ),
];

/// What follows a name of goods that looks like a plate: `新S12345系列`.
const GOODS: [&str; 6] = ["系列", "手机", "型", "款", "电视", "版"];
/// What follows the plate of a car that was in a shop: `4S店`, whose digit looks like one of the plate.
const SHOP: &str = "S店";

/// What follows a number of things, of which two may look like a plate: `A 100 20分钟`.
const MEASURES: &str = "分秒寸个次人位天年月日小时平米层张%";

/// A plate has three digits at least, or fewer with a dot after its office and capitals, or with 港 or 澳; and nothing goes on after it.
fn plate(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let shop = find.after(find.range.end).starts_with(SHOP) && text.ends_with('4');
    let end = find.range.end - usize::from(shop);
    let digits = text.bytes().filter(u8::is_ascii_digit).count() - usize::from(shop);
    let dotted = text.contains(['·', '・', '•']) && !text.contains(|c: char| c.is_ascii_lowercase());
    let elsewhere = text.ends_with(['港', '澳']);
    let after = find.after(end);
    let goes_on = !shop && word(after.chars().next());
    let counted = text.trim_end().contains(' ') && after.starts_with(|c| MEASURES.contains(c));
    let other =
        counted || is_money(after) || after.starts_with('%') || GOODS.iter().any(|word| after.starts_with(word));
    let holds = digits >= 3 || digits >= 1 && (dotted || elsewhere);
    (holds && !goes_on && !other).then_some(find.range.start..end)
}
