"""The crawl: host groups side by side, one request at a time on each.

Running it again goes on: lists are read anew, and of the pages only what is not in the archive, or may have changed, is fetched. The crawl of a host
group is one function of plain arguments and results (`crawl_host`), so that groups can be handed to any executor.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from ssl import SSLContext

from scraper.archive import ArchiveWriter, Exchange, Origin
from scraper.captures import ArchivedPortal, WebArchive
from scraper.errors import HomeNotWritable
from scraper.fetch import Fetcher, HostGroup, Source
from scraper.groups import host_groups
from scraper.http import client, send, tls_context, user_agent
from scraper.index import Index
from scraper.members import mend
from scraper.pace import Budget, Desk, Hours, Pace
from scraper.portal_crawl import PortalCrawl, Task
from scraper.registry import Portal, host_of, read_registry, write_registry
from scraper.robots import everything
from scraper.state import Change, CrawlState, Known
from scraper.status import read_runs
from scraper.summary import CrawlSummary, PortalSummary, Progress, compared

__all__ = ["CrawlSummary", "HostResult", "HostWork", "Options", "PortalSummary", "Progress", "crawl", "crawl_host"]

MOST_AT_ONCE = 200
"""Host groups asked side by side; each takes an open file."""
OLD_TLS = "old-tls"
"""The word in a row's note that lets its hosts speak old TLS."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is restricted to; plain values, so that they can be sent to another process."""

    only_failed: bool = False
    """Only what failed, was blocked or is still waiting; lists are read where a list failed."""
    recheck: bool = False
    """Ask for every archived page again, whether or not its time has come."""
    hours: Hours | None = None
    host_budget: int | None = None
    run_budget: int | None = None
    """Requests to a host group, and of the whole run."""
    via: WebArchive | None = None
    """An archive that is asked in the portals' place."""


@dataclass(frozen=True, slots=True)
class HostWork:
    """A host group to crawl: its portals, what is known of their links, and where the archive is."""

    portals: tuple[Portal, ...]
    known: Mapping[str, tuple[Known, ...]]
    folder: Path
    run_id: str
    delay: float
    contact: str | None
    options: Options = Options()


@dataclass(frozen=True, slots=True)
class HostResult:
    """What came of it: summaries, and the changes to the crawl state in their order."""

    summaries: tuple[PortalSummary, ...]
    changes: tuple[Change, ...]


def crawl(
    portals: Sequence[Portal],
    home: Path,
    *,
    delay: float = 2.0,
    contact: str | None = None,
    options: Options = Options(),
    progress: Callable[[Progress], None] | None = None,
) -> CrawlSummary:
    """Fetch the annual reports of the portals into HOME/archive, `delay` seconds between two requests to a host.

    Raises HomeNotWritable and HomeBusy; whatever a portal does ends in the summary.
    """
    started = datetime.now(UTC)
    run_id = started.strftime("%Y%m%dT%H%M%S%fZ")
    state = CrawlState(home)
    folder = home / "archive"
    try:
        mend(folder)
        before = read_runs(home)
        state.begin(run_id, started.isoformat())
        with _archive(folder, run_id, delay, contact) as archive, Index(folder) as index:
            state.recover(index.reports(index.update()))
            archive.earlier, archive.answered = index, index.answered
            _remember(portals, folder / "portals.csv")
            run = _Run(HostWork((), {}, folder, run_id, delay, contact, options), state, archive, progress or (lambda _: None))
            found = asyncio.run(_crawl_groups(portals, run))
        summary = CrawlSummary(run_id, started.isoformat(), datetime.now(UTC).isoformat(), compared(found, before))
        told = json.dumps([portal.to_dict() for portal in summary.portals], ensure_ascii=False)
        state.finish(run_id, finished_at=summary.finished_at, summary=told)
    except (OSError, sqlite3.Error) as error:
        raise HomeNotWritable(f"{home}: the crawl cannot be written down ({error})") from error
    finally:
        state.close()
    return summary


def crawl_host(work: HostWork) -> HostResult:
    """Crawl one host group by itself, into archive files of its own. Everything in and out can be pickled."""
    changes: list[Change] = []
    name = f"{work.run_id}-{host_of(work.portals[0].start_urls[0]).replace(':', '-')}"
    with _archive(work.folder, name, work.delay, work.contact) as archive:
        summaries = asyncio.run(
            _crawl_group(work, archive, changes.append, lambda _: None, Budget(work.options.run_budget), desk=Desk())
        )
    return HostResult(summaries, tuple(changes))


def _archive(folder: Path, name: str, delay: float, contact: str | None) -> ArchiveWriter:
    """Pages wait for the disk together, within the pause that their hosts have anyway."""
    return ArchiveWriter(folder, name, agent=user_agent(contact), gather=delay / 10)


@dataclass(frozen=True, slots=True)
class _Run:
    """What every group of a run in this process shares."""

    work: HostWork
    state: CrawlState
    archive: ArchiveWriter
    progress: Callable[[Progress], None]


def _remember(portals: Sequence[Portal], path: Path) -> None:
    """Keep the rows beside the archive, so that a build needs nothing else."""
    known = {portal.key: portal for portal in read_registry(path)} if path.exists() else {}
    write_registry(path, (known | {portal.key: portal for portal in portals}).values())


async def _crawl_groups(portals: Sequence[Portal], run: _Run) -> tuple[PortalSummary, ...]:
    turns = asyncio.Semaphore(MOST_AT_ONCE)
    budget = Budget(run.work.options.run_budget)
    desk = Desk()

    async def one(group: tuple[Portal, ...]) -> tuple[PortalSummary, ...]:
        async with turns:
            await desk.turn()
            known = {portal.key: run.state.known(portal.key) for portal in group}
            shared = run.work
            work = HostWork(group, known, shared.folder, shared.run_id, shared.delay, shared.contact, shared.options)
            return await _crawl_group(work, run.archive, run.state.apply, run.progress, budget, desk=desk)

    # An archive is one host, whatever it is asked about.
    groups = (tuple(portals),) if run.work.options.via else await host_groups(portals)
    found = await asyncio.gather(*map(one, groups))
    by_key = {summary.portal: summary for group in found for summary in group}
    return tuple(by_key[portal.key] for portal in portals)


async def _crawl_group(
    work: HostWork,
    archive: ArchiveWriter,
    note: Callable[[Change], None],
    progress: Callable[[Progress], None],
    budget: Budget,
    *,
    desk: Desk,
) -> tuple[PortalSummary, ...]:
    """The portals of a group one after another, on one pace."""
    options = work.options
    pace = Pace(work.delay, options.hours, (Budget(options.host_budget), budget))
    group = HostGroup(user_agent(work.contact), pace, desk)
    source = options.via.name if options.via else ""
    task = Task(work.run_id, work.folder, archive, note, progress, options.only_failed, options.recheck, source)
    return tuple([await _crawl_portal(portal, work, group, task) for portal in work.portals])


async def _crawl_portal(portal: Portal, work: HostWork, group: HostGroup, task: Task) -> PortalSummary:
    def keep(exchange: Exchange, role: str, link: str) -> None:
        task.archive.write(exchange, Origin(portal.key, role, link, source=task.source, captured_at=exchange.captured_at))

    via = work.options.via
    known = {row.link.url: row for row in work.known.get(portal.key, ())}
    hosts = via.own_hosts if via else frozenset[str]().union(*(member.allowed_hosts for member in work.portals))
    async with client(group.agent, _tls(via is None and OLD_TLS in portal.note), partial(is_named, hosts)) as opened:
        fetcher = Fetcher(_row_of(via) if via else portal, group, partial(send, opened), keep)
        source = await _archived(portal, via, fetcher) if via else fetcher
        return await PortalCrawl(portal, source, known, task).summary()


async def _archived(portal: Portal, via: WebArchive, fetcher: Fetcher) -> Source:
    """The portal as an archive holds it. The interfaces asked there are documented for programs, and robots.txt is not about them."""
    for host in via.hosts - fetcher.group.robots.keys():
        fetcher.group.robots[host] = everything(fetcher.group.agent)
        await fetcher.group.pace.slow_down(host, via.pause)
    return ArchivedPortal(portal, via, fetcher.answer, fetcher.keep)


def _row_of(via: WebArchive) -> Portal:
    """An archive as a row: the hosts that its answers may lead to."""
    return Portal(via.name, via.name, "", "", "", "", (), via.hosts, "")


@cache
def _tls(old: bool) -> SSLContext:
    """Two contexts for all clients of a process: making one takes longer than a request."""
    return tls_context(old=old)


def is_named(hosts: frozenset[str], host: str, port: int) -> bool:
    """Whether rows name this host and port themselves, which alone opens private and loopback addresses."""
    return f"{host}:{port}" in hosts or (port in {80, 443} and host in hosts)
