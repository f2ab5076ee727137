"""`functions`, `attribution` and `actions`: from drivers to the people who own them (docs/method.md, section 7)."""

from datetime import date, timedelta
from fractions import Fraction

import numpy
import scipy.special

import intervals
from changes import COMPARISONS, enough, measured, monday, previous, q_values, tests
from figures import Figures

UNOWNED = "unowned"
CHANGES = {"previous": "change", "year_ago": "year_change"}


class Matrix:
    """Who owns what, by taker: a parent's own terms as the parent, residual buckets by nobody."""

    def __init__(self, people):
        lexicon = people.lexicon
        self.functions = lexicon.functions()
        self.takers = {lexicon.taker(driver): lexicon.inherited(lexicon.matrix, driver) or [] for driver in lexicon.drivers}
        self.leaves = lexicon.leaves
        self.given = numpy.array([self.parts(credit) for credit in people.credits], dtype=float).reshape(people.n, -1)

    def weight(self, taker, function):
        return sum(weight for name, weight, _ in self.takers.get(taker, []) if name == function)

    def row(self, taker):
        """The parts of a taker by function, and of nobody; they sum to 1."""
        whole = sum(self.weight(taker, function) for function in self.functions)
        if whole == 0:
            return [Fraction(0)] * len(self.functions) + [Fraction(1)]
        return [Fraction(self.weight(taker, function), whole) for function in self.functions] + [Fraction(0)]

    def parts(self, credit):
        """Of one respondent's credit, what each function owns."""
        rows = [(part, self.row(taker)) for taker, part in credit.items()]
        return [float(sum(part * row[at] for part, row in rows)) for at in range(len(self.functions) + 1)]

    def technical(self, people, figures):
        """Σ over takers of detractor contribution × weight (Akao 1990), by function."""
        if not figures.n:
            return [None] * len(self.functions)
        of = dict(zip([row.id for row in people.rows], figures.contribution("detractor")))
        return [float(sum(of.get(taker, 0.0) * self.weight(taker, it) for taker in self.takers)) for it in self.functions]

    def owned(self, at):
        """How many leaves the function has a part of; of nobody, how many have no owner."""
        return sum(1 for leaf in self.leaves if self.row(leaf)[at] > 0)


def function_rows(people, matrix, period, level):
    """The rows of `functions` of one period and level, by key."""
    rows = {}
    calendar = COMPARISONS if period != "all" else {}
    before = {
        name: people.cells(earlier(period), level, any_size=True)
        for name, earlier in calendar.items()
        if earlier(period) in people.periods()
    }
    before = {name: {key[1:]: members for key, members in cells.items()} for name, cells in before.items()}
    for key, members in people.cells(period, level).items():
        figures = Figures(people, members, matrix.given)
        technical = matrix.technical(people, Figures(people, members, people.given))
        whole = sum(technical) if figures.n else 0
        estimates = {name: of for name, of in figures.estimates().items() if not name.startswith("passive")}
        names = [*matrix.functions, UNOWNED]
        changes = {}
        for comparison, prefix in CHANGES.items():
            then = before.get(comparison, {}).get(key[1:])
            changes |= changed(prefix, figures, Figures(people, then, matrix.given) if then is not None else None, len(names))
        for at, name in enumerate(names):
            importance = technical[at] if name != UNOWNED else None
            rows[(*key, name)] = {
                "drivers": matrix.owned(at), "low_base": figures.low_base, "technical_importance": importance,
                "technical_share": importance / whole if importance is not None and whole > 0 else None,
                **{column: of[at] for column, of in estimates.items()}, **{column: of[at] for column, of in changes.items()},
            }  # fmt: skip
    return rows


def changed(prefix, now, then, count):
    """{column: by function} of the change against one earlier period."""
    names = {
        prefix: "change",
        f"{prefix}_low": "change_low",
        f"{prefix}_high": "change_high",
        f"{prefix}_q": "q",
        f"{prefix}_direction": "direction",
    }
    if then is None or not then.n or not now.n:
        return {column: [None] * count for column in names}
    results = tests(*([measured(of, at) for at in range(count)] for of in (now, then)), now.z, now.low_base or then.low_base)
    return {column: [result[name] for result in results] for column, name in names.items()}


def attribution_rows(people, period):
    """The rows of `attribution` of one period, by key."""
    lexicon, rows, chances = people.lexicon, {}, {}
    here = numpy.flatnonzero(people.period == period) if period != "all" else numpy.arange(people.n)
    for at, row in enumerate(people.rows):
        if row.id not in lexicon.parents:
            continue
        blames = numpy.isin(people.stance[:, at], ["negative", "mixed"])
        lasting, periods = (None, None) if period == "all" else persistence(people, period, at)
        for segment in people.segments or [None]:
            value, *quotient, p = concentration(people, here, people.segment[segment], blames) if segment else [None] * 5
            chances[period, row.id, segment] = p
            rows[period, row.id, segment] = {
                "parent": row.parent, "level": row.level, "name_zh": row.names[0], "name_en": row.names[1],
                "function": lexicon.owning(row.id), "owner": lexicon.owner(row.id), "controllable": lexicon.inherited(lexicon.controllable, row.id),
                "n_blaming": int(blames[here].sum()), "persistence": lasting, "persistence_periods": periods,
                "concentration_value": value, **dict(zip(["concentration", "concentration_low", "concentration_high"], quotient)),
            }  # fmt: skip
    for key, q in zip(chances, q_values(list(chances.values()))):
        rows[key]["concentration_q"] = q
    return rows


def persistence(people, period, row):
    """Of the last calendar weeks up to this one that have scores, the share with a lower limit above the floor; and how many."""
    limits, week = [], period
    for _ in range(people.rules.persistence_periods):
        figures = Figures(people, numpy.flatnonzero(people.period == week), people.given)
        if figures.n:
            limits.append(intervals.one_sided(figures.w, figures.credit("detractor")[:, [row]], figures.z)[0][0])
        week = previous(week)
    return (
        (sum(1 for low in limits if low > people.rules.persistence_floor) / len(limits), len(limits)) if limits else (None, None)
    )


def concentration(people, here, values, blames):
    """The value whose respondents blame most, and its location quotient with limits.

    LQ = p/(πp + (1 − π)r) for p and r, the parts that blame among the value's respondents and among the rest, and π the value's share.
    It grows with p/r, whose logarithm has the variance of Katz et al. (1978), at p and r with half a respondent more of each kind.
    """
    w = people.weight
    names = sorted(set(values[here]))
    groups = {name: here[values[here] == name] for name in names}
    large = [name for name in names if intervals.kish(w[groups[name]]) >= people.rules.low_base]
    if not blames[here].any() or len(names) < 2 or not large:
        return None, None, None, None, None

    def part(members):
        return w[members][blames[members]].sum() / w[members].sum()

    top = max(large, key=lambda name: part(groups[name]))
    inside, outside = groups[top], here[values[here] != top]
    share = w[inside].sum() / w[here].sum()
    p, r = part(inside), part(outside)

    def drawn_in(members):
        base = intervals.kish(w[members])
        drawn = (part(members) * base + 0.5) / (base + 1)
        return drawn, (1 - drawn) / (drawn * base)

    (drawn_p, variance_p), (drawn_r, variance_r) = drawn_in(inside), drawn_in(outside)
    ratio = p / r if p > 0 and r > 0 else drawn_p / drawn_r
    half = people.rules.z * numpy.sqrt(variance_p + variance_r)

    def quotient(of):
        return of / (share * of + 1 - share)

    value = part(inside) / part(here)
    low = quotient(ratio * numpy.exp(-half)) if p > 0 else 0.0
    high = quotient(ratio * numpy.exp(half)) if r > 0 else 1 / share
    # Of B who blame, x are of this value: more than its share of all? For as many values as were looked at.
    blame = intervals.kish(w[here][blames[here]])
    x = blame * w[inside][blames[inside]].sum() / w[here][blames[here]].sum()
    chance = scipy.special.betainc(x, blame - x + 1, share) if x > 0 else 1.0
    return top, float(value), float(min(low, value)), float(max(high, value)), min(1.0, float(chance) * len(large))


def action_row(people, driver, start):
    """The figures of `actions` for a driver and the first day of an action.

    Weeks that end before it against weeks that begin on it or later, the nearest ones, as many on each side; pooled by weight. A side's
    size, for whether there are enough to test, is its weight.
    """
    row = next(at for at, it in enumerate(people.rows) if it.id == driver)
    start = date.fromisoformat(start)
    scores = {week: Figures(people, numpy.flatnonzero(people.period == week), people.given) for week in people.periods()}
    weeks = [week for week in people.periods() if scores[week].n]
    before = [week for week in weeks if monday(week) + timedelta(days=6) < start]
    after = [week for week in weeks if monday(week) >= start]
    periods = min(len(before), len(after))
    if not periods:
        return {
            "periods": 0,
            "verdict": "no_data",
            **dict.fromkeys(["before", "after", "change", "change_low", "change_high", "p"]),
        }
    sides = []
    for side in (before[-periods:], after[:periods]):
        w = numpy.array([scores[week].w.sum() for week in side])
        credits = [scores[week].credit("detractor")[:, row] for week in side]
        means = numpy.array([float(intervals.mean(scores[week].w, x)) for week, x in zip(side, credits)])
        variances = numpy.array(
            [float(intervals.steady_variance(scores[week].w, x[:, None])[0]) for week, x in zip(side, credits)]
        )
        sides.append((w @ means / w.sum(), w**2 @ variances / w.sum() ** 2, sum(int((x > 0).sum()) for x in credits), w.sum()))
    (mean0, variance0, credited0, weight0), (mean, variance, credited, weight) = sides
    change, se = float(mean - mean0), float(numpy.sqrt(variance + variance0))
    p = intervals.two_sided(change / se) if se > 0 and enough(credited + credited0, weight, weight0) else None
    verdict = "no_evidence" if p is None or p >= 1 - people.rules.confidence else "improved" if change < 0 else "worse"
    return {
        "periods": periods, "before": float(mean0), "after": float(mean), "change": change, "p": p, "verdict": verdict,
        "change_low": max(-1.0, change - people.rules.z * se), "change_high": min(1.0, change + people.rules.z * se),
    }  # fmt: skip
