"""Hostile regular expressions, terms and tokenizer files, each with a megabyte of the text that provokes it."""

import json

from harness import LEXICON, Outcome, as_csv, write_lexicon

TITLE = "hostile regexes and tokenizer files × 1 MB of text"
SHORT, LONG = "all", "all"
MUST = "< 1 s each (optimised; 20 s where not), or refused"

MEGABYTE = 1_000_000

# Terms of a driver, and what provokes them.
TERMS = [
    # Nested quantifiers.
    ("re:/(a+)+b/", "a"),
    ("re:/(a*)*b/", "a"),
    ("re:/(a|a)*b/", "a"),
    ("re:/(a|aa)+$/", "a"),
    ("re:/((a+)+)+b/", "a"),
    ("re:/(.*)*x/", "ab"),
    ("re:/(?:a?){50}a{50}/", "a"),
    ("re:/(x+x+)+y/", "x"),
    ("re:/^(([a-z])+.)+[A-Z]([a-z])+$/", "aaaa "),
    ("re:/(吵|吵吵)+不/", "吵"),
    # Repetitions by count.
    ("re:/(a{1000}){1000}/", "a"),
    ("re:/a{99999999}/", "a"),
    ("re:/((a{100}){100}){100}/", "a"),
    ("re:/[^b]{350}c/", "a"),
    (r"re:/\w{2000}/", "a"),
    (r"re:/(\w{8} ){40}x/", "abcdefgh "),
    ("re:/(a?){1000}b/", "a"),
    ("re:/.{0,999}=/", "ab"),
    # From everywhere to everywhere.
    ("re:/.*.*.*=/", "a"),
    ("re:/.*.*.*.*.*.*.*好/", "吵"),
    ("re:/a.*b.*c.*d/", "abc"),
    ("re:/(a.*)(b.*)(c.*)z/", "abc "),
    (r"re:/\S+\s+\S+\s+\S+=/", "ab "),
    ("re:/[^,]*,[^,]*,x/", "a,"),
    ("re:/等.*天/", "等"),
    ("re:/(等|了).{0,200}天/", "等了"),
    # Unicode.
    (r"re:/\p{L}{50}\p{N}/", "吵"),
    (r"re:/(\p{L}|\p{N}|\p{S}){100}/", "吵"),
    (r"re:/[\p{Han}\p{Latin}\p{Cyrillic}]{300}!/", "吵a"),
    (r"re:/(?i)(ſ|k|ß){200}x/", "ſ"),
    # Empty matches.
    ("re:/x*/", "a"),
    ("re:/(|a)+/", "a"),
    (r"re:/\b/", "a "),
    (r"re:/\b|\B/", "a "),
    ("re:/^/", "a"),
    # What is not of the linear-time kind, or no expression.
    (r"re:/(a+)\1/", "a"),
    ("re:/a(?=b)/", "ab"),
    ("re:/(?<!a)b/", "ab"),
    ("re:/" + "(" * 2000 + "a" + ")" * 2000 + "/", "a"),
    ("re:/(((/", "a"),
    # Very many words.
    ("re:/" + "|".join(f"word{n}x" for n in range(10_000)) + "/", "word1 word99 "),
    ("re:/(" + "|".join(f"吵{n}" for n in range(3_000)) + ")+不/", "吵1吵2"),
    # Terms of another kind.
    ("吵 ~9 不 ~9 吵 ~9 不", "吵不"),
    ("a & b & c & d", "a b c "),
    ("noise*", "noise"),
    ("<number> <number> <number> db", "1 "),
    ("a" * 70_000, "a"),
    ("outrageous~", "outragous "),
    ("吵吵", "吵"),
]


def split(pattern):
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


def nested(depth):
    inner = {"type": "WhitespaceSplit"}
    for _ in range(depth):
        inner = {"type": "Sequence", "pretokenizers": [inner]}
    return inner


# Pre-tokenizers, and what provokes them; a text in place of one is the file itself.
TOKENIZERS = [
    (split(r"(a+)+b"), "a"),
    (split(r"(a+)+(?!c)b|a"), "a"),
    (split(r"(?=(a+)+b)x|\w"), "a"),
    (split(r"(\w+\s?)+(?<!x)="), "ab "),
    (split(r"(a|a)*\1b"), "a"),
    (split(r"(?=.*=)a"), "a"),
    (split(r"(.*)(.*)(.*)(?=\d)"), "ab "),
    (split(r"(?:a?){30}a{30}(?!b)c"), "a"),
    (split(r"[z-a]"), "a"),
    (split("(a{1000}){1000}"), "a"),
    (split("(?=a{1000}{1000})"), "a"),
    (split(""), "a "),
    (nested(100), "ab "),
    ('{"pre_tokenizer": ' + "[" * 100_000, "a"),
    ('{"pre_tokenizer": ' + '{"type":"Sequence","pretokenizers":[' * 5_000 + "]}" * 5_000 + "}", "a"),
    ('{"model": {"vocab": {' + ",".join(f'"w{n}": {n}' for n in range(300_000)) + '}}, "pre_tokenizer": {"type": "WhitespaceSplit"}}', "ab "),
    ({"type": "Digits", "individual_digits": True}, "1"),
    ({"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}, "a "),
    ({"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}, " "),
]


def check(context):
    outcome = Outcome()
    limit = 1 if context.engine.binary.endswith("/release/verbatim") else 20
    plain = context.new("plain")
    lexicon = write_lexicon(plain / "lexicon")
    times, refused = [], 0

    def run(case, folder, lexicon, text, *more):
        nonlocal refused
        survey = folder / "survey.csv"
        survey.write_bytes(as_csv([["r1", "2026-06-01", "9", "North", (text * (MEGABYTE // len(text.encode()) + 1)).encode()[:MEGABYTE].decode("utf-8", "ignore")]]))
        done = context.engine.run("run", survey, "--scale", "0-10", "--lexicon", lexicon, "--out", folder / "out", "--quiet", *more, timeout=4 * limit + 10)
        outcome.done += 1
        wrong = done.wrong(codes=(0, 2))
        if wrong:
            outcome.fail(f"{case}: {wrong}")
        elif done.error() == "bug":
            outcome.fail(f"{case}: {done.err.strip()[:200]}")
        elif done.seconds > limit:
            outcome.fail(f"{case}: {done.seconds:.1f} s")
        refused += done.code == 2
        times.append(done.seconds)

    for number, (term, text) in enumerate(TERMS):
        folder = context.new(f"term{number}")
        # JSON's texts are texts of TOML too.
        driver = f'id = "hostile"\n[positive]\nen = [{json.dumps(term, ensure_ascii=False)}]\n'
        run(f"{term[:60]} × {text[:20]!r}", folder, write_lexicon(folder / "lexicon", {**LEXICON, "drivers/hostile.toml": driver}), text)
    for number, (tokenizer, text) in enumerate(TOKENIZERS):
        folder = context.new(f"tokenizer{number}")
        path = folder / "tokenizer.json"
        path.write_text(tokenizer if isinstance(tokenizer, str) else json.dumps({"pre_tokenizer": tokenizer}), encoding="utf-8")
        # A term in the text, so that it is cut.
        run(f"{json.dumps(tokenizer)[:80]} × {text[:20]!r}", folder, lexicon, text + "noise " if number % 2 else text, "--tokenizer", path, "--segment", "full")
    outcome.figures = {"refused": refused, "slowest": f"{max(times):.2f} s"}
    return outcome
