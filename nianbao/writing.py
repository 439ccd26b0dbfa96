"""Rows gathered from many reports and written together: one insert for each table and batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import sqlite_utils

from nianbao import rows
from nianbao.reading import Reading, short_digest
from nianbao.rows import Row
from nianbao.tables import TABLES
from nianbao.unitrows import UnitRows
from parsers import Report
from scraper.archive import Snapshot

BATCH = 400
"""Reports in one insert."""

READ_ROLES = frozenset({"report", "part"})
"""Pages that may hold a report's tables."""
UNCHANGED = "unchanged"
"""An answer that the page is as it was."""
_SEEN_AGAIN = """
update documents set last_fetched_at = max(last_fetched_at, ?1), web_archive = iif(?2 = '', null, web_archive) where document_id = coalesce(?3, (
  select document_id from documents where url = ?4 and fetched_at <= ?1
  order by iif(last_fetched_at <= ?1, last_fetched_at, fetched_at) desc, document_id limit 1))
"""
"""The page itself, or for an answer without one what the address showed last before: a page that shows its first text again has two documents."""
_PRINTS = "update documents set report_id = ?1 where document_id = ?2"
"""Said when the reports are in: each report refers to the first page that printed it, and every page to its report."""
_BY_REPORT: Mapping[str, Callable[[str, Report], Iterator[Row]]] = {
    "requests": rows.request_rows,
    "reviews": rows.review_rows,
    "indicators": rows.indicator_rows,
    "amounts": rows.amount_rows,
    "flags": rows.flag_rows,
    "places": rows.place_rows,
    "sections": rows.section_rows,
    "narrative": rows.narrative_rows,
    "findings": rows.finding_rows,
}
_ORDER = ("portals", "units", "documents", "reports", "proactive", *_BY_REPORT, "measure_values")


class Writer:
    """Takes readings in the order of the archive; `flush` at the end writes what is left.

    A page that stands as it did only moves the day on which it was last seen. Pages that print the same figures of one unit and year are one report,
    read from the first of them.
    """

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._db = db
        self._portals = {key for (key,) in db.execute("select portal from portals").fetchall()}
        self._units = UnitRows({code for (code,) in db.execute("select unit_code from units").fetchall()})
        self._documents = {code for (code,) in db.execute("select document_id from documents").fetchall()}
        self._reports = {code for (code,) in db.execute("select report_id from reports").fetchall()}
        self._rules = {(form, rule) for form, rule in db.execute("select form, rule from rules").fetchall()}
        self._waiting: dict[str, list[Row]] = {name: [] for name in _ORDER}
        self._prints: list[tuple[str, str]] = []
        self._seen_again: list[tuple[str, str, str | None, str]] = []
        self.inserted: set[str] = set()
        """The reports that were not there before."""

    def take(self, snapshot: Snapshot, read: Callable[[Snapshot], Reading]) -> None:
        """Read a page and take it, or note that it was seen again."""
        document_id = short_digest(f"{snapshot.url}\n{snapshot.sha256}")
        if snapshot.role == UNCHANGED or document_id in self._documents:
            known = None if snapshot.role == UNCHANGED else document_id
            self._seen_again.append((snapshot.fetched_at, snapshot.source, known, snapshot.url))
            self._flush_when_full(self._seen_again)
        else:
            self.add(read(snapshot))

    def add(self, reading: Reading) -> None:
        """Take a page that was not read before."""
        self._documents.add(reading.document_id)
        self._note_portal(reading.snapshot.portal)
        if reading.unit_code:
            self._waiting["units"] += self._units.new(reading)
        report_id = reading.report_id
        self._waiting["documents"].append(rows.document_row(reading))
        if report_id:
            self._prints.append((report_id, reading.document_id))
        if report_id and reading.report and report_id not in self._reports:
            self._add_report(report_id, reading, reading.report)
        self._flush_when_full(self._waiting["documents"])

    def _add_report(self, report_id: str, reading: Reading, report: Report) -> None:
        self._reports.add(report_id)
        self.inserted.add(report_id)
        self._waiting["reports"].append(rows.report_row(report_id, reading, report))
        self._waiting["proactive"].append(rows.proactive_row(report_id, report))
        for name, of in _BY_REPORT.items():
            self._waiting[name] += of(report_id, report)
        self._waiting["measure_values"] += rows.measure_rows(report_id, reading, report)
        self._note_rules(report)

    def _note_portal(self, key: str) -> None:
        """A portal that the archive names and the registry does not have any more."""
        if key not in self._portals:
            self._portals.add(key)
            self._waiting["portals"].append(rows.former_portal_row(key))

    def _note_rules(self, report: Report) -> None:
        form = report.form or ""
        for finding in report.findings:
            if (form, finding.rule) not in self._rules:
                self._rules.add((form, finding.rule))
                self._waiting.setdefault("rules", []).append(rows.rule_row(form, finding))

    def _flush_when_full(self, waiting: Sequence[object]) -> None:
        if len(waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        for name, waiting in self._waiting.items():
            insert(self._db, name, waiting)
            waiting.clear()
        for statement, told in ((_PRINTS, self._prints), (_SEEN_AGAIN, self._seen_again)):
            self._db.conn.executemany(statement, told)
            told.clear()
        self._db.conn.commit()


def insert(db: sqlite_utils.Database, table: str, waiting: Sequence[Row]) -> None:
    """Insert rows whose keys may differ from row to row; what a row does not have is null.

    Prepared once for all columns: sqlite-utils looks through every value of every row for its type, which the schema settles here.
    """
    columns = _columns(table)
    names, marks = ", ".join(f"[{name}]" for name in columns), ", ".join("?" * len(columns))
    rows_ = (tuple(map(row.get, columns)) for row in waiting)
    db.conn.executemany(f"insert into [{table}] ({names}) values ({marks})", rows_)


@cache
def _columns(name: str) -> tuple[str, ...]:
    return next(tuple(column.name for column in table.columns) for table in TABLES if table.name == name)
