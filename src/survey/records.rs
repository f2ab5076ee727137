//! Splits text at delimiters and quotes into the fields of one record, by the rules of the `csv` crate.
//!
//! Not for finding where pieces of a source may be cut (`cut`), nor for what a record says of its survey (`delimited`).

/// The longest stretch that is looked at byte by byte before a search is worth its start.
const SHORT: usize = 16;

/// The fields of one record; one value is filled again and again.
#[derive(Debug)]
pub(super) struct Record {
    /// The first fields, as many as are kept.
    fields: Vec<Field>,
    /// Fields beyond these are counted alone: a record may have as many as it has bytes.
    kept: usize,
    count: usize,
    /// Text of the fields that do not stand in the record as they are: those with doubled quotes, or with text behind the quotes.
    unquoted: Vec<u8>,
    /// LF inside its fields.
    pub(super) line_feeds: u64,
    /// Whether text follows a quote that closes a field of several lines.
    pub(super) is_torn: bool,
    /// LF before the quote that is never closed, counted from the record's start.
    pub(super) open: Option<u64>,
}

/// Where the bytes of a field are.
#[derive(Debug, Clone, Copy)]
struct Field {
    place: Place,
    from: usize,
    to: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Unquoted,
}

impl Record {
    /// A record of which so many fields are kept.
    pub(super) fn keeping(kept: u64) -> Self {
        Self {
            fields: Vec::new(),
            kept: usize::try_from(kept).unwrap_or(usize::MAX),
            count: 0,
            unquoted: Vec::new(),
            line_feeds: 0,
            is_torn: false,
            open: None,
        }
    }

    fn push(&mut self, field: Field) {
        self.count += 1;
        if self.fields.len() < self.kept {
            self.fields.push(field);
        }
    }

    /// Reads the record that starts at byte `at` of the text, and gives where the next one starts. A LF that no quote holds ends it, or
    /// the text's end; the CR of CRLF is taken off the last field.
    pub(super) fn read(&mut self, text: &[u8], delimiter: u8, mut at: usize) -> usize {
        self.fields.clear();
        self.unquoted.clear();
        self.count = 0;
        (self.line_feeds, self.is_torn, self.open) = (0, false, None);
        let end = loop {
            let end = if text.get(at) == Some(&b'"') {
                self.quoted(text, delimiter, at + 1)
            } else {
                let end = plain_end(text, delimiter, at);
                self.push(Field { place: Place::Text, from: at, to: end });
                end
            };
            match text.get(end) {
                Some(byte) if *byte == delimiter => at = end + 1,
                Some(_) => break end + 1,
                None => break end,
            }
        };
        // One that a quote holds belongs to the text.
        let is_crlf = text[..end].strip_suffix(b"\n").unwrap_or(&text[..end]).ends_with(b"\r");
        if is_crlf
            && self.count == self.fields.len()
            && let Some(last) = self.fields.last_mut()
            && last.bytes(text, &self.unquoted).ends_with(b"\r")
        {
            last.to -= 1;
        }
        end
    }

    /// Reads the field whose opening quote is right before `from`; gives where it ends.
    fn quoted(&mut self, text: &[u8], delimiter: u8, from: usize) -> usize {
        let before = self.line_feeds;
        let copy = self.unquoted.len();
        let mut at = from;
        loop {
            let Some(quote) = memchr::memchr(b'"', &text[at..]).map(|found| at + found) else {
                self.line_feeds += line_feeds(&text[at..]);
                self.open = Some(before);
                self.unquoted.extend_from_slice(&text[at..]);
                self.push(Field { place: Place::Unquoted, from: copy, to: self.unquoted.len() });
                return text.len();
            };
            self.line_feeds += line_feeds(&text[at..quote]);
            if text.get(quote + 1) == Some(&b'"') {
                self.unquoted.extend_from_slice(&text[at..=quote]);
                at = quote + 2;
                continue;
            }
            let end = plain_end(text, delimiter, quote + 1);
            if end == quote + 1 && at == from {
                self.push(Field { place: Place::Text, from, to: quote });
                return end;
            }
            // The CR of a line end follows a closing quote rightly.
            self.is_torn |= end > quote + 1 && text[quote + 1] != b'\r' && self.line_feeds > before;
            self.unquoted.extend_from_slice(&text[at..quote]);
            self.unquoted.extend_from_slice(&text[quote + 1..end]);
            self.push(Field { place: Place::Unquoted, from: copy, to: self.unquoted.len() });
            return end;
        }
    }

    /// How many fields it has, whether they are kept or not; at least one.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether it is a blank line.
    pub(super) fn is_blank(&self) -> bool {
        self.count == 1 && matches!(self.fields[..], [field] if field.from == field.to)
    }

    /// Whether all its fields are blank, as a spreadsheet writes rows that were cleared: `,,,`. Ends at the first that is not.
    pub(super) fn is_void(&self, text: &[u8]) -> bool {
        let is_blank = |field: &Field| {
            let bytes = field.bytes(text, &self.unquoted);
            bytes.trim_ascii().is_empty() || std::str::from_utf8(bytes).is_ok_and(|text| text.trim().is_empty())
        };
        self.count == self.fields.len() && self.fields.iter().all(is_blank)
    }

    /// The bytes of a field; none where there is no such field, or it is not kept. `text` is the one that it was read from.
    pub(super) fn field<'a>(&'a self, text: &'a [u8], index: usize) -> &'a [u8] {
        self.fields.get(index).map_or(b"", |field| field.bytes(text, &self.unquoted))
    }

    /// A field of a text that is known to be UTF-8; none where it is not.
    pub(super) fn text<'a>(&'a self, text: &'a str, index: usize) -> Option<&'a str> {
        let field = self.fields.get(index)?;
        match field.place {
            // Quotes, delimiters and line ends are ASCII, so that a field starts and ends between characters.
            Place::Text => text.get(field.from..field.to),
            Place::Unquoted => simdutf8::basic::from_utf8(&self.unquoted[field.from..field.to]).ok(),
        }
    }
}

impl Field {
    fn bytes<'a>(&self, text: &'a [u8], unquoted: &'a [u8]) -> &'a [u8] {
        let bytes = if self.place == Place::Text { text } else { unquoted };
        &bytes[self.from..self.to]
    }
}

/// Where the text from `at` on comes to a delimiter, a LF, or its end.
fn plain_end(text: &[u8], delimiter: u8, at: usize) -> usize {
    let rest = &text[at..];
    let near = rest.len().min(SHORT);
    let is_end = |byte: &u8| *byte == delimiter || *byte == b'\n';
    match rest[..near].iter().position(is_end) {
        Some(found) => at + found,
        None => memchr::memchr2(delimiter, b'\n', &rest[near..]).map_or(text.len(), |found| at + near + found),
    }
}

/// LF in these bytes.
pub(super) fn line_feeds(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All records, as the `csv` crate splits them.
    fn by_the_crate(text: &str) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(text.as_bytes());
        let records = reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect());
        records.collect()
    }

    proptest! {
        /// Every record has the fields that the `csv` crate finds, but for the CR that ends a line.
        #[test]
        fn records_are_those_of_the_crate(text in "(\"?[a满\",\n\r]{0,9}\"?[,\n]?){0,8}") {
            let mut record = Record::keeping(u64::MAX);
            let mut at = 0;
            let (mut found, mut crlf): (Vec<Vec<Vec<u8>>>, Vec<bool>) = Default::default();
            while at < text.len() {
                if text.as_bytes()[at] == b'\n' {
                    at += 1;
                    continue;
                }
                let next = record.read(text.as_bytes(), b',', at);
                let fields: Vec<Vec<u8>> = (0..record.len()).map(|n| record.field(text.as_bytes(), n).to_vec()).collect();
                for (n, field) in fields.iter().enumerate() {
                    prop_assert_eq!(record.text(&text, n).map(str::as_bytes), Some(&field[..]));
                }
                // All LF of the record but the last are in its fields.
                let end = next - usize::from(record.open.is_none() && text.as_bytes()[next - 1] == b'\n');
                prop_assert_eq!(record.line_feeds, line_feeds(&text.as_bytes()[at..end]));
                prop_assert_eq!(record.line_feeds, fields.iter().map(|field| line_feeds(field)).sum::<u64>());
                found.push(fields);
                crlf.push(text.as_bytes()[at..end].ends_with(b"\r"));
                at = next;
            }
            let mut wanted = by_the_crate(&text);
            for (fields, is_crlf) in wanted.iter_mut().zip(crlf) {
                if is_crlf && let Some(last) = fields.last_mut() {
                    last.pop_if(|byte| *byte == b'\r');
                }
            }
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_cr_that_a_quote_holds_at_the_end_of_a_line_belongs_to_the_text() {
        let mut record = Record::keeping(u64::MAX);
        for (text, wanted) in [("a,\"b\r\"\n", "b\r"), ("a,\"b\"\r\n", "b"), ("a,b\r\n", "b"), ("a,\"b\r\"\r\n", "b\r")]
        {
            record.read(text.as_bytes(), b',', 0);
            assert_eq!(record.text(text, 1), Some(wanted), "{text:?}");
        }
    }

    #[test]
    fn fields_beyond_those_that_are_kept_are_counted() {
        let mut record = Record::keeping(2);
        let text = "a,b,c,d\r\n";
        assert_eq!(record.read(text.as_bytes(), b',', 0), text.len());
        assert_eq!((record.len(), record.text(text, 1), record.text(text, 2)), (4, Some("b"), None));
    }

    #[test]
    fn quotes_that_are_torn_or_open_are_seen() {
        let mut record = Record::keeping(u64::MAX);
        for (text, torn, open) in [
            ("a,\"b\"c\n", false, None),
            ("a,\"b\nc\"d,e\n", true, None),
            ("a,\"b\nc\"\r\n", false, None),
            ("a,\"b\n\"\"c\",d\n", false, None),
            ("\"a\nb\",\"c\nd", false, Some(1)),
            ("a,\"", false, Some(0)),
        ] {
            record.read(text.as_bytes(), b',', 0);
            assert_eq!((record.is_torn, record.open), (torn, open), "{text:?}");
        }
    }
}
