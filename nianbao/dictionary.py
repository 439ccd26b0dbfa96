"""The data dictionary: one row for every table, view and column, from the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import sqlite_utils

from nianbao.schema import Column, Table, create_tables
from nianbao.tables import TABLES
from nianbao.views import VIEWS, create_views


def rows() -> Iterator[dict[str, str]]:
    """Rows of the `dictionary` table; the row of a table or view itself has an empty `name`."""
    for table in TABLES:
        yield _row(table.name, Column("", "", table.meaning))
        for column in table.columns:
            yield _row(table.name, column)
    for name, view in VIEWS.items():
        yield _row(name, Column("", "", view.meaning))
        yield from (_row(name, column) for column in view_columns(name))


def view_columns(view_name: str) -> Iterator[Column]:
    """The columns of a view, with the meaning that the view gives them, or else the table they come from."""
    view = VIEWS[view_name]
    for name in _view_names()[view_name]:
        told = view.columns.get(name)
        column = _known(name)
        if told is not None:
            yield Column(name, column.type if column else "", told)
        elif column is not None:
            yield column
        else:
            raise ValueError(f"views: {name}: no meaning is told for this column")


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
        "chinese": column.chinese,
        "type": column.type,
        "unit": column.unit,
        "editions": column.editions,
        "source": column.source,
        "notes": column.notes,
    }
