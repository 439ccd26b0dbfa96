"""From a figure on Datasette's own pages to the archived page with its cell marked, wherever the row alone says which cell it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from markupsafe import Markup

from nianbao.cellkeys import all_cell_keys
from nianbao.cells import column_of
from nianbao.measures import measures
from nianbao.site.figures import cell_href, measure_href

_REPORT_ID = re.compile(r"[0-9a-f]{16}")
_BY_ROW: Mapping[str | None, str] = {"requests": "applicant", "reviews": "channel"}
"""Tables of several rows a report, and the column that says which of them a row is."""
_BY_KEY: Mapping[str, tuple[str, ...]] = {
    "indicators": ("value",),
    "amounts": ("wanyuan", "fen"),
    "revisions": ("value_after", "state_after"),
}
"""Tables of a row a cell, and the columns that hold the cell's figure beside its key."""
_BY_MEASURE = (None, "measures", "comparison")
_REPORTS = ("report_id", "other_report_id", "previous_report_id")


def link(table: str | None, row: Mapping[str, object], column: str, shown: Markup | None) -> Markup | None:
    """What a cell of a table shows, linked to its evidence; None where it is no figure or does not say whose.

    `table` is None for a query. `shown` is what stands there in place of the value as it is stored.
    """
    value, report = row[column], _held(row, column if column in _REPORTS else "report_id")
    if value in (None, "") or report is None or not _REPORT_ID.fullmatch(report):
        return None
    if column in _REPORTS:
        return _to_report(report, value)
    if column == "cells":
        # Those of two reports do not say which of them is whose.
        return None if "other_report_id" in row.keys() else _listed(report, str(value))  # noqa: SIM118 (rows of SQLite)
    href = _href(table, row, column, report)
    return _anchor(href, shown or str(value)) if href else None


def _href(table: str | None, row: Mapping[str, object], column: str, report: str) -> str | None:
    if column == "key" or column in _BY_KEY.get(table or "", ()):
        return _to_cell(report, _held(row, "key"))
    if column == "value" and table in _BY_MEASURE:
        return _to_measure(report, _held(row, "measure"))
    if column == "rule" and table == "findings":
        return f"/report/{report}#rule-{quote(str(row[column]))}"
    return _to_cell(report, _columns().get((table, _held(row, _BY_ROW.get(table)), column)))


def _held(row: Mapping[str, object], column: str | None) -> str | None:
    """What a column holds: a word, or the id of a reference that is shown by its label; None where the row has no such column."""
    found = row[column] if column in row.keys() else None  # noqa: SIM118 (rows of SQLite)
    found = found["value"] if isinstance(found, Mapping) else found
    return found if isinstance(found, str) else None


def _to_report(report: str, value: object) -> Markup:
    if isinstance(value, Mapping) and value["label"] != report:
        return Markup("{} <em>{}</em>").format(_anchor(f"/report/{report}", value["label"]), report)
    return _anchor(f"/report/{report}", report)


def _to_cell(report: str, key: str | None) -> str | None:
    return cell_href(report, key) if key in all_cell_keys() else None


def _to_measure(report: str, name: str | None) -> str | None:
    return measure_href(report, measures()[name]) if name and name in measures() else None


def _anchor(href: str, shown: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, shown)


def _listed(report: str, cells: str) -> Markup | None:
    """A list of keys, each linked; None where it is empty or holds what is no cell."""
    keys = json.loads(cells)
    return (
        Markup(", ").join(_anchor(cell_href(report, key), key) for key in keys)
        if keys and all_cell_keys().issuperset(keys)
        else None
    )


@cache
def _columns() -> Mapping[tuple[str | None, str | None, str], str]:
    """Table, what says which row (None where a report has one) and column -> key."""
    return {_column(key): key for key in all_cell_keys() if key.startswith(("t2_", "t3.", "t4."))}


def _column(key: str) -> tuple[str, str | None, str]:
    part, _, rest = key.partition(".")
    if part == "t3":
        row, _, applicant = rest.partition(".")
        return "requests", applicant, row
    if part == "t4":
        channel, _, result = rest.rpartition("_")
        return "reviews", channel, result
    return "proactive", None, column_of(key)
