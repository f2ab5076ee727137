//! Redaction: phone numbers, e-mail addresses, identity and bank cards, licence plates and account names are blotted out before anything else sees a comment.
//!
//! Not for names or addresses of people, which no pattern knows. Each character is replaced by one of the same length (`*` for one
//! byte, `·` for two, `＊` for three), so that every offset holds in the delivered and in the redacted text.
//!
//! - [`mod@kinds`]: which kinds there are, patterns of a survey's own, counts.
//! - `clues`: a quick look that spares most texts everything else.
//! - `messages`: sentences that quote a survey.
//! - `view`: the text as patterns see it, and the blots.
//! - `patterns`, `find`: what a pattern is, and what it found.
//! - `phones`, `emails`, `cards`, `plates`, `accounts`: the patterns of each kind and the checks of their finds; `mobiles` has the check of
//!   mobile numbers, `names` words, `context` what words around a number say about it.

mod accounts;
mod cards;
mod clues;
mod context;
mod emails;
mod find;
pub mod kinds;
mod messages;
mod mobiles;
mod names;
mod patterns;
mod phones;
mod plates;
mod view;

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use clues::{Clues, Look};
use find::Find;
pub use kinds::{BadPattern, Kind, OwnPattern, Redaction, Redactions};
use patterns::{Compiled, Pattern};
use view::{View, blot};

/// How often a text is gone through at most. What the kinds find ends after two or three times; patterns of a survey's own may go on
/// finding what they have just made.
const MOST: usize = 32;

/// Finds and blots out what identifies a person; made once, shared by all threads.
pub struct Redactor {
    look: Look,
    patterns: Vec<(Arc<str>, Pattern)>,
    own: Vec<OwnPattern>,
    version: u32,
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// Goes up with every change to what the kinds find, so that an output knows which of its rows a later run is to redact again.
    pub const VERSION: u32 = 3;

    /// Finds all kinds.
    pub fn new() -> Self {
        Self::with(&Redaction::default())
    }

    /// Finds these kinds and patterns.
    pub fn with(redaction: &Redaction) -> Self {
        let names = Kind::ALL.map(|kind| (kind, Arc::<str>::from(kind.as_str())));
        let wanted = |pattern: Pattern| {
            let (kind, name) = names.iter().find(|(kind, _)| *kind == pattern.written.kind)?;
            redaction.kinds.contains(kind).then(|| (Arc::clone(name), pattern))
        };
        Self {
            look: Look::new(),
            patterns: Pattern::all().filter_map(wanted).collect(),
            own: redaction.own.clone(),
            version: version(redaction),
        }
    }

    /// Compiles all patterns, which are else compiled when a text needs them: while nobody waits for it.
    #[must_use]
    pub(crate) fn compiled(self) -> Self {
        for (_, pattern) in &self.patterns {
            pattern.compiled();
        }
        self
    }

    /// Tells apart what redactors find: two of one version find the same. Never 0; [`Redactor::VERSION`] where all kinds are
    /// found and nothing else.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The text with everything found blotted out, and how many of each kind; `None` where nothing is found, as in any text that was
    /// redacted before.
    pub fn redact(&self, text: &str) -> Option<(String, Redactions)> {
        let (mut clean, mut counts) = self.pass(text)?;
        // One find may hide another: a number in groups reaches into the next one, and only after that one is blotted out it ends
        // where it should.
        for _ in 1..MOST {
            let Some((cleaner, more)) = self.pass(&clean) else { break };
            clean = cleaner;
            counts += &more;
        }
        Some((clean, counts))
    }

    fn pass(&self, text: &str) -> Option<(String, Redactions)> {
        let clues = self.look.at(text);
        let worth = self.patterns.iter().any(|(_, pattern)| clues.allow(pattern.written.gate));
        if worth || !self.own.is_empty() { self.closely(text, clues) } else { None }
    }

    fn closely(&self, text: &str, clues: Clues) -> Option<(String, Redactions)> {
        let mut view = View::of(text);
        let mut counts = Redactions::default();
        let mut found: Vec<Range<usize>> = Vec::new();
        for (name, pattern) in self.patterns.iter().filter(|(_, pattern)| clues.allow(pattern.written.gate)) {
            let parts = finds(&view, pattern);
            take(&mut view, name, parts, &mut counts, &mut found);
        }
        for own in &self.own {
            let parts = own_finds(&view, own.regex());
            take(&mut view, own.name(), parts, &mut counts, &mut found);
        }
        if found.is_empty() {
            return None;
        }
        found.sort_unstable_by_key(|range| range.start);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for range in found {
            // What a survey's own pattern finds may hold what was found before.
            let start = range.start.max(done);
            out.push_str(&text[done..start]);
            out.extend(text[start..range.end.max(start)].chars().map(blot));
            done = range.end.max(start);
        }
        out.push_str(&text[done..]);
        Some((out, counts))
    }
}

/// Blots these parts out.
fn take(
    view: &mut View<'_>,
    name: &Arc<str>,
    parts: Vec<Range<usize>>,
    counts: &mut Redactions,
    found: &mut Vec<Range<usize>>,
) {
    for part in parts {
        counts.add(name);
        found.push(view.origin(&part));
        view.blot(part);
    }
}

/// What a pattern of a kind finds, in its order.
fn finds(view: &View<'_>, pattern: &Pattern) -> Vec<Range<usize>> {
    let Some(Compiled { regex, grouped }) = pattern.compiled() else { return Vec::new() };
    let text = view.text();
    let (mut found, mut at, mut floor) = (Vec::new(), 0, 0);
    while let Some(whole) = regex.find_at(text, at).map(|found| found.range()) {
        let range = if *grouped {
            // The group is in every match: a test of the patterns sees to it.
            let captures = regex.captures_at(text, at);
            captures.and_then(|captures| captures.name("n").map(|group| group.range())).unwrap_or_else(|| whole.clone())
        } else {
            whole.clone()
        };
        let find = Find { view, whole: whole.clone(), range, floor, pattern };
        if let Some(part) = (pattern.written.check)(&find) {
            (at, floor) = (part.end, part.end);
            found.push(part);
        } else {
            // Another may begin inside this one, but not inside its first group of digits.
            let digits = text[whole.start..].bytes().take_while(u8::is_ascii_digit).count();
            at = text.ceil_char_boundary(whole.start + digits.max(1));
        }
    }
    found
}

/// What a survey's own pattern finds that is not blotted out as it is.
fn own_finds(view: &View<'_>, regex: &Regex) -> Vec<Range<usize>> {
    let part =
        |captures: regex::Captures<'_>| captures.name("blot").or_else(|| captures.get(0)).map(|part| part.range());
    let parts = regex.captures_iter(view.text()).filter_map(part);
    parts.filter(|part| view.text()[part.clone()].chars().any(|c| c != blot(c))).collect()
}

/// The version of what these settings find.
fn version(redaction: &Redaction) -> u32 {
    if *redaction == Redaction::default() {
        return Redactor::VERSION;
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&Redactor::VERSION.to_le_bytes());
    for kind in &redaction.kinds {
        hasher.update(kind.as_str().as_bytes());
        hasher.update(b"\n");
    }
    for own in &redaction.own {
        for part in [own.name(), own.regex().as_str()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    let [a, b, c, d, ..] = *hasher.finalize().as_bytes();
    // Numbers of plain versions stay small, so that none of these is one.
    u32::from_le_bytes([a, b, c, d]) | 1 << 31
}

#[cfg(test)]
mod tests;
