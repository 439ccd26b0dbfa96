"""What the pages ask the database: fixed queries with bound parameters, rows as dicts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nianbao.overrides import Override
from nianbao.schema import FLAG_STATES
from nianbao.search import INDEX, SHORTEST, excerpt, phrase
from nianbao.stored import dicts as rows

Row = dict[str, Any]
MOST_FINDINGS = 200
MOST_COUNTIES = 100
"""Where there are more, the front page lists provinces."""
MOST_FOUND = 50
MOST_READ = 2000
"""Sections with the words, or reports for words that are too short for the index, that are looked at."""
_SHOWN = "report_id, unit_code, unit, year, form, measure, value, n, completeness"
CURRENT = "r.is_current and r.year is not null"
# The order is the loop's: SQLite would read the findings of the whole country for the few of one county.
_FAILED = f"""select r.report_id, r.unit_code, r.unit, r.year, f.rule, f.verdict, f.strength, f.message, f.cells
from reports r cross join findings f on f.report_id = r.report_id
where r.{{}} = ? and f.verdict = 'fail' and {CURRENT} order by r.year desc, r.unit_code, f.rule limit {MOST_FINDINGS + 1}"""
_INDEXED = f"""with held as (select rowid from {INDEX} where {INDEX} match ? order by rowid desc limit {MOST_READ})
select r.report_id, r.unit_code, r.unit, r.year, s.section, s.text
from held cross join sections s on s.rowid = held.rowid cross join reports r on r.report_id = s.report_id
where instr(s.text, ?) > 0 and {CURRENT} order by r.year desc, r.unit_code, s.section limit {MOST_FOUND}"""
_IN_NEWEST = f"""with newest as materialized (
  select r.report_id, r.unit_code, r.unit, r.year from reports r where {CURRENT} order by r.year desc, r.unit_code desc limit {MOST_READ})
select r.report_id, r.unit_code, r.unit, r.year, s.section, s.text from newest r cross join sections s on s.report_id = r.report_id
where instr(s.text, ?) > 0 limit {MOST_FOUND}"""


def one(db: sqlite3.Connection, sql: str, parameters: Sequence[object] = ()) -> Row | None:
    """The first row, or None."""
    found = rows(db, sql, parameters)
    return found[0] if found else None


def counts(db: sqlite3.Connection) -> Row:
    """What is in the database, in figures."""
    sql = """select coalesce(sum(reports), 0) as reports, coalesce(sum(units), 0) as units, min(first_year) as first_year,
      max(last_year) as last_year, coalesce(sum(figures), 0) as figures, sum(county_code <> '') as counties,
      (select count(*) from portals) as portals, (select value from meta where key = 'built_at') as built_at from county_totals"""
    return rows(db, sql)[0]


def built_on(db: sqlite3.Connection) -> str:
    """The day of which the database is; a dash where it does not say."""
    found = one(db, "select substr(value, 1, 10) as day from meta where key = 'built_at'")
    return str(found["day"]) if found else "–"


def is_generated(db: sqlite3.Connection) -> bool:
    """Whether any portal is a demonstration portal."""
    return one(db, "select 1 from portals where note like 'demonstration%'") is not None


def states(db: sqlite3.Connection) -> dict[str, int]:
    """Cells that are not plainly read, by state, of reports in use."""
    sums = ", ".join(f"coalesce(sum([{state}]), 0) as [{state}]" for state in FLAG_STATES)
    return rows(db, f"select {sums} from county_totals")[0]


def provinces(db: sqlite3.Connection) -> list[Row]:
    """Provinces with reports of counties: code, name, these counties, units that reported, reports, first and last year."""
    sql = """select p.unit_code as code, p.name, count(*) as counties, sum(units) as units, sum(reports) as reports,
      min(county_totals.first_year) as first_year, max(county_totals.last_year) as last_year
    from county_totals join units p on p.unit_code = substr(county_totals.county_code, 1, 2) group by p.unit_code order by p.unit_code"""
    return rows(db, sql)


def counties(db: sqlite3.Connection, province: str = "") -> list[Row]:
    """Counties with reports, of a province or all: code, name, the area above, units that reported, reports, first and last year."""
    sql = """select t.county_code as code, c.name, above.unit_code as above_code, above.name as above, t.units, t.reports, t.first_year, t.last_year
    from county_totals t join units c on c.unit_code = t.county_code left join units above on above.unit_code = c.parent_code
    where t.county_code > ?1 and t.county_code < ?1 || ':' order by t.county_code"""
    return rows(db, sql, [province])


def years_of(db: sqlite3.Connection, county: str) -> list[int]:
    """The years of which a county has reports."""
    sql = f"select distinct r.year from reports r where r.county_code = ? and {CURRENT} order by 1"
    return [row["year"] for row in rows(db, sql, [county])]


def unit(db: sqlite3.Connection, code: str) -> Row | None:
    """A unit of the database."""
    return one(db, "select * from units where unit_code = ?", [code])


def comparison(
    db: sqlite3.Connection,
    county: str | None,
    *,
    code: str | None = None,
    level: str | None = None,
    year: int | None = None,
    named: Sequence[str] | None = None,
) -> list[Row]:
    """What the pages show of the view `comparison`, of a county's units of one level or of one unit. Ranks are not shown, and half of the view's time."""
    where, parameters = ["county_code is ?"], list[object]([county])
    for column, value in (("unit_code", code), ("level", level), ("year", year)):
        if value is not None:
            where.append(f"{column} = ?")
            parameters.append(value)
    if named is not None:
        where.append(f"measure in ({','.join('?' * len(named))})")
        parameters += named
    return rows(db, f"select {_SHOWN} from comparison where {' and '.join(where)} order by year, unit_code", parameters)


def forms_of(db: sqlite3.Connection, county: str) -> dict[str, dict[int, str]]:
    """Unit -> year -> edition, of a county's reports in use: of the reports, for an edition that lacks a measure has no row of it."""
    sql = f"select r.unit_code, r.year, r.form from reports r where r.county_code = ? and r.form is not null and {CURRENT} order by r.year"
    forms: dict[str, dict[int, str]] = {}
    for row in rows(db, sql, [county]):
        forms.setdefault(row["unit_code"], {})[row["year"]] = row["form"]
    return forms


def states_of(db: sqlite3.Connection, reports: Iterable[str]) -> dict[tuple[str, str], str]:
    """(report_id, key) -> state, of the cells of these reports that are not plainly read."""
    ids = json.dumps(sorted(set(reports)))
    found = rows(db, "select report_id, key, state from flags where report_id in (select value from json_each(?))", [ids])
    return {(row["report_id"], row["key"]): row["state"] for row in found}


def coverage(db: sqlite3.Connection, county: str) -> list[Row]:
    """Rows of the view `coverage` for a county."""
    return rows(db, "select * from coverage where county_code = ? order by unit_code, year", [county])


def coverage_of_unit(db: sqlite3.Connection, code: str, county: str | None) -> list[Row]:
    """Rows of the view `coverage` for one unit."""
    return rows(db, "select * from coverage where county_code is ? and unit_code = ? order by year", [county, code])


def failed_of_county(db: sqlite3.Connection, county: str) -> list[Row]:
    """Failed rules of the reports in use of a county's units, its own among them."""
    return rows(db, _FAILED.format("county_code"), [county])


def failed_of_unit(db: sqlite3.Connection, code: str) -> list[Row]:
    """Failed rules of the reports in use of a unit."""
    return rows(db, _FAILED.format("unit_code"), [code])


def reports_of(db: sqlite3.Connection, code: str) -> list[Row]:
    """All versions of all reports of a unit, the newest year first."""
    sql = """select r.*, d.fetched_at, d.sha256 from reports r left join documents d using (document_id)
    where r.unit_code = ? order by r.year desc, r.version desc"""
    return rows(db, sql, [code])


def report(db: sqlite3.Connection, report_id: str) -> Row | None:
    """A report with what is known of its document and portal."""
    sql = """select r.*, d.fetched_at, d.web_archive, d.sha256, d.warc_file, d.warc_offset, d.charset, d.bytes, p.name as portal_name, p.division_code,
      u.county_code from reports r left join documents d using (document_id) left join portals p on p.portal = r.portal
      left join units u on u.unit_code = r.unit_code where r.report_id = ?"""
    return one(db, sql, [report_id])


def corrected(db: sqlite3.Connection, column: str, code: str, overrides: Mapping[tuple[str, str], Override]) -> list[Row]:
    """The corrections of reports whose `column` (`county_code`, `unit_code`, `report_id`) is this code, with the name of the unit, the newest year first."""
    ids = json.dumps(sorted({report for report, _ in overrides}))
    sql = f"select report_id, unit from reports where report_id in (select value from json_each(?)) and {column} = ?"
    names = {row["report_id"]: row["unit"] for row in rows(db, sql, [ids, code])}
    found = [{"unit": names[one.report_id], "override": one} for one in overrides.values() if one.report_id in names]
    return sorted(found, key=lambda row: (row["override"].year, row["override"].unit_code), reverse=True)


def sections(db: sqlite3.Connection, report_id: str) -> dict[str, str]:
    """The prose of a report by section."""
    found = rows(db, "select section, text from sections where report_id = ?", [report_id])
    return {row["section"]: row["text"] for row in found}


def findings_of(db: sqlite3.Connection, report_id: str) -> list[Row]:
    """All rules applied to a report."""
    # Where a rule held, its cells are those of the rule.
    sql = """select f.*, case when f.cells <> '[]' then f.cells else coalesce(
      (select k.cells from rules k where k.rule = f.rule and k.form = r.form), '[]') end as cells
    from findings f join reports r using (report_id) where f.report_id = ? order by f.verdict, f.rule"""
    found = rows(db, sql, [report_id])
    return [row | {"cells": json.loads(row["cells"])} for row in found]


def units_named(db: sqlite3.Connection, text: str) -> list[Row]:
    """Units whose name holds the text, or whose code begins with it."""
    sql = f"""select unit_code, name, level, county_code from units
    where instr(name, ?1) > 0 or unit_code glob ?2 order by length(unit_code), unit_code limit {MOST_FOUND}"""
    return rows(db, sql, [text, f"{text}*" if text.isdecimal() else "-"])


def prose_with(db: sqlite3.Connection, words: str) -> tuple[list[Row], tuple[str, int] | None]:
    """Sections of reports in use that hold the words, the newest first, with the text around the first of them; and how far was looked where not everywhere."""
    if len(words) < SHORTEST:
        found = rows(db, _IN_NEWEST, [words])
        total = rows(db, "select sum(reports) as n from county_totals")[0]["n"] or 0
        limit = ("short_words", MOST_READ) if total > MOST_READ else None
    else:
        found = rows(db, _INDEXED, [phrase(words), words])
        held = rows(
            db, f"select count(*) as n from (select 1 from {INDEX} where {INDEX} match ? limit {MOST_READ + 1})", [phrase(words)]
        )
        limit = ("common_words", MOST_READ) if held[0]["n"] > MOST_READ else None
    return [row | {"excerpt": excerpt(row.pop("text"), words)} for row in found], limit


def portals_of(db: sqlite3.Connection, county: str) -> list[Row]:
    """The portals from which a county's reports were taken."""
    sql = """select distinct p.portal, p.name from reports r join portals p on p.portal = r.portal
    where r.county_code = ? order by p.portal"""
    return rows(db, sql, [county])
