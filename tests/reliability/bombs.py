"""Inputs that are small, or say little, and want to be large: each ends with an error or with rejects, in bounded memory and time.

Not for damage (`inputs`).
"""

import importlib.util
import io
import json
import multiprocessing
import struct
import zlib

import thrift
import workbook
from harness import Outcome

TITLE = "bombs (XLSX, Parquet, CSV, JSON Lines)"
SHORT, LONG = "all", "all"
MUST = "clean error or rejects, peak < 512 MB"

PEAK = 512 * 1000 * 1000
MILLION = 1_000_000


def csv_of(comment, *, before=b"", after=b"r2,8,good\n"):
    return b"id,score,comment\n" + before + b"r1,9," + comment + b"\n" + after


def lines_of(line):
    return b'{"id":"r1","score":9,"comment":"good"}\n' + line + b'\n{"id":"r3","score":8,"comment":"bad"}\n'


def scores(rows):
    """A column of scores, all of them 9."""
    body = thrift.levels(1, rows) + struct.pack("<B", 1) + thrift.run(0, rows)
    dictionary = thrift.page(struct.pack("<i", 9), 1, thrift.PLAIN, dictionary=True)
    return thrift.INT32, dictionary, thrift.page(body, rows, thrift.RLE_DICTIONARY)


def one_text(text, rows, pack=bytes):
    """A column of one text in every row: a dictionary, and one run of its number."""
    text = struct.pack("<I", len(text)) + text
    dictionary = thrift.page(pack(text), 1, thrift.PLAIN, unpacked=len(text), dictionary=True)
    body = thrift.levels(1, rows) + struct.pack("<B", 1) + thrift.run(0, rows)
    return thrift.BYTE_ARRAY, dictionary, thrift.page(pack(body), rows, thrift.RLE_DICTIONARY, unpacked=len(body))


def nulls(rows, kind=thrift.BYTE_ARRAY):
    return kind, b"", thrift.page(thrift.levels(0, rows), rows, thrift.PLAIN)


def survey(comments, rows, **more):
    return thrift.file({"score": scores(rows), "comment": comments}, rows, **more)


def gzip(pieces):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(piece) for piece in pieces) + packer.flush()


def packed(size, said=None):
    """A column of one page of zeros that unpacks to so many bytes, and says to."""
    body = gzip([bytes(MILLION)] * (size // MILLION))
    return thrift.BYTE_ARRAY, b"", thrift.page(body, 100, thrift.PLAIN, unpacked=size if said is None else said)


def differences(length, rows):
    """A text, and then so many that share all of it with the one before: DELTA_BYTE_ARRAY."""
    # Prefixes 0, length, length, …; of what is left over length, 0, 0, …
    prefixes = b"\x80\x01\x04" + thrift.varint(rows) + thrift.zigzag(0)
    body = thrift.levels(1, rows)
    # First block: least difference 0, widths of one part 32 bits, whose first number is the length and all others 0.
    prefixes += thrift.zigzag(0) + bytes([32, 0, 0, 0]) + struct.pack("<I", length) + bytes(31 * 4)
    for _ in range((rows - 2) // 128):
        prefixes += thrift.zigzag(0) + bytes(4)
    lengths = b"\x80\x01\x04" + thrift.varint(rows) + thrift.zigzag(length)
    lengths += thrift.zigzag(-length) + bytes([32, 0, 0, 0]) + struct.pack("<I", 0) + struct.pack("<I", length) * 31
    for _ in range((rows - 2) // 128):
        lengths += thrift.zigzag(0) + bytes(4)
    body += prefixes + lengths + b"a" * length
    return thrift.BYTE_ARRAY, b"", thrift.page(body, rows, thrift.DELTA_BYTE_ARRAY)


def wide(rows, columns):
    import pyarrow
    import pyarrow.parquet

    target = io.BytesIO()
    table = pyarrow.table({f"c{n}": pyarrow.nulls(rows, pyarrow.string()) for n in range(columns)})
    pyarrow.parquet.write_table(table, target)
    return target.getvalue()


def deep(levels):
    elements = [thrift.column("root", children=1)]
    elements += [thrift.column("g", children=1) for _ in range(levels)]
    return thrift.file({"score": scores(1)}, 1, schema=[*elements, thrift.column("score", thrift.INT32)])


ROWS = [["id", "score", "comment"], ["r1", 9, "good"]]
REFUSED = ["workbook_too_large", "workbook"]


def sheet(row):
    """A workbook of a small survey and this XML behind its rows."""
    return workbook.book(workbook.sheet(workbook.table(ROWS) + row))


def blanks(size):
    """A workbook whose sheet has so many MB of blanks."""
    rows = workbook.sheet(workbook.table(ROWS) + "|").split("|")
    return workbook.book([rows[0], *[b" " * MILLION] * size, rows[1]])


def says_less(size):
    """The same, whose archive says that the sheet has 1,000 bytes."""
    return blanks(size).replace(struct.pack("<I", len(workbook.sheet(workbook.table(ROWS))) + size * MILLION), struct.pack("<I", 1000))


def many_share(texts, rows):
    """A workbook in which so many rows share texts of 1 MB."""
    parts = workbook.shared(["x" * MILLION] * texts)
    cells = (f'<row r="{n}">{workbook.cell(0, n - 1, n)}{workbook.cell(2, n - 1, "", n % texts)}</row>' for n in range(2, rows))
    header = workbook.table(ROWS[:1])
    return workbook.book(workbook.sheet(header + "".join(cells)), parts)


def merged(columns, rows, size):
    """A workbook of so many rows below the header, in which cells of so many columns are merged over all of them, each with a text of this size."""
    header = workbook.table([[*ROWS[0], *(f"c{n}" for n in range(columns - 1))]])
    first = "".join(workbook.cell(2 + column, 1, "", 0) for column in range(columns))
    cells = (
        f'<row r="{n + 1}">{workbook.cell(0, n, n)}{workbook.cell(1, n, 9)}{first if n == 1 else ""}</row>'
        for n in range(1, rows + 1)
    )
    ranges = (f'<mergeCell ref="{workbook.letters(2 + n)}2:{workbook.letters(2 + n)}{rows + 1}"/>' for n in range(columns))
    part = workbook.sheet(header + "".join(cells), f'<mergeCells>{"".join(ranges)}</mergeCells>')
    return workbook.book(part, workbook.shared(["x" * size]))


# Name: the bytes, what they may end with: codes of errors, `rejects`, or `tables`. Sizes are those of an attack, not of a survey.
BOMBS = {
    "field.csv": (lambda: csv_of(b"x" * 100 * MILLION), ["rejects"]),
    "quoted.csv": (lambda: csv_of(b'"' + b"x\n" * 50 * MILLION + b'"'), ["rejects"]),
    "never_closed.csv": (lambda: csv_of(b'"' + b"x" * 100 * MILLION), ["open_quote"]),
    "delimiters.csv": (lambda: csv_of(b"," * 100 * MILLION), ["rejects"]),
    "header.csv": (lambda: b"," * 100 * MILLION + b"\n1,2\n", ["bad_header", "too_many_columns"]),
    "columns.csv": (lambda: b",".join(b"c%d" % n for n in range(5_000)) + b"\n", ["too_many_columns"]),
    "wide.csv": (
        lambda: b"id,score,comment" + b",x%d" * 4_000 % tuple(range(4_000)) + b"".join(b"\n%d,9,good" % n + b"," * 4_000 for n in range(5_000)),
        ["tables", "rejects"],
    ),
    "utf16.csv": (lambda: csv_of(b"x" * 50 * MILLION).decode().encode("utf-16"), ["rejects"]),
    "line.jsonl": (lambda: lines_of(b'{"comment":"' + b"x" * 100 * MILLION + b'"}'), ["rejects"]),
    "deep.jsonl": (lambda: lines_of(b'{"comment":' + b"[" * 4 * MILLION + b"]" * 4 * MILLION + b"}"), ["rejects", "tables"]),
    "keys.jsonl": (lambda: lines_of(b"{" + b",".join(b'"%d":1' % n for n in range(500_000)) + b"}"), ["too_many_columns"]),
    "one_text.parquet": (
        lambda: thrift.file(
            {"comment": one_text(b"a" * MILLION, 100_000, pack=lambda text: gzip([text]))}, 100_000, codec=thrift.GZIP
        ),
        ["unpacks_too_large"],
    ),
    "long_text.parquet": (lambda: survey(one_text(b"a" * 64 * MILLION, 20), 20), ["rejects"]),
    "nulls.parquet": (lambda: survey(nulls(2_000 * MILLION), 2_000 * MILLION), ["unpacks_too_large"]),
    "unpacked.parquet": (
        lambda: thrift.file({"score": packed(600 * MILLION), "comment": packed(MILLION)}, 100, codec=thrift.GZIP),
        ["page_too_large", "unpacks_too_large"],
    ),
    "says_2gb.parquet": (
        lambda: thrift.file({"comment": packed(MILLION, 2**31 - 1)}, 100, codec=thrift.GZIP),
        ["page_too_large", "unpacks_too_large"],
    ),
    "dictionary.parquet": (
        lambda: survey((thrift.BYTE_ARRAY, thrift.page(b"", 2**31 - 1, 0, dictionary=True), one_text(b"a", 10)[2]), 10),
        ["not_a_table"],
    ),
    "differences.parquet": (lambda: survey(differences(MILLION, 1 + 127 * 128), 1 + 127 * 128), ["unpacks_too_large", "not_a_table"]),
    "again.parquet": (lambda: survey(one_text(b"a", 1000), 1000, groups=30_000), ["not_a_table", "footer_too_large"]),
    "footer.parquet": (
        lambda: survey(nulls(10), 10, more=b"\x18" + thrift.varint(50 * MILLION) + b"x" * 50 * MILLION),
        ["footer_too_large"],
    ),
    "elements.parquet": (
        lambda: thrift.file(
            {"score": scores(1)}, 1, schema=[thrift.column("root", children=700_000), *[{4: ("bytes", b"")}] * 700_000]
        ),
        ["too_many_columns"],
    ),
    "deep.parquet": (lambda: deep(10_000), ["not_a_table"]),
    "far.xlsx": (lambda: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), [*REFUSED, "tables", "too_many_columns"]),
    "says_many_texts.xlsx": (
        lambda: workbook.book(workbook.sheet(workbook.table(ROWS)), workbook.shared(["x"], 9_999_999_999)),
        [*REFUSED, "tables"],
    ),
    "blanks.xlsx": (lambda: blanks(600), REFUSED),
    "says_less.xlsx": (lambda: says_less(600), REFUSED),
    "many_share.xlsx": (lambda: many_share(1, 20_000), REFUSED),
    "texts.xlsx": (lambda: many_share(300, 400), REFUSED),
    "long_text.xlsx": (lambda: workbook.book(workbook.sheet(workbook.table([*ROWS, ["r2", 9, "x" * 64 * MILLION]]))), [*REFUSED, "rejects"]),
    "columns.xlsx": (lambda: workbook.book(workbook.sheet(workbook.table([range(16_384), range(16_384)]))), ["too_many_columns"]),
    "merged_ranges.xlsx": (
        lambda: workbook.book(
            workbook.sheet(workbook.table(ROWS), "<mergeCells>" + '<mergeCell ref="A2:XFD1048576"/>' * 200_000 + "</mergeCells>")
        ),
        REFUSED,
    ),
    "merged_rows.xlsx": (lambda: merged(1, 20_000, MILLION), REFUSED),
    "merged_columns.xlsx": (lambda: merged(4_000, 40, 20_000), ["tables"]),
    "row.xlsx": (lambda: merged(4_000, 1, MILLION), ["tables"]),
    "merged_all.xlsx": (lambda: merged(4_000, 40, MILLION), REFUSED),
    "deep.xlsx": (lambda: sheet("<row>" * MILLION), REFUSED),
    "parts.xlsx": (
        lambda: workbook.book(workbook.sheet(workbook.table(ROWS)), more=[(f"p{n}", "") for n in range(60_000)]),
        [*REFUSED, "tables"],
    ),
    "wide.parquet": (lambda: wide(1000, 4_096), ["no_text_column", "tables", "rejects", "empty_input"]),
}


def written(path, make):
    """Writes the file in a process of its own: a process counts the memory of whoever started it as its own."""
    process = multiprocessing.get_context("fork").Process(target=lambda: path.write_bytes(make()))
    process.start()
    process.join()
    assert process.exitcode == 0, path


def ends_as(done, out):
    """A word for how a run ended."""
    if done.code == 2:
        return done.error()
    said = json.loads((out / "_run.json").read_text())
    if said["rows_in"] != said["rows_tagged"] + said["rows_rejected"]:
        return f"{said['rows_in']} rows in, {said['rows_tagged']} tagged, {said['rows_rejected']} rejected"
    return "rejects" if said["rows_rejected"] else "tables"


def check(context):
    outcome, peak, slowest = Outcome(), (0, ""), (0, "")
    for name, (make, wanted) in BOMBS.items():
        if name == "wide.parquet" and not importlib.util.find_spec("pyarrow"):
            outcome.skipped = f"{name}: pyarrow is not there"
            continue
        path, out = context.folder / name, context.folder / f"out-{name}"
        written(path, make)
        done = context.engine.run("run", path, "--lexicon", context.lexicon, "--out", out, timeout=120)
        outcome.done += 1
        peak, slowest = max(peak, (done.peak, name)), max(slowest, (done.seconds, name))
        problem = done.wrong()
        if problem is None and ends_as(done, out) not in wanted:
            problem = f"ends as {ends_as(done, out)}, not as {' or '.join(wanted)}: {done.err.strip()[:200]}"
        if problem is None and done.peak >= PEAK:
            problem = f"{done.peak / 1e6:.0f} MB of memory"
        if problem:
            outcome.fail(f"{name}: {problem}")
        path.unlink()
    # Files beyond the limit are not even opened.
    many = context.new("many")
    for number in range(10_001):
        (many / f"{number}.csv").write_bytes(b"")
    done = context.engine.run("run", f"{many}/*.csv", "--lexicon", context.lexicon, "--out", context.folder / "out")
    outcome.done += 1
    if done.wrong() or done.error() != "too_many_files":
        outcome.fail(f"10,001 files: {done.wrong() or done.err}")
    outcome.figures = {
        "bombs": outcome.done,
        "highest peak": f"{peak[0] / 1e6:.0f} MB ({peak[1]})",
        "longest": f"{slowest[0]:.1f} s ({slowest[1]})",
    }
    return outcome
