"""One run of the engine: its tables, its respondents made anew from `comments`, and the comparison of all of it."""

from pathlib import Path

import numpy

import changes
import figures
import functions
import regression
from credit import Game, eligible
from engine import Output, by_key
from lexicon import write
from respondents import BANDS, People, Rules

EXACT, CLOSE = 1e-12, 1e-8
# Names are the lexicon's words; that of a roll-up's or a bucket's row is the engine's own.
NAMES = ["name_zh", "name_en"]
# Columns of `contributions` that have lines of their own in the report.
LINES = {"importance": ": importance", "coefficient": ": importance", "quadrant": ": importance", "importance_method": ": importance",
         "importance_note": ": importance", "asymmetry": ": reward and penalty (HC3)"}  # fmt: skip


def line(column):
    if column.startswith(("reward", "penalty")):
        return LINES["asymmetry"]
    if column.endswith(("_low", "_high")):
        return ": limits"
    return LINES.get(column, "")


def answered(binary, folder, lexicon, made, rules, flags, out="out"):
    """Runs the engine on a survey; returns what it wrote."""
    folder = Path(folder)
    words = folder / f"lexicon_{lexicon.name}"
    if not words.exists():
        write(lexicon, words)
    settings = folder / "figures.toml"
    settings.write_text(rules.settings(), encoding="utf-8")
    flags = ["--config", settings, *flags]
    flags += ["--by", ",".join(made.segments)] if made.segments else []
    return Output(binary, made.write(folder / "survey.csv"), words, folder / out, flags)


class Run:
    """One run and its respondents."""

    def __init__(self, report, name, binary, folder, lexicon, made, flags, rules=None, invited=None):
        self.report, self.name, self.lexicon, self.segments = report, name, lexicon, made.segments
        self.rules, self.invited = rules or Rules(), invited or {}
        flags = [*flags, *(part for week, count in self.invited.items() for part in ("--invited", f"{week}={count}"))]
        self.output = answered(binary, folder, lexicon, made, self.rules, flags)
        comments = self.output.table("comments")
        self.same("tags are as meant", len(comments), len(made.rows), "rows")
        for row in comments:
            meant = made.meant[row["id"]]
            if meant is not None:
                self.same("tags are as meant", {it["driver"]: it["polarity"] for it in row["drivers"]}, meant, row["id"])
        self.people = People(comments, lexicon, made.segments, self.rules)
        self.periods = sorted({*self.people.periods(), "all"})
        self.tables = {}

    def same(self, name, got, wanted, where):
        self.report.same(self.name, name, where, got, wanted)

    def near(self, name, got, wanted, where, tolerance=EXACT):
        self.report.near(self.name, name, where, got, wanted, tolerance)

    def cells(self):
        for period in self.periods:
            for level in self.people.levels():
                yield from self.people.cells(period, level).items()

    def table(self, name, *columns):
        if name not in self.tables:
            self.tables[name] = by_key(self.output.table(name), self.segments, *columns)
        return self.tables[name]

    def compare(self, name, got, wanted, unchecked=()):
        self.report.rows(self.name, name, got, wanted, CLOSE, unchecked, line)
        self.report.show()

    def figures(self):
        """`nps`, `contributions` and `voices`."""
        people = self.people
        nps, contributions, voices = {}, {}, {}
        for key, members in self.cells():
            invited = self.invited_of(key[0]) if key[1] == "total" else None
            nps[key] = figures.nps_row(people, members, invited)
            mentions = figures.mention_columns(people, members)
            regressed = regression.regressed(people, key, members, mentions["performance"])
            contributions |= figures.contribution_rows(people, key, members, mentions, regressed)
            voices |= figures.voice_rows(people, key, members)
        self.compare("nps", self.table("nps"), nps)
        self.compare("contributions", self.table("contributions", "driver"), contributions, NAMES)
        self.compare("voices", self.table("voices", "driver", "voice"), voices, NAMES)

    def invited_of(self, period):
        """People invited in a period; of all together only where every period knows them."""
        if period != "all":
            return self.invited.get(period)
        counts = [self.invited.get(it) for it in self.people.periods()]
        return None if None in counts else sum(counts)

    def changes(self):
        """`changes` and `functions`."""
        moved, owned = {}, {}
        matrix = functions.Matrix(self.people)
        for period in self.periods:
            for level in self.people.levels():
                if period != "all":
                    moved |= changes.change_rows(self.people, period, level)
                owned |= functions.function_rows(self.people, matrix, period, level)
        self.compare("changes", self.table("changes", "driver", "comparison"), moved, NAMES)
        self.compare("functions", self.table("functions", "function"), owned)

    def attribution(self):
        got = {(row["period"], row["driver"], row["segment"]): row for row in self.output.table("attribution")}
        wanted = {}
        for period in self.periods:
            wanted |= functions.attribution_rows(self.people, period)
        self.compare("attribution", got, wanted, ["period", "driver", "segment"])

    def actions(self, actions):
        got = {(row["driver"], row["action"]): row for row in self.output.table("actions")}
        wanted = {}
        for driver, function, owner, action, start, target in actions:
            share = float(target.rstrip("%")) / (100 if target.endswith("%") else 1) if target else None
            zh, en = self.lexicon.names(driver)
            wanted[driver, action] = {
                "name_zh": zh, "name_en": en, "function": function, "owner": owner or None, "target": share,
                **functions.action_row(self.people, driver, start),
            }  # fmt: skip
            if (driver, action) in got:
                self.same("actions: starts", got[driver, action]["start"].isoformat(), start, action)
        self.compare("actions", got, wanted, ["period", "driver", "action", "start"])

    def brute_force(self):
        """Contributions of every cell as the game's value over subsets, and over all orderings that the rule allows."""
        people, got = self.people, self.table("contributions", "driver")
        grouped = self.rules.credit == "grouped"
        takers = [row.id for row in people.rows if row.level == "leaf"]
        game = Game(self.lexicon, takers, self.rules.credit)
        explains = [eligible(self.lexicon, band, said) if band else frozenset() for band, said in zip(people.band, people.said)]
        masks = numpy.array([game.mask(them) for them in explains])
        for key, members in self.cells():
            scored = members[people.scored[members]]
            for band in BANDS if len(scored) else ():
                of = scored[people.band[scored] == band]
                values = game.values(masks[of], people.weight[of]) / people.weight[scored].sum()
                shares = {} if grouped else {"Shapley value over all subsets": game.over_subsets(values)}
                # All 362,880 orderings take their time; the 1,296 that keep families together do not.
                if grouped or (key[1] == "total" and key[0] in ("all", self.periods[0])):
                    shares[f"{'Owen' if grouped else 'Shapley'} value over all orderings"] = game.over_orderings(values)
                for name, found in shares.items():
                    for taker, share in found.items():
                        row = got.get((*key, taker), {})
                        self.near(name, row.get(f"{band}_contribution", 0.0), share, f"{key} {taker} {band}")
        self.report.show()

    def exercised(self, table, column, words):
        """These values are in a column, so that what makes them is checked."""
        rows = self.tables[table].values() if table in self.tables else self.output.table(table)
        there = {row[column] for row in rows}
        for word in words:
            self.same("cases that must occur do", word in there, True, f"{table}.{column} {word}")
