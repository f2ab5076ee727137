//! A file that is meant to be TOML, read for its marks, brackets, quotes and keys.
//!
//! Not a parser: of a file that is TOML it finds no mistake, and of another one what people mean with it, line by line.

use std::ops::Range;

use super::marks;

/// What stands in a file.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Marks outside of texts and comments that should be half-width, in their order.
    pub(super) marks: Vec<(usize, char)>,
    /// Lists and inline tables that nothing closes before the next key or table.
    pub(super) open: Vec<Open>,
    /// Lines that lack a quote: from the first one on, and how many there are.
    pub(super) unpaired: Vec<(Range<usize>, usize)>,
    /// Keys and tables.
    pub(super) entries: Vec<Entry>,
}

/// Where a list or an inline table begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) at: usize,
    pub(super) is_list: bool,
}

/// A key at the beginning of a line, or the head of a table.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its name, without brackets.
    pub(super) bytes: Range<usize>,
    /// The table and the key; one of several tables of one name has its number in it.
    pub(super) path: (String, String),
    pub(super) is_table: bool,
}

impl Entry {
    /// The name of the table in which it stands; empty at the beginning of the file.
    pub(super) fn table(&self) -> &str {
        self.path.0.split('#').next().unwrap_or_default()
    }
}

/// Reads a file.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner =
        Scanner { text, at: 0, stack: Vec::new(), table: String::new(), tables: 0, found: Scan::default() };
    while scanner.at < text.len() {
        scanner.begin_line();
        scanner.rest_of_line();
    }
    scanner.found.open.extend(scanner.stack.first());
    scanner.found.marks.sort_unstable();
    scanner.found.marks.dedup();
    scanner.found
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// What is open at this place, outermost first.
    stack: Vec<Open>,
    /// The table whose keys follow.
    table: String,
    /// How many tables of a list of tables there were.
    tables: usize,
    found: Scan,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The line from here on.
    fn line(&self) -> &'t str {
        self.rest().split('\n').next().unwrap_or_default()
    }

    fn mark(&mut self, at: usize, mark: char) {
        self.found.marks.push((at, mark));
    }

    /// Takes the table or the key with which a line begins.
    fn begin_line(&mut self) {
        while let Some(blank) = self.peek().filter(|c| c.is_whitespace() && *c != '\n') {
            if marks::half(blank).is_some() {
                self.mark(self.at, blank);
            }
            self.at += blank.len_utf8();
        }
        let (head, key) = (head(self.line()), key(self.line()));
        if !self.stack.is_empty() {
            let in_table = self.stack.iter().any(|open| !open.is_list);
            if head.as_ref().is_none_or(|head| !head.is_whole) && (in_table || key.is_none()) {
                return;
            }
            self.found.open.extend(self.stack.first());
            self.stack.clear();
        }
        if let Some(Head { name, is_list, len, .. }) = head {
            let bytes = self.at + name.start..self.at + name.end;
            self.table = self.text[bytes.clone()].to_owned();
            if is_list {
                self.tables += 1;
                self.table = format!("{}#{}", self.table, self.tables);
            }
            let path = (self.table.clone(), String::new());
            self.found.entries.push(Entry { bytes, path, is_table: true });
            for (at, c) in self.rest()[..len].char_indices().filter(|(_, c)| marks::half(*c).is_some()) {
                self.found.marks.push((self.at + at, c));
            }
            self.at += len;
        } else if let Some(len) = key {
            let bytes = self.at..self.at + len;
            let path = (self.table.clone(), self.text[bytes.clone()].to_owned());
            self.found.entries.push(Entry { bytes, path, is_table: false });
            self.at += len;
        } else if self.peek().is_some_and(|c| c.is_alphabetic() && !c.is_ascii()) {
            // Prose that lacks its `#`: its marks are those of a text.
            self.at += self.line().len();
        }
    }

    fn rest_of_line(&mut self) {
        while let Some(c) = self.peek() {
            let at = self.at;
            if matches!(c, '"' | '\'') {
                self.string(c);
                continue;
            }
            self.at += c.len_utf8();
            if marks::half(c).is_some() {
                self.mark(at, c);
            }
            if let Some(closers) = marks::closers(c) {
                self.curly(closers);
                continue;
            }
            match marks::half(c).map_or(c, |(_, half)| half.chars().next().unwrap_or(c)) {
                '\n' => return,
                '#' => self.at += self.line().len(),
                '[' => self.stack.push(Open { at, is_list: true }),
                '{' => self.stack.push(Open { at, is_list: false }),
                ']' => self.close(true),
                '}' => self.close(false),
                _ => {}
            }
        }
    }

    fn close(&mut self, is_list: bool) {
        if let Some(within) = self.stack.iter().rposition(|open| open.is_list == is_list) {
            self.found.open.extend(self.stack.get(within + 1));
            self.stack.truncate(within);
        }
    }

    /// A text in plain quotes.
    fn string(&mut self, quote: char) {
        let from = self.at;
        let long = quote.to_string().repeat(3);
        let is_long = self.rest().starts_with(&long);
        self.at += if is_long { 3 } else { 1 };
        while let Some(c) = self.peek() {
            if is_long && self.rest().starts_with(&long) {
                // Quotes right before the end are part of the text.
                self.at += self.rest().len() - self.rest().trim_start_matches(quote).len();
                return;
            }
            if !is_long && c == quote {
                self.at += 1;
                return;
            }
            if !is_long && c == '\n' {
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' && quote == '"' {
                let escaped = self.peek().filter(|c| is_long || *c != '\n');
                self.at += escaped.map_or(0, char::len_utf8);
            }
        }
        self.lacks_quote(from, quote);
    }

    /// Of a line in which a text has no end: a curly quote is why, or one is missing.
    fn lacks_quote(&mut self, from: usize, quote: char) {
        let start = self.text[..from].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[from..].find('\n').map_or(self.text.len(), |len| from + len);
        let line = &self.text[start..end];
        let curly = line.char_indices().find(|(_, c)| marks::closers(*c).is_some_and(|all| all.contains(&quote)));
        match (curly, line.find(quote)) {
            (Some((at, c)), _) => self.mark(start + at, c),
            (None, Some(first)) => {
                let quotes = line.matches(quote).count();
                self.found.unpaired.push((start + first..start + line.trim_end().len(), quotes));
            }
            (None, None) => {}
        }
        // What the text has swallowed of the line's own brackets.
        if line.trim_end().ends_with([']', '］', '】']) {
            self.close(true);
        } else if line.trim_end().ends_with(['}', '｝']) {
            self.close(false);
        }
    }

    /// A text that begins with another quote than a plain one.
    fn curly(&mut self, closers: &[char]) {
        let Some((at, closer)) = self.line().char_indices().find(|(_, c)| closers.contains(c)) else { return };
        if marks::half(closer).is_some() {
            self.mark(self.at + at, closer);
        }
        self.at += at + closer.len_utf8();
    }
}

/// The head of a table at the beginning of a line.
struct Head {
    name: Range<usize>,
    is_list: bool,
    /// Whether nothing but a comment follows, as nothing may.
    is_whole: bool,
    /// Up to the brackets that close it.
    len: usize,
}

const OPENING: [char; 3] = ['[', '［', '【'];
const CLOSING: [char; 3] = [']', '］', '】'];

fn head(line: &str) -> Option<Head> {
    let inner = line.trim_start_matches(OPENING);
    let opened = &line[..line.len() - inner.len()];
    let name_len = inner.find(|c| !(is_bare(c) || matches!(c, '.' | '"'))).unwrap_or(inner.len());
    if opened.is_empty() || !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '"')) {
        return None;
    }
    let after = inner[name_len..].trim_start_matches(CLOSING);
    let closed = inner.len() - name_len - after.len();
    let is_whole = closed > 0 && (after.trim().is_empty() || after.trim_start().starts_with(['#', '＃']));
    let name = opened.len()..opened.len() + name_len;
    Some(Head { len: name.end + closed, name, is_list: opened.chars().count() > 1, is_whole })
}

/// The length of the key with which a line begins.
fn key(line: &str) -> Option<usize> {
    let before = line.find(['=', '＝', '：'])?;
    let key = line[..before].trim_end();
    let is_key = !key.is_empty() && key.chars().all(|c| is_bare(c) || matches!(c, '.' | '"'));
    let quotes = key.matches('"').count();
    (is_key && quotes.is_multiple_of(2)).then_some(key.len())
}

const fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}
