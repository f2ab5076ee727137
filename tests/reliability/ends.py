"""How a command ends when the world gives way: a full disk, a folder that may not be written, an input that is gone, a reader that went away,
Ctrl-C. A sentence, the right exit code, and the output as it was."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import Outcome, as_csv, different, digests, rows

TITLE = "disk full, permission denied, a vanished input, a closed pipe, Ctrl-C"
SHORT, LONG = "each", "each, Ctrl-C × 200"
MUST = "clean message, right exit code, old output intact"

# Sizes of the file system, in KiB, on which a run into an output of about 500 KiB finds no room: at its first file, later, at its last.
ROOMS = [700, 800, 1000, 1200, 1500]


def check(context):
    outcome = Outcome()
    weeks = context.folder / "weeks.csv"
    weeks.write_bytes(as_csv(rows(2000, "weeks", days=21)))
    more = context.folder / "more.csv"
    more.write_bytes(as_csv(rows(4000, "more", day="2026-06-08")))
    flags = ["--lexicon", context.lexicon, "--by", "region", "--quiet", "--out"]
    start = context.folder / "start"
    assert context.engine.run("run", weeks, *flags, start).code == 0
    old = digests(start)
    # The same people answer anew, which moves most of them into other weeks.
    flags = ["--force", *flags]

    def hold(name, done, codes, says=(), out=None):
        """Ended as it should, and the output as it was."""
        outcome.done += 1
        if wrong := done.wrong(codes):
            outcome.fail(f"{name}: {wrong}")
        for word in says:
            if word not in done.err:
                outcome.fail(f"{name}: does not say `{word}`: {done.err.strip()[:300]!r}")
        if out is not None:
            mended = context.engine.run("verify", "--mend", out)
            if mended.code != 0 or different(digests(out), old):
                outcome.fail(f"{name}: the output is another one: {mended.out.strip()[:200]} {mended.err.strip()[:200]}")

    full_disk(context, outcome, start, more, flags, hold)
    no_permission(context, start, more, flags, hold)
    gone(context, start, more, flags, hold)
    closed_pipe(context, start, weeks, flags, hold)
    interrupted(context, outcome, start, more, flags, old)
    return outcome


def full_disk(context, outcome, start, more, flags, hold):
    """A file system of a few hundred KiB, made for this; where none can be made, only what writes to /dev/full is tried."""
    met = aside = 0
    for room in ROOMS:
        small = context.new(f"small{room}")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}k", "tmpfs", small], capture_output=True)
        if mounted.returncode != 0:
            outcome.skipped = "no small file system can be mounted here (it needs root): a full disk is tried as /dev/full alone"
            break
        try:
            out = small / "out"
            shutil.copytree(start, out)
            done = context.engine.run("run", more, *flags, out, env={"TMPDIR": str(context.folder)})
            if done.code != 0:
                met += 1
                hold(f"a disk of {room} KiB", done, (2,), ("error[io]", "space"), out)
            # What is written beside an output: nothing of it is left half done.
            for name, arguments in {
                "report": ["report", start, "--output", small / "page.html"],
                "workbook": ["export", start, "--xlsx", small / "book.xlsx"],
                "csv": ["export", start, "--csv", small / "sheets"],
                "sheets of a lexicon": ["lexicon", "export", context.lexicon, "--xlsx", small / "rules.xlsx"],
            }.items():
                filler = small / "filler"
                # Closing it fails too.
                with contextlib.suppress(OSError), open(filler, "wb") as file:
                    while file.write(b"x" * 4096):
                        file.flush()
                done = context.engine.run(*arguments, env={"TMPDIR": str(context.folder)})
                hold(f"{name} on a full disk", done, (2,), ("error[",))
                left = [path.name for path in small.iterdir() if path.name not in ("out", "filler")]
                if [path for path in left if not path.startswith("sheets")]:
                    outcome.fail(f"{name} on a full disk leaves {left}")
                filler.unlink()
                shutil.rmtree(small / "sheets", ignore_errors=True)
            # The workbook itself has room, what is put aside for it has none.
            big = context.folder / f"big{room}"
            if not big.exists():
                shutil.copytree(start, big)
                context.engine.run("run", more, *flags, big)
            done = context.engine.run("export", big, "--period", "all", "--xlsx", context.folder / "book.xlsx", env={"TMPDIR": str(small)})
            if done.code != 0:
                aside += 1
                hold("no room for what a workbook puts aside", done, (2,), ("error[workbook]", "TMPDIR"))
        finally:
            subprocess.run(["umount", small], check=True)
    else:
        outcome.figures["full disks met"] = f"{met} by runs, {aside} by workbooks"
        if not met or not aside:
            outcome.fail("no run met a full disk")
    for name, arguments in {
        "summary": ["run", more, *[it for it in flags if it != "--quiet"], context.folder / "full"],
        "figures": ["drivers", start],
        "json": ["drivers", start, "--json"],
        "comments": ["comments", start, "--driver", "noise"],
        "verify": ["verify", start],
    }.items():
        with open("/dev/full", "wb") as full, tempfile.TemporaryFile() as err:
            process = context.engine.start(arguments, output=(full, err))
            code = process.wait()
            err.seek(0)
            hold(f"{name} into /dev/full", ended(arguments, code, err.read().decode()), (2,), ("error[stdout]",))


def ended(arguments, code, err):
    from harness import Done

    return Done(arguments, code, "", err, 0.0, 0)


def no_permission(context, start, more, flags, hold):
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if os.geteuid() != 0:
        nobody = []
    os.chmod(context.folder, 0o755)
    reach = [str(context.folder)]
    while os.path.dirname(reach[-1]) != reach[-1]:
        reach.append(os.path.dirname(reach[-1]))
    # Somebody who cannot even read the survey has nothing to show.
    readable = subprocess.run([*nobody, "test", "-r", more], capture_output=True).returncode == 0
    runs = subprocess.run([*nobody, context.engine.binary, "--version"], capture_output=True).returncode == 0
    if not readable or not runs:
        # The binary lies where others may not look: a copy that they may.
        copy = context.folder / "binary"
        shutil.copy(context.engine.binary, copy)
        os.chmod(copy, 0o755)
        nobody = [*nobody, "--", str(copy)] if nobody else [str(copy)]
    else:
        nobody = [*nobody, "--", context.engine.binary] if nobody else [context.engine.binary]
    locked = context.folder / "locked"
    shutil.copytree(start, locked)
    for folder, _, files in os.walk(locked):
        os.chmod(folder, 0o555)
        for file in files:
            os.chmod(os.path.join(folder, file), 0o444)

    def run(*arguments):
        done = subprocess.run([*nobody, *map(str, arguments)], capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
        return ended(arguments, done.returncode, done.stderr)

    hold("an output that may not be written", run("run", more, *flags, locked), (2,), ("error[io]", "ermission denied"), None)
    hold("a new folder that may not be made", run("run", more, *flags, locked / "new"), (2,), ("error[io]", "ermission denied"))
    hold("reading it is allowed", run("drivers", locked), (0,))
    secret = context.folder / "secret.csv"
    shutil.copy(more, secret)
    os.chmod(secret, 0)
    if os.geteuid() == 0 or not os.access(secret, os.R_OK):
        hold("an input that may not be read", run("run", secret, *flags, locked), (2,), ("error[io]", "secret.csv"))
    for folder, _, files in os.walk(locked):
        os.chmod(folder, 0o755)
    hold("afterwards", context.engine.run("verify", locked), (0,), (), locked)


def gone(context, start, more, flags, hold):
    out = context.folder / "gone"
    shutil.copytree(start, out)
    hold("an input that is not there", context.engine.run("run", context.folder / "no.csv", *flags, out), (2,), ("error[no_input]",), out)
    hold("a folder as input", context.engine.run("run", context.folder, *flags, out), (2,), ("error[no_input]",), out)
    broken = context.folder / "link.csv"
    broken.symlink_to(context.folder / "nowhere.csv")
    hold("a link to nothing", context.engine.run("run", broken, *flags, out), (2,), ("error[no_input]",), out)
    # It changes, and goes, while it is read: what was looked at first is not what is read then.
    big = context.folder / "big.csv"
    for name, change in {"cut": lambda: os.truncate(big, 1000), "gone": big.unlink, "other": lambda: other(big)}.items():
        met = 0
        for case in range(12 if context.long else 4):
            big.write_bytes(as_csv(rows(20_000, "big", day="2026-06-08")))
            process = context.engine.start(["run", big, *flags, out], output=(subprocess.DEVNULL, subprocess.PIPE))
            time.sleep(0.005 + 0.02 * case)
            change()
            err = process.communicate()[1].decode()
            done = ended([name], process.returncode, err)
            if process.returncode == 0:
                # It was done with reading, or had the file open: then the rows are all there, which the manifest says.
                shutil.rmtree(out)
                shutil.copytree(start, out)
                continue
            met += 1
            hold(f"an input that is {name} while it is read", done, (2,), ("error[",), out)
        if big.exists():
            big.unlink()


def other(path):
    content = as_csv(rows(20_000, "another", day="2026-06-15"))
    with open(path, "r+b") as file:
        file.write(content)


def closed_pipe(context, start, weeks, flags, hold):
    plain = [it for it in flags if it != "--quiet"]
    for name, arguments in {
        "summary": ["run", weeks, *plain, context.folder / "piped"],
        "comments": ["comments", start, "--period", "all", "--limit", "5000"],
        "figures": ["drivers", start],
        "json": ["drivers", start, "--json"],
        "dictionary": ["schema"],
        "help": ["--help"],
    }.items():
        receiver, sender = os.pipe()
        with tempfile.TemporaryFile() as err:
            process = context.engine.start(arguments, output=(sender, err))
            os.close(sender)
            os.close(receiver)
            code = process.wait()
            err.seek(0)
            said = err.read().decode()
        hold(f"{name} into a closed pipe", ended(arguments, code, said), (0, 1))
        if "ipe" in said:
            hold(f"{name} into a closed pipe says so", ended(arguments, 2, said), (0,))


def interrupted(context, outcome, start, more, flags, old):
    """Ctrl-C at random moments."""
    count = 200 if context.long else 12
    clean = context.folder / "clean"
    shutil.copytree(start, clean)
    done = context.engine.run("run", more, *flags, clean)
    assert done.code == 0, done.err
    new, takes = digests(clean), done.seconds
    tally = {"before": 0, "after": 0, "done": 0, "before main": 0}
    for case in range(count):
        chance = context.random(case)
        out = context.folder / f"interrupted{case}"
        shutil.copytree(start, out)
        process = context.engine.start(["run", more, *flags, out], output=(subprocess.DEVNULL, subprocess.PIPE))
        time.sleep(chance.random() * takes)
        process.send_signal(signal.SIGTERM if case % 4 == 3 else signal.SIGINT)
        err = process.communicate()[1].decode()
        now = digests(out)
        outcome.done += 1
        if process.returncode == 0 and now == new:
            tally["done"] += 1
        elif process.returncode in (-signal.SIGINT, -signal.SIGTERM) and not err and now == old:
            # Before the engine had begun.
            tally["before main"] += 1
        elif process.returncode == 130 and "what it held before" in err and now == old:
            tally["before"] += 1
        elif process.returncode == 130 and err.strip() == "interrupted" and now == old:
            tally["before"] += 1
        elif process.returncode == 130 and "were put in place" in err and now == new:
            tally["after"] += 1
        else:
            state = "old" if now == old else "new" if now == new else "mixed"
            outcome.fail(f"Ctrl-C {case}: exit code {process.returncode}, the {state} week: {err.strip()[:200]!r}")
        if (out / "_commit").exists():
            outcome.fail(f"Ctrl-C {case}: something staged is left")
        shutil.rmtree(out)
    outcome.figures["Ctrl-C"] = ", ".join(f"{number} {state}" for state, number in tally.items())
    if not tally["before"]:
        outcome.fail("Ctrl-C never came while a run was at work")


if sys.platform == "win32":
    raise SystemExit("these checks are for systems with signals")
