//! XML gone through within bounds: how large an event is, how deep elements stand, and no declarations of entities.
//!
//! Not for what the elements mean. Events are told apart by the same reader, set up in the same way, as calamine's: what it will see is
//! what is judged.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::Unpacked;
use super::{DEEPEST, LARGEST_EVENT, Wrong};

/// Events of one part.
pub(super) struct Scan<'a> {
    xml: Reader<Bounded<BufReader<Unpacked<'a>>>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(part: Unpacked<'a>) -> Self {
        let mut xml = Reader::from_reader(Bounded { inner: BufReader::new(part), left: 0 });
        let config = xml.config_mut();
        config.check_end_names = false;
        config.trim_text(false);
        config.check_comments = false;
        config.expand_empty_elements = true;
        Self { xml, buffer: Vec::new(), depth: 0 }
    }

    /// The next event; [`Event::Eof`] at the end.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Wrong> {
        self.buffer.clear();
        self.xml.get_mut().left = LARGEST_EVENT;
        let (xml, buffer) = (&mut self.xml, &mut self.buffer);
        let event = Wrong::guarded(|| xml.read_event_into(buffer))?;
        match event {
            Event::Start(_) if self.depth == DEEPEST => {
                Err(Wrong::TooLarge(format!("elements of its XML stand more than {DEEPEST} deep in each other")))
            }
            Event::Start(_) => {
                self.depth += 1;
                Ok(event)
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(event)
            }
            Event::DocType(_) => {
                Err(Wrong::TooLarge("its XML declares a document type, which no workbook needs".to_owned()))
            }
            event => Ok(event),
        }
    }
}

/// One event is too large.
pub(super) fn too_large() -> Wrong {
    Wrong::TooLarge(format!("one cell or tag of it has more than {} MiB", LARGEST_EVENT >> 20))
}

/// So many bytes of one event, or of all texts of one cell.
pub(super) fn check_size(bytes: usize) -> Result<(), Wrong> {
    if bytes > LARGEST_EVENT { Err(too_large()) } else { Ok(()) }
}

/// A value of a tag, as written; none where it has no such key.
pub(super) fn value<'e>(tag: &'e BytesStart<'_>, key: &str) -> Result<Option<std::borrow::Cow<'e, str>>, Wrong> {
    let mut found = None;
    // A key that stands twice is an error.
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| Wrong::Damaged(error.to_string()))?;
        if attribute.key.as_ref() == key {
            found = Some(attribute.value);
        }
    }
    Ok(found)
}

/// A reader that gives up where one event takes more than it may.
struct Bounded<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.fill_buf()?;
        let length = there.len().min(buffer.len());
        buffer[..length].copy_from_slice(&there[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let there = self.inner.fill_buf()?;
        let length = there.len().min(self.left);
        Ok(&there[..length])
    }

    fn consume(&mut self, length: usize) {
        self.left -= length;
        self.inner.consume(length);
    }
}
