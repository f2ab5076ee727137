//! What a change to a lexicon does: to its rules, and to the comments of a survey.
//!
//! Not how it is shown (`cli`). A survey is gone through once: every comment is tagged by the first lexicon, or taken as an output has it, and
//! by the second only where something that changed stands in it.
//!
//! - [`rules`]: what changed in the rules.
//! - `touched`: which texts a change may touch, and which change it is.
//! - [`pair`]: one comment under both.
//! - [`groups`]: what is told of comments, by change.
//! - [`moves`]: how far figures move.
//! - [`sheets`]: all of it as Parquet; [`page`]: as a page for people.

pub mod groups;
pub mod moves;
pub mod page;
pub mod pair;
pub mod rules;
pub mod sheets;
mod touched;

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

pub use groups::{Found, Group, MentionChange};
pub use moves::{Both, Moved, Moves};
pub use rules::Change;

use self::groups::Groups;
use self::pair::{Differs, Pair, Scratch, Side, Whole};
use self::touched::{Reach, Touched};
use crate::contribution::{Cells, Credit, Respondent};
use crate::engine::config::{driver_tree, questions};
use crate::engine::visit::{Known, Place, Visited};
use crate::error::Result;
use crate::lexicon::resolve::LexiconName;
use crate::lexicon::{Lexicon, Resolved};
use crate::survey::{ReadOptions, Wanted};
use crate::tag::tagger::TaggerOptions;
use crate::tag::{Mention, Question, Tagger};
use crate::types::{Role, Said};

/// What is compared.
#[derive(Debug, Default)]
pub struct DiffConfig {
    /// A survey file, or the output of a run; none: the rules alone.
    pub on: Option<String>,
    /// How the survey is read.
    pub read: ReadOptions,
    /// Which of its columns is what.
    pub wanted: Wanted,
    /// A `tokenizer.json` whose pre-tokenizer cuts English.
    pub tokenizer: Option<PathBuf>,
    /// How drivers share a respondent's credit.
    pub credit: Credit,
    /// Most samples for each change.
    pub samples: usize,
    /// Threads; 0: one for each processor.
    pub threads: usize,
}

/// One of the two lexicons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// As it was named.
    pub given: String,
    /// The lexicons that it is made of, a base before what extends it.
    pub lexicons: Vec<LexiconName>,
    /// The hash of what it says.
    pub hash: String,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// The first.
    pub before: Named,
    /// The second.
    pub after: Named,
    /// What changed in the rules.
    pub changes: Vec<Change>,
    /// What follows for a survey, where one is named.
    pub survey: Option<OnSurvey>,
}

/// What a change does to the comments of a survey.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnSurvey {
    /// The survey as it was named.
    pub on: String,
    /// What was found about it, in sentences for people.
    pub notices: Vec<String>,
    /// Its respondents.
    pub respondents: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Respondents who left a comment.
    pub comments: u64,
    /// Of them, those who mention a driver, under the first and under the second.
    pub covered: [u64; 2],
    /// Comments that hold something that changed.
    pub touched: u64,
    /// Comments with a mention that differs.
    pub differing: u64,
    /// Comments whose mentions are the same, and that differ as a whole: praise, blame, wishes or questions about no driver.
    pub whole: u64,
    /// By change.
    pub groups: Vec<Group>,
    /// How far figures move.
    pub moves: Moves,
}

/// A lexicon that was loaded to be compared, with what it was called.
#[derive(Debug)]
pub struct Loaded {
    /// As it was named.
    pub given: String,
    /// What it says.
    pub resolved: Resolved,
}

impl Loaded {
    fn named(&self) -> Named {
        let Self { given, resolved } = self;
        Named { given: given.clone(), lexicons: resolved.lexicons.clone(), hash: resolved.hash() }
    }
}

/// Compares two lexicons; `each` gets every mention that differs, in the order of the survey.
///
/// # Errors
/// Where a lexicon cannot be compiled, or the survey cannot be read; what `each` returns.
pub fn diff(
    before: &Loaded,
    after: &Loaded,
    config: &DiffConfig,
    each: impl FnMut(&MentionChange) -> Result<()> + Send,
) -> Result<Diff> {
    let pool = crate::engine::pipeline::threads(config.threads)?;
    pool.install(|| {
        let changes = rules::changes(&before.resolved, &after.resolved);
        let survey = config.on.as_ref().map(|on| on_survey(before, after, &changes, on, config, each)).transpose()?;
        Ok(Diff { before: before.named(), after: after.named(), changes, survey })
    })
}

/// What came of one batch of respondents.
struct Done {
    cells: [Cells; 2],
    scratch: Scratch,
    carried: Vec<Said>,
    counts: Counts,
    differing: Vec<Vec<MentionChange>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    comments: u64,
    covered: [u64; 2],
    touched: u64,
    differing: u64,
    whole: u64,
}

fn on_survey(
    before: &Loaded,
    after: &Loaded,
    changes: &[Change],
    on: &str,
    config: &DiffConfig,
    mut each: impl FnMut(&MentionChange) -> Result<()> + Send,
) -> Result<OnSurvey> {
    let (place, pair) = rayon::join(
        || Place::open(on, &config.read, &config.wanted),
        || pair(&before.resolved, &after.resolved, changes, config),
    );
    let (place, pair) = (place?, pair?);
    let questions: Vec<Question> = questions(&place.layout);
    let fresh = || Done {
        cells: [&pair.before, &pair.after].map(|side| Cells::new(Arc::clone(&side.tree), Vec::new())),
        scratch: Scratch::default(),
        carried: Vec::new(),
        counts: Counts::default(),
        differing: Vec::new(),
    };
    let mut all = fresh();
    let mut groups = Groups::new(config.samples);
    let known = Known { lexicon_hash: &pair.before.tagger.lexicon().hash, tree: &pair.before.tree };
    let visit = |done: &mut Done, one: &Visited<'_>| {
        respondent(&pair, &questions, done, one);
        Ok(())
    };
    let seen = place.visit(Some(known), fresh, visit, |done| {
        let Done { cells: [one, other], counts, differing, .. } = done;
        all.cells[0].merge(one);
        all.cells[1].merge(other);
        all.counts.add(&counts);
        for comment in differing {
            groups.take(&comment);
            comment.iter().try_for_each(&mut each)?;
        }
        Ok(())
    })?;
    let lexicons = [pair.before.tagger.lexicon(), pair.after.tagger.lexicon()];
    let Counts { comments, covered, touched, differing, whole } = all.counts;
    Ok(OnSurvey {
        on: on.to_owned(),
        notices: place.notices.clone(),
        respondents: seen.respondents,
        rejected: seen.rejected,
        comments,
        covered,
        touched,
        differing,
        whole,
        groups: groups.finish(changes),
        moves: moves::moves([&all.cells[0], &all.cells[1]], lexicons, config.credit)?,
    })
}

/// Both lexicons ready to tag.
fn pair(before: &Resolved, after: &Resolved, changes: &[Change], config: &DiffConfig) -> Result<Pair> {
    let side = |resolved: &Resolved| -> Result<Side> {
        let lexicon = Arc::new(Lexicon::compile(resolved)?);
        let tree = driver_tree(&lexicon)?;
        let options = TaggerOptions { english: config.tokenizer.clone(), ..TaggerOptions::default() };
        Ok(Side { tagger: Tagger::new(lexicon, options)?, tree })
    };
    let ((one, other), touched) =
        rayon::join(|| rayon::join(|| side(before), || side(after)), || Touched::new(before, after, changes));
    let (one, other) = (one?, other?);
    let reach = match touched? {
        None => Reach::None,
        Some(_) if !one.tagger.weighs_as(&other.tagger) => Reach::All,
        Some(touched) => Reach::Some(Box::new(touched)),
    };
    Ok(Pair::new(one, other, changes.to_vec(), reach))
}

/// Counts one respondent under both lexicons, and keeps the mentions that differ.
fn respondent(pair: &Pair, questions: &[Question], done: &mut Done, one: &Visited<'_>) {
    let Done { cells, scratch, carried, counts, differing } = done;
    let answers: Vec<(u16, Role, &str)> = (0..)
        .zip(questions)
        .zip(one.texts)
        .filter_map(|((at, question), text)| Some((at, question.role, text.as_deref()?)))
        .collect();
    let is_new = one.tagged.is_none();
    if is_new {
        pair.tag_before(&answers, scratch);
    }
    let may_differ = pair.may_differ(&answers, is_new, scratch);
    if may_differ && !is_new {
        pair.tag_before(&answers, scratch);
    }
    let (said, whole) = match one.tagged {
        Some(tagged) if !may_differ => (tagged.said, Whole { voices: tagged.voices, residual: tagged.residual }),
        _ => (scratch.before.said.as_slice(), Whole::from(&scratch.before)),
    };
    let count = |cells: &mut Cells, said: &[Said], whole: Whole| {
        let Whole { voices, residual } = whole;
        let Visited { period, score, band, weight, .. } = *one;
        cells.add(&Respondent { period, segments: &[], score, band, weight, said, voices, residual });
    };
    let is_comment = whole.residual != Some(crate::types::Residual::NoComment);
    counts.comments += u64::from(is_comment);
    counts.covered[0] += u64::from(!said.is_empty());
    count(&mut cells[0], said, whole);
    if !may_differ {
        pair.carried(said, carried);
        counts.covered[1] += u64::from(!carried.is_empty());
        count(&mut cells[1], carried, whole);
        return;
    }
    pair.tag_after(&answers, scratch);
    let (before, after) = (whole, Whole::from(&scratch.after));
    counts.covered[1] += u64::from(!scratch.after.said.is_empty());
    count(&mut cells[1], &scratch.after.said, after);
    counts.touched += 1;
    counts.whole += u64::from(scratch.differs.is_empty() && before != after);
    if !scratch.differs.is_empty() {
        counts.differing += 1;
        differing.push(scratch.differs.iter().filter_map(|it| in_words(pair, questions, one, it)).collect());
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.comments += other.comments;
        self.covered[0] += other.covered[0];
        self.covered[1] += other.covered[1];
        self.touched += other.touched;
        self.differing += other.differing;
        self.whole += other.whole;
    }
}

/// A mention that differs, in words.
fn in_words(pair: &Pair, questions: &[Question], one: &Visited<'_>, differs: &Differs) -> Option<MentionChange> {
    let found = |side: &Side, mention: &Option<Mention>| {
        let mention = mention.as_ref()?;
        Some(Found {
            polarity: mention.polarity,
            term: side.tagger.lexicon().term(mention.term).id.clone(),
            at: (mention.span.start, mention.span.end),
            cue: mention.cue.map(|it| (it.span.start, it.span.end)),
            negator: mention.negator.map(|it| (it.span.start, it.span.end)),
            rule: mention.rule.as_str(),
        })
    };
    let question = usize::from(differs.shown()?.question);
    let driver = match (&differs.before, &differs.after) {
        (_, Some(after)) => pair.after.tree.id(after.driver),
        (Some(before), None) => pair.before.tree.id(before.driver),
        (None, None) => return None,
    };
    Some(MentionChange {
        id: one.id.to_owned(),
        period: one.period.to_owned(),
        question: questions[question].column.clone(),
        answer: one.texts[question].as_deref()?.to_owned(),
        kind: differs.kind,
        driver: driver.to_owned(),
        before: found(&pair.before, &differs.before),
        after: found(&pair.after, &differs.after),
        change: differs.change,
    })
}

#[cfg(test)]
mod tests;
