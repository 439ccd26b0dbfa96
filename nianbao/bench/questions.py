"""`nianbao bench questions`: how long the questions of every day take of a database, each on a connection of its own."""

from __future__ import annotations

import platform
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from nianbao.database import open_database
from nianbao.search import search

TRIES = 40
"""Units, counties and years asked for, drawn at random; each on a connection of its own."""
_COUNTY = "select * from comparison where county_code = ? and year = ? and level = 'town'"
_UNIT = """select year, form, measure, value, n, previous_value, change, edition_break, flags, completeness, report_id from comparison
where unit_code = ? order by year, measure"""
_RANKED_UNIT = "select * from comparison where unit_code = ?"
_RANKING = """select unit_code, unit, value, rank() over (order by value desc) as place from measures
where measure = 'requests' and year = ? and level = 'town' and value is not null order by value desc"""
_COVERAGE = "select * from coverage where county_code = ? order by year, unit_code"


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the database: what it is, how many rows it gave at most, its limit where it has one, and the seconds of each try."""

    what: str
    limit: float | None
    rows: int
    seconds: Sequence[float]


def questions(path: Path) -> Iterator[Question]:
    """The questions of every day, each asked of random counties and units."""
    with closing(open_database(path).conn) as db:
        counties = db.execute("select county_code, year from reports where level = 'county'").fetchall()
        units = db.execute("select unit_code from reports where level = 'town'").fetchall()
        years = db.execute("select distinct year from reports").fetchall()
    rng = random.Random(1)
    yield _asked(path, "a county in a year, all measures (comparison)", 0.1, _COUNTY, rng.choices(counties, k=TRIES))
    drawn = rng.choices(units, k=TRIES)
    yield _asked(path, "history of a unit, all measures (comparison without ranks)", 0.02, _UNIT, drawn)
    yield _asked(path, "the same with ranks and medians of the county", None, _RANKED_UNIT, drawn)
    areas = [(county,) for county, _ in rng.choices(counties, k=TRIES)]
    yield _asked(path, "coverage of a county over all years", None, _COVERAGE, areas)
    yield _asked(path, "national ranking of a measure in a year", 3, _RANKING, years)
    yield _searched(path, "公示专栏90项", limit=3)


def _asked(path: Path, what: str, limit: float | None, sql: str, parameters: Sequence[tuple[object, ...]]) -> Question:
    seconds, rows = [], 0
    for values in parameters:
        with closing(open_database(path).conn) as db:
            start = time.perf_counter()
            rows = max(rows, len(db.execute(sql, values).fetchall()))
            seconds.append(time.perf_counter() - start)
    return Question(what, limit, rows, seconds)


def _searched(path: Path, words: str, *, limit: float) -> Question:
    seconds, rows = [], 0
    for _ in range(5):
        start = time.perf_counter()
        rows = len(search(path, words))
        seconds.append(time.perf_counter() - start)
    return Question(f"search for {words}", limit, rows, seconds)


def row(question: Question) -> str:
    """The question as a row of a table in Markdown: what, measured, limit."""
    median, worst = (f"{figure * 1e3:,.1f}" for figure in (statistics.median(question.seconds), max(question.seconds)))
    tries, limit = len(question.seconds), f"{question.limit * 1e3:,.0f} ms" if question.limit else ""
    return f"| {question.what}, up to {question.rows:,} rows | median {median} ms, worst of {tries}: {worst} ms | {limit} |"


def lines(path: Path) -> Iterator[str]:
    """The table of all questions, in Markdown, with the size of the database and the machine below."""
    with closing(open_database(path).conn) as db:
        reports, units = db.execute("select count(*), count(distinct unit_code) from reports").fetchone()
    yield "| what | measured | limit |"
    yield "|---|---|---|"
    yield from map(row, questions(path))
    yield f"\n{reports:,} reports of {units:,} units, {path.stat().st_size / 1e9:.2f} GB. {machine()}"


def machine() -> str:
    """Processor, cores, memory and Python of this machine, and how many processes wanted a core in the last quarter of an hour."""
    import os  # noqa: PLC0415
    import sqlite3  # noqa: PLC0415

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {python}, SQLite {sqlite}; load {os.getloadavg()[2]:.1f}."


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    models = (line for line in info.read_text().splitlines() if line.startswith("model name")) if info.exists() else iter(())
    return next((line.partition(":")[2].strip() for line in models), platform.processor() or platform.machine())
