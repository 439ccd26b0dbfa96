"""Every kind of page that is served, by name: its address, where `{report}` and `{doubtful}` stand for reports of the demo database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

TOWN = "512002107"
OURS = {
    "front": "/",
    "province": "/province/51",
    "county": "/county/512002?year=2023",
    "county-group": "/county/512002?year=2021&measure=granted&group=refusals",
    "unit": f"/unit/{TOWN}",
    "report": "/report/{report}",
    "doubtful": "/report/{doubtful}",
    "cell": "/report/{report}/cell/t3.granted.total",
    "measure": "/report/{report}/measure/disclosure_rate_broad",
    "search": "/search?q=监督保障",
    "search, nothing found": "/search?q=龘靐齉",
}
DATASETTE = {
    "database": "/nianbao",
    "database, all tables": "/nianbao?_show_hidden=1",
    "table": "/nianbao/requests",
    "table with facets": "/nianbao/requests?_facet=applicant&applicant=total",
    "table, sorted and filtered": "/nianbao/findings?verdict=fail&_sort_desc=rule&_where=1",
    "table, words sought": "/nianbao/sections?_search=公开",
    "table, no rows": "/nianbao/requests?report_id=nothing",
    "view": "/nianbao/comparison?county_code=512002&year=2022",
    "row": "/nianbao/proactive/{report}",
    "row with references": "/nianbao/reports/{report}",
    "query": "/nianbao?sql=select+unit,+year+from+reports+limit+30",
    "query, hidden": "/nianbao?sql=select+1&_hide_sql=1",
    "query, wrong": "/nianbao?sql=selct",
    "prepared question": "/nianbao/townships_side_by_side?county=512002&year=2022",
    "prepared question, long": "/nianbao/how_measures_are_defined",
    "prepared question, no rows": "/nianbao/townships_side_by_side?county=0&year=2022",
    "not found": "/nianbao/nothing",
    "settings": "/-/settings",
}


def report_id(home: Path, year: int = 2023, unit: str = TOWN) -> str:
    """The report in use of a unit and year."""
    return _first(home, "select report_id from reports where unit_code = ? and year = ? and is_current", unit, year)


def address(path: str, home: Path) -> str:
    """A path of these with reports of the database: any, and one with blank cells."""
    doubtful = _first(home, "select report_id from flags where state = 'blank' order by 1")
    return path.format(report=report_id(home), doubtful=doubtful)


def _first(home: Path, sql: str, *parameters: object) -> str:
    with closing(sqlite3.connect(home / "nianbao.db")) as connection:
        return str(connection.execute(sql, parameters).fetchone()[0])
