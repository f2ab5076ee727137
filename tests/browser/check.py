#!/usr/bin/env python3
"""Is the report what people need? Runs the binary, opens its reports in headless Chromium, and looks.

    check.py [BINARY]

BINARY is target/debug/verbatim where it is not named. Needs Chromium (CHROMIUM, or `chromium` on the path) and axe-core (AXE names its
axe.min.js). Surveys: the bundled sample; 258 hostile comments; the patients' survey of the shared folder (`../shared` beside the repository, or
VERBATIM_SHARED) where that is there. SHOTS names a folder for screenshots. Closes with `N passed, N failed, N skipped`.

Not for whether the tables are right: here it is asked that a page shows what they hold, loads nothing, and can be used by everybody.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("VERBATIM_SHARED") or REPOSITORY.parent / "shared")
SAMPLE = REPOSITORY / "data" / "appliance_survey.csv"
HOSTILE = REPOSITORY / "tests" / "data" / "hostile.csv"
PATIENTS = SHARED / "data" / "patient_en_fft.csv"
# fmt: off
PATIENT_FLAGS = [
    "--id", "id", "--score", "score", "--scale", "1=promoter,2=passive,3-5=detractor,6-7=missing",
    "--text", "why=why", "--text", "good=good", "--text", "improve=improve", "--text", "other",
    "--date", "date", "--date-format", "%d/%m/%Y", "--by", "trust,service", "--period", "month", "--lexicon", "core",
]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
# fmt: on


class Report:
    """One report in the browser, with what it said and asked for while it was opened."""

    def __init__(self, browser, out, path, width=1400):
        self.out = Path(out)
        self.said, self.asked = [], []
        self.page = browser.new_page(viewport={"width": width, "height": 1000})
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.address = Path(path).as_uri()
        started = time.monotonic()
        self.page.goto(self.address, wait_until="load")
        self.seconds = time.monotonic() - started

    def values(self, attribute, *others):
        """Elements with a data attribute: its value and those of others."""
        names = [attribute, *others]
        script = "(all, names) => all.map(one => names.map(name => one.getAttribute('data-' + name)))"
        return self.page.eval_on_selector_all(f"[data-{attribute}]", script, names)

    def close(self):
        self.page.close()


def table(out, name, where):
    """Rows of a table as mappings."""
    read = f"read_parquet('{out}/{name}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
    found = duckdb.sql(f"SELECT * FROM {read} WHERE {where}")
    return [dict(zip(found.columns, row)) for row in found.fetchall()]


def is_quiet(report):
    """Nothing on the console, nothing asked for but the page itself."""
    assert not report.said, report.said
    assert report.asked == [report.address], report.asked


def charts_have_content(report):
    """Every drawing has shapes with a size, and a text for those who do not see it."""
    found = report.page.evaluate(
        """() => [...document.querySelectorAll('svg')].map(svg => ({
            label: svg.getAttribute('aria-label') || '', role: svg.getAttribute('role'),
            shapes: svg.querySelectorAll('rect, line, polyline, polygon, circle').length }))"""
    )
    assert len(found) > 10, f"{len(found)} drawings"
    for one in found:
        assert one["shapes"] > 0 and one["label"].strip() and one["role"] == "img", one
    sizes = report.page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(svg => svg.checkVisibility())
            .map(svg => [svg.getBoundingClientRect().width, svg.getBoundingClientRect().height])"""
    )
    assert sizes and all(width > 20 and height > 8 for width, height in sizes), sizes


def numbers_are_the_tables(report, period):
    """Every number that the page carries is the table's, to the last bit; and what is written is that number, rounded."""
    where = f"period = '{period}'"
    total = table(report.out, "nps", f"{where} AND cell_level = 'total'")[0]
    assert [float(value) for (value,) in report.values("nps")] == [total["nps"]]
    rows = {row["driver"]: row for row in table(report.out, "contributions", f"{where} AND cell_level = 'total'")}
    shown = report.values("driver", "side", "value")
    assert len(shown) > 5, shown
    for driver, side, value in shown:
        column = {"promoters": "promoter_contribution", "detractors": "detractor_contribution"}[side]
        assert float(value) == rows[driver][column], (driver, side, value, rows[driver][column])
    # The folded table has every leaf and bucket that anybody mentions, so that its columns add up to the shares.
    for side, column, share in [("promoters", "promoter_contribution", "promoter_share"), ("detractors", "detractor_contribution", "detractor_share")]:
        cells = report.values(f"table-{side}", "value")
        for driver, value in cells:
            assert float(value) == rows[driver][column], (driver, value)
        assert abs(sum(float(value) for _, value in cells) - total[share]) < 1e-9, side
    changes = {row["driver"]: row for row in table(report.out, "changes", f"{where} AND cell_level = 'total' AND comparison = 'previous'")}
    for driver, value in report.values("moved", "value"):
        assert float(value) == changes[driver]["change"], (driver, value)
    functions = {row["function"]: row for row in table(report.out, "functions", f"{where} AND cell_level = 'total'")}
    for function, value in report.values("function", "value"):
        assert float(value) == functions[function]["detractor_contribution"], (function, value)
    for segment, of, value in report.values("segment", "of", "value"):
        cell = table(report.out, "nps", f"{where} AND cell_level = '{segment}' AND \"seg_{segment}\" = '{of}'")
        assert value is None and cell[0]["nps"] is None or float(value) == cell[0]["nps"], (segment, of, value)
    written = report.page.eval_on_selector_all(
        "[data-driver]", "all => all.map(one => [one.getAttribute('data-value'), one.firstChild.textContent])"
    )
    for value, text in written:
        assert abs(100 * float(value) - float(text.replace("−", "-"))) <= 0.05 + 1e-9, (value, text)


def a_click_shows_comments(report):
    """A driver's row opens and shows its comments, by mouse and by keyboard; what is shown is in `comments`, and the evidence is marked."""
    page = report.page
    row = page.locator("#drivers details:has(summary.row)").first
    quotes = row.locator("blockquote")
    assert quotes.count() > 0 and not quotes.first.is_visible()
    row.locator("summary").click()
    assert quotes.first.is_visible()
    assert row.locator("mark").count() > 0
    row.locator("summary").press("Enter")
    assert not quotes.first.is_visible()
    texts = {value for one in table(report.out, "comments", "true") for name, value in one.items() if name.startswith("text") and value}
    for said in page.eval_on_selector_all("blockquote > bdi:first-child", "all => all.map(one => one.textContent)"):
        # Of a very long one a part is shown.
        part = said.removeprefix("… ").removesuffix(" …")
        assert said in texts or len(part) >= 1000 and any(part in text for text in texts), said
    # A link into what is folded opens it.
    link = row.locator("a[href^='#w-']").first
    row.locator("summary").click()
    target = link.get_attribute("href")
    link.click()
    page.wait_for_timeout(100)
    assert page.locator(f"[id='{target[1:]}']").is_visible()


def nothing_stands_out_of_the_page(report):
    """At the width of a phone nothing makes the page itself scroll sideways."""
    over = report.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{over} pixels too wide"


def is_accessible(report, axe):
    """axe-core finds no serious or critical violation, everything unfolded."""
    report.page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
    report.page.evaluate(axe)
    found = report.page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    serious = [(one["id"], one["impact"], [node["html"][:160] for node in one["nodes"][:3]])
               for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, serious


def hostile_comments_are_text(browser, binary, folder):
    """258 hostile comments are shown as they were, and nothing of them runs, loads or changes the page."""
    out = folder / "hostile"
    run(binary, "run", str(HOSTILE), "--out", str(out), "--text", "why=why", "--scale", "0-10", "--period", "week", "--quiet")
    given = {row["id"]: row["why"] for row in csv.DictReader(open(HOSTILE, encoding="utf-8", newline=""))}
    seen = {}
    for week in ["2026-W02", "2026-W03", "2026-W04"]:
        path = folder / f"hostile_{week}.html"
        run(binary, "report", str(out), "--period", week, "--quotes", "200", "-o", str(path), "--quiet")
        report = Report(browser, out, path)
        report.page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        report.page.wait_for_timeout(200)
        is_quiet(report)
        assert report.page.evaluate("() => window.pwned") is None
        tags = report.page.evaluate("() => [...new Set([...document.body.querySelectorAll('*')].map(one => one.localName))]")
        known = set("a b bdi blockquote br caption circle code details div figcaption figure footer h1 h2 h3 h4 header li line main mark nav ol p polygon "
                    "polyline rect section span strong summary svg table tbody td text tfoot th thead title tr ul".split())
        assert set(tags) <= known, set(tags) - known
        for whose, said in report.page.eval_on_selector_all(
            "blockquote", "all => all.map(one => [one.querySelector('footer bdi').textContent, one.querySelector('bdi').textContent])"
        ):
            seen[whose] = said
        report.close()
    assert len(seen) == len(given), f"{len(seen)} of {len(given)} comments are shown"
    # A page has line feeds alone, and no U+0000; white space at the ends of a field is the survey's own.
    for whose, text in given.items():
        assert seen[whose].strip() == text.replace("\r\n", "\n").replace("\r", "\n").strip(), (whose, text, seen[whose])


def run(binary, *arguments):
    done = subprocess.run([binary, *arguments], capture_output=True, text=True)
    assert done.returncode in (0, 1), f"{arguments}: {done.returncode} {done.stderr.strip()}"


def main():
    binary = str(Path(sys.argv[1] if len(sys.argv) > 1 else REPOSITORY / "target" / "debug" / "verbatim").resolve())
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "there is no Chromium: install it, or name it in CHROMIUM"
    axe = Path(os.environ["AXE"]).read_text(encoding="utf-8")
    shots = os.environ.get("SHOTS")
    passed = failed = skipped = 0

    def check(name, function, *arguments):
        nonlocal passed, failed
        try:
            function(*arguments)
            passed += 1
            print(f"ok      {name}", flush=True)
        except Exception as error:  # noqa: BLE001: whatever it is, the others are looked at too
            failed += 1
            print(f"FAILED  {name}: {error}", flush=True)

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        folder = Path(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        surveys = [("sample", SAMPLE, ["--by", "region,product"])]
        if PATIENTS.is_file():
            surveys.append(("patients", PATIENTS, PATIENT_FLAGS))
        else:
            skipped += 1
            print(f"skipped patients: {PATIENTS} is not there")
        for name, survey, flags in surveys:
            out = folder / name
            run(binary, "run", str(survey), "--out", str(out), "--quiet", *flags)
            last = max(row["period"] for row in table(out, "nps", "period NOT IN ('all', 'undated') AND n > 0"))
            for period in [last, "all"]:
                for lang in ["zh", "en"]:
                    path = folder / f"{name}_{period}_{lang}.html"
                    run(binary, "report", str(out), "--period", period, "--lang", lang, "-o", str(path), "--quiet")
                    title = f"{name} {period} {lang}"
                    report = Report(browser, out, path)
                    check(f"{title}: loads nothing and says nothing", is_quiet, report)
                    check(f"{title}: drawings have content", charts_have_content, report)
                    check(f"{title}: numbers are the tables'", numbers_are_the_tables, report, period)
                    check(f"{title}: a click shows comments", a_click_shows_comments, report)
                    if shots:
                        report.page.screenshot(path=f"{shots}/{name}_{period}_{lang}_1400.png", full_page=True)
                    check(f"{title}: accessible", is_accessible, report, axe)
                    report.close()
                    phone = Report(browser, out, path, width=400)
                    check(f"{title}: fits a phone", nothing_stands_out_of_the_page, phone)
                    if shots:
                        phone.page.screenshot(path=f"{shots}/{name}_{period}_{lang}_400.png", full_page=True)
                    phone.close()
        check("hostile comments are text", hostile_comments_are_text, browser, binary, folder)
        browser.close()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
