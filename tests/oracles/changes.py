"""`changes`, and the change of functions: differences of two periods with their tests, and what they are made of."""

from datetime import date, timedelta

import numpy

from figures import Figures
from intervals import two_sided

LEAST_EXPECTED, DISCOVERY = 5, 0.05


def label(day):
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday(week):
    """The first day of an ISO week."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def previous(week):
    """The week before, by the calendar."""
    return label(monday(week) - timedelta(days=7))


def year_ago(week):
    """The week of the same number in the ISO year before; none for week 53 where that year has 52."""
    year, number = week.split("-W")
    try:
        return label(date.fromisocalendar(int(year) - 1, int(number), 1))
    except ValueError:
        return None


COMPARISONS = {"previous": previous, "year_ago": year_ago}
COLUMNS = [
    "change", "change_low", "change_high", "change_se", "z", "p", "q", "direction", "volume", "rate", "promoter_change",
    "detractor_change", "segment_mix", "segment_rate",
]  # fmt: skip


def q_values(p):
    """Benjamini & Hochberg (1995): the smallest level at which a hypothesis is rejected, by trying all of them."""
    tested = [value for value in p if value is not None]

    def adjusted(value):
        above = [other for other in tested if other >= value]
        return min(1.0, *(other * len(tested) / sum(1 for it in tested if it <= other) for other in above))

    return [None if value is None else adjusted(value) for value in p]


def enough(credited, size, size0):
    """Whether of those who give credit, shared over both periods by their sizes, at least five are expected in the smaller one."""
    return credited * min(size, size0) >= LEAST_EXPECTED * (size + size0)


def tests(now, then, z_limit, small):
    """The change of each row (net, variance, mass, credited, respondents), tested as one family; limits are so many SE away.

    Where the base of either period is small, nothing is tested.
    """
    rows = []
    for (net, variance, mass, credited, n), (net0, variance0, mass0, credited0, n0) in zip(now, then):
        delta, se = net - net0, float(numpy.sqrt(variance + variance0))
        tested = enough(credited + credited0, n, n0) and se > 0 and not small
        z = delta / se if tested else None
        rate, rate0 = net / mass if mass > 0 else None, net0 / mass0 if mass0 > 0 else None
        rate, rate0 = (rate0 if rate is None else rate) or 0.0, (rate if rate0 is None else rate0) or 0.0
        rows.append({
            "change": delta, "change_se": se, "change_low": max(-2.0, delta - z_limit * se), "change_high": min(2.0, delta + z_limit * se),
            "z": z, "p": None if z is None else two_sided(z),
            # Kitagawa (1955).
            "volume": (rate + rate0) / 2 * (mass - mass0), "rate": (mass + mass0) / 2 * (rate - rate0),
        })  # fmt: skip
    for row, q in zip(rows, q_values([row["p"] for row in rows])):
        row["q"] = q
        significant = q is not None and q < DISCOVERY
        row["direction"] = None if q is None else "flat" if not significant else "up" if row["change"] > 0 else "down"
    return rows


def measured(figures, row):
    """What `tests` needs of a row."""
    return *(float(of[row]) for of in (figures.net, figures.net_variance, figures.mass)), int(figures.credited[row]), figures.n


def mixes(now, then):
    """{value: (mix, rate)} by which each segment value adds to the change of the total; from {value: (weight, NPS/100)}."""
    whole, whole0 = (sum(weight for weight, _ in side.values()) for side in (now, then))
    if not whole or not whole0:
        return {}
    total = sum(weight * nps for weight, nps in now.values()) / whole
    total0 = sum(weight * nps for weight, nps in then.values()) / whole0
    parts = {}
    for value in now.keys() | then.keys():
        (weight, nps), (weight0, nps0) = now.get(value, (0, 0)), then.get(value, (0, 0))
        nps, nps0 = nps if weight else nps0, nps0 if weight0 else nps
        share, share0 = weight / whole, weight0 / whole0
        mix = (share - share0) * ((nps + nps0) / 2 - (total + total0) / 2)
        parts[value] = (float(mix), float((share + share0) / 2 * (nps - nps0)))
    return parts


def side(figures, row):
    """Net, promoter and detractor contribution of a row; of the score where the row is none; 0 of nobody."""
    if figures.n == 0:
        return 0.0, 0.0, 0.0
    of = {band: figures.share(band) if row is None else figures.contribution(band)[row] for band in ("promoter", "detractor")}
    return float(of["promoter"] - of["detractor"]), float(of["promoter"]), float(of["detractor"])


def score_measured(figures):
    """What `tests` needs of the score itself."""
    return *figures.score, 1.0, int((figures.band != "passive").sum()), figures.n


def change_rows(people, period, level):
    """The rows of `changes` of one period and level, by key."""
    rows = {}
    cells = {key[1:]: members for key, members in people.cells(period, level).items()}
    for comparison, earlier in COMPARISONS.items():
        before = earlier(period)
        if before not in people.periods():
            continue
        earlier_cells = {key[1:]: members for key, members in people.cells(before, level, any_size=True).items()}
        parts, gone = {}, {}
        if len(level) == 1:
            now, then = ({key: scored(people, members) for key, members in side.items()} for side in (cells, earlier_cells))
            parts = mixes(now, then)
            gone = {key: numpy.array([], dtype=int) for key in earlier_cells.keys() - cells.keys()}
        for key, members in (cells | gone).items():
            found = compared(people, members, earlier_cells.get(key), parts.get(key), len(level) > 1)
            rows |= {(period, *key, name, comparison): {"compared_with": before, **row} for name, row in found.items()}
    return rows


def scored(people, members):
    """The weight of the scored respondents, and their NPS/100."""
    figures = Figures(people, members, people.given)
    return figures.w.sum(), figures.score[0]


def compared(people, members, members0, mix, pairs):
    """{driver: row} of one cell against an earlier one; where either side has no scores, the score's row alone if its mix is known.

    Cells of two segment columns have the rows that anybody mentions in either period.
    """
    nobody = numpy.array([], dtype=int)
    members0 = nobody if members0 is None else members0
    now, then = (Figures(people, of, people.given) for of in (members, members0))
    both = now.n > 0 and then.n > 0
    if not both and mix is None:
        return {}
    listed = [None]
    if both:
        mentioned = people.mentions[members].any(axis=0) | people.mentions[members0].any(axis=0)
        listed += [at for at, row in enumerate(people.rows) if row.level != "rollup" and (mentioned[at] or not pairs)]
    results = [{}]
    if both:
        sides = ([score_measured(of) if at is None else measured(of, at) for at in listed] for of in (now, then))
        results = tests(*sides, people.rules.z, now.low_base or then.low_base)
    rows = {}
    for at, result in zip(listed, results):
        (net, promoter, detractor), (net0, promoter0, detractor0) = side(now, at), side(then, at)
        row = {
            **dict.fromkeys(COLUMNS), **result, "n": now.n, "n_before": then.n, "net_contribution": net, "net_before": net0,
            "low_base": now.low_base or then.low_base, "lexicon_effect": None,
        }  # fmt: skip
        if both:
            row |= {"promoter_change": promoter - promoter0, "detractor_change": detractor - detractor0}
        if at is None:
            row |= {"parent": None, "level": "nps", "volume": None, "rate": None}
            row |= dict(zip(["segment_mix", "segment_rate"], mix or (None, None)))
            rows["nps"] = row
        else:
            rows[people.rows[at].id] = row | {"parent": people.rows[at].parent, "level": people.rows[at].level}
    return rows
