"""Figures that stand behind the name of their own column: a row's label, then pairs of a column's label and a figure (cards of mobile pages)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.anchors import Anchor, Profile, is_value
from parsers.cells import cell_of
from parsers.columns import column_lexicon, end_of_label
from parsers.forms import Column, Table
from parsers.labels import fold
from parsers.pieces import Piece
from parsers.report import Cell
from parsers.sentences import named_figure

FEWEST_ALIKE = 3
"""So many cards, and most, that name the same columns show that the others are left out, not lost."""


@dataclass(frozen=True, slots=True)
class _Card:
    """What is printed behind the label of a row, or of a part of table 四."""

    row: int
    columns: Sequence[Column]
    """Those that it may name."""
    pairs: Sequence[tuple[Column, int]]
    """Each column named, with the number of the piece behind its name."""
    is_in_one: bool
    """Whether every name stands in one piece with its figure: nothing can be lost between them."""
    is_above: bool = False
    """Whether all names stand in front of all figures, as many as they are."""

    @property
    def named(self) -> tuple[Column, ...]:
        return tuple(column for column, _ in self.pairs)


def named_cells(
    of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str], found: Sequence[Anchor]
) -> dict[str, Cell]:
    """The cells of a form's table that are printed behind the names of row and column, by key; none where a name leads to two figures.

    Nor where the table's caption stands twice: of two forms one may name its columns otherwise, and the figures read would be the other's.
    """
    captions = [anchor for anchor in found if of.slots[anchor.slot].table is table and of.slots[anchor.slot].row is None]
    if len(captions) > 1:
        return {}
    named: dict[str, list[Cell]] = defaultdict(list)
    for card in _sound(table, list(_cards(of, table, pieces, texts, found))):
        keys = table.keys_of(table.rows[card.row])
        for column, number in card.pairs:
            piece = _figure_of(pieces[number], column)
            named[keys[table.columns.index(column)]].append(cell_of(piece, column, fold(column.labels[0])))
    return {key: cells[0] for key, cells in named.items()} if all(len(cells) == 1 for cells in named.values()) else {}


def _sound(table: Table, cards: Sequence[_Card]) -> Iterator[_Card]:
    """The cards of which nothing is lost: all columns are named, or those that other cards name, and the next row has its own card.

    Else a name may have lost its figure, and the figure behind it its name; or two rows have run together. Names above their figures are the
    header of a row, unless every part of it has its own.
    """
    habits = Counter(card.named for card in cards)
    begun = {card.row for card in cards}
    above = sum(len(card.named) for card in cards if card.is_above)
    for card in cards:
        if card.is_above and above != len(table.columns):
            continue
        is_whole = len(card.named) == len(card.columns) or FEWEST_ALIKE <= habits[card.named] > len(cards) / 2
        is_closed = card.row + 1 in begun or card.row + 1 == len(table.rows)
        is_only = len(card.columns) == 1 and len({other.row for other in cards if other.pairs}) == len(table.rows)
        if card.is_in_one or ((len(card.named) > 1 or is_only) and is_whole and is_closed):
            yield card


def _starts(
    of: Profile, table: Table, texts: Sequence[str], found: Sequence[Anchor]
) -> Iterator[tuple[int, int, Sequence[Column]]]:
    """Where the pairs of a row begin, its number, and its columns: those of table 四 are told by the label over them.

    A row's label that is a column's too (总计) may be the name left of a pair.
    """
    if table.rows and not table.rows[0].labels:
        overs = {
            fold(label): [c for c in table.columns if c.over == column.over] for column in table.columns for label in column.over
        }
        over = ((at, text.removeprefix("行政诉讼(").removesuffix(")")) for at, text in enumerate(texts))
        yield from ((at + 1, 0, overs[text]) for at, text in over if text in overs)
        return
    heads = {fold(label) for column in table.columns for label in column.labels}
    for anchor in found:
        slot = of.slots[anchor.slot]
        if slot.table is table and slot.row is not None and "".join(texts[anchor.start : anchor.end]) not in heads:
            yield anchor.end, table.rows.index(slot.row), table.columns


def _cards(of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str], found: Sequence[Anchor]) -> Iterator[_Card]:
    """The pairs behind each label; figures behind the last of them are a row under its header, and no card."""
    for start, row, columns in _starts(of, table, texts, found):
        beside = list(_pairs(table, columns, pieces, texts, start))
        pairs = beside or list(_below(table, columns, pieces, texts, start))
        behind = pairs[-1][1] + 1 if pairs else start
        is_row = behind < len(pieces) and not pieces[behind].is_blank and is_value(pieces[behind])
        if not is_row:
            is_in_one = all(_label_in(columns, texts[number]) for _, number in pairs)
            yield _Card(row, columns, pairs, is_in_one, is_above=not beside)


def _below(
    table: Table, columns: Sequence[Column], pieces: Sequence[Piece], texts: Sequence[str], at: int
) -> Iterator[tuple[Column, int]]:
    """The columns of a part of table 四, named one behind the other, and the numbers of the cells behind them, which are as many.

    The last of them holds something: else one may be lost, and the others have moved up.
    """
    if table.rows[0].labels:
        return
    for column in columns:
        end = end_of_label(table, column, texts, at)
        if end is None:
            return
        at = end
    cells = pieces[at : at + len(columns)]
    if len(cells) == len(columns) and all(map(is_value, cells)) and not cells[-1].is_blank:
        yield from zip(columns, range(at, at + len(columns)), strict=True)


def _pairs(
    table: Table, columns: Sequence[Column], pieces: Sequence[Piece], texts: Sequence[str], at: int
) -> Iterator[tuple[Column, int]]:
    """Columns and the numbers of the pieces that hold their figures, one behind the other."""
    while at < len(texts):
        match = column_lexicon(table).longest_at(texts, at)
        label, end = match or (_label_in(columns, texts[at]), at)
        named = [column for column in columns if label in map(fold, column.labels)]
        if len(named) != 1 or end >= len(pieces) or (match and not is_value(pieces[end])):
            return
        yield named[0], end
        at = end + 1


def _label_in(columns: Sequence[Column], text: str) -> str:
    """The longest label that a figure begins with: `总计8` and `自然人3件` are one figure each, and named; `本年增/减二` is none, and no 减二 of 本年增/."""
    labels = {fold(label) for column in columns for label in column.labels}
    longest = max((label for label in labels if text.startswith(label)), key=len, default="")
    return longest if longest and named_figure(text, longest) else ""


def _figure_of(piece: Piece, column: Column) -> Piece:
    """The piece without the name of its column in front of the figure; `总计8` is printed as a figure."""
    label = "" if is_value(piece) else _label_in([column], fold(piece.text))
    return piece._replace(text=named_figure(piece.text, label) or piece.text) if label else piece
