"""Importance and asymmetry, by statsmodels and numpy, with every control group as a dummy variable of its own.

LMG: every subset's R² is a fit of its own; up to nine predictors the mean gain is taken over all orderings (5,040 for seven), above that
by Shapley's formula over all subsets. Johnson's relative weights come from the singular values of the standardised data, not from
correlations. HC3 is statsmodels' own up to `DENSE` respondents (it makes their n × n hat matrix), the same formula beyond.
"""

import warnings
from itertools import permutations
from math import factorial

import numpy
from scipy import stats
from statsmodels.regression.linear_model import WLS

LEAST, ORDERED, LMG, DENSE = 300, 9, 18, 2500
LEFT_OUT = 1e-9


class Sample:
    """Scores, weights and group dummies of the scored respondents of a cell, and what they say of each predictor's row."""

    def __init__(self, people, members):
        scored = members[people.scored[members]]
        self.y, self.w = people.score[scored], people.weight[scored]
        self.takers = [at for at, row in enumerate(people.rows) if row.level == "leaf"]
        self.ids = [people.rows[at].id for at in self.takers]
        self.stance = people.stance[numpy.ix_(scored, self.takers)]
        names = ["\0".join(people.segment[name][at] for name in people.rules.control) for at in scored]
        self.groups = (numpy.array(names)[:, None] == sorted(set(names))) * 1.0

    def signs(self):
        return (self.stance == "positive") * 1.0 - (self.stance == "negative") * 1.0

    def sides(self):
        """Reward and penalty of each row, side by side."""
        reward = (self.stance == "positive") | (self.stance == "mixed")
        penalty = (self.stance == "negative") | (self.stance == "mixed")
        return numpy.stack([reward, penalty], axis=2).reshape(len(self.y), -1) * 1.0


def squares_left(a, b):
    """The residual sum of squares of b on the columns of a."""
    residual = b - a @ numpy.linalg.lstsq(a, b, rcond=None)[0]
    return float(residual @ residual)


def rotated(sample, *columns):
    """The weighted group dummies and these columns, in a rotation (QR) that keeps every length and product and has few lines."""
    return numpy.linalg.qr(numpy.sqrt(sample.w)[:, None] * numpy.column_stack([sample.groups, *columns]), mode="r")


def same_within(sample, values):
    """Whether a column has one value within each group."""
    return all(numpy.ptp(values[of > 0]) == 0 for of in sample.groups.T)


def usable(sample, x):
    """The columns to use, and the notes of the others: constant within every group, or following from columns before."""
    all_columns, dummies = rotated(sample, x), list(range(sample.groups.shape[1]))
    used, notes = [], {}
    for column in range(x.shape[1]):
        values, before = all_columns[:, len(dummies) + column], [len(dummies) + at for at in used]
        if same_within(sample, x[:, column]):
            notes[column] = "constant"
        elif squares_left(all_columns[:, dummies + before], values) <= LEFT_OUT * squares_left(all_columns[:, dummies], values):
            notes[column] = "collinear"
        else:
            used.append(column)
    return used, notes


def explains_nothing(sample, used):
    return same_within(sample, sample.y) or len(sample.y) <= sample.groups.shape[1] + len(used)


class Fits:
    """Within-group R² of any subset of some columns."""

    def __init__(self, sample, x):
        whole = rotated(sample, x, sample.y)
        self.dummies = sample.groups.shape[1]
        self.x, self.y = whole[:, :-1], whole[:, -1]
        self.count = x.shape[1]
        self.whole = squares_left(self.x[:, : self.dummies], self.y)

    def r_squared(self, subset):
        columns = [*range(self.dummies), *(self.dummies + at for at in subset)]
        return 1 - squares_left(self.x[:, columns], self.y) / self.whole

    def one_by_one(self):
        """R² by bit mask, each by a fit of its own."""
        masks = range(1 << self.count)
        return numpy.array([self.r_squared([at for at in range(self.count) if mask >> at & 1]) for mask in masks])

    def batched(self):
        """The same by normal equations, many at once; a column that is not in a subset is one of an identity matrix there."""
        # The dummies are the first columns of a triangular matrix, so that the rows below them are what they leave.
        x, y = self.x[self.dummies :, self.dummies :], self.y[self.dummies :]
        products, with_score = x.T @ x, x.T @ y
        parts = []
        for masks in numpy.array_split(numpy.arange(1 << self.count), max(1, (1 << self.count) >> 14)):
            there = (masks[:, None] >> numpy.arange(self.count) & 1).astype(float)
            normal = products * there[:, :, None] * there[:, None, :] + numpy.eye(self.count) * (1 - there)[:, :, None]
            right = there * with_score
            parts.append((right * numpy.linalg.solve(normal, right[:, :, None])[:, :, 0]).sum(axis=1) / self.whole)
        return numpy.concatenate(parts)


def over_orderings(values):
    """Each column's mean gain over all orderings, from values by bit mask."""
    count = len(values).bit_length() - 1
    orderings = numpy.array(list(permutations(range(count))), dtype=numpy.int64)
    gains, before = numpy.zeros(count), numpy.zeros(len(orderings), dtype=numpy.int64)
    for column in orderings.T:
        after = before | 1 << column
        gains += numpy.bincount(column, values[after] - values[before], minlength=count)
        before = after
    return gains / len(orderings)


def over_subsets(values):
    """The same by Shapley's formula."""
    count = len(values).bit_length() - 1
    masks = numpy.arange(len(values))
    sizes = numpy.array([bin(mask).count("1") for mask in masks])
    weight = numpy.array([factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)])
    without = [masks[(masks >> at & 1) == 0] for at in range(count)]
    return numpy.array([weight[sizes[of]] @ (values[of | 1 << at] - values[of]) for at, of in enumerate(without)])


def lmg(fits):
    """Each column's mean gain in R² (Lindeman, Merenda & Gold 1980)."""
    return over_orderings(fits.one_by_one()) if fits.count <= ORDERED else over_subsets(fits.batched())


def johnson(sample, x):
    """Relative weights (Johnson 2000): through the orthonormal variables nearest to the standardised predictors."""
    root = numpy.sqrt(sample.w)[:, None]
    within = root * sample.groups

    def standardised(columns):
        left = root * columns - within @ numpy.linalg.lstsq(within, root * columns, rcond=None)[0]
        return left / numpy.sqrt((left**2).sum(axis=0))

    z, y = standardised(x), standardised(sample.y[:, None])[:, 0]
    left, _, right = numpy.linalg.svd(z, full_matrices=False)
    nearest = left @ right
    return (nearest.T @ z).T ** 2 @ (nearest.T @ y) ** 2


def importance(sample):
    """{row: {importance, importance_method, importance_note, coefficient}}; empty where there is nothing to explain."""
    x = sample.signs()
    used, notes = usable(sample, x)
    if explains_nothing(sample, used):
        return {}
    # With fewer than one usable predictor there is no share; the method is that of few.
    few = len(used) <= LMG
    shares = (lmg(Fits(sample, x[:, used])) if few else johnson(sample, x[:, used])) if used else numpy.array([])
    coefficients = (
        WLS(sample.y, numpy.hstack([sample.groups, x[:, used]]), weights=sample.w).fit().params[sample.groups.shape[1] :]
    )
    rows = {}
    for column, name in enumerate(sample.ids):
        row = {
            "importance": None,
            "importance_method": "lmg" if few else "johnson",
            "importance_note": notes.get(column),
            "coefficient": None,
        }
        if column in used:
            at = used.index(column)
            row["coefficient"] = float(coefficients[at])
            row["importance"] = float(numpy.copysign(shares[at] / shares.sum(), coefficients[at]))
        rows[name] = row
    return rows


def hc3(y, design, w):
    """Coefficients, HC3 standard errors (MacKinnon & White 1985) and leverages of a weighted regression, by the formula."""
    root = numpy.sqrt(w)
    a, b = root[:, None] * design, root * y
    inverse = numpy.linalg.pinv(a.T @ a, hermitian=True)
    beta = inverse @ (a.T @ b)
    leverage = numpy.einsum("ij,jk,ik->i", a, inverse, a)
    scaled = (a @ inverse) * ((b - a @ beta) / (1 - leverage))[:, None]
    return beta, numpy.sqrt((scaled**2).sum(axis=0)), leverage


def asymmetry(sample):
    """{row: {reward, reward_se, reward_p, penalty, …, asymmetry}}; empty where there is nothing to explain.

    A respondent whom a coefficient hangs on (leverage 1) is left out, with the coefficients that only he tells of.
    """
    x = sample.sides()
    used, _ = usable(sample, x)
    if explains_nothing(sample, used):
        return {}
    design = numpy.hstack([sample.groups, x[:, used]])
    degrees = len(sample.y) - design.shape[1]
    root = numpy.sqrt(sample.w)[:, None]
    basis = numpy.linalg.qr(root * design)[0]
    kept = 1 - (basis**2).sum(axis=1) > 1e-9
    told, y, w = design[kept], sample.y[kept], sample.w[kept]
    # A coefficient is told of by those who are left if it is a combination of their rows.
    rows = numpy.linalg.qr(told, mode="r").T
    known = [squares_left(rows, one) < 1e-12 for one in numpy.eye(len(rows))]
    if len(y) <= DENSE:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a coefficient is not unique is known
            fit = WLS(y, told, weights=w).fit(cov_type="HC3", use_t=True)
            beta, se, p = fit.params, fit.bse, fit.pvalues
    else:
        beta, se, _ = hc3(y, told, w)
        p = 2 * stats.t.sf(abs(beta / se), degrees)
    rows = {}
    for column, name in enumerate(sample.ids):
        row = {}
        for at, side in enumerate(["reward", "penalty"]):
            found = used.index(2 * column + at) + sample.groups.shape[1] if 2 * column + at in used else None
            there = found is not None and known[found]
            row[side] = float(beta[found]) if there else None
            row[f"{side}_se"] = float(se[found]) if there else None
            row[f"{side}_p"] = float(p[found]) if there else None
        rewards = row["reward"] is not None and row["reward_p"] < 0.05 and row["reward"] > 0
        penalises = row["penalty"] is not None and row["penalty_p"] < 0.05 and row["penalty"] < 0
        words = {(True, True): "both", (True, False): "reward", (False, True): "penalty", (False, False): "none"}
        neither = row["reward"] is None and row["penalty"] is None
        row["asymmetry"] = None if neither else words[rewards, penalises]
        rows[name] = row
    return rows


COLUMNS = [
    "importance", "importance_method", "importance_note", "coefficient", "reward", "reward_se", "reward_p",
    "penalty", "penalty_se", "penalty_p", "asymmetry", "quadrant",
]  # fmt: skip


def regressed(people, key, members, performance):
    """{row: the regression columns} of a cell; all null where the cell has two columns or fewer than 300 scored respondents.

    `performance` of each row is for the quadrants.
    """
    performance = dict(zip([row.id for row in people.rows], performance))
    rows = {row.id: dict.fromkeys(COLUMNS) for row in people.rows}
    if "×" in key[1] or people.scored[members].sum() < LEAST:
        return rows
    sample = Sample(people, members)
    for part in (importance(sample), asymmetry(sample)):
        for name, columns in part.items():
            rows[name] |= columns
    weight = {row.id: people.weight[members] @ people.mentions[members, at] for at, row in enumerate(people.rows)}
    placed = [name for name in rows if rows[name]["importance"] is not None and performance[name] is not None]
    if placed:
        weights = numpy.array([weight[name] for name in placed])
        important = numpy.array([abs(rows[name]["importance"]) for name in placed])
        performs = numpy.array([performance[name] for name in placed])
        cuts = numpy.average(important, weights=weights), numpy.average(performs, weights=weights)
        words = {(True, False): "fix_first", (True, True): "keep_up", (False, True): "maintain", (False, False): "low_priority"}
        for name, one, other in zip(placed, important, performs):
            rows[name]["quadrant"] = words[bool(one >= cuts[0]), bool(other >= cuts[1])]
    return rows
