//! Rows of a part of an output, by the names of their columns.
//!
//! Not for what they mean.

use std::path::Path;

use crate::contribution::Estimate;
use crate::error::Result;
use crate::tables::{Manifest, Named, PartId, number_at};

/// Reads the rows of a part of an output that a closure wants.
pub(super) fn rows<T>(
    out: &Path,
    manifest: &Manifest,
    part: &PartId,
    columns: &[&str],
    mut row: impl FnMut(&Named<'_>, usize) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for batch in manifest.read_part(out, part, Some(columns))?.into_iter().flatten() {
        let batch = batch?;
        let named = Named::new(&batch, part.table.as_str());
        for at in 0..named.rows() {
            all.extend(row(&named, at)?);
        }
    }
    Ok(all)
}

/// A count, never negative.
pub(super) fn count(named: &Named<'_>, name: &str, row: usize) -> Result<u64> {
    Ok(named.counts(name)?.value(row).unsigned_abs())
}

/// A number with its limits, where all three are there.
pub(super) fn estimate(named: &Named<'_>, name: &str, row: usize) -> Result<Option<Estimate>> {
    let number = |name: &str| named.numbers(name).map(|column| number_at(column, row));
    let parts = (number(name)?, number(&format!("{name}_low"))?, number(&format!("{name}_high"))?);
    let (Some(value), Some(low), Some(high)) = parts else { return Ok(None) };
    Ok(Some(Estimate { value, low, high }))
}
