"""Lexicons of invented words: drivers that are families of families, roll-ups, and who answers for what.

A lexicon here is what the oracles know of it: the drivers with their parents, the values of roll-ups, the responsibility matrix. `write`
makes the folder that the engine reads of it. No word occurs in any language, so what a comment says is known to whoever wrote it.
"""

from dataclasses import dataclass, field
from pathlib import Path

RESIDUALS = ["contrary", "general_praise", "general_blame", "no_driver", "no_comment"]
# Word stems that no lexicon knows; one a driver, each with an ending that says what is meant.
# fmt: off
STEMS = [
    "zumbr", "drolv", "frump", "glozz", "jarpl", "klend", "mrift", "norgl", "plusk", "quorb",
    "skrim", "trabb", "vuldr", "wexol", "yorbl", "zanft", "brizk", "crolm", "dwimp", "flisk",
    "grobb", "hurlf", "jinxt", "knerb", "lompf", "miskr", "nuzzl", "pragg", "rulft", "snarb",
]
# fmt: on
ENDINGS = {"positive": "ovax", "negative": "ikorn", "aspect": "undel"}
# General words: they name no driver.
PRAISE, BLAME, WISH, NOTHING = "splendrix", "grumbolt", "wishellon", "nowtsay"


@dataclass
class Lexicon:
    """What the oracles know of a lexicon. Drivers are in the order of their ids, which is that of the tables."""

    name: str
    parents: dict  # id → id of the parent, or None
    rollups: dict = field(default_factory=dict)  # attribute → {driver: value}, as written, before inheritance
    values: dict = field(default_factory=dict)  # attribute → values in their order
    matrix: dict = field(default_factory=dict)  # driver → [(function, weight, owner)], as written, before inheritance
    controllable: dict = field(default_factory=dict)  # driver → yes, partly, no, as written, before inheritance
    stems: dict = field(default_factory=dict)  # driver → the stem of its words, where it is not that of its place

    def __post_init__(self):
        self.stems = dict(zip(self.drivers, STEMS)) | self.stems

    @property
    def drivers(self):
        return sorted(self.parents)

    def children(self, driver):
        return [child for child in self.drivers if self.parents[child] == driver]

    def is_leaf(self, driver):
        return not self.children(driver)

    @property
    def leaves(self):
        return [driver for driver in self.drivers if self.is_leaf(driver)]

    def ancestors(self, driver):
        """The drivers above this one, the nearest first."""
        above = []
        while (driver := self.parents[driver]) is not None:
            above.append(driver)
        return above

    def below(self, driver):
        """The drivers beneath this one, at any depth."""
        return [other for other in self.drivers if driver in self.ancestors(other)]

    def taker(self, driver):
        """What takes the credit for a mention of the driver: a leaf itself, a parent's implicit leaf."""
        return driver if self.is_leaf(driver) else f"{driver}.general"

    def inherited(self, written, driver):
        """What is written for a driver, or for the nearest driver above it."""
        return next((written[it] for it in [driver, *self.ancestors(driver)] if it in written), None)

    def word(self, driver, polarity):
        """The driver's word that praises it, blames it or only names it."""
        return self.stems[driver] + ENDINGS[polarity]

    def functions(self):
        return sorted({function for rows in self.matrix.values() for function, _, _ in rows})

    def owner(self, driver):
        """Who is named at the function with the highest weight; the first by the functions' names among equals."""
        rows = sorted(row for row in self.inherited(self.matrix, driver) or [] if row[1] > 0)
        most = max((weight for _, weight, _ in rows), default=0)
        return next((owner for _, weight, owner in rows if owner and weight == most), None)

    def owning(self, driver):
        """The functions with the highest weight, by their names; none where nobody owns it."""
        rows = sorted(row for row in self.inherited(self.matrix, driver) or [] if row[1] > 0)
        most = max((weight for _, weight, _ in rows), default=0)
        return " / ".join(function for function, weight, _ in rows if weight == most) or None

    def rollup_values(self, attribute):
        """The values that some driver has, in the order in which they are declared."""
        had = {self.inherited(self.rollups[attribute], driver) for driver in self.drivers}
        return [value for value in self.values[attribute] if value in had]

    def names(self, driver):
        return f"因{self.drivers.index(driver)}", f"Driver {driver}"


def small():
    """Six leaves in three families, one of them three levels deep, and terms of parents' own: nine takers of credit."""
    return Lexicon(
        name="small",
        parents={
            "arch": None,
            "arch_base": "arch",
            "arch_crown": "arch",
            "boat": None,
            "boat_hull": "boat",
            "boat_rig": "boat",
            "boat_rig_mast": "boat_rig",
            "boat_rig_sail": "boat_rig",
            "cone": None,
        },
        values={"dimension": ["firm", "loose", "unused"], "stage": ["early", "late"]},
        rollups={
            "dimension": {"arch": "firm", "arch_crown": "loose", "boat_rig": "loose", "cone": "firm"},
            "stage": {"boat_rig_sail": "late", "boat_hull": "early", "arch": "early"},
        },
        matrix={
            "arch": [("masons", 9, "Ann"), ("office", 1, "")],
            "arch_crown": [("masons", 3, ""), ("office", 3, "Bob"), ("yard", 1, "")],
            "boat_rig": [("yard", 9, ""), ("office", 0, "Cyd")],
            "boat_rig_mast": [("yard", 9, "Dee"), ("masons", 3, "")],
            "cone": [("office", 0, "")],
        },
        controllable={"arch": "yes", "arch_base": "partly", "boat_rig": "no"},
    )


def large():
    """Twenty-two leaves in four families: more than all orderings can be gone through."""
    parents = {family: None for family in ["fam_a", "fam_b", "fam_c", "fam_d"]}
    parents |= {f"leaf_{at:02}": f"fam_{'abcd'[at % 4]}" for at in range(22)}
    return Lexicon(name="large", parents=parents)


def write(lexicon, folder):
    """Writes the folder that `--lexicon` takes."""
    folder = Path(folder)
    (folder / "drivers").mkdir(parents=True)
    (folder / "polarity").mkdir()
    lines = [f'name = "{lexicon.name}"', 'version = "1.0.0"', 'description = { zh = "测试", en = "For tests" }']
    for attribute, values in lexicon.values.items():
        lines += [
            "",
            f"[rollup.{attribute}]",
            f'name = {{ zh = "{attribute}", en = "{attribute}" }}',
            f"[rollup.{attribute}.values]",
        ]
        lines += [f'{value} = {{ zh = "{value}", en = "{value}" }}' for value in values]
    (folder / "lexicon.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    general = {"positive": PRAISE, "negative": BLAME, "wishes": WISH, "no_comment": NOTHING}
    lines = [f'{kind} = ["{word}"]' for kind, word in general.items()]
    (folder / "polarity" / "en.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for driver in lexicon.drivers:
        (folder / "drivers" / f"{driver}.toml").write_text(driver_file(lexicon, driver), encoding="utf-8")
    rows = [f"{driver},{function},{weight},{owner}" for driver, row in lexicon.matrix.items() for function, weight, owner in row]
    if rows:
        text = "\n".join(["driver,function,weight,owner", *rows]) + "\n"
        (folder / "responsibility.csv").write_text(text, encoding="utf-8")
    return folder


def driver_file(lexicon, driver):
    zh, en = lexicon.names(driver)
    lines = [f'id = "{driver}"']
    if lexicon.parents[driver]:
        lines.append(f'parent = "{lexicon.parents[driver]}"')
    if driver in lexicon.controllable:
        lines.append(f'controllable = "{lexicon.controllable[driver]}"')
    lines.append(f'name = {{ zh = "{zh}", en = "{en}" }}')
    rollup = [(attribute, of[driver]) for attribute, of in lexicon.rollups.items() if driver in of]
    if rollup:
        lines += ["", "[rollup]"] + [f'{attribute} = "{value}"' for attribute, value in rollup]
    for kind in ["aspect", "positive", "negative"]:
        lines += ["", f"[{kind}]", f'en = ["{lexicon.word(driver, kind)}"]']
    return "\n".join(lines) + "\n"
