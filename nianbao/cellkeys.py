"""The cells of all editions of the form, those of the older statistics tables included: their keys, and the lines they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from parsers.forms import Column, Form, Row, Table, forms, statistics_forms
from parsers.labels import fold


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell of the form: `line` numbers what is printed side by side, `position` counts from 0 within it."""

    key: str
    line: int
    position: int
    label: str
    """Caption, row and column as the newest form that has the cell prints them."""
    editions: tuple[str, ...]


@cache
def all_cell_keys() -> frozenset[str]:
    """Every cell key, such as `t3.granted.total`, `s14.requests_received` or `sh.replies`."""
    return frozenset(key for line in lines() for key in line)


@cache
def lines() -> Sequence[tuple[str, ...]]:
    """The cells that stand side by side on the form. A cell that an older edition has too stands with its line there: each key is in one line."""
    known: dict[str, None] = {}
    found = []
    rows = (table.keys_of(row) for form in _editions() for table in form.tables for row in table.rows)
    for keys in rows:
        new = tuple(key for key in keys if key not in known)
        known |= dict.fromkeys(new)
        found += [new] if new else []
    return tuple(found)


def form_cells() -> Iterator[FormCell]:
    """All cells, line by line."""
    labels, editions = _labels(), _editions_of()
    for number, line in enumerate(lines(), 1):
        for position, key in enumerate(line):
            yield FormCell(key, number, position, labels[key], editions[key])


def _editions() -> Sequence[Form]:
    return (*forms().values(), *statistics_forms().values())


def labels_of(form: Form, key: str) -> tuple[str, ...]:
    """Caption, row and column of a cell as the form prints them, or another edition, of which pages may hold a block; empty where none has such a cell."""
    at = _place_of(form, key)
    return _parts(*at) if at else ()


def _place_of(form: Form, key: str) -> tuple[Table, Row, Column] | None:
    return next((_printed(edition)[key] for edition in (form, *_editions()) if key in _printed(edition)), None)


def names_column(form: Form, key: str, label: str) -> bool:
    """Whether a printed label is that of the cell's column, or a part of it, or holds it beside a note."""
    at, printed = _place_of(form, key), fold(label)
    return at is None or any(printed and (printed in name or name in printed) for name in map(fold, at[-1].labels))


@cache
def _printed(form: Form) -> Mapping[str, tuple[Table, Row, Column]]:
    """Table, row and column of each cell."""
    return {
        key: (table, row, column)
        for table in form.tables
        for row in table.rows
        for key, column in zip(table.keys_of(row), table.columns, strict=True)
    }


def _parts(table: Table, row: Row, column: Column, *, over: bool = False) -> tuple[str, ...]:
    return (*table.captions[:1], *row.labels[:1], *(column.over[:1] if over else ()), *column.labels[:1])


@cache
def _labels() -> Mapping[str, str]:
    """The label of each cell, with what the form prints over its column."""
    return {key: " › ".join(_parts(*at, over=True)) for form in _editions() for key, at in _printed(form).items()}


@cache
def _editions_of() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for form in _editions():
        for key in form.cell_keys:
            found[key] = (*found.get(key, ()), form.id)
    return found
