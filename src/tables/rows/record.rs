//! One respondent with texts and tags as bytes: what the rows of `comments` and `mentions` are made of.
//!
//! Not a format to keep: records live as long as a run. Everything that repeats is the small number by which the lexicon knows it.
//! Numbers of seven bits a byte, but for the head: bytes of the record, its mentions, bytes of its texts, four bytes each.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::TermIx;
use crate::tag::{Mention, Rule, Sentiment};
use crate::types::{Band, Consent, DriverIx, Polarity, Residual, Said, Stance, Voices, Weight};

/// Bytes of a record's head.
const HEAD: usize = 12;

/// A respondent to be written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) id: &'a str,
    pub(crate) customer: Option<&'a str>,
    pub(crate) consent: Option<Consent>,
    /// Days since 1970-01-01.
    pub(crate) date: Option<i32>,
    pub(crate) score: Option<f64>,
    pub(crate) band: Option<Band>,
    pub(crate) weight: Weight,
    /// One for each segment column.
    pub(crate) segments: &'a [Cow<'a, str>],
    /// One for each question, redacted.
    pub(crate) texts: &'a [Option<Cow<'a, str>>],
    pub(crate) zh: bool,
    pub(crate) en: bool,
    pub(crate) sentiment: Option<Sentiment>,
    pub(crate) voices: Voices,
    pub(crate) residual: Option<Residual>,
    pub(crate) said: &'a [Said],
    /// By question.
    pub(crate) mentions: &'a [Mention],
}

const HAS_DATE: u8 = 1;
const HAS_SCORE: u8 = 1 << 1;
const HAS_CUSTOMER: u8 = 1 << 2;
const ZH: u8 = 1 << 3;
const EN: u8 = 1 << 4;
/// A consent is the number above these five bits of flags.
const FLAG_BITS: u32 = 5;
/// A residual bucket is the number above these four bits of voices.
const VOICE_BITS: u32 = 4;
/// A sentiment is the number above these two bits of the band.
const BAND_BITS: u32 = 2;

/// The flags of a mention are above these two bits of its polarity.
const NEGATED: u8 = 1 << 2;
const HAS_CUE: u8 = 1 << 3;
const HAS_NEGATOR: u8 = 1 << 4;

impl Row<'_> {
    /// Appends the record.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let begin = out.len();
        let text_bytes: usize = self.texts.iter().flatten().map(|text| text.len()).sum();
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&(self.mentions.len() as u32).to_le_bytes());
        out.extend_from_slice(&(text_bytes as u32).to_le_bytes());
        text(self.id, out);
        let has = |there: bool, bit: u8| if there { bit } else { 0 };
        out.push(
            has(self.date.is_some(), HAS_DATE)
                | has(self.score.is_some(), HAS_SCORE)
                | has(self.customer.is_some(), HAS_CUSTOMER)
                | has(self.zh, ZH)
                | has(self.en, EN)
                | place(self.consent.map(|consent| consent as u8)) << FLAG_BITS,
        );
        out.push(place(self.band.map(|band| band as u8)) | place(self.sentiment.map(|side| side as u8)) << BAND_BITS);
        out.push(self.voices.bits() | place(self.residual.map(|bucket| bucket as u8)) << VOICE_BITS);
        if let Some(customer) = self.customer {
            text(customer, out);
        }
        if let Some(date) = self.date {
            out.extend_from_slice(&date.to_le_bytes());
        }
        if let Some(score) = self.score {
            out.extend_from_slice(&score.to_le_bytes());
        }
        varint(self.weight.micros(), out);
        for segment in self.segments {
            text(segment, out);
        }
        for answer in self.texts {
            match answer {
                None => out.push(0),
                Some(answer) => {
                    varint(answer.len() as u64 + 1, out);
                    out.extend_from_slice(answer.as_bytes());
                }
            }
        }
        varint(self.said.len() as u64, out);
        for said in self.said {
            varint(said.driver.0.into(), out);
            out.push(said.stance as u8 | said.voices.bits() << 2);
        }
        for mention in self.mentions {
            write_mention(mention, out);
        }
        let len = (out.len() - begin) as u32;
        out[begin..begin + 4].copy_from_slice(&len.to_le_bytes());
    }
}

/// A number for something that may be missing: 0, or one more than its place.
fn place(at: Option<u8>) -> u8 {
    at.map_or(0, |at| at + 1)
}

fn write_mention(mention: &Mention, out: &mut Vec<u8>) {
    let has = |there: bool, bit: u8| if there { bit } else { 0 };
    varint(mention.question.into(), out);
    varint(mention.driver.0.into(), out);
    out.push(
        mention.polarity as u8
            | has(mention.negated, NEGATED)
            | has(mention.cue.is_some(), HAS_CUE)
            | has(mention.negator.is_some(), HAS_NEGATOR),
    );
    out.push(mention.rule as u8);
    varint(mention.term.0.into(), out);
    varint(mention.clause.into(), out);
    let spans = [Some(mention.span), mention.cue.map(|cue| cue.span), mention.negator.map(|negator| negator.span)];
    for span in spans.into_iter().flatten() {
        varint(span.start.into(), out);
        varint((span.end - span.start).into(), out);
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A record that is read back. What follows the parts that have names here is read in order: [`Record::segment`] for each segment,
/// [`Record::text`] for each question, [`Record::said`], then [`Record::mention`] for each mention.
pub(crate) struct Record<'a> {
    pub(crate) id: &'a [u8],
    pub(crate) customer: Option<&'a [u8]>,
    pub(crate) consent: Option<Consent>,
    pub(crate) date: Option<i32>,
    pub(crate) score: Option<f64>,
    pub(crate) band: Option<Band>,
    /// In millionths.
    pub(crate) weight: u64,
    pub(crate) zh: bool,
    pub(crate) en: bool,
    pub(crate) sentiment: Option<Sentiment>,
    pub(crate) voices: Voices,
    pub(crate) residual: Option<Residual>,
    pub(crate) head: Head,
    rest: Cursor<'a>,
}

/// What can be said of a record without reading it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// Bytes of the record, its head among them.
    pub(crate) len: usize,
    pub(crate) mentions: u32,
    pub(crate) text_bytes: u32,
}

impl Head {
    /// The head of the record at the beginning of `bytes`; none at their end.
    pub(crate) fn of(bytes: &[u8]) -> Result<Option<Self>> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let (words, _) = bytes.get(..HEAD).ok_or_else(damaged)?.as_chunks::<4>();
        let word = |at: usize| u32::from_le_bytes(words[at]);
        let head = Self { len: word(0) as usize, mentions: word(1), text_bytes: word(2) };
        if head.len < HEAD || head.len > bytes.len() {
            return Err(damaged());
        }
        Ok(Some(head))
    }
}

/// A mention that is read back: places of one of the record's texts.
pub(crate) struct MentionRecord<'a> {
    pub(crate) question: usize,
    pub(crate) driver: DriverIx,
    pub(crate) polarity: Polarity,
    pub(crate) negated: bool,
    pub(crate) rule: Rule,
    pub(crate) term: TermIx,
    pub(crate) clause: u32,
    pub(crate) span: Part<'a>,
    pub(crate) cue: Option<Part<'a>>,
    pub(crate) negator: Option<Part<'a>>,
}

/// A part of a text.
pub(crate) struct Part<'a> {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) text: &'a [u8],
}

impl<'a> Record<'a> {
    /// Takes the next record off `bytes`; none at their end.
    pub(crate) fn next(bytes: &mut &'a [u8]) -> Result<Option<Self>> {
        let Some(head) = Head::of(bytes)? else { return Ok(None) };
        let (record, rest) = bytes.split_at(head.len);
        *bytes = rest;
        Self::read(head, Cursor(&record[HEAD..])).map(Some).ok_or_else(damaged)
    }

    fn read(head: Head, mut rest: Cursor<'a>) -> Option<Self> {
        let id = rest.text()?;
        let [flags, sides, does] = *rest.take(3)?.as_array()?;
        let customer = if flags & HAS_CUSTOMER == 0 { None } else { Some(rest.text()?) };
        let date = if flags & HAS_DATE == 0 { None } else { Some(i32::from_le_bytes(*rest.take(4)?.as_array()?)) };
        let score = if flags & HAS_SCORE == 0 { None } else { Some(f64::from_le_bytes(*rest.take(8)?.as_array()?)) };
        let weight = rest.number()?;
        Some(Self {
            id,
            customer,
            consent: at(&Consent::ALL, flags >> FLAG_BITS)?,
            date,
            score,
            band: at(&Band::ALL, sides & ((1 << BAND_BITS) - 1))?,
            weight,
            zh: flags & ZH != 0,
            en: flags & EN != 0,
            sentiment: at(&Sentiment::ALL, sides >> BAND_BITS)?,
            voices: Voices::from_bits(does),
            residual: at(&Residual::ALL, does >> VOICE_BITS)?,
            head,
            rest,
        })
    }

    /// The next segment's value.
    pub(crate) fn segment(&mut self) -> Result<&'a [u8]> {
        self.rest.text().ok_or_else(damaged)
    }

    /// The answer to the next question.
    pub(crate) fn text(&mut self) -> Result<Option<&'a [u8]>> {
        self.rest.answer().ok_or_else(damaged)
    }

    /// What is said of each driver.
    pub(crate) fn said(&mut self) -> Result<impl Iterator<Item = Said> + Clone + use<'a>> {
        let mut all = self.rest.clone();
        // Seen to its end before, so that none is missing.
        self.skip_said()?;
        let count = all.number().unwrap_or_default();
        Ok((0..count).map_while(move |_| all.said()))
    }

    /// In place of [`Record::said`], where nobody asks.
    pub(crate) fn skip_said(&mut self) -> Result<()> {
        for _ in 0..self.rest.number().ok_or_else(damaged)? {
            self.rest.said().ok_or_else(damaged)?;
        }
        Ok(())
    }

    /// The next mention; `texts` are the record's.
    pub(crate) fn mention(&mut self, texts: &[Option<&'a [u8]>]) -> Result<MentionRecord<'a>> {
        self.rest.mention(texts).ok_or_else(damaged)
    }
}

/// What a number from [`place`] stands for; none where it stands for nothing.
#[expect(clippy::option_option, reason = "a number may stand for nothing, and what it stands for may be missing")]
fn at<T: Copy>(all: &[T], place: u8) -> Option<Option<T>> {
    match place.checked_sub(1) {
        None => Some(None),
        Some(at) => all.get(usize::from(at)).copied().map(Some),
    }
}

/// Bytes from which values are taken.
#[derive(Clone)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let len = self.number()?;
        self.take(len.try_into().ok()?)
    }

    #[expect(clippy::option_option, reason = "the bytes may end, and an answer may be missing")]
    fn answer(&mut self) -> Option<Option<&'a [u8]>> {
        match self.number()?.checked_sub(1) {
            None => Some(None),
            Some(len) => self.take(len.try_into().ok()?).map(Some),
        }
    }

    fn said(&mut self) -> Option<Said> {
        let driver = DriverIx(self.number()?.try_into().ok()?);
        let byte = self.byte()?;
        let stance = Stance::ALL[usize::from(byte & 3)];
        Some(Said { driver, stance, voices: Voices::from_bits(byte >> 2) })
    }

    fn part(&mut self, text: &'a [u8]) -> Option<Part<'a>> {
        let start = self.small()?;
        let end = start.checked_add(self.small()?)?;
        Some(Part { start, end, text: text.get(start as usize..end as usize)? })
    }

    fn mention(&mut self, texts: &[Option<&'a [u8]>]) -> Option<MentionRecord<'a>> {
        let question = self.number()?.try_into().ok()?;
        let text = (*texts.get(question)?)?;
        let driver = DriverIx(self.number()?.try_into().ok()?);
        let flags = self.byte()?;
        Some(MentionRecord {
            question,
            driver,
            polarity: *Polarity::ALL.get(usize::from(flags & 3))?,
            negated: flags & NEGATED != 0,
            rule: *Rule::ALL.get(usize::from(self.byte()?))?,
            term: TermIx(self.small()?),
            clause: self.small()?,
            span: self.part(text)?,
            cue: if flags & HAS_CUE == 0 { None } else { Some(self.part(text)?) },
            negator: if flags & HAS_NEGATOR == 0 { None } else { Some(self.part(text)?) },
        })
    }
}

/// The error of bytes that are not what was put aside.
pub(super) fn damaged() -> Error {
    Error::new(ErrorKind::Output, "damaged_rows", "rows that were put aside on the disk are not what was written")
        .help("Run again; if it comes back, the disk of the output folder is to blame.")
}
