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

from nianbao.canned import QUERIES
from nianbao.errors import ServeError
from nianbao.serve import datasette

LIMIT_MS = 300
LIMIT_BYTES = 300_000
STYLES = ("/site/site.css", "/site/font.css", "/site/icon.svg")
"""What every page of ours brings with it; the font comes only where the machine has none for Chinese, once."""
_LARGEST = """select u.county_code, max(r.year), max(r.report_id), r.unit_code from reports r join units u using (unit_code)
where r.is_current and r.level = 'town' and r.form in ('e2019', 'e2021') group by u.county_code order by count(*) desc limit 1"""


@dataclass(frozen=True, slots=True)
class Timing:
    """A page: median and longest time in ms of several answers after the first, its bytes with styles."""

    name: str
    median_ms: float
    longest_ms: float
    weight: int

    @property
    def is_over(self) -> bool:
        return self.median_ms > LIMIT_MS or self.weight > LIMIT_BYTES


def pages_of(db: Path) -> Mapping[str, str]:
    """Name -> address of every kind of page, of the county with most reports. Raises ServeError where there is none."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        row = connection.execute(_LARGEST).fetchone()
    if row is None:
        raise ServeError(f"{db}: no report of a township: nothing to measure")
    county, year, report, unit = row
    ours = {
        "front page": "/",
        "county": f"/county/{county}?year={year}",
        "county, all measures": f"/county/{county}?year={year}&all=1",
        "county, Chinese": f"/county/{county}?year={year}&lang=zh",
        "unit": f"/unit/{unit}",
        "unit: the county": f"/unit/{county}",
        "report": f"/report/{report}",
        "measure": f"/report/{report}/measure/disclosure_rate_broad",
        "cell on its page": f"/report/{report}/cell/t3.granted.total",
        "search": "/search?q=监督保障",
        "tables": f"/{db.stem}",
        "table of requests": f"/{db.stem}/requests",
        "comparison as JSON": f"/{db.stem}/comparison.json?_shape=array&county_code={county}&year={year}",
    }
    return ours | {query: f"/{db.stem}/{query}?county={county}&year={year}" for query in QUERIES}


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


def lines(timings: Sequence[Timing]) -> Iterator[str]:
    """A table in Markdown, and one line that says which page is the slowest and which the heaviest."""
    yield "| page | median ms | longest ms | KB with styles |"
    yield "|---|---:|---:|---:|"
    for page in timings:
        mark = " **over**" if page.is_over else ""
        yield f"| {page.name}{mark} | {page.median_ms:.0f} | {page.longest_ms:.0f} | {page.weight / 1000:.0f} |"
    slowest, heaviest = max(timings, key=lambda page: page.median_ms), max(timings, key=lambda page: page.weight)
    yield f"slowest: {slowest.name}, {slowest.median_ms:.0f} of {LIMIT_MS} ms; heaviest: {heaviest.name}, {heaviest.weight / 1000:.0f} of {LIMIT_BYTES // 1000} KB"
