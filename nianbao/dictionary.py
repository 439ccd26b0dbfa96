"""The data dictionary: one row for every table, view and column, from the schema."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import sqlite_utils

from nianbao.schema import Column, Table, create_tables
from nianbao.tables import TABLES
from nianbao.views import VIEWS, create_views
from parsers.forms import reference_file


def rows() -> Iterator[dict[str, str]]:
    """Rows of the `dictionary` table; the row of a table or view itself has an empty `name`."""
    for table in TABLES:
        yield _row(table.name, Column("", "", table.meaning))
        for column in table.columns:
            yield _row(table.name, column)
    for name, view in VIEWS.items():
        yield _row(name, Column("", "", view.meaning))
        yield from (_row(name, column) for column in view_columns(name))
    yield from older_cells()


def older_cells() -> Iterator[dict[str, str]]:
    """What the keys of `indicators` mean: rows under the name of the key, which is no column. `english` is read off the key."""
    for entry in json.loads(reference_file("forms.json").read_text("utf-8"))["editions"]:
        for line in entry.get("indicators", ()):
            if not line.get("is_group"):
                recalled = "recalled" in line["evidence"]
                yield {
                    "table": "indicators",
                    "name": f"{entry['prefix']}.{line['key']}",
                    "english": line["key"].replace("_", " "),
                    "chinese": line["label"],
                    "type": "",
                    "unit": line["unit"] or "",
                    "editions": entry["id"],
                    "source": f"{entry['notice']} · {line['code']}",
                    "notes": "the wording of the label is not verified" if recalled else "",
                }


def view_columns(view_name: str) -> Iterator[Column]:
    """The columns of a view, with the meaning that the view gives them, or else the table they come from."""
    told = {column.name: column for column in VIEWS[view_name].columns}
    for name in _view_names()[view_name]:
        column = told.get(name) or _known(name)
        if column is None:
            raise ValueError(f"views: {name}: no meaning is told for this column")
        yield column


def chinese_name(table: str, column: Column) -> str:
    """The label as the form prints it, or else the name in `chinese.toml`. Raises ValueError where there is none."""
    names = _chinese()
    found = column.chinese or names.get(table, {}).get(column.name) or names["columns"].get(column.name)
    found = names["tables"].get(table) if column.name == "" else found
    if not found:
        raise ValueError(f"chinese.toml: {table}.{column.name}: no Chinese name")
    return found


@cache
def _chinese() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((Path(__file__).parent / "chinese.toml").read_text("utf-8"))


@cache
def _view_names() -> Mapping[str, tuple[str, ...]]:
    """The columns of each view, as SQLite names them."""
    db = sqlite_utils.Database(memory=True)
    create_tables(db, TABLES)
    create_views(db)
    names = {name: tuple(row[1] for row in db.execute(f"pragma table_info([{name}])").fetchall()) for name in VIEWS}
    db.close()
    return names


def _known(name: str) -> Column | None:
    return next((column for table in _FIRST for column in table.columns if column.name == name), None)


_FIRST: tuple[Table, ...] = tuple(sorted(TABLES, key=lambda table: table.name not in ("reports", "units", "documents")))
"""Where a column of a view most likely comes from."""


def _row(table: str, column: Column) -> dict[str, str]:
    return {
        "table": table,
        "name": column.name,
        "english": column.meaning,
        "chinese": chinese_name(table, column),
        "type": column.type,
        "unit": column.unit,
        "editions": column.editions,
        "source": column.source,
        "notes": column.notes,
    }
