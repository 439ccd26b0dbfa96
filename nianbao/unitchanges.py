"""What became of units after the last snapshot: rows of `data/units/overrides.csv`, entered by hand and reviewed one by one.

A row says that a unit bears a name from a report year on, up to one, or both: a new unit or a new name has a `first_year`, a unit that is gone a `last_year`,
and where it went into another the `successor` says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nianbao.errors import UnitsError
from nianbao.unitfiles import LAST_SNAPSHOT, LEVEL_OF_LENGTH, TOWN_KINDS, Unit, reference_rows


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One row: the unit's code and name, and the report years that it is the first or the last of; a row without either says nothing and is refused."""

    code: str
    name: str
    kind: str
    """Of a unit at town level; empty for areas, which are of the kind of their level."""
    first_year: int | None
    last_year: int | None
    successor: str | None


@cache
def unit_changes() -> tuple[UnitChange, ...]:
    """The rows of the committed file."""
    return read_changes(reference_rows("overrides.csv"))


def read_changes(rows: Iterable[Mapping[str, str]]) -> tuple[UnitChange, ...]:
    """The rows, checked one by one. Raises UnitsError, which names the row and what is wrong with it."""
    return tuple(_change(row) for row in rows)


def _change(row: Mapping[str, str]) -> UnitChange:
    years = row["first_year"], row["last_year"]
    if not all(re.fullmatch(r"(?:\d{4})?", year) for year in years):
        raise UnitsError(f"overrides.csv: {row['code']} {row['name']}: a year has four digits, or is left empty")
    first, last = (int(year) if year else None for year in years)
    wrong = next((fault for fault, holds in _faults(row, first, last) if holds), None)
    if wrong:
        raise UnitsError(f"overrides.csv: {row['code']} {row['name']}: {wrong}")
    return UnitChange(row["code"], row["name"], row["kind"], first, last, row["successor"] or None)


def _faults(row: Mapping[str, str], first: int | None, last: int | None) -> Iterator[tuple[str, bool]]:
    town = len(row["code"]) == max(LEVEL_OF_LENGTH)
    yield "a code has 2, 4, 6 or 9 digits", not (row["code"].isdecimal() and len(row["code"]) in LEVEL_OF_LENGTH)
    yield "neither a first nor a last year", first is None and last is None
    yield f"what began up to {LAST_SNAPSHOT} is in the snapshots", first is not None and first <= LAST_SNAPSHOT
    yield f"what ended before {LAST_SNAPSHOT} is in the snapshots", last is not None and last < LAST_SNAPSHOT
    yield "it ends before it begins", first is not None and last is not None and last < first
    yield "a successor needs a last year", bool(row["successor"]) and last is None
    yield "an area is of the kind of its level, leave it empty", not town and bool(row["kind"])
    yield f"a town begins as one of {', '.join(TOWN_KINDS)}", first is not None and town and row["kind"] not in TOWN_KINDS


def changed(units: Iterable[Unit], changes: Iterable[UnitChange]) -> Iterator[Unit]:
    """The units of the snapshots with what came later: a name ends where the next one of its code begins, or where the unit does.

    Raises UnitsError where a row ends a name that its unit does not bear.
    """
    names: dict[str, list[Unit]] = {}
    for unit in units:
        names.setdefault(unit.code, []).append(unit)
    for change in sorted(changes, key=lambda change: change.first_year or change.last_year or 0):
        before = names.get(change.code, [])
        names[change.code] = _ended(before, change) if change.first_year is None else _begun(before, change, change.first_year)
    return (unit for of_code in names.values() for unit in of_code)


def _begun(names: Sequence[Unit], change: UnitChange, year: int) -> list[Unit]:
    level = LEVEL_OF_LENGTH[len(change.code)]
    begun = Unit(
        change.code, change.name, level, change.kind or level, year, change.last_year or year, "override", change.last_year
    )
    return [*(replace(unit, until=year - 1) if unit.until is None else unit for unit in names), begun]


def _ended(names: Sequence[Unit], change: UnitChange) -> list[Unit]:
    ended = [unit for unit in names if unit.until is None and unit.name == change.name]
    if not ended:
        raise UnitsError(f"overrides.csv: {change.code} {change.name}: no unit bears this name and code, so that it cannot end")
    return [replace(unit, until=change.last_year) if unit in ended else unit for unit in names]
