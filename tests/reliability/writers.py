"""Two runs into one output at the same moment: one wins, the other says so, and nothing is mixed."""

import subprocess

from harness import Outcome, as_csv, digests, rows

TITLE = "two writers on one output"
SHORT, LONG = "20", "200"
MUST = "one wins, one says so, nothing mixed"


def check(context):
    outcome, wins, both = Outcome(), 0, 0
    surveys = [context.folder / f"{name}.csv" for name in ("one", "other")]
    for survey, seed in zip(surveys, ("one", "other")):
        survey.write_bytes(as_csv(rows(300, seed)))
    run = ["run", "--lexicon", str(context.lexicon), "--quiet", "--out"]
    known = {}

    def alone(order):
        """What runs one after the other give."""
        if order not in known:
            out = context.folder / ("alone" + "".join(map(str, order)))
            for which in order:
                done = context.engine.run(*run, out, surveys[which])
                assert done.code == 0, done.err
            known[order] = digests(out)
        return known[order]

    for case in range(200 if context.long else 20):
        out = context.folder / f"out{case}"
        # The folder may be there already, and hold something.
        held = case % 3 == 0
        if held:
            context.engine.run(*run, out, surveys[0])
        running = [
            context.engine.start([*run, out, survey], output=(subprocess.DEVNULL, subprocess.PIPE)) for survey in surveys
        ]
        ended = [(process.communicate()[1].decode(), process.returncode) for process in running]
        outcome.done += 1
        codes = [code for _, code in ended]
        for text, code in ended:
            says_so = code == 2 and "error[output_busy]" in text and "is writing this output" in text
            if code != 0 and not says_so:
                outcome.fail(f"case {case}: exit code {code}: {text.strip()[:200]}")
        if codes.count(0) == 2:
            both += 1
        elif codes.count(0) == 1:
            wins += 1
        else:
            outcome.fail(f"case {case}: nobody wins: {codes}")
        # Whoever came first, the folder holds what runs one after the other give.
        winners = [which for which, code in enumerate(codes) if code == 0]
        first = (0,) if held else ()
        now = digests(out)
        if not any(now == alone((*first, *order)) for order in (winners, winners[::-1])):
            outcome.fail(f"case {case}: the output is no result of runs one after the other, codes {codes}")
    outcome.figures = {"one wins": wins, "one after the other": both}
    if not wins:
        outcome.fail("no two runs ever met")
    return outcome
