"""A report's cells as the database stores them, put together again under their keys."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Any

from parsers.forms import forms


def dicts(db: sqlite3.Connection, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
    """The rows of a query as dicts, whatever rows the connection makes."""
    cursor = db.execute(sql, tuple(parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def cell_values(db: sqlite3.Connection, report_id: str) -> dict[str, float | int | None]:
    """The figures of a report by cell key, from the three tables; amounts in 万元."""
    values: dict[str, float | int | None] = {}
    for row in dicts(db, "select * from proactive where report_id = ?", [report_id]):
        values |= {key: row[column] for key, column in _proactive_columns().items() if column in row}
    for row in dicts(db, "select * from requests where report_id = ?", [report_id]):
        values |= {
            f"t3.{name}.{row['applicant']}": value for name, value in row.items() if name not in ("report_id", "applicant")
        }
    for row in dicts(db, "select * from reviews where report_id = ?", [report_id]):
        values |= {f"t4.{row['channel']}_{name}": value for name, value in row.items() if name not in ("report_id", "channel")}
    return values


@cache
def _proactive_columns() -> dict[str, str]:
    return {key: key.replace(".", "_") for form in forms().values() for key in form.cell_keys if key.startswith("t2_")}


def cell_flags(db: sqlite3.Connection, report_id: str) -> dict[str, dict[str, Any]]:
    """State, print, candidates and place of each cell that is not plainly read, by key."""
    rows = dicts(db, "select key, state, raw, candidates, place from flags where report_id = ?", [report_id])
    return {row["key"]: row | {"candidates": tuple(json.loads(row["candidates"] or "[]"))} for row in rows}
