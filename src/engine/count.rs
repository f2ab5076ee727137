//! From rows of an earlier run's `comments` to the reduction: who scored what and said what of which driver.
//!
//! Not for rows of this run, which a worker counts as it tags them (`work`), in the same way.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StringArray};
use arrow::datatypes::Float64Type;

use super::work::{Blanking, counted_bucket};
use crate::contribution::{Cells, DriverTree, Respondent};
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

/// Counts rows of `comments` of one period, whose segments go through `blanking` first.
pub(crate) fn count(
    comments: &RecordBatch,
    period: &str,
    layout: &Layout,
    mut blanking: Option<Blanking<'_>>,
    cells: &mut Cells,
) -> Result<()> {
    let number = |name: &str| {
        let column = comments.column_by_name(name).and_then(|column| column.as_primitive_opt::<Float64Type>());
        column.ok_or_else(|| unfit(name))
    };
    let segments = layout.segment_columns().iter().map(|name| text(comments, name)).collect::<Result<Vec<_>>>()?;
    let (score, band, weight) = (number("score")?, text(comments, "band")?, number("weight")?);
    let tags = TagColumns::of(comments)?;

    let mut said: Vec<Said> = Vec::new();
    let mut clean = |text| blanking.as_mut().map_or(Cow::Borrowed(text), |blanking| blanking.clean(text));
    for row in 0..comments.num_rows() {
        tags.said(row, cells.tree(), &mut said)?;
        let values: Vec<Cow<str>> = segments.iter().map(|column| clean(column.value(row))).collect();
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        let band = match band.is_valid(row).then(|| band.value(row)) {
            Some(word) => Some(Band::parse(word).ok_or_else(|| unfit("band"))?),
            None => None,
        };
        cells.add(&Respondent {
            period,
            segments: &values,
            score: score.is_valid(row).then(|| score.value(row)),
            band,
            weight: weight_of(weight.value(row))?,
            said: &said,
            voices: tags.voices(row)?,
            residual: counted_bucket(tags.residual(row)),
        });
    }
    Ok(())
}

/// A column of words of `comments`.
pub(super) fn text<'a>(comments: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    let column = comments.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    column.ok_or_else(|| unfit(name))
}

/// What `comments` says was found in texts.
pub(super) struct TagColumns<'a> {
    lists: &'a ListArray,
    drivers: &'a StringArray,
    stances: &'a StringArray,
    driver_voices: VoiceLists<'a>,
    voices: VoiceLists<'a>,
    residual: &'a StringArray,
}

impl<'a> TagColumns<'a> {
    pub(super) fn of(comments: &'a RecordBatch) -> Result<Self> {
        let lists = comments.column_by_name("drivers").and_then(|column| column.as_list_opt::<i32>());
        let lists = lists.ok_or_else(|| unfit("drivers"))?;
        let pairs = lists.values().as_struct_opt().ok_or_else(|| unfit("drivers"))?;
        let part = |name: &str| {
            pairs.column_by_name(name).and_then(|column| column.as_string_opt::<i32>()).ok_or_else(|| unfit("drivers"))
        };
        Ok(Self {
            lists,
            drivers: part("driver")?,
            stances: part("polarity")?,
            driver_voices: VoiceLists::of(pairs.column_by_name("voice"), "drivers")?,
            voices: VoiceLists::of(comments.column_by_name("voice"), "voice")?,
            residual: text(comments, "residual")?,
        })
    }

    /// What a row says of each driver, into `said` (cleared first).
    pub(super) fn said(&self, row: usize, tree: &DriverTree, said: &mut Vec<Said>) -> Result<()> {
        said.clear();
        let range = self.lists.value_offsets()[row]..self.lists.value_offsets()[row + 1];
        for at in range.map(|at| at.unsigned_abs() as usize) {
            let id = self.drivers.value(at);
            let driver = tree.ix(id).ok_or_else(|| unknown(id))?;
            let stance = Stance::parse(self.stances.value(at)).ok_or_else(|| unfit("drivers"))?;
            said.push(Said { driver, stance, voices: self.driver_voices.at(at)? });
        }
        Ok(())
    }

    /// What the texts of a row do as a whole.
    pub(super) fn voices(&self, row: usize) -> Result<Voices> {
        self.voices.at(row)
    }

    /// The bucket of a row's credit.
    pub(super) fn residual(&self, row: usize) -> Option<Residual> {
        self.residual.is_valid(row).then(|| Residual::parse(self.residual.value(row))).flatten()
    }
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

pub(super) fn unfit(column: &str) -> Error {
    Error::new(
        ErrorKind::Output,
        "table_misfit",
        format!("column `{column}` of `comments` is not what this engine writes"),
    )
    .help("Run into a new output folder.")
}

pub(super) fn unknown(driver: &str) -> Error {
    Error::new(
        ErrorKind::Output,
        "unknown_driver",
        format!("`comments` names the driver `{driver}`, which no lexicon of this run has"),
    )
    .help("Run into a new output folder, or with the lexicon that made this one.")
}
