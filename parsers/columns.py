"""The printed header of a table: which columns it names, in which order, and where in the grid they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from parsers.forms import Table, forms
from parsers.labels import Lexicon, fold
from parsers.numerals import header_unit, read_figure
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
    behind: int | None = None
    """How many cells without text fill its last row up, where pipes or a grid keep them; None where nothing tells."""
    is_spread: bool = False
    """Whether the span of a column was written out as copies, of its label and of the figures under it."""
    is_scattered: bool = False
    """Whether nothing but the header's own characters stand there, out of order: upright text taken from a PDF (layouts.md A15)."""

    def keeps_statutory_order(self, table: Table) -> bool:
        """Whether the columns printed stand in the form's own order; labels lost from the header leave the order of the others."""
        if self.is_scattered:
            return True
        orders = (statutory_order(table), tuple(range(len(table.columns))))
        return bool(self.order) and any(_is_part(self.order, of) for of in orders)

    def columns_named(self, table: Table) -> int:
        """How many columns it names, where a label of them is printed whole, or a part of it with which no other edition's label begins."""
        is_told = any(_is_told(table, number, fold(text)) for number, text in self.texts.items())
        return len(self.order) if is_told else 0


def _is_told(table: Table, column: int, text: str) -> bool:
    own = list(map(fold, table.columns[column].labels))
    is_part = len(text) >= CUT_LABEL_LENGTH and any(label.startswith(text) for label in own)
    return text in own or (is_part and not any(label.startswith(text) for label in _labels_elsewhere(table)))


@cache
def _labels_elsewhere(table: Table) -> tuple[str, ...]:
    """The labels, folded, of the columns that other editions have in this table."""
    others = (other for form in forms().values() for other in form.tables if other.id == table.id and other is not table)
    return tuple(fold(label) for other in others for column in other.columns for label in column.labels)


def _is_part(order: Sequence[int], of: Sequence[int]) -> bool:
    """Whether columns stand in an order, some of them left out."""
    rest = iter(of)
    return all(column in rest for column in order)


def statutory_order(table: Table) -> tuple[int, ...]:
    """The order in which the form prints the column labels; table 三 prints 总计 (first header row) before the five organisations (second).

    A header of one row prints them as its columns stand.
    """
    count = len(table.columns)
    return (0, count - 1, *range(1, count - 1)) if table.id == "t3" else tuple(range(count))


def read_header(pieces: Sequence[Piece], texts: Sequence[str], *, start: int, stop: int, table: Table) -> Header:
    """The header printed in pieces `start` to `stop`, up to the first figure: labels matched whole, else by their beginning where one free column fits."""
    texts = texts[:stop]  # a header's label does not reach into the label of the first row
    order: list[int] = []
    spots: dict[int, Spot] = {}
    printed: dict[int, str] = {}
    over: dict[str, Spot] = {}
    wider: dict[int, Spot] = {}
    copies = 0
    at = end = start
    while at < stop and not ((order or table.id == "t4") and read_figure(pieces[at].text)):
        match = column_lexicon(table).longest_at(texts, at)
        column, after = (
            (_free_column(table, match[0], order), match[1]) if match else (_damaged_column(table, texts[at], order), at + 1)
        )
        words, spot = "".join(texts[at:after]), pieces[at].spot
        if order and words == printed[order[-1]] and (copy := _spread(wider.get(order[-1], spots.get(order[-1])), spot)):
            wider[order[-1]] = copy
            copies += 1
        elif column is not None:
            order.append(column)
            printed[column] = words
            if spot is not None:
                spots[column] = spot
        elif match and spot:
            over[match[0]] = spot
        if column is not None or match:
            end = after
        at = after
    if not order and _is_scattered(table, texts[start:at]):
        return Header(end=at, is_scattered=True)
    # One label twice in a row of as many cells as columns is a slip of the pen, and says nothing of spans.
    is_spread = copies > 0 and (len(order) == 1 or len(order) + copies > len(table.columns))
    units = _with_units(table, printed, texts[start:])
    behind = _behind(pieces[end - 1 : stop]) if order else None
    return Header(tuple(order), spots | (wider if is_spread else {}), units, over, end, behind, is_spread)


def _behind(pieces: Sequence[Piece]) -> int | None:
    """The cells without text between the last label of a header and the first row. In a grid only their absence tells: blanks may be spans."""
    last, *blanks = pieces
    if last.gap or not all(piece.is_blank and not piece.gap for piece in blanks):
        return None
    return sum(piece.fill or 1 for piece in blanks) if last.spot is None or not blanks else None


def _with_units(table: Table, printed: Mapping[int, str], texts: Sequence[str]) -> dict[int, str]:
    """The labels printed; that of an amount with the rest of it, where its unit stands in a cell below (`采购总金` / `额（元）`)."""
    money = [column for column in printed if table.columns[column].is_decimal and header_unit(printed[column]) is None]
    below = next((text for text in texts if text.endswith(")") and header_unit(text)), "")
    return dict(printed) | {column: printed[column] + below for column in money}


def _spread(first: Spot | None, copy: Spot | None) -> Spot | None:
    """The place of a column together with the next cell, where its label is printed again."""
    if (
        first is None
        or copy is None
        or (copy.table, copy.row) != (first.table, first.row)
        or copy.column != first.columns[-1] + 1
    ):
        return None
    return first._replace(colspan=copy.columns[-1] - first.column + 1)


def _is_scattered(table: Table, texts: Sequence[str]) -> bool:
    """Whether the texts hold the characters of the table's labels, at least one label's worth of each column, and no others."""
    labels = [fold(label) for column in table.columns for label in column.labels[:1]] + [fold(g) for g in table.group_labels]
    printed = Counter("".join(texts))
    return table.id == "t4" and set(printed) == set("".join(labels)) and printed["计"] >= len(table.columns) // 5


@cache
def column_lexicon(table: Table) -> Lexicon:
    """What finds the labels of a table's header: of its columns, and of the groups over them."""
    return Lexicon([label for column in table.columns for label in column.labels] + list(table.group_labels))


def _free_column(table: Table, label: str, taken: Sequence[int]) -> int | None:
    """The first column not yet printed that bears this label (总计 stands three times in table 四)."""
    return next((index for index in _bearing(table).get(label, ()) if index not in taken), None)


@cache
def _bearing(table: Table) -> Mapping[str, list[int]]:
    """The columns that bear each label, from left to right."""
    bearing: dict[str, list[int]] = {}
    for index, column in enumerate(table.columns):
        for label in dict.fromkeys(map(fold, column.labels)):
            bearing.setdefault(label, []).append(index)
    return bearing


def _damaged_column(table: Table, text: str, taken: Sequence[int]) -> int | None:
    """The column of a label that was cut or misprinted."""
    cut = _cut_column(table, text, taken)
    if cut is not None or read_figure(text):
        return cut
    meant = {_free_column(table, label, taken) for label in column_lexicon(table).nearest(text)}
    return meant.pop() if len(meant) == 1 else None


def _cut_column(table: Table, text: str, taken: Sequence[int]) -> int | None:
    """The next free column in order whose label begins with the text."""
    begun = [index for index, column in enumerate(table.columns) if len(text) > 1 and fold(column.labels[0]).startswith(text)]
    if len(text) < CUT_LABEL_LENGTH:
        return begun[0] if len(begun) == 1 and begun[0] not in taken else None
    for index, column in enumerate(table.columns):
        if index not in taken and fold(column.labels[0]).startswith(text):
            return index
    return None
