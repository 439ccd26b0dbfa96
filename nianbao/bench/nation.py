"""`nianbao bench nation`: a database of the whole country built from parsed reports, and how long questions to it take.

The clock of the build stands still while reports are generated; what it counts is what `nianbao build` does with a report once its page is parsed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from nianbao.bench.nation_reports import ParsedReport, parsed_reports, portals
from nianbao.bench.parse import peak_of_process
from nianbao.bench.questions import Question, machine, row
from nianbao.build import finish, pack, put_in_place
from nianbao.database import building_database, hold_build, new_database, open_database
from nianbao.reference import write_reference
from nianbao.writing import Writer


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
    yield from map(row, asked)
    yield f"\nProse: {letters / reports:.0f} characters a report. Waiting for generated reports took {clock.seconds['generate']:.0f} s more. {machine()}"
