"""What must add up to 10⁻¹² within the engine's own tables."""

from collections import defaultdict

from functions import CHANGES
from respondents import BANDS


def sums(run):
    """All sums of a run."""
    cells = defaultdict(list)
    for key, row in run.table("contributions", "driver").items():
        cells[key[:-1]].append({"driver": key[-1], **row})
    for key, cell in run.table("nps").items():
        if cell["n"]:
            sums_of_cell(run, key, cell, cells[key])
    owned = defaultdict(list)
    for key, row in run.table("functions", "function").items():
        owned[key[:-1]].append(row)
    for key, rows in owned.items():
        cell = run.table("nps").get(key)
        if cell and cell["n"]:
            for column, whole in [("promoter_contribution", "promoter_share"), ("detractor_contribution", "detractor_share")]:
                run.near("functions sum to P, D, NPS", sum(row[column] for row in rows), cell[whole], f"{key} {column}")
            run.near("functions sum to P, D, NPS", sum(row["net_contribution"] for row in rows), cell["nps"] / 100, f"{key} net")
    sums_of_changes(run, owned)
    run.report.show()


def sums_of_cell(run, key, cell, rows):
    for band in [*BANDS, "net"]:
        column = f"{band}_contribution"
        whole = cell["nps"] / 100 if band == "net" else cell[f"{band}_share"]
        total = defaultdict(float)
        for row in rows:
            total[row["level"], row["parent"]] += row[column]
        residual = sum(of for (level, _), of in total.items() if level == "residual")
        leaves = sum(of for (level, _), of in total.items() if level == "leaf")
        run.near("leaves and residuals sum to P, D, NPS", leaves + residual, whole, f"{key} {column}")
        for attribute in run.lexicon.rollups if "×" not in key[1] else ():
            run.near(
                "roll-ups and residuals sum to P, D, NPS",
                total["rollup", attribute] + residual,
                whole,
                f"{key} {attribute} {column}",
            )
        for row in rows:
            if row["level"] == "parent":
                below = total["leaf", row["driver"]] + total["parent", row["driver"]]
                run.near("parents are the sums of what is beneath", row[column], below, f"{key} {row['driver']} {column}")


def sums_of_changes(run, owned):
    moved = defaultdict(list)
    for key, row in run.table("changes", "driver", "comparison").items():
        moved[(*key[:-2], key[-1])].append({"driver": key[-2], **row})
    for key, rows in moved.items():
        score = score_of(rows)
        if score and score["change"] is not None:
            for column in ("change", "promoter_change", "detractor_change"):
                total = sum(row[column] for row in rows if row["level"] in ("leaf", "residual"))
                run.near("changes sum to that of the score", total, score[column], f"{key} {column}")
            for row in rows:
                if row["level"] != "nps":
                    run.near("volume + rate = change", row["volume"] + row["rate"], row["change"], f"{key} {row['driver']}")
            prefix = CHANGES[key[-1]]
            run.near("changes of functions sum", sum(row[prefix] for row in owned[key[:-1]]), score["change"], key)
    parts = defaultdict(float)
    for key, rows in moved.items():
        for row in rows:
            if row["segment_mix"] is not None:
                parts[key[0], key[1], key[-1]] += row["segment_mix"] + row["segment_rate"]
    for (period, level, comparison), total in parts.items():
        whole = score_of(moved[(period, "total", *("(all)" for _ in run.segments), comparison)])
        if whole:
            run.near("segments' mix + rate = change of the total", total, whole["change"], f"{period} {level} {comparison}")


def score_of(rows):
    """The score's own row; a missing one is found out where rows are compared."""
    return next((row for row in rows if row["level"] == "nps"), None)
