"""`lexicon_effect`: weeks that another lexicon tagged, compared with a week of today's.

The earlier weeks are run under one lexicon, the later ones into the same folder under another in which a driver has gone, its words
being a new driver's. What the change of rules moved is then `net_before` less the net contribution that the first run had published.
"""

import changes
from engine import by_key
from lexicon import small
from respondents import People, Rules
from run import CLOSE, EXACT, NAMES, answered
from survey import Survey, weekly

LATER = "2026-W21"
GONE, NEW = "boat_rig_sail", "dome"


def other():
    """The small lexicon, but that what was said of a sail is now of a dome."""
    lexicon = small()
    lexicon.name = "other"
    lexicon.parents = {driver: parent for driver, parent in lexicon.parents.items() if driver != GONE} | {NEW: None}
    lexicon.stems[NEW] = lexicon.stems.pop(GONE)
    return lexicon


def part(made, later):
    """The respondents of the later weeks, or of the earlier ones."""
    chosen = Survey(made.segments)
    chosen.rows = [row for row in made.rows if (row["date"] >= changes.monday(LATER).isoformat()) == later]
    return chosen


def check(report, binary, folder):
    name, flags, rules = "relabelled", ["--date", "date", "--period", "week", "--weight", "weight"], Rules(cube=2)
    before, after = small(), other()
    made = weekly(before, 16, True)
    # All under the new rules: who says what of whom.
    everything = answered(binary, folder, after, made, rules, flags, "all")
    people = People(everything.table("comments"), after, made.segments, rules)
    first = answered(binary, folder, before, part(made, False), rules, flags)
    published = by_key(first.table("contributions"), made.segments, "driver")
    second = answered(binary, folder, after, part(made, True), rules, flags)
    later = [period for period in people.periods() if period >= LATER]
    got = {
        key: row for key, row in by_key(second.table("changes"), made.segments, "driver", "comparison").items() if key[0] in later
    }
    wanted = {}
    for period in later:
        for level in people.levels():
            wanted |= changes.change_rows(people, period, level)
    wanted |= effects(wanted, published)
    report.rows(name, "changes after a change of rules", got, wanted, CLOSE, NAMES)
    sums = {}
    for key, row in got.items():
        if row["lexicon_effect"] is not None and row["level"] in ("leaf", "residual"):
            sums[(*key[:-2], key[-1])] = sums.get((*key[:-2], key[-1]), 0.0) + row["lexicon_effect"]
    for key, total in sums.items():
        report.near(name, "effects of rules sum to 0", key, total, 0.0, EXACT)
    moved = [row["lexicon_effect"] for row in got.values() if row["lexicon_effect"]]
    report.same(name, "cases that must occur do", "effects of rules", len(moved) > 100, True)
    report.show()


def effects(wanted, published):
    """Fills in what the rules moved, and returns the rows of drivers that the new rules do not have.

    Rules change no score. Of a cell that the first run did not publish, because it was too small to stand alone, nothing is known.
    """
    cells, dropped = {}, {}
    for key, row in published.items():
        if row["level"] != "rollup" and row["net_contribution"] is not None:
            cells.setdefault(key[:-1], {})[key[-1]] = row
    for key, row in wanted.items():
        *cell, driver, comparison = key
        if row["compared_with"] >= LATER:
            continue
        was = cells.get((row["compared_with"], *cell[1:]))
        if driver == "nps":
            row["lexicon_effect"] = 0.0
        if was is None:
            continue
        if driver == "nps":
            lost = {other for other in was if (*cell, other, comparison) not in wanted} if row["change"] is not None else ()
            for other in lost:
                nothing = {**dict.fromkeys(row), **{column: 0.0 for column in ("net_contribution", "net_before")}}
                same = {column: row[column] for column in ("compared_with", "n", "n_before", "low_base")}
                of = {column: was[other][column] for column in ("parent", "level")}
                dropped[(*cell, other, comparison)] = nothing | same | of | {"lexicon_effect": -was[other]["net_contribution"]}
        else:
            row["lexicon_effect"] = row["net_before"] - (was[driver]["net_contribution"] if driver in was else 0.0)
    return dropped
