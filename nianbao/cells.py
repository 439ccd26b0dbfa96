"""The cells of a report as the database holds them, under the keys of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlite_utils

from nianbao.errors import DatabaseError
from parsers.forms import forms


@dataclass(frozen=True, slots=True)
class CellValue:
    """A figure in 件 or 万元, None where there is none, and how it was obtained."""

    value: float | None
    state: str


def cells_of(db: sqlite_utils.Database, report_id: str) -> Mapping[str, CellValue]:
    """Every cell of the report's form. Raises DatabaseError where the database has no such report."""
    found = db.execute("select form from reports where report_id = ?", [report_id]).fetchone()
    if found is None:
        raise DatabaseError(f"{report_id}: no report of this id in the database")
    states = dict(db.execute("select key, state from flags where report_id = ?", [report_id]).fetchall())
    values = _values(db, report_id)
    keys = forms()[found[0]].cell_keys if found[0] in forms() else dict.fromkeys((*values, *states))
    return {key: CellValue(values.get(key), states.get(key, "read")) for key in keys}


def _values(db: sqlite_utils.Database, report_id: str) -> dict[str, float | None]:
    values: dict[str, float | None] = {}
    for row in _rows(db, "proactive", report_id):
        values |= {_proactive_key(name): value for name, value in row.items()}
    for row in _rows(db, "requests", report_id):
        applicant = row.pop("applicant")
        values |= {f"t3.{name}.{applicant}": value for name, value in row.items()}
    for row in _rows(db, "reviews", report_id):
        channel = row.pop("channel")
        values |= {f"t4.{channel}_{name}": value for name, value in row.items()}
    values |= {row["key"]: row["value"] for row in _rows(db, "indicators", report_id)}
    return values


def _rows(db: sqlite_utils.Database, table: str, report_id: str) -> list[dict[str, Any]]:
    found = db.table(table).rows_where("report_id = ?", [report_id])
    return [{name: value for name, value in row.items() if name != "report_id"} for row in found]


def column_of(key: str) -> str:
    """The column of `proactive` that holds a cell of table 二."""
    return key.replace(".", "_")


def _proactive_key(column: str) -> str:
    return _KEYS.get(column, column)


_KEYS = {column_of(key): key for form in forms().values() for key in form.cell_keys if key.startswith("t2_")}
