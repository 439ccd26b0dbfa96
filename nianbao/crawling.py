"""`nianbao crawl`: which portals, what is shown meanwhile, and what is said at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from nianbao.portals import chosen, registry_path
from scraper.crawl import CrawlSummary, crawl
from scraper.crawl import Progress as Step
from scraper.registry import read_registry


def crawl_portals(keys: Sequence[str], *, registry: Path | None, home: Path, delay: float, contact: str | None) -> bool:
    """Crawl the portals and print the summary; whether anything was not obtained."""
    portals = chosen(read_registry(registry_path(registry)), keys)
    with CrawlProgress() as progress:
        summary = crawl(portals, home, delay=delay, contact=contact, progress=progress.show)
    print_summary(summary)
    return any(portal.error or portal.failed for portal in summary.portals)


class CrawlProgress:
    """One line a portal on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("reports"))
        self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tasks: dict[str, int] = {}

    def __enter__(self) -> CrawlProgress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, step: Step) -> None:
        """Move the portal's line on."""
        if step.portal not in self._tasks:
            self._tasks[step.portal] = int(self._bars.add_task(step.portal, total=None))
        self._bars.update(self._tasks[step.portal], completed=step.fetched, total=step.found or None)  # type: ignore[arg-type]


def print_summary(summary: CrawlSummary) -> None:
    """What was found and fetched, by portal, and each thing that was not obtained, on standard error."""
    console = Console(stderr=True)
    table = Table(box=None, pad_edge=False)
    table.add_column("portal")
    for name in ("found", "new", "already", "left aside", "failed"):
        table.add_column(name, justify="right")
    for portal in summary.portals:
        counts = (portal.found, portal.fetched, portal.already, portal.left_aside, len(portal.failed))
        table.add_row(portal.portal, *map(str, counts))
    console.print(table)
    for portal in summary.portals:
        if portal.error:
            console.print(f"nianbao: {portal.portal}: {portal.error}", highlight=False, markup=False, soft_wrap=True)
        for failure in portal.failed:
            console.print(
                f"nianbao: {portal.portal}: {failure.url}: {failure.reason}", highlight=False, markup=False, soft_wrap=True
            )
