#!/usr/bin/env python3
"""Does the engine compute what its method says? Everything of its tables of figures is made anew from `comments`, by definition.

    check.py BINARY [RUN …]

Writes lexicons of invented words and random surveys, runs the binary on them, and compares every column of figures of `nps`,
`contributions`, `voices`, `changes`, `functions`, `attribution` and `actions`, and which rows there are, with references that share no
formula with the engine: credits by brute force over orderings and subsets, regressions by statsmodels with a dummy for each control
group, importance by a fit for every subset. Prints a line a check; ends with 1 where anything differs. Runs are those of `RUNS`; all
where none is named.

Not for whether other programs read the tables (tests/interop) nor for how comments are tagged, except that the invented words must be
found as they were meant.
"""

import csv
import os
import sys
import tempfile
from pathlib import Path

# Many small matrices: threads would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import intervals
import references
import relabelled
import survey
from lexicon import large, small
from report import Report
from respondents import Rules
from run import Run
from sums import sums

LEAST_DESIGNS = 50
WEEKLY = ["--date", "date", "--period", "week"]
ACTIONS = [
    ("boat_hull", "yard", "Eve", "new tar", "2026-05-25", "0.02"),
    ("boat", "office", "", "new design", "2026-05-18", "5%"),
    ("arch_base", "masons", "Ann", "better lime", "2026-05-21", ""),
    ("cone", "office", "", "polish", "2026-06-24", "0.5"),
    ("boat_rig_mast", "yard", "Dee", "longer", "2024-01-01", ""),
]


def all_of(run):
    run.report.show()
    run.figures()
    run.changes()
    run.attribution()
    sums(run)
    run.brute_force()


def weekly(report, binary, folder):
    """Weeks, weights, cells of pairs, a control segment, actions, and invitations of some weeks."""
    lexicon = small()
    path = folder / "actions.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("driver", "function", "owner", "action", "start", "target"), *ACTIONS])
    flags = [*WEEKLY, "--weight", "weight", "--actions", path]
    rules = Rules(cube=2, control=("region",))
    run = Run(report, "weekly", binary, folder, lexicon, survey.weekly(lexicon, 11, True), flags, rules, {"2026-W20": 900})
    all_of(run)
    run.actions(ACTIONS)
    run.exercised("changes", "direction", ["up", "down", "flat", None])
    run.exercised("changes", "segment_mix", [None])
    run.exercised("actions", "verdict", ["improved", "worse", "no_evidence", "no_data"])
    run.exercised("contributions", "importance_method", ["lmg", None])
    small_cells = sum(1 for key in run.table("nps") if "(small)" in key)
    run.same("cases that must occur do", small_cells > 20, True, "cells too small to stand alone")
    report.show()


def grouped(report, binary, folder):
    """Nobody is weighted, families share first, and other settings than the engine's own."""
    lexicon = small()
    rules = Rules("grouped", 2, 6, (), confidence=0.9, low_base=20, persistence_periods=4, persistence_floor=0.03)
    flags = [*WEEKLY, "--weight", "none"]
    all_of(Run(report, "grouped", binary, folder, lexicon, survey.weekly(lexicon, 12, False), flags, rules))


def plain(report, binary, folder):
    """No segments; everybody's invitations are known."""
    lexicon = small()
    made = survey.weekly(lexicon, 15, True)
    made.segments = []
    invited = {f"{year}-W{week:02}": 10 * respondents for (year, week), respondents in survey.WEEKS}
    all_of(Run(report, "plain", binary, folder, lexicon, made, [*WEEKLY, "--weight", "weight"], None, invited))


def designs(report, binary, folder, name, lexicon, seed, drivers, special, method, methods):
    """Regressions: a segment column of random designs, most of which are for this method."""
    made = survey.designs(lexicon, seed, drivers, special)
    flags = ["--date", "none", "--weight", "weight"]
    run = Run(report, name, binary, folder, lexicon, made, flags, Rules(control=("site",)))
    report.show()
    run.figures()
    sums(run)
    of_method = {
        key[2] for key, row in run.table("contributions").items() if key[1] == "design" and row["importance_method"] == method
    }
    run.same("cases that must occur do", len(of_method) >= LEAST_DESIGNS, True, f"{len(of_method)} designs by {method}")
    run.exercised("contributions", "importance_method", methods)
    run.exercised("contributions", "importance_note", ["constant", "collinear", None])
    run.exercised("contributions", "asymmetry", ["reward", "penalty", "both", "none"])
    run.exercised("contributions", "quadrant", ["fix_first", "keep_up", "maintain", "low_priority"])
    report.show()


def lmg(report, binary, folder):
    """Six leaves and a parent's own terms."""
    lexicon = small()
    special = {
        0: survey.forget("cone"), 1: survey.follow("boat_rig_sail", "boat_hull"), 2: survey.everybody("cone"),
        3: survey.only_one("arch_crown"),
    }  # fmt: skip
    designs(report, binary, folder, "lmg", lexicon, 13, ["arch", *lexicon.leaves], special, "lmg", ["lmg"])


def johnson(report, binary, folder):
    """Twenty-two leaves; the first designs have eighteen, nineteen and ten that vary."""
    lexicon = large()
    leaves = lexicon.leaves
    special = {
        0: survey.forget(*leaves[:4]), 1: survey.forget(*leaves[-3:]), 2: survey.forget(*leaves[:12]),
        3: survey.follow(leaves[-1], leaves[0]), 4: survey.only_one(leaves[5]),
    }  # fmt: skip
    designs(report, binary, folder, "johnson", lexicon, 14, leaves, special, "johnson", ["lmg", "johnson"])


RUNS = {
    "weekly": weekly, "grouped": grouped, "plain": plain, "relabelled": relabelled.check, "lmg": lmg, "johnson": johnson,
}  # fmt: skip


def main():
    if len(sys.argv) < 2 or not RUNS.keys() >= set(sys.argv[2:]):
        sys.exit(__doc__)
    binary = Path(sys.argv[1]).resolve()
    report = Report()
    intervals.published(report)
    references.agree(report)
    report.show()
    with tempfile.TemporaryDirectory() as scratch:
        for name in sys.argv[2:] or RUNS:
            folder = Path(scratch) / name
            folder.mkdir()
            RUNS[name](report, binary, folder)
    print(f"{len(report.checks)} checks, {report.failed} failed")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
