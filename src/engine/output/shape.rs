//! Whether new rows can stand in one table with those that the output holds.
//!
//! Not for what becomes of rows (`merging`).

use crate::engine::work::Shop;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::Mapping;
use crate::tables::{Layout, Manifest, Output};

/// An error where the new rows cannot stand in one table with those that the output holds: other ids, weights, segments or questions,
/// other periods, another scale.
pub(super) fn check_same_shape(output: &Output, before: &Manifest, shop: &Shop) -> Result<()> {
    let (held, here) = (&before.layout, &shop.layout);
    let roles = |layout: &Layout| -> Vec<String> {
        layout.texts.iter().map(|text| format!("{}={}", text.name, text.role.as_str())).collect()
    };
    let now = serde_json::to_value(&shop.mapping).unwrap_or_default();
    // Keys that an earlier engine did not write have their defaults.
    let then = serde_json::from_value::<Mapping>(before.mapping.clone()).and_then(serde_json::to_value);
    let then = then.unwrap_or_else(|_| before.mapping.clone());
    // Null in the manifest: no column.
    let mapped = |mapping: &serde_json::Value, key: &str| match &mapping[key] {
        serde_json::Value::Null => "none".to_owned(),
        serde_json::Value::String(name) => name.clone(),
        other => other.to_string(),
    };
    let key = |what, key: &str, flag| (what, mapped(&then, key), mapped(&now, key), flag);
    let shapes = [
        ("segments", listed(&held.segments), listed(&here.segments), "--by"),
        ("questions", listed(&roles(held)), listed(&roles(here)), "--text"),
        key("customer ids", "customer", "--customer"),
        key("respondent ids", "id", "--id"),
        key("weights", "weight", "--weight"),
        key("periods", "period", "--period"),
        key("first days of the week", "week_start", "--week-start"),
        key("time zones", "time_zone", "--time-zone"),
        key("scores", "scale", "--scale"),
    ];
    match shapes.into_iter().find(|(_, held, here, _)| held != here) {
        None => Ok(()),
        Some((what, held, here, flag)) => Err(Error::new(
            ErrorKind::Output,
            "other_layout",
            format!("{} holds tables with other {what}: {held} there, {here} here", output.root().display()),
        )
        .help(format!("Give the same {flag} as before, or name another folder with --out."))),
    }
}

/// `[a, b]`
fn listed(names: &[String]) -> String {
    format!("[{}]", names.join(", "))
}
