"""Respondents and customers are taken out of an output: every table is then, byte for byte, what it would be had they never answered, and a
search through all files finds nothing of them."""

import json
import shutil

import pyarrow.parquet

from harness import Outcome, as_csv, different, digests, rows

TITLE = "`verbatim forget` of respondents and customers, over several weeks and lexicons"
SHORT, LONG = "12", "100"
MUST = "tables as if they had never answered, nothing of them in any file"

COLUMNS = ["id", "customer", "date", "score", "region", "comment"]
FIGURES = ("nps", "contributions", "voices", "changes", "functions", "attribution", "comments", "mentions", "follow_ups")


def check(context):
    outcome = Outcome()
    count = 100 if context.long else 12
    other = context.folder / "other"
    shutil.copytree(context.lexicon, other)
    (other / "drivers" / "noise.toml").write_text(
        'id = "noise"\nname = { zh = "噪音", en = "Noise" }\n[negative]\nzh = ["吵"]\nen = ["loud"]\n'
        '[[example]]\ntext = "声音太吵，晚上睡不着，编号为六的客人这样说"\nexpect = "negative"\n',
        encoding="utf-8",
    )
    answers = rows(400, "weeks", days=28)
    for at, answer in enumerate(answers):
        # A customer answers several times, some never say who they are.
        answer.insert(1, "" if at % 5 == 0 else f"customer-{at % 90}")
        answer[5] = f"{answer[5]} (nr {at})" if at % 3 == 0 else answer[5]
    answers[6][5] = "声音太吵，晚上睡不着，编号为六的客人这样说"
    flags = ["--customer", "customer", "--by", "region", "--cube", "2", "--smallest-cell", "3", "--quiet"]
    flags += ["--confidence", "0.9"] if knows(context, "--confidence") else []

    def output(name, gone=(), lexicons=("small", "small")):
        """Two files one after the other, the second by a lexicon of its own; without those who are gone."""
        out = context.folder / name
        for half, lexicon in zip((lambda it: it[2] < "2026-06-15", lambda it: it[2] >= "2026-06-15"), lexicons):
            survey = context.folder / f"{name}.csv"
            survey.write_bytes(as_csv([it for it in answers if half(it) and it[0] not in gone and it[1] not in gone], COLUMNS))
            done = context.engine.run("run", survey, *flags, "--lexicon", context.folder / lexicon, "--out", out)
            assert done.code == 0, done.err
            survey.unlink()
        return out

    starts = {lexicons: output("-".join(("start", *lexicons)), lexicons=lexicons) for lexicons in [("small", "small"), ("small", "other"), ("other", "small")]}
    compared = cells = 0
    for case in range(count):
        chance = context.random(case)
        lexicons = list(starts)[case % 3]
        out = context.folder / f"out{case}"
        shutil.copytree(starts[lexicons], out)
        gone = [answer[0] for answer in chance.sample(answers, chance.choice([1, 2, 10]))]
        gone += chance.sample(sorted({answer[1] for answer in answers} - {""}), chance.choice([0, 1, 3]))
        # Somebody who never answered is said, and is no reason to stop.
        nobody = case % 4 == 2
        gone += ["nobody"] if nobody else []
        if case == 0:
            gone.append(answers[6][0])
        if case == 1:
            # A whole week.
            gone += [answer[0] for answer in answers if "2026-06-08" <= answer[2] < "2026-06-15"]
        done = context.engine.run("forget", *dict.fromkeys(gone), out, "--json")
        outcome.done += 1
        if done.code != int(nobody):
            outcome.fail(f"case {case}: exit code {done.code}: {done.err.strip()[:300]}")
            continue
        said = json.loads(done.out)
        cells += said["scan"]["cells"]
        verified = context.engine.run("verify", out)
        if verified.code != 0:
            outcome.fail(f"case {case}: {verified.out.strip()[:300]}")
        # Nobody of them, and nothing they wrote, by a search of our own.
        left = [it for it in answers if it[0] in gone or it[1] in gone]
        ids = {it[0] for it in left} | {it[1] for it in left if it[1]} & set(gone)
        texts = {it[5] for it in left if len(it[5]) >= 12} - {it[5] for it in answers if it not in left}
        if len(left) != said["answers"]:
            outcome.fail(f"case {case}: {said['answers']} answers taken out, {len(left)} were there")
        for path in sorted(out.rglob("*")):
            if path.is_file() and (found := holds(path, ids, texts)):
                outcome.fail(f"case {case}: {path.relative_to(out)} still holds {found}")
        # As if they had never answered.
        clean = output(f"clean{case}", set(gone), lexicons)
        now, then = digests(out), digests(clean)
        tables = {path for path in then if path.startswith(FIGURES)}
        # A week of which nobody is left has tables without rows.
        emptied = {path for path in now if path.startswith(FIGURES)} - tables
        for path in emptied:
            if path.startswith(("comments", "mentions")) and pyarrow.parquet.read_metadata(out / path).num_rows:
                outcome.fail(f"case {case}: {path} has rows, and would not be there")
        apart = [path for path in tables if now.get(path) != then[path]]
        compared += len(tables)
        if apart:
            outcome.fail(f"case {case} ({lexicons}): {len(apart)} tables differ from those without them: {sorted(apart)[:4]}")
        shutil.rmtree(out)
        shutil.rmtree(clean)
    outcome.figures = {"tables compared": compared, "cells that the engine's own scan looked through": cells}
    return outcome


def knows(context, flag):
    return flag in context.engine.run("run", "--help").out


def holds(path, ids, texts):
    """What of these a file holds, decoded."""
    if path.suffix != ".parquet":
        content = path.read_text(encoding="utf-8", errors="replace")
        return [it for it in ids | texts if it and f'"{it}"' in content] + [it for it in texts if it in content]
    table = pyarrow.parquet.read_table(path)
    found = []
    for name in table.column_names:
        for value in table.column(name).to_pylist():
            if name in ("id", "customer") and value in ids:
                found.append(value)
            if isinstance(value, str) and value in texts:
                found.append(value)
    return found
