"""The door to the database for notebooks and the command line: tidy DataFrames, nulls kept as nulls.

from nianbao import compare
compare.table(Path("data/nianbao.db"), "512002", 2020)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import sqlite_utils

from nianbao.database import open_database
from nianbao.errors import CompareError
from nianbao.measures import measures
from nianbao.units import Unit, register

TABLE_MEASURES = ("requests", "granted", "refused", "review_corrections")
"""What `table` puts side by side."""
_PANEL = "unit_code, unit, level, scope, year, form, measure, value, n, previous_value, change, edition_break, rank, completeness"
_TYPES = {
    "year": "Int64",
    "value": "Float64",
    "n": "Int64",
    "previous_value": "Float64",
    "change": "Float64",
    "edition_break": "boolean",
    "rank": "Int64",
    "completeness": "Float64",
    "days_late": "Int64",
}


def panel(
    db: Path, county: str, *, year: int | None = None, named: Sequence[str] | None = None, level: str = "town"
) -> pd.DataFrame:
    """Unit × year × measure of a county's units of one level.

    One row each: unit_code, unit, level, scope, year, form, measure, value (a count in 件, or a share from 0 to 1; missing where a figure was not read),
    n (the denominator of a share), previous_value and change (against year - 1), edition_break (the year before was on another form), rank (1 is the
    largest in the county), completeness (share of the form's cells with a figure). Raises CompareError for a county, year or measure that is not there.
    """
    wanted = list(named or measures())
    unknown = [name for name in wanted if name not in measures()]
    if unknown:
        raise CompareError(f"{unknown[0]}: no such measure; there are {', '.join(measures())}")
    opened = open_database(db)
    area = _county(opened, county, db)
    _check_year(opened, area, year, db)
    sql = f"select {_PANEL} from comparison where county_code = ? and level = ? and measure in ({','.join('?' * len(wanted))})"  # noqa: S608
    parameters: list[str | int] = [area.code, level, *wanted]
    if year is not None:
        sql, parameters = sql + " and year = ?", [*parameters, year]
    return _frame(opened, sql + " order by year, unit_code, measure", parameters)


def table(db: Path, county: str, year: int | None = None) -> pd.DataFrame:
    """The townships of a county side by side in one year, the newest by default: one row a township that should have reported.

    Columns: unit_code, unit, requests, granted, refused, review_corrections (counts in 件), requests_change (against the year before), completeness
    (0 to 1). A township whose report was not found has its row with everything missing. Raises CompareError.
    """
    opened = open_database(db)
    area = _county(opened, county, db)
    chosen = year if year is not None else max(_years(opened, area))
    long = panel(db, area.code, year=chosen, named=TABLE_MEASURES)
    expected = coverage(db, area.code, year=chosen)
    expected = expected.loc[expected["level"] == "town", ["unit_code", "unit"]]
    wide = long.pivot_table(index="unit_code", columns="measure", values="value", dropna=False).reindex(
        columns=list(TABLE_MEASURES)
    )
    extra = long.loc[long["measure"] == "requests"].set_index("unit_code")[["change", "completeness"]]
    joined = expected.merge(wide, on="unit_code", how="left").merge(extra, on="unit_code", how="left")
    joined = joined.rename(columns={"change": "requests_change"})
    counts = [*TABLE_MEASURES, "requests_change"]
    result = joined.astype(dict.fromkeys(counts, "Int64") | {"completeness": "Float64"})[
        ["unit_code", "unit", *counts, "completeness"]
    ]
    result.attrs.update(county=area.name, county_code=area.code, year=chosen)
    return result


def coverage(db: Path, county: str, *, year: int | None = None) -> pd.DataFrame:
    """Which units of a county should have reported, by year: unit_code, unit, level, year, status, published_on, days_late (after 31 March).

    Status is found, partly read, or not found. Raises CompareError.
    """
    opened = open_database(db)
    area = _county(opened, county, db)
    _check_year(opened, area, year, db)
    sql = "select unit_code, unit, level, year, status, published_on, days_late from coverage where county_code = ?"
    parameters: list[str | int] = [area.code]
    if year is not None:
        sql, parameters = sql + " and year = ?", [*parameters, year]
    return _frame(opened, sql + " order by year, unit_code", parameters)


def _frame(db: sqlite_utils.Database, sql: str, parameters: Sequence[str | int]) -> pd.DataFrame:
    frame = pd.read_sql_query(sql, db.conn, params=list(parameters))
    return frame.astype({name: kind for name, kind in _TYPES.items() if name in frame.columns})


def _county(db: sqlite_utils.Database, county: str, path: Path) -> Unit:
    """The county by code or name. Raises CompareError, naming the counties that are in the database."""
    there = {code for (code,) in db.execute("select distinct county_code from measures where county_code is not null").fetchall()}
    named = [code for code in there if register().get(code).name == county]
    code = county if county in there else named[0] if len(named) == 1 else None
    if code is None:
        listed = ", ".join(f"{known} {register().get(known).name}" for known in sorted(there)[:8]) or "none"
        raise CompareError(f"{county}: no reports of this county in {path}; it has {listed}")
    return register().get(code)


def _years(db: sqlite_utils.Database, area: Unit) -> list[int]:
    rows = db.execute(
        "select distinct year from measures where county_code = ? and year is not null order by year", [area.code]
    ).fetchall()
    return [int(year) for (year,) in rows]


def _check_year(db: sqlite_utils.Database, area: Unit, year: int | None, path: Path) -> None:
    years = _years(db, area)
    if year is not None and year not in years:
        raise CompareError(f"{year}: no reports of {area.name} for this year in {path}; it has {', '.join(map(str, years))}")
