"""`nianbao bench nation`: a database of the whole country built from parsed reports, and how long questions to it take.

The clock of the build stands still while reports are generated; what it counts is what `nianbao build` does with a report once its page is parsed.
"""

from __future__ import annotations

import platform
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from nianbao.bench.nation_reports import ParsedReport, parsed_reports, portals
from nianbao.bench.parse import peak_of_process
from nianbao.build import finish, pack, put_in_place
from nianbao.database import building_database, hold_build, new_database, open_database
from nianbao.reference import write_reference
from nianbao.search import search
from nianbao.writing import Writer

TRIES = 40
"""Units, counties and years asked for, drawn at random; each on a connection of its own."""
_COUNTY = "select * from comparison where county_code = ? and year = ? and level = 'town'"
_UNIT = "select * from comparison where unit_code = ?"
_RANKING = """select unit_code, unit, value, rank() over (order by value desc) as place from measures
where measure = 'requests' and year = ? and level = 'town' and value is not null order by value desc"""


@dataclass(slots=True)
class Clock:
    """Seconds by what they were spent on, and of them those that the processor worked for this process."""

    seconds: dict[str, float] = field(default_factory=dict)
    worked: dict[str, float] = field(default_factory=dict)

    def count(self, what: str, since: tuple[float, float]) -> tuple[float, float]:
        """Add the time since then; the time now."""
        at = now()
        for kept, ended, began in zip((self.seconds, self.worked), at, since, strict=True):
            kept[what] = kept.get(what, 0.0) + ended - began
        return at


def now() -> tuple[float, float]:
    """The time by the clock, and the time that the processor worked for this process."""
    return time.perf_counter(), time.process_time()


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the database: what it is, how many rows it gave at most, its limit, and the seconds of each try."""

    what: str
    limit: float
    rows: int
    seconds: Sequence[float]


def build_nation(home: Path, reports: int, say: Callable[[str], None]) -> Clock:
    """Build HOME/nianbao.db from so many generated reports."""
    clock, path = Clock(), home / "nianbao.db"
    beside = path.with_suffix(".db.new")
    with closing(hold_build(home)):
        db = new_database(beside)
        with closing(db.conn):
            start = now()
            write_reference(db, portals(), home, ())
            clock.count("write", start)
            _write(Writer(db), parsed_reports(reports), clock, say)
        start = now()
        pack(beside)
        db = building_database(beside)
        with closing(db.conn):
            finish(db)
        clock.count("finish", start)
        put_in_place(beside, path)
    return clock


def _write(writer: Writer, parsed: Iterator[ParsedReport], clock: Clock, say: Callable[[str], None]) -> None:
    at = now()
    for number, one in enumerate(parsed, 1):
        at = clock.count("generate", at)
        writer.add(one.reading())
        at = clock.count("write", at)
        if number % 20_000 == 0:
            say(f"{number} reports written")
    writer.flush()
    clock.count("write", at)


def questions(path: Path) -> Iterator[Question]:
    """The questions of every day, each asked of random counties and units."""
    with closing(open_database(path).conn) as db:
        counties = db.execute("select county_code, year from reports where level = 'county'").fetchall()
        units = db.execute("select unit_code from reports where level = 'town'").fetchall()
        years = db.execute("select distinct year from reports").fetchall()
    rng = random.Random(1)
    yield _asked(path, "a county in a year, all measures (comparison)", 0.1, _COUNTY, rng.choices(counties, k=TRIES))
    yield _asked(path, "history of a unit, all measures (comparison)", 0.02, _UNIT, rng.choices(units, k=TRIES))
    yield _asked(path, "national ranking of a measure in a year", 3, _RANKING, years)
    yield _searched(path, "公示专栏90项", limit=3)


def _asked(path: Path, what: str, limit: float, sql: str, parameters: Sequence[tuple[object, ...]]) -> Question:
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


def lines(path: Path, clock: Clock, asked: Sequence[Question]) -> Iterator[str]:
    """The table, in Markdown, with the machine below."""
    with closing(open_database(path).conn) as db:
        reports, units = db.execute("select count(*), count(distinct unit_code) from reports").fetchone()
        letters = db.execute("select sum(length(text)) from sections").fetchone()[0]
    build, worked = (kept["write"] + kept["finish"] for kept in (clock.seconds, clock.worked))
    yield "| what | measured | limit |"
    yield "|---|---|---|"
    yield f"| reports, units | {reports:,}, {units:,} | |"
    yield (
        f"| build from parsed reports | {build / 60:.1f} min ({clock.seconds['write']:.0f} s writing, {clock.seconds['finish']:.0f} s finishing),"
        f" of which the processor worked {worked / 60:.1f} min | 30 min |"
    )
    yield f"| peak memory of the process | {peak_of_process():,.0f} MB | 2,048 MB |"
    yield f"| database | {path.stat().st_size / 1e9:.2f} GB | 4 GB |"
    for question in asked:
        median, worst = (f"{figure * 1e3:,.1f}" for figure in (statistics.median(question.seconds), max(question.seconds)))
        yield f"| {question.what}, up to {question.rows:,} rows | median {median} ms, worst of {len(question.seconds)}: {worst} ms | {question.limit * 1e3:,.0f} ms |"
    yield f"\nProse: {letters / reports:.0f} characters a report. Waiting for generated reports took {clock.seconds['generate']:.0f} s more. {machine()}"


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
