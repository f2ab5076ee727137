#!/usr/bin/env python3
"""The table of docs/accuracy.md: `verbatim evaluate` on each labelled set, and what the set's measures come to.

Not a test: nothing here passes or fails (tests/accuracy.rs does, on the data that the project carries). Each figure comes from one
`verbatim evaluate … --json`, printed with --verbose, so that anyone with the data can run it alone.

    python3 tests/accuracy/table.py target/release/verbatim ../shared/data [--write docs/accuracy.md] [--verbose]

With --write the table is put between the marks in that file.
"""

import argparse
import csv
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

BEGIN, END = "<!-- table -->", "<!-- /table -->"


class Sets:
    """The binary and the folder of labelled texts."""

    def __init__(self, binary, data, verbose):
        self.binary, self.data, self.verbose = binary, pathlib.Path(data), verbose
        self.scratch = pathlib.Path(tempfile.mkdtemp())
        self.hashes = {}

    def evaluate(self, texts, lexicon, *flags, gold=None, labels=None, left_out=()):
        """The report of one set; `labels` is the file of its map, `left_out` polarities whose labels are dropped."""
        texts = self.data / f"{texts}.csv" if isinstance(texts, str) else texts
        gold = gold or (texts.with_suffix(".gold.csv") if not flags or "--scores" not in flags else None)
        if left_out:
            gold = self.without(gold, left_out)
        command = [self.binary, "evaluate", texts, "--lexicon", lexicon, "--json", "--misses", "0", *flags]
        command += ["--gold", gold] if gold else []
        command += ["--map", self.data / "maps" / labels] if labels else []
        command = [str(part) for part in command]
        if self.verbose:
            print("$ " + " ".join(command), file=sys.stderr)
        report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        self.hashes[lexicon] = report["lexicon_hash"][:12]
        return report

    def without(self, gold, polarities):
        """The labels but for those of these polarities."""
        rows = [row for row in read(gold) if row["polarity"] not in polarities]
        return self.write("gold.csv", rows)

    def together(self, *names):
        """Several sets as one: their texts, and their labels."""
        texts = [{"id": row["id"], "text": row["text"]} for name in names for row in read(self.data / f"{name}.csv")]
        labels = [row for name in names for row in read(self.data / f"{name}.gold.csv")]
        return self.write("texts.csv", texts), self.write("labels.csv", labels)

    def write(self, name, rows):
        path = self.scratch / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return path


def read(path):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def by_driver(report):
    return {driver["driver"]: driver for driver in report["gold"]["drivers"]}


def micro(report, drivers):
    """F1 of mention over all units of these drivers."""
    chosen = [by_driver(report)[driver] for driver in drivers if driver in by_driver(report)]
    both, gold, found = (sum(driver[key] for driver in chosen) for key in ("both", "gold", "found"))
    return 2 * both / (gold + found)


def right(report, drivers, key):
    """Accuracy over the units of these drivers: `given_mention` or `given_side`."""
    chosen = [by_driver(report)[driver][key] for driver in drivers if driver in by_driver(report)]
    chosen = [given for given in chosen if given["n"]]
    return sum(given["n"] * given["accuracy"] for given in chosen) / sum(given["n"] for given in chosen)


def mean(values):
    values = [value or 0.0 for value in values]
    return sum(values) / len(values)


FOUR = ["service_attitude", "price", "value_for_money", "response_time"]
DINING = ["service", "value", "surroundings", "product"]


def dining_chinese(sets, lexicon):
    texts, gold = sets.together("dining_zh_aic", "dining_zh_asap")
    report = sets.evaluate(texts, lexicon, gold=gold, labels="dining_zh.csv")
    drivers = by_driver(report)
    for driver in FOUR:
        yield f"F1 {driver}", drivers[driver]["f1"]
    yield "mean 4-class macro-F1 of the four", mean(drivers[driver]["macro_f1"] for driver in FOUR)
    for side in ("recall", "precision"):
        yield f"mean {side} of negatives, with noise", mean(drivers[d][f"negative_{side}"] for d in [*FOUR, "noise"])
    yield "polarity, where both took a side", right(report, [*FOUR, "noise"], "given_side")


def dining_traditional(sets, lexicon):
    report = sets.evaluate("dining_zhhant_dimabsa", lexicon, labels="dining_en.csv")
    for driver in ["service", "value", "surroundings"]:
        yield f"F1 {driver}", by_driver(report)[driver]["f1"]


def english(name, drivers):
    def measures(sets, lexicon):
        report = sets.evaluate(name, lexicon, labels="dining_en.csv")
        # A lexicon without food has no say on it.
        chosen = [driver for driver in drivers if driver != "product" or pathlib.Path(lexicon).name != "core"]
        yield "micro-F1 " + ", ".join(chosen), micro(report, chosen)
        agreed = sets.evaluate(name, lexicon, labels="dining_en.csv", left_out={"conflict"})
        yield "polarity given the mention", right(agreed, chosen, "given_mention")

    return measures


def patient(sets, lexicon):
    report = sets.evaluate("patient_en_fft", lexicon, labels="patient_en.csv")["gold"]["total"]
    yield "micro-F1 of the mapped drivers", report["f1"]
    yield "recall of negatives", report["negative_recall"]
    yield "polarity, where both took a side", report["given_side"]["accuracy"]


def overall(name):
    def measures(sets, lexicon):
        yield "AUC of the comment's balance", sets.evaluate(name, lexicon)["gold"]["overall"]["auc"]

    return measures


def scored(sets, lexicon):
    report = sets.evaluate("seat_reviews_en", lexicon, "--scores", "--text", "text", "--score", "score", "--scale", "0-10")
    yield "AUC of promoters above detractors", report["scores"]["auc"]


TABLE = [
    ("dining_zh_aic + dining_zh_asap", "dining", dining_chinese),
    ("dining_zhhant_dimabsa", "dining", dining_traditional),
    ("dining_en_semeval14", "dining", english("dining_en_semeval14", DINING)),
    ("dining_en_mams", "dining", english("dining_en_mams", DINING)),
    ("dining_en_dimabsa", "dining", english("dining_en_dimabsa", [*DINING, "location"])),
    ("patient_en_fft", "patient", patient),
    ("delivery_zh", "core", overall("delivery_zh")),
    ("hotel_zh", "core", overall("hotel_zh")),
    ("shopping_zh", "core", overall("shopping_zh")),
    ("seat_reviews_en", "air", scored),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("data")
    parser.add_argument("--lexicons", default="", help="a folder of lexicons instead of the bundled ones")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    sets = Sets(args.binary, args.data, args.verbose)
    at = (lambda name: str(pathlib.Path(args.lexicons) / name)) if args.lexicons else (lambda name: name)
    lines = ["| set | measure | with its lexicon | with `core` alone |", "| --- | --- | --- | --- |"]
    for name, lexicon, measures in TABLE:
        own = list(measures(sets, at(lexicon)))
        alone = dict(measures(sets, at("core"))) if lexicon != "core" else {}
        for number, (what, value) in enumerate(own):
            # The same measure over fewer drivers stands under another name.
            other = alone.get(what, next((v for w, v in alone.items() if w.split()[0] == what.split()[0] == "micro-F1"), None))
            row = [name if number == 0 else "", what, f"{value:.3f}", "" if other is None else f"{other:.3f}"]
            lines.append("| " + " | ".join(row) + " |")
        print("\n".join(lines[-len(own):]), flush=True)
    used = ", ".join(f"`{pathlib.Path(name).name}` {found}" for name, found in sorted(sets.hashes.items()))
    stamp = f"Measured on {datetime.date.today().isoformat()} with {used}."
    if args.write:
        page = pathlib.Path(args.write)
        before, rest = page.read_text(encoding="utf-8").split(BEGIN)
        _, after = rest.split(END)
        page.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n\n" + stamp + "\n" + END + after, encoding="utf-8")
    print(stamp)


if __name__ == "__main__":
    main()
