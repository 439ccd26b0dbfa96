"""`nianbao bench families`: the test portals of all platforms crawled from their home pages, and what was found beside what they published.

In a bad hour the portals fail in a random mix of ways and the crawl is killed again and again; what is found in the end has to be the same. Then some
reports are published again with another figure, and a last crawl has to find these versions and no others.

The portals are ours, on this machine: the table says whether the rules for each platform hold together, and nothing about live portals.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nianbao.demo.platforms.faults import BadHour
from nianbao.demo.platforms.server import Host, TestPortals
from nianbao.demo.platforms.site import Article
from nianbao.documents import identified
from nianbao.errors import BenchError
from parsers import Context, Report
from parsers.errors import ParseError
from scraper.archive import Snapshot, read_archive
from scraper.crawl import CrawlSummary, Options, crawl
from scraper.registry import write_registry
from scraper.status import read_runs

MOST_RUNS = 40
"""Crawls after which portals that recover should have been read."""
CORRECTED = 7
"""Every how many-th report is published again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One portal: reports published, units that published them, and how the archive differs from that."""

    key: str
    family: str
    published: int
    units: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    twice: tuple[str, ...]
    wrong_year: tuple[str, ...]
    wrong_unit: tuple[str, ...]
    versions: int
    """Reports that were published again, and are there in both versions."""
    wrong_version: tuple[str, ...]
    requests: int
    failures: int

    @property
    def is_whole(self) -> bool:
        """Whether every report was found once, with its year, and nothing else."""
        wrong = (self.missing, self.extra, self.twice, self.wrong_year, self.wrong_unit, self.wrong_version)
        return not any(wrong) and not self.failures


@dataclass(frozen=True, slots=True)
class Trials:
    """What a crawl has to come through: the seed of a bad hour, kills, and reports that are published again."""

    bad_hour: int | None = None
    kills: int = 0
    corrections: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """How it went: the last summary, crawls with those that were killed, kills that found one at work, and addresses that failed at first."""

    summary: CrawlSummary
    runs: int
    killed: int
    struck: int


def run(
    home: Path, *, keys: Sequence[str] = (), years: Sequence[int] = (), read: bool = True, trials: Trials = Trials()
) -> tuple[Course, tuple[Outcome, ...]]:
    """Crawl the test portals into HOME and compare; `read` parses every page for its year and unit, which takes longer than the crawl."""
    with TestPortals(keys, years=years) as served:
        for host in served.hosts.values():
            host.bad_hour = BadHour(trials.bad_hour) if trials.bad_hour is not None else None
        killed = _crawl_and_kill(served, home, kills=trials.kills, seed=trials.bad_hour or 0) if trials.kills else 0
        summary = _crawl_to_the_end(served, home) if trials != Trials() else crawl(served.portals, home, delay=0)
        published = {host.platform.key: _published(host) for host in served.hosts.values()}
        corrected = _correct(served) if trials.corrections else {}
        if corrected:
            summary = crawl(served.portals, home, delay=0, options=Options(recheck=True))
        kept: dict[str, list[Snapshot]] = {}
        for snapshot in read_archive(home / "archive"):
            kept.setdefault(snapshot.portal, []).append(snapshot)
        families = {portal.portal: portal for portal in summary.portals}
        outcomes = []
        for key, host in served.hosts.items():
            told = families[host.portal.key]
            failures = len(told.failed) + bool(told.error)
            compare = _Comparison(host, published[key], corrected.get(key, {}), tuple(kept.get(host.portal.key, ())))
            outcomes.append(compare.outcome(family=told.family, failures=failures, read=read))
        struck = sum(len(host.bad_hour.struck) for host in served.hosts.values() if host.bad_hour)
        return Course(summary, len(read_runs(home)), killed, struck), tuple(outcomes)


def _crawl_and_kill(served: TestPortals, home: Path, *, kills: int, seed: int) -> int:
    """Crawls in processes of their own that are killed at random moments, the state and the archive left as they are; how many were at work."""
    home.mkdir(parents=True, exist_ok=True)
    registry = home / "test-portals.csv"
    write_registry(registry, served.portals)
    chance = random.Random(seed)
    words = [sys.executable, "-m", "nianbao", "crawl", "--portals", str(registry), "--home", str(home), "--delay", "0"]
    expected = sum(len(host.articles) for host in served.hosts.values())
    killed = 0
    for _ in range(kills):
        until = _requests(served) + chance.randrange(5, max(10, expected // kills))
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            while process.poll() is None and _requests(served) < until:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
    return killed


def _requests(served: TestPortals) -> int:
    return sum(host.asked.total() for host in served.hosts.values())


def _crawl_to_the_end(served: TestPortals, home: Path) -> CrawlSummary:
    """Crawl until nothing fails and nothing new is found. Raises BenchError where that does not come."""
    for _ in range(MOST_RUNS):
        summary = crawl(served.portals, home, delay=0)
        if not any(portal.error or portal.failed or portal.fetched or portal.parts for portal in summary.portals):
            return summary
    raise BenchError(f"{MOST_RUNS} crawls, and something fails or is new in each: {next(_complaints(summary))}")


def _complaints(summary: CrawlSummary) -> Iterator[str]:
    for portal in summary.portals:
        yield from ([portal.error] if portal.error else [])
        yield from (f"{failure.url}: {failure.reason}" for failure in portal.failed)
    yield "new reports"


def _published(host: Host) -> dict[bytes, Article]:
    return {host.page_of(article): article for article in host.articles if article.is_report}


def _correct(served: TestPortals) -> dict[str, dict[bytes, Article]]:
    """Publish every seventh report again; the new pages by portal."""
    again: dict[str, dict[bytes, Article]] = {}
    for key, host in served.hosts.items():
        reports = [article for article in host.articles if article.is_report][::CORRECTED]
        again[key] = {host.page_of(article): article for article in reports if host.correct(article)}
    return again


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A portal, what it published, what it published again, and what of it is in the archive.

    Pages are known again by their body: an address may be one of several.
    """

    host: Host
    published: dict[bytes, Article]
    corrected: dict[bytes, Article]
    kept: tuple[Snapshot, ...]

    def outcome(self, *, family: str, failures: int, read: bool) -> Outcome:
        """How the archive differs."""
        every = self.published | self.corrected
        counts = Counter(snapshot.body for snapshot in self.kept)
        read_pages = [
            (snapshot, every[snapshot.body], self._read(snapshot)) for snapshot in self.kept if read and snapshot.body in every
        ]
        return Outcome(
            key=self.host.platform.key,
            family=family,
            published=len(self.published),
            units=len({article.unit for article in self.published.values()}),
            missing=tuple(article.title for body, article in self.published.items() if body not in counts),
            extra=tuple(urlsplit(snapshot.url).path for snapshot in self.kept if snapshot.body not in every),
            twice=tuple(article.title for body, article in every.items() if counts[body] > 1),
            wrong_year=tuple(
                f"{s.link_title}: {r and r.year} for {a.year}" for s, a, r in read_pages if r is None or r.year != a.year
            ),
            wrong_unit=tuple(
                f"{s.link_title}: {r and r.unit} for {a.unit}" for s, a, r in read_pages if r is None or r.unit != a.unit
            ),
            versions=len(self.corrected),
            wrong_version=tuple(self._wrong_versions(counts)),
            requests=self.host.asked.total(),
            failures=failures,
        )

    def _wrong_versions(self, counts: Counter[bytes]) -> Iterator[str]:
        """Titles of corrected reports whose new page is missing, or stands before the old one."""
        order = {snapshot.body: number for number, snapshot in enumerate(self.kept)}
        for new, article in self.corrected.items():
            old = next(body for body, published in self.published.items() if published is article)
            if not counts[new] or order[new] < order.get(old, -1):
                yield article.title

    def _read(self, snapshot: Snapshot) -> Report | None:
        """The report of a page; one that is nothing but a file is named by its link."""
        within = self.host.platform.county.code
        try:
            return identified(snapshot.body, source=snapshot.url, context=Context(link_title=snapshot.link_title), within=within)
        except ParseError:
            return None


def lines(outcomes: Sequence[Outcome], course: Course) -> Iterator[str]:
    """The table, in Markdown, how it went, and each difference."""
    yield "| portal | family found | units | published | missing | extra | twice | wrong year | wrong unit | versions | wrong version | failures | requests |"
    yield f"|{'---|' * 13}"
    for o in outcomes:
        found = (o.missing, o.extra, o.twice, o.wrong_year, o.wrong_unit)
        counts = (o.units, o.published, *map(len, found), o.versions, len(o.wrong_version), o.failures, o.requests)
        yield f"| {o.key} | {o.family} | " + " | ".join(map(str, counts)) + " |"
    total = (sum(o.units for o in outcomes), sum(o.published for o in outcomes))
    yield f"\n{len(outcomes)} test portals on this machine, {total[0]} units, {total[1]} reports; no live portal was asked."
    yield f"{course.runs} crawls, {course.killed} of them killed; {course.struck} addresses failed before they answered."
    for o in outcomes:
        named = ("missing", "extra", "twice", "wrong_year", "wrong_unit", "wrong_version")
        yield from (f"{o.key}: {kind}: {what}" for kind in named for what in getattr(o, kind)[:5])
