"""The references agree among themselves: each brute force with another way to the same number."""

import numpy
from scipy import stats
from statsmodels.regression.linear_model import WLS

import changes
import regression
from credit import Credit, Game, eligible
from lexicon import small

SAID = ["positive", "negative", "neutral", "mixed"]


class Design:
    """A random regression sample of its own, as `regression.Sample`."""

    def __init__(self, random, respondents, columns):
        self.y = random.normal(5, 2, respondents).round()
        self.w = random.lognormal(0, 0.5, respondents)
        self.groups = numpy.eye(3)[random.integers(3, size=respondents)]
        self.x = random.choice([-1.0, 0.0, 1.0], size=(respondents, columns), p=[0.2, 0.6, 0.2])
        self.y += self.x @ random.normal(0, 1, columns)


def agree(report):
    credits(report)
    discoveries(report)
    regressions(report)


def credits(report):
    """Orderings of a single respondent's game share equally; the whole game's value is the sum of the respondents'."""
    lexicon, random = small(), numpy.random.default_rng(5)
    takers = [lexicon.taker(driver) for driver in lexicon.drivers]
    for rule in ("equal", "grouped"):
        credit, game = Credit(lexicon, rule), Game(lexicon, takers, rule)
        total, masks = dict.fromkeys(takers, 0.0), []
        for _ in range(60):
            named = random.choice(lexicon.drivers, size=random.integers(1, 6), replace=False)
            said = {str(driver): str(random.choice(SAID)) for driver in named}
            explaining = eligible(lexicon, "promoter", said)
            masks.append(game.mask(explaining))
            for taker, part in credit.of("promoter", said, "").items():
                if taker in total:
                    total[taker] += float(part)
                    if rule == "equal":
                        report.near("reference", "orderings share equally", f"{said}", float(part), 1 / len(explaining), 1e-15)
        values = game.values(numpy.array(masks), numpy.ones(len(masks)))
        found = game.over_orderings(values)
        for taker in takers:
            report.near("reference", f"{rule}: game = sum of respondents", taker, found[taker], total[taker], 1e-12)
        if rule == "equal":
            for taker, share in game.over_subsets(values).items():
                report.near("reference", "subsets = orderings", taker, share, found[taker], 1e-12)
    # Two praise leaves of one family and one of another; then a parent's own terms beside one of its leaves.
    owen = Credit(lexicon, "grouped").of(
        "promoter", {"boat_hull": "positive", "boat_rig_sail": "mixed", "cone": "positive", "boat": "positive"}, ""
    )
    report.same(
        "reference",
        "Owen value by hand",
        "credits",
        {it: str(part) for it, part in owen.items()},
        {"boat_hull": "1/4", "boat_rig_sail": "1/4", "cone": "1/2"},
    )


def discoveries(report):
    """Benjamini–Hochberg by definition, as scipy has it."""
    random = numpy.random.default_rng(6)
    for _ in range(20):
        p = random.uniform(0, 1, random.integers(1, 30)).round(2) ** 2
        report.near(
            "reference",
            "q-values: definition = scipy",
            "q",
            changes.q_values(p.tolist()),
            stats.false_discovery_control(p),
            1e-14,
        )


def regressions(report):
    """LMG over orderings and over subsets; Johnson's weights sum to R²; HC3 by its formula and by statsmodels."""
    random = numpy.random.default_rng(7)
    for columns in (2, 4, 6):
        design = Design(random, 120, columns)
        fits = regression.Fits(design, design.x)
        ordered, every = regression.lmg(fits), regression.over_subsets(fits.batched())
        report.near("reference", "LMG: orderings = subsets", "shares", ordered, every, 1e-12)
        report.near("reference", "LMG sums to R²", "sum", ordered.sum(), fits.r_squared(range(columns)), 1e-12)
        weights = regression.johnson(design, design.x)
        report.near("reference", "Johnson's weights sum to R²", "sum", weights.sum(), fits.r_squared(range(columns)), 1e-12)
        # With two predictors both ways are the same (Johnson 2000).
        if columns == 2:
            report.near("reference", "Johnson = LMG of two", "shares", weights, ordered, 1e-12)
        both = numpy.hstack([design.groups, design.x])
        theirs = WLS(design.y, both, weights=design.w).fit(cov_type="HC3", use_t=True)
        beta, se, _ = regression.hc3(design.y, both, design.w)
        report.near("reference", "HC3: formula = statsmodels", "coefficients", beta, theirs.params, 1e-11)
        report.near("reference", "HC3: formula = statsmodels", "standard errors", se, theirs.bse, 1e-11)
