"""One report, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import sqlite_utils

from nianbao.compare.frames import opened
from nianbao.errors import CompareError
from nianbao.stored import cell_flags, cell_values
from parsers.forms import Form, Table, forms


def figures(db: Path, report: str) -> pd.DataFrame:
    """Every cell of one report's form in the order of print, with how it was obtained.

    `report` is a report_id. One row a cell. Columns: key, table (as captioned), row, column (labels as printed on the form), value (件, or 万元 for
    amounts; missing unless state is read or inferred), measured_in, state, raw (the print, where it is not plainly read), candidates (of a refused
    cell). Source: the tables `proactive`, `requests`, `reviews` and `flags`. Raises CompareError for a report that is not there, DatabaseError.

    >>> found = figures(db, report_id).set_index("key")
    >>> found.loc["t3.new_requests.total", ["row", "column", "value", "state"]].to_dict()
    {'row': '一、本年新收政府信息公开申请数量', 'column': '总计', 'value': 1.0, 'state': 'read'}
    """
    data = opened(db)
    form = _form(data, report, db)
    values, flags = cell_values(data.conn, report), cell_flags(data.conn, report)
    return pd.DataFrame(_rows(form, values, flags)).astype({"value": "Float64"})


def _form(db: sqlite_utils.Database, report: str, path: Path) -> Form:
    row = db.execute("select form from reports where report_id = ?", [report]).fetchone()
    if row is None or row[0] not in forms():
        raise CompareError(f"{report}: no report of this id on a form with tables in {path}")
    return forms()[row[0]]


def _rows(
    form: Form, values: Mapping[str, float | int | None], flags: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    for table in form.tables:
        for row in table.rows:
            for column, key in zip(table.columns, table.keys_of(row), strict=True):
                flag = flags.get(key, {"state": "read", "raw": None, "candidates": ()})
                yield {
                    "key": key,
                    "table": table.captions[0],
                    "row": row.labels[0] if row.labels else "",
                    "column": column.labels[0],
                    "value": values.get(key),
                    "measured_in": _unit(table, column.is_decimal, column.unit),
                    "state": flag["state"],
                    "raw": flag["raw"],
                    "candidates": flag["candidates"],
                }


def _unit(table: Table, is_decimal: bool, unit: str | None) -> str:
    return "万元" if is_decimal else unit or ("件" if table.part != "t2" else "项")
