"""The notebooks: run on the demo database, read in a browser, and stopped where the data cannot carry the claim."""

from __future__ import annotations

import ast
import base64
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import html

from nianbao import compare
from nianbao.cli import main
from nianbao.demo.plan import demo_reports
from nianbao.demo.prose import copied_from
from nianbao.errors import ClaimError, NotebookError
from nianbao.notebooks import found, notebooks, page, run

from .notebook_cells import cells_run, code_of, read, settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
NAMES = ("01_coverage_and_timeliness", "02_townships_side_by_side", "03_requests_who_asks", "04_reviews_and_lawsuits")
NAMES += ("05_how_far_to_trust", "06_copied_narratives", "07_your_own_measure")
MAY_IMPORT = {"os", "pathlib", "altair", "pandas", "nianbao"}
SMALLEST_PICTURE = 10_000
ROOT = Path(__file__).parents[2]
SHOWN = {"03_requests_who_asks": 1}
"""Which picture of a notebook the docs show; the first of the others."""


def altered(db: Path, folder: Path, *statements: str) -> Path:
    """A copy of the database after these statements."""
    copy = folder / "altered.db"
    copy.write_bytes(db.read_bytes())
    with closing(sqlite3.connect(copy)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def test_there_are_seven() -> None:
    """By name, or by how the name begins."""
    assert tuple(notebooks()) == NAMES
    assert found("03").stem == "03_requests_who_asks"
    with pytest.raises(NotebookError, match="01_coverage"):
        found("08")


@pytest.mark.parametrize("name", NAMES)
def test_each_reads_as_prose_with_small_cells(name: str) -> None:
    """No outputs are committed; prose stands before code; code knows nianbao.compare and the database alone."""
    cells = read(notebooks()[name]).cells
    assert cells[0].cell_type == "markdown"
    assert sum(cell.cell_type == "markdown" for cell in cells) >= 5
    for cell in cells:
        assert not cell.get("outputs")
        if cell.cell_type != "code":
            continue
        assert cell.source.count("\n") < 40
        for node in ast.walk(ast.parse(cell.source)):
            named = node.module if isinstance(node, ast.ImportFrom) else None
            assert named in (None, "pathlib", "nianbao")
            assert named != "nianbao" or [alias.name for alias in node.names] == ["compare"]
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= MAY_IMPORT - {"nianbao"}


@pytest.mark.parametrize("name", NAMES)
def test_each_runs_and_can_be_read_in_a_browser(name: str, demo_db: Path) -> None:
    """Every picture says n, source and day in words too; the page runs and loads nothing."""
    book, stopped = run(notebooks()[name], settings(demo_db))
    assert stopped is None
    shown = html.document_fromstring(page(book, name, stopped))
    pictures = shown.xpath("//img")
    assert pictures
    for picture in pictures:
        words = picture.get("alt")
        assert "n = " in words
        assert "source: 雁江区（演示）, database of 20" in words
        data = base64.b64decode(picture.get("src").removeprefix("data:image/png;base64,"))
        assert data.startswith(b"\x89PNG")
        assert SMALLEST_PICTURE < len(data) < 200_000
    if "NIANBAO_PICTURES" in os.environ:  # the pictures of the docs are made anew
        (ROOT / "docs" / "pictures" / f"{name}.png").write_bytes(
            base64.b64decode(pictures[SHOWN.get(name, 0)].get("src").partition(",")[2])
        )
    assert not shown.xpath("//script | //link | //iframe | //img[not(starts-with(@src, 'data:'))]")
    assert "default-src 'none'" in shown.xpath("string(//meta[@http-equiv]/@content)")
    assert len(shown.xpath("//h1")) == 1
    assert not shown.xpath("//pre[@class='error']")


GONE = "update reports set is_current = 0 where year = 2023 and level = 'town' and unit_code < '512002110'"
FEW = "update units set county_code = '520323' where level = 'town' and unit_code <> '512002107'"
NO_SECRETS = """update requests set refused_state_secret = null where report_id in
(select report_id from reports where year = 2023 and level = 'town' and unit_code > '512002105')"""


@pytest.mark.parametrize(
    ("name", "statements", "more", "said"),
    [
        ("01", [GONE], {}, "2023: .* reports were found"),
        ("01", ["update reports set published_on = null where unit_code > '5120021'"], {}, "published_on: "),
        ("01", [FEW], {}, "reports of townships: n = 6, needed are 10"),
        ("02", [GONE], {}, "2023: .* needed are 80%"),
        ("02", [], {"NIANBAO_YEAR": "2021"}, "the form changed within these years: e2019 2020-2020, e2021 2021-2021"),
        ("03", [], {"NIANBAO_SINCE": "2019"}, "the form changed"),
        ("03", ["update requests set new_requests = 0"], {}, "requests received: n = 0, needed are 30"),
        (
            "03",
            ["update requests set refused_state_secret = null"],
            {},
            "every outcome of 2021: 0 of 22 have a figure, needed are 18",
        ),
        ("03", [NO_SECRETS], {}, "every outcome of 2023: 11 of 22 have a figure"),
        ("04", [], {"NIANBAO_SINCE": "2019"}, "the form changed within these years: e2019 2019-2020"),
        ("04", ["update reviews set pending = null"], {}, "pending: 0 of 198 have a figure, needed are 158"),
        (
            "04",
            ["update reviews set upheld = 0, corrected = 0, other = 0, pending = total"],
            {},
            "cases with a result, in any channel: n = 0, needed are 20",
        ),
        ("04", ["update reviews set total = null"], {}, "cases in table 四: n = not known"),
        ("05", [], {"NIANBAO_SINCE": "2019"}, "the form changed within these years: e2019 2019-2020, e2021 2021-2023"),
        ("06", [], {"NIANBAO_SINCE": "2020"}, "the form changed within these years: e2019 2020-2020, e2021 2021-2023"),
        ("05", [GONE], {}, "2023: .* needed are 80%"),
        ("06", [GONE], {}, "2023: .* needed are 80%"),
        ("07", [GONE], {}, "2023: .* needed are 80%"),
        ("05", ["update reports set cells_read = cells_read - 40"], {}, "of the cells have a figure"),
        ("06", ["update sections set text = substr(text, 1, 20)"], {}, "long_enough: 0 of 69 have a figure"),
        ("07", ["update requests set new_requests = null where applicant = 'natural_person'"], {}, "organisations: 0 of 22"),
        ("07", ["update requests set granted = granted + 1"], {}, "other values"),
    ],
)
def test_each_stops_where_the_data_cannot_carry_it(
    name: str,
    statements: list[str],
    more: dict[str, str],
    said: str,
    demo_db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too few reports, days, figures, cases or texts, or another form in between: loudly, instead of a picture."""
    with pytest.raises((ClaimError, AssertionError), match=said):
        cells_run(name, altered(demo_db, tmp_path, *statements), monkeypatch, **more)


@pytest.mark.parametrize("name", NAMES)
def test_each_asks_for_one_edition_or_says_why_not(name: str) -> None:
    """What is compared over years stands on one edition of the form, or is no figure of a form."""
    cells = read(notebooks()[name]).cells
    asks = any("compare.one_edition(" in cell.source for cell in cells if cell.cell_type == "code")
    tells = any("no figure of a form is compared" in cell.source for cell in cells if cell.cell_type == "markdown")
    assert asks != tells


@pytest.mark.parametrize("name", ["03", "04", "05", "06"])
def test_a_year_before_the_newest_form_stands_alone(name: str, demo_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The years begin with the newest form, and with the year asked for where that is earlier."""
    known = cells_run(name, demo_db, monkeypatch, NIANBAO_YEAR="2020")
    assert (known["SINCE"], known["edition"]) == (2020, "e2019")


def test_years_that_are_compared_are_those_asked_for(demo_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells, rules, years held against each other and copies of the window alone; a year in which no rule failed has 0."""
    trust, copied = (cells_run(name, demo_db, monkeypatch) for name in ("05", "06"))
    assert list(trust["states"].index) == list(trust["counted"].index) == [2021, 2022, 2023]
    assert trust["counted"].loc[2021, "fail"] == 0
    frames = (trust["every"], trust["across"], copied["copies"], copied["prose"])
    assert all(set(frame["year"]) <= {2021, 2022, 2023} and len(frame) for frame in frames)


def test_a_kind_without_a_figure_is_drawn_as_missing(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of applicants of which no cell of a year was read has 缺, one without requests 0."""
    nothing = "update requests set new_requests = null where applicant = 'natural_person' and report_id in (select report_id from reports where year = 2022)"
    asked = cells_run("03", altered(demo_db, tmp_path, nothing), monkeypatch)["asked"].set_index(["year", "applicant"])
    assert tuple(asked.loc[(2022, "natural_person"), ["label", "end"]]) == ("缺", 0)
    assert asked.loc[(2021, "research_institution"), "label"] == "0"


def test_each_panel_says_its_own_n(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of townships side by side; the change on the year before stands behind its guard alone."""
    known = cells_run("02", altered(demo_db, tmp_path, without_value("granted")), monkeypatch)
    titles = [panel.to_dict()["layer"][0]["encoding"]["x"]["title"] for panel in known["panels"]]
    assert titles == ["requests (件), n = 22", "granted (件), n = 21", "refused (件), n = 22"]
    assert "requests_change" not in known["table"]


def without_value(measure: str) -> str:
    """The statement that takes a measure's value from one township of 2023."""
    return f"update measure_values set value = null where measure_id = (select measure_id from measure_keys where measure = '{measure}') and {ONE_REPORT}"


ONE_REPORT = "report_id = (select report_id from reports where unit_code = '512002107' and year = 2023 and is_current)"


def test_outcomes_are_of_whole_reports(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report without the figure of one ground leaves every outcome's sum, and the year says how many reports are left."""
    with closing(sqlite3.connect(demo_db)) as connection:
        sql = f"select granted, partially_granted from requests where applicant = 'total' and {ONE_REPORT}"
        own = connection.execute(sql).fetchone()
    assert sum(own) > 0
    copy = altered(demo_db, tmp_path, f"update requests set refused_state_secret = null where {ONE_REPORT}")
    both = [cells_run("03", db, monkeypatch)["ended"].set_index(["year", "outcome"]) for db in (demo_db, copy)]
    lost = (both[0]["requests"] - both[1]["requests"]).unstack()
    assert (lost.loc[2023, "granted"], lost.loc[2023, "granted in part"]) == own
    assert (lost.drop(2023) == 0).all(axis=None)
    assert both[1].loc[(2023, "granted"), "label"].endswith("; 21 of 22 reports)")


def test_a_report_of_no_known_edition_is_in_no_sum(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its figures may be of either form: who asks, what became of it, reviews and the measure of one's own are without it, and the n says so."""
    copy = altered(demo_db, tmp_path, f"update reports set form = null where {ONE_REPORT}")
    titles = dict[str, str]()
    monkeypatch.setattr(compare, "picture", lambda *_, title, n, **__: titles.update({title: n}))
    asks, contests, own = (cells_run(name, copy, monkeypatch) for name in ("03", "04", "07"))
    for frame in (asks["requests"], contests["cases"], own["figures"]):
        assert len(frame) > 0
        assert "丹山镇" not in set(frame.loc[frame["year"] == 2023, "unit"])
    assert asks["whole"][2023] == "21 of 22"
    assert titles["雁江区: who asks"].endswith(" requests in 65 reports of townships")
    assert titles["雁江区 2021–2023: reviews and lawsuits"].endswith(" cases in 65 reports of townships")


def test_a_rate_is_of_whole_rows(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row without one of the results is neither above nor below the line, and is counted."""
    copy = altered(
        demo_db,
        tmp_path,
        f"update reviews set upheld = 1001, corrected = 1002, other = null where channel = 'review' and {ONE_REPORT}",
    )
    rate = cells_run("04", copy, monkeypatch)["rates"].loc["行政复议 review"]
    sql = "select sum(corrected), sum(upheld + corrected + other) from reviews join reports r using (report_id) where channel = 'review' and other is not null and is_current and county_code = '512002' and level = 'town' and year between 2021 and 2023"
    with closing(sqlite3.connect(copy)) as connection:
        corrected, done = connection.execute(sql).fetchone()
    assert (rate["corrected"], rate["n"], rate["reports"]) == (corrected, done, "65 of 66")
    assert rate["rate"] == pytest.approx(corrected / done)


def test_where_nothing_was_copied(
    demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An ordinary county: the notebook ends in words."""
    cells_run("06", altered(demo_db, tmp_path, "delete from cross_findings where rule = 'copied_narrative'"), monkeypatch)
    assert capsys.readouterr().out == "no copy was found in 69 of 69 reports with prose enough\n"


def test_missing_figures_are_drawn_as_missing(demo_db: Path, tmp_path: Path) -> None:
    """A township without a figure has 缺 in place of a bar; the picture says how many have one."""
    book, stopped = run(found("02"), settings(altered(demo_db, tmp_path, without_value("requests"))))
    assert stopped is None
    assert "n = 21 of 22 townships with a figure for requests" in page(book, "02", stopped)


REVISED = """insert into revisions select report_id, 't3.granted.total', report_id, 'figure', 7117, 7118, 'read', 'read', '2026-02-03T04:05:06Z'
from reports where unit_code = '512002107' and year = 2023 and is_current"""
SECOND_RUN = "insert into runs (run_id, started_at) values ('second', '2026-02-03T00:00:00Z')"


@pytest.mark.parametrize(
    ("statements", "said", "figures"),
    [
        ((), "one crawl: nothing can be said about changes", set()),
        ((SECOND_RUN,), "cells that changed, seen in 2 crawls: 0", set()),
        ((REVISED, SECOND_RUN), "cells that changed, seen in 2 crawls: 1", {7117, 7118}),
        ((REVISED,), "cells that changed, seen in 1 crawls: 1", {7117, 7118}),
    ],
)
def test_what_is_said_of_changes(
    statements: tuple[str, ...],
    said: str,
    figures: set[int],
    demo_db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of one crawl nothing; of several how many cells changed; a change that was seen is shown with both figures."""
    for variable, value in settings(altered(demo_db, tmp_path, *statements)).items():
        monkeypatch.setenv(variable, value)
    known: dict[str, Any] = {}
    for code in code_of("05"):
        if "revisions" in code or "DB =" in code:
            exec(code, known)  # noqa: S102 (the cells of this repository)
    assert said in capsys.readouterr().out
    assert set(known["revised"][["value_before", "value_after"]].to_numpy().ravel()) == figures


def test_the_command_writes_a_page_each(demo_home: Path, tmp_path: Path) -> None:
    """By name and county; one that stops is named, its page says why, and the others are written."""
    arguments = ["notebooks", "06", "02", "--county", "绥阳县", "--year", "2021", "--home", str(demo_home), "-o", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert "02_townships_side_by_side: ClaimError: the form changed" in result.stderr
    assert "06_copied_narratives.html" in result.stdout
    assert "This notebook stopped" in (tmp_path / "02_townships_side_by_side.html").read_text("utf-8")
    assert "绥阳县: copied prose" in (tmp_path / "06_copied_narratives.html").read_text("utf-8")


def test_copies_are_those_the_demo_made(demo_db: Path) -> None:
    """Every planted copy is found, and no text of its own is taken for one."""
    copied = {(r.unit_code, r.year) for r in demo_reports() if copied_from(r) != (r.unit_code, r.year)}
    sources = {copied_from(r) for r in demo_reports() if copied_from(r) != (r.unit_code, r.year)}
    with closing(sqlite3.connect(demo_db)) as connection:
        sql = "select r.unit_code, r.year, o.unit_code, o.year from cross_findings c join reports r using (report_id) join reports o on o.report_id = c.other_report_id where c.rule = 'copied_narrative'"
        rows = connection.execute(sql).fetchall()
    for unit, year, of_unit, of_year in rows:
        assert {(unit, year), (of_unit, of_year)} & copied
        assert {(unit, year), (of_unit, of_year)} & sources
    assert len(rows) >= len(copied) - 1
