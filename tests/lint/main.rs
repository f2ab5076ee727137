//! `verbatim lexicon check` on lexicons that are wrong, each in one way or in several.
//!
//! Each file of `tests/lint/lexicons` is a lexicon: `-- path --` begins a file of it, `-- path (encoding) --` one in that encoding. Its
//! findings are a snapshot; one without a snapshot fails. To add one: write the file, then `INSTA_UPDATE=always cargo test --test lint`,
//! and read what it says.

#![allow(clippy::unwrap_used, clippy::format_collect, reason = "a harness: what fails is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint/lexicons");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Lays a case out as the folder `lexicon`.
fn lay_out(case: &Path, root: &Path) {
    let text = fs::read_to_string(case).unwrap();
    for part in format!("\n{text}").split("\n-- ").skip(1) {
        let (head, body) = part.split_once(" --\n").unwrap();
        let (path, encoding) =
            head.split_once(" (").map_or((head, None), |(path, rest)| (path, rest.strip_suffix(')')));
        let path = root.join("lexicon").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // `split` took the last line end away.
        let body = format!("{}\n", body.trim_end_matches('\n'));
        let bytes = match encoding {
            None => body.into_bytes(),
            Some("utf-16le") => body.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Some(label) => encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(&body).0.into_owned(),
        };
        fs::write(path, bytes).unwrap();
    }
}

fn verbatim(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verbatim")).args(args).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    let code = output.status.code().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("exit code {code}\n{out}{err}")
}

fn checked(case: &Path, args: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    lay_out(case, folder.path());
    let mut all = vec!["lexicon", "check", "lexicon"];
    all.extend(args);
    (verbatim(folder.path(), &all), folder)
}

#[test]
fn each_bad_lexicon_is_told_what_is_wrong() {
    for case in cases() {
        let (output, _folder) = checked(&case, &["--notes"]);
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name(&case), said(&output));
        });
    }
}

#[test]
fn a_file_called_after_a_rule_breaks_that_rule() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let name = name(&case);
        let Some(code) = name.get(..4).filter(|code| code.starts_with('L')) else { continue };
        let (output, _folder) = checked(&case, &["--json", "--notes"]);
        let reports: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = reports[0]["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["code"] == code), "{name}: {findings:?}");
        seen.insert(code.to_owned());
    }
    assert!(cases().len() >= 40);
    let output = verbatim(Path::new("."), &["lexicon", "rules", "--json"]);
    let rules: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let all: BTreeSet<String> = rules.iter().map(|rule| rule["code"].as_str().unwrap().to_owned()).collect();
    // What no other rule finds cannot be written down here; what a survey alone shows is tested with one.
    let apart = ["L019", "L022"].map(str::to_owned).into();
    assert_eq!(all.difference(&seen).cloned().collect::<BTreeSet<_>>(), apart);
}

#[test]
fn bundled_lexicons_pass() {
    for name in verbatim::lexicon::bundled_names() {
        let output = verbatim(Path::new("."), &["lexicon", "check", &name]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    }
}

#[test]
fn what_is_said_never_to_count_does_not_count() {
    let case = cases().into_iter().find(|case| name(case) == "L033_two_lists").unwrap();
    let (output, folder) = checked(&case, &["--json"]);
    let reports: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = reports[0]["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 4);
    for finding in findings {
        // `断网` never counts in aspect of outages: …
        let words: Vec<&str> = finding["message"].as_str().unwrap().split(' ').collect();
        let (term, list) = (words[0].trim_matches('`'), words[4]);
        for text in [term.to_owned(), format!("网络 {term}"), format!("{term} bad"), format!("not {term}, 网络好")]
        {
            let explained = verbatim(folder.path(), &["explain", &text, "--lexicon", "./lexicon", "--json"]);
            let explained: serde_json::Value = serde_json::from_slice(&explained.stdout).unwrap();
            let mentions = explained["mentions"].as_array().unwrap();
            let is_its = |mention: &serde_json::Value| mention["term"].as_str().unwrap().to_lowercase().ends_with(term);
            assert!(mentions.iter().any(is_its), "{text}");
            for mention in mentions {
                assert_ne!(mention["term"], format!("outages.{list}:{term}"), "{text}");
                assert_ne!(mention["cue"]["text"], term, "{text}");
            }
        }
    }
}

#[test]
fn an_inherited_term_of_another_driver_is_taken_away_as_the_help_says() {
    let case = cases().into_iter().find(|case| name(case) == "L040_inherited").unwrap();
    let (output, folder) = checked(&case, &["--json", "--notes"]);
    let claimed = |output: &Output| {
        let reports: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let messages = reports[0]["findings"].as_array().unwrap().iter().map(|finding| finding["message"].to_string());
        messages.filter(|message| message.contains("by promotion")).count()
    };
    assert_eq!(claimed(&output), 3);
    let file = "id = \"promotion\"\n[aspect]\nzh = [\"- 会员\"]\nen = [\"- coupon\"]\n";
    fs::write(folder.path().join("lexicon/drivers/promotion.toml"), file).unwrap();
    let output = verbatim(folder.path(), &["lexicon", "check", "lexicon", "--json", "--notes"]);
    assert_eq!(claimed(&output), 0);
}

#[test]
fn pipelines_read_findings_as_sarif_and_as_annotations() {
    let case = cases().into_iter().find(|case| name(case) == "many_files_many_problems").unwrap();
    for (format, name) in [("sarif", "sarif"), ("github", "github")] {
        let (output, _folder) = checked(&case, &["--format", format]);
        let text = String::from_utf8(output.stdout).unwrap();
        // The rules stand on a page of their own.
        let text = match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(mut sarif) => {
                assert_eq!(sarif["version"], "2.1.0");
                assert!(sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len() > 30);
                serde_json::to_string_pretty(&sarif["runs"][0]["results"].take()).unwrap()
            }
            Err(_) => text,
        };
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("format_{name}"), text);
        });
    }
}

#[test]
fn rules_are_explained() {
    let page = verbatim(Path::new("."), &["lexicon", "rules", "conflicting_term"]);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("rules_page", said(&page));
        insta::assert_snapshot!("rules_all", said(&verbatim(Path::new("."), &["lexicon", "rules"])));
        insta::assert_snapshot!("rules_unknown", said(&verbatim(Path::new("."), &["lexicon", "rules", "L999"])));
    });
}

#[test]
fn a_new_lexicon_passes_and_does_what_its_examples_say() {
    let folder = tempfile::tempdir().unwrap();
    for (name, flags) in [("ours", &[][..]), ("bare", &["--empty"]), ("shop", &["--extends", "dining"])] {
        let mut args = vec!["lexicon", "new", name];
        args.extend(flags);
        let made = verbatim(folder.path(), &args);
        assert_eq!(made.status.code(), Some(0), "{}", said(&made));
        for command in ["check", "test"] {
            let output = verbatim(folder.path(), &["lexicon", command, &format!("./{name}")]);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        }
    }
    let again = verbatim(folder.path(), &["lexicon", "new", "ours"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("error[exists]"), "{}", said(&again));
    let unknown = verbatim(folder.path(), &["lexicon", "new", "other", "--extends", "cor"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(!folder.path().join("other").exists());
    let shown = verbatim(folder.path(), &["lexicon", "show", "./ours", "--driver", "packaging"]);
    // The first line has the base's version and the hash.
    let terms: String = said(&shown).split_inclusive('\n').filter(|line| !line.starts_with("core ")).collect();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("show_new", terms);
    });
}

#[test]
fn a_survey_shows_terms_that_are_too_common_and_terms_that_never_count() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let lexicon = "\
-- lexicon.toml --
name = \"test\"
version = \"1\"
-- drivers/speed.toml --
id = \"speed\"
name = { zh = \"速度\", en = \"Speed\" }
[negative]
zh = [\"慢\"]
en = [\"slow\", \"slow service\"]
[[example]]
text = \"慢\"
expect = \"negative\"
";
    fs::write(root.join("case.txt"), lexicon).unwrap();
    lay_out(&root.join("case.txt"), root);
    let comments =
        ["slow service", "太慢", "很好", "Slow service again", "慢", "服务周到", "还行", "师傅专业", "送得慢", "满意"];
    let rows: String = (1..).zip(comments).map(|(id, text)| format!("{id},9,{text}\n")).collect();
    fs::write(root.join("survey.csv"), format!("id,score,comment\n{rows}")).unwrap();
    let output = verbatim(root, &["lexicon", "check", "lexicon", "--on", "survey.csv"]);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("on_a_survey", said(&output));
    });
}
