"""What every check of this folder needs: the binary run as users run it, measured; small surveys and a small lexicon; folders compared.

Not for what is checked: each check is a file of its own.
"""

import csv
import hashlib
import io
import json
import os
import random
import resource
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("VERBATIM_SHARED") or REPOSITORY.parent / "shared")

# One seed for all that is chosen by chance; a check adds its name and the number of the case.
SEED = 20261123

# The fields that surveys of `rows` have.
COLUMNS = ["id", "date", "score", "region", "comment"]

# One lexicon for all checks that ask nothing of drivers: start-up is what most of them wait for.
LEXICON = {
    "lexicon.toml": 'name = "small"\nversion = "1.0"\ndescription = { zh = "小", en = "Small" }\n',
    "polarity/zh.toml": 'positive = ["好", "不错", "满意"]\nnegative = ["差", "糟糕"]\nnegators = ["不"]\n',
    "polarity/en.toml": 'positive = ["good", "great"]\nnegative = ["bad", "awful"]\nnegators = ["not"]\n',
    "drivers/service.toml": 'id = "service"\nname = { zh = "服务", en = "Service" }\n[aspect]\nzh = ["服务", "态度"]\nen = ["service", "staff"]\n',
    "drivers/noise.toml": 'id = "noise"\nname = { zh = "噪音", en = "Noise" }\n[aspect]\nzh = ["噪音", "声音"]\nen = ["noise"]\n[negative]\nzh = ["吵"]\nen = ["noisy", "loud"]\n',
    "drivers/price.toml": 'id = "price"\nname = { zh = "价格", en = "Price" }\n[aspect]\nzh = ["价格"]\nen = ["price"]\n[negative]\nzh = ["贵"]\nen = ["expensive"]\n',
}

# Comments of which surveys are made; none has a comma or a quote, so that a check that wants these puts them there itself.
COMMENTS = [
    "服务态度很好",
    "声音太吵，晚上睡不着",
    "价格有点贵，但是服务不错",
    "the staff were great",
    "too noisy at night",
    "价格贵 and the service was bad",
    "没什么意见",
    "",
    "很满意，下次还会来",
    "Not good: expensive and loud",
    "师傅的态度很差，等了两个小时",
    "噪音小，wifi 信号不错",
]


@dataclass
class Done:
    """How a run of the binary ended."""

    arguments: list
    code: int  # the exit code, or less than 0: the signal that ended it
    out: str
    err: str
    seconds: float
    peak: int  # bytes, at most so much memory at a time
    timed_out: bool = False

    def json(self):
        return json.loads(self.out)

    def wrong(self, codes=(0, 1, 2)):
        """What no run may do, in a few words; None where it did none of it."""
        if self.timed_out:
            return f"not done after {self.seconds:.0f} s"
        if self.code < 0:
            return f"ended by signal {-self.code}"
        if "panicked" in self.err or "RUST_BACKTRACE" in self.err:
            return f"panicked: {self.err.strip()[-300:]}"
        if self.code not in codes:
            return f"exit code {self.code}: {self.err.strip()[:300]}"
        if self.code == 2 and not self.has_error():
            return f"exit code 2 without `error[code]: sentence`: {self.err.strip()[:300]!r}"
        return None

    def has_error(self):
        return any(line.startswith(("error[", "error:")) for line in self.err.splitlines())

    def error(self):
        """The code of its error; None without one."""
        for line in self.err.splitlines():
            if line.startswith("error["):
                return line[6 : line.index("]")]
        return None


class Engine:
    """The binary, run in folders of the check."""

    def __init__(self, binary):
        self.binary = str(Path(binary).resolve())

    def start(self, arguments, cwd=None, env=None, limits=None, stdin=subprocess.DEVNULL, before=(), output=None):
        """Starts it and does not wait. `limits`: of `resource`, by name, such as {"RLIMIT_NOFILE": 20}. `before`: a command that runs it.
        `output`: two files or pipes, where what it prints goes."""

        def prepare():
            for name, value in (limits or {}).items():
                resource.setrlimit(getattr(resource, name), (value, value))

        out, err = output or (subprocess.DEVNULL, subprocess.DEVNULL)
        # Neither colours nor anything of the environment of whoever runs the checks.
        surroundings = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", **(env or {})}
        if "TMPDIR" in os.environ:
            surroundings.setdefault("TMPDIR", os.environ["TMPDIR"])
        command = [*before, self.binary, *map(str, arguments)]
        return subprocess.Popen(
            command, cwd=cwd, env=surroundings, stdin=stdin, stdout=out, stderr=err, preexec_fn=prepare if limits else None
        )

    def run(self, *arguments, cwd=None, env=None, limits=None, stdin=None, timeout=60, before=()):
        """Runs it to its end; `stdin`: bytes."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as inp:
            inp.write(stdin or b"")
            inp.seek(0)
            started = time.monotonic()
            running = self.start(arguments, cwd, env, limits, inp, before, (out, err))
            late = threading.Timer(timeout, running.kill)
            late.start()
            _, status, usage = os.wait4(running.pid, 0)
            seconds = time.monotonic() - started
            timed_out = not late.is_alive() and seconds >= timeout
            late.cancel()
            running.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            texts = (stream.read().decode("utf-8", "backslashreplace") for stream in (out, err))
            return Done([str(it) for it in arguments], running.returncode, *texts, seconds, usage.ru_maxrss * 1024, timed_out)


@dataclass
class Outcome:
    """What came of a check."""

    done: int = 0  # cases
    figures: dict = field(default_factory=dict)  # what was measured, by a name that people read
    failures: list = field(default_factory=list)  # sentences
    skipped: str = ""  # why nothing, or not all, was done

    def fail(self, sentence):
        self.failures.append(sentence)


class Context:
    """What a check is given: the engine, a folder, how much to do."""

    def __init__(self, engine, folder, long, name, keep=None):
        self.engine, self.folder, self.long, self.name = engine, Path(folder), long, name
        self.keep = keep  # a folder where inputs that fail are kept, or None
        self.lexicon = self.folder / "small"
        write_lexicon(self.lexicon)

    def random(self, case=""):
        """A generator that gives the same whenever it is asked for this case of this check."""
        return random.Random(f"{SEED}/{self.name}/{case}")

    def new(self, name):
        """A new folder of this name."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder

    def each(self, do, cases, jobs=None):
        """Calls `do` with every case, some at a time; the results in order."""
        with ThreadPoolExecutor(jobs or os.cpu_count() or 2) as pool:
            return list(pool.map(do, cases))

    def kept(self, case, content):
        """Keeps an input that failed; where, in a few words."""
        if self.keep is None:
            return ""
        folder = Path(self.keep)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}-{case}"
        path.write_bytes(content)
        return f" (kept: {path})"


def write_lexicon(folder, files=LEXICON):
    for name, content in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return Path(folder)


def rows(count, seed, first=1, day="2026-06-01", days=7):
    """So many answers as lists of fields, in the order of COLUMNS, over `days` days from `day` on."""
    import datetime

    chance, start = random.Random(f"{SEED}/rows/{seed}"), datetime.date.fromisoformat(day)
    answers = []
    for number in range(first, first + count):
        answered = start + datetime.timedelta(days=chance.randrange(days))
        region = chance.choice(["North", "South", "东"])
        answers.append([f"r{number}", answered.isoformat(), str(chance.randrange(11)), region, chance.choice(COMMENTS)])
    return answers


def as_csv(answers, columns=COLUMNS, delimiter=",", end="\n"):
    """The bytes of a table as CSV in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(columns)
    writer.writerows(answers)
    return text.getvalue().encode("utf-8")


# What of an output differs between runs of the same work.
APART = {"_log.jsonl", "_lock"}


def digests(out):
    """All files of an output folder but the log and the lock, by path, with the digest of their bytes."""
    found = {}
    for path in sorted(Path(out).rglob("*")):
        if path.is_file() and path.name not in APART:
            found[str(path.relative_to(out))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def different(one, other):
    """The paths at which two results of `digests` differ."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def alive(process):
    return process.poll() is None


def kill(process):
    """kill -9, and nothing left of it."""
    if alive(process):
        process.send_signal(signal.SIGKILL)
    process.wait()
