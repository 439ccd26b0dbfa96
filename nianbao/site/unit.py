"""The page of a unit: every measure over all years and both editions, all versions of its reports, its names."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nianbao.editions import edition_breaks
from nianbao.errors import UnitsError
from nianbao.measures import Measure, measures
from nianbao.overrides import Override
from nianbao.site import queries
from nianbao.site.county import point
from nianbao.site.drawing import series
from nianbao.site.figures import MISSING, Figure, figure
from nianbao.site.queries import Row
from nianbao.unitfiles import Unit
from nianbao.units import register


@dataclass(frozen=True, slots=True)
class Year:
    """A year the unit should have reported, or did; `is_break` where the report before was on another edition of the form."""

    year: int
    form: str
    status: str
    report_id: str | None
    is_break: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A measure over the years."""

    measure: Measure
    drawing: Markup
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """All that the page shows."""

    code: str
    name: str
    path: str
    level: str
    county_code: str | None
    names: tuple[Unit, ...]
    years: Sequence[Year]
    lines: Sequence[Line]
    reports: Sequence[Row]
    findings: Sequence[Row]
    corrections: Sequence[Row]


def unit_page(db: sqlite3.Connection, code: str, overrides: Mapping[tuple[str, str], Override]) -> UnitPage | None:
    """The page of a unit; None where the database has no such unit."""
    unit = queries.unit(db, code)
    if unit is None:
        return None
    found = queries.comparison(db, unit["county_code"], code=code)
    states = queries.states_of(db, (row["report_id"] for row in found))
    years = _years(found, queries.coverage_of_unit(db, code, unit["county_code"]))
    names, path = _names(code, unit["name"])
    return UnitPage(
        code=code,
        name=unit["name"],
        path=path,
        level=unit["level"],
        county_code=unit["county_code"],
        names=names,
        years=years,
        lines=[_line(measure, found, years, (states, overrides), unit["name"]) for measure in measures().values()],
        reports=queries.reports_of(db, code),
        findings=queries.failed_of_unit(db, code),
        corrections=queries.corrected(db, "unit_code", code, overrides),
    )


def _names(code: str, name: str) -> tuple[tuple[Unit, ...], str]:
    try:
        return register().all_names(code), register().path(code)
    except (UnitsError, KeyError):
        return (), name


def _years(found: Sequence[Row], covered: Sequence[Row]) -> list[Year]:
    reported = {row["year"]: row for row in found}
    statuses = {row["year"]: row["status"] for row in covered}
    breaks = edition_breaks({year: row["form"] for year, row in reported.items()})
    return [
        _year(year, reported.get(year), statuses.get(year, "found"), is_break=year in breaks)
        for year in sorted(reported.keys() | statuses.keys())
    ]


def _year(year: int, row: Row | None, status: str, *, is_break: bool) -> Year:
    return Year(year, row["form"] if row else MISSING, status, row["report_id"] if row else None, is_break)


def _line(
    measure: Measure,
    found: Sequence[Row],
    years: Sequence[Year],
    about: tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], Override]],
    name: str,
) -> Line:
    of = {row["year"]: row for row in found if row["measure"] == measure.key}
    points = [point(year.year, of.get(year.year), measure, is_break=year.is_break) for year in years]
    highest = max((p.value for p in points if p.value is not None), default=0)
    figures = tuple(figure(of[year.year], *about) if year.year in of else Figure(MISSING) for year in years)
    return Line(measure, series(points, highest=highest, label=f"{name} {measure.chinese}"), figures)
