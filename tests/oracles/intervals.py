"""Intervals from their definitions, respondent by respondent, and published worked examples that they must meet.

Arrays are by respondent: weights `w`; credits `x`, as promoters' `x` and detractors' `y`, of one row or with a column a row.
"""

from math import erfc, sqrt

import numpy
from scipy import stats

Z = stats.norm.ppf(0.975)


def two_sided(z):
    """The p of so many standard errors under the normal distribution."""
    return erfc(abs(z) / sqrt(2))


def kish(w):
    """The effective base (Kish 1965)."""
    return w.sum() ** 2 / (w**2).sum() if len(w) else 0.0


def adjusted_wald(promoters, detractors, n, z=Z):
    """Rocks (2016), arXiv 1601.07235: ¾ of a promoter, ¾ of a detractor and 1½ passives join; the Wald interval of their mean.

    Promoters and detractors are shares of `n` respondents; NPS/100, not yet cut at ±1.
    """
    members = numpy.array([1.0, 0.0, -1.0])
    counts = numpy.array([promoters, 1 - promoters - detractors, detractors]) * n + numpy.array([0.75, 1.5, 0.75])
    shares = counts / counts.sum()
    mean = (shares * members).sum()
    variance = (shares * (members - mean) ** 2).sum()
    half = z * numpy.sqrt(variance / counts.sum())
    return mean - half, mean + half


def wilson(p, n, z=Z):
    """The score interval (Wilson 1927): the roots q of (p − q)² = z²·q(1 − q)/n."""
    square, linear, constant = 1 + z**2 / n, 2 * p + z**2 / n, p**2
    root = numpy.sqrt(numpy.maximum(linear**2 - 4 * square * constant, 0.0))
    return numpy.maximum(0.0, (linear - root) / (2 * square)), numpy.minimum(1.0, (linear + root) / (2 * square))


def mean(w, x):
    return w @ x / w.sum()


def covariance(w, x, y):
    """Of two weighted means: Σw²(x − x̄)(y − ȳ)/W²·n/(n − 1), linearised for weights that are random too."""
    if len(w) < 2:
        return 0.0 * mean(w, x)
    return w**2 @ ((x - mean(w, x)) * (y - mean(w, y))) / w.sum() ** 2 * len(w) / (len(w) - 1)


def variance(w, x):
    return covariance(w, x, x)


def steady_variance(w, x):
    """The variance with one imagined respondent who gives all or nothing beside the e that it is known from.

    e is the effective number of those who give credit or of those who withhold it, whichever is smaller.
    """
    p = mean(w, x)

    def effective(part):
        given, squares = w @ part, w**2 @ part**2
        return numpy.divide(given**2, squares, out=numpy.zeros_like(given), where=squares > 0)

    known = numpy.minimum(numpy.minimum(effective(x), effective(1 - x)), len(w))
    return (known * variance(w, x) + p * (1 - p) / kish(w)) / (known + 1)


def one_sided(w, x, z=Z):
    """Limits of shares or one-sided contributions: Wilson at the base n* at which a share of respondents had this variance."""
    p = mean(w, x)
    spread, steady = p * (1 - p), steady_variance(w, x)
    # Nobody gives credit, or everybody all of it: there is no variance.
    told = (spread > 1e-15) & (steady > 0)
    base = numpy.divide(spread, steady, out=numpy.full_like(p, kish(w)), where=told)
    low, high = wilson(p, base, z)
    return numpy.minimum(low, p), numpy.maximum(high, p)


def correlation(w, x, y):
    """Of the two credits; 0 where one does not vary."""
    scale = numpy.sqrt(variance(w, x) * variance(w, y))
    return numpy.clip(numpy.divide(covariance(w, x, y), scale, out=numpy.zeros_like(scale), where=scale > 1e-30), -1, 1)


def mover(one, other, r):
    """Of differences of two estimates (value, low, high), whose correlation is r: variances recovered from the limits (Zou 2007)."""
    (p, p_low, p_high), (d, d_low, d_high) = one, other

    def root(a, b):
        return numpy.sqrt(numpy.maximum(0.0, a**2 + b**2 - 2 * r * a * b))

    return p - d - root(p - p_low, d_high - d), p - d + root(p_high - p, d - d_low)


def net(w, x, y, z=Z):
    """Limits of net contributions, within ±1."""
    one, other = (mean(w, x), *one_sided(w, x, z)), (mean(w, y), *one_sided(w, y, z))
    low, high = mover(one, other, correlation(w, x, y))
    return numpy.maximum(low, -1.0), numpy.minimum(high, 1.0)


def net_variance(w, x, y):
    """The squared standard error of a net contribution, for tests of change."""
    return numpy.maximum(0.0, steady_variance(w, x) + steady_variance(w, y) - 2 * covariance(w, x, y))


# By hand from the formula of Rocks (2016), at z = 1.959964: promoters, passives, detractors; limits of NPS/100.
ADJUSTED_WALD = [
    # n' = 100: p' = .5, d' = .2: .3 ± 1.959964·√((.7 − .09)/100) = .3 ± 1.959964·.0781025
    ((49.25, 28.5, 19.25), (0.1469219, 0.4530781)),
    # n' = 9: p' = 3.75/9, d' = 2.75/9: 1/9 ± 1.959964·√((6.5/9 − 1/81)/9) = .1111111 ± 1.959964·.2808473
    ((3, 1, 2), (-0.4393394, 0.6615616)),
    # n' = 4: p' = 1.75/4, d' = .75/4: .25 ± 1.959964·√((.625 − .0625)/4) = .25 ± 1.959964·.375
    ((1, 0, 0), (-0.4849865, 0.9849865)),
    # n' = 103: nobody but passives: 0 ± 1.959964·√(1.5/103/103) = ± 1.959964·.0118907
    ((0, 100, 0), (-0.0233053, 0.0233053)),
]
# Newcombe (1998), Statistics in Medicine 17, table I, method 3: hits, n, limits.
WILSON = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
# Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10 (squares of the distances to Wilson's limits added, no correlation), which is
# MOVER at r = 0: hits and n of both groups; limits of the difference.
MOVER = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


def published(report):
    """The definitions above meet the published examples, and each other where they must."""
    for (promoters, passives, detractors), limits in ADJUSTED_WALD:
        n = promoters + passives + detractors
        got = adjusted_wald(promoters / n, detractors / n, n)
        report.near("published", "adjusted Wald by hand", f"{promoters} of {n}", got, limits, 1e-6)
    for hits, n, *limits in WILSON:
        report.near("published", "Wilson (Newcombe 1998)", f"{hits} of {n}", wilson(hits / n, n), limits, 5e-5)
        ones = numpy.repeat([1.0, 0.0], [hits, n - hits])
        # Whole credits of equal weights: the variance is p(1 − p)/(n − 1), steadied by one of p(1 − p)/n.
        known = min(hits, n - hits)
        base = n * (known + 1) / (known * n / (n - 1) + 1) if known else n
        report.near(
            "published",
            "shares of whole respondents",
            f"{hits} of {n}",
            one_sided(numpy.ones(n), ones),
            wilson(hits / n, base),
            1e-12,
        )
    for (a, m), (b, n), limits in MOVER:
        got = mover((a / m, *wilson(a / m, m)), (b / n, *wilson(b / n, n)), 0.0)
        report.near("published", "MOVER (Newcombe 1998)", f"{a}/{m} − {b}/{n}", got, limits, 6e-5)
