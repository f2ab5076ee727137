//! The tagger: answers in, tags out, one comment after the other, with scratch that is reused.
//!
//! Not for Arrow (`batch`), nor for what people read (`explain`).

use std::path::PathBuf;
use std::sync::Arc;

use super::candidates::Candidates;
use super::matching::{self, Hit, Part};
use super::mention::{CommentTags, Mention};
use super::polarity;
use crate::error::Result;
use crate::lexicon::Lexicon;
use crate::text::chars::Chars;
use crate::text::clauses::Clause;
use crate::text::normalize::{Folded, Normalizer};
use crate::text::runs::{Run, languages, runs};
use crate::text::segment::{Bounds, Joins, SegmentOptions, Segmenters, Token};
use crate::types::{Polarity, Role, Said, Stance};

/// Which runs of script are segmented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SegmentMode {
    /// Those that hold a candidate, in quick ways: the same tags, sooner.
    #[default]
    Demand,
    /// All of them, by jieba-rs and `tokenizers` themselves.
    Full,
}

/// A question and the column that holds its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The column of the batch: `text`, or `text_<name>`.
    pub column: String,
    /// Its role.
    pub role: Role,
}

/// How the tagger is set up.
#[derive(Debug, Clone, Default)]
pub struct TaggerOptions {
    /// A `tokenizer.json` whose pre-tokenizer cuts English; by default the built-in pipeline does.
    pub english: Option<PathBuf>,
    /// Which runs are segmented.
    pub segment: SegmentMode,
    /// The questions of [`Tagger::tag`]; by default one, column `text`.
    pub questions: Vec<Question>,
}

/// A lexicon with everything that tagging needs; shared by all threads.
pub struct Tagger {
    pub(crate) lexicon: Arc<Lexicon>,
    pub(crate) normalizer: Arc<Normalizer>,
    pub(crate) segmenters: Segmenters,
    pub(crate) segment: SegmentMode,
    pub(crate) questions: Vec<Question>,
}

/// Buffers that one thread reuses from comment to comment.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) folded: Folded,
    pub(crate) chars: Chars,
    pub(crate) runs: Vec<Run>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) bounds: Bounds,
    pub(crate) candidates: Candidates,
    /// Places of cues whose drivers the text does not name: bytes of the folded text.
    pub(crate) qualities: Vec<(u32, u32)>,
    pub(crate) parts: Vec<Part>,
    pub(crate) hits: Vec<Hit>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) breaks: Vec<u32>,
    pub(crate) polarity: polarity::Scratch,
    bare: String,
}

impl Tagger {
    /// A tagger for this lexicon.
    ///
    /// # Errors
    /// Where the tokenizer's file cannot be used.
    pub fn new(lexicon: Arc<Lexicon>, options: TaggerOptions) -> Result<Self> {
        let TaggerOptions { english, segment, mut questions } = options;
        let definition = segment == SegmentMode::Full;
        let segmenters =
            Segmenters::new(&SegmentOptions { user_words: lexicon.user_words().to_vec(), english, definition })?;
        if questions.is_empty() {
            questions.push(Question { column: "text".to_owned(), role: Role::Why });
        }
        let normalizer = lexicon.normalizer();
        Ok(Self { lexicon, normalizer, segmenters, segment, questions })
    }

    /// Gives back the memory that tagging takes for speed alone, where nobody else has the lexicon; the next comments take it again.
    pub(crate) fn rest(&mut self) {
        if let Some(lexicon) = Arc::get_mut(&mut self.lexicon) {
            lexicon.rest();
        }
    }

    /// The lexicon that it tags by.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Where no token can start or end; for the benchmark of matching alone.
    #[doc(hidden)]
    pub fn joins(&self) -> &Joins {
        self.segmenters.joins()
    }

    /// The questions whose answers it tags.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Tags the answers of one respondent: pairs of a question's place and what was answered, redacted. `tags` is emptied first.
    pub fn tag_comment<'a>(
        &self,
        answers: impl IntoIterator<Item = (u16, Role, &'a str)>,
        scratch: &mut Scratch,
        tags: &mut CommentTags,
    ) {
        tags.clear();
        for (question, role, text) in answers {
            if self.read(text, scratch) {
                tags.says_something = true;
                polarity::resolve(&self.lexicon, question, role, scratch, tags);
            }
            let found = languages(&scratch.runs, &scratch.folded.text);
            tags.zh |= found.zh;
            tags.en |= found.en;
        }
        for mention in &tags.mentions {
            match mention.polarity {
                Polarity::Positive => tags.praises += 1,
                Polarity::Negative => tags.blames += 1,
                Polarity::Neutral => {}
            }
            let Mention { driver, polarity, voices, .. } = *mention;
            match tags.said.binary_search_by_key(&driver, |said| said.driver) {
                Ok(at) => {
                    let said = &mut tags.said[at];
                    (said.stance, said.voices) = (said.stance.and(polarity), said.voices.and(voices));
                }
                Err(at) => tags.said.insert(at, Said { driver, stance: Stance::from(polarity), voices }),
            }
        }
    }

    /// Whether both cut a text alike that holds no words that only one of their lexicons has.
    pub(crate) fn weighs_as(&self, other: &Self) -> bool {
        self.segmenters.weigh_alike(&other.segmenters)
    }

    /// Where terms stand in a text, whether or not they count there: in order, longer ones first.
    pub(crate) fn places<'s>(&self, text: &str, scratch: &'s mut Scratch) -> &'s [Hit] {
        self.read(text, scratch);
        &scratch.hits
    }

    /// Folds, cuts and matches one answer into the scratch; false where the answer says that there is nothing to say.
    pub(crate) fn read(&self, text: &str, scratch: &mut Scratch) -> bool {
        self.normalizer.fold(text, &mut scratch.folded);
        scratch.chars.read(&scratch.folded.text);
        runs(&scratch.folded.text, &mut scratch.runs);
        // A text of punctuation alone may be an emoticon.
        if self.lexicon.is_no_comment(&scratch.folded.text, &mut scratch.bare)
            && !(scratch.bare.is_empty() && self.lexicon.draws(&scratch.chars))
        {
            scratch.hits.clear();
            scratch.tokens.clear();
            scratch.clauses.clear();
            return false;
        }
        matching::find(&self.lexicon, &self.segmenters, self.segment, scratch);
        true
    }
}
