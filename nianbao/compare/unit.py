"""One unit: over the years, and among its like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import sqlite_utils

from nianbao.compare.frames import breaks, checked_measures, comparison, frame, measured_in, name_of, opened, unit_of
from nianbao.errors import CompareError

_HISTORY = (
    "county_code",
    "county",
    "unit_code",
    "unit",
    "year",
    "measure",
    "value",
    "measured_in",
    "n",
    "previous_value",
    "change",
    "form",
    "edition_break",
    "flags",
    "completeness",
)

_PEERS = (
    *("unit_code", "unit", "is_self", "year", "form", "edition_break", "measure", "value", "measured_in", "n"),
    *("difference", "rank", "flags", "report_id"),
)


def history(db: Path, unit: str, *, named: Sequence[str] | None = None) -> pd.DataFrame:
    """One unit's measures over all years in which it should have reported; a year without a report has rows without values.

    `unit` is a code, a name (丹山镇) or a path (雁江区丹山镇). One row a year and measure: county_code, county, unit_code, unit, year, measure, value,
    measured_in (件, share from 0 to 1, 万元, days), n (the denominator of a share), previous_value and change (against year - 1), form (of the report,
    also where this edition lacks the measure), edition_break (the report before was on another edition; a series does not run on across it unsaid;
    missing without a form), flags, completeness, status, version (of the report in use), published_on, report_id. `attrs` hold unit and unit_code.
    Source: the views `comparison` and `coverage`, the table `reports`. Raises CompareError for a unit or measure that is not there, or a name that
    several units bear; DatabaseError.

    >>> found = history(db, "512002107", named=["requests"])
    >>> found[["year", "value", "form"]].head(3).to_dict("records")
    [{'year': 2019, 'value': 0.0, 'form': 'e2019'}, {'year': 2020, 'value': 29.0, 'form': 'e2019'}, {'year': 2021, 'value': 0.0, 'form': 'e2021'}]
    """
    wanted = checked_measures(named)
    data = opened(db)
    code, name = unit_of(data, unit, db)
    values = comparison(data, "unit_code = ?", [code], wanted, is_ranked=False)
    grid = _years(data, code, values).merge(pd.DataFrame({"measure": wanted}), how="cross")
    found = grid.merge(values.drop(columns=["report_id", "form", "edition_break"]), on=["year", "measure"], how="left")
    found = found.assign(**_named(data, code), unit_code=code, unit=name)
    found["measured_in"] = [measured_in(measure) for measure in found["measure"]]
    found["flags"] = found["flags"].fillna("")
    found.attrs.update(unit=name, unit_code=code)
    return found[[*_HISTORY, "status", "version", "published_on", "report_id"]]


def _named(db: sqlite_utils.Database, code: str) -> dict[str, str | None]:
    """Code and name of a unit's county."""
    county = db.execute("select county_code from units where unit_code = ?", [code]).fetchone()[0]
    return {"county_code": county, "county": name_of(county) if county else None}


def _years(db: sqlite_utils.Database, code: str, values: pd.DataFrame) -> pd.DataFrame:
    """Year, status, report in use with version, day, form and edition_break, for each year the unit should have reported or did."""
    sql = (
        "select c.year, c.status, r.version, r.published_on, r.report_id, r.form from coverage c"
        " left join reports r on r.unit_code = c.unit_code and r.year = c.year and r.is_current where c.unit_code = ? order by c.year"
    )
    expected = frame(db, sql, [code]).drop_duplicates("year")
    sql = "select year, 'found' as status, version, published_on, report_id, form from reports where unit_code = ? and is_current and year is not null"
    beyond = frame(db, sql, [code])
    beyond = beyond[~beyond["year"].isin(expected["year"]) & beyond["year"].isin(values["year"])]
    found = pd.concat([expected, beyond]).sort_values("year", ignore_index=True) if len(beyond) else expected
    return found.assign(edition_break=breaks(found.assign(unit_code=code)))


def peers(db: Path, unit: str, measure: str = "requests", *, year: int | None = None) -> pd.DataFrame:
    """A unit among the units of its county that are of the same level and scope, in one year, its own newest by default.

    One row a unit with a report whose form has the measure, the largest first. Columns: unit_code, unit, is_self, year, form, edition_break (the year
    before was on another form), measure, value, measured_in (件, share from 0 to 1, 万元, days), n (the denominator of a share), difference (from the
    unit's own value, in the same unit), rank, flags, report_id. `attrs` hold unit, unit_code, year and median (of all with a value, the unit included;
    None without any). Source: the view `comparison`. Raises CompareError for a unit or measure that is not there, and where the unit has no report of
    that year; DatabaseError.

    >>> found = peers(db, "512002107", "requests", year=2022)
    >>> found.loc[found["is_self"], ["unit", "value", "rank", "difference"]].to_dict("records")
    [{'unit': '丹山镇', 'value': 1.0, 'rank': 14, 'difference': 0.0}]
    """
    checked_measures([measure])
    data = opened(db)
    code, name = unit_of(data, unit, db)
    own = comparison(data, "unit_code = ?", [code], [measure])
    chosen = own["year"].max() if year is None else year
    mine = own[own["year"] == chosen]
    if mine.empty:
        raise CompareError(
            f"{year or name}: no report of {name} ({code}) for this year in {db}; it has {', '.join(map(str, own['year']))}"
        )
    place = mine.iloc[0]
    where = "county_code = (select county_code from units where unit_code = ?) and level = ? and scope is ? and year = ?"
    found = comparison(data, where, [code, place["level"], place["scope"], int(chosen)], [measure])
    found = found.assign(is_self=found["unit_code"] == code, difference=found["value"] - place["value"])
    found = found.sort_values(["rank", "unit_code"], na_position="last", ignore_index=True)
    median = found["value"].median()
    found.attrs.update(unit=name, unit_code=code, year=int(chosen), median=None if pd.isna(median) else float(median))
    return found[[*_PEERS]]
