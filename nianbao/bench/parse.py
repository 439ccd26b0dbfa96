"""How long and how much memory reading takes, beside lxml alone, BeautifulSoup and pandas on the same pages in one run.

Only nianbao says what a figure means; the others build a tree or frames. lxml's tree is the measure: no reader that uses it can be faster.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
from bs4 import BeautifulSoup
from lxml import html

from parsers import ParseError, Report, parse_report
from parsers.charset import decode

MANY = 100
"""Documents read in one process to see whether memory grows with their number."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One reader on one page: seconds of the fastest and the median run, the extra memory at its peak in MB, and what came out.

    `multiple` is the median of what each run took as a multiple of lxml's in the same run: other work on the machine slows both.
    """

    page: str
    size: int
    reader: str
    fastest: float
    median: float
    multiple: float
    peak: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a page, and how what it yields is told in a few words."""

    read: Callable[[bytes], Any]
    told: Callable[[Any], str]


def _report(data: bytes) -> Report | None:
    try:
        return parse_report(data)
    except ParseError:
        return None


def _frames(data: bytes) -> list[pd.DataFrame]:
    try:
        return pd.read_html(StringIO(decode(data)[0]), flavor="lxml")
    except ValueError:
        return []


READERS: Mapping[str, Reader] = {
    "lxml": Reader(lambda data: html.fromstring(decode(data)[0]), lambda tree: f"{sum(1 for _ in tree.iter())} tags"),
    "nianbao": Reader(
        _report, lambda report: f"{sum(c.value is not None for c in report.cells.values())} figures" if report else "unreadable"
    ),
    "BeautifulSoup": Reader(lambda data: BeautifulSoup(decode(data)[0], "lxml"), lambda soup: f"{len(soup.find_all(True))} tags"),
    "pandas.read_html": Reader(_frames, lambda frames: f"{len(frames)} frames"),
}


def measure(pages: Mapping[str, bytes], *, runs: int) -> Iterator[Timing]:
    """Every reader on every page, the readers in turn within each run."""
    for page, data in pages.items():
        seconds: dict[str, list[float]] = {name: [] for name in READERS}
        outcomes = {name: reader.told(reader.read(data)) for name, reader in READERS.items()}
        for _ in range(runs):
            for name, reader in READERS.items():
                seconds[name].append(_seconds(reader, data))
        for name, taken in seconds.items():
            multiple = statistics.median(own / tree for own, tree in zip(taken, seconds["lxml"], strict=True))
            peak = peak_memory(name, data, documents=1)
            yield Timing(page, len(data), name, min(taken), statistics.median(taken), multiple, peak, outcomes[name])


def _seconds(reader: Reader, data: bytes) -> float:
    """The time of the second of two readings: who reads pages reads one after another, and the readers before have taken the processor's caches."""
    reader.read(data)
    start = time.perf_counter()
    reader.read(data)
    return time.perf_counter() - start


def peak_memory(reader: str, data: bytes, *, documents: int) -> float:
    """By how many MB a fresh process grows at most while it reads the page so many times."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_growth, (reader, data, documents))


def _growth(reader: str, data: bytes, documents: int) -> float:
    READERS[reader].read(b"<table><tr><td>1</td></tr></table>")
    before = peak_of_process()
    for _ in range(documents):
        READERS[reader].read(data)
    return peak_of_process() - before


def peak_of_process() -> float:
    """The process's peak resident memory in MB; Linux hands the peak of the parent down in getrusage, so /proc is asked there."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 2**10 for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))
    import resource  # noqa: PLC0415 (not on every platform)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def lines(timings: Iterator[Timing]) -> Iterator[str]:
    """The table for a terminal."""
    yield f"{'page':<24} {'KB':>6}  {'reader':<16} {'min ms':>8} {'median':>8} {'× lxml':>7} {'peak MB':>8}  result"
    for t in timings:
        times = f"{t.fastest * 1e3:>8.2f} {t.median * 1e3:>8.2f} {t.multiple:>7.1f}"
        yield f"{t.page:<24} {t.size / 1e3:>6.1f}  {t.reader:<16} {times} {t.peak:>8.1f}  {t.outcome}"


def growth_line(page: str, data: bytes) -> str:
    """Whether memory depends on the number of documents."""
    one, many = (peak_memory("nianbao", data, documents=count) for count in (1, MANY))
    return f"nianbao on {page}: peak +{one:.1f} MB after 1 document, +{many:.1f} MB after {MANY}"
