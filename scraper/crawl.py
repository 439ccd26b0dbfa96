"""The crawl: list pages to links, links to archived pages, hosts side by side, one request at a time on each.

Running it again goes on: lists are read anew, and only what is not in the archive is fetched.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from scraper.archive import ArchiveWriter, Exchange, Origin
from scraper.articles import PageKind, kind_of, may_have_parts, parts, shows_form, title_of
from scraper.bodies import inflated, text_of
from scraper.columns import turn_pages
from scraper.discovery import Visit, survey_of
from scraper.errors import FetchError, HomeNotWritable, PortalRefused, RobotsUnreadable
from scraper.families import FAMILIES, Family, family_of
from scraper.http import Fetcher, fetcher, tls_context
from scraper.links import Link, ListPage, Request, identity
from scraper.members import mend
from scraper.registry import Portal, host_of, read_registry, write_registry
from scraper.state import CrawlState

MOST_AT_ONCE = 200
"""Hosts asked side by side; each takes an open file."""
GIVE_UP_AFTER = 3
"""Requests that the host refuses in a row before it is left for the next run."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a portal is, told after each page."""

    portal: str
    found: int
    fetched: int
    url: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that was not obtained."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class PortalSummary:
    """What a run got from a portal: links to reports found on its lists, fetched now, archived before, look-alikes left aside, failed."""

    portal: str
    family: str
    found: int
    fetched: int
    already: int
    left_aside: int
    failed: tuple[Failure, ...]
    error: str | None = None
    evidence: str = ""
    """What the family was told by, where the portal's row leaves it open."""


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """What a run got, by portal."""

    run_id: str
    started_at: str
    finished_at: str
    portals: tuple[PortalSummary, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """What every portal of a run shares."""

    run_id: str
    state: CrawlState
    archive: ArchiveWriter
    folder: Path
    progress: Callable[[Progress], None]


def crawl(
    portals: Sequence[Portal],
    home: Path,
    *,
    delay: float = 2.0,
    contact: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> CrawlSummary:
    """Fetch the annual reports of the portals into HOME/archive, `delay` seconds between two requests to a host.

    Raises HomeNotWritable and HomeBusy; whatever a portal does ends in the summary.
    """
    started = _now()
    run_id = started.strftime("%Y%m%dT%H%M%S%fZ")
    state = CrawlState(home)
    folder = home / "archive"
    try:
        mend(folder)
        state.begin(run_id, started.isoformat())
        with ArchiveWriter(folder, run_id) as archive:
            _remember(portals, folder / "portals.csv")
            run = _Run(run_id, state, archive, folder, progress or (lambda _: None))
            summaries = asyncio.run(_crawl_hosts(portals, run, delay=delay, contact=contact))
        summary = CrawlSummary(run_id, started.isoformat(), _now().isoformat(), summaries)
        state.finish(
            run_id, finished_at=summary.finished_at, summary=json.dumps([asdict(p) for p in summaries], ensure_ascii=False)
        )
    except (OSError, sqlite3.Error) as error:
        raise HomeNotWritable(f"{home}: the crawl cannot be written down ({error})") from error
    finally:
        state.close()
    return summary


def _now() -> datetime:
    return datetime.now(UTC)


def _remember(portals: Sequence[Portal], path: Path) -> None:
    """Keep the rows beside the archive, so that a build needs nothing else."""
    known = {portal.key: portal for portal in read_registry(path)} if path.exists() else {}
    write_registry(path, (known | {portal.key: portal for portal in portals}).values())


async def _crawl_hosts(portals: Sequence[Portal], run: _Run, *, delay: float, contact: str | None) -> tuple[PortalSummary, ...]:
    """Portals that share a host take turns; all others run side by side."""
    hosts: dict[str, list[Portal]] = {}
    for portal in portals:
        hosts.setdefault(host_of(portal.start_urls[0]), []).append(portal)
    tls = tls_context()
    turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def crawl_host(group: list[Portal]) -> list[PortalSummary]:
        async with turns:
            return [await crawl_portal(portal) for portal in group]

    async def crawl_portal(portal: Portal) -> PortalSummary:
        def keep(robots: Exchange) -> None:
            run.archive.write(robots, Origin(portal.key, "robots", robots.url))

        async with fetcher(portal, delay=delay, contact=contact, tls=tls, keep_robots=keep) as get:
            return await _PortalCrawl(portal, get, run).summary()

    by_key = {s.portal: s for group in await asyncio.gather(*map(crawl_host, hosts.values())) for s in group}
    return tuple(by_key[portal.key] for portal in portals)


class _PortalCrawl:
    """One portal in one run."""

    def __init__(self, portal: Portal, get: Fetcher, run: _Run) -> None:
        self._portal = portal
        self._get = get
        self._run = run
        self._family = portal.family
        self._evidence = ""
        self._known = {identity(url): url for url in run.state.urls(portal.key)}
        self._survey = survey_of(portal, self._known)
        self._issued: dict[Request, Family] = {}
        self._found: set[str] = set()
        self._failed: list[Failure] = []
        self._fetched = 0
        self._refusals = 0

    async def summary(self) -> PortalSummary:
        """Crawl the portal; nothing that it does is raised."""
        already = self._run.state.count_done(self._portal.key)
        try:
            await self._read_columns()
            await self._fetch_due()
            error = None
        except (PortalRefused, RobotsUnreadable) as refused:
            error = f"{self._portal.start_urls[0]}: {refused}"
        left = len(self._survey.left_aside)
        found = max(len(self._found), self._fetched + already)
        failed = tuple(self._failed)
        family = self._family or "static_list"
        return PortalSummary(self._portal.key, family, found, self._fetched, already, left, failed, error, self._evidence)

    async def _read_columns(self) -> None:
        """Read the lists of the portal, those that its row names or those that the home page leads to."""
        while visit := self._survey.next():
            try:
                async for page in turn_pages((visit.request, *visit.others), partial(self._read_list_page, visit=visit)):
                    self._enter(self._survey.take(visit, page.links, page.columns), via=visit.request.url)
            except (PortalRefused, RobotsUnreadable):
                raise
            except FetchError as error:
                self._failed.append(Failure(visit.request.url, f"list page: {error}"))
        self._failed += [Failure(self._portal.start_urls[0], reason) for reason in self._survey.shortcomings()]

    async def _read_list_page(self, asked: Request, *, visit: Visit) -> ListPage:
        referer = visit.listed_by if asked == visit.request else visit.request.url
        exchange = await self._get.get(asked, referer=referer)
        html, url = text_of(inflated(exchange)), exchange.url
        if visit.may_be_article and asked == visit.request and asked not in self._issued:
            kind = kind_of(html, url)
            if kind is PageKind.REPORT:
                self._keep_report(exchange, Link(asked.url, title_of(html)), via=visit.listed_by)
            if kind is not PageKind.LIST:
                return ListPage(())
        self._run.archive.write(exchange, Origin(self._portal.key, "list", asked.url))
        family = self._family_of(html, url, asked)
        page = family.list_page(html, replace(asked, url=url))
        self._issued |= dict.fromkeys((*page.next_pages, *chain.from_iterable(page.columns)), family)
        if page == ListPage(()) and asked.url in self._portal.start_urls:
            self._failed.append(
                Failure(asked.url, "list page: no link stands on it; it may be a shell, a challenge, or of another family")
            )
        return page

    def _family_of(self, html: str, url: str, asked: Request) -> Family:
        """The family of the portal's row, or the one whose page asked for this answer, or the one that the page itself shows."""
        if self._portal.family:
            return FAMILIES[self._portal.family]
        issuer = self._issued.get(asked)
        if issuer is not None and issuer is not FAMILIES["static_list"]:
            return issuer
        name, evidence = family_of(html, url)
        if self._family in {"", "static_list"}:
            self._family, self._evidence = name, evidence
        return FAMILIES[name]

    def _enter(self, reports: Sequence[Link], *, via: str) -> None:
        """Enter reports under the address by which each was first known."""
        named = [replace(link, url=self._known.setdefault(identity(link.url), link.url)) for link in reports]
        self._found |= {link.url for link in named}
        self._run.state.found(self._portal.key, named, via=via, run_id=self._run.run_id)

    async def _fetch_due(self) -> None:
        for link, via in self._run.state.due(self._portal.key):
            await self._fetch(link, via)
            self._run.progress(Progress(self._portal.key, len(self._found), self._fetched, link.url))

    async def _fetch(self, link: Link, via: str) -> None:
        try:
            exchange = await self._get.get(Request(link.url), referer=via)
        except FetchError as error:
            self._note_failure(link, error)
            return
        self._refusals = 0
        self._keep(exchange, link, via=via)
        await self._fetch_parts(exchange, link)

    def _keep_report(self, exchange: Exchange, link: Link, *, via: str) -> None:
        """A page that turned out to be a report when it was looked at."""
        known = identity(link.url) in self._known
        self._enter([link], via=via)
        if not known:
            self._keep(exchange, link, via=via)

    def _keep(self, exchange: Exchange, link: Link, *, via: str) -> None:
        day = link.listed_on.isoformat() if link.listed_on else ""
        position = self._run.archive.write(exchange, Origin(self._portal.key, "report", link.url, via, link.title, day))
        self._run.state.done(self._portal.key, link.url, position=position, run_id=self._run.run_id)
        self._fetched += 1

    async def _fetch_parts(self, exchange: Exchange, report: Link) -> None:
        """Fetch the files and frames that hold what the page of a report does not."""
        body = inflated(exchange)
        if shows_form(body) or not may_have_parts(body):
            return
        for part in parts(text_of(body), exchange.url):
            try:
                found = await self._get.get(Request(part.url), referer=exchange.url)
            except FetchError as error:
                self._failed.append(Failure(part.url, f"part of {report.url}: {error}"))
                continue
            origin = Origin(self._portal.key, "part", part.url, report.url, part.title or report.title)
            self._run.archive.write(found, origin)

    def _note_failure(self, link: Link, error: FetchError) -> None:
        self._failed.append(Failure(link.url, str(error)))
        self._run.state.failed(self._portal.key, link.url, str(error))
        self._refusals = self._refusals + 1 if isinstance(error, PortalRefused) else 0
        if self._refusals >= GIVE_UP_AFTER:
            raise error
