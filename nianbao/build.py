"""The archive to the database: every archived page parsed, its unit resolved, its rows written.

The new database is made beside the old one and put in its place when it is whole: an interrupted build leaves the old one, and no reader waits.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlite_utils

from nianbao import dictionary, rows
from nianbao.database import new_database
from nianbao.documents import REASONS
from nianbao.errors import DatabaseError
from nianbao.schema import SCHEMA_VERSION
from nianbao.units import Resolution, Unit, register
from nianbao.views import create_views
from parsers import Context, ParseError, Report, parse_report
from scraper.archive import Snapshot, read_archive
from scraper.registry import Portal, read_registry
from scraper.status import read_runs

BATCH = 500
"""Reports in one transaction."""

_VERSIONS = """
update reports set version = ranked.version, is_current = ranked.is_current from (
  select report_id,
         row_number() over (partition by who, year order by fetched_at, url) as version,
         row_number() over (partition by who, year order by fetched_at desc, url desc) = 1 as is_current
  from (select r.report_id, r.year, r.url, d.fetched_at,
               case when r.year is null then r.report_id else coalesce(r.unit_code, r.portal || ' ' || r.unit, r.report_id) end as who
        from reports r join documents d using (document_id))
) as ranked where ranked.report_id = reports.report_id
"""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did: reports in the database, how many of them are new, newer versions, or as before, and what gave no figures."""

    reports: int
    inserted: int
    updated: int
    unchanged: int
    unusable: tuple[tuple[str, str], ...]


def build(home: Path) -> BuildSummary:
    """Build HOME/nianbao.db from HOME/archive. Raises DatabaseError where there is no archive or HOME cannot be written."""
    archive, path = home / "archive", home / "nianbao.db"
    if not archive.is_dir():
        raise DatabaseError(f"{archive}: no archive here; run `nianbao crawl` first")
    before = _report_ids(path)
    beside = path.with_suffix(".db.new")
    db = new_database(beside)
    try:
        portals = read_registry(archive / "portals.csv")
        _write_reference(db, portals, home)
        unusable = _write_documents(db, archive, {portal.key: portal for portal in portals})
        db.execute(_VERSIONS)
        create_views(db)
        db.conn.commit()
        summary = _summary(db, before, unusable)
        db.execute("pragma optimize")
    except sqlite3.Error as error:
        raise DatabaseError(f"{beside}: the build could not be finished ({error}); the old database is untouched") from error
    finally:
        db.close()
    beside.replace(path)
    return summary


def _report_ids(path: Path) -> frozenset[str]:
    """The reports of the database that stands, empty where there is none that can be read."""
    if not path.is_file():
        return frozenset()
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return frozenset(row[0] for row in connection.execute("select report_id from reports"))
    except sqlite3.Error:
        return frozenset()


def _summary(db: sqlite_utils.Database, before: frozenset[str], unusable: Sequence[tuple[str, str]]) -> BuildSummary:
    versions = dict(db.execute("select report_id, version from reports").fetchall())
    new = [report_id for report_id in versions if report_id not in before]
    updated = sum(1 for report_id in new if versions[report_id] > 1)
    return BuildSummary(len(versions), len(new) - updated, updated, len(versions) - len(new), tuple(unusable))


def _write_reference(db: sqlite_utils.Database, portals: Sequence[Portal], home: Path) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"schema_version": SCHEMA_VERSION, "nianbao_version": version("nianbao"), "built_at": now}
    db.table("meta").insert_all({"key": key, "value": value} for key, value in facts.items())
    db.table("portals").insert_all(map(rows.portal_row, portals))
    db.table("runs").insert_all(
        {"run_id": r.run_id, "started_at": r.started_at, "finished_at": r.finished_at, "summary": r.summary}
        for r in read_runs(home)
    )
    db.table("units").insert_all(_unit_row(unit) for unit in _units(portals))
    db.table("dictionary").insert_all(dictionary.rows())


def _units(portals: Sequence[Portal]) -> Iterator[Unit]:
    """The crawled areas, all below them and all above them, each code once under its newest name."""
    known = register()
    seen: set[str] = set()
    waiting = [portal.division_code for portal in portals if portal.division_code]
    waiting += [unit.code for code in waiting for unit in known.ancestors(code)]
    below = {portal.division_code for portal in portals}
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        yield known.get(code)
        if code in below:
            children = {unit.code for unit in known.children(code)}
            below |= children
            waiting += children


def _unit_row(unit: Unit) -> dict[str, Any]:
    names = register().all_names(unit.code)
    return {
        "unit_code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind,
        "parent_code": unit.parent,
        "county_code": unit.code[:6] if len(unit.code) >= 6 else None,
        "first_year": min(u.first_year for u in names),
        "last_year": max(u.last_year for u in names),
    }


def _write_documents(db: sqlite_utils.Database, archive: Path, portals: Mapping[str, Portal]) -> list[tuple[str, str]]:
    """Write every archived page and its report; returns (URL, reason) of those that gave no figures."""
    unusable: list[tuple[str, str]] = []
    known: set[str] = set()
    contents: set[tuple[str, str]] = set()
    for count, snapshot in enumerate(read_archive(archive)):
        document_id = _document_id(snapshot)
        if document_id in known:
            continue
        known.add(document_id)
        report, reason = _parse(snapshot)
        db.table("documents").insert(rows.document_row(document_id, snapshot, report))
        if reason:
            unusable.append((snapshot.url, reason))
        elif report and (snapshot.portal, snapshot.sha256) not in contents:
            contents.add((snapshot.portal, snapshot.sha256))
            _write_report(db, document_id, snapshot, report, portals.get(snapshot.portal))
        if count % BATCH == 0:
            db.conn.commit()
    return unusable


def _document_id(snapshot: Snapshot) -> str:
    return hashlib.sha256(f"{snapshot.url}\n{snapshot.sha256}".encode()).hexdigest()[:16]


def _parse(snapshot: Snapshot) -> tuple[Report | None, str | None]:
    """The report of an archived page, or why it gives no figures."""
    context = Context(content_type=snapshot.content_type, link_title=snapshot.link_title)
    try:
        report = parse_report(snapshot.body, source=snapshot.url, context=context)
    except ParseError as error:
        return None, str(error)
    return report, REASONS.get(report.kind)


def _write_report(db: sqlite_utils.Database, document_id: str, snapshot: Snapshot, report: Report, portal: Portal | None) -> None:
    within = portal.division_code if portal else None
    found = register().resolve(report.unit_printed, within=within, year=report.year) if report.unit_printed else _UNNAMED
    db.table("reports").insert(rows.report_row(document_id, snapshot, report, found))
    db.table("proactive").insert(rows.proactive_row(document_id, report))
    db.table("requests").insert_all(rows.request_rows(document_id, report))
    db.table("reviews").insert_all(rows.review_rows(document_id, report))
    for name, of in (
        ("flags", rows.flag_rows),
        ("sections", rows.section_rows),
        ("narrative", rows.narrative_rows),
        ("findings", rows.finding_rows),
    ):
        db.table(name).insert_all(of(document_id, report))


_UNNAMED = Resolution(None, None, None, "the title names no unit")
