"""What is compared and what differs: one line a check, and the first differences by name."""

import math

SHOWN = 5


class Check:
    """One line of the report."""

    def __init__(self):
        self.numbers, self.worst, self.differences = 0, 0.0, []


class Report:
    """Counts comparisons under (run, check)."""

    def __init__(self):
        self.checks, self.printed = {}, set()

    def check(self, run, name):
        return self.checks.setdefault((run, name), Check())

    def near(self, run, name, where, got, wanted, tolerance):
        """Numbers (or sequences of them) no further apart than the tolerance, which is relative for numbers above 1."""
        if isinstance(wanted, (list, tuple)) or hasattr(wanted, "__len__"):
            if len(got) != len(wanted):
                return self.differ(run, name, f"{where}: {len(got)} numbers, not {len(wanted)}")
            for at, pair in enumerate(zip(got, wanted)):
                self.near(run, name, f"{where} [{at}]", *pair, tolerance)
            return None
        check = self.check(run, name)
        check.numbers += 1
        if got is None or wanted is None:
            return None if got is wanted else self.differ(run, name, f"{where}: {got}, not {wanted}")
        off = abs(got - wanted) / max(1.0, abs(wanted))
        if not math.isfinite(off) or off > tolerance:
            self.differ(run, name, f"{where}: {got!r}, not {wanted!r}")
        if not off <= check.worst:
            check.worst = off
        return None

    def same(self, run, name, where, got, wanted):
        """Words, flags and counts that are equal."""
        self.check(run, name).numbers += 1
        if got != wanted:
            self.differ(run, name, f"{where}: {got!r}, not {wanted!r}")

    def value(self, run, name, where, got, wanted, tolerance):
        """A cell of a table: a float is compared as a number, all else is the same."""
        if isinstance(wanted, float) or (wanted is None and isinstance(got, float)):
            self.near(run, name, where, got, wanted, tolerance)
        else:
            self.same(run, name, where, got, wanted)

    def rows(self, run, name, got, wanted, tolerance, unchecked=(), line=lambda column: ""):
        """The rows of a table by key: exactly those that are wanted, and every column but the key's of each.

        `got` has rows as {column: value}; `wanted` those columns with their values. A column of which nothing is wanted is a difference.
        `line` gives columns a line of their own in the report.
        """
        self.same(run, f"{name}: rows", "rows", len(got), len(wanted))
        for key in sorted(wanted.keys() - got.keys(), key=str):
            self.differ(run, f"{name}: rows", f"{key} is missing")
        for key in sorted(got.keys() - wanted.keys(), key=str):
            self.differ(run, f"{name}: rows", f"{key} should not be there")
        for key in [key for key in wanted if key in got]:
            row = got[key]
            for column, value in wanted[key].items():
                self.value(run, f"{name}{line(column)}", f"{key} {column}", row.get(column), value, tolerance)
        columns = set().union(*(row.keys() for row in got.values())) if got else set()
        known = set().union(*(row.keys() for row in wanted.values())) if wanted else set()
        for column in sorted(columns - known - set(unchecked)) if wanted else ():
            self.differ(run, f"{name}: rows", f"nothing checks the column {column}")

    def differ(self, run, name, difference):
        self.check(run, name).differences.append(difference)

    def show(self):
        """Prints the lines that are new."""
        for (run, name), check in self.checks.items():
            if (run, name) in self.printed:
                continue
            self.printed.add((run, name))
            state = "ok  " if not check.differences else "FAIL"
            print(f"{state} {run:9} {name:46} {check.numbers:>9,} compared, largest difference {check.worst:.1e}", flush=True)
            for difference in check.differences[:SHOWN]:
                print(f"       {difference}")
            if len(check.differences) > SHOWN:
                print(f"       and {len(check.differences) - SHOWN:,} more")

    @property
    def failed(self):
        return sum(1 for check in self.checks.values() if check.differences)
