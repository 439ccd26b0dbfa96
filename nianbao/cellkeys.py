"""The cells of all editions of the form, those of the older statistics tables included: their keys, and the lines they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from parsers.forms import Form, forms, statistics_forms


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
    for keys in (keys for form in _editions() for keys, _ in _printed(form)):
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


def _printed(form: Form) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The keys of each row of the form, and their labels."""
    for table in form.tables:
        for row in table.rows:
            before = [label[0] for label in (table.captions, row.labels) if label]
            yield (
                table.keys_of(row),
                tuple(" › ".join((*before, *column.over[:1], *column.labels[:1])) for column in table.columns),
            )


@cache
def _labels() -> Mapping[str, str]:
    rows = (row for form in _editions() for row in _printed(form))
    return {key: label for keys, labels in rows for key, label in zip(keys, labels, strict=True)}


@cache
def _editions_of() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for form in _editions():
        for key in form.cell_keys:
            found[key] = (*found.get(key, ()), form.id)
    return found
