"""`nianbao bench families`: the test portals of all platforms crawled from their home pages, and what was found beside what they published.

The portals are ours, on this machine: the table says whether the rules for each platform hold together, and nothing about live portals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nianbao.demo.platforms.server import Host, TestPortals
from parsers import parse_report
from parsers.errors import ParseError
from scraper.archive import Snapshot, read_archive
from scraper.crawl import CrawlSummary, crawl


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
    requests: int
    failures: int

    @property
    def is_whole(self) -> bool:
        """Whether every report was found once, with its year, and nothing else."""
        return not (self.missing or self.extra or self.twice or self.wrong_year or self.failures)


def run(
    home: Path, *, keys: Sequence[str] = (), years: Sequence[int] = (), read: bool = True
) -> tuple[CrawlSummary, tuple[Outcome, ...]]:
    """Crawl the test portals into HOME and compare; `read` parses every page for its year, which takes longer than the crawl."""
    with TestPortals(keys, years=years) as served:
        summary = crawl(served.portals, home, delay=0)
        kept: dict[str, list[Snapshot]] = {}
        for snapshot in read_archive(home / "archive"):
            kept.setdefault(snapshot.portal, []).append(snapshot)
        families = {portal.portal: portal for portal in summary.portals}
        outcomes = []
        for host in served.hosts.values():
            told = families[host.portal.key]
            failures = len(told.failed) + bool(told.error)
            outcomes.append(_outcome(host, kept.get(host.portal.key, []), family=told.family, failures=failures, read=read))
    return summary, tuple(outcomes)


def _outcome(host: Host, kept: Sequence[Snapshot], *, family: str, failures: int, read: bool) -> Outcome:
    """Pages are known again by their body: an address may be one of several."""
    published = {host.page_of(article): article for article in host.articles if article.is_report}
    counts = Counter(snapshot.body for snapshot in kept)
    wrong = (_wrong_year(snapshot, published[snapshot.body].year) for snapshot in kept if read and snapshot.body in published)
    return Outcome(
        key=host.platform.key,
        family=family,
        published=len(published),
        units=len({article.unit for article in published.values()}),
        missing=tuple(article.title for body, article in published.items() if body not in counts),
        extra=tuple(urlsplit(snapshot.url).path for snapshot in kept if snapshot.body not in published),
        twice=tuple(article.title for body, article in published.items() if counts[body] > 1),
        wrong_year=tuple(filter(None, wrong)),
        requests=host.asked.total(),
        failures=failures,
    )


def _wrong_year(snapshot: Snapshot, year: int) -> str:
    """The title of a report whose page or link says another year; pages that are nothing but a file say it by their link."""
    try:
        found = parse_report(snapshot.body, source=snapshot.url).year
    except ParseError:
        found = None
    return "" if found == year else f"{snapshot.link_title}: {found} for {year}"


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The table, in Markdown, and each difference."""
    yield "| portal | family found | units | published | missing | extra | twice | wrong year | failures | requests |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for o in outcomes:
        counts = (o.units, o.published, len(o.missing), len(o.extra), len(o.twice), len(o.wrong_year), o.failures, o.requests)
        yield f"| {o.key} | {o.family} | " + " | ".join(map(str, counts)) + " |"
    total = (sum(o.units for o in outcomes), sum(o.published for o in outcomes))
    yield f"\n{len(outcomes)} test portals on this machine, {total[0]} units, {total[1]} reports; no live portal was asked."
    for o in outcomes:
        named = (("missing", o.missing), ("extra", o.extra), ("twice", o.twice), ("wrong year", o.wrong_year))
        yield from (f"{o.key}: {kind}: {what}" for kind, found in named for what in found[:5])
