"""Figures that stand behind the name of their own column: a row's label, then pairs of a column's label and a figure (cards of mobile pages)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from parsers.anchors import Anchor, Profile, is_value
from parsers.cells import cell_of
from parsers.columns import column_lexicon
from parsers.forms import Column, Table
from parsers.labels import fold
from parsers.numerals import read_figure
from parsers.pieces import Piece
from parsers.report import Cell


def named_cells(
    of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str], found: Sequence[Anchor]
) -> dict[str, Cell]:
    """The cells of a form's table that are printed behind the names of row and column, by key; none where a name leads to two figures."""
    named: dict[str, list[Cell]] = defaultdict(list)
    for start, row, columns in _starts(of, table, texts, found):
        keys = table.keys_of(table.rows[row])
        for column, piece in _card(table, columns, pieces, texts, start):
            named[keys[table.columns.index(column)]].append(cell_of(piece, column, fold(column.labels[0])))
    return {key: cells[0] for key, cells in named.items()} if all(len(cells) == 1 for cells in named.values()) else {}


def _starts(
    of: Profile, table: Table, texts: Sequence[str], found: Sequence[Anchor]
) -> Iterator[tuple[int, int, Sequence[Column]]]:
    """Where the pairs of a row begin, its number, and its columns: those of table 四 are told by the label over them."""
    if table.rows and not table.rows[0].labels:
        overs = {
            fold(label): [c for c in table.columns if c.over == column.over] for column in table.columns for label in column.over
        }
        heads = ((at, text.removeprefix("行政诉讼(").removesuffix(")")) for at, text in enumerate(texts))
        yield from ((at + 1, 0, overs[text]) for at, text in heads if text in overs)
        return
    for anchor in found:
        slot = of.slots[anchor.slot]
        if slot.table is table and slot.row is not None:
            yield anchor.end, table.rows.index(slot.row), table.columns


def _card(
    table: Table, columns: Sequence[Column], pieces: Sequence[Piece], texts: Sequence[str], at: int
) -> Iterator[tuple[Column, Piece]]:
    """The pairs that begin at a piece. One alone, or figures behind the last, are what is left of a header and the row under it."""
    pairs = list(_pairs(table, columns, pieces, texts, at))
    behind = pairs[-1][1] + 1 if pairs else at
    is_row = behind < len(pieces) and not pieces[behind].is_blank and is_value(pieces[behind])
    if (len(pairs) > 1 or all(_label_in(columns, texts[number]) for _, number in pairs)) and not is_row:
        yield from ((column, pieces[number]) for column, number in pairs)


def _pairs(
    table: Table, columns: Sequence[Column], pieces: Sequence[Piece], texts: Sequence[str], at: int
) -> Iterator[tuple[Column, int]]:
    """Columns and the numbers of the pieces that hold their figures, one behind the other."""
    while at < len(texts):
        match = column_lexicon(table).longest_at(texts, at)
        label, end = match or (_label_in(columns, texts[at]), at)
        named = [column for column in columns if label in map(fold, column.labels)]
        if len(named) != 1 or end >= len(pieces) or not is_value(pieces[end]):
            return
        yield named[0], end
        at = end + 1


def _label_in(columns: Sequence[Column], text: str) -> str:
    """The label that a figure begins with: `总计8` is one figure, and named."""
    labels = (fold(label) for column in columns for label in column.labels)
    return next((label for label in labels if text.startswith(label) and read_figure(text) and text != label), "")
