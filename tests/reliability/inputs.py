"""Damaged inputs: small surveys in every format, with bytes flipped, cut off, repeated, swapped, inserted, zeroed, quotes and marks torn.

A run ends with tables in which every row that came in is tagged or rejected, or with an error and no output. How many rows came in is counted
by other means too wherever these can tell: Python's csv module, or lines. Not for what the fields say (`encodings`, `fields`).
"""

import csv
import io
import json
import shutil

import workbook
from damage import damaged
from harness import COLUMNS, SEED, Outcome, as_csv, rows

TITLE = "damaged inputs, per format"
SHORT, LONG = "200", "2,000"
MUST = "no panic, rows in = tagged + rejected"

DELIMITERS = {"csv": ",", "gb18030.csv": ",", "tsv": "\t", "semicolon.csv": ";"}


def survey(kind, case):
    """A small survey; some comments have quotes, delimiters and line breaks. Of a workbook the sheet alone."""
    answers = rows(40, f"inputs/{case % 7}")
    if case % 2:
        for number in range(0, 40, 5):
            answers[number][4] = f"他说“一般”, she said \"fine\"\n第{number}次; 服务好"
    if kind == "jsonl":
        return "".join(json.dumps(dict(zip(COLUMNS, answer)), ensure_ascii=case % 3 == 0) + "\n" for answer in answers).encode()
    if kind == "parquet":
        return as_parquet(answers, case)
    if kind == "xlsx":
        table = [COLUMNS, *([*answer[:2], int(answer[2]), *answer[3:]] for answer in answers)]
        return workbook.sheet(workbook.table(table)).encode()
    table = as_csv(answers, delimiter=DELIMITERS[kind], end="\r\n" if case % 5 == 0 else "\n")
    return table.decode().encode("gb18030") if kind == "gb18030.csv" else table


def as_parquet(answers, case):
    import pyarrow
    import pyarrow.parquet

    columns = [list(column) for column in zip(*answers)]
    columns[2] = [int(score) for score in columns[2]]
    target = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table(dict(zip(COLUMNS, columns))),
        target,
        compression=["snappy", "zstd", "none", "gzip", "lz4", "brotli"][case % 6],
        use_dictionary=case % 4 != 0,
        data_page_version="2.0" if case % 3 == 0 else "1.0",
        row_group_size=15,
        write_page_checksum=case % 2 == 0,
    )
    return target.getvalue()


# What Unicode calls white space.
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def holds(part, kind):
    """Whether a field, or a row without quotes, holds anything but white space and delimiters."""
    text = part.decode("gb18030" if kind == "gb18030.csv" else "utf-8", "replace")
    return text.replace(DELIMITERS[kind], "").strip(WHITE)


def counted(kind, content):
    """How many rows the content has by other means, or None where these cannot tell."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or kind in ("parquet", "xlsx"):
        return None
    if kind == "jsonl":
        # Without a line that starts with a brace it may be read as CSV.
        return sum(bool(line.strip(b" \t\n\x0c\r")) for line in content.split(b"\n"))
    if b"\n" not in content or (b"\r" in content.replace(b"\r\n", b"") and b'"' in content):
        # What a bare CR is, is a question of taste.
        return None
    content = content.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xef\xbb\xbf")
    if b'"' not in content:
        # A row that holds nothing but delimiters is none.
        return sum(bool(holds(line, kind)) for line in content.split(b"\n")) - 1
    # One character for one byte: neither quotes nor delimiters nor line ends are part of other characters in these encodings.
    text = io.StringIO(content.decode("latin-1"), newline="")
    try:
        found = sum(any(holds(field.encode("latin-1"), kind) for field in row) for row in csv.reader(text, delimiter=DELIMITERS[kind]))
    except csv.Error:
        return None
    # Another delimiter that was found in the damaged bytes may put quotes elsewhere.
    return found - 1


def said_already(kind, number):
    """Flags for every other case, so that fewer of them end with a question."""
    if number % 2 == 0:
        return []
    flags = ["--id", "id", "--date", "date", "--score", "score", "--text", "comment", "--scale", "0-10"]
    if kind not in ("xlsx", "parquet"):
        flags += ["--encoding", "gb18030" if kind == "gb18030.csv" else "utf-8"]
    return flags


def check(context):
    import importlib.util

    kinds = [*DELIMITERS, "jsonl", "xlsx"]
    outcome = Outcome()
    if importlib.util.find_spec("pyarrow"):
        kinds.append("parquet")
    else:
        outcome.skipped = "Parquet: pyarrow is not there"
    counts = {"runs with tables": 0, "refused": 0, "rows counted by other means": 0}
    codes = {}

    def one(case):
        kind, number = case
        chance = context.random(f"{kind}/{number}")
        content = survey(kind, number)
        # A checksum of the archive finds what befell a workbook's bytes; three of four are put into it when they are damaged.
        is_inside = kind == "xlsx" and number % 4 != 0
        if kind == "xlsx" and not is_inside:
            content = workbook.book([content])
        how, content = damaged(chance, content)
        if is_inside:
            content = workbook.book([content])
        name = f"{number}.{kind}"
        path, out = context.folder / name, context.folder / f"out-{name}"
        path.write_bytes(content)
        done = context.engine.run(
            "run", path, "--lexicon", context.lexicon, "--out", out, "--json", "--threads", 1 + number % 3, *said_already(kind, number)
        )
        problem = done.wrong()
        said = None
        if problem is None and done.code == 2 and (out / "_run.json").exists():
            problem = f"an error ({done.error()}), and tables all the same"
        if problem is None and done.code != 2:
            said = json.loads((out / "_run.json").read_text())
            together = said["rows_tagged"] + said["rows_rejected"]
            other = counted(kind, content)
            if said["rows_in"] != together:
                problem = f"{said['rows_in']} rows in, {together} tagged or rejected"
            elif other is not None and other != said["rows_in"]:
                problem = f"{said['rows_in']} rows in, and {other} counted by other means"
            said = other
        if problem:
            problem = f"{name}, {how}: {problem}{context.kept(name, content)}"
        shutil.rmtree(out, ignore_errors=True)
        path.unlink()
        return done, said, problem

    cases = [(kind, number) for kind in kinds for number in range(2_000 if context.long else 200)]
    for done, other, problem in context.each(one, cases):
        outcome.done += 1
        if problem:
            outcome.fail(problem)
        if done.code == 2:
            counts["refused"] += 1
            codes[done.error()] = codes.get(done.error(), 0) + 1
        elif done.code >= 0:
            counts["runs with tables"] += 1
        counts["rows counted by other means"] += other is not None
    slowest = "; ".join(f"{code} {count}" for code, count in sorted(codes.items(), key=lambda it: (-it[1], str(it[0]))))
    outcome.figures = {"formats": len(kinds), **counts, "errors": slowest, "seed": SEED}
    return outcome
