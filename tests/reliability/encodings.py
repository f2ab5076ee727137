"""Real text in every encoding, with every line end, in every length: it comes out as it went in, or the run asks which encoding it is.

The texts are those of the sample survey, and of the labelled surveys beside the repository where they are. Not for damage (`inputs`).
"""

import csv
import importlib.util
from collections import Counter

from harness import REPOSITORY, SHARED, Outcome

TITLE = "encodings × line ends × lengths"
SHORT, LONG = "all", "all, of more texts"
MUST = "right text, or a question; never mojibake in silence on ≥ 64 KB of real text"

ENDS = {"LF": ["\n"], "CRLF": ["\r\n"], "CR": ["\r"], "mixed": ["\n", "\r\n"]}
# Bytes of text, about.
LENGTHS = [0, 200, 2_000, 20_000, 70_000]
LONG_LENGTHS = [0, 60, 200, 600, 2_000, 6_000, 20_000, 70_000, 200_000]


def marked(mark, encoding):
    return lambda text: mark + text.encode(encoding)


ENCODINGS = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with mark": marked(b"\xef\xbb\xbf", "utf-8"),
    "UTF-16LE with mark": marked(b"\xff\xfe", "utf-16-le"),
    "UTF-16BE with mark": marked(b"\xfe\xff", "utf-16-be"),
    "UTF-16LE": marked(b"", "utf-16-le"),
    "UTF-16BE": marked(b"", "utf-16-be"),
    "GBK": marked(b"", "gbk"),
    "GB18030": marked(b"", "gb18030"),
    "Big5": marked(b"", "big5"),
    "Windows-1252": marked(b"", "cp1252"),
}

# Characters that GB18030 writes with four bytes, put into every third comment.
FOUR_BYTES = ["😀", "㐀", "é", "𠮷", "ñ"]

# Western text of which Windows-1252 writes some letters above ASCII.
WESTERN = [
    "Très bon café, mais le service était lent – dommage",
    "Schöne Zimmer, aber zu laut für uns",
    "El servicio fue rápido y el señor muy amable",
    "Not worth £40… the “view” is a car park",
    "Förträfflig mat och trevlig personal",
    "Prima locatie, geen klachten",
    "A água estava fria, não voltarei",
    "The crème brûlée was the best part",
]


def column(path, name):
    with open(path, encoding="utf-8", newline="") as file:
        return [" ".join(row[name].split()) for row in csv.DictReader(file) if row.get(name)]


def texts(context):
    """Comments by where they are from, and for which encodings."""
    chinese = {"the sample survey": column(REPOSITORY / "data" / "appliance_survey.csv", "comment")}
    traditional, western = {}, {"sentences of this script": WESTERN}
    data = SHARED / "data"
    if data.is_dir():
        names = ["dining_zh_asap", "hotel_zh"] + (["delivery_zh", "rough_text_zh", "shopping_zh"] if context.long else [])
        chinese |= {name: column(data / f"{name}.csv", "text") for name in names}
        traditional["dining_zhhant_dimabsa"] = column(data / "dining_zhhant_dimabsa.csv", "text")
        western["seat_reviews_en"] = column(data / "seat_reviews_en.csv", "text")
    everywhere = {**chinese, **traditional, **western}
    of = {"GBK": chinese, "GB18030": chinese, "Big5": traditional, "Windows-1252": western}
    return {encoding: of.get(encoding, everywhere) for encoding in ENCODINGS}, data.is_dir()


def written(comments, encoding, length, ends):
    """A survey of these comments: what is in each row, and the bytes."""
    encode, rows, size = ENCODINGS[encoding], [], 0
    for number, comment in enumerate(comments):
        # A private character whose two bytes the encoding standard reads as a wide blank.
        comment = comment.replace("\ue5e5", "\u3000")
        if encoding == "GB18030" and number % 3 == 0:
            comment += FOUR_BYTES[number // 3 % len(FOUR_BYTES)]
        try:
            size += len(encode(comment))
        except UnicodeEncodeError:
            continue
        rows.append((f"r{number}", comment))
        if size >= length:
            break
    lines = ["id,score,comment"]
    lines += [f'{name},{number % 11},"{comment.replace(chr(34), chr(34) * 2)}"' for number, (name, comment) in enumerate(rows)]
    text = "".join(line + ends[number % len(ends)] for number, line in enumerate(lines))
    return rows, encode(text), size


def check(context):
    outcome = Outcome()
    if not importlib.util.find_spec("pyarrow"):
        outcome.skipped = "pyarrow is not there, by which texts are read back"
        return outcome
    by_encoding, is_shared = texts(context)
    if not is_shared:
        outcome.skipped = "the labelled surveys are not there: real text is the sample survey's"
    cases = []
    for encoding, sources in by_encoding.items():
        for source, comments in sources.items():
            for end in ENDS:
                for length in LONG_LENGTHS if context.long else LENGTHS:
                    cases.append((len(cases), encoding, source, comments, end, length))

    def one(case):
        import pyarrow.dataset

        number, encoding, source, comments, end, length = case
        rows, content, size = written(comments, encoding, length, ENDS[end])
        path, out = context.folder / f"{number}.csv", context.folder / f"out{number}"
        path.write_bytes(content)
        flags = ["--lexicon", context.lexicon, "--no-redact", "--quiet", "--text", "comment", "--scale", "0-10", "--id", "id"]
        done = context.engine.run("run", path, *flags, "--out", out, timeout=120)
        name = f"{encoding}, {end}, {size} bytes of {source}"
        if done.wrong():
            return name, size, "wrong", f"{name}: {done.wrong()}"
        if done.code == 2:
            is_question = done.error() == "ambiguous_encoding"
            kind = "question" if is_question else "wrong"
            return name, size, kind, None if is_question else f"{name}: {done.err.strip()[:200]}"
        table = pyarrow.dataset.dataset(out / "comments", format="parquet").to_table(columns=["id", "text"])
        found = {row["id"]: row["text"] for row in table.to_pylist()}
        wanted = {name: comment for name, comment in rows}
        if found == wanted:
            return name, size, "right", None
        wrong = [key for key in wanted if found.get(key) != wanted[key]]
        example = wrong[0] if wrong else ""
        one, other = found.get(example), wanted.get(example)
        return name, size, "wrong", f"{name}: {len(wrong)} of {len(rows)} texts are others: {one!r:.80} for {other!r:.80}"

    kinds, long_questions, longest = Counter(), 0, 0
    for name, size, kind, problem in context.each(one, cases):
        outcome.done += 1
        kinds[kind] += 1
        longest += size >= 65_536
        long_questions += kind == "question" and size >= 65_536
        if problem:
            outcome.fail(problem)
    outcome.figures = {
        "right text": kinds["right"],
        "questions": kinds["question"],
        "wrong text": kinds["wrong"],
        "of 64 KB and more": longest,
        "questions among those": long_questions,
    }
    return outcome
