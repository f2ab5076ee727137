"""Workbooks that are damaged, or small and want to be large: each ends with an error or with rejects, in bounded memory and time.

Not for whether a whole workbook is read rightly: the tests of the library hold that against CSV.
"""

import io
import random
import struct
import zipfile

from harness import Outcome

TITLE = "workbooks: bombs and damage"
SHORT, LONG = "26 bombs, 100 damaged", "26 bombs, 2,000 damaged"
MUST = "clean error or rejects, no panic, peak < 512 MB, rows in = tagged + rejected"

PEAK = 512 * 1000 * 1000
MIB = 1 << 20
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>score</v></c><c r="C1" t="str"><v>comment</v></c></row>'
ANSWER = '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}"><v>9</v></c><c r="C{0}" t="s"><v>0</v></c></row>'


def relations(kind, target):
    return f'<Relationships><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'


class Times:
    """A text many times over. It is never whole in memory: what this process has counts for those that it starts."""

    def __init__(self, text, count):
        self.text, self.count = text.encode(), count

    def pieces(self):
        at_once = max(1, MIB // len(self.text))
        for done in range(0, self.count, at_once):
            yield self.text * min(at_once, self.count - done)


def workbook(rows=None, strings=("<si><t>the staff were great</t></si>",), parts=(), head="", tail=(), sst="<sst>"):
    """The bytes of a workbook with one sheet. Texts are lists of texts and `Times`; `parts` take the place of its own."""
    rows = ["".join(ANSWER.format(row) for row in range(2, 6))] if rows is None else rows
    own = {
        "_rels/.rels": [relations("officeDocument", "xl/workbook.xml")],
        "xl/workbook.xml": ['<workbook><sheets><sheet name="Data" r:id="r1"/></sheets></workbook>'],
        "xl/_rels/workbook.xml.rels": [relations("worksheet", "worksheets/sheet1.xml")],
        "xl/sharedStrings.xml": [sst, *strings, "</sst>"],
        "xl/worksheets/sheet1.xml": [f"<worksheet>{head}<sheetData>", HEADER, *rows, "</sheetData>", *tail, "</worksheet>"],
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, texts in {**own, **dict(parts)}.items():
            with archive.open(name, "w") as entry:
                for text in texts:
                    for piece in text.pieces() if isinstance(text, Times) else [text if isinstance(text, bytes) else text.encode()]:
                        entry.write(piece)
    return content.getvalue()


def part(name, *texts):
    """A workbook with this part in the place of its own."""
    return workbook(parts={name: texts})


def many_entries(said):
    """An archive whose end claims more entries than it has, in 64 bits."""
    content = workbook()
    end = content.rindex(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, said, said, 1 << 50, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    return content[:end] + record + locator + content[end : end + 8] + b"\xff" * 12 + content[end + 20 :]


def cell(*texts, kind="str", row=6):
    before = f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>9</v></c><c r="C{row}" t="{kind}">'
    return [before, *texts, "</c></row>"]


def bombs(long_form):
    """Names, bytes, and the error that they end with; None where a run goes on."""
    large = "workbook_too_large"
    long = Times("a" * 1024, 17 * 1024)
    # What does not pack too well: more than a packer looks back for.
    mixed = "".join(f"<si><t>{random.Random(row).choice('abcdefgh')}</t></si>" for row in range(3000))
    styles = lambda *texts: part("xl/styles.xml", "<styleSheet>", *texts, "</styleSheet>")
    shared = ["".join(ANSWER.format(row) for row in range(2, 6002))]
    yield "far cell", workbook([ANSWER.format(2), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']), None
    yield "false extent", workbook(head='<dimension ref="A1:XFD1048576"/>'), None
    yield "backward extent", workbook(head='<dimension ref="XFD9:A1"/>'), "workbook"
    yield "false uniqueCount", workbook(sst='<sst count="1" uniqueCount="9999999999999">'), large
    yield "many claimed strings", workbook(sst='<sst uniqueCount="4000000">'), None
    # An unoptimised binary takes a minute for as many as there may be.
    yield "many strings", workbook(strings=[Times(mixed, 1366 if long_form else 300)]), None
    yield "many empty strings", workbook(strings=[Times("<si><t/></si>", 6_000_000)]), large
    yield "one text in many cells", workbook(shared, strings=["<si><t>", Times("x ", MIB // 2 - 1), "</t></si>"]), large
    yield "a text too long for a cell", workbook(cell("<v>", Times("x", MIB + 1), "</v>")), None
    yield "a text too long for all", workbook(cell("<v>", long, "</v>")), large
    yield "a rich text of many runs", workbook(cell("<is>", Times("<r><t>aaaaaaaa</t></r>", 3_000_000), "</is>", kind="inlineStr")), large
    yield "a shared text of many runs", workbook(strings=["<si>", Times(f"<r><t>{'a' * 10_000}</t></r>", 3_000), "</si>"]), large
    yield "a long tag", workbook(['<row a="', long, '" r="6"/>']), large
    yield "a long comment of XML", workbook(["<!--", long, "-->"]), large
    yield "deep elements", workbook([Times("<a>", 3_000_000)]), large
    yield "entities", part("xl/worksheets/sheet1.xml", '<!DOCTYPE w [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><worksheet/>'), large
    yield "blanks", workbook([Times(" ", 400 * MIB)]), large
    yield "rows of nothing", workbook([Times("<row/>", 10_000_000)]), large
    yield "styles with a long font", styles('<fonts><font><name val="', Times("a", MIB), '"/></font></fonts><cellXfs>', Times('<xf fontId="0"/>', 5000), "</cellXfs>"), large
    yield "many styles", styles("<fonts>", Times("<font/>", 2_000_000), "</fonts>"), large
    yield "as many styles as there may be", styles("<cellXfs>", Times('<xf numFmtId="14"/>', 100_000), "</cellXfs>"), None
    yield "many merged cells", workbook(tail=["<mergeCells>", Times('<mergeCell ref="A2:A3"/>', 200_000), "</mergeCells>"]), large
    yield "a shared formula of a false number", workbook(cell('<f t="shared" si="999999999999" ref="C6:C7">A1</f><v>x</v>')), None
    yield "defined names", part("xl/workbook.xml", "<workbook>", Times(f'<definedName name="a">{"b" * 1000}</definedName>', 20_000), "</workbook>"), large
    yield "a picture that unpacks far", part("xl/media/a.png", Times("\0", 200 * MIB)), None
    yield "many claimed entries", many_entries(1 << 40), large


def check(context):
    outcome, peak, slowest = Outcome(), 0, 0
    run = ["run", "--lexicon", context.lexicon, "--scale", "0-10", "--json"]

    def one(case):
        name, content, error = case
        path = context.folder / f"{name}.xlsx"
        path.write_bytes(content)
        done = context.engine.run(*run, path, "--out", context.folder / f"out {name}")
        path.unlink()
        wrong = done.wrong()
        if not wrong and error != "any" and done.error() != error:
            wrong = f"ended with {done.error()} and not {error}: {done.err.strip()[:200]}"
        if not wrong and done.code < 2:
            told = done.json()
            if told["rows_in"] != told["rows_tagged"] + told["rows_rejected"]:
                wrong = "rows were lost"
        return name, content, wrong, done

    def damaged(case):
        chance = context.random(case)
        content = bytearray(workbook([ANSWER.format(row) for row in range(2, 40)]))
        if chance.random() < 0.2:
            del content[chance.randrange(len(content)) :]
        for _ in range(chance.choice([1, 1, 2, 8])):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        return f"damaged {case}", bytes(content), "any"

    def within(case):
        """Damage within the XML of the sheet, which the archive's sums do not show."""
        chance = context.random(f"within {case}")
        text = bytearray(f"<worksheet><sheetData>{HEADER}{''.join(ANSWER.format(row) for row in range(2, 9))}</sheetData></worksheet>".encode())
        for _ in range(chance.choice([1, 2, 4])):
            place = chance.randrange(len(text))
            text[place : place + chance.randrange(2)] = chance.choice([b"<", b">", b"9", b'"', b"", b"\xff", b"&", b"AAAA", b"99999999", b"/"])
        return f"within {case}", part("xl/worksheets/sheet1.xml", bytes(text)), "any"

    def judge(case):
        nonlocal peak, slowest, read
        name, content, wrong, done = one(case)
        outcome.done += 1
        peak, slowest = max(peak, done.peak), max(slowest, done.seconds)
        read += done.code < 2
        if not wrong and done.peak > PEAK:
            wrong = f"took {done.peak // 1_000_000} MB"
        if wrong:
            outcome.fail(f"{name}: {wrong}{context.kept(name + '.xlsx', content)}")

    read = 0
    for case in bombs(context.long):
        judge(case)
    count = 1000 if context.long else 50
    context.each(lambda case: (judge(damaged(case)), judge(within(case))), range(count))
    outcome.figures = {"read": read, "refused": outcome.done - read, "peak": f"{peak // 1_000_000} MB", "slowest": f"{slowest:.1f} s"}
    return outcome
