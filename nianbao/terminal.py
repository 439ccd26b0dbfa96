"""Tables for a terminal: Chinese columns aligned, missing figures as a dash, never as 0."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table

from nianbao.measures import measures
from nianbao.status import MARKS

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
NOT_LOOKED = "·"


def print_table(frame: pd.DataFrame) -> None:
    """Print the comparison of `compare.table` on standard output, with its county and year above and n below."""
    county, year = frame.attrs.get("county", ""), frame.attrs.get("year", "")
    table = _table(f"{county} {year}".strip())
    for name in frame.columns:
        _column(table, HEADS.get(name, name.replace("_", " ")), text=name in ("unit_code", "unit"))
    for row in frame.itertuples(index=False):
        table.add_row(*(_shown(name, value) for name, value in zip(frame.columns, row, strict=True)))
    reported = int(frame["completeness"].notna().sum())
    _print(table, f"{reported} of {len(frame)} townships reported; {MISSING} = not read or not found, never 0")


def print_history(frame: pd.DataFrame) -> None:
    """Print the history of `compare.history`: a row a measure, a column a year, editions above, `┆` before the first year of another edition."""
    table = _table(f"{frame.attrs['unit_code']} {frame.attrs['unit']}")
    _column(table, "measure", text=True)
    _column(table, "", text=True)
    years = frame.drop_duplicates("year").set_index("year")
    for year, row in years.iterrows():
        _column(table, f"{'┆ ' if row['edition_break'] is True else ''}{year}")
    table.add_row("form", "", *(_text(form) for form in years["form"]), style="dim")
    table.add_row("report", "", *(_text(status) for status in years["status"]), style="dim")
    for name, rows in frame.groupby("measure", sort=False):
        values = [_value(str(name), value, flags) for value, flags in zip(rows["value"], rows["flags"], strict=True)]
        table.add_row(str(name), measures()[str(name)].chinese, *values)
    notes = [f"{MISSING} = not read, too few cases, or not found, never 0"]
    notes += ["┆ = the form changed: read across it with care"] if (frame["edition_break"] == True).any() else []  # noqa: E712 (nullable)
    notes += ["* = a cell behind it is not plainly read"] if (frame["flags"] != "").any() else []
    _print(table, "; ".join(notes))


def print_coverage(frame: pd.DataFrame, years: Sequence[int] | None = None) -> None:
    """Print the coverage of `compare.coverage`: a row a unit, a column a year; years that nobody looked at show a dot."""
    shown = sorted({*map(int, frame["year"]), *(years or ())})
    table = _table("")
    for head in ("code", "unit"):
        _column(table, head, text=True)
    for year in shown:
        _column(table, str(year))
    columns = (frame[name] for name in ("unit_code", "year", "status", "days_late"))
    cells = {(code, int(year)): _status(status, late) for code, year, status, late in zip(*columns, strict=True)}
    for code, name in (
        frame.drop_duplicates("unit_code", keep="last").sort_values("unit_code")[["unit_code", "unit"]].itertuples(index=False)
    ):
        table.add_row(code, name, *(cells.get((code, year), NOT_LOOKED) for year in shown))
    counts = frame["status"].value_counts()
    legend = ", ".join(f"{MARKS.get(str(status), '')} {status} {count}".strip() for status, count in counts.items()) or "no unit"
    _print(table, f"{legend}; +12 = days late after 31 March; {NOT_LOOKED} = not looked for, or no such unit that year")


def print_findings(frame: pd.DataFrame) -> None:
    """Print the findings of `compare.findings`, one a line."""
    table = _table("")
    for head in ("unit", "year", "rule", "strength", "verdict"):
        _column(table, head, text=True)
    table.add_column("what it says", overflow="fold")
    for row in frame[["unit", "year", "rule", "strength", "verdict", "message"]].itertuples(index=False):
        table.add_row(*map(_text, row))
    reports = frame["report_id"].nunique()
    _print(table, f"{len(frame)} findings on {reports} reports; the figures stay as they were published")


def _table(title: str) -> Table:
    return Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")


def _column(table: Table, head: str, *, text: bool = False) -> None:
    table.add_column(head, justify="left" if text else "right", no_wrap=text, overflow="fold")


def _print(table: Table, note: str) -> None:
    """As wide as the terminal; wide enough for every column where there is none."""
    console = Console()
    console = console if console.is_terminal else Console(width=WIDTH)
    console.print(table)
    console.print(note, highlight=False)


def _shown(name: str, value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return MISSING
    if name == "completeness" or (name in measures() and measures()[name].is_share):
        return f"{value:.0%}"
    return f"{value:+d}" if name == "requests_change" and isinstance(value, int) and value else str(value)


def _value(measure: str, value: object, flags: str) -> str:
    text = MISSING if pd.isna(value) else f"{value:.0%}" if measures()[measure].is_share else f"{value:g}"  # type: ignore[call-overload]
    return f"{text}*" if flags else text


def _text(value: object) -> str:
    return MISSING if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _status(status: str, days_late: object) -> str:
    late = "" if pd.isna(days_late) or not days_late else f" +{days_late}"  # type: ignore[call-overload]
    return MARKS.get(status, status) + late
