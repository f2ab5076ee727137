"""The fuzz targets under stable Rust: random inputs of a fixed seed, made of seeds that stand beside the targets."""

import json
import subprocess

from harness import REPOSITORY, SEED, Outcome

TITLE = "fuzz executions per target"
SHORT, LONG = "20 k", "5 M or 20 minutes"
MUST = "0 panics, 0 over 1 GB or 5 s"


def driver(binary):
    """The driver, compiled as the binary is: what is compiled for that is compiled already."""
    from pathlib import Path

    folder = Path(binary).resolve().parent
    flags = ["--release"] if folder.name == "release" else []
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", *flags, "--example", "fuzz", "--target-dir", str(folder.parent)],
        cwd=REPOSITORY,
        check=True,
    )
    return folder / "examples" / "fuzz"


def check(context):
    outcome = Outcome()
    found = context.folder / "found"
    amount = ["--executions", "5000000", "--seconds", "1200"] if context.long else ["--executions", "20000"]
    command = [driver(context.engine.binary), *amount, "--seed", str(SEED), "--found", found]
    done = subprocess.run(command, cwd=context.folder, capture_output=True, text=True, errors="backslashreplace")
    targets = [json.loads(line) for line in done.stdout.splitlines()]
    for target in targets:
        outcome.done += target["executions"]
        outcome.figures[target["target"]] = (
            f"{target['executions']:,} in {target['seconds']:.0f} s, "
            f"slowest {target['slowest_ms']:.0f} ms, peak {target['peak_mb']} MB"
        )
    if done.returncode:
        outcome.fail(done.stderr.strip()[-2000:])
        for path in found.glob("*.bin"):
            outcome.fail(f"{path.name}: again by `fuzz --input FILE {path.name.split('-')[0]}`{context.kept(path.name, path.read_bytes())}")
    return outcome
