"""Random surveys whose comments are made of a lexicon's invented words, so that what each respondent says is known.

Nothing is computed here. All is drawn from generators with fixed seeds: the same files every time.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy

from lexicon import BLAME, NOTHING, PRAISE, WISH

COLUMNS = ["id", "date", "score", "weight", "why"]
STANCES = ["positive", "negative", "neutral", "mixed"]
DESIGNS = 56
# ISO weeks and their respondents. 2026-W23 is a gap; nobody has a score in 2026-W26; 2026 has a week 53, 2025 has none.
# fmt: off
WEEKS = [
    ((2025, 1), 70), ((2025, 20), 90), ((2025, 21), 40), ((2026, 1), 80), ((2026, 20), 320), ((2026, 21), 310), ((2026, 22), 90),
    ((2026, 24), 25), ((2026, 25), 110), ((2026, 26), 4), ((2026, 27), 60), ((2026, 53), 95), ((2027, 1), 85),
]
# fmt: on


@dataclass
class Survey:
    """A survey's rows, and what its comments were made to say."""

    segments: list
    rows: list = field(default_factory=list)
    meant: dict = field(default_factory=dict)  # id → {driver: stance}; none where a wish or a question bends what is said

    def write(self, path):
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*COLUMNS, *self.segments], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows)
        return path

    def add(self, segments, score, weight, comment, meant, day=""):
        name = f"r{len(self.rows):05}"
        self.meant[name] = meant
        row = {"id": name, "date": day, "score": "" if score is None else score, "weight": f"{weight:.6f}", "why": comment}
        self.rows.append(row | dict(zip(self.segments, segments)))


def sentence(lexicon, driver, stance):
    """Says this of a driver; every word is a sentence of its own, so that none bears on another."""
    kinds = {"positive": ["positive"], "negative": ["negative"], "neutral": ["aspect"], "mixed": ["positive", "negative"]}
    return " ".join(f"{lexicon.word(driver, kind).capitalize()}." for kind in kinds[stance])


def comment(lexicon, said):
    return " ".join(sentence(lexicon, driver, stance) for driver, stance in said.items())


def without_driver(random):
    """A comment that names no driver: blank, nothing to say, general praise or blame, or words that mean nothing."""
    return str(random.choice(["", "", NOTHING, f"{PRAISE.capitalize()}.", f"{BLAME.capitalize()}!", "Plomtevik hasrudo."]))


def weekly(lexicon, seed, weighted):
    """Weeks of three years, with segments of very different size. From 2026-W21 on, more speak of boats, and worse, and better of arches."""
    random = numpy.random.default_rng(seed)
    survey = Survey(["region", "product", "shop"])
    drivers = lexicon.drivers
    popularity = random.dirichlet(numpy.full(len(drivers), 1.5))
    boats = popularity * [3.0 if driver.startswith("boat") else 1.0 for driver in drivers]
    for week, ((year, number), respondents) in enumerate(WEEKS):
        for _ in range(respondents):
            mood = random.normal(0.35 if week % 3 else -0.15, 1.0)
            score = int(numpy.clip(round(7.2 + 2.2 * mood), 0, 10))
            count = int(random.choice(6, p=[0.22, 0.3, 0.22, 0.14, 0.08, 0.04]))
            named = random.choice(drivers, size=count, replace=False, p=popularity if week <= 4 else boats / boats.sum())
            said = {}
            for driver in sorted(named):
                shift = 2.6 * (driver.startswith("boat") - driver.startswith("arch")) if week > 4 else 0.0
                good = 1 / (1 + numpy.exp(-1.6 * (mood - shift)))
                said[str(driver)] = str(random.choice(STANCES, p=[0.72 * good, 0.72 * (1 - good), 0.18, 0.10]))
            text, meant = (comment(lexicon, said), said) if said else (without_driver(random), {})
            if said and random.random() < 0.08:
                # A wish and a question about one more driver: both are voices of their own.
                word = lexicon.word(str(random.choice(drivers)), "positive")
                text += f" {WISH.capitalize()} {word}." if random.random() < 0.5 else f" {word.capitalize()}?"
                meant = None
            region = str(random.choice(["north", "south", "west", ""], p=[0.5, 0.3, 0.15, 0.05]))
            product = str(random.choice(["hob", "kiln", "loom"], p=[0.6, 0.3, 0.1]))
            shop = f"s{int(random.geometric(0.28)):02}"
            unscored = (year, number) == (2026, 26) or random.random() < 0.06
            weight = float(numpy.exp(random.normal(0, 0.5))) if weighted else 1.0
            day = date.fromisocalendar(year, number, 1) + timedelta(days=int(random.integers(7)))
            survey.add([region, product, shop], None if unscored else score, weight, text, meant, day.isoformat())
    return survey


def designs(lexicon, seed, drivers, special):
    """A segment column of random regression designs: each value has its own drivers, rates, effects and control groups.

    `special` changes what the respondents of some designs say: by the design's number, a function of what one of them says and of
    his place among the design's respondents.
    """
    random = numpy.random.default_rng(seed)
    survey = Survey(["design", "site"])
    for design in range(DESIGNS):
        rates = random.uniform(0.06, 0.45, len(drivers)) * min(1.0, 9 / len(drivers))
        effects = random.normal(0.6, 0.9, (len(drivers), 2))
        sites = random.normal(0, 1.0, 4)
        tilt = random.uniform(0.25, 0.75, len(drivers))
        for place in range(int(random.integers(300, 341))):
            said = {}
            for at, driver in enumerate(drivers):
                if random.random() < rates[at]:
                    sides = numpy.array([0.8 * tilt[at], 0.8 * (1 - tilt[at]), 0.12, 0.08])
                    said[driver] = str(random.choice(STANCES, p=sides))
            # All orderings of those who explain a score are gone through, so nobody names very many.
            said = {driver: said[driver] for driver in sorted(random.permutation(list(said))[:6].tolist())}
            if design in special:
                special[design](said, place)
            site = int(random.choice(4, p=[0.5, 0.3, 0.15, 0.05]))
            score = 6.2 + sites[site] + random.normal(0, 1.6)
            for at, driver in enumerate(drivers):
                stance = said.get(driver)
                score += effects[at, 0] * (stance in ("positive", "mixed")) - effects[at, 1] * (stance in ("negative", "mixed"))
            score = int(numpy.clip(round(score), 0, 10))
            weight = float(numpy.exp(random.normal(0, 0.4)))
            text = comment(lexicon, said) if said else without_driver(random)
            survey.add([f"d{design:02}", f"site {site}"], score, weight, text, dict(said))
    return survey


def forget(*drivers):
    """Nobody of the design speaks of these."""
    return lambda said, place: [said.pop(driver, None) for driver in drivers]


def follow(driver, leader):
    """Whoever speaks of `leader` says the same of `driver`: a collinear column."""
    return lambda said, place: (said.pop(driver, None), leader in said and said.update({driver: said[leader]}))


def everybody(driver):
    """All praise it: a column that does not vary."""
    return lambda said, place: said.update({driver: "positive"})


def only_one(driver):
    """One respondent alone praises it, so that its coefficient hangs on him; nobody blames it."""
    return lambda said, place: (said.pop(driver, None), place == 17 and said.update({driver: "positive"}))
