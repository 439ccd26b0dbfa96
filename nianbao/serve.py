"""The database served to browsers: Datasette, read-only, with titles, units and descriptions from the dictionary table."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nianbao.database import open_database
from nianbao.errors import ServeError
from nianbao.measures import measures

SETTINGS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 2000,
    "allow_download": False,
    "default_page_size": 50,
    "num_sql_threads": 3,
    "suggest_facets": False,
}
QUERIES: Mapping[str, Mapping[str, str]] = {
    "townships_side_by_side": {
        "title": "Townships of a county in one year 乡镇并列",
        "sql": "select unit_code, unit, measure, value, n, previous_value, change, rank, round(completeness, 3) as completeness from comparison"
        " where county_code = :county and year = :year and level = 'town' and measure = coalesce(nullif(:measure, ''), 'requests')"
        " order by rank is null, rank, unit_code",
        "description": "One measure (requests where none is named), the largest value first; empty where it was not read. 缺失不是零。",
    },
    "failed_identities": {
        "title": "Reports whose figures contradict each other 勾稽不符",
        "sql": "select r.unit, r.year, f.rule, f.message, r.url from findings f join reports r using (report_id)"
        " where f.verdict = 'fail' and r.is_current order by r.year, r.unit_code",
        "description": "The published figures are shown as published; the form's own arithmetic says which do not agree.",
    },
    "not_plainly_read": {
        "title": "Cells that are not plainly read 存疑单元格",
        "sql": "select r.unit, r.year, f.key, f.state, f.raw, f.candidates, f.place, r.url from flags f join reports r using (report_id)"
        " order by r.year desc, r.unit_code, f.key",
        "description": "Blank, marked, ambiguous and unread cells, with what was printed and where.",
    },
    "coverage_of_a_county": {
        "title": "Which reports were found 覆盖情况",
        "sql": "select unit, level, year, status, published_on, days_late from coverage where county_code = :county order by year desc, unit_code",
        "description": "Units that should have published, and what was found; days late after 31 March.",
    },
    "late_reports": {
        "title": "Reports published after 31 March 逾期公布",
        "sql": "select unit, level, year, published_on, days_late, report_id from coverage where days_late > 0 order by year desc, days_late desc",
        "description": "By the day on the page; portals date pages anew when they move, so look at the page first.",
    },
    "year_against_year": {
        "title": "Figures that do not go on from the year before 跨年不衔接",
        "sql": "select r.unit, r.year, c.rule, c.message, c.fault, r.url from cross_findings c join reports r using (report_id)"
        " where c.verdict = 'fail' and c.rule <> 'copied_narrative' order by r.year, r.unit_code, c.rule",
        "description": "Carried forward against carried in, stocks, a county against its townships; fault says whether the page or the reading is to be looked at.",
    },
    "copied_narratives": {
        "title": "Prose that is an earlier report's 照搬照抄",
        "sql": "select r.unit, r.year, c.share, o.unit as of_unit, o.year as of_year, r.url, o.url as of_url from cross_findings c"
        " join reports r using (report_id) left join reports o on o.report_id = c.other_report_id where c.rule = 'copied_narrative'"
        " order by r.year desc, c.share desc",
        "description": "Share of letters in common, figures and punctuation left out, from 85 % on; short texts are not compared.",
    },
    "how_measures_are_defined": {
        "title": "How measures are defined 指标定义",
        "sql": "select measure, form, english, chinese, formula, numerator, denominator, unit, minimum_n, series, caveat from measure_definitions"
        " order by measure, form",
        "description": "Formula, cells, minimum n and caveat of every measure on every edition; figures are subtracted within a series only.",
    },
}


def metadata(db: Path) -> dict[str, Any]:
    """Titles and descriptions for Datasette, from the dictionary of the database itself."""
    rows = open_database(db).execute("select [table], name, english, chinese, unit, editions from dictionary").fetchall()
    tables: dict[str, dict[str, Any]] = {}
    for table, name, english, chinese, unit, editions in rows:
        entry = tables.setdefault(table, {"columns": {}})
        if name and "." not in name:  # keys of older cells are told in the dictionary, and are no columns
            entry["columns"][name] = _description(english, chinese, unit, editions)
        else:
            entry["description"] = english
    described = {name: {"description": text} for name, text in _views().items()}
    return {
        "title": "nianbao 年报",
        "description": "Annual reports on open-government-information requests, as published. A figure that was not read is empty, never 0.",
        "license": "Apache-2.0 (code); figures as published by the authorities",
        "source": "archived pages of government portals",
        "databases": {db.stem: {"tables": tables | described, "queries": {name: dict(query) for name, query in QUERIES.items()}}},
    }


def _description(english: str, chinese: str, unit: str, editions: str) -> str:
    notes = " · ".join(filter(None, (unit, f"editions {editions}" if editions else "")))
    return " ".join(filter(None, (english, chinese, f"({notes})" if notes else "")))


def _views() -> dict[str, str]:
    listed = "; ".join(f"{m.key}: {m.english} {m.chinese}" for m in measures().values())
    return {
        "measures": f"Unit × year × measure, current reports. {listed}",
        "comparison": "Measures with the year before (year - 1), change, rank among the county's units of the same level, and completeness",
        "coverage": "Units that should have published, by year, with what was found",
    }


def datasette(db: Path) -> Any:  # noqa: ANN401 (datasette has no types)
    """The Datasette application over one immutable database. Raises ServeError where the web extra is missing, DatabaseError for the database."""
    described = metadata(db)
    try:
        from nianbao.site.hosting import HostedSite  # noqa: PLC0415
    except ImportError as error:
        raise ServeError("serving needs the web extra: pip install 'nianbao[web]'") from error
    from nianbao.site.pages import Site  # noqa: PLC0415

    site = Site(database=db.stem, home=db.parent, canned=QUERIES)
    return HostedSite(site, immutables=[str(db)], metadata=described, settings=SETTINGS)


def serve(db: Path, *, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serve until interrupted. Raises ServeError where the address is taken."""
    app = datasette(db)
    _check_free(host, port)
    import uvicorn  # noqa: PLC0415

    asyncio.run(app.invoke_startup())
    print(f"http://{host}:{port} serves {db}; Ctrl-C ends", flush=True)
    uvicorn.run(app.app(), host=host, port=port, log_level="warning")


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(f"{host}:{port} cannot be used ({error.strerror}); choose another with --port") from error
