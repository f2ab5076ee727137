"""Who explains a score, by brute force: Shapley and Owen values of the coverage game, over all orderings and over all subsets.

The game: v(S) is the (weighted) number of respondents whose score some member of S explains. The engine divides each respondent's
credit by counting; here nothing is divided but by the number of orderings, or by the weights of Shapley's formula.
"""

from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import factorial

import numpy

SIDE = {
    "promoter": ("positive", "mixed"),
    "detractor": ("negative", "mixed"),
    "passive": ("positive", "negative", "neutral", "mixed"),
}


def eligible(lexicon, band, said):
    """The takers that explain this score; `said` is {driver: stance}. Empty where all is said against the score."""
    named = [driver for driver, stance in said.items() if stance in SIDE[band]]
    named = named or [driver for driver, stance in said.items() if stance == "neutral"]
    kept = [driver for driver in named if not any(driver in lexicon.ancestors(other) for other in named)]
    return frozenset(lexicon.taker(driver) for driver in kept)


class Credit:
    """Credits of single respondents, by the rule `equal` or `grouped`."""

    def __init__(self, lexicon, rule):
        self.lexicon, self.rule = lexicon, rule
        self.divided = cache(self.divided)

    def of(self, band, said, bucket):
        """{taker or bucket: Fraction}, which sums to 1. `bucket` is where it goes if no driver is mentioned."""
        if not said:
            return {bucket: Fraction(1)}
        takers = eligible(self.lexicon, band, said)
        return self.divided(takers) if takers else {"contrary": Fraction(1)}

    def divided(self, takers):
        """Over the orderings of those who explain the score, how often each comes first and so adds all of it."""
        orderings = list(permutations(sorted(takers)) if self.rule == "equal" else family_orderings(self.lexicon, takers))
        added = dict.fromkeys(takers, 0)
        for ordering in orderings:
            for at, taker in enumerate(ordering):
                covered_before = any(other in takers for other in ordering[:at])
                added[taker] += 0 if covered_before else 1
        return {taker: Fraction(times, len(orderings)) for taker, times in added.items()}


def path(lexicon, taker):
    """The families in which a taker stands, the widest first, and itself."""
    if taker.endswith(".general"):
        parent = taker.removesuffix(".general")
        return [*reversed(lexicon.ancestors(parent)), parent, taker]
    return [*reversed(lexicon.ancestors(taker)), taker]


def family_orderings(lexicon, takers):
    """All orderings in which the members of each family, at each level, stand side by side."""

    def orderings(group, level):
        families = {}
        for taker in sorted(group):
            way = path(lexicon, taker)
            families.setdefault(way[level] if level < len(way) else taker, []).append(taker)
        inside = [[[members[0]]] if len(members) == 1 else list(orderings(members, level + 1)) for members in families.values()]
        for order in permutations(range(len(inside))):
            for choice in product(*(inside[family] for family in order)):
                yield [taker for part in choice for taker in part]

    return orderings(takers, 0)


class Game:
    """The coverage game of some takers: values of all subsets, and how they are shared out."""

    def __init__(self, lexicon, takers, rule):
        self.takers = list(takers)
        self.subsets = numpy.arange(1 << len(self.takers))
        self.bit = {taker: 1 << at for at, taker in enumerate(self.takers)}
        self.sizes = numpy.array([bin(subset).count("1") for subset in self.subsets])
        orderings = family_orderings(lexicon, self.takers) if rule == "grouped" else permutations(self.takers)
        self.orderings = numpy.array([[self.bit[taker] for taker in ordering] for ordering in orderings])

    def mask(self, takers):
        return sum(self.bit[taker] for taker in takers)

    def values(self, masks, weights):
        """v of every subset: the weight of the respondents whose `masks` of eligible takers meet it."""
        alike, places = numpy.unique(masks, return_inverse=True)
        weight = numpy.bincount(places, weights, minlength=len(alike))
        return ((self.subsets[:, None] & alike[None, :]) != 0) @ weight

    def over_orderings(self, values):
        """The mean over all orderings of what each taker adds to those before it."""
        before = numpy.zeros(len(self.orderings), dtype=self.orderings.dtype)
        added = dict.fromkeys(self.takers, 0.0)
        for column in self.orderings.T:
            gain = values[before | column] - values[before]
            for taker in self.takers:
                added[taker] += gain[column == self.bit[taker]].sum()
            before = before | column
        return {taker: gain / len(self.orderings) for taker, gain in added.items()}

    def over_subsets(self, values):
        """Shapley's formula (Shapley 1953): what a taker adds to each subset without it, weighted by |S|!(T − |S| − 1)!/T!."""
        count = len(self.takers)
        weight = numpy.array([factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)])
        shares = {}
        for taker, bit in self.bit.items():
            without = self.subsets[(self.subsets & bit) == 0]
            shares[taker] = float(weight[self.sizes[without]] @ (values[without | bit] - values[without]))
        return shares
