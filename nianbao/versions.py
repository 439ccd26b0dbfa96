"""Which reports are versions of one another, which contradict each other, and what changed from one version to the next.

Pages at one address that print other figures later are versions. Pages at different addresses that claim one unit and year with different figures are a
conflict: each stays, the newest is current, and `comparison` withholds what they do not agree on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import sqlite_utils

from nianbao.cells import CellValue, cells_of
from nianbao.writing import insert

_ADDRESSES = """
insert into addresses (report_id, url, portal, first_fetched_at, last_fetched_at, documents)
select report_id, url, coalesce(portal, ''), min(fetched_at), max(last_fetched_at), count(*)
from documents where report_id is not null group by 1, 2, 3
"""
_CONFLICTS = """
insert into conflicts (report_id, unit_code, unit, year, scope, is_current, url, fetched_at)
select report_id, unit_code, unit, year, scope, is_current, url, (select min(first_fetched_at) from addresses a where a.report_id = r.report_id)
from reports r where conflict
"""
_WHO = "coalesce(unit_code, portal || ' ' || unit)"
_SHARED = f"""
with shared as (
  select {_WHO} as who, year, scope from reports where year is not null and {_WHO} is not null group by 1, 2, 3 having count(*) > 1
)
select r.report_id, r.who, r.year, r.scope, a.first_fetched_at, a.last_fetched_at, a.url, r.cells_total
from (select *, {_WHO} as who from reports) r
join shared on shared.who = r.who and shared.year = r.year and shared.scope is r.scope
join addresses a on a.report_id = r.report_id
order by r.who, r.year, r.scope, r.report_id
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A report among others of its unit, year and scope, with all its addresses."""

    report_id: str
    first_seen: str
    last_seen: str
    urls: frozenset[str]
    has_tables: bool = True


def number_versions(db: sqlite_utils.Database) -> None:
    """Set `version`, `is_current` and `conflict` of every report and write `addresses`, `conflicts` and `revisions`, anew from all reports."""
    for table in ("addresses", "conflicts", "revisions"):
        db.execute(f"delete from [{table}]")
    db.execute(_ADDRESSES)
    db.execute("update reports set version = 1, is_current = 1, conflict = 0 where version <> 1 or not is_current or conflict")
    for group in _groups(db):
        # A page without tables beside the file that holds them is no rival of it.
        chains = chains_of([version for version in group if version.has_tables] or group)
        heads = [max(chain, key=lambda v: (v.last_seen, v.first_seen, v.report_id)) for chain in chains]
        current = max(heads, key=lambda v: (v.last_seen, v.first_seen, v.report_id))
        contested = {head.report_id for head in heads} if len(heads) > 1 else set()
        db.conn.executemany(
            "update reports set version = ?, is_current = ?, conflict = ? where report_id = ?",
            [(n, v is current, v.report_id in contested, v.report_id) for n, v in enumerate(group, 1)],
        )
        for chain in chains:
            insert(db, "revisions", list(_revisions(db, chain)))
        _mark_measures(db, group, current)
    db.execute(_CONFLICTS)


def chains_of(group: Sequence[Version]) -> list[list[Version]]:
    """The reports that share addresses, directly or through others, each chain in the order seen."""
    chains: list[list[Version]] = []
    for version in group:
        touched = [chain for chain in chains if any(version.urls & other.urls for other in chain)]
        chains = [chain for chain in chains if chain not in touched]
        merged = [other for chain in touched for other in chain] + [version]
        chains.append(sorted(merged, key=lambda v: (v.first_seen, v.report_id)))
    return chains


def _groups(db: sqlite_utils.Database) -> Iterator[list[Version]]:
    rows = db.execute(_SHARED).fetchall()
    for _, reports in groupby(rows, key=lambda row: row[1:4]):
        yield sorted(_versions(reports), key=lambda version: (version.first_seen, version.report_id))


def _versions(rows: Iterable[Any]) -> Iterator[Version]:
    for report_id, same in groupby(rows, key=lambda row: row[0]):
        pages = list(same)
        first, last = min(page[4] for page in pages), max(page[5] for page in pages)
        yield Version(report_id, first, last, frozenset(page[6] for page in pages), bool(pages[0][7]))


def _revisions(db: sqlite_utils.Database, chain: Sequence[Version]) -> Iterator[dict[str, Any]]:
    """The cells that differ between each version and the one before."""
    for before, after in pairwise(chain):
        old, new = cells_of(db, before.report_id), cells_of(db, after.report_id)
        for key in dict.fromkeys((*old, *new)):
            was, is_now = old.get(key, CellValue(None, "unread")), new.get(key, CellValue(None, "unread"))
            if was != is_now:
                yield {
                    "report_id": after.report_id,
                    "key": key,
                    "previous_report_id": before.report_id,
                    "kind": "state" if None in (was.value, is_now.value) or was.value == is_now.value else "figure",
                    "value_before": was.value,
                    "value_after": is_now.value,
                    "state_before": was.state,
                    "state_after": is_now.state,
                    "seen_at": after.first_seen,
                }


def _mark_measures(db: sqlite_utils.Database, group: Sequence[Version], current: Version) -> None:
    db.conn.executemany(
        """update measure_values set is_current = ? where report_id = ? and (county_code, year, level, scope) =
        (select coalesce(county_code, ''), year, coalesce(level, ''), coalesce(scope, '') from reports where report_id = ?)""",
        [(version is current, version.report_id, version.report_id) for version in group],
    )
