"""The printed header of a table: which columns it names, in which order, and where in the grid they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from parsers.forms import Column, Table, forms
from parsers.labels import Lexicon, fold, folded
from parsers.numerals import header_unit, is_printed, read_figure
from parsers.pieces import Piece, Spot

ORGANISATIONS = "法人或其他组织"
"""The label of table 三 that stands over five columns."""
LINES_OF_LABEL = 4
"""A label in a cell of its own is cut into so many lines at most (结 / 果 / 维 / 持)."""
CUT_LABEL_LENGTH = 3
"""A header cell cut at its line break keeps at least so many characters: `本年新`, `本年增/` (layouts.md A1)."""
LONGEST_NAME = 12
"""Characters of a column's name; longer texts within a header are sentences."""


@dataclass(frozen=True, slots=True, eq=False)
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
    before_group: int | None = None
    """How many columns it names before 法人或其他组织, the label over the five organisations; None where it does not print it."""
    length: int = 0
    """How many pieces it takes, counted from where it was looked for."""
    behind: int | None = None
    """How many cells without text fill its last row up, where pipes or a grid keep them; None where nothing tells."""
    is_opened: bool = False
    """Whether a pipe on a line of its own stands in front of it."""
    is_wider: bool = False
    """Whether words that no form knows stand among its labels: a column more (占比, 备注, 上年总计)."""
    is_spread: bool = False
    """Whether the span of a column was written out as copies, of its label and of the figures under it."""
    is_repeated: bool = False
    """Whether a label of its columns stands again where none is left to bear it: over a sum of all (合计), or as the copy of a span."""
    places: tuple[int, ...] = ()
    """How many labels of columns are printed before each of `order`, those printed twice counted twice."""
    is_misprinted: bool = False
    """Whether it prints the label of a column twice and that of another not at all: either of the two may stand in the other's place."""
    caption_fill: int = 0
    """How many pipes fill up the caption above it."""
    is_scattered: bool = False
    """Whether nothing but the header's own characters stand there, out of order: upright text taken from a PDF (layouts.md A15)."""

    def keeps_statutory_order(self, table: Table) -> bool:
        """Whether the columns printed stand in the form's own order; labels lost from the header leave the order of the others."""
        if self.is_scattered:
            return True
        return (self._is_group_in_place or self._is_of_one_row(table)) and self._names_in_order(table)

    def _is_of_one_row(self, table: Table) -> bool:
        """Whether some of the organisations stand between 自然人 and 总计: a row above prints no such order, and its label stands anywhere in the text of a PDF."""
        last = len(table.columns) - 1
        return self.order[:1] == (0,) and self.order[-1:] == (last,) and 2 < len(self.order) <= last

    def _names_in_order(self, table: Table) -> bool:
        if self.is_misprinted:
            return self.order == self.places
        orders = (statutory_order(table), tuple(range(len(table.columns))))
        return bool(self.order) and any(_is_part(self.order, of) for of in orders)

    @property
    def _is_group_in_place(self) -> bool:
        """Whether 法人或其他组织 stands behind 自然人, and 总计 behind it, as far as they are printed."""
        return self.before_group is None or self.before_group == (0 in self.order)

    def is_open(self, table: Table) -> bool:
        """Whether the labels of the columns stand as the form prints them, and the one over the organisations does not: it may have moved alone."""
        return not self._is_group_in_place and self._names_in_order(table)

    def columns_named(self, table: Table) -> int:
        """How many columns it names, where a label of them is printed whole, or a part of it with which no other edition's label begins."""
        is_told = any(_is_told(table, number, fold(text)) for number, text in self.texts.items())
        return len(self.order) if is_told else 0

    def in_order_of_columns(self, table: Table) -> tuple[int, ...]:
        """The columns from left to right, as their cells stand: the five organisations where the label over them does, which an upper row prints.

        Empty where the header names a column twice or not at all.
        """
        if self.is_repeated or sorted(self.order) != list(range(len(table.columns))):
            return ()
        at = self.before_group
        if table.id != "t3" or at is None:
            return self.order
        sides = {0, len(table.columns) - 1}
        outer, inner = [c for c in self.order if c in sides], [c for c in self.order if c not in sides]
        return (*outer[:at], *inner, *outer[at:]) if sides.issuperset(self.order[:at]) else ()


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


@dataclass(slots=True)
class _Columns:
    """The columns of a header, as they are met from left to right."""

    table: Table
    order: list[int] = field(default_factory=list)
    spots: dict[int, Spot] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    over: dict[str, Spot] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    """How many columns were named before each label that stands over several was met first."""
    wider: dict[int, Spot] = field(default_factory=dict)
    """The places of columns whose label was printed again beside it, all copies included."""
    copies: int = 0
    repeats: int = 0
    """Labels printed again elsewhere where no column is left to bear them."""
    places: list[int] = field(default_factory=list)
    """By column of `order` how many labels were met before it."""

    def take(self, label: str | None, words: str, spot: Spot | None) -> bool:
        """Take the next label, or words that are none as they stand; whether they belong to the header."""
        column = _free_column(self.table, label, self.order) if label else _damaged_column(self.table, words, self.order)
        if not self._is_copy(words, spot):
            self._add(column, label, words, spot)
        return column is not None or label is not None

    def _is_copy(self, words: str, spot: Spot | None) -> bool:
        last = self.order[-1] if self.order else None
        if last is None or words != self.texts[last]:
            return False
        copy = _spread(self.wider.get(last, self.spots.get(last)), spot)
        if copy is not None:
            self.wider[last] = copy
            self.copies += 1
        return copy is not None

    def _add(self, column: int | None, label: str | None, words: str, spot: Spot | None) -> None:
        if column is not None:
            self.places.append(len(self.order) + self.copies + self.repeats)
            self.order.append(column)
            self.texts[column] = words
            if spot is not None:
                self.spots[column] = spot
            return
        if label and label in _bearing(self.table):
            self.repeats += not self._is_below(label, spot)
        elif label:
            self.groups.setdefault(label, len(self.order))
        if label and spot:
            self.over[label] = _spread(self.over.get(label), spot) or spot

    def _is_below(self, label: str, spot: Spot | None) -> bool:
        """Whether a label stands below itself, as the copy of a span over several rows of the header."""
        own = (self.spots[column] for column in _bearing(self.table)[label] if column in self.spots)
        return spot is not None and any((place.table, place.column) == (spot.table, spot.column) for place in own)

    @property
    def is_spread(self) -> bool:
        """Whether copies show that spans were written out; one in a row of as many cells as columns is a slip of the pen."""
        return self.copies > 0 and (len(self.order) == 1 or len(self.order) + self.copies > len(self.table.columns))

    @property
    def is_misprinted(self) -> bool:
        """Whether a label stands twice, and no span was written out, where that of another column is missing."""
        return self.copies + self.repeats > 0 and len(self.order) < len(self.table.columns) and not self.is_spread


def read_header(pieces: Sequence[Piece], *, start: int, stop: int, table: Table) -> Header:
    """The header printed in pieces `start` to `stop`, up to the first figure: labels matched whole, else by their beginning where one free column fits."""
    before = min(start, 1)
    reach = stop + LINES_OF_LABEL if pieces[stop - 1].spot is not None else stop
    while reach > stop and (reach > len(pieces) or pieces[reach - 1].spot != pieces[stop - 1].spot):
        reach -= 1
    return _read_header(tuple(pieces[start - before : reach]), before, stop - start + before, table)


@lru_cache(maxsize=256)
def _read_header(pieces: tuple[Piece, ...], start: int, stop: int, table: Table) -> Header:
    """The same of a header's own pieces, remembered: tables of the same portal stand alike. What is before `start` and behind `stop` stands beside it."""
    texts = folded(pieces[:stop])  # a header's label does not reach into the label of the first row
    found, lexicon = _Columns(table), column_lexicon(table)
    at = end = start
    first, is_wider = None, False
    while at < stop and not ((found.order or table.id == "t4") and read_figure(pieces[at].text)):
        label, after = lexicon.longest_at(texts, at) or (None, at + 1)
        if end != at and _is_end_of_cell(pieces, at, start):
            at += 1
            continue
        if found.take(label, "".join(texts[at:after]), pieces[at].spot):
            first, end = at if first is None else first, after
        else:
            is_wider = is_wider or _names_another(pieces, texts, at, is_within=first is not None)
        at = after
    if at < stop and table.id != "t4" and len(found.order) < len(table.columns):
        # A row between the captions (合计 5545) may print a column's label as well.
        behind_figure = read_header(pieces, start=at + 1, stop=stop, table=table)
        if len(behind_figure.order) > len(found.order):
            return replace(behind_figure, length=behind_figure.length + at + 1 - start)
    if _is_scattered(table, found.order, texts[start:at]):
        return Header(length=at - start, is_scattered=True)
    spots = found.spots | found.wider if found.is_spread else found.spots
    units = _with_units(table, found.texts, texts[start:])
    behind = _behind(pieces[end - 1 : stop]) if found.order else None
    return Header(
        tuple(found.order),
        spots,
        units,
        found.over,
        found.groups.get(fold(ORGANISATIONS)),
        end - start,
        behind,
        _is_opened(pieces, first),
        is_wider,
        found.is_spread,
        found.repeats > 0,
        tuple(found.places),
        found.is_misprinted,
    )


def _names_another(pieces: Sequence[Piece], texts: Sequence[str], at: int, *, is_within: bool) -> bool:
    """Whether a piece within a header, or behind it, names a column that no form has; or a line that holds labels holds such a name."""
    words = [fold(word) for word in pieces[at].text.split()]
    if len(words) > 1 and any(word in _words_of_headers() for word in words):
        return any(map(_is_unknown, words))
    if any(label in texts[at] for label in ("信息内容", "申请人情况")):
        return _is_unknown(_in_headers().sub("", texts[at]), _words_of_headers())
    is_of_row = at + 1 < len(texts) and read_figure(pieces[at + 1].text) is not None
    return is_within and not is_of_row and _is_unknown(texts[at])


def _is_unknown(text: str, known: Set[str] | None = None) -> bool:
    """Whether a text is short enough to name a column, and no label of a form, a part of one, a misprint of one, a note or a unit."""
    if not 1 < len(text) <= LONGEST_NAME or text.startswith(("(", "单位")) or is_printed(text):
        return False
    labels = known or _words_of_forms()
    return (
        text not in labels
        and not any(label.startswith(text) or label.endswith(text) for label in labels)
        and not _all_labels().nearest(text)
    )


@cache
def _words_of_headers() -> frozenset[str]:
    """The labels of columns and of what stands over them, in all editions, folded."""
    return frozenset(fold(label) for form in forms().values() for table in form.tables for label in table.head_labels)


@cache
def _in_headers() -> re.Pattern[str]:
    """What finds those labels in a line that has nothing between them (layouts.md A12)."""
    return re.compile("|".join(map(re.escape, sorted(_words_of_headers(), key=len, reverse=True))))


@cache
def _words_of_forms() -> frozenset[str]:
    """All labels of all editions, folded."""
    return frozenset(fold(label) for form in forms().values() for table in form.tables for label in table.labels)


@cache
def _all_labels() -> Lexicon:
    return Lexicon(_words_of_forms())


def _is_opened(pieces: Sequence[Piece], first: int | None) -> bool:
    """Whether a lone pipe stands before a header that begins at piece `first`; several fill up the row before."""
    before = pieces[first - 1] if first else None
    return before is not None and before.is_blank and not (before.fill or before.gap or before.line or before.spot)


def _is_end_of_cell(pieces: Sequence[Piece], at: int, start: int) -> bool:
    """Whether words of another meaning open the cell of a grid in whose last line the piece stands (上年 / 总计).

    A cell of more lines than a label has holds the table itself.
    """
    spot = pieces[at].spot
    near = pieces[max(start, at - LINES_OF_LABEL) : at + LINES_OF_LABEL]
    lines = [piece for piece in near if piece.spot == spot]
    is_label = spot is not None and len(lines) <= LINES_OF_LABEL
    return is_label and lines[0] is not pieces[at] and not lines[0].is_blank


def _behind(pieces: Sequence[Piece]) -> int | None:
    """The cells without text between the last label of a header and the first row. In a grid only their absence tells: blanks may be spans."""
    last, *blanks = pieces
    if last.gap or not all(piece.is_blank and not piece.gap for piece in blanks):
        return None
    return sum(piece.fill or 1 for piece in blanks) if last.spot is None or not blanks else None


def _with_units(table: Table, printed: Mapping[int, str], texts: Sequence[str]) -> dict[int, str]:
    """The labels printed; that of an amount with the rest of it, where its unit stands in a cell below (`采购总金` / `额（元）`)."""
    money = [column for column in printed if table.columns[column].is_decimal and header_unit(printed[column]) is None]
    if not money:
        return dict(printed)
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


def _is_scattered(table: Table, order: Sequence[int], texts: Sequence[str]) -> bool:
    """Whether the texts hold the characters of the table's labels and no others: at least one label's worth of each column, or all of them where some labels are whole.

    `order` are the columns whose labels are whole; those of less than half, and not in the form's order, fell together by chance.
    """
    if table.id != "t4" or (order and (2 * len(order) >= len(table.columns) or _is_part(order, statutory_order(table)))):
        return False
    labels = [fold(column.labels[0]) for column in table.columns]
    printed = Counter("".join(texts))
    is_complete = printed >= Counter("".join(labels)) if order else printed["计"] >= len(table.columns) // 5
    return is_complete and set(printed) == set("".join((*labels, *map(fold, table.group_labels))))


@cache
def column_lexicon(table: Table) -> Lexicon:
    """What finds the labels of a table's header: of its columns, and of the groups over them."""
    return Lexicon(table.head_labels)


def end_of_label(table: Table, column: Column, texts: Sequence[str], at: int) -> int | None:
    """The index behind the label of a column that stands there; None where another does, or none."""
    match = column_lexicon(table).longest_at(texts, at) if at < len(texts) else None
    return match[1] if match and match[0] in map(fold, column.labels) else None


def _free_column(table: Table, label: str, taken: Sequence[int]) -> int | None:
    """The first column not yet printed that bears this label (总计 stands three times in table 四)."""
    for index in _bearing(table).get(label, ()):
        if index not in taken:
            return index
    return None


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
