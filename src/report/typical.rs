//! Typical comments of each driver and side, with the words that are the evidence: what a reader is shown "in their own words".
//!
//! Not a sample for estimating anything. Which comments are shown depends on the output alone, so that two reports of it show the same.
//!
//! Of each driver and side a bounded number of comments is looked at: those whose ids have the smallest hashes, which is as good as drawn by lot. Among
//! them the medoids are taken one after another, each so that the comments are nearest to those taken (the first phase of PAM: Kaufman & Rousseeuw
//! 1990). Two comments are near where they name the same drivers on the same sides and are about as long.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};
use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::evidence::{PLACES, Said, apart, place};
use crate::error::Result;
use crate::tables::{ALL_PERIODS, Manifest, Named, PartId, Table, number_at, word_at};

/// Comments of a driver and side that are looked at.
const LOOKED_AT: usize = 100;
/// A comment twice as long is as far away as one that shares three quarters of what it names.
const LENGTH_WEIGHT: f64 = 0.25;

/// Whose comments, and what they say of the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Promoters who praise it.
    Promoters,
    /// Detractors who blame it.
    Detractors,
}

impl Side {
    /// What it says of the driver.
    const fn polarity(self) -> &'static str {
        match self {
            Self::Promoters => "positive",
            Self::Detractors => "negative",
        }
    }
}

/// A comment that is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quote {
    /// The respondent's id.
    pub id: String,
    /// The period that holds it.
    pub period: String,
    /// The score given.
    pub score: Option<f64>,
    /// The column of `comments` that holds the text.
    pub question: String,
    /// The redacted answer.
    pub text: String,
    /// Bytes of the text that are the driver's evidence, in order and apart from each other: what names it, and what judges it.
    pub evidence: Vec<(usize, usize)>,
}

/// The comments of a driver on one side.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Voices {
    /// Respondents of this side who say it.
    pub count: u64,
    /// Typical ones, the most typical first.
    pub quotes: Vec<Quote>,
}

/// By driver and side.
pub type Typical = BTreeMap<(String, Side), Voices>;

/// A comment that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    /// Of its id: the smallest are kept.
    hash: [u8; 16],
    id: String,
    period: String,
    /// Drivers with what is said of them, by hash.
    says: BTreeSet<u64>,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.hash, &self.id, &self.period).cmp(&(&other.hash, &other.id, &other.period))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The candidates of one driver and side.
#[derive(Debug, Default)]
struct Pool {
    count: u64,
    smallest: BinaryHeap<Candidate>,
}

impl Pool {
    fn takes(&self, hash: &[u8; 16]) -> bool {
        self.smallest.len() < LOOKED_AT || self.smallest.peek().is_some_and(|largest| *hash < largest.hash)
    }

    fn push(&mut self, candidate: Candidate) {
        self.smallest.push(candidate);
        if self.smallest.len() > LOOKED_AT {
            self.smallest.pop();
        }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        for candidate in other.smallest {
            if self.takes(&candidate.hash) {
                self.push(candidate);
            }
        }
    }
}

type Pools = HashMap<(String, Side), Pool>;

/// Finds `most` typical comments of each driver and side in a period, or in all of them.
///
/// # Errors
/// Those of damaged files.
pub fn typical(out: &Path, manifest: &Manifest, period: &str, most: usize) -> Result<Typical> {
    let periods: Vec<&str> = match period {
        ALL_PERIODS => manifest.periods.keys().map(String::as_str).collect(),
        one => vec![one],
    };
    let pools =
        periods.par_iter().map(|period| pools(out, manifest, period)).try_reduce(Pools::new, |mut all, other| {
            for (key, pool) in other {
                all.entry(key).or_default().merge(pool);
            }
            Ok(all)
        })?;
    let wanted = pools.values().flat_map(|pool| &pool.smallest).map(|one| (one.period.as_str(), one.id.as_str()));
    let answers = answers(out, manifest, &by_period(wanted))?;
    let mut chosen: Vec<((String, Side), u64, Vec<Candidate>)> = pools
        .into_par_iter()
        .map(|(key, pool)| {
            let candidates = pool.smallest.into_sorted_vec();
            let lengths: Vec<f64> = candidates
                .iter()
                .map(|one| answers.get(&(one.period.clone(), one.id.clone())).map_or(0, Answers::length) as f64)
                .collect();
            let medoids = medoids(&candidates, &lengths, most);
            (key, pool.count, medoids.into_iter().map(|at| candidates[at].clone()).collect())
        })
        .collect();
    chosen.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let shown = chosen.iter().flat_map(|(_, _, of)| of).map(|one| (one.period.as_str(), one.id.as_str()));
    let evidence = evidence(out, manifest, &by_period(shown))?;
    let voices = chosen.into_iter().map(|(key, count, candidates)| {
        let quotes = candidates.into_iter().filter_map(|one| {
            let whose = (one.period, one.id);
            quote(&whose, answers.get(&whose)?, evidence.get(&whose)?, &key)
        });
        let quotes = quotes.collect();
        (key, Voices { count, quotes })
    });
    Ok(voices.collect())
}

/// Ids by period.
type Ids<'a> = BTreeMap<&'a str, HashSet<&'a str>>;

fn by_period<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Ids<'a> {
    let mut ids = Ids::new();
    for (period, id) in all {
        ids.entry(period).or_default().insert(id);
    }
    ids
}

/// A respondent: period and id.
type Whose = (String, String);

/// The candidates of one period.
fn pools(out: &Path, manifest: &Manifest, period: &str) -> Result<Pools> {
    let mut pools = Pools::new();
    let part = PartId::new(Table::Comments, period);
    for batch in manifest.read_part(out, &part, Some(&["id", "band", "drivers"]))?.into_iter().flatten() {
        let batch = batch?;
        let named = Named::new(&batch, Table::Comments.as_str());
        let (ids, bands) = (named.words("id")?, named.words("band")?);
        let Some(said) = Said::of(&batch) else { continue };
        for row in 0..named.rows() {
            let side = match word_at(bands, row) {
                Some("promoter") => Side::Promoters,
                Some("detractor") => Side::Detractors,
                _ => continue,
            };
            let speaks = |polarity: &str| polarity == "mixed" || polarity == side.polarity();
            let mut hash = None;
            for (driver, _) in said.of_row(row).filter(|(_, polarity)| speaks(polarity)) {
                let key = (driver.to_owned(), side);
                let pool = pools.entry(key).or_default();
                pool.count += 1;
                let hash = *hash.get_or_insert_with(|| hash_of(ids.value(row)));
                if pool.takes(&hash) {
                    let says = said.of_row(row).map(|(driver, polarity)| hash_word(driver, polarity)).collect();
                    let (id, period) = (ids.value(row).to_owned(), period.to_owned());
                    pool.push(Candidate { hash, id, period, says });
                }
            }
        }
    }
    Ok(pools)
}

fn hash_of(id: &str) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..16]);
    first
}

fn hash_word(driver: &str, polarity: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(format!("{driver}\u{0}{polarity}").as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// What a respondent answered.
#[derive(Debug, Clone)]
struct Answers {
    score: Option<f64>,
    /// By column of `comments`.
    texts: Vec<(String, String)>,
}

impl Answers {
    /// Characters of all answers.
    fn length(&self) -> usize {
        self.texts.iter().map(|(_, text)| text.chars().count()).sum()
    }
}

fn answers(out: &Path, manifest: &Manifest, wanted: &Ids<'_>) -> Result<HashMap<Whose, Answers>> {
    let questions = manifest.layout.text_columns();
    let of_period = |(period, ids): (&&str, &HashSet<&str>)| -> Result<Vec<(Whose, Answers)>> {
        let columns: Vec<&str> = ["id", "score"].into_iter().chain(questions.iter().map(String::as_str)).collect();
        let mut found = Vec::new();
        let part = PartId::new(Table::Comments, *period);
        for batch in manifest.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Comments.as_str());
            let (respondents, scores) = (named.words("id")?, named.numbers("score")?);
            let texts = questions.iter().map(|name| Ok((name, named.words(name)?))).collect::<Result<Vec<_>>>()?;
            for row in (0..named.rows()).filter(|row| ids.contains(respondents.value(*row))) {
                let given =
                    texts.iter().filter_map(|(name, text)| Some(((*name).clone(), word_at(text, row)?.to_owned())));
                let answers = Answers { score: number_at(scores, row), texts: given.collect() };
                found.push((((*period).to_owned(), respondents.value(row).to_owned()), answers));
            }
        }
        Ok(found)
    };
    let found: Vec<_> = wanted.par_iter().map(of_period).collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// What a respondent's answers hold.
type Evidence = Vec<Mention>;

/// A place in an answer that names a driver, or judges it.
#[derive(Debug, Clone)]
struct Mention {
    driver: String,
    question: String,
    /// As `mentions` has it.
    polarity: String,
    /// Bytes of the answer.
    place: (usize, usize),
}

fn evidence(out: &Path, manifest: &Manifest, wanted: &Ids<'_>) -> Result<HashMap<Whose, Evidence>> {
    let columns = ["id", "driver", "polarity", "question", "start_byte", "end_byte", "cue_start_byte", "cue_end_byte"];
    let of_period = |(period, ids): (&&str, &HashSet<&str>)| -> Result<HashMap<Whose, Evidence>> {
        let mut found: HashMap<Whose, Evidence> = HashMap::new();
        let part = PartId::new(Table::Mentions, *period);
        for batch in manifest.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Mentions.as_str());
            let (respondents, drivers) = (named.words("id")?, named.words("driver")?);
            let (questions, polarities) = (named.words("question")?, named.words("polarity")?);
            for row in (0..named.rows()).filter(|row| ids.contains(respondents.value(*row))) {
                let all = found.entry(((*period).to_owned(), respondents.value(row).to_owned())).or_default();
                for (start, end) in PLACES {
                    if let (Some(start), Some(end)) = (place(&batch, start, row), place(&batch, end, row)) {
                        all.push(Mention {
                            driver: drivers.value(row).to_owned(),
                            question: questions.value(row).to_owned(),
                            polarity: polarities.value(row).to_owned(),
                            place: (start, end),
                        });
                    }
                }
            }
        }
        Ok(found)
    };
    let found: Vec<_> = wanted.par_iter().map(of_period).collect::<Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The first answer that praises a driver, or blames it, as the side does; where none does by itself, the first that mentions it.
fn quote(
    (period, id): &Whose,
    answers: &Answers,
    evidence: &Evidence,
    (driver, side): &(String, Side),
) -> Option<Quote> {
    let mut of_driver: Vec<&Mention> = evidence.iter().filter(|mention| mention.driver == *driver).collect();
    if of_driver.iter().any(|mention| mention.polarity == side.polarity()) {
        of_driver.retain(|mention| mention.polarity == side.polarity());
    }
    let question = &of_driver.first()?.question;
    let (_, text) = answers.texts.iter().find(|(name, _)| name == question)?;
    let here = of_driver.iter().filter(|mention| mention.question == *question);
    let apart = apart(text, here.map(|mention| mention.place).collect());
    let (id, period, question) = (id.clone(), period.clone(), question.clone());
    Some(Quote { id, period, score: answers.score, question, text: text.clone(), evidence: apart })
}

/// How far two comments are from each other: what they name that the other does not, as a part of what either names, and how often one is
/// twice as long as the other.
fn distance((one, one_length): (&Candidate, f64), (other, other_length): (&Candidate, f64)) -> f64 {
    let shared = one.says.intersection(&other.says).count() as f64;
    let either = (one.says.len() + other.says.len()) as f64 - shared;
    let named = if either > 0.0 { 1.0 - shared / either } else { 0.0 };
    named + LENGTH_WEIGHT * ((one_length + 1.0) / (other_length + 1.0)).log2().abs()
}

/// The places of the medoids, the most typical first; of equal ones the first.
fn medoids(candidates: &[Candidate], lengths: &[f64], most: usize) -> Vec<usize> {
    let count = candidates.len();
    let apart =
        |one: usize, other: usize| distance((&candidates[one], lengths[one]), (&candidates[other], lengths[other]));
    let mut nearest = vec![f64::INFINITY; count];
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < most.min(count) {
        let cost = |at: usize| (0..count).map(|other| apart(at, other).min(nearest[other])).sum::<f64>();
        let free = (0..count).filter(|at| !chosen.contains(at));
        let Some((best, _)) = free.map(|at| (at, cost(at))).min_by(|(_, one), (_, other)| one.total_cmp(other)) else {
            break;
        };
        for (other, nearest) in nearest.iter_mut().enumerate() {
            *nearest = nearest.min(apart(best, other));
        }
        chosen.push(best);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: usize, says: &[u64]) -> Candidate {
        Candidate {
            hash: hash_of(&id.to_string()),
            id: id.to_string(),
            period: String::new(),
            says: says.iter().copied().collect(),
        }
    }

    #[test]
    fn the_most_typical_comes_first_and_the_next_stands_for_others() {
        // Five alike, three alike of another kind, one on its own.
        let says: [&[u64]; 9] = [&[1], &[1], &[1], &[1, 2], &[1], &[7, 8], &[7, 8], &[7, 8, 9], &[4]];
        let candidates: Vec<Candidate> = says.iter().enumerate().map(|(at, says)| candidate(at, says)).collect();
        let lengths = [20.0, 22.0, 21.0, 20.0, 90.0, 40.0, 40.0, 41.0, 500.0];
        let medoids = medoids(&candidates, &lengths, 2);
        assert!([0, 1, 2].contains(&medoids[0]), "{medoids:?}");
        assert!([5, 6].contains(&medoids[1]), "{medoids:?}");
    }

    #[test]
    fn there_are_no_more_medoids_than_comments() {
        assert_eq!(medoids(&[], &[], 3), Vec::<usize>::new());
        assert_eq!(medoids(&[candidate(0, &[])], &[0.0], 3), [0]);
    }

    #[test]
    fn blame_is_shown_by_the_answer_that_blames() {
        let texts = [("text_good", "师傅态度好"), ("text_improve", "客服态度差，态度")];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
        let answers = Answers { score: None, texts };
        let mention = |driver: &str, question: &str, polarity: &str, place| Mention {
            driver: driver.to_owned(),
            question: question.to_owned(),
            polarity: polarity.to_owned(),
            place,
        };
        let evidence = vec![
            mention("attitude", "text_good", "positive", (6, 12)),
            mention("attitude", "text_good", "positive", (12, 15)),
            mention("attitude", "text_improve", "negative", (6, 12)),
            mention("attitude", "text_improve", "neutral", (18, 24)),
            mention("price", "text_improve", "negative", (0, 6)),
        ];
        let whose = (String::new(), String::new());
        let shown = |driver: &str, side| {
            quote(&whose, &answers, &evidence, &(driver.to_owned(), side)).map(|it| (it.question, it.evidence))
        };
        assert_eq!(shown("attitude", Side::Detractors), Some(("text_improve".to_owned(), vec![(6, 12)])));
        // Places that touch are one.
        assert_eq!(shown("attitude", Side::Promoters), Some(("text_good".to_owned(), vec![(6, 15)])));
        assert_eq!(shown("price", Side::Promoters), Some(("text_improve".to_owned(), vec![(0, 6)])));
        assert_eq!(shown("noise", Side::Promoters), None);
    }
}
