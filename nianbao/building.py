"""`nianbao build`: the archive to the database, and what is said at the end."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from nianbao.build import BuildSummary, build


def build_database(home: Path, *, full: bool = False) -> bool:
    """Build HOME/nianbao.db and print the summary; whether any document could not be used."""
    summary = build(home, full=full)
    print_summary(summary, home)
    return bool(summary.unusable)


def print_summary(summary: BuildSummary, home: Path) -> None:
    """Counts of reports, and each document that gave no figures, on standard error."""
    console = Console(stderr=True)
    console.print(
        f"{home / 'nianbao.db'}: {summary.reports} reports ({summary.inserted} new, {summary.updated} changed, {summary.unchanged} unchanged)",
        highlight=False,
        soft_wrap=True,
    )
    for url, reason in summary.unusable:
        console.print(f"nianbao: {url}: {reason}", highlight=False, markup=False, soft_wrap=True)
