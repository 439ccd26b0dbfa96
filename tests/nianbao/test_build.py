"""Builds: incremental and full come to the same, versions and conflicts are shown, and whatever goes wrong leaves the old database."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nianbao.build import build
from nianbao.errors import DatabaseError
from nianbao.search import search
from scraper.errors import ArchiveError
from scraper.registry import read_registry, write_registry

from .archives import PAGE, TOWN, Page, archive, page

VARYING = {"meta": "key in ('schema_version', 'code_digest', 'archive_digest', 'last_run', 'reports')"}
"""Tables of which only a part is the same in every build."""
SOUGHT = ("监督保障情况", "行政许可、行政处罚", "更正过的正文")
"""Words of every report, of some, and of the last crawl's alone."""
FIRST, SECOND, THIRD = "20240501T000000Z", "20250501T000000Z", "20260501T000000Z"
OTHER_AMOUNT = PAGE.replace("272.13", "272.14")
OTHER_YEAR = PAGE.replace("2020", "2019").replace("2021-01-26", "2020-02-03").replace("272.13", "13.5")


def query(home: Path, sql: str, *parameters: object) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / "nianbao.db")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, parameters)]


def everything(home: Path) -> dict[str, list[str]]:
    """All rows of all tables and views, but for the time of building, and what search finds."""
    names = query(home, "select name from sqlite_master where type in ('table', 'view') and name not like 'sections_fts%'")
    found = {}
    for row in names:
        name = str(row["name"])
        if not name.startswith("sqlite_"):
            rows = query(home, f"select * from [{name}] where {VARYING.get(name, '1')}")
            found[name] = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    return found | {f"search {words}": [str(hit) for hit in search(home / "nianbao.db", words)] for words in SOUGHT}


def test_incremental_and_full_builds_come_to_the_same(tmp_path: Path) -> None:
    """Three crawls built one after the other, and at once: every table and view is equal, and so is what search finds."""
    runs = {
        FIRST: [
            Page(page(1), PAGE),
            Page(page(2), "<p>not found</p>"),
            Page(page(3), b"%PDF-1.4", title="丹山镇2018年政府信息公开工作年度报告"),
        ],
        SECOND: [Page(page(4), OTHER_YEAR, "2025-05-01T00:00:00Z"), Page(page(1), PAGE, "2025-05-01T00:00:01Z")],
        THIRD: [Page(page(1), OTHER_AMOUNT.replace("测试页面自拟", "更正过的正文"), "2026-05-01T00:00:00Z")],
    }
    step, once = tmp_path / "step", tmp_path / "once"
    summaries = []
    for run, pages in runs.items():
        archive(step, run, pages)
        archive(once, run, pages)
        summaries.append(build(step))
    archived = {path.name: path.read_bytes() for path in (step / "archive").iterdir()}
    for path in (once / "archive").iterdir():
        path.write_bytes(archived[path.name])  # record ids are drawn at random
    build(once, full=True)
    assert [(s.incremental, s.inserted, s.updated, s.unchanged) for s in summaries] == [
        (False, 1, 0, 0),
        (True, 1, 0, 1),
        (True, 0, 1, 2),
    ]
    assert everything(step) == everything(once)
    assert [len(everything(step)[f"search {words}"]) for words in SOUGHT] == [3, 3, 1]
    again = build(step)
    assert (again.incremental, again.inserted, again.updated, again.unchanged) == (True, 0, 0, 3)
    assert everything(step) == everything(once)


def test_what_is_said_of_a_unit_that_only_a_report_names_is_the_same_either_way(tmp_path: Path) -> None:
    """A portal whose area is not known: the unit comes with its report, and its names, mergers and territory come in the same build."""
    registry = tmp_path / "archive" / "portals.csv"
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    write_registry(registry, [replace(portal, division_code="") for portal in read_registry(registry)])
    build(tmp_path)
    tables = ("units", "unit_names", "successions", "territory_changes")
    full = {table: query(tmp_path, f"select * from [{table}]") for table in tables}
    assert all(full.values())
    archive(tmp_path, SECOND, [Page(page(1), PAGE, "2025-05-01T00:00:00Z")])
    write_registry(registry, [replace(portal, division_code="") for portal in read_registry(registry)])
    assert build(tmp_path).incremental
    assert {table: query(tmp_path, f"select * from [{table}]") for table in tables} == full


def test_an_archive_that_changed_beneath_is_read_anew(tmp_path: Path) -> None:
    """An older file that came later, or one with other content, makes a full build."""
    archive(tmp_path, SECOND, [Page(page(1), PAGE)])
    build(tmp_path)
    archive(tmp_path, FIRST, [Page(page(4), OTHER_YEAR, "2023-05-01T00:00:00Z")])
    assert not build(tmp_path).incremental
    archive(tmp_path, SECOND, [Page(page(1), OTHER_AMOUNT)])
    assert not build(tmp_path).incremental
    assert query(tmp_path, "select wanyuan from amounts order by 1") == [{"wanyuan": "13.5"}, {"wanyuan": "272.14"}]


def test_a_portal_that_was_given_another_area_is_read_anew(tmp_path: Path) -> None:
    """Its pages name units of the new area, or none; what a build of all of it would not hold is not there. A portal more changes nothing."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    registry = tmp_path / "archive" / "portals.csv"
    (portal,) = read_registry(registry)
    write_registry(registry, [portal, replace(portal, key="other", division_code="512021")])
    assert build(tmp_path).incremental
    write_registry(registry, [replace(portal, division_code="520323")])
    assert not build(tmp_path).incremental
    assert query(tmp_path, "select distinct unit_code from reports") == [{"unit_code": None}]
    assert query(tmp_path, "select unit_code from units where unit_code like '5120%'") == []


def test_a_report_published_again_is_a_version_with_its_revisions(tmp_path: Path) -> None:
    """The same address with another figure later: both are kept, the newer is current, and the cell that changed is named."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    archive(tmp_path, SECOND, [Page(page(1), OTHER_AMOUNT, "2025-05-01T00:00:00Z")])
    build(tmp_path)
    versions = query(tmp_path, "select version, is_current, conflict from reports order by version")
    assert versions == [{"version": 1, "is_current": 0, "conflict": 0}, {"version": 2, "is_current": 1, "conflict": 0}]
    assert query(tmp_path, "select key, kind, value_before, value_after, state_before, state_after, seen_at from revisions") == [
        {
            "key": "t2_9.centralized_procurement.total_amount",
            "kind": "figure",
            "value_before": 272.13,
            "value_after": 272.14,
            "state_before": "read",
            "state_after": "read",
            "seen_at": "2025-05-01T00:00:00Z",
        }
    ]
    (row,) = query(tmp_path, "select value, flags from comparison where measure = 'procurement_amount'")
    assert (row["value"], row["flags"]) == (272.14, "territory_changed revised")


def test_one_report_at_several_addresses(tmp_path: Path) -> None:
    """The same figures at another address, and on a page that changed around them, are one report."""
    archive(
        tmp_path,
        FIRST,
        [Page(page(1), PAGE), Page(page(2), PAGE), Page(page(2), PAGE + "\n访问次数 9\n", "2024-06-01T00:00:00Z")],
    )
    assert build(tmp_path).reports == 1
    found = query(tmp_path, "select url, first_fetched_at, last_fetched_at, documents from addresses order by url")
    assert [(row["url"], row["documents"]) for row in found] == [(page(1), 1), (page(2), 2)]
    assert found[1]["last_fetched_at"] == "2024-06-01T00:00:00Z"
    assert query(tmp_path, "select conflict, version from reports") == [{"conflict": 0, "version": 1}]


def test_what_a_web_archive_held_is_marked_until_the_portal_shows_it(tmp_path: Path) -> None:
    """Archive and time of the capture stand beside the page; the same page from the portal itself takes the mark away."""
    captured = "2021-03-04T05:06:07Z"
    archive(tmp_path, FIRST, [Page(page(1), PAGE, captured, source="wayback"), Page(page(2), OTHER_AMOUNT)])
    build(tmp_path)
    asked = "select web_archive, fetched_at, last_fetched_at from documents order by url"
    assert [tuple(row.values()) for row in query(tmp_path, asked)] == [
        ("wayback", captured, captured),
        (None, "2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z"),
    ]
    archive(tmp_path, SECOND, [Page(page(1), PAGE), Page(page(2), OTHER_AMOUNT, captured, source="wayback")])
    build(tmp_path)
    assert [tuple(row.values()) for row in query(tmp_path, asked)] == [
        (None, captured, "2024-05-01T00:00:00Z"),
        (None, "2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z"),
    ]


def test_two_reports_that_claim_one_year_are_a_conflict(tmp_path: Path) -> None:
    """At different addresses with different figures: both are listed, and what they do not agree on is withheld."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE), Page(page(2), OTHER_AMOUNT, "2024-05-02T00:00:00Z")])
    build(tmp_path)
    assert [row["url"] for row in query(tmp_path, "select url from conflicts order by fetched_at")] == [page(1), page(2)]
    found = {row["measure"]: row for row in query(tmp_path, "select measure, value, flags, rank from comparison")}
    assert (found["procurement_amount"]["value"], found["procurement_amount"]["rank"]) == (None, None)
    assert "conflict" in found["procurement_amount"]["flags"].split()
    assert found["requests"]["value"] == 0
    assert len({row["measure"] for row in query(tmp_path, "select measure from measures")}) == len(found)


def test_money_is_exact(tmp_path: Path) -> None:
    """A thousand times a tenth of a 分 too little in binary would show; whole 分 add up."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    assert query(tmp_path, "select key, wanyuan, fen from amounts") == [
        {"key": "t2_9.centralized_procurement.total_amount", "wanyuan": "272.13", "fen": 272_130_000}
    ]


def test_sums_of_money_are_exact(tmp_path: Path) -> None:
    """0.1, 0.2 and 0.4 万元 are 0.7 in 分, and a little more than that as binary numbers."""
    pages = [
        Page(page(year), PAGE.replace("272.13", amount).replace("2020", str(year)).replace("2021-01-26", f"{year + 1}-01-26"))
        for year, amount in ((2019, "0.1"), (2020, "0.2"), (2022, "0.4"))
    ]
    archive(tmp_path, FIRST, pages)
    build(tmp_path)
    [sums] = query(tmp_path, "select count(*) as n, sum(fen) as fen from amounts")
    assert sums == {"n": 3, "fen": 700_000}
    assert sum((0.1, 0.2, 0.4)) > 0.7


def test_an_absurd_amount_stops_no_build(tmp_path: Path) -> None:
    """It is stored as printed; in 分 it is past what an integer of SQLite holds. A count past all bounds is a mark."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE.replace("272.13", "999999999999999"))])
    build(tmp_path)
    assert query(tmp_path, "select wanyuan, fen from amounts") == [{"wanyuan": "999999999999999", "fen": None}]


def test_money_of_the_older_forms_is_exact_too() -> None:
    """Fees, funding and spending, in 万元 and 分 whatever the form counts in; a count is no amount."""
    from types import SimpleNamespace  # noqa: PLC0415

    from nianbao.rows import amount_rows, indicator_rows  # noqa: PLC0415
    from parsers import State  # noqa: PLC0415
    from parsers.report import Cell  # noqa: PLC0415

    figures = {"s14.dedicated_funding": "1.15", "sh.fee_search": "1234.56", "sh.actual_expenditure": "0.3", "s14.meetings": "4"}
    report: Any = SimpleNamespace(cells={key: Cell(Decimal(figure), State.READ) for key, figure in figures.items()})
    assert [(row["key"], row["wanyuan"], row["fen"]) for row in amount_rows("r", report)] == [
        ("s14.dedicated_funding", "1.15", 1_150_000),
        ("sh.fee_search", "0.123456", 123_456),
        ("sh.actual_expenditure", "0.3", 300_000),
    ]
    assert {row["key"]: row["value"] for row in indicator_rows("r", report)}["sh.fee_search"] == 1234.56


def test_documents_that_gave_no_figures_say_why(tmp_path: Path) -> None:
    """Unreadable files have unit and year from their link, and coverage says unreadable, not missing."""
    title = "丹山镇人民政府2021年政府信息公开工作年度报告"
    archive(tmp_path, FIRST, [Page(page(1), PAGE), Page(page(2), b"\xd0\xcf\x11\xe0" * 50, title=title)])
    summary = build(tmp_path)
    assert [url for url, _ in summary.unusable] == [page(2)]
    (row,) = query(tmp_path, "select kind, unit_code, year, reason from documents where url = ?", page(2))
    assert (row["kind"], row["unit_code"], row["year"]) == ("unreadable", TOWN, 2021)
    assert row["reason"]


def test_a_damaged_archive_leaves_the_database(tmp_path: Path) -> None:
    """The file and the place are named, and the old database stays as it was."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    before = (tmp_path / "nianbao.db").read_bytes()
    archive(tmp_path, SECOND, [Page(page(4), OTHER_YEAR)])
    damaged = tmp_path / "archive" / f"nianbao-{SECOND}.warc.gz"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 0xFF
    damaged.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"warc\.gz.*restore the file"):
        build(tmp_path)
    assert (tmp_path / "nianbao.db").read_bytes() == before
    assert not (tmp_path / "nianbao.db.new").exists()


def test_two_builds_at_once(tmp_path: Path) -> None:
    """The second says that the first is at work."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    with closing(sqlite3.connect(tmp_path / "build.lock", isolation_level=None)) as holder:
        holder.execute("begin exclusive")
        with pytest.raises(DatabaseError, match="another build"):
            build(tmp_path)
    assert build(tmp_path).reports == 1


def test_a_database_that_somebody_writes_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is not released is named; readers in the middle of a transaction hinder nobody and see the old database whole."""
    monkeypatch.setattr("nianbao.database.BUSY_AFTER", 0.1)
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    with closing(sqlite3.connect(tmp_path / "nianbao.db", isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(DatabaseError, match="locked"):
            build(tmp_path)
        other.execute("rollback")
        other.execute("begin")
        assert other.execute("select count(*) from reports").fetchone() == (1,)
        archive(tmp_path, SECOND, [Page(page(4), OTHER_YEAR)])
        assert build(tmp_path).reports == 2
        assert other.execute("select count(*) from reports").fetchone() == (1,)


def test_a_full_disk_leaves_the_database(tmp_path: Path) -> None:
    """No file may grow beyond a limit: the build ends in one line and the old database stays as it was."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    before = (tmp_path / "nianbao.db").read_bytes()
    archive(tmp_path, SECOND, [Page(page(4), OTHER_YEAR)])

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    command = [sys.executable, "-m", "nianbao", "build", "--full", "--home", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, check=False, preexec_fn=small_files)
    lines = result.stderr.decode().strip().splitlines()
    assert (result.returncode, len(lines)) == (1, 1), lines
    assert "the old database is as it was" in lines[0]
    assert (tmp_path / "nianbao.db").read_bytes() == before
    assert not (tmp_path / "nianbao.db.new").exists()


def test_a_killed_build_leaves_the_database(tmp_path: Path) -> None:
    """SIGKILL in the middle: the old database answers as before, and the next build goes on."""
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    before = (tmp_path / "nianbao.db").read_bytes()
    archive(tmp_path, SECOND, [Page(page(4), OTHER_YEAR)])
    process = subprocess.Popen([sys.executable, "-m", "nianbao", "build", "--full", "--home", str(tmp_path)])
    while not (tmp_path / "nianbao.db.new").exists() and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert (tmp_path / "nianbao.db").read_bytes() == before or process.returncode == 0
    assert build(tmp_path).reports == 2
    assert query(tmp_path, "pragma integrity_check") == [{"integrity_check": "ok"}]
    assert query(tmp_path, "pragma foreign_key_check") == []


def test_a_form_without_a_table_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading on an older form has its figures in `indicators` and its measures in the series it belongs to."""
    from dataclasses import replace  # noqa: PLC0415

    from nianbao import reading  # noqa: PLC0415
    from parsers import State, parse_report  # noqa: PLC0415
    from parsers.report import Cell, Fact  # noqa: PLC0415

    def older(data: bytes, **known: Any) -> Any:
        cells = {"s14.requests_received": Cell(Decimal(17), State.READ), "s14.replies": Cell(None, State.BLANK)}
        fact = Fact(
            "requests_received", Decimal(17), "上年收到申请17余件。", "line 8", is_current_year=False, is_approximate=True
        )
        return replace(parse_report(data, **known), form="s2014", year=2016, cells=cells, findings=(), narrative=(fact,))

    monkeypatch.setattr(reading, "parse_report", older)
    archive(tmp_path, FIRST, [Page(page(1), PAGE)])
    build(tmp_path)
    assert query(tmp_path, "select key, value from indicators") == [{"key": "s14.requests_received", "value": 17}]
    assert query(tmp_path, "select key, state from flags") == [{"key": "s14.replies", "state": "blank"}]
    assert query(tmp_path, "select count(*) as n from requests") == [{"n": 0}]
    values = {row["measure"]: row["value"] for row in query(tmp_path, "select measure, value from measures")}
    assert (values["requests"], values["concluded"]) == (17, None)
    told = query(tmp_path, "select topic, value, place, is_current_year, is_approximate from narrative")
    assert told == [{"topic": "requests_received", "value": 17, "place": "line 8", "is_current_year": 0, "is_approximate": 1}]
