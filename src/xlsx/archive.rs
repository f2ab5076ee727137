//! The archive of a workbook: its directory, and its entries unpacked within bounds.
//!
//! Not for what the entries say. Sizes are counted, never believed.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::{Limits, MOST_ENTRIES, RATIO_FROM, Wrong, size};

/// An archive whose directory is read.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// The name of each entry by its name in lower case, as calamine looks for it.
    names: HashMap<String, String>,
    limits: Limits,
    /// What may still be unpacked, in bytes.
    left: u64,
}

impl Archive {
    pub(super) fn open(path: &Path, limits: &Limits) -> Result<Self, Wrong> {
        let mut file = BufReader::new(File::open(path).map_err(Wrong::Io)?);
        check_end(&mut file)?;
        let zip = Wrong::guarded(|| ZipArchive::new(file))?;
        if zip.len() as u64 > MOST_ENTRIES {
            return Err(too_many(zip.len() as u64));
        }
        let mut names = HashMap::new();
        for name in zip.file_names() {
            let name = name?;
            let folded = name.replace('\\', "/").to_ascii_lowercase();
            // Which of the two a reader takes is not told anywhere.
            if names.insert(folded, name.to_string()).is_some() {
                return Err(Wrong::damaged("two of its entries have the same name"));
            }
        }
        Ok(Self { zip, names, limits: *limits, left: limits.unpacked })
    }

    /// Has `read` go through an entry; none where there is no such entry. What is unpacked is counted and bounded: by `most`, by the ratio,
    /// and by what all entries may unpack to.
    pub(super) fn entry<T>(
        &mut self,
        name: &str,
        most: u64,
        read: impl FnOnce(Unpacked<'_>) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Wrong> {
        let Some(name) = self.names.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        let entry = Wrong::guarded(|| self.zip.by_name(name))?;
        let packed = entry.compressed_size();
        let by_ratio = packed.saturating_mul(self.limits.ratio).max(RATIO_FROM);
        let (room, why) = [
            (most, Why::Part(most)),
            (by_ratio, Why::Ratio(self.limits.ratio)),
            (self.left, Why::All(self.limits.unpacked)),
        ]
        .into_iter()
        .min_by_key(|(room, _)| *room)
        .unwrap_or((0, Why::Part(0)));
        let mut over = Over { left: room, is_over: false };
        let done = read(Unpacked { entry, over: &mut over });
        if over.is_over {
            return Err(Wrong::TooLarge(why.say(name)));
        }
        self.left -= room - over.left;
        done.map(Some)
    }
}

/// What a part was larger than.
enum Why {
    Part(u64),
    Ratio(u64),
    All(u64),
}

impl Why {
    fn say(&self, name: &str) -> String {
        match self {
            Self::Part(most) => format!("its part `{name}` unpacks to more than {}", size(*most)),
            Self::Ratio(ratio) => format!("its part `{name}` unpacks to more than {ratio} times its size"),
            Self::All(most) => format!("it unpacks to more than {}", size(*most)),
        }
    }
}

/// How much more may be unpacked, and whether there was more.
struct Over {
    left: u64,
    is_over: bool,
}

/// The bytes of an entry, up to its bound.
pub(super) struct Unpacked<'a> {
    entry: ZipFile<'a, BufReader<File>>,
    over: &'a mut Over,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.entry.read(buffer)?;
        if read as u64 > self.over.left {
            self.over.is_over = true;
            return Err(io::Error::other("the part is too large"));
        }
        self.over.left -= read as u64;
        Ok(read)
    }
}

fn too_many(entries: u64) -> Wrong {
    Wrong::TooLarge(format!("its archive has {entries} entries, and at most {MOST_ENTRIES} are read"))
}

/// The longest comment at an archive's end, and the record before it.
const LONGEST_END: u64 = 65_535 + 22;
const END: &[u8] = b"PK\x05\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
const END_64: &[u8] = b"PK\x06\x06";

/// How many entries the end of the archive claims: room is made for as many before the first is read.
fn check_end(file: &mut (impl Read + Seek)) -> Result<(), Wrong> {
    let start = bytes_at(file, 0, 4)?;
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Wrong::damaged("it is an old workbook (.xls), or one with a password"));
    }
    if !start.starts_with(b"PK\x03\x04") {
        return Err(Wrong::damaged("it does not begin as an archive"));
    }
    let length = file.seek(SeekFrom::End(0)).map_err(Wrong::Io)?;
    let start = length.saturating_sub(LONGEST_END + 20);
    let tail = bytes_at(file, start, length - start)?;
    for at in memchr::memmem::find_iter(&tail, END) {
        let entries = number(&tail, at + 10, 2);
        if entries > MOST_ENTRIES && entries != 0xffff {
            return Err(too_many(entries));
        }
        // Numbers of 64 bits stand in a record of their own, which another one points to.
        let Some(locator) = at.checked_sub(20).filter(|locator| tail[*locator..].starts_with(LOCATOR)) else {
            continue;
        };
        let record = bytes_at(file, number(&tail, locator + 8, 8), 56)?;
        if !record.starts_with(END_64) {
            return Err(Wrong::damaged("the end of its archive points to nothing"));
        }
        let entries = number(&record, 32, 8).max(number(&record, 24, 8));
        if entries > MOST_ENTRIES {
            return Err(too_many(entries));
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(Wrong::Io)?;
    Ok(())
}

fn bytes_at(file: &mut (impl Read + Seek), start: u64, length: u64) -> Result<Vec<u8>, Wrong> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(Wrong::Io)?;
    file.by_ref().take(length).read_to_end(&mut bytes).map_err(Wrong::Io)?;
    Ok(bytes)
}

/// The number of so many bytes, the lowest first; bytes behind the end are 0.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let byte = |place: usize| u64::from(bytes.get(place).copied().unwrap_or(0));
    (0..length).rev().fold(0, |sum, place| sum << 8 | byte(at.saturating_add(place)))
}
