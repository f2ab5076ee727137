"""Fields as no form ever sent them: of no bytes and of 64 MB, with NUL, halves of surrogates, ten thousand accents on one letter,
line ends of every sort.

Of each survey it is written down which texts must come out and which rows must be rejects, and why. Not for encodings (`encodings`), nor for how much
memory is taken (`bombs`).
"""

import csv
import functools
import importlib.util
import io
import json
from collections import Counter

from harness import Outcome

TITLE = "fields 0 B to 64 MB, and what is in them"
SHORT, LONG = "all", "all"
MUST = "rows in = tagged + rejected, and the right texts"

MIB = 1024 * 1024
SIZES = [0, 1, 1023, 65_536, MIB - 1, MIB, MIB + 1, 8 * MIB - 100, 8 * MIB + 1, 64 * 1000 * 1000]

# Texts that come out as they went in, whatever holds them.
TEXTS = {
    "nul": "before\0after\0",
    "accents": "e" + "\u0301" * 10_000 + " end",
    "bare CR": "one\rtwo\r",
    "line ends": "one\r\ntwo\nthree\rfour",
    "family": "👩‍👩‍👧‍👦👍🏽 🏳️‍🌈",
    "right to left": "خدمة ممتازة \u202eabc\u202c good",
    "mark in the middle": "one\ufefftwo",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive\x0csix",
    "quotes": 'she said "good", twice ""',
    "delimiters": "a,b;c\td|e，f",
    "not a character": "a\uffffb\U0010ffff",
    "private": "\ue000\U000f0000",
    "backslash": "C:\\new\\\\ \\n",
    "blanks": "\u3000全角\u00a0",
    "formula": '=cmd|"/c calc"!A1',
    "zero width": "good\u200b\u200d\u2060",
}


def as_csv(rows, end="\n"):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "score", "comment"])
    writer.writerows(rows)
    return text.getvalue()


def line(name, comment, score=9):
    return json.dumps({"id": name, "score": score, "comment": comment}, ensure_ascii=False) + "\n"


def as_parquet(rows):
    import pyarrow
    import pyarrow.parquet

    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(dict(zip(["id", "score", "comment"], map(list, zip(*rows))))), target)
    return target.getvalue()


# Rows in every format.
KINDS = {
    ".csv": lambda rows: "".join(",".join(map(str, row)) + "\n" for row in [["id", "score", "comment"], *rows]).encode(),
    "-quoted.csv": lambda rows: as_csv(rows).encode(),
    "-utf16.csv": lambda rows: as_csv(rows, "\r\n").encode("utf-16"),
    ".jsonl": lambda rows: "".join(line(*row[::2]) for row in rows).encode(),
    ".parquet": as_parquet,
}


class Case:
    """Bytes, and what must become of them."""

    def __init__(self, name, content, texts, rejects=None, flags=()):
        self.name, self.content, self.texts, self.flags = name, content, texts, flags
        self.rejects = Counter(rejects or {})


def sized(size):
    """What becomes of a row with a field of so many bytes; Parquet has no rows before their fields are read."""
    return "row_too_large" if size > 8 * MIB else "field_too_large" if size > MIB else None


def cases():
    # Sizes, and rows before and behind that must be as ever.
    for size in SIZES:
        reason = sized(size)
        texts = {"r1": "good", "r3": "bad"} | ({} if reason else {"r2": "x" * size or None})
        rejects = {reason: 1} if reason else {}
        for kind, make in KINDS.items():
            content = functools.partial(lambda make, size: make([["r1", 9, "good"], ["r2", 9, "x" * size], ["r3", 2, "bad"]]), make, size)
            in_parquet = kind == ".parquet" and reason
            yield Case(f"{size}{kind}", content, texts, {"field_too_large": 1} if in_parquet else rejects)
    rows = [[name, number % 11, text] for number, (name, text) in enumerate(TEXTS.items())]
    yield Case("texts.csv", as_csv(rows).encode(), TEXTS)
    yield Case("texts-crlf.csv", as_csv(rows, "\r\n").encode(), TEXTS)
    yield Case("texts-utf16.csv", as_csv(rows, "\r\n").encode("utf-16"), TEXTS)
    yield Case("texts.gb18030.csv", as_csv(rows).encode("gb18030"), TEXTS, flags=["--encoding", "gb18030"])
    yield Case("texts.jsonl", "".join(line(name, text) for name, text in TEXTS.items()).encode(), TEXTS)
    escaped = "".join(json.dumps({"id": name, "score": 9, "comment": text}) + "\n" for name, text in TEXTS.items())
    yield Case("texts-escaped.jsonl", escaped.encode(), TEXTS)
    yield Case("texts.parquet", as_parquet(rows), TEXTS)
    good = {"r1": "good", "r3": "bad"}
    ends = line("r1", "good"), line("r3", "bad")
    # Halves of surrogates are no text: as escapes, as three bytes, as units.
    for name, half in [("high", "\\ud83d"), ("low", "\\ude00"), ("swapped", "\\ude00\\ud83d")]:
        broken = f'{{"id":"r2","score":9,"comment":"a{half}b"}}\n'
        yield Case(f"surrogate-{name}.jsonl", (ends[0] + broken + ends[1]).encode(), good, {"bad_json": 1})
    before, behind = b"id,score,comment\nr1,9,good\nr2,9,a", b"b\nr3,2,bad\n"
    many = "".join(f"g{number},5,很满意的服务\n" for number in range(200)).encode()
    more = good | {f"g{number}": "很满意的服务" for number in range(200)}
    yield Case("surrogate.csv", before + b"\xed\xa0\xbd" + behind + many, more, {"bad_encoding": 1})
    half = (before + b"<>" + behind).decode().encode("utf-16").replace("<>".encode("utf-16-le"), b"\x3d\xd8")
    yield Case("surrogate-utf16.csv", half, good, {"bad_encoding": 1})
    # One key twice says two things.
    twice = '{"id":"r2","score":9,"score":1,"comment":"x"}\n'
    yield Case("twice.jsonl", (ends[0] + twice + ends[1]).encode(), good, {"bad_json": 1})
    same = '{"id":"r2","score":9,"score":9,"comment":"x"}\n'
    yield Case("twice-same.jsonl", (ends[0] + same + ends[1]).encode(), good | {"r2": "x"})
    nested = '{"id":"r2","score":9,"comment":' + "[" * 100_000 + "]" * 100_000 + "}\n"
    yield Case("nested.jsonl", (ends[0] + nested + ends[1]).encode(), good | {"r2": "[" * 100_000 + "]" * 100_000})
    # Blank lines are no rows, and rows of delimiters alone are none.
    yield Case("blank.csv", b"id,score,comment\nr1,9,good\n" + b"\n" * 1_000_000 + b"r3,2,bad\n", good)
    yield Case("blank.jsonl", (ends[0] + "\n" * 1_000_000 + ends[1]).encode(), good)
    yield Case("empty-rows.csv", b"id,score,comment\nr1,9,good\n" + b",,\n" * 1_000_000 + b"r3,2,bad\n", good)
    # Quotes that nothing closes, and that stand where no field starts.
    yield Case("inside.csv", b'id,score,comment\nr1,9,go"od\nr3,2,"bad"ly\n', {"r1": 'go"od', "r3": "badly"})
    yield Case("open.csv", b'id,score,comment\nr1,9,"good\n' + many, "open_quote")
    yield Case("closed-below.csv", b'id,score,comment\nr1,9,"good\n' + many + b'r3,2,"bad"\n', "open_quote")
    large = b"".join(b"h%d,5,%s\n" % (number, b"good " * 2_000) for number in range(1_000))
    yield Case("closed-far-below.csv", b'id,score,comment\nr1,9,"good\n' + large + b'r3,2,"bad"\n', "open_quote")
    # The comma of the Chinese keyboard between fields.
    wide = "".join(f"编号{number}，{number % 11}，很好\n" for number in range(20))
    yield Case("wide-comma.csv", ("编号，评分，评论\n" + wide).encode(), "ambiguous_delimiter")


def check(context):
    outcome, rejected = Outcome(), Counter()
    if not importlib.util.find_spec("pyarrow"):
        outcome.skipped = "pyarrow is not there, by which texts are read back"
        return outcome
    import pyarrow.dataset

    for case in cases():
        path, out = context.folder / case.name, context.folder / f"out-{case.name}"
        path.write_bytes(case.content() if callable(case.content) else case.content)
        flags = ["--lexicon", context.lexicon, "--no-redact", "--quiet", *case.flags]
        if not isinstance(case.texts, str):
            flags += ["--id", "id", "--score", "score", "--text", "comment", "--scale", "0-10"]
        done = context.engine.run("run", path, *flags, "--out", out, timeout=120)
        path.unlink()
        outcome.done += 1
        problem = done.wrong()
        if problem is None and isinstance(case.texts, str):
            problem = None if done.error() == case.texts else f"ends with {done.code}, not {case.texts}: {done.err[:200]}"
        elif problem is None and done.code == 2:
            problem = done.err[:300]
        elif problem is None:
            said = json.loads((out / "_run.json").read_text())
            if said["rows_in"] != said["rows_tagged"] + said["rows_rejected"]:
                problem = f"{said['rows_in']} rows in, {said['rows_tagged']} tagged, {said['rows_rejected']} rejected"
            table = pyarrow.dataset.dataset(out / "comments", format="parquet").to_table(columns=["id", "text"])
            found = {row["id"]: row["text"] for row in table.to_pylist()}
            rejects = pyarrow.dataset.dataset(out / "rejects", format="parquet").to_table(columns=["reason"])
            reasons = Counter(rejects.column("reason").to_pylist())
            rejected += reasons
            if problem is None and reasons != case.rejects:
                problem = f"rejects {dict(reasons)}, and {dict(case.rejects)} must be"
            if problem is None and case.texts is not None and found != case.texts:
                wrong = [key for key in case.texts if found.get(key, "") != case.texts[key]]
                key = wrong[0] if wrong else None
                problem = f"{len(wrong)} texts are others, {len(found)} rows: {key}: {found.get(key)!r:.60} for {case.texts.get(key)!r:.60}"
            if problem is None and case.texts is None and said["rows_in"] != 1_000_002:
                problem = f"{said['rows_in']} rows in"
        if problem:
            outcome.fail(f"{case.name}: {problem}")
    counted = ", ".join(f"{reason} {count}" for reason, count in sorted(rejected.items()))
    outcome.figures = {"surveys": outcome.done, "rejects": counted}
    return outcome
