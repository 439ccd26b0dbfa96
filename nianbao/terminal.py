"""Tables for a terminal: Chinese columns aligned, missing figures as a dash, never as 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from nianbao.measures import all_digits, measures
from nianbao.status import MARKS

MISSING = "–"
FOLDED = 8
"""Columns that words get at least: four characters of Chinese."""
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
    heads = {HEADS.get(name, name.replace("_", " ")): name in ("unit_code", "unit") for name in frame.columns}
    rows = [
        [_shown(name, value) for name, value in zip(frame.columns, row, strict=True)] for row in frame.itertuples(index=False)
    ]
    table = _table(f"{county} {year}".strip(), heads, rows)
    reported = int(frame["completeness"].notna().sum())
    _print(table, f"{reported} of {len(frame)} townships reported; {MISSING} = not read or not found, never 0")


def print_history(frame: pd.DataFrame) -> None:
    """Print the history of `compare.history`: a row a measure, a column a year, editions above, `┆` before the first year of another edition."""
    years = frame.drop_duplicates("year").set_index("year")
    heads = {"measure": True, "": True} | {
        f"{'┆ ' if row['edition_break'] is True else ''}{year}": False for year, row in years.iterrows()
    }
    rows = [["form", "", *map(_text, years["form"])], ["report", "", *map(_text, years["status"])]]
    for name, of in frame.groupby("measure", sort=False):
        values = [_value(str(name), value, flags) for value, flags in zip(of["value"], of["flags"], strict=True)]
        rows.append([str(name), measures()[str(name)].chinese, *values])
    table = _table(f"{frame.attrs['unit_code']} {frame.attrs['unit']}", heads, rows)
    for row in table.rows[:2]:
        row.style = "dim"
    notes = [f"{MISSING} = not read, too few cases, or not found, never 0"]
    notes += ["┆ = the form changed: read across it with care"] if (frame["edition_break"] == True).any() else []  # noqa: E712 (nullable)
    notes += ["* = a cell behind it is not plainly read"] if (frame["flags"] != "").any() else []
    _print(table, "; ".join(notes))


def print_coverage(frame: pd.DataFrame, years: Sequence[int] | None = None) -> None:
    """Print the coverage of `compare.coverage`: a row a unit, a column a year; years that nobody looked at show a dot."""
    shown = sorted({*map(int, frame["year"]), *(years or ())})
    columns = (frame[name] for name in ("unit_code", "year", "status", "days_late"))
    cells = {(code, int(year)): _status(status, late) for code, year, status, late in zip(*columns, strict=True)}
    units = frame.drop_duplicates("unit_code", keep="last").sort_values("unit_code")[["unit_code", "unit"]]
    rows = [
        [code, name, *(cells.get((code, year), NOT_LOOKED) for year in shown)] for code, name in units.itertuples(index=False)
    ]
    table = _table("", {"code": True, "unit": True} | {str(year): False for year in shown}, rows)
    counts = frame["status"].value_counts()
    legend = ", ".join(f"{MARKS.get(str(status), '')} {status} {count}".strip() for status, count in counts.items()) or "no unit"
    _print(table, f"{legend}; +12 = days late after 31 March; {NOT_LOOKED} = not looked for, or no such unit that year")


def print_findings(frame: pd.DataFrame) -> None:
    """Print the findings of `compare.findings`, one a line."""
    heads = dict.fromkeys(("unit", "year", "rule", "strength", "verdict", "what it says"), True)
    found = frame[["unit", "year", "rule", "strength", "verdict", "message"]]
    table = _table("", heads, [list(map(_text, row)) for row in found.itertuples(index=False)])
    reports = frame["report_id"].nunique()
    _print(table, f"{len(frame)} findings on {reports} reports; the figures stay as they were published")


def _table(title: str, heads: Mapping[str, bool], rows: Sequence[Sequence[str]]) -> Table:
    """A table of heads, each with whether words stand below it. Words fold where the terminal is narrow; a figure is never cut."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, (head, is_text) in enumerate(heads.items()):
        widths = [cell_len(row[number]) for row in rows]
        words = [cell_len(word) for word in head.split()]
        least = min(max(widths, default=1), FOLDED) if is_text else max([*widths, *words], default=1)
        table.add_column(head, justify="left" if is_text else "right", min_width=least, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _print(table: Table, note: str) -> None:
    """As wide as the terminal, or wider where figures would be cut; wide enough for every column where there is none."""
    console = Console()
    width = console.width if console.is_terminal else WIDTH
    least = sum(column.min_width or 1 for column in table.columns) + 2 * len(table.columns)
    console.width = max(width, least)
    console.print(table)
    console.print(note, highlight=False, width=width)


def _shown(name: str, value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return MISSING
    if name == "completeness" or (name in measures() and measures()[name].is_share):
        return f"{value:.0%}"
    return f"{value:+d}" if name == "requests_change" and isinstance(value, int) and value else str(value)


def _value(measure: str, value: object, flags: str) -> str:
    text = MISSING if pd.isna(value) else f"{value:.0%}" if measures()[measure].is_share else all_digits(value)  # type: ignore[call-overload,arg-type]
    return f"{text}*" if flags else text


def _text(value: object) -> str:
    return MISSING if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _status(status: str, days_late: object) -> str:
    late = "" if pd.isna(days_late) or not days_late else f" +{days_late}"  # type: ignore[call-overload]
    return MARKS.get(status, status) + late
