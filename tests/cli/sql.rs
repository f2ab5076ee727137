//! `verbatim sql`. That databases take what it prints, and what they find, is asked in `tests/interop`.

use crate::util::Case;

#[test]
fn views_are_printed_for_each_database() {
    let case = Case::new().sample();
    case.run("run survey.csv --by region,product --out out --lexicon appliance --quiet").ends(0);
    let duckdb = case.run("sql out").ends(0).stdout;
    let (tables, views) = duckdb.split_at(duckdb.find("\n-- The score of every period").unwrap());
    insta::assert_snapshot!("sql_views", views);
    for table in ["comments", "mentions", "nps", "contributions", "changes", "functions", "attribution", "rejects"] {
        assert!(tables.contains(&format!("read_parquet('[dir]/out/{table}/period=*/part-0.parquet'")), "{tables}");
    }
    let spark = case.run("sql out --dialect spark --path s3a://surveys/out/").ends(0).stdout;
    assert!(spark.contains(") USING parquet OPTIONS (path 's3a://surveys/out/nps', mergeSchema 'true');"), "{spark}");
    assert!(!spark.contains("[dir]"), "{spark}");
    let postgres = case.run("sql out --dialect postgres").ends(0).stdout;
    assert!(
        postgres.contains("COMMENT ON COLUMN verbatim_nps.\"nps\" IS 'Net Promoter Score, −100–100;"),
        "{postgres}"
    );
    // Every view of one is a view of the others.
    let named = |script: &str| {
        let names =
            script.lines().filter_map(|line| line.split_once("VIEW ")?.1.strip_suffix(" AS").map(str::to_owned));
        names.skip_while(|name| name != "verbatim_trend").collect::<Vec<_>>()
    };
    assert_eq!(named(&duckdb).len(), 10);
    assert_eq!(named(&duckdb), named(&spark));
    assert_eq!(named(&duckdb), named(&postgres));
}

#[test]
fn no_path_and_no_segment_gets_out_of_its_quotes() {
    let case = Case::new();
    let row = |n: usize| format!("r{n},2026-06-01,{},good,north\n", n % 11);
    case.write("a.csv", format!("id,date,score,comment,it's \"here\"\n{}", (0..20).map(row).collect::<String>()));
    case.run_args(&["run", "a.csv", "--by", "it's \"here\"", "--out", "o'u [t]", "--quiet"]).ends(0);
    let duckdb = case.run_args(&["sql", "o'u [t]"]).ends(0).stdout;
    assert!(duckdb.contains("'[dir]/o''u [[]t]/nps/period=*/part-0.parquet'"), "{duckdb}");
    assert!(duckdb.contains(r#"CASE k.cell_level WHEN 'it''s "here"' THEN k."seg_it's ""here""" END"#), "{duckdb}");
    let spark = case.run_args(&["sql", "o'u [t]", "--dialect", "spark"]).ends(0).stdout;
    assert!(spark.contains(r"(path '[dir]/o\'u \\[t\\]/nps'"), "{spark}");
    assert!(spark.contains(r#"WHEN 'it\'s "here"' THEN k.`seg_it's "here"`"#), "{spark}");
}

#[test]
fn a_folder_without_tables_has_no_views() {
    let case = Case::new();
    case.write("empty/note.txt", "");
    case.run("sql empty").stops_with("no_output");
    case.run("sql empty --dialect oracle").ends(2);
}
