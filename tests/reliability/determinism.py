"""The same work gives the same bytes: whatever the threads, the size of a batch, and the order in which files are named."""

import itertools

from harness import Outcome, as_csv, different, digests, rows

TITLE = "threads {1, 2, 3, 8} × batches {1, 7, 1,024, 65,536 bytes} × file orders {3}"
SHORT = LONG = "all 48, and a second run into each"
MUST = "identical bytes"

THREADS = [1, 2, 3, 8]
BATCHES = [1, 7, 1024, 65536]
ORDERS = [(0, 1, 2), (2, 1, 0), (1, 2, 0)]


def check(context):
    outcome = Outcome()
    names = []
    for which in range(3):
        # Weeks of their own, one that two files share, and an id that comes again with another answer.
        answers = rows(150, which, first=1 + 140 * which, day=f"2026-06-{1 + 7 * which:02}", days=10)
        answers[3][4] = 'said "too loud", then left'
        path = context.folder / f"part{which}.csv"
        path.write_bytes(as_csv(answers))
        names.append(path)
    later = context.folder / "later.csv"
    later.write_bytes(as_csv(rows(60, "later", first=100, day="2026-06-08")))
    # Ids of the first week answer anew in the second one: more of them than go through unasked.
    flags = ["--lexicon", context.lexicon, "--by", "region", "--cube", "2", "--quiet", "--force"]

    def one(case):
        threads, batch, order = case
        out = context.folder / f"out-{threads}-{batch}-{''.join(map(str, order))}"
        told = ["--threads", threads, "--block-bytes", batch, "--out", out, *flags]
        for inputs in ([names[at] for at in order], [later]):
            done = context.engine.run("run", *inputs, *told)
            if wrong := done.wrong(codes=(0, 1)):
                return f"{case}: {wrong}", None
        return None, digests(out)

    cases = list(itertools.product(THREADS, BATCHES, ORDERS))
    results = context.each(one, cases)
    outcome.done = len(cases)
    first = next((found for _, found in results if found), {})
    for case, (wrong, found) in zip(cases, results):
        if wrong:
            outcome.fail(wrong)
        elif apart := different(first, found):
            outcome.fail(f"{case}: {len(apart)} files differ, such as {apart[0]}")
    outcome.figures = {"files compared": len(first) * len(cases)}
    return outcome
