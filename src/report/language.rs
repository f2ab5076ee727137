//! In which language people are written to.

use std::path::Path;

use super::page::Lang;
use crate::error::Result;
use crate::tables::{ALL_PERIODS, Manifest, Named, PartId, Table};
use crate::text::chars::is_han;

/// The language of most comments of a period, or of all: of those that come first, a batch of them. English where there are none.
///
/// # Errors
/// Those of damaged files.
pub(super) fn of_comments(out: &Path, manifest: &Manifest, period: &str) -> Result<Lang> {
    let (mut zh, mut all) = (0, 0);
    let questions = manifest.layout.text_columns();
    let columns: Vec<&str> = questions.iter().map(String::as_str).collect();
    let has_comments = |label: &&String| manifest.periods.get(*label).is_some_and(|info| info.comments > 0);
    let label = match period {
        ALL_PERIODS => manifest.periods.keys().find(has_comments).map_or(period, String::as_str),
        one => one,
    };
    let batches = manifest.read_part(out, &PartId::new(Table::Comments, label), Some(&columns))?;
    for batch in batches.into_iter().flatten().take(1) {
        let batch = batch?;
        let named = Named::new(&batch, Table::Comments.as_str());
        for name in &columns {
            for text in named.words(name)?.iter().flatten() {
                all += 1;
                zh += usize::from(text.contains(is_han));
            }
        }
    }
    Ok(if zh > 0 && 2 * zh >= all { Lang::Zh } else { Lang::En })
}
