"""A county's units side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import sqlite_utils

from nianbao.compare.frames import (
    area_of,
    breaks,
    checked_measures,
    checked_year,
    comparison,
    county_of,
    frame,
    measured_in,
    opened,
)
from nianbao.errors import CompareError

TABLE_MEASURES = ("requests", "granted", "refused", "review_corrections")
"""What `table` puts side by side by default."""
_RANK = (
    *("rank", "of", "percentile", "unit_code", "unit", "year", "form", "edition_break", "measure", "value"),
    *("measured_in", "n", "flags", "report_id"),
)
_SHEET_END = ("edition_break", "status", "form", "report_id")
_COVERAGE = "unit_code, unit, level, year, status, published_on, days_late, report_id"


def panel(
    db: Path, county: str, *, year: int | None = None, named: Sequence[str] | None = None, level: str = "town"
) -> pd.DataFrame:
    """Unit × year × measure of a county's units of one level, all years and measures by default.

    One row a unit, year and measure of the unit's report; a report that was not found, and a measure that its form does not have, have no row. Columns:
    unit_code, unit, level, scope, year, form, measure, value (missing where a figure was not read), measured_in (件, share from 0 to 1, 万元, days), n
    (the denominator of a share, missing of a count), previous_value and change (against year - 1), edition_break (the year before was on another form),
    rank (1 is the largest in the county), completeness (share of the form's cells with a figure), report_id, flags (states of its cells that were not
    plainly read, blank-separated). Source: the view `comparison`. Raises CompareError for a county, year or measure that is not there, DatabaseError
    for a file that is no database of this version.

    >>> found = panel(db, "雁江区", year=2022, named=["requests"]).set_index("unit")
    >>> found.loc["丹山镇", ["value", "measured_in", "form", "edition_break", "flags"]].to_dict()
    {'value': 1.0, 'measured_in': '件', 'form': 'e2021', 'edition_break': False, 'flags': ''}
    """
    wanted = checked_measures(named)
    data = opened(db)
    found = county_of(data, county, db)
    where, parameters = "county_code = ? and level = ?", [found.code, level]
    if year is None:
        return comparison(data, where, parameters, wanted)
    return comparison(data, f"{where} and year = ?", [*parameters, checked_year(data, found, year, db)], wanted)


def table(db: Path, county: str, year: int | None = None, *, named: Sequence[str] = TABLE_MEASURES) -> pd.DataFrame:
    """The townships of a county side by side in one year, the newest by default: one row a township that should have reported.

    Columns: unit_code, unit, one for each measure named (counts in 件, shares from 0 to 1, amounts in 万元), requests_change (against the year before,
    where `requests` is named), completeness (0 to 1). A township whose report was not found has its row with everything missing. `attrs` hold county,
    county_code and year. Source: the views `comparison` and `coverage`. Raises CompareError for a county, year or measure that is not there,
    DatabaseError.

    >>> found = table(db, "512002", 2022)
    >>> found[found["unit"] == "丹山镇"][["requests", "granted", "refused"]].to_dict("records")
    [{'requests': 1, 'granted': 1, 'refused': 0}]
    """
    return _side_by_side(db, county, year, named)[0]


def _side_by_side(
    db: Path, county: str, year: int | None, named: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What `table` gives, with the panel and the coverage it is made from."""
    data = opened(db)
    found = county_of(data, county, db)
    chosen = checked_year(data, found, year, db)
    long = panel(db, found.code, year=chosen, named=named)
    covered = coverage(db, found.code, year=chosen)
    expected = covered.loc[covered["level"] == "town", ["unit_code", "unit"]].drop_duplicates("unit_code")
    wide = long.pivot_table(index="unit_code", columns="measure", values="value", dropna=False).reindex(columns=list(named))
    joined = expected.merge(wide, on="unit_code", how="left")
    joined = joined.merge(_change_and_completeness(long, named), on="unit_code", how="left")
    counts = [name for name in joined.columns if name == "requests_change" or (name in named and measured_in(name) == "件")]
    result = joined.astype(dict.fromkeys(counts, "Int64") | {"completeness": "Float64"})
    result.attrs.update(county=found.name, county_code=found.code, year=chosen)
    return result, long, covered


def sheet(db: Path, county: str, year: int | None = None, *, named: Sequence[str] = TABLE_MEASURES) -> pd.DataFrame:
    """`table` as a file that is handed on: each row says what it is, where it comes from, and how its figures are counted and were read.

    One row a township that should have reported; where its report was not found, figures, form, report_id and url are missing and the status says why.
    Columns: county_code, county, year, unit_code, unit, and for each measure NAME four: NAME, NAME_measured_in (件, share from 0 to 1, 万元, days), NAME_n
    (the denominator of a share, missing of a count) and NAME_flags (states of its cells that were not plainly read, blank-separated); then
    requests_change (against the year before, where `requests` is named), completeness (share of the form's cells with a figure), edition_break (the
    report before was on another form), status (as the view `coverage` says it), form, report_id and url of the report. Source: the views `comparison`
    and `coverage`, the table `reports`. Raises CompareError for a county, year or measure that is not there, DatabaseError.

    >>> found = sheet(db, "512002", 2022, named=["requests"]).set_index("unit")
    >>> found.loc["丹山镇", ["year", "requests", "requests_measured_in", "requests_flags", "form", "status"]].to_dict()
    {'year': 2022, 'requests': 1, 'requests_measured_in': '件', 'requests_flags': '', 'form': 'e2021', 'status': 'found'}
    """
    wide, long, covered = _side_by_side(db, county, year, named)
    code, chosen = wide.attrs["county_code"], wide.attrs["year"]
    for name in named:
        own = long[long["measure"] == name].set_index("unit_code")
        place = list(wide.columns).index(name) + 1
        wide.insert(place, f"{name}_measured_in", measured_in(name))
        wide.insert(place + 1, f"{name}_n", wide["unit_code"].map(own["n"]).astype("Int64"))
        wide.insert(place + 2, f"{name}_flags", wide["unit_code"].map(own["flags"]))
    for place, (name, value) in enumerate({"county_code": code, "county": wide.attrs["county"], "year": chosen}.items()):
        wide.insert(place, name, value)
    last = covered[["unit_code", *_SHEET_END]].drop_duplicates("unit_code")
    urls = frame(opened(db), "select report_id, url from reports where county_code = ? and year = ?", [code, chosen])
    return wide.merge(last, on="unit_code", how="left").merge(urls, on="report_id", how="left")


def _change_and_completeness(long: pd.DataFrame, named: Sequence[str]) -> pd.DataFrame:
    first = long.loc[long["measure"] == named[0], ["unit_code", "completeness"]]
    if "requests" not in named:
        return first
    change_of = long.loc[long["measure"] == "requests", ["unit_code", "change"]].rename(columns={"change": "requests_change"})
    return change_of.merge(first, on="unit_code")


def rank(db: Path, county: str, measure: str = "requests", *, year: int | None = None, level: str = "town") -> pd.DataFrame:
    """A county's units by one measure in one year, the newest by default; the largest first, those without a value last and without a rank.

    One row a unit with a report whose form has the measure. Columns: rank (ties share one), of (units with a value), percentile (share of the others
    that are smaller; missing for a unit alone), unit_code, unit, year, form, edition_break (the year before was on another form), measure, value,
    measured_in (件, share from 0 to 1, 万元, days), n (the denominator of a share), flags, report_id. Source: the view `comparison`. Raises CompareError
    for a county, year or measure that is not there, DatabaseError.

    >>> rank(db, "512002", "requests", year=2022).head(2)[["rank", "of", "unit", "value"]].to_dict("records")
    [{'rank': 1, 'of': 22, 'unit': '老君镇', 'value': 26.0}, {'rank': 2, 'of': 22, 'unit': '石岭镇', 'value': 18.0}]
    """
    long = panel(db, county, year=_year(db, county, year), named=[measure], level=level)
    count = int(long["value"].notna().sum())
    smaller = long["value"].rank(method="min") - 1
    long["percentile"] = (smaller / (count - 1) if count > 1 else smaller * float("nan")).astype("Float64")
    ordered = long.assign(of=count).sort_values(["rank", "unit_code"], na_position="last", ignore_index=True)
    return ordered[[*_RANK]]


def _year(db: Path, county: str, year: int | None) -> int:
    data = opened(db)
    return checked_year(data, county_of(data, county, db), year, db)


def change(
    db: Path, county: str, measure: str = "requests", *, since: int, until: int | None = None, level: str = "town"
) -> pd.DataFrame:
    """A county's units in two years: what a measure was, what it became, and whether the two may be compared.

    One row a unit that reported in either year. Columns: unit_code, unit, measure, measured_in (件, share from 0 to 1, 万元, days), since, until,
    value_since, value_until, n_since and n_until (denominators of shares), change (in the same unit; missing unless both were read), form_since,
    form_until, edition_break (the reports of the two years are on different forms, whether or not these have the measure; missing where one is not
    known), flags (of either year). Source: the view `comparison`, the table `reports`. Raises CompareError for a county, year or measure that is not
    there, and where `since` is not before `until`; DatabaseError.

    >>> found = change(db, "512002", "requests", since=2020, until=2022).set_index("unit")
    >>> found.loc["丹山镇", ["value_since", "value_until", "change", "edition_break"]].to_dict()
    {'value_since': 29.0, 'value_until': 1.0, 'change': -28.0, 'edition_break': True}
    """
    last = _year(db, county, until)
    if since >= last:
        raise CompareError(f"a change goes from an earlier year to a later one, not from {since} to {last}")
    then, now = (panel(db, county, year=year, named=[measure], level=level) for year in (since, last))
    keys = ["unit_code", "value", "n", "flags", "unit"]
    both = then[keys].merge(now[keys], on="unit_code", how="outer", suffixes=("_since", "_until"))
    both["unit"] = both["unit_until"].fillna(both["unit_since"])
    both["change"] = both["value_until"] - both["value_since"]
    data = opened(db)
    code = county_of(data, county, db).code
    before, after = (both["unit_code"].map(_forms(data, code, year, level)).astype("object") for year in (since, last))
    both["edition_break"] = (before != after).astype("boolean").mask(before.isna() | after.isna())
    both["flags"] = [
        " ".join(sorted({*str(a or "").split(), *str(b or "").split()} - {"nan"}))
        for a, b in zip(both["flags_since"], both["flags_until"], strict=True)
    ]
    both = both.assign(
        measure=measure, measured_in=measured_in(measure), since=since, until=last, form_since=before, form_until=after
    )
    first = ["unit_code", "unit", "measure", "measured_in", "since", "until", "value_since", "value_until", "n_since", "n_until"]
    return both[[*first, "change", "form_since", "form_until", "edition_break", "flags"]]


def _forms(db: sqlite_utils.Database, county: str, year: int, level: str) -> dict[str, str]:
    """The form of each unit's report: of the report, for an edition that lacks a measure has no row of it."""
    sql = (
        "select unit_code, form from reports where is_current and county_code = ? and level = ? and year = ? and form is not null"
    )
    return dict(db.execute(sql, [county, level, year]).fetchall())


def coverage(db: Path, area: str, *, year: int | None = None, years: Sequence[int] | None = None) -> pd.DataFrame:
    """Which units of a county, prefecture or province should have reported, by year, and what was found.

    One row a unit and year. Columns: unit_code, unit, level, year, status (as the view `coverage` says it: found, late, partly read, missing …),
    published_on (the day on the page), days_late (after 31 March), report_id, form, edition_break (the report before was on another form; missing
    without a form), completeness (share of the form's cells with a figure), flags (states of cells that were not plainly read). `years` limits to
    several years; one without any report in the area has no rows, for nobody looked. `attrs` hold area and area_code. Source: the view `coverage`, the
    tables `reports` and `flags`. Raises CompareError for an area or `year` that is not there, DatabaseError.

    >>> coverage(db, "512002", year=2022)["status"].value_counts().to_dict()["found"] > 15
    True
    """
    data = opened(db)
    found = area_of(data, area, db)
    sql = f"select {_COVERAGE} from coverage where (county_code like ? or unit_code = ?)"  # noqa: S608
    parameters: list[str | int] = [f"{found.code}%", found.code]
    if year is not None:
        sql, parameters = f"{sql} and year = ?", [*parameters, checked_year(data, found, year, db)]
    if years is not None:
        sql, parameters = f"{sql} and year in ({','.join('?' * len(years))})", [*parameters, *years]
    covered = frame(data, sql + " order by year, unit_code", parameters)
    covered = covered.merge(_read(data, found.code), on="report_id", how="left")
    covered["flags"] = covered["flags"].fillna("")
    covered.attrs.update(area=found.name, area_code=found.code)
    return covered


def _read(db: sqlite_utils.Database, area: str) -> pd.DataFrame:
    """Form, break, completeness and flags of each report in use."""
    sql = (
        "select report_id, unit_code, year, form, cells_read * 1.0 / nullif(cells_total, 0) as completeness,"
        " (select group_concat(state, ' ') from (select distinct state from flags f where f.report_id = r.report_id order by 1)) as flags"
        " from reports r where is_current and year is not null and county_code like ? order by unit_code, year"
    )
    found = frame(db, sql, [f"{area}%"])
    return found.assign(edition_break=breaks(found)).drop(columns=["unit_code", "year"])
