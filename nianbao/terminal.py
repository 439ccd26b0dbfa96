"""Tables for a terminal: Chinese columns aligned, missing figures as a dash, never as 0."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table

MISSING = "–"
WIDTH = 110
"""Columns of output that goes to a file or another program."""
HEADS = {
    "unit_code": "code",
    "unit": "township",
    "review_corrections": "review corrections",
    "requests_change": "change",
    "completeness": "complete",
}


def print_table(frame: pd.DataFrame) -> None:
    """Print the comparison of `compare.table` on standard output, with its county and year above and n below."""
    county, year = frame.attrs.get("county", ""), frame.attrs.get("year", "")
    table = Table(title=f"{county} {year}".strip(), title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in frame.columns:
        text = name in ("unit_code", "unit")
        table.add_column(HEADS.get(name, name), justify="left" if text else "right", no_wrap=text, overflow="fold")
    for row in frame.itertuples(index=False):
        table.add_row(*(_shown(name, value) for name, value in zip(frame.columns, row, strict=True)))
    console = _console()
    console.print(table)
    reported = int(frame["completeness"].notna().sum())
    console.print(f"{reported} of {len(frame)} townships reported; {MISSING} = not read or not found, never 0", highlight=False)


def _console() -> Console:
    """As wide as the terminal; wide enough for every column where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)


def _shown(name: str, value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return MISSING
    if name == "completeness":
        return f"{value:.0%}"
    return f"{value:+d}" if name == "requests_change" and isinstance(value, int) and value else str(value)
