"""What the comparisons share: areas and units by code or name, frames with their types, and which cells behind a value are flagged."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import sqlite_utils

from nianbao.database import open_database
from nianbao.editions import edition_breaks
from nianbao.errors import CompareError, UnitsError
from nianbao.measures import measures
from nianbao.unitfiles import Unit
from nianbao.units import register

TYPES = {
    "year": "Int64",
    "value": "Float64",
    "n": "Int64",
    "previous_value": "Float64",
    "change": "Float64",
    "edition_break": "boolean",
    "territory_changed": "boolean",
    "rank": "Int64",
    "completeness": "Float64",
    "days_late": "Int64",
    "version": "Int64",
    "other_year": "Int64",
    "share": "Float64",
}
PANEL = (
    "unit_code",
    "unit",
    "level",
    "scope",
    "year",
    "form",
    "measure",
    "value",
    "n",
    "previous_value",
    "change",
    "edition_break",
)
PANEL_END = ("rank", "completeness")
SHOWN_COUNTIES = 8


def opened(path: Path) -> sqlite_utils.Database:
    """The database; `open_database` says what is wrong with it."""
    return open_database(path)


def frame(db: sqlite_utils.Database, sql: str, parameters: Sequence[str | int]) -> pd.DataFrame:
    """The rows of a query with nullable types, so that a missing figure stays missing."""
    found = pd.read_sql_query(sql, db.conn, params=list(parameters))
    return found.astype({name: kind for name, kind in TYPES.items() if name in found.columns})


def area_of(db: sqlite_utils.Database, wanted: str, path: Path) -> Unit:
    """A county, prefecture or province with reports, by code or name. Raises CompareError, naming the counties that are in the database."""
    counties = _counties(db)
    there = {code[:length] for code in counties for length in (2, 4, 6)}
    named = [code for code in sorted(there) if name_of(code) == wanted]
    code = wanted if wanted in there else named[0] if len(named) == 1 else None
    if code is None:
        listed = ", ".join(f"{known} {name_of(known)}" for known in counties[:SHOWN_COUNTIES]) or "none"
        raise CompareError(f"{wanted}: no reports of this area in {path}; it has {listed}")
    return register().get(code)


def county_of(db: sqlite_utils.Database, wanted: str, path: Path) -> Unit:
    """A county by code or name. Raises CompareError."""
    found = area_of(db, wanted, path)
    if found.level != "county":
        listed = ", ".join(f"{code} {name_of(code)}" for code in _counties(db) if code.startswith(found.code))
        raise CompareError(f"{wanted}: a {found.level}; townships are compared within a county: {listed}")
    return found


def _counties(db: sqlite_utils.Database) -> list[str]:
    rows = db.execute("select distinct county_code from units where county_code is not null order by county_code").fetchall()
    return [str(code) for (code,) in rows]


def name_of(code: str) -> str:
    """The name in the register; empty for a code that it has not."""
    try:
        return register().get(code).name
    except UnitsError:
        return ""


def unit_of(db: sqlite_utils.Database, wanted: str, path: Path) -> tuple[str, str]:
    """Code and name of one unit of the database, by code, name, or path (雁江区丹山镇). Raises CompareError, naming candidates."""
    rows = db.execute("select unit_code, name from units where unit_code = ? or name = ?", [wanted, wanted]).fetchall()
    if not rows:
        rows = _by_path(db, wanted)
    if len(rows) == 1:
        return str(rows[0][0]), str(rows[0][1])
    if rows:
        listed = ", ".join(f"{code} {register().path(code)}" for code, _ in rows[:5])
        raise CompareError(f"{wanted}: several units bear this name; give a code: {listed}")
    raise CompareError(f"{wanted}: no unit of this code or name in {path}; `nianbao coverage COUNTY` lists those it has")


def _by_path(db: sqlite_utils.Database, wanted: str) -> list[tuple[str, str]]:
    try:
        code = register().find(wanted).code
    except UnitsError:
        return []
    return [(str(c), str(n)) for c, n in db.execute("select unit_code, name from units where unit_code = ?", [code]).fetchall()]


def years_of(db: sqlite_utils.Database, code: str) -> list[int]:
    """The years of which an area has reports, first to last."""
    sql = "select distinct r.year from reports r join units u using (unit_code) where u.county_code like ? and r.year is not null order by 1"
    return [int(year) for (year,) in db.execute(sql, [f"{code}%"]).fetchall()]


def checked_year(db: sqlite_utils.Database, of: Unit, year: int | None, path: Path) -> int:
    """The year asked for, the newest by default. Raises CompareError, naming the years there are."""
    years = years_of(db, of.code)
    if not years or (year is not None and year not in years):
        raise CompareError(
            f"{year or of.code}: no reports of {of.name} for this year in {path}; it has {', '.join(map(str, years))}"
        )
    return years[-1] if year is None else year


def checked_measures(named: Sequence[str] | None) -> list[str]:
    """Measures by name, all by default. Raises CompareError, naming those there are."""
    wanted = list(named or measures())
    unknown = [name for name in wanted if name not in measures()]
    if unknown:
        raise CompareError(f"{unknown[0]}: no such measure; there are {', '.join(measures())}")
    return wanted


def comparison(
    db: sqlite_utils.Database, where: str, parameters: Sequence[str | int], named: Sequence[str], *, is_ranked: bool = True
) -> pd.DataFrame:
    """Rows of the `comparison` view with `measured_in` behind the value and `flags` at the end; the rank takes a third of its time."""
    has = {row[1] for row in db.execute("pragma table_info(comparison)").fetchall()}
    extra = [name for name in ("territory_changed",) if name in has]
    columns = ", ".join((*PANEL, *extra, *(name for name in PANEL_END if is_ranked or name != "rank"), "report_id"))
    sql = f"select {columns} from comparison where {where} and measure in ({','.join('?' * len(named))}) order by year, unit_code, measure"  # noqa: S608
    found = frame(db, sql, [*parameters, *named])
    found.insert(list(found.columns).index("value") + 1, "measured_in", [measured_in(name) for name in found["measure"]])
    return flagged(db, found)


def breaks(reports: pd.DataFrame) -> pd.Series[bool]:
    """Of each year of a unit (unit_code, year, form) whether the form changed at it; missing where there is no form."""
    forms = defaultdict[str, dict[int, str]](dict)
    for code, year, form in reports[["unit_code", "year", "form"]].dropna(subset=["form"]).itertuples(index=False):
        forms[code][year] = form
    broken = {code: edition_breaks(of) for code, of in forms.items()}
    found = [year in broken.get(code, ()) for code, year in zip(reports["unit_code"], reports["year"], strict=True)]
    return pd.Series(found, index=reports.index, dtype="boolean").mask(reports["form"].isna())


def measured_in(measure: str) -> str:
    """件 of a count, share of a quotient, 万元 of an amount, days."""
    return measures()[measure].unit


def flagged(db: sqlite_utils.Database, found: pd.DataFrame) -> pd.DataFrame:
    """The frame with `flags`: the states of the measure's cells that are not plainly read, blank-separated; empty where all are."""
    ids = json.dumps(sorted(set(found["report_id"].dropna())))
    rows = db.execute(
        "select report_id, key, state from flags where report_id in (select value from json_each(?))", [ids]
    ).fetchall()
    states = {(report, key): state for report, key, state in rows}
    behind = zip(found["report_id"], found["measure"], found["form"], strict=True)
    said = [_states(states, report, measures()[name].keys(form)) for report, name, form in behind]
    return found.assign(flags=pd.array(said, dtype="str"))


def _states(states: dict[tuple[str, str], str], report: str, keys: Sequence[str]) -> str:
    seen = {states.get((report, key)) for key in keys}
    return " ".join(sorted(state for state in seen if state))
