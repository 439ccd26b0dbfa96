"""The printed header of a table: which columns it names, in which order, and where in the grid they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from parsers.forms import Table
from parsers.labels import Lexicon, fold
from parsers.numerals import read_figure
from parsers.pieces import Piece, Spot

CUT_LABEL_LENGTH = 3
"""A header cell cut at its line break keeps at least so many characters: `本年新`, `本年增/` (layouts.md A1)."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is printed above a table's rows.

    `order` gives, for each printed position, the index of the form's column; it is empty where no column was recognised.
    `spots` holds the grid place of each recognised column; `units` the unit of money that a column's header prints.
    """

    order: tuple[int, ...] = ()
    spots: Mapping[int, Spot] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    over: Mapping[str, Spot] = field(default_factory=dict)
    """The grid place of the labels that stand over several columns (法人或其他组织)."""
    end: int = 0
    """The index after the last piece of the header."""
    is_scattered: bool = False
    """Whether nothing but the header's own characters stand there, out of order: upright text taken from a PDF (layouts.md A15)."""

    def keeps_statutory_order(self, table: Table) -> bool:
        """Whether the columns printed stand in the form's own order; labels lost from the header leave the order of the others."""
        if self.is_scattered:
            return True
        printed = iter(statutory_order(table))
        return bool(self.order) and all(column in printed for column in self.order)


def statutory_order(table: Table) -> tuple[int, ...]:
    """The order in which the form prints the column labels; table 三 prints 总计 (first header row) before the five organisations (second)."""
    count = len(table.columns)
    return (0, count - 1, *range(1, count - 1)) if table.id == "t3" else tuple(range(count))


def read_header(pieces: Sequence[Piece], texts: Sequence[str], *, start: int, stop: int, table: Table) -> Header:
    """The header printed in pieces `start` to `stop`, up to the first figure: labels matched whole, else by their beginning where one free column fits."""
    order: list[int] = []
    spots: dict[int, Spot] = {}
    printed: dict[int, str] = {}
    over: dict[str, Spot] = {}
    at = end = start
    while at < stop and not ((order or table.id == "t4") and read_figure(pieces[at].text)):
        match = _lexicon(table).longest_at(texts, at)
        column, after = (
            (_free_column(table, match[0], order), match[1]) if match else (_damaged_column(table, texts[at], order), at + 1)
        )
        if column is not None:
            order.append(column)
            printed[column] = "".join(texts[at:after])
            spot = pieces[at].spot
            if spot is not None:
                spots[column] = spot
        elif match and (above := pieces[at].spot):
            over[match[0]] = above
        if column is not None or match:
            end = after
        at = after
    if not order and _is_scattered(table, texts[start:at]):
        return Header(end=at, is_scattered=True)
    return Header(tuple(order), spots, printed, over, end)


def _is_scattered(table: Table, texts: Sequence[str]) -> bool:
    """Whether the texts hold the characters of the table's labels, at least one label's worth of each column, and no others."""
    labels = [fold(label) for column in table.columns for label in column.labels[:1]] + [fold(g) for g in table.group_labels]
    printed = Counter("".join(texts))
    return table.id == "t4" and set(printed) == set("".join(labels)) and printed["计"] >= len(table.columns) // 5


@cache
def _lexicon(table: Table) -> Lexicon:
    return Lexicon([label for column in table.columns for label in column.labels] + list(table.group_labels))


def _free_column(table: Table, label: str, taken: Sequence[int]) -> int | None:
    """The first column not yet printed that bears this label (总计 stands three times in table 四)."""
    for index, column in enumerate(table.columns):
        if index not in taken and label in map(fold, column.labels):
            return index
    return None


def _damaged_column(table: Table, text: str, taken: Sequence[int]) -> int | None:
    """The column of a label that was cut or misprinted."""
    cut = _cut_column(table, text, taken)
    if cut is not None or read_figure(text):
        return cut
    meant = {_free_column(table, label, taken) for label in _lexicon(table).nearest(text)}
    return meant.pop() if len(meant) == 1 else None


def _cut_column(table: Table, text: str, taken: Sequence[int]) -> int | None:
    """The next free column in order whose label begins with the text."""
    if len(text) < CUT_LABEL_LENGTH:
        return None
    for index, column in enumerate(table.columns):
        if index not in taken and fold(column.labels[0]).startswith(text):
            return index
    return None
