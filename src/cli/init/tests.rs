//! Tests of the written file: it has every key, and it reads back as what was found.

use super::file::{Looked, file};
use crate::RunConfig;
use crate::cli::columns::ColumnArgs;
use crate::cli::settings::Settings;
use crate::survey::{self, Limits, Mapping, Sample, WeekStart};
use crate::types::Role;

const SURVEY: &str = "id,customer,day,nps,weight,\"why\nso\",improve,region\n";

/// The file for a small survey, its sample and its mapping.
fn written(named: &ColumnArgs) -> (String, Sample, Mapping) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a \"b\".csv");
    let mut rows = SURVEY.to_owned();
    for n in 0..40 {
        let region = if n % 2 == 0 { "north" } else { "south\u{7f}" };
        let (customer, day, score) = (n / 2, n % 28 + 1, n % 11);
        let row = format!("r{n},c{customer},2026-06-{day:02},{score},1,too loud {n},more staff {n},{region}\n");
        rows.push_str(&row);
    }
    std::fs::write(&path, rows).unwrap();
    let (read, wanted) = Settings::default().columns(named).unwrap();
    let sources = survey::open(&[path.display().to_string()], &read).unwrap();
    let sample = survey::sample(&sources).unwrap();
    let (mapping, _) = survey::map_columns(&sample, &wanted).unwrap();
    let looked = Looked {
        inputs: vec!["a \"b\".csv".to_owned()],
        lexicons: Vec::new(),
        advice: None,
        named,
        sources: &sources,
        sample: &sample,
        mapping: &mapping,
    };
    (file(&looked), sample, mapping)
}

fn named() -> ColumnArgs {
    ColumnArgs {
        text: vec![("why\nso".to_owned(), Role::Why), ("improve".to_owned(), Role::Improve)],
        by: vec!["region".to_owned()],
        customer: Some("customer".to_owned()),
        week_start: Some(WeekStart::Sunday),
        time_zone: Some("Asia/Shanghai".to_owned()),
        ..ColumnArgs::default()
    }
}

/// The file with the mark taken off each key that is commented out.
fn all_keys(file: &str) -> String {
    let line = |line: &str| {
        let key = line.strip_prefix("# ").filter(|rest| {
            let (name, value) = rest.split_once(" = ").unwrap_or_default();
            !value.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
        key.unwrap_or(line).to_owned() + "\n"
    };
    file.lines().map(line).collect()
}

#[test]
fn the_file_has_every_key_and_each_commented_one_can_be_used() {
    for named in [named(), ColumnArgs { text: named().text, ..ColumnArgs::default() }] {
        let settings = Settings::parse(&all_keys(&written(&named).0)).unwrap();
        let settings = serde_json::to_value(settings).unwrap();
        for (section, keys) in settings.as_object().unwrap() {
            for (key, value) in keys.as_object().unwrap() {
                assert!(!value.is_null() && *value != serde_json::json!([]), "[{section}] {key} is not written");
            }
        }
    }
}

/// Three limits of workbooks were left out.
#[test]
fn the_file_has_every_limit() {
    let file: toml::Table = all_keys(&written(&named()).0).parse().unwrap();
    let names = |table: &toml::Table| table.keys().cloned().collect::<std::collections::BTreeSet<_>>();
    let limits = Limits::MEANINGS.map(|(name, _)| name.to_owned());
    assert_eq!(names(file["limits"].as_table().unwrap()), limits.into());
    let of_lexicons = RunConfig::default().lexicon_limits.named().map(|(name, ..)| name.to_owned());
    assert_eq!(names(file["tagging"]["limits"].as_table().unwrap()), of_lexicons.into());
}

#[test]
fn the_file_reads_back_as_what_was_found() {
    let (file, sample, mapping) = written(&named());
    let settings = Settings::parse(&file).unwrap();
    let (_, wanted) = settings.columns(&ColumnArgs::default()).unwrap();
    assert_eq!(survey::map_columns(&sample, &wanted).unwrap().0, mapping, "{file}");
    assert_eq!(wanted.score.as_deref(), Some("nps"));
    assert_eq!(wanted.scale.as_deref(), Some("0-10"));
}

#[test]
fn few_values_make_a_segment() {
    let (file, ..) = written(&ColumnArgs { text: named().text, ..ColumnArgs::default() });
    assert!(file.contains("# by = [\"region\"]  # region: 2 values\n"), "{file}");
}
