"""kill -9 at random moments of a run that replaces a week, of the first run into a folder, and of `forget`: afterwards there is the old output or
the new one, whole, and the same command again gives what it would have given without the crash."""

import shutil
import time

from harness import COLUMNS, Outcome, as_csv, different, digests, kill, rows

TITLE = "kill -9 at random moments of a run that replaces a week, of a first run, and of `verbatim forget`"
SHORT, LONG = "20, 10, 16", "300, 100, 200"
MUST = "the old or the new output, whole; the same command again equals a clean one"


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
    first_runs(context, outcome, weeks, [it for it in flags if it not in ("--replace", "--force")])
    forgetting(context, outcome)
    return outcome


def crash(context, arguments, out, takes, case):
    """Kills the command at a random moment of the time that it takes; every other one while it puts files in place, which takes a moment alone.
    Whether it was not done yet."""
    chance = context.random(f"{arguments[0]}/{out.name}")
    process = context.engine.start(arguments)
    if case % 2:
        journal, before = out / "_commit" / "journal.json", time.monotonic()
        while not journal.exists() and process.poll() is None and time.monotonic() < before + 60:
            pass
        time.sleep(chance.random() * 0.004)
    else:
        time.sleep(chance.random() * takes * 1.1)
    in_time = process.poll() is None
    kill(process)
    return in_time


def first_runs(context, outcome, weeks, flags):
    """The folder is not there before. What a crash leaves is nothing that counts, or all of it."""
    count = 100 if context.long else 10
    clean = context.folder / "clean-first"
    done = context.engine.run("run", weeks, *flags, clean)
    assert done.code == 0, done.err
    new = digests(clean)
    # Of an output that was there: how the same run ends that finds all of it.
    assert context.engine.run("run", weeks, *flags, clean).code == 0
    twice = digests(clean)
    tally = {"nothing": 0, "all": 0}
    for case in range(count):
        out = context.folder / f"first{case}"
        crash(context, ["run", weeks, *flags, out], out, done.seconds, case)
        outcome.done += 1
        verified = context.engine.run("verify", out)
        mended = context.engine.run("verify", "--mend", out)
        if problem := verified.wrong() or mended.wrong():
            outcome.fail(f"first run, case {case}: {problem}")
        if mended.code == 0:
            state = "all"
            if verified.error() not in (None, "unfinished_commit") or apart_of(out, new):
                outcome.fail(f"first run, case {case}: {verified.err.strip()[:200]} {apart_of(out, new)[:3]}")
        else:
            state = "nothing"
            if (verified.code, verified.error(), mended.code, mended.error()) != (2, "no_output", 2, "no_output"):
                outcome.fail(f"first run, case {case}: {verified.out[:200]} {mended.out[:200]} {mended.err.strip()[:200]}")
        tally[state] += 1
        again = context.engine.run("run", weeks, *flags, out)
        if again.code != 0:
            outcome.fail(f"first run, case {case}: the next run: {again.err.strip()[:200]}")
        elif apart := apart_of(out, new if state == "nothing" else twice):
            outcome.fail(f"first run, case {case}: the next run gives other files: {apart[:3]}")
        shutil.rmtree(out)
    outcome.figures |= {f"first run: {state}": number for state, number in tally.items()}
    if not tally["nothing"] or not tally["all"]:
        outcome.fail("the crashes of first runs did not come on both sides of the moment at which the output holds")


def forgetting(context, outcome):
    """Two lexicons, customers, and an example that quotes: all that `forget` writes anew."""
    count = 200 if context.long else 16
    other = context.folder / "other"
    shutil.copytree(context.lexicon, other)
    quote = "声音太吵，晚上睡不着，编号为六的客人这样说"
    with open(other / "drivers" / "price.toml", "a", encoding="utf-8") as file:
        file.write(f'[[example]]\ntext = "{quote}"\nexpect = "none"\n')
    answers = rows(1200 if context.long else 400, "forgotten", days=21)
    answers[6][4] = quote
    for at, answer in enumerate(answers):
        answer += [f"customer-{at % 40}", "no" if at % 7 == 0 else "yes"]
    start = context.folder / "start-forget"
    for early, lexicon in ((True, context.lexicon), (False, other)):
        survey = context.folder / "half.csv"
        half = [it for it in answers if (it[1] < "2026-06-12") == early]
        survey.write_bytes(as_csv(half, [*COLUMNS, "customer", "agree"]))
        flags = ["--customer", "customer", "--consent", "agree", "--by", "region", "--quiet", "--lexicon", lexicon]
        done = context.engine.run("run", survey, *flags, "--out", start)
        assert done.code == 0, done.err
    named = [answers[6][0], answers[70][0], "customer-3", "customer-8"]
    clean = context.folder / "clean-forget"
    shutil.copytree(start, clean)
    done = context.engine.run("forget", *named, clean)
    assert done.code == 0, done.err + done.out
    old, new = digests(start), digests(clean)
    tally = {"old": 0, "new": 0, "not killed in time": 0}
    for case in range(count):
        out = context.folder / f"forget{case}"
        shutil.copytree(start, out)
        tally["not killed in time"] += not crash(context, ["forget", *named, out], out, done.seconds, case)
        outcome.done += 1
        mended = context.engine.run("verify", "--mend", out)
        state = "new" if not apart_of(out, new) else "old" if not apart_of(out, old) else None
        if mended.code != 0 or state is None:
            apart = [] if state else [apart_of(out, old)[:3], apart_of(out, new)[:3]]
            outcome.fail(f"forget, case {case}: after the crash: {mended.out.strip()[:200]} {mended.err.strip()[:200]} {apart}")
            continue
        tally[state] += 1
        again = context.engine.run("forget", *named, out)
        # Where it was done, nobody of these ids is there any more, which is a finding.
        if again.code != (1 if state == "new" else 0) or apart_of(out, new):
            outcome.fail(f"forget, case {case} ({state}): again: {again.code} {again.err.strip()[:200]} {apart_of(out, new)[:3]}")
        shutil.rmtree(out)
    outcome.figures |= {f"forget: {state}": number for state, number in tally.items()}
    if not tally["old"] or not tally["new"]:
        outcome.fail("the crashes of forget did not come on both sides of the moment at which the new output holds")


def apart_of(out, files):
    return different(digests(out), files)
