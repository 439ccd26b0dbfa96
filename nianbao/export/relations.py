"""What can be exported: the tables and views of the database with their columns, and their rows in a lasting order."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.dictionary import view_columns
from nianbao.errors import ExportError
from nianbao.schema import Column
from nianbao.tables import TABLES
from nianbao.views import VIEWS

BATCH = 10_000
Row = tuple[str | int | float | None, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view: `key` and `references` are empty for views."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]

    def batches(self, db: sqlite3.Connection) -> Iterator[list[Row]]:
        """All rows, in the order of the key where there is one, some thousand at a time."""
        names = ", ".join(f"[{column.name}]" for column in self.columns)
        order = f" order by {', '.join(f'[{name}]' for name in self.key)}" if self.key else ""
        cursor = db.execute(f"select {names} from [{self.name}]{order}")
        while batch := cursor.fetchmany(BATCH):
            yield batch


def relations(wanted: Sequence[str] = ()) -> list[Relation]:
    """All tables and views, or those named. Raises ExportError for a name that is none of them."""
    known = {relation.name: relation for relation in (*_tables(), *_views())}
    for name in wanted:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known) or known)
            raise ExportError(f"{name}: no table or view of the database; there is {near}")
    return [known[name] for name in dict.fromkeys(wanted or known)]


def _tables() -> Iterator[Relation]:
    return (Relation(table.name, table.meaning, table.columns, table.key, table.references) for table in TABLES)


def _views() -> Iterator[Relation]:
    return (Relation(name, view.meaning, tuple(view_columns(name)), (), {}) for name, view in VIEWS.items())
