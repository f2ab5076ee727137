"""Every kind of call by which files get onto the disk fails, at one moment after another: an error, and the old week or the new one, whole.

Faults are put into the very binary that users run, from outside, by strace: there is nothing for tests in it. A case counts only where the
fault was really put in.
"""

import os
import re
import shutil

from harness import Outcome, as_csv, different, digests, rows

TITLE = "failpoints: write, fsync, rename, folder fsync, ENOSPC, EMFILE, folders that cannot be made or removed"
SHORT, LONG = "each × 3", "each × 20"
MUST = "error, old week intact"

# What fails, and how: calls of one kind, with the error that they give.
FAULTS = {
    "write": ("write", "EIO"),
    "disk full": ("write", "ENOSPC"),
    "fsync": ("fsync", "EIO"),
    "rename": ("/rename.*", "EIO"),
    "folder": ("/mkdir.*", "ENOSPC"),
    "open": ("openat", "EMFILE"),
    "read": ("read", "EIO"),
    "memory map": ("mmap", "ENOMEM"),
}
# fsync of folders alone: those that strace is told by name.
FOLDERS = ["nps/period=2026-W24", "_commit", ""]


def check(context):
    outcome = Outcome()
    if not shutil.which("strace"):
        outcome.fail("strace is not installed")
        return outcome
    each = 20 if context.long else 3
    weeks = context.folder / "weeks.csv"
    weeks.write_bytes(as_csv(rows(300, "weeks", days=21)))
    replaced = context.folder / "replaced.csv"
    replaced.write_bytes(as_csv(rows(300, "replaced", day="2026-06-08")))
    flags = ["--lexicon", context.lexicon, "--quiet", "--replace", "--force", "--threads", 2, "--out"]
    start = context.folder / "start"
    assert context.engine.run("run", weeks, *flags, start).code == 0
    old = digests(start)
    clean = context.folder / "clean"
    shutil.copytree(start, clean)
    assert context.engine.run("run", replaced, *flags, clean).code == 0
    new = digests(clean)

    def trace(name, case, arguments):
        """Runs it with a fault; what came of it and how often the fault came."""
        out, log = context.folder / f"{name}-{case}".replace(" ", "-"), context.folder / f"{name}-{case}.log"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(start, out)
        strace = ["strace", "-f", "-qq", "-o", log, *[str(it).replace("OUT", str(out)) for it in arguments]]
        done = context.engine.run("run", replaced, *flags, out, before=[str(it) for it in strace], timeout=120)
        told = log.read_text(errors="replace")
        log.unlink()
        return out, done, told

    def count(calls):
        """How many calls of a kind a thread makes at most, in a run without faults: strace counts by thread."""
        _, done, told = trace(f"count {calls.strip('/.*')}", 0, ["-e", f"trace={calls}"])
        assert done.code == 0, done.err
        threads = {}
        for line in told.splitlines():
            thread = line.split(maxsplit=1)[0]
            threads[thread] = threads.get(thread, 0) + ("(" in line and "resumed" not in line)
        return max(threads.values(), default=0)

    tally = {}

    def judge(name, case, out, done, told):
        fired = told.count("(INJECTED)")
        if not fired:
            shutil.rmtree(out)
            return False
        outcome.done += 1
        # Where the very message was what could not be written, the exit code says it alone. Where the system gives no memory, a process may be ended
        # by its allocator; what is left of it must be whole all the same.
        is_unsaid = done.code == 2 and not done.err and re.search(r"write\(2,.*\(INJECTED\)", told)
        is_without_memory = name == "memory map" and done.code < 0
        if not is_unsaid and not is_without_memory and (wrong := done.wrong()):
            outcome.fail(f"{name} {case}: {wrong}")
        mended = context.engine.run("verify", "--mend", out)
        now = digests(out)
        state = "old" if now == old else "new" if now == new else "neither"
        entry = tally.setdefault(name, {})
        entry[state, done.code] = entry.get((state, done.code), 0) + 1
        if mended.code != 0 or state == "neither":
            apart = [len(different(now, old)), len(different(now, new))]
            outcome.fail(f"{name} {case}: {apart} files differ; {mended.out.strip()[:200]} {mended.err.strip()[:200]}")
        # A fault that does not matter, such as one in a file of the system's that is only looked at, may be got over, but not in silence half way.
        elif done.code == 0 and state == "old":
            outcome.fail(f"{name} {case}: exit code 0, and the old week")
        elif done.code == 2 and state == "new" and "whole" not in done.err and not is_unsaid:
            outcome.fail(f"{name} {case}: an error, the new week, and nothing said of it: {done.err.strip()[:300]}")
        else:
            shutil.rmtree(out)
        return True

    for name, (calls, error) in FAULTS.items():
        moments, fired = count(calls), 0
        # The last call, then any of them. Among the first ones are those of the loader, before main, which do not count.
        every = list(range(1, moments))
        context.random(name).shuffle(every)
        # Threads share the calls differently each time, so that one moment is more than one.
        again = every * (1 + 5 * each // max(len(every), 1))
        for case, when in enumerate([moments, *again[: 5 * each]]):
            if fired == each:
                break
            out, done, told = trace(name, case, ["-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={when}"])
            if before_main(told, done):
                shutil.rmtree(out)
                continue
            fired += judge(name, case, out, done, told)
        if not fired:
            outcome.fail(f"{name}: the fault was never put in ({moments} calls)")
    fired = 0
    for case in range(each):
        folder = FOLDERS[case % len(FOLDERS)]
        arguments = ["-e", "trace=fsync", "-P", f"OUT/{folder}".rstrip("/"), "-e", "inject=fsync:error=EIO"]
        fired += judge("folder fsync", case, *trace("folder fsync", case, arguments))
    if not fired:
        outcome.fail("folder fsync: the fault was never put in")
    # Every file from the first on, rather than one: a process that may hold few files.
    for case in range(each):
        out = context.folder / f"few-{case}"
        shutil.copytree(start, out)
        limit = 5 + 2 * case
        done = context.engine.run("run", replaced, *flags, out, limits={"RLIMIT_NOFILE": limit})
        outcome.done += 1
        if wrong := done.wrong():
            outcome.fail(f"{limit} files at most: {wrong}")
        verified = context.engine.run("verify", "--mend", out)
        wanted = new if done.code == 0 else old
        if verified.code != 0 or digests(out) != wanted:
            outcome.fail(f"{limit} files at most: exit code {done.code}, and another week: {done.err.strip()[:200]}")
        shutil.rmtree(out)
    # A file beside an output: its content is on the disk before its name is, and its name before the command ends.
    page, log = context.folder / "page.html", context.folder / "page.log"
    traced = ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,/rename.*", "-o", log]
    reported = context.engine.run("report", start, "--output", page, before=[str(it) for it in traced], timeout=120)
    outcome.done += 1
    calls = [("rename" if "rename" in line else "folder" if f"<{context.folder}>" in line else "content")
             for line in log.read_text(errors="replace").splitlines() if str(context.folder) in line]
    if reported.code != 0 or calls != ["content", "rename", "folder"]:
        outcome.fail(f"a report is not synced, named and synced in turn: {calls}, exit code {reported.code}: {reported.err[:200]}")
    outcome.figures = {
        name: " + ".join(f"{count} {state} week, exit {code}" for (state, code), count in sorted(states.items()))
        for name, states in tally.items()
    }
    return outcome


def before_main(told, done):
    """Whether the fault hit the loader or the start of the language's own runtime, before anything of the engine's ran."""
    return done.code in (127, 134) and not re.search("error\\[|panicked", done.err) and os.path.sep not in done.err.split(":")[0][1:] or (
        "error while loading shared libraries" in done.err
    )
