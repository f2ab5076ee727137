//! The comments of a survey under two lexicons, one after the other, and both counted.
//!
//! Not how two taggings of a comment are compared (`pair`), nor what is told of it (`groups`, `moves`).

use std::sync::Arc;

use super::groups::{Found, Groups, MentionChange};
use super::pair::{Differs, Pair, Scratch, Side, Whole};
use super::rules::Change;
use super::touched::{Reach, Touched};
use super::{DiffConfig, Loaded, OnSurvey, moves};
use crate::contribution::{Cells, Respondent};
use crate::engine::config::{driver_tree, questions};
use crate::engine::visit::{Known, Place, Visited};
use crate::error::Result;
use crate::lexicon::{Lexicon, Resolved};
use crate::tag::tagger::TaggerOptions;
use crate::tag::{Mention, Question, Tagger};
use crate::types::{Residual, Role, Said};

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

/// Goes through a survey; `each` gets every mention that differs.
pub(super) fn compare(
    before: &Loaded,
    after: &Loaded,
    changes: &[Change],
    on: &str,
    config: &DiffConfig,
    mut each: impl FnMut(&MentionChange) -> Result<()> + Send,
) -> Result<OnSurvey> {
    let (place, pair) = rayon::join(
        || Place::open(on, &config.read, &config.wanted, &config.redact),
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
pub(super) fn pair(before: &Resolved, after: &Resolved, changes: &[Change], config: &DiffConfig) -> Result<Pair> {
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
    let is_comment = whole.residual != Some(Residual::NoComment);
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
