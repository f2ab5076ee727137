//! The cells of one period, each with its drivers, put together from `nps`, `contributions`, `changes` and `attribution`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Serialize;

use super::rows::{count, estimate};
use crate::contribution::{Estimate, SCORE};
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{ALL_PERIODS, Comparison, Level, Manifest, Named, PartId, Table, number_at, word_at};

/// Which cells are looked at.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The period's label; not given: the last one.
    pub period: Option<String>,
    /// The segments that tell the cells apart; none: the total.
    pub by: Vec<String>,
    /// With which earlier period changes are looked at; not given: the one before.
    pub year_ago: bool,
}

/// A change against an earlier period.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The earlier period's label.
    pub compared_with: String,
    /// Of the net contribution, or of NPS/100.
    pub change: Option<f64>,
    /// Its limits.
    pub low: Option<f64>,
    /// The upper one.
    pub high: Option<f64>,
    /// The adjusted p-value.
    pub q: Option<f64>,
    /// `up`, `down` or `flat`; none where it is not tested.
    pub direction: Option<String>,
    /// The part of it by more or fewer respondents; none on the row of the score.
    pub volume: Option<f64>,
    /// The part of it by their scores.
    pub rate: Option<f64>,
    /// Respondents with a score in the earlier period.
    pub n_before: u64,
    /// The net contribution then, or NPS/100, as this period's lexicon tags it.
    pub before: Option<f64>,
    /// What other rules alone moved.
    pub lexicon_effect: Option<f64>,
}

/// One driver, parent, bucket or roll-up of a cell.
#[derive(Debug, Clone, Serialize)]
pub struct Driver {
    /// Its id.
    pub driver: String,
    /// The id of its parent.
    pub parent: Option<String>,
    /// `leaf`, `parent`, `residual` or `rollup`.
    pub level: &'static str,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Respondents who mention it.
    pub n: u64,
    /// Its part of the promoters, of all scored respondents, 0–1.
    pub promoter_contribution: Estimate,
    /// Its part of the detractors.
    pub detractor_contribution: Estimate,
    /// The difference.
    pub net_contribution: Estimate,
    /// Of `n`, the promoters.
    pub n_promoters: u64,
    /// Of `n`, the detractors.
    pub n_detractors: u64,
    /// Praise as a share of praise and blame, 0–1.
    pub performance: Option<f64>,
    /// Share of explained variance, with sign.
    pub importance: Option<f64>,
    /// How importance was found: `lmg` or `johnson`.
    pub importance_method: Option<String>,
    /// Importance against performance.
    pub quadrant: Option<String>,
    /// Who answers for it: the person or team that the lexicon names, else the function that owns most of it.
    pub owner: Option<String>,
    /// Against the earlier period.
    pub change: Option<Change>,
}

/// One cell.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// Its segment values, as `name` and value, without those that are rolled up.
    pub segments: Vec<(String, String)>,
    /// Respondents with a score.
    pub n: u64,
    /// Respondents without one.
    pub unscored: u64,
    /// Respondents who wrote something.
    pub comments: u64,
    /// The Net Promoter Score.
    pub nps: Option<Estimate>,
    /// Share of promoters.
    pub promoter_share: Option<f64>,
    /// Share of detractors.
    pub detractor_share: Option<f64>,
    /// Share of passives.
    pub passive_share: Option<f64>,
    /// Share of comments that name a driver.
    pub coverage: Option<f64>,
    /// The same of promoters' comments.
    pub coverage_promoters: Option<f64>,
    /// The same of detractors' comments.
    pub coverage_detractors: Option<f64>,
    /// Respondents per person invited.
    pub response_rate: Option<f64>,
    /// To how many respondents of equal weight those with a score are worth; `n` where the survey has no weights.
    pub n_eff: f64,
    /// Whether the base is small.
    pub low_base: bool,
    /// Of the score, NPS/100.
    pub change: Option<Change>,
    /// In the order of the table.
    pub drivers: Vec<Driver>,
    /// Leaves and buckets that only the earlier period's rules had, with what their going moved.
    pub gone: Vec<Gone>,
}

/// A driver that the lexicon has no more.
#[derive(Debug, Clone, Serialize)]
pub struct Gone {
    /// Its id.
    pub driver: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// What other rules alone moved.
    pub lexicon_effect: f64,
}

/// The cells of one level in one period.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// The period's label.
    pub period: String,
    /// The lexicons that tagged it, as `name version`.
    pub lexicons: Vec<String>,
    /// The confidence of the intervals, 0–1.
    pub confidence: f64,
    /// Sorted by respondents, those of small base last.
    pub cells: Vec<Cell>,
}

/// A cell's segment values in the order of the layout; it is the key by which tables are put together.
type Values = Vec<String>;

/// Changes by cell and driver, each with what it is if it is a leaf or a bucket of an earlier lexicon.
type Changes = HashMap<(Values, String), (Change, Option<Gone>)>;

/// Reads tables of one output folder.
struct Reader<'a> {
    out: &'a Path,
    manifest: &'a Manifest,
    period: &'a str,
    /// The columns of segments.
    segments: Vec<String>,
    level: String,
}

impl Figures {
    /// Reads the figures of an output folder.
    ///
    /// Errors: `no_output` where the folder holds none, `unknown_period`, `unknown_segment`, `no_such_level` where its tables have no
    /// such cells, and those of damaged files.
    pub fn read(out: &Path, wanted: &Wanted) -> Result<Self> {
        Self::of(out, &Manifest::of_tables(out)?, wanted)
    }

    /// Reads the figures of the output folder that this manifest is of.
    ///
    /// Errors: as [`Figures::read`], but for `no_output`.
    pub(super) fn of(out: &Path, manifest: &Manifest, wanted: &Wanted) -> Result<Self> {
        let period = period_of(manifest, wanted.period.as_deref())?;
        let reader = Reader {
            out,
            manifest,
            period: &period,
            segments: manifest.layout.segment_columns(),
            level: level(manifest, &wanted.by)?,
        };
        let comparison = if wanted.year_ago { Comparison::YearAgo } else { Comparison::Previous };
        let mut changes = reader.changes(comparison)?;
        let owners = reader.owners()?;
        let mut cells = reader.cells(&mut changes)?;
        reader.drivers(&mut cells, changes, &owners)?;
        let mut cells: Vec<Cell> = cells.into_iter().map(|(_, cell)| cell).collect();
        if cells.is_empty() {
            if reader.level == "total" {
                let message = format!("nobody answered in {period}");
                return Err(
                    Error::new(ErrorKind::Usage, "empty_period", message).help("Name another period with --period.")
                );
            }
            let message = format!("the tables of {period} have no cells of {}", reader.level);
            return Err(Error::new(ErrorKind::Usage, "no_such_level", message)
                .help("Pairs of segments are written with `verbatim run --cube 2`."));
        }
        cells.sort_by(|a, b| a.low_base.cmp(&b.low_base).then(b.n.cmp(&a.n)).then_with(|| a.segments.cmp(&b.segments)));
        let own = manifest.periods.get(&period).map(|info| &info.lexicons).filter(|names| !names.is_empty());
        let lexicons = own.unwrap_or(&manifest.lexicons).iter();
        let lexicons = lexicons.map(|lexicon| format!("{} {}", lexicon.name, lexicon.version)).collect();
        let confidence = manifest.periods.get(&period).and_then(|info| info.confidence).unwrap_or(manifest.confidence);
        Ok(Self { period, lexicons, confidence, cells })
    }
}

/// The period that is wanted, or the last one that has respondents.
///
/// # Errors
/// `unknown_period`.
pub(super) fn period_of(manifest: &Manifest, wanted: Option<&str>) -> Result<String> {
    let periods = &manifest.periods;
    let Some(wanted) = wanted else {
        let filled = || periods.iter().rev().filter(|(_, info)| info.comments > 0).map(|(label, _)| label);
        // Those without a date are no latest ones, though `undated` comes last.
        let dated = filled().find(|label| *label != crate::survey::UNDATED);
        return Ok(dated.or_else(|| filled().next()).map_or(ALL_PERIODS, String::as_str).to_owned());
    };
    if wanted == ALL_PERIODS || periods.contains_key(wanted) {
        return Ok(wanted.to_owned());
    }
    let known: Vec<&str> = periods.keys().map(String::as_str).chain([ALL_PERIODS]).collect();
    Err(Error::new(ErrorKind::Usage, "unknown_period", format!("there is no period {wanted}"))
        .help(format!("The output holds {}.", known.join(", "))))
}

/// The parent of whose own terms this is the row, if it is one: tags and owners call these by the parent's id.
pub(super) fn parent_of_general<'d>(driver: &'d str, parent: Option<&str>) -> Option<&'d str> {
    driver.strip_suffix(".general").filter(|own| parent == Some(own))
}

/// The name of the level of these segments.
fn level(manifest: &Manifest, by: &[String]) -> Result<String> {
    let segments = &manifest.layout.segments;
    let mut columns = Vec::new();
    for name in by {
        columns.push(segments.iter().position(|segment| segment == name).ok_or_else(|| {
            let message = format!("the tables have no segment `{name}`");
            let known = if segments.is_empty() { "none".to_owned() } else { segments.join(", ") };
            Error::new(ErrorKind::Usage, "unknown_segment", message)
                .help(format!("Their segments: {known}. `verbatim run --by` names segments."))
        })?);
    }
    columns.sort_unstable();
    columns.dedup();
    let names: Vec<&str> = columns.into_iter().map(|column| segments[column].as_str()).collect();
    Ok(if names.is_empty() { "total".to_owned() } else { names.join("×") })
}

impl Reader<'_> {
    /// Calls `each` with every batch of a table and the rows of it that are of the level.
    fn each(&self, table: Table, mut each: impl FnMut(&Named<'_>, usize, Values) -> Result<()>) -> Result<()> {
        let part = PartId::new(table, self.period);
        let Some(batches) = self.manifest.read_part(self.out, &part, None)? else { return Ok(()) };
        let mut found = false;
        for batch in batches {
            let batch = batch?;
            let named = Named::new(&batch, table.as_str());
            let level = named.words("cell_level")?;
            let values = self.segments.iter().map(|name| named.words(name)).collect::<Result<Vec<_>>>()?;
            for row in 0..named.rows() {
                if level.value(row) != self.level {
                    // The cells of a level stand together, and a cube has many others.
                    if found {
                        return Ok(());
                    }
                    continue;
                }
                found = true;
                each(&named, row, values.iter().map(|column| column.value(row).to_owned()).collect())?;
            }
        }
        Ok(())
    }

    fn changes(&self, comparison: Comparison) -> Result<Changes> {
        let mut changes = Changes::new();
        self.each(Table::Changes, |named, row, values| {
            if named.words("comparison")?.value(row) != comparison.as_str() {
                return Ok(());
            }
            let number = |name: &str| named.numbers(name).map(|column| number_at(column, row));
            let change = Change {
                compared_with: named.words("compared_with")?.value(row).to_owned(),
                change: number("change")?,
                low: number("change_low")?,
                high: number("change_high")?,
                q: number("q")?,
                volume: number("volume")?,
                rate: number("rate")?,
                n_before: count(named, "n_before", row)?,
                before: number("net_before")?,
                direction: word_at(named.words("direction")?, row).map(str::to_owned),
                lexicon_effect: number("lexicon_effect")?,
            };
            let word = |name: &str| named.words(name).map(|column| column.value(row).to_owned());
            let driver = word("driver")?;
            let is_taker = matches!(Level::parse(&word("level")?), Some(Level::Leaf | Level::Residual));
            let effect = change.lexicon_effect.filter(|_| is_taker && change.change.is_none());
            let gone = match effect {
                Some(lexicon_effect) => Some(Gone {
                    driver: driver.clone(),
                    name_zh: word("name_zh")?,
                    name_en: word("name_en")?,
                    lexicon_effect,
                }),
                None => None,
            };
            changes.insert((values, driver), (change, gone));
            Ok(())
        })?;
        Ok(changes)
    }

    /// Who answers for which driver.
    fn owners(&self) -> Result<BTreeMap<String, String>> {
        let mut owners = BTreeMap::new();
        let part = PartId::new(Table::Attribution, self.period);
        let columns = ["driver", "owner", "function"];
        for batch in self.manifest.read_part(self.out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Attribution.as_str());
            let (driver, owner) = (named.words("driver")?, named.words("owner")?);
            let function = named.words("function")?;
            for row in 0..named.rows() {
                if let Some(owner) = word_at(owner, row).or_else(|| word_at(function, row)) {
                    owners.insert(driver.value(row).to_owned(), owner.to_owned());
                }
            }
        }
        Ok(owners)
    }

    /// The cells without their drivers, in the order of the table.
    fn cells(&self, changes: &mut Changes) -> Result<Vec<(Values, Cell)>> {
        let mut cells = Vec::new();
        self.each(Table::Nps, |named, row, values| {
            let number = |name: &str| named.numbers(name).map(|column| number_at(column, row));
            let count = |name: &str| count(named, name, row);
            let names = &self.manifest.layout.segments;
            let segments = names.iter().zip(&values).filter(|(_, value)| *value != crate::tables::ALL);
            let cell = Cell {
                segments: segments.map(|(name, value)| (name.clone(), value.clone())).collect(),
                n: count("n")?,
                unscored: count("unscored")?,
                comments: count("comments")?,
                nps: estimate(named, "nps", row)?,
                promoter_share: number("promoter_share")?,
                detractor_share: number("detractor_share")?,
                passive_share: number("passive_share")?,
                coverage: number("coverage")?,
                coverage_promoters: number("coverage_promoters")?,
                coverage_detractors: number("coverage_detractors")?,
                response_rate: number("response_rate")?,
                low_base: named.flags("low_base")?.value(row),
                n_eff: number("n_eff")?.unwrap_or_default(),
                change: changes.remove(&(values.clone(), SCORE.to_owned())).map(|(change, _)| change),
                drivers: Vec::new(),
                gone: Vec::new(),
            };
            cells.push((values, cell));
            Ok(())
        })?;
        Ok(cells)
    }

    fn drivers(
        &self,
        cells: &mut [(Values, Cell)],
        mut changes: Changes,
        owners: &BTreeMap<String, String>,
    ) -> Result<()> {
        let places: HashMap<Values, usize> =
            cells.iter().enumerate().map(|(at, (values, _))| (values.clone(), at)).collect();
        self.each(Table::Contributions, |named, row, values| {
            let Some(at) = places.get(&values) else { return Ok(()) };
            let number = |name: &str| named.numbers(name).map(|column| number_at(column, row));
            let count = |name: &str| count(named, name, row);
            let estimate = |name: &str| estimate(named, name, row);
            let (Some(promoter), Some(detractor), Some(net)) = (
                estimate("promoter_contribution")?,
                estimate("detractor_contribution")?,
                estimate("net_contribution")?,
            ) else {
                return Ok(());
            };
            let word = |name: &str| named.words(name).map(|column| word_at(column, row).map(str::to_owned));
            let (driver, parent) = (named.words("driver")?.value(row).to_owned(), word("parent")?);
            let level = Level::parse(named.words("level")?.value(row)).unwrap_or_default();
            cells[*at].1.drivers.push(Driver {
                level: level.as_str(),
                name_zh: named.words("name_zh")?.value(row).to_owned(),
                name_en: named.words("name_en")?.value(row).to_owned(),
                n: count("n")?,
                n_promoters: count("n_promoters")?,
                n_detractors: count("n_detractors")?,
                promoter_contribution: promoter,
                detractor_contribution: detractor,
                net_contribution: net,
                performance: number("performance")?,
                importance: number("importance")?,
                importance_method: word("importance_method")?,
                quadrant: word("quadrant")?,
                owner: owners
                    .get(&driver)
                    .or_else(|| owners.get(parent_of_general(&driver, parent.as_deref())?))
                    .cloned(),
                change: changes.remove(&(values, driver.clone())).map(|(change, _)| change),
                parent,
                driver,
            });
            Ok(())
        })?;
        // What is left are rows that `contributions` does not have.
        for ((values, _), (_, gone)) in changes {
            if let (Some(at), Some(gone)) = (places.get(&values), gone) {
                cells[*at].1.gone.push(gone);
            }
        }
        for (_, cell) in cells {
            cell.gone.sort_by(|one, other| one.driver.cmp(&other.driver));
        }
        Ok(())
    }
}
