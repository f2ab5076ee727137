//! Licence plates of the mainland: their patterns, and what a find must be.

use std::ops::Range;

use super::find::{Find, word};
use super::kinds::Kind;
use super::patterns::{Gate, Written};

/// Province and office of a licence plate.
macro_rules! plate {
    () => {
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛陝閩貴粵寧瓊雲] ?[A-HJ-NP-Za-hj-np-z]"
    };
}

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 2] = [
    // Province, office, five or six characters; of Hong Kong and Macau, of the police and of trailers with a word of their own.
    Written::new(
        Kind::Plate,
        Gate::Plate,
        concat!(plate!(), r" ?[· .•・-]? ?(?:[A-HJ-NP-Za-hj-np-z0-9]{4}[港澳警学挂领]|[A-HJ-NP-Za-hj-np-z0-9]{5,6})"),
        None,
        plate,
    ),
    Written::new(
        Kind::Plate,
        Gate::Plate,
        concat!(plate!(), r" ?[· .-]? ?[A-HJ-NP-Za-hj-np-z0-9](?: [A-HJ-NP-Za-hj-np-z0-9]){4,5}"),
        None,
        plate,
    ),
];

/// A plate has three digits at least, and nothing goes on after it.
fn plate(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = find.text().bytes().filter(u8::is_ascii_digit).count();
    let after = find.after(find.range.end).chars().next();
    let amount = after.is_some_and(|c| "元块塊万萬%".contains(c));
    (digits >= 3 && !word(after) && !amount).then(|| find.range.clone())
}
