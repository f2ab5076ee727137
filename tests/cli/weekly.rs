//! The weekly routine: another file into the same folder, named by itself, must be read and tagged as those before it, or say why not.
//!
//! Not for how rows are merged (`merge`).

use verbatim::tables::Table;

use super::util::{Case, HEADER, Ran, answer, week};

/// Asserts that the summary has a line with this.
#[track_caller]
fn says(ran: &Ran, what: &str) {
    assert!(ran.stdout.contains(what), "no `{what}`: {}\n{}", ran.stdout, ran.stderr);
}

/// `own.csv` of two weeks, and `w31.csv` with a late answer of the first and one of a third.
fn weeks() -> Case {
    let case = Case::new();
    case.write("own.csv", format!("{HEADER}{}{}", week(0..40, 1), week(40..70, 8)));
    case.write("w31.csv", format!("{HEADER}{}{}", answer("late", 2, 9, 0), answer("new", 16, 3, 1)));
    case
}

/// A lexicon of one driver, in a folder.
fn lexicon(case: &Case, folder: &str, term: &str) {
    case.write(&format!("{folder}/lexicon.toml"), "name = \"ours\"\nversion = \"1\"\nextends = \"dining\"\n");
    case.write(&format!("{folder}/drivers/noise.toml"), format!("id = \"noise\"\n[negative]\nen = [\"{term}\"]\n"));
}

#[test]
fn a_second_week_is_tagged_by_the_lexicon_of_the_first() {
    let case = weeks();
    case.run("run own.csv --lexicon appliance --out own").ends(0);
    let first = case.manifest("own");
    let ran = case.run("run w31.csv --out own").ends(0);
    says(&ran, "lexicon: `appliance`, as the last run into the output folder was given (`--lexicon` changes it)");
    assert!(!ran.stdout.contains("no lexicon is named"), "{}", ran.stdout);
    let second = case.manifest("own");
    assert_eq!((&second.lexicon_hash, &second.lexicons_given), (&first.lexicon_hash, &vec!["appliance".to_owned()]));
    assert!(second.periods.values().all(|period| period.lexicon_hash == first.lexicon_hash));
    // The key of verbatim.toml and the flag go before what the folder remembers.
    case.write("verbatim.toml", "[tagging]\nlexicons = [\"dining\"]\n");
    case.run("run w31.csv --out own --quiet").ends(0);
    assert_eq!(case.manifest("own").lexicons_given, ["dining"]);
    case.run("run w31.csv --out own --quiet --lexicon core").ends(0);
    assert_eq!(case.manifest("own").lexicons_given, ["core"]);
}

#[test]
fn a_folder_of_an_engine_that_did_not_remember_lexicons_is_read() {
    let case = weeks();
    case.run("run own.csv --lexicon appliance").ends(0);
    let path = case.path("out/_run.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for key in ["lexicons_given", "date_formats", "is_sample"] {
        assert!(manifest.as_object_mut().unwrap().remove(key).is_some(), "{key}");
    }
    case.write_manifest_without_digest("out", manifest);
    // It goes on by the default, and says what that does.
    let ran = case.run("run w31.csv").ends(0);
    says(&ran, "2026-W23 was published by other lexicons (core ");
    assert!(case.manifest("out").lexicons_given.is_empty());
}

#[test]
fn a_remembered_folder_that_is_gone_stops_and_the_kept_copy_goes_on() {
    let case = weeks();
    lexicon(&case, "ours", "loud");
    case.run("run own.csv --lexicon ours --out own").ends(0);
    let hash = case.manifest("own").lexicon_hash;
    std::fs::rename(case.path("ours"), case.path("theirs")).unwrap();
    let before = case.bytes("own");
    let gone = case.run("run w31.csv --out own").stops_with("no_remembered_lexicon");
    assert!(gone.stderr.contains("`ours`") && gone.stderr.contains("`--lexicon own`"), "{}", gone.stderr);
    super::util::assert_same(&before, &case.bytes("own"));
    case.run("run w31.csv --out own --lexicon own").ends(0);
    assert_eq!(case.manifest("own").lexicon_hash, hash);
    // The copy goes where the folder goes.
    std::fs::rename(case.path("own"), case.path("archive")).unwrap();
    let ran = case.run("run w31.csv --out archive").ends(0);
    says(&ran, "lexicon: the copy that archive keeps, as the last run");
    assert_eq!(case.manifest("archive").lexicon_hash, hash);
}

#[test]
fn a_remembered_folder_that_changed_is_the_usual_update_and_says_which_weeks_it_rewrites() {
    let case = weeks();
    lexicon(&case, "ours", "loud");
    case.run("run own.csv --lexicon ours --out own").ends(0);
    lexicon(&case, "ours", "thundering");
    let ran = case.run("run w31.csv --out own").ends(0);
    says(&ran, "lexicon: `ours`, as the last run");
    says(&ran, "2026-W23 was published by other lexicons (core ");
    says(
        &ran,
        "+ ours 1): this run tags it by its own and rewrites the figures; `--lexicon own@2026-W24` goes on by those",
    );
    says(&ran, "1 earlier period(s) were tagged with other lexicons");
    let periods = case.manifest("own").periods;
    assert_ne!(periods["2026-W23"].lexicon_hash, periods["2026-W24"].lexicon_hash);
}

#[test]
fn the_sample_file_named_by_itself_says_which_lexicon_would_name_more() {
    let case = Case::new().sample();
    let hint = "no lexicon is named, and `core` names a driver in 63 % of the first 578 comments; bundled for other fields: air, appliance, dining, patient, telecom; `appliance` names one in 93 % (`--lexicon appliance`)";
    says(&case.run("run survey.csv --out core").ends(0), hint);
    says(&case.run("init survey.csv").ends(0), hint);
    let file = std::fs::read_to_string(case.path("verbatim.toml")).unwrap();
    assert!(file.contains(&format!("\n# lexicons = [\"core\"]  # {hint}\n")), "{file}");
    std::fs::remove_file(case.path("verbatim.toml")).unwrap();
    // Whoever asks for a lexicon is not asked again.
    for lexicon in ["core", "appliance"] {
        let ran = case.run(&format!("run survey.csv --lexicon {lexicon} --out named")).ends(0);
        assert!(!ran.stdout.contains("no lexicon is named"), "{}", ran.stdout);
    }
}

#[test]
fn a_file_of_an_earlier_kind_is_read_as_it_was() {
    let case = Case::new();
    // Two of ten dates are written otherwise: no format reads the column by itself.
    let kind = |date: &str, id: &str| {
        let row = |n: usize| format!("{id}{n},2026-06-{:02},{},师傅态度很好\n", n + 1, n % 11);
        let odd = |n: usize| format!("{id}{n},{:02}/06/2026,9,师傅态度很好\n", n + 1);
        format!(
            "id,{date},score,comment\n{}{}",
            (0..8).map(row).collect::<String>(),
            (8..10).map(odd).collect::<String>()
        )
    };
    case.write("w30.csv", kind("survey_date", "a"));
    case.write("w31.csv", kind("survey_date", "b"));
    let other = |id: &str| format!("id,date,score,comment\n{id}1,3.6.2026,9,还行\n{id}2,14.6.2026,2,还行\n");
    case.write("w32.csv", other("c"));
    case.write("w33.csv", other("d"));
    case.run("run w30.csv --date-format %Y-%m-%d --period month").ends(1);
    case.run("run w31.csv").ends(1);
    let first = case.manifest("out");
    // Another name for the date, another way to write it, the same months.
    says(&case.run("run w32.csv").ends(0), "date: column `date` (%d.%m.%Y)");
    says(&case.run("run w31.csv").ends(1), "date: column `survey_date` (%Y-%m-%d)");
    says(&case.run("run w33.csv").ends(0), "date: column `date` (%d.%m.%Y)");
    let last = case.manifest("out");
    assert_eq!(last.periods.keys().collect::<Vec<_>>(), ["2026-06"]);
    assert_eq!(last.periods["2026-06"].comments, 8 + 8 + 2 + 2);
    assert_eq!(last.config_hash, first.config_hash);
    assert_eq!(last.date_formats.keys().collect::<Vec<_>>(), ["date", "survey_date"]);
    // A column of neither name is asked about, with what is known.
    case.write("w34.csv", kind("day", "e"));
    let asked = case.run("run w34.csv").stops_with("unknown_date_format");
    let known = "--date-format %Y-%m-%d`, and the other rows become rejects; or name the format they are written in. Earlier runs into out read `date` as %d.%m.%Y, `survey_date` as %Y-%m-%d.";
    assert!(asked.stderr.contains(known), "{}", asked.stderr);
    case.run("run w34.csv --date-format %Y-%m-%d").ends(1);
}

#[test]
fn a_date_column_that_is_written_otherwise_by_now_is_read_anew() {
    let case = Case::new();
    let file = |from: usize, date: fn(usize) -> String| {
        (from..from + 20)
            .fold(HEADER.to_owned(), |all, n| all + &format!("r{n},{},{},还行\n", date(n % 28 + 1), n % 11))
    };
    case.write("a.csv", file(0, |day| format!("2026-06-{day:02}")));
    case.write("b.csv", file(20, |day| format!("{day:02}.06.2026")));
    case.run("run a.csv").ends(0);
    says(&case.run("run b.csv").ends(0), "date: column `date` (%d.%m.%Y)");
    assert_eq!(case.comments("out", "id").len(), 40);
}

/// Two weeks by region and product, and a third without either.
fn segmented() -> Case {
    let case = Case::new();
    let row = |n: usize| {
        format!(
            "r{n},2026-06-{:02},{},师傅态度很好,{},{}\n",
            n % 14 + 1,
            n % 11,
            ["北", "南"][n % 2],
            ["A", "B"][n / 2 % 2]
        )
    };
    let head = "id,date,score,comment,region,product\n";
    case.write("own.csv", format!("{head}{}", (0..40).map(row).collect::<String>()));
    case.write("w33.csv", format!("{HEADER}{}", week(90..95, 15)));
    case.run("run own.csv --by region,product --out own").ends(0);
    case
}

#[test]
fn a_week_without_segments_is_asked_about_and_added_as_blank() {
    let case = segmented();
    for flags in ["", " --by region,product"] {
        let asked = case.run(&format!("run w33.csv --out own{flags}")).stops_with("other_layout").stderr;
        assert!(asked.contains("the input lacks `region`, `product`, which own holds as segments"), "{asked}");
        assert!(
            asked.contains("`--blank \"region,product\"`") && asked.contains("the input has `id`, `date`"),
            "{asked}"
        );
    }
    let ran = case.run("run w33.csv --out own --blank region,product").ends(0);
    says(&ran, "segments that the input lacks: `region`, `product`; all its answers are (blank) there");
    let cells = case.records("own", Table::Nps, Some("2026-W25"));
    for (level, column) in [("region", "seg_region"), ("product", "seg_product")] {
        let values: Vec<_> = cells.iter().filter(|cell| cell.word("cell_level") == level).collect();
        assert_eq!((values.len(), values[0].word(column), values[0].number("n")), (1, "(blank)", Some(5.0)));
    }
    // The next week has them again, and is the same survey.
    let ran = case.run("run own.csv --out own").ends(0);
    assert!(!ran.stdout.contains("(blank) there") && !ran.stdout.contains("configuration"), "{}", ran.stdout);
    case.run("run own.csv --by region,product --out whole --quiet").ends(0);
    for period in ["2026-W23", "2026-W24"] {
        let rows = |out: &str| case.rows(out, Table::Nps, Some(period));
        assert_eq!(rows("own"), rows("whole"));
    }
}

#[test]
fn blank_is_for_segments_that_the_input_lacks() {
    let case = segmented();
    case.run("run own.csv --out own --blank region").stops_with("not_blank");
    case.run("run w33.csv --out own --blank region,product,colour").stops_with("unknown_segment");
    case.run("run w33.csv --out new --blank region").stops_with("unknown_segment");
    case.run("run w33.csv --out new --by region,region --blank region").stops_with("column_used_twice");
    let half = case.run("run w33.csv --out own --blank region").stops_with("other_layout").stderr;
    assert!(half.contains("the input lacks `product`,"), "{half}");
    // A folder may begin with such a week.
    case.run("run w33.csv --out new --by region --blank region").ends(0);
    assert_eq!(case.manifest("new").layout.segments, ["region"]);
}

#[test]
fn a_copy_of_the_sample_that_is_named_is_a_survey_like_any_other() {
    let case = Case::new();
    case.write("appliance_survey.csv", include_bytes!("../../data/appliance_survey.csv"));
    case.write("next.csv", "respondent_id,survey_date,score,comment\nN1,2026-07-28,9,师傅态度很好\n");
    case.run("run appliance_survey.csv --lexicon appliance --quiet").ends(0);
    case.run("run next.csv --quiet").ends(0);
    assert_eq!(case.comments("out", "id").len(), 641);
    // A run that names nothing keeps away from it.
    case.run("run").stops_with("sample_and_survey");
    case.run("run appliance_survey.csv --quiet").ends(0);
    case.run("run").stops_with("sample_and_survey");
    // And a survey keeps away from what a run wrote that named nothing, whatever the survey is called.
    case.run("run --out sample --quiet").ends(0);
    case.run("run next.csv --out sample").stops_with("sample_and_survey");
    case.write("other/appliance_survey.csv", format!("{HEADER}{}", week(0..30, 1)));
    case.run("run other/appliance_survey.csv --out sample").stops_with("sample_and_survey");
    // The sample's own answers do no harm there, and have been named from then on.
    case.run("run appliance_survey.csv --out sample --quiet").ends(0);
    case.run("run next.csv --out sample --quiet").ends(0);
}

/// The scores of the same people became blank, or those of another question.
#[test]
fn a_file_without_the_column_of_the_score_or_the_date_is_asked_about() {
    let case = Case::new();
    let row = |n: usize| format!("r{n},2026-06-{:02},{},2026-08-01,师傅态度很好\n", n % 7 + 1, n % 11);
    let rows: String = (0..40).map(row).collect();
    case.write("w23.csv", format!("id,date,score,created_at,comment\n{rows}"));
    case.write("other.csv", format!("id,date,rating,created_at,comment\n{rows}"));
    case.write("undated.csv", format!("id,day_of,score,created_at,comment\n{rows}"));
    case.run("run w23.csv --scale 0-10 --date date --quiet").ends(0);
    for (file, flag) in [("other.csv", "score"), ("undated.csv", "date")] {
        let asked = case.run(&format!("run {file}")).stops_with("other_layout").stderr;
        let said = format!("the input lacks `{flag}`, from which out has the {flag}");
        assert!(asked.contains(&said) && asked.contains(&format!("`--{flag} none`")), "{asked}");
    }
    case.run("run other.csv --score rating --quiet").ends(0);
    case.run("run undated.csv --score score --date day_of --quiet").ends(0);
    assert_eq!(case.manifest("out").periods.len(), 1);
}
