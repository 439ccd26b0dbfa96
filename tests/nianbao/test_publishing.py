"""The self-contained report, and corrections of single cells."""

from __future__ import annotations

import base64
import csv
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from nianbao import compare, fonts
from nianbao.cli import main
from nianbao.demo.plan import demo_reports, towns_of
from nianbao.errors import OverrideError
from nianbao.overrides import COLUMNS, read_overrides

TOWN = "512002107"
KEY = "t3.granted.total"


def run(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--home", str(home)])


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path) -> Path:
    """The demo's database and archive in a folder that may be written to."""
    (tmp_path / "nianbao.db").write_bytes((demo_home / "nianbao.db").read_bytes())
    (tmp_path / "archive").symlink_to(demo_home / "archive")
    return tmp_path


def written(home: Path, folder: Path, *arguments: object) -> html.HtmlElement:
    path = folder / "report.html"
    result = run(home, "report", "雁江区", "--year", 2023, "-o", path, *arguments)
    assert result.exit_code == 0, result.output
    return html.document_fromstring(path.read_text("utf-8"))


def test_the_report_is_one_file(demo_home: Path, tmp_path: Path) -> None:
    """Nothing is loaded from anywhere; every link inside ends at a place inside, every other at a portal."""
    page = written(demo_home, tmp_path)
    assert not page.xpath("//script | //link | //img | //iframe")
    inside = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert inside <= set(page.xpath("//*/@id"))
    assert all(href.startswith(("#", "http://127.0.0.1")) for href in page.xpath("//a/@href"))
    assert (tmp_path / "report.html").stat().st_size < 2_000_000


def test_every_table_of_ours_in_the_report_has_a_caption(demo_home: Path, tmp_path: Path) -> None:
    """Those of archived pages are shown as they stand."""
    tables = written(demo_home, tmp_path).xpath("//table[@class='figures' or @class='matrix' or @class='list']")
    assert {table.get("class") for table in tables} == {"figures", "matrix", "list"}
    assert all(" ".join(table.xpath("string(caption)").split()) for table in tables)


def test_the_report_names_fonts_for_chinese(demo_home: Path, tmp_path: Path) -> None:
    """Letters are drawn with whichever of the usual Chinese fonts the reader's machine has, else with the one inside."""
    style = written(demo_home, tmp_path).xpath("string(//style)")
    assert base64.b64encode((fonts.FOLDER / fonts.FILE).read_bytes()).decode() in style
    assert 'url("/' not in style
    named = [family.strip(' "') for family in re.findall(r"font-family: ([^;}]+,[^;}]+)", style)[0].split(",")]
    for family in ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei"):
        assert named.index(family) < named.index("sans-serif")


def test_every_figure_has_its_evidence_inside(demo_home: Path, tmp_path: Path) -> None:
    """From the table to the sum, from each term to the marked cell that prints it."""
    page = written(demo_home, tmp_path)
    by_id = {element.get("id"): element for element in page.xpath("//*[@id]")}
    rows = page.xpath("//table[@class='figures']/tbody/tr")
    assert len(rows) == len(towns_of("512002", 2023))
    for link in page.xpath("//table[@class='figures']/tbody//td/a"):
        terms = by_id[link.get("href")[1:]].xpath(".//a")
        marked = [by_id[term.get("href")[1:]].text_content().strip() for term in terms]
        assert [term.text_content().replace(",", "") for term in terms if term.text_content() not in ("blank",)] == [
            m for m in marked if m
        ]
    assert len(page.xpath("//*[@class='marked'] | //mark")) >= 22 * 10


def test_the_report_shows_what_was_published(demo_home: Path, tmp_path: Path) -> None:
    """Figures, coverage and the failed rules of the year; generated figures are said to be."""
    page = written(demo_home, tmp_path, "--lang", "zh")
    assert page.get("lang") == "zh-CN"
    assert "演示数据" in page.text_content()
    (row,) = [r for r in page.xpath("//table[@class='figures']/tbody/tr") if r[0].text_content() == "丹山镇"]
    (report,) = [r for r in demo_reports() if r.unit_code == TOWN and r.year == 2023]
    assert row[1].text_content() == str(report.cells["t3.new_requests.total"])


def test_a_comparison_as_html(demo_home: Path, tmp_path: Path) -> None:
    """The measures named, without the excerpts: light enough to mail."""
    path = tmp_path / "a.html"
    result = run(demo_home, "compare", "512002", "--year", 2022, "--measure", "requests", "--format", "html", "-o", path)
    assert result.exit_code == 0, result.output
    page = html.document_fromstring(path.read_text("utf-8"))
    assert len(page.xpath("//table[@class='figures']/thead/tr/th")) == 3
    assert not page.xpath("//table[@class='figures']//a")
    assert path.stat().st_size < 150_000


def test_a_report_without_its_archive(demo_home: Path, tmp_path: Path) -> None:
    """The figures stay, and each township says why there is no excerpt."""
    (tmp_path / "nianbao.db").write_bytes((demo_home / "nianbao.db").read_bytes())
    page = written(tmp_path, tmp_path)
    assert len(page.xpath("//p[@class='notice' and contains(., 'cannot be shown')]")) == len(towns_of("512002", 2023))


def test_the_report_holds_forms_before_2019(demo_home: Path, tmp_path: Path) -> None:
    """A township whose report of the year is on the statistics form stands beside the others."""
    (tmp_path / "nianbao.db").write_bytes((demo_home / "nianbao.db").read_bytes())
    with closing(sqlite3.connect(tmp_path / "nianbao.db")) as db, db:
        db.execute("update reports set form = 's2014' where unit_code = ? and year = 2023", [TOWN])
    assert written(tmp_path, tmp_path).xpath("//table")


def test_a_correction_is_kept_apart(own_home: Path, tmp_path: Path) -> None:
    """It is written with reason, reviewer, day and the published figure; the database does not move."""
    before = (own_home / "nianbao.db").read_bytes()
    result = run(own_home, "override", f"{TOWN}/2023", KEY, "1,012", "--reason", "the page prints 1012", "--who", "reviewer")
    assert result.exit_code == 0, result.output
    (override,) = read_overrides(own_home).values()
    assert (override.key, override.published, override.state, override.value) == (KEY, "7", "read", "1012")
    assert (override.unit_code, override.year, override.who) == (TOWN, "2023", "reviewer")
    assert (own_home / "nianbao.db").read_bytes() == before
    assert compare.history(own_home / "nianbao.db", TOWN, named=["granted"]).set_index("year").loc[2023, "value"] == 7
    assert "1012" in [e.text_content() for e in written(own_home, tmp_path).xpath("//*[@class='corrected']")]


def test_a_correction_is_shown_as_such(own_home: Path) -> None:
    """Beside the figure as published, by `show` and `unit`, with reason, reviewer and day."""
    run(own_home, "override", f"{TOWN}/2023", KEY, "1012", "--reason", "the page prints 1012", "--who", "reviewer")
    (made,) = read_overrides(own_home).values()
    said = f"{KEY}: published 7, corrected to 1012 by reviewer, {made.when}: the page prints 1012"
    shown = run(own_home, "show", f"{TOWN}/2023", KEY).output.splitlines()
    assert shown[:2] == [f"{KEY}: 7 (read)", said]
    as_data = json.loads(run(own_home, "show", f"{TOWN}/2023", KEY, "--json").output)
    assert (as_data["value"], as_data["correction"]["value"], as_data["correction"]["who"]) == (7, "1012", "reviewer")
    assert f"2023 {said}" in run(own_home, "unit", TOWN, "--measure", "granted").output.splitlines()
    assert said not in run(own_home, "unit", "512002100").output


@pytest.mark.parametrize(("form", "said"), [("free", "without a form"), ("s2014", "no cell of the form s2014")])
def test_a_report_of_another_form_has_no_such_cell(own_home: Path, form: str, said: str) -> None:
    """Those of before 2019 have other cells, or none."""
    with closing(sqlite3.connect(own_home / "nianbao.db")) as db, db:
        db.execute("update reports set form = ? where unit_code = ? and year = 2023", [form, TOWN])
    result = run(own_home, "override", f"{TOWN}/2023", KEY, "1", "--reason", "the page prints 1", "--who", "reviewer")
    assert result.exit_code and said in result.output and not isinstance(result.exception, KeyError)


def test_a_history_as_data_carries_its_corrections(own_home: Path) -> None:
    """Beside the published figure, with value, reason, reviewer and day; only in rows of measures made of the cell, taken off among them."""
    for key, value in ((KEY, ["1012"]), ("t4.review_pending", ["3"])):
        run(own_home, "override", f"{TOWN}/2023", key, *value, "--reason", "the page, says", "--who", "reviewer")
    named = ("granted", "refused", "review_correction_rate")
    asked = ("unit", TOWN, *(word for name in named for word in ("--measure", name)), "--format")
    as_json = json.loads(run(own_home, *asked, "json").output)
    as_csv = list(csv.DictReader(run(own_home, *asked, "csv").output.splitlines()))
    made = {(row["year"], row["measure"]): row["corrections"] for row in as_json}
    assert {of: [one["key"] for one in found] for of, found in made.items() if found} == {
        (2023, "granted"): [KEY],
        (2023, "review_correction_rate"): ["t4.review_pending"],
    }
    (granted,) = made[2023, "granted"]
    assert list(granted) == ["key", "published", "state", "value", "reason", "who", "when"]
    assert (granted["published"], granted["value"], granted["reason"], granted["who"]) == (
        "7",
        "1012",
        "the page, says",
        "reviewer",
    )
    assert [json.loads(row["corrections"] or "[]") for row in as_csv] == [row["corrections"] for row in as_json]
    assert [row["value"] for row in as_json if (row["year"], row["measure"]) == (2023, "granted")] == [7]


@pytest.mark.parametrize(("language", "said"), [("en", "corrected to 1012 by reviewer"), ("zh", "更正为 1012")])
def test_a_correction_shows_in_the_report(own_home: Path, tmp_path: Path, language: str, said: str) -> None:
    """In the table beside the figure, which stays; below the drawings, which are of what was published; and in a table of its own."""
    asked, key = ("--lang", language), "t3.new_requests.total"
    before = [link.text_content() for link in written(own_home, tmp_path, *asked).xpath("//table[@class='figures']//td/a")]
    for year, cell in ((2023, key), (2023, KEY), (2022, key)):
        run(own_home, "override", f"{TOWN}/{year}", cell, "1012", "--reason", "the page says", "--who", "reviewer")
    page = written(own_home, tmp_path, *asked)
    links = page.xpath("//table[@class='figures']//td/a[not(@class)]")
    assert [link.text_content() for link in links] == before
    beside = page.xpath("//table[@class='figures']//tr[th='丹山镇']//a[@class='corrected']")
    assert beside[0].text_content() == "1012"
    assert all(said in link.get("title") and link.get("href") == "#corrections" for link in beside)
    (note,) = page.xpath("//ul[@class='multiples']/preceding-sibling::p[@class='notice' and contains(., '1012')]")
    assert (note.text_content().count(said), note.text_content().count("2022")) == (2, 1)
    rows = page.xpath("//h2[@id='corrections']/following::table[1]/tbody/tr")
    assert sorted(row[1].text_content() for row in rows) == ["2022", "2023", "2023"]
    assert not page.xpath("//a[starts-with(@href, '/')]")


@pytest.mark.parametrize("form", ["csv", "parquet", "package"])
def test_a_correction_is_exported_apart(own_home: Path, form: str) -> None:
    """In a file of its own, formulas defused for spreadsheets; the tables are as they were. Without corrections there is no such file."""
    whole = ("export", own_home / "before", "--format", form, "--table", "requests")
    assert run(own_home, *whole).exit_code == 0
    assert not (own_home / "before" / "overrides.csv").exists()
    run(own_home, "override", f"{TOWN}/2023", KEY, "1012", "--reason", "=1+1", "--who", "reviewer")
    assert run(own_home, "export", own_home / "after", "--format", form, "--table", "requests").exit_code == 0
    with (own_home / "after" / "overrides.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["published"], row["value"], row["reason"]) == ("7", "1012", "'=1+1" if form == "csv" else "=1+1")
    assert "overrides.csv" in (own_home / "after" / "README.txt").read_text("utf-8")
    (table,) = (own_home / "after").rglob("requests.*")
    assert table.read_bytes() == next((own_home / "before").rglob("requests.*")).read_bytes()


def test_a_data_package_describes_its_corrections(own_home: Path) -> None:
    run(own_home, "override", f"{TOWN}/2023", KEY, "1012", "--reason", "the page prints 1012", "--who", "reviewer")
    assert run(own_home, "export", own_home / "package", "--format", "package", "--table", "requests").exit_code == 0
    described = json.loads((own_home / "package" / "datapackage.json").read_text("utf-8"))["resources"]
    assert [resource["name"] for resource in described] == ["requests", "overrides"]
    assert [field["name"] for field in described[1]["schema"]["fields"]] == list(COLUMNS)


def test_a_correction_may_say_that_there_is_no_figure(own_home: Path) -> None:
    """Without a value; a second correction of the cell replaces the first."""
    for value in (["9"], []):
        assert run(own_home, "override", f"{TOWN}/2023", KEY, *value, "--reason", "r", "--who", "w").exit_code == 0
    (override,) = read_overrides(own_home).values()
    assert override.value == ""


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((f"{TOWN}/2023", "t3.grantd.total", "1"), 2, "near: t3.granted.total"),
        ((f"{TOWN}/1999", KEY, "1"), 1, "1999"),
        ((f"{TOWN}/2023", KEY, "7"), 1, "nothing to correct"),
        ((f"{TOWN}/2023", KEY, "1.5"), 1, "a whole number"),
        ((f"{TOWN}/2023", KEY, "many"), 1, "a whole number"),
        ((f"{TOWN}/2023", KEY, "8", "--reason", " "), 1, "a reason and a reviewer"),
    ],
)
def test_corrections_that_are_refused(own_home: Path, arguments: tuple[str, ...], status: int, said: str) -> None:
    """A cell that is not there, a value it cannot hold, nothing changed, no reason: nothing is written."""
    result = run(own_home, "override", "--who", "w", "--reason", "r", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr
    assert not (own_home / "overrides.csv").exists()


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", ",".join(COLUMNS) + "\nx,,,t3.granted.total,,,1,,w,2026\n", ",".join(COLUMNS) + "\nx,y\n"]
)
def test_a_file_of_corrections_that_is_damaged(own_home: Path, text: str) -> None:
    """The line is named."""
    (own_home / "overrides.csv").write_text(text, "utf-8")
    with pytest.raises(OverrideError, match=r"overrides\.csv: (line 2|its columns)"):
        read_overrides(own_home)


def test_a_file_of_corrections_edited_by_hand(own_home: Path) -> None:
    """A spreadsheet's byte order mark is no column; quotes and commas survive."""
    run(own_home, "override", f"{TOWN}/2023", KEY, "8", "--reason", 'prints "8", not 7', "--who", "审核员")
    path = own_home / "overrides.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (override,) = read_overrides(own_home).values()
    assert (override.reason, override.who) == ('prints "8", not 7', "审核员")
    assert next(csv.reader(path.read_text("utf-8-sig").splitlines())) == list(COLUMNS)
