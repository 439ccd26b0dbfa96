"""How long the pages of the served site take, and what they weigh, asked of the application itself: no network in between."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from nianbao.canned import QUERIES
from nianbao.errors import ServeError
from nianbao.serve import datasette
from nianbao.site.figures import GROUPS
from nianbao.tables import TABLES
from nianbao.views import VIEWS

LIMIT_MS = 300
LIMIT_MS_OF_A_NATION = 1000
NATION = 20_000
"""Reports from which on a database is held to be one of the country."""
LIMIT_BYTES = 300_000
STYLES = ("/site/site.css", "/site/font.css", "/site/icon.svg")
"""What every page of ours brings with it; the font comes only where the machine has none for Chinese, once."""
_FORMS = "r.is_current and r.form in ('e2019', 'e2021')"
_LARGEST = f"""select r.county_code, max(r.year) from reports r where {_FORMS} and r.level = 'town' and r.county_code is not null
group by 1 order by count(*) desc limit 1"""
_LONGEST_HISTORY = f"select r.unit_code from reports r where {_FORMS} and r.county_code = ? and r.level = 'town' group by 1 order by count(*) desc limit 1"
_LONGEST_PROSE = f"select report_id from sections s join reports r using (report_id) where {_FORMS} group by 1 order by sum(length(text)) desc limit 1"
_MOST_FINDINGS = f"""select report_id from findings f join reports r using (report_id) where {_FORMS} and f.verdict = 'fail'
group by 1 order by count(*) desc limit 1"""
_PROVINCE = (
    "select substr(county_code, 1, 2) from county_totals where county_code <> '' group by 1 order by count(*) desc limit 1"
)
_WORDS = "select substr(text, 1, 4), substr(text, 1, 2) from sections where length(text) >= 4 limit 1"


@dataclass(frozen=True, slots=True)
class Timing:
    """A page: median and longest time in ms of several answers after the first, its bytes with styles."""

    name: str
    median_ms: float
    longest_ms: float
    weight: int

    def is_over(self, limit_ms: float) -> bool:
        """Whether it takes longer or weighs more than it may."""
        return self.median_ms > limit_ms or self.weight > LIMIT_BYTES


def pages_of(db: Path) -> Mapping[str, str]:
    """Name -> address of every kind of page, of the largest there is of each kind. Raises ServeError where there is none."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        largest = connection.execute(_LARGEST).fetchone()
        if largest is None:
            raise ServeError(f"{db}: no report of a township: nothing to measure")
        county, year = largest
        (unit,) = connection.execute(_LONGEST_HISTORY, [county]).fetchone()
        (report,) = connection.execute(_LONGEST_PROSE).fetchone()
        (failed,) = connection.execute(_MOST_FINDINGS).fetchone() or (report,)
        (portal,) = connection.execute("select portal from reports where report_id = ?", [report]).fetchone()
        (province,) = connection.execute(_PROVINCE).fetchone()
        words, short = connection.execute(_WORDS).fetchone()
    ours = {
        "front page": "/",
        "province": f"/province/{province}",
        **{f"county, {group}": f"/county/{county}?year={year}&group={group}" for group in GROUPS},
        "unit": f"/unit/{unit}",
        "unit: the county": f"/unit/{county}",
        "unit: the province": f"/unit/{province}",
        "report, longest prose": f"/report/{report}",
        "report, most findings": f"/report/{failed}",
        "measure": f"/report/{report}/measure/disclosure_rate_broad",
        "cell on its page": f"/report/{report}/cell/t3.granted.total",
        "search: four characters": f"/search?q={quote(words)}",
        "search: two characters": f"/search?q={quote(short)}",
        "search: nothing found": "/search?q=%E9%BE%98%E9%9D%90%E9%BD%89",
    }
    chinese = {f"{name}, Chinese": f"{path}{'&' if '?' in path else '?'}lang=zh" for name, path in ours.items()}
    return ours | chinese | _data_pages(db.stem, county, year, (report, portal))


def _data_pages(database: str, county: str, year: int, rows: tuple[str, str]) -> dict[str, str]:
    """Those of Datasette: every table and view, every prepared question about a county and, where none is named, about all."""
    listed = (*(table.name for table in TABLES), *VIEWS)
    return {
        "tables": f"/{database}",
        **{f"table {name}": f"/{database}/{name}" for name in listed},
        "row of a report": f"/{database}/reports/{rows[0]}",
        "row of a unit": f"/{database}/units/{county}",
        "row of a portal": f"/{database}/portals/{rows[1]}",
        "comparison of a county": f"/{database}/comparison?county_code={county}&year={year}",
        "comparison as JSON": f"/{database}/comparison.json?_shape=array&county_code={county}&year={year}",
        **{query: f"/{database}/{query}?county={county}&year={year}" for query in QUERIES},
        **{f"{query}, nothing named": f"/{database}/{query}" for query in QUERIES},
    }


def limit_ms(db: Path) -> int:
    """How long a page of this database may take, in ms: longer where it is of the country."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        (reports,) = connection.execute("select rows from row_counts where [table] = 'reports'").fetchone()
    return LIMIT_MS_OF_A_NATION if reports >= NATION else LIMIT_MS


def measure(db: Path, *, runs: int) -> list[Timing]:
    """The timings of all pages. Raises ServeError where a page does not answer."""
    return asyncio.run(_measure(db, runs))


async def _measure(db: Path, runs: int) -> list[Timing]:
    app = datasette(db)
    await app.invoke_startup()
    styles = sum([len((await app.client.get(path)).content) for path in STYLES])
    return [await _page(app, name, path, runs, styles) for name, path in pages_of(db).items()]


async def _page(app: Any, name: str, path: str, runs: int, styles: int) -> Timing:  # noqa: ANN401 (datasette has no types)
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        answer = await app.client.get(path)
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise ServeError(f"{path}: answered {answer.status_code}")
    return Timing(name, median(times[1:]), max(times[1:]), len(answer.content) + styles)


def lines(timings: Sequence[Timing], limit_ms: float) -> Iterator[str]:
    """A table in Markdown, and one line that says which page is the slowest and which the heaviest."""
    yield "| page | median ms | longest ms | KB with styles |"
    yield "|---|---:|---:|---:|"
    for page in timings:
        mark = " **over**" if page.is_over(limit_ms) else ""
        yield f"| {page.name}{mark} | {page.median_ms:.0f} | {page.longest_ms:.0f} | {page.weight / 1000:.0f} |"
    slowest, heaviest = max(timings, key=lambda page: page.median_ms), max(timings, key=lambda page: page.weight)
    yield f"slowest: {slowest.name}, {slowest.median_ms:.0f} of {limit_ms:.0f} ms; heaviest: {heaviest.name}, {heaviest.weight / 1000:.0f} of {LIMIT_BYTES // 1000} KB"
