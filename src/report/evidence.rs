//! What comments say of drivers and where it stands in them, off the columns of `comments` and `mentions`.
//!
//! Not for choosing comments (`typical`, `comments`).

use arrow::array::{Array, AsArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{Int64Type, UInt32Type};

/// The column `drivers` of a batch.
pub(super) struct Said<'a> {
    offsets: &'a [i32],
    drivers: &'a StringArray,
    polarities: &'a StringArray,
}

impl<'a> Said<'a> {
    pub(super) fn of(batch: &'a RecordBatch) -> Option<Self> {
        let lists = batch.column_by_name("drivers")?.as_list_opt::<i32>()?;
        let entries: &StructArray = lists.values().as_struct_opt()?;
        Some(Self {
            offsets: lists.value_offsets(),
            drivers: entries.column_by_name("driver")?.as_string_opt()?,
            polarities: entries.column_by_name("polarity")?.as_string_opt()?,
        })
    }

    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let (drivers, polarities) = (self.drivers, self.polarities);
        let range = self.offsets[row].cast_unsigned() as usize..self.offsets[row + 1].cast_unsigned() as usize;
        range.map(move |at| (drivers.value(at), polarities.value(at)))
    }
}

/// The columns of `mentions` that hold what names a driver, and what judges it.
pub(super) const PLACES: [(&str, &str); 2] = [("start_byte", "end_byte"), ("cue_start_byte", "cue_end_byte")];

/// A place in a text, if it is there.
pub(super) fn place(batch: &RecordBatch, name: &str, row: usize) -> Option<usize> {
    let column = batch.column_by_name(name)?;
    if let Some(column) = column.as_primitive_opt::<UInt32Type>() {
        return column.is_valid(row).then(|| column.value(row) as usize);
    }
    let column = column.as_primitive_opt::<Int64Type>()?;
    column.is_valid(row).then(|| usize::try_from(column.value(row)).ok())?
}

/// Places in a text in their order, those that touch as one; places that the text does not have are left out.
pub(super) fn apart(text: &str, mut places: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    places.retain(|(start, end)| text.get(*start..*end).is_some_and(|marked| !marked.is_empty()));
    places.sort_unstable();
    let mut apart: Vec<(usize, usize)> = Vec::new();
    for (start, end) in places {
        match apart.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_touch_are_one() {
        let text = "空调声音很大";
        for (places, want) in [
            (vec![(6, 12), (12, 18), (100, 101)], vec![(6, 18)]),
            (vec![(12, 18), (0, 6)], vec![(0, 6), (12, 18)]),
            (vec![(0, 18), (6, 12)], vec![(0, 18)]),
            // Not at the bounds of characters, and empty.
            (vec![(1, 6), (3, 3)], vec![]),
        ] {
            assert_eq!(apart(text, places), want);
        }
    }
}
