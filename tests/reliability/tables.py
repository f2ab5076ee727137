"""Files of an output are damaged, one at a time: nobody reads other figures in silence. `verify` names the file, and every command that reads
it says so, or prints what it printed before."""

import json
import shutil

from harness import Outcome, as_csv, rows

TITLE = "damaged own tables"
SHORT, LONG = "200", "2,000"
MUST = "0 silent differences: every one named"


def damage(chance, content):
    """The content, damaged in one of the ways of disks, transfers and people; never the same."""
    damaged = bytearray(content)
    way = chance.randrange(8)
    at = chance.randrange(len(content)) if content else 0
    if way == 0 or not content:
        damaged[at:at] = bytes([chance.randrange(256)])
    elif way == 1:
        damaged[at] ^= 1 << chance.randrange(8)
    elif way == 2:
        del damaged[at:]
    elif way == 3:
        length = chance.randrange(1, 64)
        damaged[at : at + length] = bytes(len(damaged[at : at + length]))
    elif way == 4:
        length = chance.randrange(1, 512)
        del damaged[at : at + length]
    elif way == 5:
        length, other = chance.randrange(1, 64), chance.randrange(len(content))
        damaged[at : at + length] = content[other : other + length]
    elif way == 6:
        damaged += bytes(chance.randrange(256) for _ in range(chance.randrange(1, 64)))
    else:
        damaged[at] = chance.randrange(256)
    return bytes(damaged) if bytes(damaged) != content else bytes(content) + b"\0"


def check(context):
    outcome = Outcome()
    count = 2000 if context.long else 200
    survey = context.folder / "weeks.csv"
    survey.write_bytes(as_csv(rows(300, "weeks", days=21)))
    good = context.folder / "good"
    flags = ["--lexicon", context.lexicon, "--by", "region", "--quiet", "--out", good]
    done = context.engine.run("run", survey, *flags)
    assert done.code == 0, done.err
    apart = {"_log.jsonl", "_lock"}
    files = [path.relative_to(good) for path in sorted(good.rglob("*")) if path.is_file() and path.name not in apart]
    # The manifest and the rules as often as all tables together: there are few of them.
    tables = [path for path in files if path.suffix == ".parquet"]
    others = [path for path in files if path.suffix != ".parquet"]
    readers = [
        ["verify", "OUT", "--json"],
        ["drivers", "OUT", "--json"],
        ["comments", "OUT", "--period", "all"],
        ["report", "OUT", "--output", "PAGE"],
        ["export", "OUT", "--period", "all", "--csv", "SHEETS"],
        ["explain", "--lexicon", "OUT", "--json", "声音太吵"],
        ["sql", "OUT"],
    ]

    def read(out, command, at):
        page, sheets = context.folder / f"page{at}.html", context.folder / f"sheets{at}"
        named = {"OUT": out, "PAGE": page, "SHEETS": sheets}
        done = context.engine.run(*[named.get(word, word) for word in command])
        printed = done.out.replace(str(out), "OUT").replace(str(page), "PAGE").replace(str(sheets), "SHEETS")
        if page.exists():
            printed += page.read_text(encoding="utf-8").replace(str(out), "OUT")
            page.unlink()
        if sheets.exists():
            for path in sorted(sheets.rglob("*")):
                printed += path.read_text(encoding="utf-8") if path.is_file() else ""
            shutil.rmtree(sheets)
        return done, printed

    # The folder is called the same in every case, so that what is printed can be compared.
    wanted = {}
    for at, command in enumerate(readers):
        done, printed = read(good, command, f"good{at}")
        assert done.code == 0, f"{command}: {done.err}"
        wanted[command[0]] = printed

    def one(case):
        chance = context.random(case)
        path = chance.choice(others if case % 2 else tables)
        out = context.folder / f"copy{case}" / "good"
        shutil.copytree(good, out)
        content = (good / path).read_bytes()
        gone = case % 25 == 0
        if gone:
            (out / path).unlink()
        else:
            (out / path).write_bytes(damage(chance, content))
        wrong, refused = [], 0
        for at, command in enumerate(readers):
            done, printed = read(out, command, f"{case}-{at}")
            if problem := done.wrong():
                wrong.append(f"{path}: {command[0]}: {problem}")
            elif command[0] == "verify":
                if path.name == "_run.json":
                    named = done.code == 2 and done.error() in ("damaged_manifest", "schema_version", "missing_manifest")
                else:
                    found = json.loads(done.out)["findings"] if done.code == 1 else []
                    named = any(finding["file"] in (str(path), str(path.parent)) for finding in found)
                if not named:
                    wrong.append(f"{path}: verify does not name it: {done.out.strip()[:200]} {done.err.strip()[:200]}")
            elif done.code == 2:
                refused += 1
            elif printed != wanted[command[0]]:
                wrong.append(f"{path}: {command[0]} prints something else, exit code {done.code}")
        shutil.rmtree(out.parent)
        return wrong, refused

    results = context.each(one, range(count))
    outcome.done = count
    for wrong, _ in results:
        for sentence in wrong:
            outcome.fail(sentence)
    outcome.figures = {
        "damaged": f"{len(files)} different files",
        "named by verify": count - sum(any("verify" in it for it in wrong) for wrong, _ in results),
        "commands that refused": sum(refused for _, refused in results),
        "silent differences": sum(any("prints" in it for it in wrong) for wrong, _ in results),
    }
    return outcome
