#!/usr/bin/env python3
"""Does the engine survive what the world does to it? Runs the binary against damage, crashes, bombs and other writers.

    check.py [BINARY] [--long] [--only NAME ...] [--keep DIR] [--write FILE]

BINARY is target/debug/verbatim where it is not named. Without `--long` each check does its short form, which CI runs; the long form wants an
optimised binary, and hours. `--keep DIR` keeps inputs that fail. `--write FILE` writes what was measured into the table of
docs/reliability.md: the lines of the checks that ran. Closes with `N passed, N failed, N skipped`.

Each check is a file beside this one: TITLE, MUST (what must be), SHORT and LONG (how much is done, in words), and `check(context)`, which gives
an Outcome. Not for whether figures are right: `tests/oracles` computes them anew.
"""

import argparse
import importlib.util
import multiprocessing
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from harness import REPOSITORY, Context, Engine

# In the order of docs/reliability.md.
CHECKS = [
    "fuzz",
    "inputs",
    "tables",
    "bombs",
    "workbooks",
    "crashes",
    "faults",
    "determinism",
    "writers",
    "encodings",
    "fields",
    "patterns",
    "weeks",
    "ends",
    "forget",
]


def line_of(name, check, outcome, seconds, long):
    """A line of the table, in Markdown."""
    figures = "; ".join(f"{key} {value}" for key, value in outcome.figures.items())
    state = "skipped" if outcome.skipped and not outcome.done else "failed" if outcome.failures else "held"
    size = check["LONG" if long else "SHORT"]
    cells = [f"`{name}`", check["TITLE"], size, check["MUST"], f"{state}: {figures}" if figures else state, f"{seconds:.0f} s"]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def write(path, lines):
    """Puts lines in the place of those of the same checks."""
    text = Path(path).read_text(encoding="utf-8")
    for name, line in lines.items():
        text, found = re.subn(rf"^\| `{name}` \|.*$", lambda _: line, text, flags=re.MULTILINE)
        if not found:
            raise SystemExit(f"{path} has no line of `{name}`")
    Path(path).write_text(text, encoding="utf-8")


def run(name, binary, long, keep):
    """Runs a check: the check without its function, what came of it, and the seconds that it took."""
    # By its path: some names are those of Python's own modules too.
    spec = importlib.util.spec_from_file_location(f"check_{name}", Path(__file__).parent / f"{name}.py")
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="verbatim-") as folder:
        outcome = check.check(Context(Engine(binary), folder, long, name, keep))
    return {key: getattr(check, key) for key in ("TITLE", "SHORT", "LONG", "MUST")}, outcome, time.monotonic() - started


def apart(*args):
    """[`run`] in a process of its own: the memory of one that another was forked off counts as that one's too, and some checks load much."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(run, *args).result()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(REPOSITORY / "target" / "debug" / "verbatim"))
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", nargs="+", choices=CHECKS, default=CHECKS, metavar="NAME")
    parser.add_argument("--keep", metavar="DIR")
    parser.add_argument("--write", metavar="FILE")
    args = parser.parse_args()
    passed = failed = skipped = 0
    lines = {}
    for name in CHECKS:
        if name not in args.only or not (Path(__file__).parent / f"{name}.py").is_file():
            continue
        check, outcome, seconds = apart(name, args.binary, args.long, args.keep)
        # A check that did nothing has shown nothing.
        if not outcome.done and not outcome.skipped and not outcome.failures:
            outcome.fail("no case was tried")
        figures = "; ".join(f"{key} {value}" for key, value in outcome.figures.items())
        if outcome.failures:
            failed += 1
            print(f"FAIL  {name}: {len(outcome.failures)} of {outcome.done} ({seconds:.0f} s) {figures}", flush=True)
            for failure in outcome.failures[:20]:
                print(f"      {failure}", flush=True)
        elif outcome.done:
            passed += 1
            print(f"ok    {name}: {outcome.done} ({seconds:.0f} s) {figures}", flush=True)
        if outcome.skipped:
            skipped += 1
            print(f"skip  {name}: {outcome.skipped}", flush=True)
        lines[name] = line_of(name, check, outcome, seconds, args.long)
    if args.write:
        write(args.write, lines)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
