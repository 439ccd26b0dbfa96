"""Rows of `units`: the crawled areas with all above and below them, and what reports name beyond."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nianbao.reading import Reading
from nianbao.rows import Row
from nianbao.succession import population_2020
from nianbao.unitfiles import Unit
from nianbao.units import area_prefix, register
from scraper.registry import Portal


class UnitRows:
    """Gives each unit's row once; `known` are the codes that are there."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = set(known)

    def new(self, reading: Reading) -> Iterator[Row]:
        """The rows that a reading's unit needs: its own and those above it."""
        code = reading.unit_code or ""
        area = code.partition(":")[0]
        for unit in (*register().ancestors(area), register().get(area)):
            if unit.code not in self._known:
                self._known.add(unit.code)
                yield unit_row(unit)
        if code not in self._known:
            self._known.add(code)
            yield _department_row(code, area, reading)


def units_of(portals: Sequence[Portal]) -> Iterator[Unit]:
    """The crawled areas, all below them and all above them, each code once under its newest name; no placeholders, which are expected to publish nothing."""
    known = register()
    seen: set[str] = set()
    below = {area_prefix(portal.division_code) for portal in portals if portal.division_code}
    waiting = [*below, *(unit.code for code in below for unit in known.ancestors(code))]
    while waiting:
        code = waiting.pop()
        if code in seen or not known.has(code):
            continue
        seen.add(code)
        if known.is_place(code):
            yield known.get(code)
        if code in below:
            children = {unit.code for unit in known.children(code)}
            below |= children
            waiting += children


def unit_row(unit: Unit) -> Row:
    """A unit under its newest name, with the years in which its code was seen."""
    names = register().all_names(unit.code)
    above = register().ancestors(unit.code)
    return {
        "unit_code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind,
        "function": None,
        "parent_code": above[-1].code if above else None,
        "county_code": next((area.code for area in (*above, unit) if area.level == "county"), None),
        "first_year": min(u.first_year for u in names),
        "last_year": max(u.last_year for u in names),
        "ended_after": None if any(u.until is None for u in names) else max(u.until or 0 for u in names),
        "population_2020": population_2020().get(unit.code),
    }


def name_rows(codes: Iterable[str]) -> Iterator[Row]:
    """Rows of `unit_names` for these units; a name borne twice stands once. Departments are in no register."""
    for code in filter(register().has, codes):
        named: dict[str, list[Unit]] = {}
        for unit in register().all_names(code):
            named.setdefault(unit.name, []).append(unit)
        for name, units in named.items():
            first = min(units, key=lambda unit: unit.first_year)
            last = max(first.first_year, *(unit.last_year for unit in units))  # an override begins after the last snapshot
            yield {"unit_code": code, "name": name, "first_year": first.first_year, "last_year": last, "source": first.source}


def _department_row(code: str, area: str, reading: Reading) -> Row:
    return {
        "unit_code": code,
        "name": reading.found.name,
        "level": "department",
        "kind": None,
        "function": reading.function,
        "parent_code": area,
        "county_code": reading.county_code,
        "first_year": None,
        "last_year": None,
        "ended_after": None,
        "population_2020": None,
    }
