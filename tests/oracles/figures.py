"""`nps`, `contributions` and `voices`, each figure by its definition (docs/method.md, sections 1–5)."""

from functools import cached_property

import numpy

import intervals
from respondents import BANDS, VOICES


def plain(values):
    """Numbers as Python has them."""
    return [None if value is None else float(value) for value in values]


class Figures:
    """What rows are in one cell: `x` has each respondent's credit to each row, one respondent a line."""

    def __init__(self, people, members, given):
        self.people, self.members, self.z = people, members, people.rules.z
        self.scored = members[people.scored[members]]
        self.n = len(self.scored)
        self.w = people.weight[self.scored]
        self.band = people.band[self.scored]
        self.x = given[self.scored]
        self.low_base = self.n == 0 or intervals.kish(self.w) < people.rules.low_base

    def credit(self, band):
        """The credits of this band's respondents, all others giving none."""
        return self.x * (self.band == band)[:, None]

    def contribution(self, band):
        return intervals.mean(self.w, self.credit(band))

    @cached_property
    def net(self):
        return self.contribution("promoter") - self.contribution("detractor")

    @cached_property
    def net_variance(self):
        return intervals.net_variance(self.w, self.credit("promoter"), self.credit("detractor"))

    @cached_property
    def mass(self):
        return intervals.mean(self.w, self.x)

    @cached_property
    def credited(self):
        """How many respondents give promoter or detractor credit."""
        return ((self.x > 0) & (self.band != "passive")[:, None]).sum(axis=0)

    def share(self, band):
        return self.w[self.band == band].sum() / self.w.sum() if self.n else None

    @cached_property
    def score(self):
        """Promoters less detractors, NPS/100, and its squared standard error, each respondent counted whole."""
        if not self.n:
            return 0.0, 0.0
        promoter, detractor = (1.0 * (self.band == band)[:, None] for band in ("promoter", "detractor"))
        value = intervals.mean(self.w, promoter) - intervals.mean(self.w, detractor)
        return float(value[0]), float(intervals.net_variance(self.w, promoter, detractor)[0])

    def estimates(self):
        """{column: by row} of contributions with their limits; nothing where nobody has a score."""
        columns = {}
        for band in BANDS:
            low, high = intervals.one_sided(self.w, self.credit(band), self.z) if self.n else (None, None)
            columns |= self.limits(f"{band}_contribution", self.contribution(band) if self.n else None, low, high)
        low, high = intervals.net(self.w, self.credit("promoter"), self.credit("detractor"), self.z) if self.n else (None, None)
        return columns | self.limits("net_contribution", self.net if self.n else None, low, high)

    def shares(self):
        """The same of each band's own respondents."""
        columns = {}
        for band in ("promoter", "detractor"):
            of = self.band == band
            low, high = intervals.one_sided(self.w[of], self.x[of], self.z) if of.any() else (None, None)
            value = intervals.mean(self.w[of], self.x[of]) if of.any() else None
            columns |= self.limits(f"share_of_{band}s", value, low, high)
        return columns

    def limits(self, name, value, low, high):
        none = [None] * self.x.shape[1]
        names = [name, f"{name}_low", f"{name}_high"]
        return {column: none if of is None else plain(of) for column, of in zip(names, (value, low, high))}


def nps_row(people, members, invited=None):
    """The cell's row of `nps`."""
    f = Figures(people, members, people.given)
    commented, named = people.commented[f.scored], people.names_driver[f.scored]

    def coverage(of):
        weight = f.w[of & commented].sum()
        return float(f.w[of & commented & named].sum() / weight) if weight > 0 else None

    row = {
        "n": f.n, "unscored": len(members) - f.n, "weighted_n": float(f.w.sum()), "n_eff": float(intervals.kish(f.w)),
        "comments": int(people.commented[members].sum()), "comment_rate": float(people.commented[members].mean()),
        "coverage": coverage(numpy.ones(f.n, bool)), "low_base": f.low_base, "invited": invited,
        "response_rate": len(members) / invited if invited else None,
    }  # fmt: skip
    for band in BANDS:
        row[f"{band}s"] = int((f.band == band).sum())
        row[f"{band}_share"] = float(f.share(band)) if f.n else None
        row[f"coverage_{band}s"] = coverage(f.band == band)
    limits = (None, None)
    if f.n:
        low, high = intervals.adjusted_wald(f.share("promoter"), f.share("detractor"), intervals.kish(f.w), f.z)
        limits = (float(max(100 * low, -100)), float(min(100 * high, 100)))
    row["nps"] = 100 * f.score[0] if f.n else None
    row["nps_low"], row["nps_high"] = limits
    row["nps_margin"] = (limits[1] - limits[0]) / 2 if f.n else None
    return row


def mention_columns(people, members):
    """{column: by row} of who mentions each row: counts, rates, lift, removal impact, performance."""
    mentions, stance, band, w = people.mentions[members], people.stance[members], people.band[members], people.weight[members]
    columns = {"n": [int(n) for n in mentions.sum(axis=0)]}
    for kind in ("positive", "negative", "neutral", "mixed"):
        columns[f"n_{kind}"] = [int(n) for n in (stance == kind).sum(axis=0)]

    def rate(of):
        return plain(w[of] @ mentions[of] / w[of].sum()) if of.any() else [None] * len(people.rows)

    columns["mention_rate"] = rate(band != "")
    for name in BANDS:
        columns[f"n_{name}s"] = [int(n) for n in mentions[band == name].sum(axis=0)]
        columns[f"mention_rate_{name}s"] = rate(band == name)
    praise = w @ ((stance == "positive") | (stance == "mixed"))
    blame = w @ ((stance == "negative") | (stance == "mixed"))
    columns["performance"] = [float(p / (p + b)) if p + b > 0 else None for p, b in zip(praise, blame)]
    columns["removal_impact"] = [removal_impact(w, band, mentions[:, row]) for row in range(len(people.rows))]
    lifts = [lift(w, band, mentions[:, row]) for row in range(len(people.rows))]
    return columns | {name: [of[at] for of in lifts] for at, name in enumerate(["lift", "lift_z", "lift_p"])}


def points(w, band):
    return 100 * (w[band == "promoter"].sum() - w[band == "detractor"].sum()) / w[band != ""].sum()


def removal_impact(w, band, mentions):
    rest = ~mentions
    if not (band[rest] != "").any():
        return None
    return float(points(w, band) - points(w[rest], band[rest]))


def lift(w, band, mentions):
    """The log odds ratio of a two-by-two table with ½ added to each count; weighted, a band counts as its effective base."""
    counts = []
    for name in ("promoter", "detractor"):
        of = band == name
        if not of.any():
            return None, None, None
        rate = w[of & mentions].sum() / w[of].sum()
        counts += [intervals.kish(w[of]) * rate + 0.5, intervals.kish(w[of]) * (1 - rate) + 0.5]
    a, b, c, d = counts
    log_odds = numpy.log(a * d / (b * c))
    z = log_odds / numpy.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return float(log_odds), float(z), intervals.two_sided(z)


def contribution_rows(people, key, members, mentions, regressed):
    """The cell's rows of `contributions`, by key; of cells of two columns, those that anybody mentions.

    `mentions` are `mention_columns`, `regressed` columns by row.
    """
    f = Figures(people, members, people.given)
    columns = mentions | f.estimates() | f.shares()
    pairs = "×" in key[1]
    rows = {}
    for at, row in enumerate(people.rows):
        # Cells of two segment columns have the drivers that anybody mentions, and no roll-ups.
        if pairs and (row.level == "rollup" or not (columns["n"][at] or f.x[:, at].any())):
            continue
        rows[(*key, row.id)] = {
            "parent": row.parent, "level": row.level, "low_base": f.low_base,
            **{column: of[at] for column, of in columns.items()},
            **regressed[row.id],
        }  # fmt: skip
    return rows


def voice_rows(people, key, members):
    """The cell's rows of `voices`: what anybody raises about a row."""
    everyone = people.weight[members]
    f = Figures(people, members, people.given)
    rows = {}
    for voice in VOICES:
        for at, row in enumerate(people.rows):
            raised = people.voices[voice][members, at]
            if raised.any() and row.level != "rollup":
                mentioning = everyone[people.mentions[members, at]].sum()
                rows[(*key, row.id, voice)] = {
                    "parent": row.parent, "level": row.level, "n": int(raised.sum()), "low_base": f.low_base,
                    "share": float(everyone[raised].sum() / everyone.sum()),
                    "share_of_driver": float(everyone[raised].sum() / mentioning),
                }  # fmt: skip
    return rows
