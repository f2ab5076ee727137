"""From rows of `comments` to arrays of respondents: who mentions what, whose credit goes where, and who is in which cell.

Read from `comments`: score, weight, segments, period, drivers with polarity and voices, and the bucket of whom names none. Credits are
made anew, by brute force (`credit`).
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy
from scipy import stats

from credit import Credit
from lexicon import RESIDUALS

BANDS = ["promoter", "passive", "detractor"]
VOICES = ["praise", "problem", "suggestion", "question"]
ALL, SMALL = "(all)", "(small)"


@dataclass(frozen=True)
class Rules:
    """What a run is told of how to compute; the defaults are the engine's."""

    credit: str = "equal"
    cube: int = 1
    smallest: int = 10
    control: tuple = ()
    confidence: float = 0.95
    low_base: float = 30
    persistence_periods: int = 8
    persistence_floor: float = 0.01

    @cached_property
    def z(self):
        return stats.norm.ppf((1 + self.confidence) / 2)

    def settings(self):
        """As `verbatim.toml` has them."""
        return f"""[figures]
credit = "{self.credit}"
cube = {self.cube}
smallest_cell = {self.smallest}
control = [{", ".join(f'"{name}"' for name in self.control)}]
confidence = {self.confidence}
low_base = {self.low_base}
persistence_periods = {self.persistence_periods}
persistence_floor = {self.persistence_floor}
"""


@dataclass
class Row:
    """A row of the tables of drivers: which drivers it speaks of, and which takers' credit it sums."""

    id: str
    parent: str
    level: str
    names: tuple
    drivers: list
    takers: list


def rows_of(lexicon, mentioned):
    """All rows; a parent's implicit leaf is one where anybody names the parent itself."""
    rows = []
    for driver in lexicon.drivers:
        zh, en = lexicon.names(driver)
        if lexicon.is_leaf(driver):
            rows.append(Row(driver, lexicon.parents[driver], "leaf", (zh, en), [driver], [driver]))
            continue
        below = [driver, *lexicon.below(driver)]
        rows.append(Row(driver, lexicon.parents[driver], "parent", (zh, en), below, [lexicon.taker(it) for it in below]))
        if driver in mentioned:
            general = lexicon.taker(driver)
            rows.append(Row(general, driver, "leaf", (f"{zh}（笼统）", f"{en} (general)"), [driver], [general]))
    rows += [Row(bucket, None, "residual", None, [], [bucket]) for bucket in RESIDUALS]
    for attribute in lexicon.rollups:
        for value in [*lexicon.rollup_values(attribute), None]:
            drivers = [it for it in lexicon.drivers if lexicon.inherited(lexicon.rollups[attribute], it) == value]
            name = f"{attribute}:{value or '(none)'}"
            rows.append(Row(name, attribute, "rollup", None, drivers, [lexicon.taker(it) for it in drivers]))
    return rows


def joined(stances):
    """What is said of several drivers together: both sides is mixed, neutral gives way."""
    sides = {stance for stance in stances if stance != "neutral"}
    if not sides:
        return "neutral" if stances else ""
    return sides.pop() if len(sides) == 1 else "mixed"


class People:
    """The respondents of one run, as arrays by respondent and by row."""

    def __init__(self, comments, lexicon, segments, rules):
        self.lexicon, self.segments, self.rules, self.credit = lexicon, segments, rules, Credit(lexicon, rules.credit)
        self.n = len(comments)
        self.period = numpy.array([row["period"] for row in comments], dtype=object)
        self.segment = {name: numpy.array([row[f"seg_{name}"] for row in comments], dtype=object) for name in segments}
        self.score = numpy.array([numpy.nan if row["score"] is None else row["score"] for row in comments])
        self.band = numpy.array([row["band"] or "" for row in comments])
        # In whole millionths, as the survey writes them.
        self.weight = numpy.array([round(row["weight"] * 1e6) for row in comments]) / 1e6
        self.said = [{it["driver"]: it["polarity"] for it in row["drivers"]} for row in comments]
        self.bucket = ["" if said else row["residual"] for said, row in zip(self.said, comments)]
        self.commented = numpy.array([bucket != "no_comment" for bucket in self.bucket])
        self.names_driver = numpy.array([bool(said) for said in self.said])
        self.scored = self.band != ""
        self.rows = rows_of(lexicon, {driver for said in self.said for driver in said})
        # One of each that is alike is computed.
        credits, stances = {}, {}
        for said, band, bucket in zip(self.said, self.band, self.bucket):
            key = (band, bucket, *sorted(said.items()))
            if key not in credits:
                credits[key] = self.credit.of(band, said, bucket) if band else {}
        self.credits = [
            credits[(band, bucket, *sorted(said.items()))] for said, band, bucket in zip(self.said, self.band, self.bucket)
        ]
        self.given = numpy.array([self.row_credits(credit) for credit in self.credits], dtype=float)
        for said in self.said:
            key = tuple(sorted(said.items()))
            if key not in stances:
                stances[key] = [joined([said[it] for it in row.drivers if it in said]) for row in self.rows]
        self.stance = numpy.array([stances[tuple(sorted(said.items()))] for said in self.said])
        self.held = numpy.array(
            [[row.level == "residual" and (row.id == bucket or row.id in credit) for row in self.rows]
             for bucket, credit in zip(self.bucket, self.credits)]
        )  # fmt: skip
        self.mentions = (self.stance != "") | self.held
        self.voices = self.raised(comments)

    def row_credits(self, credit):
        return [float(sum(credit.get(taker, 0) for taker in row.takers)) for row in self.rows]

    def raised(self, comments):
        """{voice: who raises it about which row}; of a residual bucket, what the comments do that name no driver."""
        voices = {}
        for voice in VOICES:
            by_driver = [{it["driver"] for it in row["drivers"] if voice in it["voice"]} for row in comments]
            voices[voice] = numpy.array(
                [[not drivers.isdisjoint(of.drivers) or (of.id == bucket and voice in row["voice"]) for of in self.rows]
                 for drivers, row, bucket in zip(by_driver, comments, self.bucket)]
            )  # fmt: skip
        return voices

    def periods(self):
        return sorted(set(self.period))

    def levels(self):
        """The total, each segment column, and each pair of them where the cube is 2."""
        return [level for size in range(self.rules.cube + 1) for level in combinations(self.segments, size)]

    def cells(self, period, level, any_size=False):
        """{key: respondents} of one period (or `all`); too small cells of two columns are one, but where any size will do."""
        here = numpy.flatnonzero(self.period == period) if period != "all" else numpy.arange(self.n)
        cells = {}
        for at in here:
            cells.setdefault(tuple(self.segment[name][at] for name in level), []).append(at)
        if len(level) > 1 and not any_size:
            small = [values for values, members in cells.items() if len(members) < self.rules.smallest]
            rest = [at for values in small for at in cells.pop(values)]
            if rest:
                cells[(SMALL,) * len(level)] = rest
        name = "×".join(level) or "total"
        return {
            (period, name, *(dict(zip(level, values)).get(segment, ALL) for segment in self.segments)): numpy.array(
                sorted(members)
            )
            for values, members in cells.items()
        }
