"""What changed from one build of the database to another: reports that came and went, figures, facts of a report, and documents that can be read now or not.

Reports are held against each other by unit, year and scope, the version in use in each database; a unit that the register did not settle goes by its portal and
the name as read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
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
}
"""Kind of a difference -> what it counts."""
_FACTS = ("unit", "level", "form", "title", "published_on", "url", "version", "conflict")
_REPORTS = f"""select coalesce(unit_code, portal || ' ' || coalesce(unit, ''), report_id) as who, year, coalesce(scope, '') as scope, report_id, unit_code,
{", ".join(_FACTS)} from reports where is_current order by 1, 2, 3, report_id"""
_DOCUMENTS = (
    "select document_id, url, coalesce(unit_code, '') as unit_code, year, reason from documents order by url, document_id"
)
Row = Mapping[str, Any]
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
        found = (*_reports(a, b), *_documents(a, b))
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


def _difference(kind: str, row: Row, key: str, before: str | float | None, after: str | float | None) -> Difference:
    unit_code, unit, scope = (row.get(name) or "" for name in ("unit_code", "unit", "scope"))
    return Difference(kind, unit_code, unit, row["year"], scope, key, before, after, row["url"])


def lines(told: Differences) -> Iterator[str]:
    """The differences for a terminal, one a line, then how many there are of each kind."""
    yield from (_line(difference) for difference in told.found)
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
