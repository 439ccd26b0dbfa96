"""From the demo portals to the database: every figure they publish, none missing and none invented."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from nianbao.build import build
from nianbao.demo.plan import DemoReport, demo_reports
from nianbao.demo.portal import DemoPortal, write_demo_registry
from nianbao.schema import APPLICANTS, CHANNELS, RESULTS

from .conftest import free_ports

RUNS = 3
"""How often the crawl is killed before it may finish."""


def rows(db: Path, sql: str, *parameters: object) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(db)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, parameters)]


def figures(db: Path) -> dict[tuple[str, int], dict[str, float | None]]:
    """All figures of the database under the cell keys of the form, by unit and year."""
    reports = {row["report_id"]: (row["unit_code"], row["year"]) for row in rows(db, "select * from reports")}
    cells: dict[tuple[str, int], dict[str, float | None]] = {who: {} for who in reports.values()}
    assert len(cells) == len(reports)
    for row in rows(db, "select * from proactive"):
        who = reports[row.pop("report_id")]
        cells[who] |= {f"{name[:4]}.{name[5:]}": value for name, value in row.items()}
    for row in rows(db, "select * from requests"):
        who, applicant = reports[row.pop("report_id")], row.pop("applicant")
        cells[who] |= {f"t3.{name}.{applicant}": value for name, value in row.items()}
    for row in rows(db, "select * from reviews"):
        who, channel = reports[row.pop("report_id")], row.pop("channel")
        cells[who] |= {f"t4.{channel}_{name}": value for name, value in row.items()}
    return cells


def flat_key(key: str) -> str:
    """A cell key of table 二 as `figures` writes it: the column name has no dots to split at."""
    return f"{key[:4]}.{key[5:].replace('.', '_')}" if key.startswith("t2_") else key


def test_every_figure_and_no_other(demo_db: Path) -> None:
    """The database equals the demo portals' own figures cell by cell; a blank cell is null."""
    found = figures(demo_db)
    assert set(found) == {(report.unit_code, report.year) for report in demo_reports()}
    for report in demo_reports():
        published = {flat_key(key): value for key, value in report.cells.items()}
        stored = found[report.unit_code, report.year]
        assert {k: Decimal(str(v)) for k, v in stored.items() if v is not None} == {
            k: v for k, v in published.items() if v is not None
        }
        assert set(published) <= set(stored)


def test_what_is_null_has_a_flag(demo_db: Path) -> None:
    """Every cell of the form without a figure says why; every other cell has none."""
    blank = {(r.unit_code, r.year, key) for r in demo_reports() for key, value in r.cells.items() if value is None}
    flags = rows(demo_db, "select unit_code, year, key, state from flags join reports using (report_id)")
    assert blank
    assert {(f["unit_code"], f["year"], f["key"]) for f in flags} == blank
    assert {f["state"] for f in flags} == {"blank"}


def test_identities_fail_where_they_are_meant_to_and_nowhere_else(demo_db: Path) -> None:
    """A report that is meant to be wrong gets exactly its fails."""
    meant = {(r.unit_code, r.year, rule) for r in demo_reports() for rule in r.mistakes}
    found = rows(demo_db, "select unit_code, year, rule from findings join reports using (report_id) where verdict = 'fail'")
    assert meant
    assert {(f["unit_code"], f["year"], f["rule"]) for f in found} == meant


def test_what_each_report_says_of_itself(demo_db: Path) -> None:
    """Unit, year, form, level, scope, day and title of every report."""
    found = {(row["unit_code"], row["year"]): row for row in rows(demo_db, "select * from reports")}
    for report in demo_reports():
        row = found[report.unit_code, report.year]
        level = "county" if len(report.unit_code) == 6 else "town"
        scope = "aggregate" if level == "county" else "own"
        got = (
            row["unit"],
            row["form"],
            row["published_on"],
            row["title"],
            row["level"],
            row["scope"],
            row["is_current"],
            row["portal"],
        )
        assert got == (report.unit, report.form.id, str(report.published_on), report.title, level, scope, 1, report.county.key)
        assert (row["period_start"], row["period_end"]) == (f"{report.year}-01-01", f"{report.year}-12-31")


def test_the_demo_is_large_and_mixed_enough() -> None:
    """Two counties, at least 24 townships in each of six years, both editions, all layouts, GBK."""
    reports = [r for r in demo_reports() if len(r.unit_code) == 9]
    for year in {r.year for r in reports}:
        assert len({r.unit_code for r in reports if r.year == year}) >= 24
    assert len({r.year for r in reports}) == 6
    assert {(r.form.id, r.layout, r.charset) for r in reports} == {
        (form, layout, charset)
        for form in ("e2019", "e2021")
        for layout, charset in (("table", "utf-8"), ("flat", "utf-8"), ("table", "gb18030"))
    }


def test_shape_of_the_tables(demo_db: Path) -> None:
    """STRICT tables under the contract's names; seven rows of requests and three of reviews for each report."""
    tables = {row["name"]: row["sql"] for row in rows(demo_db, "select name, sql from sqlite_master where type = 'table'")}
    names = [
        "documents",
        "reports",
        "proactive",
        "requests",
        "reviews",
        "flags",
        "sections",
        "narrative",
        "findings",
        "units",
        "portals",
        "runs",
        "dictionary",
        "meta",
    ]
    assert set(names) <= set(tables)
    assert all(tables[name].rstrip().endswith("STRICT") for name in names)
    assert {"printed_at", "comparison", "coverage", "measures"} == {
        row["name"] for row in rows(demo_db, "select name from sqlite_master where type = 'view'")
    }
    count = len(demo_reports())
    assert rows(demo_db, "select count(*) as n from requests")[0]["n"] == len(APPLICANTS) * count
    assert rows(demo_db, "select count(*) as n from reviews")[0]["n"] == len(CHANNELS) * count
    assert set(RESULTS) < set(rows(demo_db, "select * from reviews limit 1")[0])
    assert rows(demo_db, "pragma foreign_key_check") == []
    assert rows(demo_db, "pragma integrity_check") == [{"integrity_check": "ok"}]


def content(db: Path) -> dict[str, list[str]]:
    """Everything the database says but when it was fetched and built, where in the archive, and on which ports."""
    text = {}
    for table in ["reports", "proactive", "requests", "reviews", "flags", "sections", "findings", "units", "dictionary"]:
        found = rows(db, f"select * from [{table}]")
        text[table] = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in found)
    text["documents"] = sorted(f"{row['url']} {row['sha256']} {row['kind']}" for row in rows(db, "select * from documents"))
    return text


def test_a_crawl_killed_at_random_moments_ends_in_the_same_database(tmp_path: Path) -> None:
    """SIGKILL in the middle, started again: no page is lost, and the database is the same as that of an undisturbed crawl."""
    port = free_ports()
    registry = tmp_path / "portals.csv"
    write_demo_registry(registry, port)
    killed, calm = tmp_path / "killed", tmp_path / "calm"
    command = [sys.executable, "-m", "nianbao", "crawl", "--portals", str(registry), "--delay", "0", "--home"]
    moments = random.Random(os.getpid())  # noqa: S311 (another moment in every run)
    with DemoPortal(port=port):
        for _ in range(RUNS):
            process = subprocess.Popen([*command, str(killed)], stderr=subprocess.DEVNULL)
            time.sleep(moments.uniform(0.4, 2.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
        for home in (killed, calm):
            subprocess.run([*command, str(home)], check=True, stderr=subprocess.DEVNULL)
            build(home)
    assert content(killed / "nianbao.db") == content(calm / "nianbao.db")
    fetched = rows(killed / "nianbao.db", "select count(*) as n, count(distinct url) as urls from documents")[0]
    assert fetched == {"n": len(demo_reports()), "urls": len(demo_reports())}


def test_building_twice_gives_the_same(demo_home: Path, tmp_path: Path) -> None:
    """A build is a function of the archive."""
    before = content(demo_home / "nianbao.db")
    copy = tmp_path / "home"
    copy.mkdir()
    (copy / "archive").symlink_to(demo_home / "archive")
    (copy / "crawl.db").symlink_to(demo_home / "crawl.db")
    first, second = build(copy), build(copy)
    assert content(copy / "nianbao.db") == before
    assert (first.inserted, second.inserted, second.unchanged) == (len(demo_reports()), 0, len(demo_reports()))


def test_the_mistakes_are_few(demo_db: Path) -> None:
    """The demo shows sound reports in the main."""
    wrong: list[DemoReport] = [report for report in demo_reports() if report.mistakes]
    assert 5 <= len(wrong) <= len(demo_reports()) // 10
