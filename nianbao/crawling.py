"""`nianbao crawl`: which portals, what is shown meanwhile, and what is said at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from nianbao.portals import chosen, registry_path
from scraper.crawl import CrawlSummary, Options, crawl
from scraper.plan import due_portals, planned
from scraper.registry import Portal, read_registry
from scraper.status import PortalStatus, read_known, read_status
from scraper.summary import PortalSummary
from scraper.summary import Progress as Step


def crawl_portals(
    keys: Sequence[str],
    *,
    registry: Path | None,
    home: Path,
    delay: float,
    contact: str | None,
    options: Options = Options(),  # noqa: B008 (frozen)
    only_due: bool = False,
    as_json: bool = False,
) -> bool:
    """Crawl the portals and print the summary; whether anything was not obtained or a portal yields far less than before."""
    portals = _wanted(keys, registry=registry, home=home, only_due=only_due)
    with CrawlProgress(len(portals)) as progress:
        summary = crawl(portals, home, delay=delay, contact=contact, options=options, progress=progress.show)
    print_summary(summary)
    if as_json:
        click.echo(json.dumps(summary.to_dict(), ensure_ascii=False, indent=1))
    return not summary.is_whole


def dry_run(keys: Sequence[str], *, registry: Path | None, home: Path, options: Options, only_due: bool = False) -> None:
    """Print what a run would ask for, portal, reason and address a line, and ask for nothing."""
    for portal in _wanted(keys, registry=registry, home=home, only_due=only_due):
        for page in planned(portal, read_known(home, portal.key), only_failed=options.only_failed, recheck=options.recheck):
            click.echo(f"{page.portal}\t{page.why}\t{page.url}\t{page.title}".rstrip())


def _wanted(keys: Sequence[str], *, registry: Path | None, home: Path, only_due: bool) -> tuple[Portal, ...]:
    portals = chosen(read_registry(registry_path(registry)), keys)
    return due_portals(portals, read_status(home), datetime.now(UTC)) if only_due else portals


class CrawlProgress:
    """On a terminal one line of portals, pages, rate and what waits; elsewhere a quiet line for each portal at its end."""

    def __init__(self, portals: int) -> None:
        self._console = Console(stderr=True)
        self._portals, self._ended, self._pages = portals, 0, 0
        self._waiting: dict[str, int] = {}
        self._started = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._line = Progress(*columns, console=self._console, transient=True, disable=not self._console.is_terminal)
        self._task = self._line.add_task("")

    def __enter__(self) -> CrawlProgress:
        self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()

    def show(self, step: Step) -> None:
        """Move on by one page, or by one portal."""
        self._waiting[step.portal] = step.waiting
        if step.ended:
            self._ended += 1
            self._tell(f"{step.portal}: {step.found} reports listed, {step.fetched} new, {step.waiting} left")
        else:
            self._pages += 1
        self._line.update(self._task, description=self._description(step))

    def _description(self, step: Step) -> str:
        rate = self._pages / max(time.monotonic() - self._started, 0.1)
        waiting = sum(self._waiting.values())
        return f"{self._ended}/{self._portals} portals · {self._pages} pages · {rate:.1f}/s · {waiting} waiting · {step.portal}"

    def _tell(self, line: str) -> None:
        if not self._console.is_terminal:
            self._console.print(line, highlight=False, markup=False, soft_wrap=True)


def print_summary(summary: CrawlSummary) -> None:
    """What each portal yielded, compared with the run before, and each thing that was not obtained, on standard error."""
    console = Console(stderr=True)
    table = Table(box=None, pad_edge=False)
    table.add_column("portal")
    for name in ("found", "before", "new", "changed", "already", "gone", "left aside", "blocked", "failed", "waiting"):
        table.add_column(name, justify="right")
    for portal in summary.portals:
        table.add_row(portal.portal, *map(str, _counts(portal)))
    console.print(table)
    for line in (line for portal in summary.portals for line in _complaints(portal)):
        console.print(f"nianbao: {line}", highlight=False, markup=False, soft_wrap=True)


def _counts(portal: PortalSummary) -> tuple[int | str, ...]:
    before = "–" if portal.found_before is None else portal.found_before
    return (
        portal.found, before, portal.fetched, portal.changed, portal.already, len(portal.gone),
        portal.left_aside, portal.blocked, len(portal.failed), portal.waiting,
    )  # fmt: skip


def _complaints(portal: PortalSummary) -> list[str]:
    """Everything that was not obtained, one line each."""
    lines = [f"{portal.portal}: {portal.error}"] if portal.error else []
    lines += [f"{portal.portal}: as {portal.source} holds it, not as it is now"] if portal.source else []
    lines += [f"{portal.portal}: ALARM: {portal.alarm}"] if portal.alarm else []
    lines += [f"{portal.portal}: {failure.url}: {failure.reason}" for failure in portal.failed]
    lines += [f"{portal.portal}: {url}: gone; what was archived stays" for url in portal.gone]
    if portal.foreign:
        lines.append(f"{portal.portal}: {portal.foreign} links to reports on hosts that are not the portal's were refused")
    return lines


def show_status(home: Path, *, as_json: bool) -> None:
    """Print how every portal of the crawl state stands."""
    statuses = tuple(read_status(home).values())
    if as_json:
        click.echo(json.dumps([status.to_dict() for status in statuses], ensure_ascii=False, indent=1))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("portal", "state", "crawled"):
        table.add_column(name)
    for name in ("found", "fetched", "waiting", "gone", "blocked", "failed"):
        table.add_column(name, justify="right")
    table.add_column("kinds", overflow="fold")
    for status in (*statuses, _total(statuses)):
        table.add_row(*map(str, _status_row(status)))
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table, highlight=False)


def _total(statuses: Sequence[PortalStatus]) -> PortalStatus:
    names = ("found", "fetched", "waiting", "gone", "blocked", "failed")
    sums = {name: sum(getattr(status, name) for status in statuses) for name in names}
    return PortalStatus(f"{len(statuses)} portals", **sums)


def _status_row(status: PortalStatus) -> tuple[object, ...]:
    kinds = ", ".join(f"{kind} {count}" for kind, count in (status.kinds or {}).items())
    day = (status.crawled_at or "")[:10]
    numbers = (status.found, status.fetched, status.waiting, status.gone, status.blocked, status.failed)
    return (status.portal, status.state, day, *numbers, kinds or status.reason)
