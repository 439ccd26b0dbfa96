"""What changed from one build of the database to another: reports that came and went, figures, facts, verdicts and measures of a report, conflicts, units, what
coverage says, and documents that can be read now or not.

Reports are held against each other by unit, year and scope, the version in use in each database; a unit that the register did not settle goes by its portal and
the name as read. Of reports that one database alone has, neither verdicts nor measures are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlite_utils

from nianbao.cells import cells_of
from nianbao.database import open_database

KINDS = {
    "added": "reports that only the second has",
    "removed": "reports that only the first has",
    "figure": "figures that differ",
    "state": "cells obtained in another way, or with a figure in one alone",
    "fact": "facts of a report that differ",
    "document": "pages that give figures in one alone, or none for another reason",
    "finding": "verdicts that differ, within a report and across reports",
    "measure": "measures that differ",
    "conflict": "reports that contradict another in one alone, or are in use in one alone",
    "coverage": "units and years whose status differs",
    "unit": "units that differ, or that one alone has",
}
"""Kind of a difference -> what it counts."""
SHOWN = 50
"""Lines of each kind for a terminal; what follows is counted."""
_FACTS = ("unit", "level", "form", "title", "published_on", "url", "version", "conflict")
_REPORTS = f"""select coalesce(unit_code, portal || ' ' || coalesce(unit, ''), report_id) as who, year, coalesce(scope, '') as scope, report_id, unit_code,
{", ".join(_FACTS)} from reports where is_current order by 1, 2, 3, report_id"""
_DOCUMENTS = (
    "select document_id, url, coalesce(unit_code, '') as unit_code, year, reason from documents order by url, document_id"
)
_WHO = "coalesce({0}.unit_code, {0}.portal || ' ' || coalesce({0}.unit, ''), {0}.report_id)"
_OF_REPORT = f"{_WHO.format('r')} as who, r.year, coalesce(r.scope, '') as scope, r.unit_code, r.unit, r.url"
_OTHER = f"c.rule || coalesce(' ' || {_WHO.format('o')} || ' ' || o.year || ' ' || coalesce(o.scope, ''), '')"
_UNIT_FACTS = ("level", "kind", "function", "parent_code", "county_code", "first_year", "last_year", "population_2020")
_TOLD = {
    "finding": f"""select {_OF_REPORT}, f.rule as key, f.verdict || coalesce(' (' || f.fault || ')', '') as told
from findings f join reports r using (report_id) where r.is_current
union all select {_OF_REPORT}, {_OTHER}, c.verdict || coalesce(' (' || c.fault || ')', '')
from cross_findings c join reports r using (report_id) left join reports o on o.report_id = c.other_report_id where r.is_current""",
    "measure": f"select {_OF_REPORT}, m.measure as key, m.value as told from measures m join reports r using (report_id)",
    "conflict": f"""select {_OF_REPORT}, r.url as key, case c.is_current when 1 then 'in use' else 'not in use' end as told
from conflicts c join reports r using (report_id)""",
    "coverage": """select unit_code as who, year, '' as scope, unit_code, unit, '' as url, '' as key, status as told
from coverage where status <> 'not known'""",
    "unit": f"""select unit_code as who, null as year, '' as scope, unit_code, name as unit, '' as url, '' as key,
name || {" || ".join(f"coalesce(', {name} ' || {name}, '')" for name in _UNIT_FACTS)} as told from units""",
}
"""Kind -> rows to be held against each other by who, year, scope and key: what each says."""
_OF_SHARED_REPORTS = ("finding", "measure")
Row = Mapping[str, Any]
Pair = tuple[Row | None, Row | None]
Key = tuple[str, int | None, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: in which report, what (`key`: a cell, a fact, or empty), from what to what; figures in 件 or 万元."""

    kind: str
    unit_code: str
    unit: str
    year: int | None
    scope: str
    key: str
    before: str | float | None
    after: str | float | None
    url: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What the two databases say of themselves, and every difference."""

    first: Mapping[str, str]
    second: Mapping[str, str]
    found: tuple[Difference, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each kind, in the order of KINDS."""
        counted = Counter(difference.kind for difference in self.found)
        return {kind: counted[kind] for kind in KINDS}


def differences(first: Path, second: Path) -> Differences:
    """Compare two databases. Raises DatabaseError where one is missing, not ours, or of another schema version."""
    a, b = (open_database(path) for path in (first, second))
    with closing(a.conn), closing(b.conn):
        told = (difference for kind in _TOLD for difference in _told(a, b, kind))
        found = (*_reports(a, b), *_documents(a, b), *told)
        return Differences(_meta(a), _meta(b), found)


def _meta(db: sqlite_utils.Database) -> Mapping[str, str]:
    return dict(db.execute("select key, value from meta").fetchall())


def _reports(a: sqlite_utils.Database, b: sqlite_utils.Database) -> Iterator[Difference]:
    before, after = _current(a), _current(b)
    for key in sorted({*before, *after}, key=lambda key: (key[0], key[1] or 0, key[2])):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            row = old or new or {}
            yield _difference("removed" if new is None else "added", row, "", None, None)
        else:
            yield from (_difference("fact", new, name, old[name], new[name]) for name in _FACTS if old[name] != new[name])
            yield from _cells(a, b, old, new)


def _current(db: sqlite_utils.Database) -> dict[Key, Row]:
    return {(row["who"], row["year"], row["scope"]): row for row in db.query(_REPORTS)}


def _cells(a: sqlite_utils.Database, b: sqlite_utils.Database, old: Row, new: Row) -> Iterator[Difference]:
    """The cells that differ; reports of one id have the same figures."""
    if old["report_id"] == new["report_id"]:
        return
    before, after = cells_of(a, old["report_id"]), cells_of(b, new["report_id"])
    for key in dict.fromkeys((*before, *after)):
        was, is_now = before.get(key), after.get(key)
        values = [cell.value if cell else None for cell in (was, is_now)]
        states = [cell.state if cell else "not on the form" for cell in (was, is_now)]
        if None not in values and values[0] != values[1]:
            yield _difference("figure", new, key, *values)
        elif was != is_now:
            shown = [state if value is None else f"{value:.15g} {state}" for value, state in zip(values, states, strict=True)]
            yield _difference("state", new, key, *shown)


def _documents(a: sqlite_utils.Database, b: sqlite_utils.Database) -> Iterator[Difference]:
    before, after = ({row["document_id"]: row for row in db.query(_DOCUMENTS)} for db in (a, b))
    for name in dict.fromkeys((*before, *after)):
        reasons = [side[name]["reason"] or "figures" if name in side else "not there" for side in (before, after)]
        if reasons[0] != reasons[1] and {*reasons} != {"figures", "not there"}:
            yield _difference("document", after.get(name) or before[name], "", *reasons)


def _told(a: sqlite_utils.Database, b: sqlite_utils.Database, kind: str) -> Iterator[Difference]:
    shared = _current(a).keys() & _current(b).keys() if kind in _OF_SHARED_REPORTS else None
    for old, new in _pairs(*(db.query(f"{_TOLD[kind]} order by 1, 2, 3, 7, 8") for db in (a, b))):
        row = new or old or {}
        before, after = (side["told"] if side else None for side in (old, new))
        if before != after and (shared is None or (row["who"], row["year"], row["scope"]) in shared):
            yield _difference(kind, row, row["key"], before, after)


def _pairs(before: Iterator[Row], after: Iterator[Row]) -> Iterator[Pair]:
    """The rows of two queries in order, side by side where they are about the same thing; neither is ever held as a whole."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        left, right = (_about(row) if row else None for row in (old, new))
        comes, goes = right is None or (left is not None and left <= right), left is None or (right is not None and right <= left)
        yield old if comes else None, new if goes else None
        old, new = next(before, None) if comes else old, next(after, None) if goes else new


def _about(row: Row) -> tuple[str, int, str, str]:
    return row["who"], row["year"] or 0, row["scope"], row["key"]


def _difference(kind: str, row: Row, key: str, before: str | float | None, after: str | float | None) -> Difference:
    unit_code, unit, scope = (row.get(name) or "" for name in ("unit_code", "unit", "scope"))
    return Difference(kind, unit_code, unit, row["year"], scope, key, before, after, row["url"])


def lines(told: Differences) -> Iterator[str]:
    """The differences for a terminal, one a line and SHOWN of each kind, then how many there are of each."""
    for kind, count in told.counts.items():
        yield from map(_line, islice((difference for difference in told.found if difference.kind == kind), SHOWN))
        if count > SHOWN:
            yield f"{kind:<8} … {count - SHOWN} more; --format csv or json has them all"
    for name in _changed(told, ("built_at", "nianbao_version", "code_digest", "archive_digest")):
        yield f"{name}: {told.first.get(name, '–')} -> {told.second.get(name, '–')}"
    yield "; ".join(f"{count} {KINDS[kind]}" for kind, count in told.counts.items())


def _changed(told: Differences, names: Sequence[str]) -> Iterator[str]:
    return (name for name in names if told.first.get(name) != told.second.get(name))


def _line(found: Difference) -> str:
    who = " ".join(filter(None, (found.unit_code, found.unit, str(found.year or ""), found.scope)))
    change = (
        ""
        if found.kind in ("added", "removed")
        else f"{found.key}: {_text(found.before)} -> {_text(found.after)}".removeprefix(": ")
    )
    return f"{found.kind:<8} {who or '–'}  {change or found.url}" + (f"  {found.url}" if found.kind == "document" else "")


def _text(value: str | float | None) -> str:
    return "–" if value is None else value if isinstance(value, str) else f"{value:.15g}"
