//! From rows of `comments` to the reduction: who scored what and said what of which driver.
//!
//! Fresh rows and rows of an earlier run go through the same function, so that they count the same.

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StringArray};
use arrow::datatypes::Float64Type;

use crate::contribution::{Cells, Respondent};
use crate::error::{Error, ErrorKind, Result};
use crate::tables::Layout;
use crate::types::{Band, Residual, Said, Stance, Voice, Voices, Weight};

/// The columns of `comments` that the reduction needs.
pub(crate) fn needed_columns(layout: &Layout) -> Vec<String> {
    let mut columns: Vec<String> =
        ["score", "band", "weight", "drivers", "voice", "residual"].map(str::to_owned).to_vec();
    columns.extend(layout.segment_columns());
    columns
}

/// Counts rows of `comments` of one period.
pub(crate) fn count(comments: &RecordBatch, period: &str, layout: &Layout, cells: &mut Cells) -> Result<()> {
    let text = |name: &str| -> Result<&StringArray> {
        let column = comments.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        column.ok_or_else(|| unfit(name))
    };
    let number = |name: &str| {
        let column = comments.column_by_name(name).and_then(|column| column.as_primitive_opt::<Float64Type>());
        column.ok_or_else(|| unfit(name))
    };
    let segments = layout.segment_columns().iter().map(|name| text(name)).collect::<Result<Vec<_>>>()?;
    let (score, band, weight, residual) = (number("score")?, text("band")?, number("weight")?, text("residual")?);
    let lists = comments.column_by_name("drivers").and_then(|column| column.as_list_opt::<i32>());
    let lists = lists.ok_or_else(|| unfit("drivers"))?;
    let pairs = lists.values().as_struct_opt().ok_or_else(|| unfit("drivers"))?;
    let part = |name: &str| {
        pairs.column_by_name(name).and_then(|column| column.as_string_opt::<i32>()).ok_or_else(|| unfit("drivers"))
    };
    let (drivers, stances) = (part("driver")?, part("polarity")?);
    let voices = VoiceLists::of(comments.column_by_name("voice"), "voice")?;
    let driver_voices = VoiceLists::of(pairs.column_by_name("voice"), "drivers")?;

    let mut said: Vec<Said> = Vec::new();
    let mut values: Vec<&str> = Vec::with_capacity(segments.len());
    for row in 0..comments.num_rows() {
        said.clear();
        let range = lists.value_offsets()[row]..lists.value_offsets()[row + 1];
        for at in range.map(|at| at.unsigned_abs() as usize) {
            let driver = cells.tree().ix(drivers.value(at)).ok_or_else(|| unknown(drivers.value(at)))?;
            let stance = Stance::parse(stances.value(at)).ok_or_else(|| unfit("drivers"))?;
            said.push(Said { driver, stance, voices: driver_voices.at(at)? });
        }
        values.clear();
        values.extend(segments.iter().map(|column| column.value(row)));
        let band = match band.is_valid(row).then(|| band.value(row)) {
            Some(word) => Some(Band::parse(word).ok_or_else(|| unfit("band"))?),
            None => None,
        };
        // In the tables `contrary` says where the credit went; for counting it follows from stances and band.
        let bucket = residual.is_valid(row).then(|| Residual::parse(residual.value(row))).flatten();
        cells.add(&Respondent {
            period,
            segments: &values,
            score: score.is_valid(row).then(|| score.value(row)),
            band,
            weight: weight_of(weight.value(row))?,
            said: &said,
            voices: voices.at(row)?,
            residual: bucket.filter(|bucket| *bucket != Residual::Contrary),
        });
    }
    Ok(())
}

/// A column of lists of voices.
struct VoiceLists<'a> {
    lists: &'a ListArray,
    words: &'a StringArray,
    /// The column of `comments` that holds it.
    column: &'static str,
}

impl<'a> VoiceLists<'a> {
    fn of(lists: Option<&'a ArrayRef>, column: &'static str) -> Result<Self> {
        let lists = lists.and_then(|lists| lists.as_list_opt::<i32>()).ok_or_else(|| unfit(column))?;
        let words = lists.values().as_string_opt::<i32>().ok_or_else(|| unfit(column))?;
        Ok(Self { lists, words, column })
    }

    /// The voices of one row.
    fn at(&self, row: usize) -> Result<Voices> {
        let ends = self.lists.value_offsets();
        let places = (ends[row]..ends[row + 1]).map(|at| at.unsigned_abs() as usize);
        places.map(|at| Voice::parse(self.words.value(at)).ok_or_else(|| unfit(self.column))).collect()
    }
}

/// The exact weight behind a number of the table.
fn weight_of(number: f64) -> Result<Weight> {
    // A weight is at most 10⁶, so millionths fit; anything else is refused by `from_micros`.
    #[expect(clippy::cast_sign_loss, reason = "a negative number becomes 0, which is refused")]
    Weight::from_micros((number * 1e6).round() as u64).ok_or_else(|| unfit("weight"))
}

fn unfit(column: &str) -> Error {
    Error::new(
        ErrorKind::Output,
        "table_misfit",
        format!("column `{column}` of `comments` is not what this engine writes"),
    )
    .help("Run into a new output folder.")
}

fn unknown(driver: &str) -> Error {
    Error::new(
        ErrorKind::Output,
        "unknown_driver",
        format!("`comments` names the driver `{driver}`, which no lexicon of this run has"),
    )
    .help("Run into a new output folder, or with the lexicon that made this one.")
}
