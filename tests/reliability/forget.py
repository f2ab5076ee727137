"""Respondents and customers are taken out of an output: every table is then, byte for byte (lists of follow-ups: row for row), what it would be
had they never answered, and a search through all files finds nothing of them. Weeks by one lexicon and by two, the earlier or the later ones first; consent that customers give
and take back; contacts, actions; ids that look like other ids; answers that look like terms; examples that quote, however they were copied."""

import json
import re
import shutil
import tomllib

import pyarrow.parquet

from harness import Outcome, as_csv, digests, rows

TITLE = "`verbatim forget` of respondents and customers, over several weeks and lexicons, with consent, contacts and actions"
SHORT, LONG = "15", "150"
MUST = "tables as if they had never answered, nothing of them in any file"

COLUMNS = ["id", "customer", "date", "score", "region", "comment", "agree"]
FIGURES = ("nps", "contributions", "voices", "changes", "functions", "attribution", "comments", "mentions", "follow_ups", "actions")
# What is compared with nothing where another lexicon ran the later weeks first.
LOOKING_BACK = ("changes", "functions", "attribution")
# What many people write, and is a term or the name of a driver besides.
TERMS = ["arrived on time", "Response time"]
PHONE = "声音太吵，打13812345678没人接，编号为六的客人这样说"
LINES = "so loud at night\r\nthat number eight left at once"
# Who ran first, and by which lexicons the earlier and the later weeks are tagged.
STARTS = [
    ("earlier", "small", "small"),
    ("later", "small", "small"),
    ("earlier", "small", "other"),
    ("later", "small", "other"),
    ("later", "other", "small"),
]


def survey(first):
    """All answers. Lists of follow-ups depend on the order of runs where a yes comes after a no in a later run: those are only in surveys
    whose later weeks run first."""
    answers = rows(400, "weeks", days=28)
    for at, answer in enumerate(answers):
        # Numerals that customers have too; ids that go on where another one ends.
        answer[0] = str(at // 11) if at % 11 == 0 else f"{100000 + at}" if at % 7 == 1 else f"{99999 + at}-2" if at % 7 == 2 else answer[0]
        # A customer answers several times, some never say who they are.
        customer = at % 90
        answer.insert(1, "" if at % 5 == 0 else str(customer))
        answer[5] = TERMS[at % 2] if at % 13 == 0 else f"{answer[5]} (nr {at})" if at % 3 == 0 else answer[5]
        day = f"2026-06-{(5, 10, 15, 20)[customer % 4]:02}"
        kind = (customer // 4) % 4 if answer[1] else at % 3
        early = answer[2] < day
        agree = {0: "yes", 1: "", 2: "yes" if early or not answer[1] else "no", 3: "no" if early and first == "later" else "yes"}[kind]
        answer.append(agree)
    answers[6][5], answers[8][5] = PHONE, LINES
    return answers


def check(context):
    outcome = Outcome()
    count = 150 if context.long else 15
    other = context.folder / "other"
    for name in ("small", "other"):
        if name == "other":
            shutil.copytree(context.lexicon, other)
        terms = 'id = "time"\nname = { zh = "时间", en = "Response time" }\n[aspect]\nen = ["arrived on time"]\n'
        (context.folder / name / "drivers" / "time.toml").write_text(terms, encoding="utf-8")
    (other / "drivers" / "noise.toml").write_text(
        'id = "noise"\nname = { zh = "噪音", en = "Noise" }\n[negative]\nzh = ["吵"]\nen = ["loud"]\n'
        + "".join(f"[[example]]\ntext = {json.dumps(text, ensure_ascii=False)}\nexpect = \"negative\"\n" for text in (PHONE, LINES.replace("\r", ""), "太吵")),
        encoding="utf-8",
    )
    actions = context.folder / "actions.csv"
    actions.write_text("driver,function,owner,action,start,target\nnoise,R&D,Li,quieter fan,2026-06-15,0.05\n", encoding="utf-8")
    surveys = {first: survey(first) for first in ("earlier", "later")}
    flags = ["--customer", "customer", "--consent", "agree", "--by", "region", "--cube", "2", "--smallest-cell", "3", "--quiet"]
    flags += ["--scale", "0-10", "--actions", actions]

    def output(name, start, gone=lambda answer: False):
        """Two files one after the other, each by its lexicon, without those who are gone; and what came of calls."""
        out, (first, *lexicons) = context.folder / name, start
        answers = [it for it in surveys[first] if not gone(it)]
        halves = [[it for it in answers if (it[2] < "2026-06-15") == early] for early in (True, False)]
        runs = list(zip(halves, lexicons))
        for half, lexicon in runs if first == "earlier" else runs[::-1]:
            path = context.folder / f"{name}.csv"
            path.write_bytes(as_csv(half, COLUMNS))
            done = context.engine.run("run", path, *flags, "--lexicon", context.folder / lexicon, "--out", out)
            assert done.code == 0, done.err
            path.unlink()
        called = [[it[0], "2026-07-01", "yes", "9"] for it in answers[::9]]
        path = context.folder / f"{name}-calls.csv"
        path.write_bytes(as_csv(called, ["id", "date", "resolved", "new_score"]))
        done = context.engine.run("follow-up", "import", path, "--out", out)
        assert done.code == 0, done.err + done.out
        return out

    starts = {start: output("-".join(("start", *start)), start) for start in STARTS}
    calls = {start: contacts(out) for start, out in starts.items()}
    compared = cells = refused = 0
    for case in range(count):
        chance = context.random(case)
        start = STARTS[case % len(STARTS)]
        answers = surveys[start[0]]
        out = context.folder / f"out{case}"
        shutil.copytree(starts[start], out)
        respondents = {answer[0] for answer in chance.sample(answers, chance.choice([1, 2, 10]))}
        customers = set(chance.sample(sorted({answer[1] for answer in answers} - {""}), chance.choice([0, 1, 3])))
        if case < 5:
            respondents |= {answers[6][0], answers[8][0], *(it[0] for it in answers if it[5] in TERMS)}
        if case in (5, 6, 8):
            # A whole week.
            respondents |= {answer[0] for answer in answers if "2026-06-08" <= answer[2] < "2026-06-15"}
        nobody = {"nobody"} if case % 4 == 2 else set()
        gone = lambda answer: answer[0] in respondents or answer[1] in customers
        left = [it for it in answers if gone(it)]
        ids = {it[0] for it in answers}
        held = {it[1] for it in answers}
        # Where one word means two, it must be said which.
        both = any(it in held and any(row[1] == it != row[0] for row in answers) for it in respondents) or any(
            it in ids and any(row[1] == it != row[0] for row in answers) for it in customers
        )
        named = [*sorted(respondents | nobody), *sorted(customers - respondents)]
        if both:
            before = digests(out)
            done = context.engine.run("forget", *named, out)
            refused += 1
            if done.error() != "ambiguous_id" or digests(out) != before:
                outcome.fail(f"case {case}: an id of two roles: exit code {done.code}, {done.err.strip()[:200]}")
            commands = [("--respondent", sorted(respondents | nobody)), ("--customer", sorted(customers))]
        else:
            commands = [(None, named)]
        outcome.done += 1
        taken = 0
        remain, failed = list(answers), False
        for role, names in commands:
            if not names:
                continue
            done = context.engine.run("forget", *names, out, "--json", *([role] if role else []))
            is_of = lambda it, name: role != "--customer" and it[0] == name or role != "--respondent" and it[1] == name
            unknown = any(not any(is_of(it, name) for it in remain) for name in names)
            remain = [it for it in remain if not any(is_of(it, name) for name in names)]
            if done.code != int(unknown):
                outcome.fail(f"case {case}: exit code {done.code}: {done.err.strip()[:300]} {done.out[-600:] if done.code == 1 else ''}")
                failed = True
                break
            said = json.loads(done.out)
            cells += said["scan"]["cells"]
            taken += said["answers"]
        if failed:
            continue
        verified = context.engine.run("verify", out)
        if verified.code != 0:
            outcome.fail(f"case {case}: {verified.out.strip()[:300]}")
        if len(left) != taken:
            outcome.fail(f"case {case}: {taken} answers taken out, {len(left)} were there")
        # Nobody of them, and nothing they wrote, by a search of our own.
        texts = {it[5] for it in left if len(it[5]) >= 12} - {it[5] for it in answers if not gone(it)} - set(TERMS)
        for path in sorted(out.rglob("*")):
            if path.is_file() and (found := holds(path, {it[0] for it in left}, customers, texts)):
                outcome.fail(f"case {case}: {path.relative_to(out)} still holds {found}")
        if contacts(out) != [it for it in calls[start] if it[0] not in {row[0] for row in left}]:
            outcome.fail(f"case {case}: other contacts are left than those with others")
        # As if they had never answered.
        clean = output(f"clean{case}", start, gone)
        now, then = digests(out), digests(clean)
        mixed = start[0] == "later" and start[1] != start[2]
        figures = tuple(it for it in FIGURES if not (mixed and it in LOOKING_BACK))
        tables = {path for path in then if path.startswith(figures)}
        # A week of which nobody is left has tables without rows.
        emptied = {path for path in now if path.startswith(figures)} - tables
        for path in emptied:
            if path.startswith(("comments", "mentions")) and pyarrow.parquet.read_metadata(out / path).num_rows:
                outcome.fail(f"case {case}: {path} has rows, and would not be there")
        apart = [path for path in tables if now.get(path) != then[path]]
        # A run writes a list off which it takes a customer in other pages than one that it makes.
        apart = [path for path in apart if not (path.startswith("follow_ups") and same_rows(out / path, clean / path))]
        compared += len(tables)
        if apart:
            outcome.fail(f"case {case} ({start}): {len(apart)} tables differ from those without them: {sorted(apart)[:4]}")
        shutil.rmtree(out)
        shutil.rmtree(clean)
    outcome.figures = {
        "tables compared": compared,
        "cells that the engine's own scan looked through": cells,
        "ids of two roles refused": refused,
    }
    return outcome


def same_rows(one, other):
    read = lambda path: path.exists() and pyarrow.parquet.read_table(path, partitioning=None).to_pylist()
    return read(one) == read(other)


def contacts(out):
    """Whom somebody called, and what came of it; which driver it was about follows from everybody's answers."""
    columns = ["id", "contacted", "resolved", "score_after"]
    table = pyarrow.parquet.read_table(out / "recoveries" / "period=all" / "part-0.parquet", columns=columns, partitioning=None)
    return sorted(tuple(map(str, it)) for it in zip(*table.to_pydict().values()))


def plain(text):
    """As any copy of it: blanks and line ends alike, numbers blotted out."""
    return re.sub(r"1\d{10}", "*" * 11, " ".join(text.split()))


def holds(path, respondents, customers, texts):
    """What of these a file holds, decoded."""
    texts = {plain(it) for it in texts}
    if path.suffix == ".toml":
        examples = tomllib.loads(path.read_text(encoding="utf-8")).get("example", [])
        return [it for it in texts for example in examples if it in plain(example["text"])]
    if path.suffix != ".parquet":
        content = path.read_text(encoding="utf-8", errors="replace")
        return [it for it in respondents | customers if it and f'"{it}"' in content] + [it for it in texts if it in plain(content)]
    table = pyarrow.parquet.read_table(path, partitioning=None)
    found = []
    for name in table.column_names:
        ids = {"id": respondents, "customer": customers}.get(name, ())
        for value in table.column(name).to_pylist():
            if value in ids if ids else isinstance(value, str) and plain(value) in texts:
                found.append(value)
    return found
