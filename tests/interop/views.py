"""What `verbatim sql` prints, run in DuckDB and PostgreSQL, and every SQL block of docs/bi.md.

Not for whether the tables are right (check.py). The views are held against the summary that the run itself prints.
"""

import contextlib
import datetime
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import duckdb
import pyarrow.parquet

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "bi.md"
# fmt: off
VIEWS = ["latest", "trend", "drivers", "segments", "drivers_by_segment", "driver_changes", "by_function", "comment_drivers", "evidence", "call_list"]
# fmt: on
PARTS = ["promoter_contribution", "detractor_contribution", "net_contribution"]


class Skipped(Exception):
    """A check that this machine cannot make."""


def printed(output, *arguments, folder=None):
    command = [output.binary, "sql", folder or output.out, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def opened(output, folder=None):
    """A database with the printed views; they are run twice, which must change nothing."""
    database = duckdb.connect()
    script = printed(output, folder=folder)
    database.execute(script)
    database.execute(script)
    return database


def rows(database, query):
    """Rows as dictionaries."""
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def blocks():
    return re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def same(seen, wanted, what):
    for name in wanted:
        assert seen[name] == wanted[name], f"{what}: {name} is {seen[name]}, and the summary says {wanted[name]}"


def the_views_say_what_the_run_said(output):
    """Scores, shares and contributions are those that `verbatim run --json` printed, to the last bit."""
    database, summary = opened(output), output.summary
    score = ["n", "unscored", "nps", "nps_low", "nps_high", "promoter_share", "detractor_share", "coverage", "low_base"]
    trend = {row["period"]: row for row in rows(database, "SELECT * FROM verbatim_trend")}
    assert set(trend) == {cell["period"] for cell in summary["by_period"]}, f"the trend has {sorted(trend)}"
    for cell in summary["by_period"]:
        same(trend[cell["period"]], {name: cell[name] for name in score}, f"trend of {cell['period']}")
    [latest] = rows(database, "SELECT * FROM verbatim_latest")
    last = max(label for label in trend if label != "undated")
    assert latest["period"] == last, f"the latest period is {latest['period']}, not {last}"
    for cell in [*summary["by_period"], summary["all"]]:
        period = cell["period"]
        found = rows(database, f"SELECT * FROM verbatim_drivers WHERE period = '{period}'")
        drivers = {row["driver"]: row for row in found}
        assert len(drivers) == len(found) == len(cell["drivers"]), f"{period}: {len(found)} drivers"
        for driver in cell["drivers"]:
            wanted = {name: driver[name] for name in ["name_zh", "name_en", "n", *PARTS]}
            same(drivers[driver["driver"]], wanted, f"{period}, {driver['driver']}")
        assert all(row["is_latest"] == (period == last) for row in found), f"{period}: is_latest"


def every_block_of_the_page_runs(output):
    """And says what the tables say; those of the sample, which has everything, say something."""
    database = opened(output)
    found = [rows(database, block) for block in blocks()]
    assert len(found) == 8, f"docs/bi.md has {len(found)} blocks of SQL"
    how, what, changed, where, where_what, comments, nobody, waiting = found
    last = {cell["period"]: cell for cell in output.summary["by_period"]}[how[0]["period"]]
    same(how[0], {"nps": last["nps"], "n": last["n"]}, "the first block")
    worst = max(last["drivers"], key=lambda driver: driver["detractor_contribution"])["detractor_contribution"]
    assert what[0]["detractor_contribution"] == worst, f"the second block begins with {what[0]}"
    for row in comments:
        start, end = row["marked"].index("["), row["marked"].index("]")
        assert start < end, f"no evidence is marked: {row}"
    if output.survey.name == "appliance_survey.csv":
        assert changed and comments and nobody, f"rows by block: {[len(block) for block in found]}"
    assert bool(where) == bool(output.segments()) and bool(where_what) <= bool(where), "places without segments"
    counted = output.one("SELECT count(*) FROM comments WHERE residual = 'no_driver'")
    assert len(nobody) == counted, f"{len(nobody)} comments without a driver, not {counted}"
    [unhappy] = rows(database, "SELECT count(*) AS n FROM verbatim_follow_ups WHERE kind = 'call_back' AND period = (SELECT period FROM verbatim_latest)")
    assert len(waiting) == unhappy["n"], f"{len(waiting)} wait for a call, not {unhappy['n']}"


def evidence_stands_in_its_brackets(output):
    """A mention a row, and what is in the brackets is the mention's text."""
    database = opened(output)
    mentions = output.one("SELECT count(*) FROM mentions")
    counted, wrong, nameless = database.execute("""
        SELECT count(*), count(*) FILTER (substr(marked, start_char + 1, end_char - start_char + 2) IS DISTINCT FROM '[' || evidence || ']'),
            count(*) FILTER (name_en IS NULL) FROM verbatim_evidence""").fetchone()
    assert (counted, wrong, nameless) == (mentions, 0, 0), f"{counted} of {mentions}, {wrong} wrong, {nameless} nameless"
    exploded = database.execute("SELECT count(*) FROM verbatim_comment_drivers").fetchone()[0]
    assert exploded == output.one("SELECT sum(len(drivers)) FROM comments"), f"{exploded} drivers of comments"


def the_call_list_knows_the_last_contact(output):
    """A row per follow-up, before and after two calls to one respondent and one to another."""
    listed = "SELECT * FROM verbatim_call_list ORDER BY period, id"
    before = rows(opened(output), listed)
    follow_ups = opened(output).execute("SELECT count(*) FROM verbatim_follow_ups").fetchone()[0]
    assert len(before) == follow_ups > 0 and all(row["contacted"] is None for row in before), f"{len(before)} of {follow_ups}"
    dated = [row for row in before if row["date"] is not None]
    if len(dated) < 2:
        raise Skipped("no days")
    one, other = dated[0], dated[-1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "out"
        shutil.copytree(output.out, folder)
        results = Path(temporary) / "results.csv"
        calls = [(one, 2, "no"), (one, 9, "yes"), (other, 1, "no")]
        lines = [f"{row['id']},{row['date'] + datetime.timedelta(days)},{resolved}" for row, days, resolved in calls]
        results.write_text("\n".join(["id,date,resolved", *lines, ""]), encoding="utf-8")
        subprocess.run([output.binary, "follow-up", "import", results, "--out", folder, "--quiet"], check=True)
        after = rows(opened(output, folder), listed)
    assert len(after) == len(before), f"{len(after)} rows after, {len(before)} before"
    called = {row["id"]: (row["days"], row["resolved"]) for row in after if row["contacted"] is not None}
    assert called == {one["id"]: (9, "yes"), other["id"]: (1, "no")}, f"{called}"


def a_segment_adds_up(output):
    """Drivers of every value of every segment sum to its score."""
    if not output.segments():
        raise Skipped("no segments")
    off = opened(output).execute("""
        SELECT count(*), max(abs(total - nps / 100)) FROM verbatim_segments JOIN (
            SELECT period, segment, segment_value, sum(net_contribution) AS total FROM verbatim_drivers_by_segment
            GROUP BY ALL) USING (period, segment, segment_value) WHERE n > 0""").fetchone()
    assert off[0] > 0 and off[1] <= 1e-12, f"cells and the largest difference: {off}"


def a_period_may_lack_a_column(output):
    """A folder whose first period was written before there was a column, under a path that is full of quotes and patterns."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "it's [a] {b}*?" / "key=7"
        shutil.copytree(output.out, folder)
        first, *others = sorted(folder.glob("nps/period=*/part-0.parquet"))
        table = pyarrow.parquet.read_table(first)
        pyarrow.parquet.write_table(table.drop_columns(["nps_margin", "response_rate"]), first)
        database = opened(output, folder)
        period = first.parent.name.removeprefix("period=")
        seen = rows(database, "SELECT period, nps, nps_margin FROM verbatim_trend ORDER BY period")
        wanted = rows(opened(output), "SELECT period, nps, nps_margin FROM verbatim_trend ORDER BY period")
        for row in wanted:
            row["nps_margin"] = None if row["period"] == period else row["nps_margin"]
        assert others and seen == wanted, f"{seen} is not {wanted}"


def postgres_has_the_same(output):
    """The tables made and loaded as the script says, twice; the views have as many rows and the same sums."""
    with server() as (psql, folder):
        script = printed(output, "--dialect", "postgres")
        database = opened(output)
        before = os.getcwd()
        os.chdir(folder)
        try:
            for _ in range(2):
                psql(script)
                for line in re.findall(r"^-- duckdb: (.*)$", script, re.MULTILINE):
                    database.execute(line)
                psql("\n".join(re.findall(r"^-- psql: (.*)$", script, re.MULTILINE)))
        finally:
            os.chdir(before)
        for view in VIEWS:
            ours = database.execute(f"SELECT count(*) FROM verbatim_{view}").fetchone()[0]
            theirs = int(psql(f"SELECT count(*) FROM verbatim_{view}"))
            assert ours == theirs, f"verbatim_{view}: {theirs} rows in PostgreSQL, {ours} in DuckDB"
        sums = "SELECT round(sum(net_contribution)::numeric, 9), round(sum(detractor_contribution_high)::numeric, 9) FROM verbatim_drivers"
        theirs = [float(number) for number in psql(sums).split("|")]
        ours = database.execute(sums.replace("::numeric", "")).fetchone()
        assert all(abs(one - other) < 1e-8 for one, other in zip(ours, theirs)), f"{theirs} is not {ours}"
        [marked] = database.execute("SELECT md5(string_agg(marked, '' ORDER BY period, id, question, start_char, driver, term, marked)) FROM verbatim_evidence").fetchone()
        theirs = psql("SELECT md5(string_agg(marked, '' ORDER BY period COLLATE \"C\", id COLLATE \"C\", question COLLATE \"C\", start_char, driver COLLATE \"C\", term COLLATE \"C\", marked COLLATE \"C\")) FROM verbatim_evidence")
        assert marked == theirs.strip(), "evidence differs"
        about = psql("SELECT col_description('verbatim_nps'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'verbatim_nps'::regclass AND attname = 'nps'")
        assert about.startswith("Net Promoter Score"), f"the column says {about}"


@contextlib.contextmanager
def server():
    """A PostgreSQL server of its own, and a function that runs SQL in it. It does not run as root: another user has to be there for it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if os.name == "posix" else []
    home = Path(shutil.which("initdb")).resolve().parent if shutil.which("initdb") else next(reversed(programs), None)
    if home is None or not shutil.which("psql"):
        raise Skipped("no PostgreSQL")
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        data, quiet = f"{folder}/data", {"stdout": subprocess.DEVNULL, "check": True, "cwd": folder}
        subprocess.run([*user, home / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "--locale=C.UTF-8"], **quiet)
        start = ["-D", data, "-o", f"-k {folder} -c listen_addresses=''", "-l", f"{folder}/log", "-w", "start"]
        subprocess.run([*user, home / "pg_ctl", *start], **quiet)
        try:

            def psql(script):
                # As a file, so that psql reads its own commands too.
                run = ["psql", "-h", folder, "-U", "postgres", "-X", "-q", "-A", "-t", "-1", "-v", "ON_ERROR_STOP=1", "-f", "-"]
                done = subprocess.run(run, input=script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                assert done.returncode == 0, f"psql: {done.stderr.strip()}"
                return done.stdout

            yield psql, folder
        finally:
            subprocess.run([*user, home / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)


CHECKS = [
    the_views_say_what_the_run_said,
    every_block_of_the_page_runs,
    evidence_stands_in_its_brackets,
    the_call_list_knows_the_last_contact,
    a_segment_adds_up,
    a_period_may_lack_a_column,
    postgres_has_the_same,
]
