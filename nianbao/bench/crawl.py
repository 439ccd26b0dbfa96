"""`nianbao bench crawl`: many portals at once, in time and memory, beside what their delays allow and beside Scrapy on the same portals.

Portals and crawlers are processes of their own on this machine. The shortest time that a delay allows is that of the host that takes longest: a delay
between each two requests, and the time it takes to answer them, since nianbao's pause begins with the end of an answer. (Scrapy's begins with the
request; the answers of these hosts take so little that it is the same.) What the network and the crawler add is not allowed for.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nianbao.bench.hosts import COLUMN, MOST_HOSTS, address_of
from nianbao.errors import BenchError
from scraper.registry import Portal, write_registry


@dataclass(frozen=True, slots=True)
class Timing:
    """One crawler's run: as its own process saw it (seconds, seconds of processor, peak memory in MB, reports it kept), and as the hosts saw it."""

    crawler: str
    seconds: float
    cpu: float
    megabytes: float
    reports: int
    requests: int
    allowed: float
    """Seconds that the delays and the hosts' answers alone take."""
    shortest_gap: float
    at_once: int
    """Requests under way at one host, at most."""

    @property
    def share(self) -> float:
        """Its time as a multiple of what the delays allow."""
        return self.seconds / self.allowed if self.allowed else float("inf")


def measure(*, hosts: int, reports: int, delay: float) -> Iterator[Timing]:
    """nianbao, and then Scrapy where it is installed. Raises BenchError."""
    if hosts > MOST_HOSTS:
        raise BenchError(f"{hosts} hosts; a loopback network has room for {MOST_HOSTS}")
    yield _timed("nianbao", hosts, reports, delay)
    if importlib.util.find_spec("scrapy"):
        yield _timed("scrapy", hosts, reports, delay)


def _timed(crawler: str, hosts: int, reports: int, delay: float) -> Timing:
    with TemporaryDirectory() as folder, _served(hosts, reports) as (port, seen):
        registry = Path(folder) / "portals.csv"
        write_registry(registry, (_portal(number, port) for number in range(hosts)))
        told = _told_by(f"nianbao.bench.{crawler}_run", registry, Path(folder) / "home", delay)
    return Timing(
        crawler=crawler,
        seconds=told["seconds"],
        cpu=told["cpu"],
        megabytes=told["megabytes"],
        reports=int(told["reports"]),
        requests=sum(int(host["requests"]) for host in seen),
        allowed=max((host["requests"] - 1) * delay + host["busy"] for host in seen),
        shortest_gap=min(host["shortest_gap"] for host in seen),
        at_once=max(int(host["at_once"]) for host in seen),
    )


def _told_by(module: str, *arguments: object) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", module, *map(str, arguments)], capture_output=True, text=True, check=False)  # noqa: S603
    try:
        return dict(json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, IndexError) as error:
        raise BenchError(f"{module} ended without a result: {done.stderr.strip()[-500:]}") from error


@contextmanager
def _served(hosts: int, reports: int) -> Iterator[tuple[int, list[dict[str, float]]]]:
    """The portals, and a list that is filled with what each saw when they end."""
    words = [sys.executable, "-m", "nianbao.bench.hosts", str(hosts), str(reports)]
    seen: list[dict[str, float]] = []
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            first = process.stdout.readline() if process.stdout else ""
            if not first.strip().isdecimal():
                raise BenchError("the portals could not be served; a system whose loopback is 127.0.0.0/8 is needed")
            yield int(first), seen
            told, _ = process.communicate("")
            seen += json.loads(told)
        finally:
            process.kill()


def _portal(number: int, port: int) -> Portal:
    host = f"{address_of(number)}:{port}"
    return Portal(
        f"host-{number:03d}",
        host,
        "",
        "county",
        f"http://{host}/",
        "",
        (f"http://{host}{COLUMN}",),
        frozenset({host}),
        "made to time",
    )


def lines(timings: Sequence[Timing], *, hosts: int, reports: int, delay: float, load: float) -> Iterator[str]:
    """The table, in Markdown; `load` is the machine's before the run, without which times say little."""
    yield "| crawler | reports | requests | seconds | delays allow | multiple | processor s | peak memory MB | shortest pause s | at once on a host |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for t in timings:
        counts = (
            f"{t.reports} of {hosts * reports} | {t.requests} | {t.seconds:.1f} | {t.allowed:.1f} | {t.share:.2f} | {t.cpu:.1f}"
        )
        yield f"| {t.crawler} | {counts} | {t.megabytes:.0f} | {t.shortest_gap:.2f} | {t.at_once} |"
    yield f"\n{hosts} hosts on this machine, {reports} reports each, {delay:g} s between two requests to a host; {os.cpu_count()} processors, load {load:.1f} before."
    if len(timings) == 1:
        yield "Scrapy is not installed here; `pip install scrapy` into the same environment measures it beside."
