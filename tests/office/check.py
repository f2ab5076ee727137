#!/usr/bin/env python3
"""Does a spreadsheet open what `verbatim export --xlsx` writes? LibreOffice turns the workbook into CSV without a screen, and sums and texts are held
against the Parquet tables, as DuckDB reads them.

    check.py [BINARY]

BINARY is target/debug/verbatim where it is not named. Surveys: the bundled sample, and tests/data/hostile.csv, whose comments try to be formulas.
Not for Excel, which runs on no machine of the checks. Without LibreOffice everything is skipped. Closes with `N passed, N failed, N skipped`.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

REPOSITORY = Path(__file__).resolve().parent.parent.parent
# fmt: off
SURVEYS = [
    ("sample", REPOSITORY / "data" / "appliance_survey.csv", ["--by", "region,product", "--lexicon", "appliance"]),
    ("hostile", REPOSITORY / "tests" / "data" / "hostile.csv", ["--text", "why=why", "--scale", "0-10", "--period", "week", "--no-redact"]),
]
# fmt: on
TABLES = ["nps", "contributions", "changes", "functions", "attribution", "voices", "actions", "follow_ups", "comments", "mentions", "rejects"]
# Every sheet, in UTF-8, all texts in quotes, numbers with all digits that LibreOffice gives.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"
NUMBERS = ("DOUBLE", "BIGINT", "UINTEGER")


def number(cell):
    """A cell that shows a number: LibreOffice writes shares as `35.9%`, with all their digits."""
    return float(cell[:-1]) / 100 if cell.endswith("%") else float(cell)


class Book:
    def __init__(self, office, binary, survey, arguments, folder):
        self.out = f"{folder}/out"
        done = subprocess.run([binary, "run", survey, *arguments, "--out", self.out, "--quiet"], check=False)
        assert done.returncode in (0, 1), f"`verbatim run` ended with {done.returncode}"
        subprocess.run([binary, "export", self.out, "--period", "all", "--xlsx", f"{folder}/book.xlsx", "--quiet"], check=True)
        # A profile of its own: one that a user has open is left alone.
        profile = f"-env:UserInstallation=file://{folder}/profile"
        convert = [office, profile, "--headless", "--convert-to", FILTER, "--outdir", f"{folder}/sheets", f"{folder}/book.xlsx"]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        self.sheets = {}
        for table in TABLES:
            with open(f"{folder}/sheets/book-{table}.csv", encoding="utf-8", newline="") as file:
                self.sheets[table] = list(csv.DictReader(file))

    def table(self, table):
        files = f"read_parquet('{self.out}/{table}/*/*.parquet', hive_partitioning = true, hive_types = {{'period': VARCHAR}})"
        return duckdb.sql(f"SELECT * FROM {files}")


def sums_are_those_of_the_tables(book):
    looked = 0
    for table in TABLES:
        relation, sheet = book.table(table), book.sheets[table]
        rows = relation.count("*").fetchall()[0][0]
        assert len(sheet) == rows, f"{table}: {len(sheet)} rows in the sheet, {rows} in the table"
        for name, kind in zip(relation.columns, relation.types):
            if str(kind) not in NUMBERS or not rows:
                continue
            wanted = relation.aggregate(f'coalesce(sum("{name}"), 0), coalesce(sum(abs("{name}")), 0)').fetchall()[0]
            seen = sum(number(row[name]) for row in sheet if row[name])
            # LibreOffice writes 15 digits.
            assert abs(seen - float(wanted[0])) <= 1e-12 * max(1, float(wanted[1])), f"{table}.{name}: {seen}, not {wanted[0]}"
            looked += 1
    assert looked > 50, f"only {looked} columns of numbers"


def texts_are_those_of_the_tables(book):
    for table, columns in [("comments", ["id", "text"]), ("mentions", ["id", "text", "term"]), ("contributions", ["name_zh", "name_en"])]:
        for column in columns:
            wanted = [row[0] or "" for row in book.table(table).project(f'"{column}"').fetchall()]
            seen = [row[column] for row in book.sheets[table]]
            assert sorted(map(plain, seen)) == sorted(map(plain, wanted)), f"{table}.{column}: {different(seen, wanted)}"


def plain(text):
    """LibreOffice has one end of line, and shows none of the characters that XML has no place for."""
    return "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c >= " " or c in "\n\t")


def different(seen, wanted):
    return sorted(set(map(plain, seen)) ^ set(map(plain, wanted)))[:4]


CHECKS = [sums_are_those_of_the_tables, texts_are_those_of_the_tables]


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else str(REPOSITORY / "target" / "debug" / "verbatim")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        print(f"skipped: LibreOffice is not installed\n0 passed, 0 failed, {len(SURVEYS) * len(CHECKS)} skipped")
        return 0
    passed = failed = 0
    for name, survey, arguments in SURVEYS:
        with tempfile.TemporaryDirectory() as folder:
            book = Book(office, binary, survey, arguments, folder)
            for check in CHECKS:
                try:
                    check(book)
                except (AssertionError, ValueError, KeyError, duckdb.Error) as error:
                    failed += 1
                    print(f"FAIL  {name}: {check.__name__}: {error}")
                else:
                    passed += 1
                    print(f"ok    {name}: {check.__name__}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
