"""Which reports are versions of one another, which contradict each other, and what changed from one version to the next.

Pages at one address that print other figures later are versions; what the address shows last is in use. Pages at different addresses that claim one unit and
year are one report read twice as long as no figure differs, and the fuller reading is in use. Where figures differ they are a conflict: each stays, the newest
is current, and its measures are marked where the reports do not agree: the views withhold those, and nobody is ranked by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

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
select r.report_id, r.who, r.year, r.scope, a.first_fetched_at, a.last_fetched_at, a.url, r.cells_total, r.form, r.cells_located, r.cells_read
from (select *, {_WHO} as who from reports) r
join shared on shared.who = r.who and shared.year = r.year and shared.scope is r.scope
join addresses a on a.report_id = r.report_id
order by r.who, r.year, r.scope, r.report_id
"""
_OF_REPORT = """(county_code, year, level, scope) = (
  select coalesce(county_code, ''), year, coalesce(level, ''), coalesce(scope, '') from reports where report_id = ?1) and report_id = ?1"""


class Showing(NamedTuple):
    """An address, and when it showed a report for the first and the last time."""

    url: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Version:
    """A report among others of its unit, year and scope, with all its addresses."""

    report_id: str
    showings: tuple[Showing, ...]
    form: str | None = None
    has_tables: bool = True
    fullness: tuple[int, int] = (0, 0)
    """Cells found on the page, and those of them with a figure."""

    @property
    def urls(self) -> frozenset[str]:
        return frozenset(showing.url for showing in self.showings)

    @property
    def first_seen(self) -> str:
        return min(showing.first for showing in self.showings)

    @property
    def last_seen(self) -> str:
        return max(showing.last for showing in self.showings)

    @property
    def began(self) -> tuple[str, str]:
        return self.first_seen, self.report_id

    @property
    def newness(self) -> tuple[str, str, str]:
        return self.last_seen, self.first_seen, self.report_id


@dataclass(frozen=True, slots=True)
class Chain:
    """Reports that followed one another at their addresses, in the order in which they were first seen."""

    versions: tuple[Version, ...]

    @property
    def head(self) -> Version:
        """What was seen last."""
        return max(self.versions, key=lambda version: version.newness)

    @property
    def came_back(self) -> bool:
        """Whether an address showed the head, then another report, then the head again."""
        theirs = [showing for version in self.versions if version is not self.head for showing in version.showings]
        return any(
            mine.url == other.url and mine.first < other.first < mine.last for mine in self.head.showings for other in theirs
        )

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each version; one that came back counts anew, after all others."""
        numbers = {version.report_id: number for number, version in enumerate(self.versions, 1)}
        return numbers | {self.head.report_id: len(numbers) + 1} if self.came_back else numbers

    @property
    def steps(self) -> Sequence[tuple[Version, Version, str]]:
        """Each version, the one that followed it, and when that was seen."""
        steps = {
            (before.report_id, after.report_id): (before, after, after.first_seen) for before, after in pairwise(self.versions)
        }
        if self.came_back:
            left = max((version for version in self.versions if version is not self.head), key=lambda version: version.newness)
            steps.setdefault((left.report_id, self.head.report_id), (left, self.head, self.head.last_seen))
        return list(steps.values())


def number_versions(db: sqlite_utils.Database) -> None:
    """Set `version`, `is_current` and `conflict` of every report and write `addresses`, `conflicts` and `revisions`, anew from all reports."""
    for table in ("addresses", "conflicts", "revisions"):
        db.execute(f"delete from [{table}]")
    db.execute(_ADDRESSES)
    db.execute("update reports set version = 1, is_current = 1, conflict = 0 where version <> 1 or not is_current or conflict")
    for group in _groups(db):
        _settle(db, group)
    db.execute(_CONFLICTS)


def _settle(db: sqlite_utils.Database, group: Sequence[Version]) -> None:
    """Number the reports of one unit and year, and settle which is in use and which contradict each other."""
    # A page without tables beside the file that holds them is no rival of it.
    chains = chains_of([version for version in group if version.has_tables] or group)
    heads = [chain.head for chain in chains]
    rivals = _rivals(db, heads)
    current = _current(heads, rivals)
    numbers = {report_id: number for chain in chains_of(group) for report_id, number in chain.numbers.items()}
    db.conn.executemany(
        "update reports set version = ?, is_current = ?, conflict = ? where report_id = ?",
        [(numbers[v.report_id], v is current, v.report_id in rivals, v.report_id) for v in group],
    )
    for chain in chains:
        insert(db, "revisions", list(_revisions(db, chain)))
    _mark_measures(db, group, current, rivals)


def chains_of(group: Iterable[Version]) -> list[Chain]:
    """The reports that share addresses, directly or through others, each chain in the order seen."""
    chains: list[list[Version]] = []
    for version in group:
        touched = [chain for chain in chains if any(version.urls & other.urls for other in chain)]
        chains = [chain for chain in chains if chain not in touched]
        chains.append([other for chain in touched for other in chain] + [version])
    return [Chain(tuple(sorted(chain, key=lambda version: version.began))) for chain in chains]


def _rivals(db: sqlite_utils.Database, heads: Sequence[Version]) -> Mapping[str, frozenset[str]]:
    """Of each report that contradicts others, these others."""
    cells = {head.report_id: cells_of(db, head.report_id) for head in heads} if len(heads) > 1 else {}
    rivals = {
        head.report_id: frozenset(
            other.report_id
            for other in heads
            if other.form != head.form or _differ(cells[head.report_id], cells[other.report_id])
        )
        for head in heads
        if cells
    }
    return {report_id: others for report_id, others in rivals.items() if others}


def _differ(one: Mapping[str, CellValue], other: Mapping[str, CellValue]) -> bool:
    """Whether a cell has a figure in both, and not the same: what only one reading has is no contradiction."""
    both = ((one[key].value, other[key].value) for key in one.keys() & other.keys())
    return any(None not in pair and pair[0] != pair[1] for pair in both)


def _current(heads: Sequence[Version], rivals: Mapping[str, frozenset[str]]) -> Version:
    """The newest, or the fullest reading of what the newest says."""
    newest = max(heads, key=lambda head: head.newness)
    same = [head for head in heads if head.report_id not in rivals.get(newest.report_id, ())]
    return max(same, key=lambda head: (head.fullness, head.newness))


def _groups(db: sqlite_utils.Database) -> Iterator[list[Version]]:
    rows = db.execute(_SHARED).fetchall()
    for _, reports in groupby(rows, key=lambda row: row[1:4]):
        yield list(_versions(reports))


def _versions(rows: Iterable[Any]) -> Iterator[Version]:
    for report_id, same in groupby(rows, key=lambda row: row[0]):
        pages = list(same)
        showings = tuple(Showing(url, first, last) for first, last, url in (page[4:7] for page in pages))
        cells_total, form, *fullness = pages[0][7:]
        yield Version(report_id, showings, form, bool(cells_total), (fullness[0], fullness[1]))


def _revisions(db: sqlite_utils.Database, chain: Chain) -> Iterator[dict[str, Any]]:
    """The cells that differ between each version and the one before."""
    for before, after, seen_at in chain.steps:
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
                    "seen_at": seen_at,
                }


def _mark_measures(
    db: sqlite_utils.Database, group: Sequence[Version], current: Version, rivals: Mapping[str, frozenset[str]]
) -> None:
    """Set `is_current` and `disputed` of the measures: marked once here, no view has to look for the other report of each row."""
    db.conn.executemany(
        f"update measure_values set is_current = ?2, disputed = 0 where {_OF_REPORT}",
        [(version.report_id, version is current) for version in group],
    )
    disputed = _disputed(db, rivals)
    db.conn.executemany(
        f"update measure_values set disputed = 1 where measure_id = ?2 and {_OF_REPORT}",
        [(report_id, measure) for report_id in rivals for measure in disputed],
    )


def _disputed(db: sqlite_utils.Database, rivals: Iterable[str]) -> Sequence[int]:
    """The measures of which these reports give two values, or shares of two denominators."""
    said = {
        (measure, column, figure)
        for report_id in rivals
        for measure, *figures in db.execute(f"select measure_id, value, n from measure_values where {_OF_REPORT}", [report_id])
        for column, figure in enumerate(figures)
        if figure is not None
    }
    often = Counter((measure, column) for measure, column, _ in said)
    return sorted({measure for (measure, _), figures in often.items() if figures > 1})
