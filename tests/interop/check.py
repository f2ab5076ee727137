#!/usr/bin/env python3
"""Do other programs read the tables as the engine means them? Runs the binary and opens what it wrote in DuckDB, pyarrow and polars.

    check.py [BINARY]

BINARY is target/debug/verbatim where it is not named. Surveys: the bundled sample, and the patients' survey of the shared folder
(`../shared` beside the repository, or VERBATIM_SHARED) where that is there. Closes with `N passed, N failed, N skipped`.

Not for whether the figures are right: `cargo test` has them checked by hand-made cases. Here it is asked that three readers see the
same rows, that these add up, and that the files are what `_run.json` says; and of what `verbatim sql` prints (views.py).
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import blake3
import duckdb
import polars
import pyarrow.dataset
import pyarrow.parquet
import views

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("VERBATIM_SHARED") or REPOSITORY.parent / "shared")
SAMPLE = REPOSITORY / "data" / "appliance_survey.csv"
PATIENTS = SHARED / "data" / "patient_en_fft.csv"
# fmt: off
PATIENT_FLAGS = [
    "--id", "id", "--score", "score", "--scale", "1=promoter,2=passive,3-5=detractor,6-7=missing",
    "--text", "why=why", "--text", "good=good", "--text", "improve=improve", "--text", "other",
    "--date", "date", "--date-format", "%d/%m/%Y", "--by", "trust,service", "--period", "month", "--lexicon", "core",
]
# fmt: on
TABLES = ["comments", "mentions", "nps", "contributions", "rejects"]
TOLERANCE = 1e-12
PARTS = ["promoter_contribution", "passive_contribution", "detractor_contribution", "net_contribution"]


class Output:
    """What one run wrote, and the three ways to open it."""

    def __init__(self, binary, survey, out, arguments):
        self.survey, self.out, self.binary = survey, Path(out), str(Path(binary).resolve())
        run = [binary, "run", *arguments, "--out", out, "--json"]
        done = subprocess.run(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # 1: done, with rows refused.
        assert done.returncode in (0, 1), f"`verbatim run` ended with {done.returncode}: {done.stderr.strip()}"
        self.status, self.summary = done.returncode, json.loads(done.stdout)
        self.manifest = json.loads((self.out / "_run.json").read_text(encoding="utf-8"))
        dictionary = subprocess.run([binary, "schema", "--format", "json"], stdout=subprocess.PIPE, check=True)
        self.dictionary = json.loads(dictionary.stdout)
        self.sql = duckdb.connect()
        for table in TABLES:
            self.sql.execute(
                f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{self.out}/{table}/**/*.parquet', hive_partitioning = true)"
            )

    def segments(self):
        return [f"seg_{name}" for name in self.manifest["layout"]["segments"]]

    def one(self, query):
        return self.sql.execute(query).fetchone()[0]

    def arrow(self, table):
        """The table in pyarrow; all labels of periods are words."""
        period = pyarrow.schema([("period", pyarrow.string())])
        hive = pyarrow.dataset.partitioning(period, flavor="hive")
        return pyarrow.dataset.dataset(self.out / table, partitioning=hive).to_table()

    def polars(self, table):
        return polars.read_parquet(f"{self.out}/{table}/**/*.parquet", hive_partitioning=True)

    def files(self):
        return {f"{path.relative_to(self.out)}": path for path in self.out.rglob("*.parquet")}


def same_rows_in_all_three(output):
    """Row by row, nested lists too, the three readers see the same."""
    for table in TABLES:
        from_arrow = output.arrow(table)
        columns = from_arrow.column_names
        in_arrow = [tuple(row[name] for name in columns) for row in from_arrow.to_pylist()]
        from_polars = output.polars(table)
        assert set(from_polars.columns) == set(columns), f"{table}: polars has {from_polars.columns}, pyarrow {columns}"
        in_polars = from_polars.select(columns).rows()
        names = ", ".join(f'"{name}"' for name in columns)
        in_duckdb = output.sql.execute(f"SELECT {names} FROM {table}").fetchall()
        listed = sum(info["rows"] for file, info in output.manifest["files"].items() if file.startswith(f"{table}/"))
        counts = {"duckdb": len(in_duckdb), "pyarrow": len(in_arrow), "polars": len(in_polars), "_run.json": listed}
        assert len(set(counts.values())) == 1, f"{table}: rows differ: {counts}"
        expected = sorted(map(repr, in_arrow))
        for reader, rows in [("duckdb", in_duckdb), ("polars", in_polars)]:
            for seen, wanted in zip(sorted(map(repr, rows)), expected):
                assert seen == wanted, f"{table}: {reader} reads\n  {seen}\nand pyarrow\n  {wanted}"


def rows_of_each_file(output):
    """Every file has the rows that `_run.json` lists for it."""
    for file, info in output.manifest["files"].items():
        rows = pyarrow.parquet.read_metadata(output.out / file).num_rows
        assert rows == info["rows"], f"{file}: {rows} rows, {info['rows']} in _run.json"


def every_row_comes_out(output):
    """Rows in = comments + rejects, counted from the survey itself."""
    with open(output.survey, encoding="utf-8-sig", newline="") as file:
        given = sum(1 for row in csv.reader(file) if row) - 1
    comments, rejects = output.one("SELECT count(*) FROM comments"), output.one("SELECT count(*) FROM rejects")
    manifest = output.manifest
    assert comments > 0, "no comments"
    assert comments + rejects == given, f"{given} rows in the survey, {comments} comments + {rejects} rejects"
    listed = [manifest["rows_in"], manifest["rows_tagged"], manifest["rows_rejected"]]
    assert listed == [given, comments, rejects], f"_run.json counts {listed}, the files {[given, comments, rejects]}"
    assert sum(info["rows"] for info in manifest["inputs"]) == given, "the inputs' rows in _run.json are others"
    assert (output.status == 1) == (rejects > 0), f"exit code {output.status} with {rejects} rejects"
    ids = output.one("SELECT count(DISTINCT (period, id)) FROM comments")
    assert ids == comments, f"{comments} comments with {ids} ids"


def contributions_add_up(output):
    """Leaves and residuals of every cell sum to its shares and to its score."""
    keys = ", ".join(["period", "cell_level", *output.segments()])
    sums = ", ".join(f"sum({part}) AS {part}" for part in PARTS)
    wanted = ["promoter_share", "passive_share", "detractor_share", "nps / 100"]
    off = [f"abs(coalesce({part}, 2) - {share}) AS off_{at}" for at, (part, share) in enumerate(zip(PARTS, wanted))]
    query = f"""
        WITH sums AS (SELECT {keys}, {sums} FROM contributions WHERE level IN ('leaf', 'residual') GROUP BY {keys})
        SELECT {keys}, n, abs(promoter_share + passive_share + detractor_share - 1) AS off, {", ".join(off)}
        FROM nps LEFT JOIN sums USING ({keys})"""
    cells = output.sql.execute(query).fetchall()
    assert len(cells) == output.one("SELECT count(*) FROM nps"), "the cells of `nps` and `contributions` do not pair"
    named = len(output.segments()) + 2
    for cell in cells:
        scored, differences = cell[named], cell[named + 1 :]
        if scored == 0:
            assert all(value is None for value in differences), f"cell {cell[:named]} has shares and no scores"
            continue
        assert all(value is not None and value <= TOLERANCE for value in differences), (
            f"cell {cell[:named]} is off by {differences} (shares; promoter, passive, detractor, net contribution)"
        )
    assert any(cell[named] > 0 for cell in cells), "no cell has a score"
    cells = output.one(f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM contributions)")
    assert cells == output.one("SELECT count(*) FROM nps"), f"`contributions` has {cells} cells, `nps` others"


def parents_are_sums(output):
    """A parent's contribution is the sum of what stands right beneath it."""
    keys = ["period", "cell_level", *output.segments()]
    same = " AND ".join(f"child.{key} = parent.{key}" for key in keys)
    off = " + ".join(f"abs(parent.{part} - coalesce(sum(child.{part}), 0))" for part in PARTS)
    query = f"""
        SELECT parent.driver, {", ".join(f"parent.{key}" for key in keys)}, {off} AS off
        FROM contributions parent LEFT JOIN contributions child ON child.parent = parent.driver AND {same}
        WHERE parent.level = 'parent' AND parent.net_contribution IS NOT NULL
        GROUP BY parent.driver, {", ".join(f"parent.{name}" for name in keys + PARTS)}"""
    rows = output.sql.execute(query).fetchall()
    assert rows, "no parent of drivers"
    for row in rows:
        assert row[-1] <= TOLERANCE, f"parent {row[:-1]} is off by {row[-1]}"


def mentions_are_of_comments(output):
    """Every mention belongs to a comment, is where it says, and stands among the comment's drivers."""
    lost = output.one("SELECT count(*) FROM mentions ANTI JOIN comments USING (period, id)")
    assert lost == 0, f"{lost} mentions without their comment"
    for column in output.sql.execute("SELECT DISTINCT question FROM mentions").fetchall():
        wrong = output.one(f"""
            SELECT count(*) FROM mentions JOIN comments USING (period, id) WHERE question = '{column[0]}' AND (
                substring(comments."{column[0]}", start_char + 1, end_char - start_char) IS DISTINCT FROM mentions."text"
                OR NOT list_contains(list_transform(drivers, lambda pair: pair.driver), mentions.driver))""")
        assert wrong == 0, f"{wrong} mentions in `{column[0]}` are not at their offsets, or not in `drivers`"


def periods_read_as_hive(output):
    """`period=` comes back as the labels that `_run.json` has."""
    labels = sorted(output.manifest["periods"])
    for table, wanted in [("comments", labels), ("mentions", labels), ("nps", sorted([*labels, "all"]))]:
        readers = {
            "duckdb": [str(row[0]) for row in output.sql.execute(f"SELECT DISTINCT period FROM {table}").fetchall()],
            "pyarrow": output.arrow(table).column("period").unique().to_pylist(),
            "polars": [str(label) for label in output.polars(table)["period"].unique().to_list()],
        }
        for reader, seen in readers.items():
            assert sorted(seen) == wanted, f"{table}: {reader} reads the periods {sorted(seen)}, not {wanted}"
    for label, rows in output.sql.execute("SELECT period, count(*) FROM comments GROUP BY period").fetchall():
        listed = output.manifest["periods"][str(label)]["comments"]
        assert rows == listed, f"period {label}: {rows} comments, {listed} in _run.json"


def columns_say_what_they_hold(output):
    """Descriptions, schema version and table name stand in the metadata and are those of `verbatim schema`."""
    version = str(output.manifest["schema_version"])
    assert str(output.dictionary["schema_version"]) == version, "`verbatim schema` is of another version"
    described = {
        table["name"]: {column["name"]: column["description"] for column in table["columns"]}
        for table in output.dictionary["tables"]
    }
    for file, path in output.files().items():
        table = file.split("/")[0]
        schema = pyarrow.parquet.read_schema(path)
        facts = {key.decode(): value.decode() for key, value in schema.metadata.items()}
        assert facts.get("verbatim.schema_version") == version, f"{file}: metadata {facts}, not version {version}"
        assert facts.get("verbatim.table") == table, f"{file}: metadata {facts}, not table {table}"
        query = f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')"
        footer = dict(output.sql.execute(query).fetchall())
        assert footer.get("verbatim.schema_version") == version, f"{file}: no schema version in the footer"
        for field in schema:
            said = (field.metadata or {}).get(b"description", b"").decode()
            assert said, f"{file}: column {field.name} has no description"
            # What the survey decides is described in its own words.
            if not field.name.startswith(("seg_", "text")):
                wanted = described[table].get(field.name)
                assert said == wanted, f"{file}: column {field.name} says {said!r}, `verbatim schema` {wanted!r}"


def digests_match(output):
    """The files are those of `_run.json`, byte by byte, and no others."""
    listed, there = output.manifest["files"], output.files()
    assert set(listed) == set(there), f"listed or there only: {sorted(set(listed) ^ set(there))}"
    for file, path in there.items():
        content = path.read_bytes()
        assert len(content) == listed[file]["bytes"], f"{file}: {len(content)} bytes, not {listed[file]['bytes']}"
        digest = blake3.blake3(content).hexdigest()
        assert digest == listed[file]["digest"], f"{file}: digest {digest}, not {listed[file]['digest']}"
    source = blake3.blake3(output.survey.read_bytes()).hexdigest()
    assert source == output.manifest["inputs"][0]["digest"], f"the survey's digest is {source}"


CHECKS = [
    same_rows_in_all_three,
    rows_of_each_file,
    every_row_comes_out,
    contributions_add_up,
    parents_are_sums,
    mentions_are_of_comments,
    periods_read_as_hive,
    columns_say_what_they_hold,
    digests_match,
    *views.CHECKS,
]


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else str(REPOSITORY / "target" / "debug" / "verbatim")
    surveys = [("sample", SAMPLE, [str(SAMPLE), "--by", "region,product", "--lexicon", "appliance"]), ("patients", PATIENTS, [str(PATIENTS), *PATIENT_FLAGS])]
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, survey, arguments in surveys:
            if not survey.is_file():
                print(f"skip  {name}: no {survey.name} in the shared folder")
                skipped += len(CHECKS)
                continue
            output = Output(binary, survey, f"{folder}/{name}", arguments)
            for check in CHECKS:
                try:
                    check(output)
                except views.Skipped as reason:
                    skipped += 1
                    print(f"skip  {name}: {check.__name__}: {reason}")
                except (AssertionError, duckdb.Error, polars.exceptions.PolarsError, pyarrow.ArrowException) as error:
                    failed += 1
                    print(f"FAIL  {name}: {check.__name__}: {error}")
                else:
                    passed += 1
                    print(f"ok    {name}: {check.__name__}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
