//! The parts of a workbook that a reader reads, each gone through once: relations, the list of sheets, styles, shared strings, sheets.
//!
//! Not for the cells of a sheet (`sheet`). Parts are found as calamine finds them, so that it reads no other.

use std::collections::HashMap;
use std::path::Path;

use quick_xml::escape::unescape;
use quick_xml::events::Event;

use super::archive::Archive;
use super::scan::{Scan, check_size, value};
use super::sheet::{self, Strings};
use super::{LARGEST_PART, LARGEST_STYLES, Limits, Sheet, Wrong, size};

/// Looks at all parts; the sheets of cells in their order, and what all their cells hold, in bytes.
pub(super) fn look(path: &Path, limits: &Limits) -> Result<(Vec<Sheet>, u64), Wrong> {
    let mut archive = Archive::open(path, limits)?;
    let root = relations(&mut archive, "_rels/.rels")?;
    let target = root.iter().rev().find(|relation| relation.kind.ends_with("/relationships/officeDocument"));
    let target = target.ok_or_else(|| Wrong::damaged("its archive holds no workbook"))?;
    let target = unescape(&target.target).map_err(|error| Wrong::damaged(error.to_string()))?.into_owned();
    if Path::new(&target).extension().is_some_and(|kind| kind.eq_ignore_ascii_case("bin")) {
        return Err(Wrong::damaged("it is a binary workbook (.xlsb)"));
    }
    let (folder, name) = target.split_at(target.rfind('/').map_or(0, |slash| slash + 1));
    let folder = folder.strip_prefix('/').unwrap_or(folder);
    let name = if name.is_empty() { "workbook.xml" } else { name };

    let strings = strings(&mut archive, &format!("{folder}sharedStrings.xml"), limits)?;
    archive.entry(&format!("{folder}theme/theme1.xml"), LARGEST_PART, |part| skim(&mut Scan::new(part)))?;
    archive.entry(&format!("{folder}styles.xml"), LARGEST_PART, |part| styles(&mut Scan::new(part)))?;
    let relations = relations(&mut archive, &format!("{folder}_rels/{name}.rels"))?;
    let listed = archive.entry(&format!("{folder}{name}"), LARGEST_PART, |part| listed(&mut Scan::new(part)))?;
    let listed = listed.ok_or_else(|| Wrong::damaged("its archive holds no list of sheets"))?;

    // Of relations with one name the last one counts.
    let relations: HashMap<&str, &Relation> = relations.iter().map(|it| (it.id.as_str(), it)).collect();
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut held = 0;
    for (name, id, is_hidden) in listed {
        let missing = || Wrong::damaged("a sheet is listed that its archive does not hold");
        let relation = relations.get(id.as_str()).ok_or_else(missing)?;
        if relation.kind.rsplit('/').next() != Some("worksheet") {
            continue;
        }
        let path = match relation.target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("{folder}{}", relation.target),
        };
        if sheets.iter().any(|sheet| sheet.name == name) {
            return Err(Wrong::damaged("two of its sheets have the same name"));
        }
        let cells =
            archive.entry(&path, u64::MAX, |part| sheet::look(&mut Scan::new(part), &strings, limits, &mut held))?;
        sheets.push(Sheet { name, is_hidden, ..cells.ok_or_else(missing)? });
    }
    Ok((sheets, held))
}

struct Relation {
    id: String,
    kind: String,
    target: String,
}

fn relations(archive: &mut Archive, name: &str) -> Result<Vec<Relation>, Wrong> {
    let read = |scan: &mut Scan| {
        let mut relations = Vec::new();
        loop {
            match scan.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                    let text =
                        |key| Ok::<_, Wrong>(value(&tag, key)?.map(std::borrow::Cow::into_owned).unwrap_or_default());
                    relations.push(Relation { id: text("Id")?, kind: text("Type")?, target: text("Target")? });
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    };
    let read = archive.entry(name, LARGEST_PART, |part| read(&mut Scan::new(part)))?;
    read.ok_or_else(|| Wrong::Damaged(format!("its archive does not hold `{name}`")))
}

/// Goes through a part that is only kept within bounds.
fn skim(scan: &mut Scan) -> Result<(), Wrong> {
    while !matches!(scan.next()?, Event::Eof) {}
    Ok(())
}

/// The sheets that are listed: name, name of the relation, whether it is hidden.
fn listed(scan: &mut Scan) -> Result<Vec<(String, String, bool)>, Wrong> {
    let mut sheets = Vec::new();
    loop {
        match scan.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "sheet" => {
                let (mut name, mut id, mut is_hidden) = (String::new(), String::new(), false);
                for attribute in tag.attributes() {
                    let attribute = attribute.map_err(|error| Wrong::damaged(error.to_string()))?;
                    match attribute.key.as_ref() {
                        "name" => {
                            let read = unescape(&attribute.value).map_err(|error| Wrong::damaged(error.to_string()))?;
                            name = read.into_owned();
                        }
                        "state" => is_hidden = attribute.value.as_ref() != "visible",
                        key if key == "id" || key.ends_with(":id") => id = attribute.value.into_owned(),
                        _ => {}
                    }
                }
                sheets.push((name, id, is_hidden));
            }
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

/// About what a font, a fill, a border or a format takes in memory, in bytes.
const STYLE: u64 = 1024;

/// What styles will take: each format has a copy of its font and of how it writes numbers.
fn styles(scan: &mut Scan) -> Result<(), Wrong> {
    let (mut records, mut formats, mut longest) = (0_u64, 0_u64, 0_u64);
    loop {
        match scan.next()? {
            Event::Start(tag) => {
                longest = longest.max(tag.attributes_raw().len() as u64);
                match tag.local_name().as_ref() {
                    "font" | "fill" | "border" | "numFmt" => records += 1,
                    "xf" => formats += 1,
                    _ => {}
                }
                if records * STYLE + formats.saturating_mul(STYLE + longest) > LARGEST_STYLES {
                    return Err(Wrong::TooLarge(format!("its styles take more than {}", size(LARGEST_STYLES))));
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// About what a shared string takes in memory beside its text, in bytes.
const STRING: u64 = 64;

/// The lengths of the shared strings. Room for as many as are claimed is made before they are read.
fn strings(archive: &mut Archive, name: &str, limits: &Limits) -> Result<Strings, Wrong> {
    let most = limits.strings;
    let over = || Wrong::TooLarge(format!("its shared strings take more than {}", size(most)));
    let read = |scan: &mut Scan| {
        let (mut lengths, mut claimed, mut texts, mut open) = (Vec::new(), 0, 0_u64, None);
        loop {
            match scan.next()? {
                Event::Start(tag) if tag.local_name().as_ref() == "sst" => {
                    claimed =
                        value(&tag, "uniqueCount")?.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0);
                }
                Event::Start(tag) if tag.local_name().as_ref() == "si" => open = Some(0),
                Event::End(tag) if tag.local_name().as_ref() == "si" => lengths.push(open.take().unwrap_or(0) as u32),
                Event::Text(text) => add(&mut open, &mut texts, text.as_ref().len())?,
                Event::CData(text) => add(&mut open, &mut texts, text.as_ref().len())?,
                Event::GeneralRef(_) => add(&mut open, &mut texts, 4)?,
                Event::Eof => return Ok(Strings(lengths)),
                _ => {}
            }
            let count = claimed.max(lengths.len() as u64);
            if texts.saturating_add(count.saturating_mul(STRING)) > most {
                return Err(over());
            }
        }
    };
    Ok(archive.entry(name, u64::MAX, |part| read(&mut Scan::new(part)))?.unwrap_or_default())
}

/// Adds a text to those of the string that is open.
fn add(open: &mut Option<usize>, texts: &mut u64, length: usize) -> Result<(), Wrong> {
    let Some(open) = open else { return Ok(()) };
    *open += length;
    *texts += length as u64;
    check_size(*open)
}
