"""A watch folder in small: week after week into one output. Neither memory nor open files grow with the number of runs."""

import time
from pathlib import Path

from harness import Outcome, as_csv, rows

TITLE = "a day-long watch folder in small: runs of small weeks into one output"
SHORT, LONG = "50", "500"
MUST = "memory and file handles flat"

# Files that a run may have open, the standard ones too.
FILES = 40
# Bytes that the runs at the end may take more than those at the beginning: what the periods of an output take in its manifest.
MORE = 24 << 20


def check(context):
    import datetime

    outcome = Outcome()
    count = 500 if context.long else 50
    out = context.folder / "out"
    first = datetime.date(2016, 1, 4)
    peaks, seconds, most_open = [], [], 0
    for week in range(count):
        survey = context.folder / "week.csv"
        day = first + datetime.timedelta(weeks=week)
        survey.write_bytes(as_csv(rows(40, week, first=1 + 40 * week, day=day.isoformat())))
        flags = ["--lexicon", context.lexicon, "--quiet", "--threads", 2, "--out", out]
        if week % 10 == 9:
            # Once in a while somebody counts what it has open.
            process = context.engine.start(["run", survey, *flags], limits={"RLIMIT_NOFILE": FILES})
            while process.poll() is None:
                try:
                    most_open = max(most_open, len(list(Path(f"/proc/{process.pid}/fd").iterdir())))
                except OSError:
                    pass
                time.sleep(0.001)
            code, err = process.returncode, ""
        else:
            done = context.engine.run("run", survey, *flags, limits={"RLIMIT_NOFILE": FILES})
            code, err = done.code, done.err
            peaks.append(done.peak)
            seconds.append(done.seconds)
        outcome.done += 1
        if code != 0:
            outcome.fail(f"week {week}: exit code {code}: {err.strip()[:300]}")
            return outcome
    part = max(3, len(peaks) // 10)
    begin, end = (sorted(some)[len(some) // 2] for some in (peaks[:part], peaks[-part:]))
    if end > begin + MORE:
        outcome.fail(f"the last runs take {end >> 20} MiB, the first {begin >> 20} MiB")
    verified = context.engine.run("verify", out)
    if verified.code != 0:
        outcome.fail(f"afterwards: {verified.out.strip()[:300]}")
    left = sorted(path.name for path in out.iterdir() if path.name.startswith("_"))
    if left != ["_lexicon", "_lock", "_log.jsonl", "_run.json"]:
        outcome.fail(f"beside the tables there is {left}")
    outcome.figures = {
        "peak of the first runs": f"{begin / 2**20:.1f} MiB",
        "of the last": f"{end / 2**20:.1f} MiB",
        "files open at most": f"{most_open} (limit {FILES})",
        "a run takes": f"{sum(seconds[:part]) / part:.2f} s at first, {sum(seconds[-part:]) / part:.2f} s at the end",
    }
    return outcome
