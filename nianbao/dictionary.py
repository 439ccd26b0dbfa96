"""The data dictionary: one row for every table, view and column, and for every line of the older forms, from the schema and the words beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlite_utils

from nianbao import wording
from nianbao.measures import Measure
from nianbao.schema import CHANNELS, Column, Table, create_tables
from nianbao.tables import TABLES
from nianbao.views import VIEWS, create_views
from parsers.forms import reference_file

Entry = dict[str, str]
"""A row of the table `dictionary`, by column."""


def rows() -> Iterator[Entry]:
    """Rows of the `dictionary` table; the row of a table or view itself has an empty `name`. Raises MissingWords for the first that lacks a word."""
    for table, column in described():
        yield entry(table, column)
    yield from older_cells()


def described() -> Iterator[tuple[str, Column]]:
    """Every table and view (a column without name) with its columns after it."""
    for table in TABLES:
        yield table.name, Column("", "", table.meaning)
        yield from ((table.name, column) for column in table.columns)
    for name, view in VIEWS.items():
        yield name, Column("", "", view.meaning)
        yield from ((name, column) for column in view_columns(name))


def entry(table: str, column: Column) -> Entry:
    """What the dictionary says of a column, or of a table. Raises MissingWords where a name or a sentence is missing."""
    english, chinese = _notes(f"{table}.{column.name}" if column.name else table, column.notes)
    return {
        "table": table,
        "name": column.name,
        "english": wording.english_name(table, column.name),
        "chinese": column.chinese or wording.chinese_name(table, column.name),
        "meaning": column.meaning,
        "chinese_meaning": wording.chinese_of(column.meaning),
        "type": column.type,
        "unit": column.unit,
        "editions": column.editions,
        "source": column.source,
        "notes": english,
        "chinese_notes": chinese,
    }


def about(table: str, meaning: str) -> Entry:
    """What the dictionary says of a table or view itself."""
    return entry(table, Column("", "", meaning))


def told(row: Mapping[str, str]) -> tuple[str, str]:
    """What a row means and what it may be compared with, as sentences in English and in Chinese."""
    english, chinese = (filter(None, (row[f"{of}meaning"], row[f"{of}notes"])) for of in ("", "chinese_"))
    return "".join(f"{part[0].upper()}{part[1:]}. " for part in english).strip(), "".join(f"{part}。" for part in chinese)


def _notes(name: str, own: str) -> tuple[str, str]:
    """All notes on it in English and in Chinese, its own first."""
    found = list(wording.notes_on(name))
    english = [own, *(note.english for note in found)]
    chinese = [wording.chinese_of(own), *(note.chinese for note in found)]
    return "; ".join(filter(None, english)), "；".join(filter(None, chinese))


def older_cells() -> Iterator[Entry]:
    """What the keys of `indicators` mean: rows under the name of the key, which is no column."""
    for edition in json.loads(reference_file("forms.json").read_text("utf-8"))["editions"]:
        lines = {line["key"]: line for line in edition.get("indicators", ())}
        yield from (_older_cell(edition, line, lines) for line in lines.values() if not line.get("is_group"))


def _older_cell(edition: Mapping[str, Any], line: Mapping[str, Any], lines: Mapping[str, Mapping[str, Any]]) -> Entry:
    key = f"{edition['prefix']}.{line['key']}"
    name = wording.english_name(wording.CELLS, key)
    above = lines.get(line.get("parent") or "")
    english, chinese = _notes(key, _RECALLED if "recalled" in line["evidence"] else "")
    return {
        "table": "indicators",
        "name": key,
        "english": name,
        "chinese": line["label"],
        "meaning": f"{name}: line {line['code']} of the form" + (f", under {above['label']}" if above else ""),
        "chinese_meaning": f"统计表第 {line['code']} 项" + (f"，列于“{above['label']}”之下" if above else ""),
        "type": "",
        "unit": line["unit"] or "",
        "editions": edition["id"],
        "source": f"{edition['notice']} · {line['code']}",
        "notes": english,
        "chinese_notes": chinese,
    }


_RECALLED = "the wording of the label is not verified"


def sources_of(keys: Sequence[str]) -> str:
    """Where the form, the notices and the regulation speak of these cells, each place once; empty for what is no cell."""
    places = (part for key in keys for part in _sources().get(column_of_cell(key.lstrip("-")), "").split("；") if part)
    return "；".join(dict.fromkeys(places))


def sources_of_measure(measure: Measure) -> str:
    """The same for all terms of a measure on all its editions, or where a fact about the report goes back to."""
    terms = [key for form in measure.editions for side in measure.terms(form) for key in side]
    return measure.source or sources_of(terms)


@cache
def _sources() -> Mapping[tuple[str, str], str]:
    columns = {(table, column.name): column.source for table, column in described()}
    return columns | {(wording.CELLS, cell["name"]): cell["source"] for cell in older_cells()}


def column_of_cell(key: str) -> tuple[str, str]:
    """Table and column that hold a cell; of older forms, which have no column each, `wording.CELLS` and the key."""
    table, _, rest = key.partition(".")
    if table == "t3":
        return "requests", rest.partition(".")[0]
    if table == "t4":
        channel = next(channel for channel in sorted(CHANNELS, key=len, reverse=True) if rest.startswith(f"{channel}_"))
        return "reviews", rest.removeprefix(f"{channel}_")
    return ("proactive", f"{table}_{rest.replace('.', '_')}") if table.startswith("t2_") else (wording.CELLS, key)


def view_columns(view_name: str) -> Iterator[Column]:
    """The columns of a view, with the meaning that the view gives them, or else the table they come from."""
    told = {column.name: column for column in VIEWS[view_name].columns}
    for name in _view_names()[view_name]:
        column = told.get(name) or _known(name)
        if column is None:
            raise ValueError(f"views: {name}: no meaning is told for this column")
        yield column


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


_LIKELY = ("reports", "units", "documents")
_FIRST: tuple[Table, ...] = tuple(sorted(TABLES, key=lambda table: (*_LIKELY, table.name).index(table.name)))
"""Where a column of a view most likely comes from."""
