"""Runs the binary, and opens what it wrote."""

import json
import subprocess
from pathlib import Path

import pyarrow
import pyarrow.dataset

FIGURES = ["nps", "contributions", "voices", "changes", "functions", "attribution"]


class Output:
    """The tables of one run, each a list of rows {column: value}; the period is a column of every table."""

    def __init__(self, binary, survey, lexicon, out, flags):
        # fmt: off
        command = [
            str(binary), "run", str(survey), "--lexicon", str(lexicon), "--out", str(out), "--quiet",
            "--id", "id", "--score", "score", "--text", "why=why", *flags,
        ]
        # fmt: on
        # Apart from any `verbatim.toml` of the folder that the check is started from.
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(lexicon).parent)
        if done.returncode != 0:
            raise RuntimeError(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        self.out = Path(out)
        self.manifest = json.loads((self.out / "_run.json").read_text(encoding="utf-8"))

    def table(self, name):
        period = pyarrow.schema([("period", pyarrow.string())])
        hive = pyarrow.dataset.partitioning(period, flavor="hive")
        return pyarrow.dataset.dataset(self.out / name, partitioning=hive).to_table().to_pylist()


def cell_key(row, segments):
    return row["period"], row["cell_level"], *(row[f"seg_{name}"] for name in segments)


def by_key(rows, segments, *columns):
    """Rows by cell and these columns, which are taken out of them; a key that is there twice is an error."""
    keyed = {}
    drop = {"period", "cell_level", *columns, *(f"seg_{name}" for name in segments)}
    for row in rows:
        key = (*cell_key(row, segments), *(row[column] for column in columns))
        if key in keyed:
            raise RuntimeError(f"two rows of {key}")
        keyed[key] = {column: value for column, value in row.items() if column not in drop}
    return keyed
