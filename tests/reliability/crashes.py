"""kill -9 at random moments of a run that replaces a week: afterwards there is the old week or the new one, whole, and the next run gives
what it would have given without the crash."""

import shutil
import time

from harness import Outcome, as_csv, different, digests, kill, rows

TITLE = "kill -9 at random moments of a run that replaces a week"
SHORT, LONG = "20", "300"
MUST = "the old or the new week, whole; the next run equals a clean one"


def check(context):
    outcome = Outcome()
    count = 300 if context.long else 20
    weeks = context.folder / "weeks.csv"
    weeks.write_bytes(as_csv(rows(400, "weeks", days=21)))
    replaced = context.folder / "replaced.csv"
    replaced.write_bytes(as_csv(rows(4000 if context.long else 1000, "replaced", day="2026-06-08")))
    flags = ["--lexicon", context.lexicon, "--by", "region", "--quiet", "--replace", "--force", "--out"]
    start = context.folder / "start"
    assert context.engine.run("run", weeks, *flags, start).code == 0
    old = digests(start)
    clean = context.folder / "clean"
    shutil.copytree(start, clean)
    done = context.engine.run("run", replaced, *flags, clean)
    assert done.code == 0, done.err
    takes, new = done.seconds, digests(clean)
    assert context.engine.run("run", replaced, *flags, clean).code == 0
    # Where the crash came after the run was done, the next one is a second one.
    twice = digests(clean)
    tally = {"old": 0, "new": 0, "in the middle of putting in place": 0, "left something staged": 0, "not killed in time": 0}
    # Most of a run is reading; half of the kills come as files are being put in place, which takes a moment alone.
    watched = 0
    for case in range(count):
        chance = context.random(case)
        out = context.folder / f"out{case}"
        shutil.copytree(start, out)
        process = context.engine.start(["run", replaced, *flags, out])
        if case % 2:
            journal, before = out / "_commit" / "journal.json", time.monotonic()
            while not journal.exists() and process.poll() is None and time.monotonic() < before + 60:
                pass
            time.sleep(chance.random() * 0.004)
            watched += 1
        else:
            time.sleep(chance.random() * takes * 1.1)
        tally["not killed in time"] += process.poll() is not None
        kill(process)
        outcome.done += 1
        tally["in the middle of putting in place"] += (out / "_commit" / "journal.json").exists()
        tally["left something staged"] += (out / "_commit").exists()
        mended = context.engine.run("verify", "--mend", out)
        if mended.code != 0:
            outcome.fail(f"case {case}: after the crash: {mended.out.strip()[:200]} {mended.err.strip()[:200]}")
            continue
        now = digests(out)
        state = "old" if now == old else "new" if now == new else None
        if state is None:
            outcome.fail(f"case {case}: neither week: {different(now, old)[:3]} {different(now, new)[:3]}")
            continue
        tally[state] += 1
        again = context.engine.run("run", replaced, *flags, out)
        if again.code != 0:
            outcome.fail(f"case {case}: the next run: {again.err.strip()[:200]}")
        elif apart := different(digests(out), new if state == "old" else twice):
            outcome.fail(f"case {case}: the next run gives other files: {apart[:3]}")
        shutil.rmtree(out)
    outcome.figures = tally
    if not tally["old"] or not tally["new"]:
        outcome.fail("the crashes did not come on both sides of the moment at which the new week holds")
    return outcome
