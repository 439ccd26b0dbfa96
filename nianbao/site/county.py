"""The page of a county: its townships × measures in one year, each over the years, who reported, and what does not add up."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from nianbao.editions import edition_breaks
from nianbao.measures import Measure, measures
from nianbao.overrides import Override
from nianbao.site import queries
from nianbao.site.drawing import Point, series
from nianbao.site.figures import MISSING, Figure, figure, main_measures, number
from nianbao.site.queries import Row
from nianbao.units import register


@dataclass(frozen=True, slots=True)
class Township:
    """A row of the table, and the drawing of its series."""

    code: str
    name: str
    report_id: str | None
    completeness: str
    figures: tuple[Figure, ...]
    drawing: Markup


@dataclass(frozen=True, slots=True)
class CountyPage:
    """All that the page shows."""

    code: str
    name: str
    path: str
    year: int
    years: Sequence[int]
    measure: Measure
    measures: Sequence[Measure]
    all_measures: Sequence[Measure]
    townships: Sequence[Township]
    drawn: int
    drawn_keys: frozenset[str]
    """The cells of the measure that is drawn, on any edition."""
    built_on: str
    reported: int
    coverage: Sequence[tuple[str, str, tuple[Row | None, ...]]]
    findings: Sequence[Row]
    corrections: Sequence[Row]


def county_page(
    db: sqlite3.Connection,
    code: str,
    overrides: Mapping[tuple[str, str], Override],
    *,
    year: int | None,
    measure: str | None = None,
    named: Sequence[str] | None = None,
) -> CountyPage | None:
    """The page of a county in a year (the newest by default) with these measures (the main ones); None where there is no such county or year."""
    area, years = queries.unit(db, code), queries.years_of(db, code)
    drawn = measures().get(measure or "requests")
    if area is None or not years or drawn is None or (year is not None and year not in years):
        return None
    chosen = year if year is not None else years[-1]
    named = main_measures() if named is None else named
    covered = queries.coverage(db, code)
    over_years = queries.comparison(db, code, level="town", named=[drawn.key])
    townships = _townships(
        db,
        code,
        covered,
        overrides,
        year=chosen,
        named=named,
        drawings=partial(unit_series, over_years, queries.forms_of(db, code), drawn),
    )
    shown = {town.code for town in townships}
    return CountyPage(
        code=code,
        name=area["name"],
        path=register().path(code),
        year=chosen,
        years=years,
        measure=drawn,
        measures=[measures()[name] for name in named],
        all_measures=list(measures().values()),
        townships=townships,
        drawn=sum(row["value"] is not None and row["unit_code"] in shown for row in over_years),
        drawn_keys=frozenset(key for form in drawn.editions for key in drawn.keys(form)),
        built_on=queries.built_on(db),
        reported=sum(town.report_id is not None for town in townships),
        coverage=_matrix(covered, years),
        findings=queries.failed_of_county(db, code),
        corrections=queries.corrected(db, "county_code", code, overrides),
    )


def _townships(
    db: sqlite3.Connection,
    county: str,
    covered: Sequence[Row],
    overrides: Mapping[tuple[str, str], Override],
    *,
    year: int,
    named: Sequence[str],
    drawings: Callable[[Mapping[str, str]], Mapping[str, Markup]],
) -> list[Township]:
    """A row for each township that should have reported in the year, or did."""
    found = queries.comparison(db, county, level="town", year=year, named=named)
    now = {(row["unit_code"], row["measure"]): row for row in found}
    states = queries.states_of(db, (row["report_id"] for row in now.values()))
    names = {row["unit_code"]: row["unit"] for row in covered if row["year"] == year and row["level"] == "town"}
    names |= {row["unit_code"]: row["unit"] for row in now.values() if row["unit_code"]}
    lines = drawings(names)
    return [
        _township(code, name, [now.get((code, measure)) for measure in named], (states, overrides), lines.get(code, Markup("")))
        for code, name in sorted(names.items())
    ]


def _township(
    code: str,
    name: str,
    found: Sequence[Row | None],
    about: tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], Override]],
    drawing: Markup,
) -> Township:
    first = next((row for row in found if row), None)
    return Township(
        code=code,
        name=name,
        report_id=first["report_id"] if first else None,
        completeness=number(first["completeness"], is_share=True) if first else MISSING,
        figures=tuple(figure(row, *about) if row else Figure(MISSING) for row in found),
        drawing=drawing,
    )


def unit_series(
    found: Sequence[Row], forms: Mapping[str, Mapping[int, str]], measure: Measure, names: Mapping[str, str]
) -> dict[str, Markup]:
    """The drawings of one measure, a unit each, all to one scale; a year without a row is a gap. `forms` are the editions of a unit's years."""
    years = sorted({row["year"] for row in found})
    by_unit: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in found:
        by_unit[row["unit_code"]][row["year"]] = row
    highest = max((row["value"] for row in found if row["value"] is not None), default=0)
    breaks = {code: edition_breaks(forms[code]) for code in by_unit}
    return {
        code: series(
            [point(year, of.get(year), measure, is_break=year in breaks[code]) for year in years],
            highest=highest,
            label=f"{names.get(code, code)} {measure.chinese}",
        )
        for code, of in by_unit.items()
    }


def point(year: int, row: Row | None, measure: Measure, *, is_break: bool) -> Point:
    """A year of a series."""
    value: Any = row["value"] if row else None
    return Point(year, value, number(value, is_share=measure.is_share), is_break)


def _matrix(covered: Sequence[Row], years: Sequence[int]) -> list[tuple[str, str, tuple[Row | None, ...]]]:
    """Code, name, and for each year the row of `coverage` or None where the unit did not exist or was not looked for."""
    by_unit: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in covered:
        by_unit[row["unit_code"]][row["year"]] = row
    return [
        (code, max(of.values(), key=lambda row: row["year"])["unit"], tuple(of.get(year) for year in years))
        for code, of in by_unit.items()
    ]
