"""Table 三 on its side: a row or a list for each kind of applicant, the rows of the form as its columns or names; blocks of table 二 likewise.

A figure is read where a label of a kind and a label of a row meet in a grid that is whole, or where the figure stands directly behind its
row's name in the list of its kind. Every kind must stand there once, and nowhere else on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from parsers.anchors import Profile, is_value
from parsers.cells import cell_of
from parsers.columns import end_of_label, statutory_order
from parsers.crossing import SHORTEST, Grid, column_of, grids_of
from parsers.forms import Column, Identity, Row, Table
from parsers.inference import holds, sums_within
from parsers.labels import fold
from parsers.pieces import Piece
from parsers.report import Cell, State

FEWEST_ROWS = 3
"""Rows of the form that a list names, or a table has for columns."""


def sideways(
    of: Profile, table: Table, identities: Sequence[Identity], pieces: Sequence[Piece], texts: Sequence[str]
) -> dict[str, Cell]:
    """The cells of a form's table by key; none where a label or cell could be another's."""
    if table.part == "t2" and (below := _of_rows_first(of, table, pieces, texts)):
        return below
    grids = grids_of(pieces)
    if not table.rows or not all(row.labels for row in table.rows) or not _stand_once(table, pieces, texts, grids):
        return {}
    for grid in grids.values():
        found = list(_of_grid(of, table, grid))
        keys = Counter(key for key, _ in found)
        cells = dict(found)
        if all(_keys_of(table, column) & cells.keys() for column in table.columns):
            kinds = ({key: cell for key, cell in found if key in _keys_of(table, column)} for column in table.columns)
            return {key: cell for kind in kinds if _is_sound(kind, identities) for key, cell in kind.items() if keys[key] == 1}
    return _of_lists(table, list(_lists(of, table, pieces, texts)))


def _keys_of(table: Table, column: Column) -> Set[str]:
    return {_key(table, row, column) for row in table.rows}


def _is_sound(cells: Mapping[str, Cell], identities: Sequence[Identity]) -> bool:
    """Whether a kind's figures stand where they belong: its row ends with one, or its sums hold; a cell may be lost before what fills it up."""
    if list(cells.values())[-1].state is not State.BLANK:
        return True
    values = {key: cell.value or Decimal(0) for key, cell in cells.items()}
    own = sums_within(identities, values)
    return all(holds(identity, values) for identity in own) and any(values[key] for identity in own for key in identity.cells)


def _stand_once(table: Table, pieces: Sequence[Piece], texts: Sequence[str], grids: Mapping[int, Grid]) -> bool:
    """Whether the page prints each kind once, copies of spans aside; labels that other tables have too (其他, 总计) are not counted."""
    printed = Counter(text for grid in grids.values() for text in grid.printed)
    printed.update(text for piece, text in zip(pieces, texts, strict=True) if piece.spot is None or piece.spot.table not in grids)
    kinds = [set(map(fold, column.labels)) for column in table.columns]
    return all(sum(printed[label] for label in labels) == 1 for labels in kinds if min(map(len, labels)) > SHORTEST)


def _of_grid(of: Profile, table: Table, grid: Grid) -> Iterator[tuple[str, Cell]]:
    for spot, piece in grid.values.items():
        above, beside = grid.above(spot)[:1], grid.beside(spot)[:1]
        if not above or not beside or above[0].row in grid.short:
            continue
        row, column = _row_of(of, table, grid.labels[above[0]]), column_of(table, grid.labels[beside[0]])
        if row and column:
            yield _key(table, row, column), cell_of(piece, column, "")


def _row_of(of: Profile, table: Table, text: str) -> Row | None:
    """The one row of the table that a label names."""
    match = of.lexicon.longest_at((text,), 0)
    slots = [of.slots[number] for number in of.slots_of[match[0]]] if match else []
    rows = [slot.row for slot in slots if slot.table is table and slot.row]
    return rows[0] if len(rows) == 1 else None


def _key(table: Table, row: Row, column: Column) -> str:
    return table.keys_of(row)[table.columns.index(column)]


def _of_rows_first(of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str]) -> dict[str, Cell]:
    """The cells of a block of table 二 that names all its rows first, and then each column with one cell for each row (`本年制发件数 3 7`).

    The last cell of a column holds something, or none of them does: else one may be lost, and what fills the row up stand in its place.
    A block begun twice is of two forms, or a row printed twice.
    """
    first = set(map(fold, table.rows[0].labels))
    starts = [at for at, text in enumerate(texts) if text in first]
    found = [cells for at in starts if (cells := _columns_of(of, table, pieces, texts, at)) is not None]
    return dict(found[0]) if len(found) == 1 else {}


def _columns_of(
    of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str], at: int
) -> list[tuple[str, Cell]] | None:
    """The cells of such a block by key, empty where one may be lost; None where no block begins: the rows, and behind them the name of a column."""
    for row in table.rows:
        match = of.lexicon.longest_at(texts, at) if at < len(texts) else None
        if match is None or _row_of(of, table, match[0]) is not row:
            return None
        at = match[1]
    if end_of_label(table, table.columns[0], texts, at) is None:
        return None
    placed: list[tuple[str, Cell]] = []
    for column in table.columns:
        end = end_of_label(table, column, texts, at)
        if end is None:
            return []
        head, cells = "".join(texts[at:end]), pieces[end : end + len(table.rows)]
        at = end + len(table.rows)
        if len(cells) < len(table.rows) or not all(map(is_value, cells)) or (cells[-1].is_blank and not _is_blank(cells)):
            return []
        placed += [(_key(table, row, column), cell_of(piece, column, head)) for row, piece in zip(table.rows, cells, strict=True)]
    return placed if at >= len(pieces) or pieces[at].is_blank or not is_value(pieces[at]) else []


def _is_blank(cells: Sequence[Piece]) -> bool:
    return all(piece.is_blank for piece in cells)


@dataclass(frozen=True, slots=True)
class _List:
    """What stands behind the name of a kind of applicant: names of rows, each with its figure."""

    column: Column
    pairs: Sequence[tuple[Row, Piece]]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for row, _ in self.pairs)


def _of_lists(table: Table, lists: Sequence[_List]) -> dict[str, Cell]:
    """The cells of lists that all name the same rows, one list for each kind in the order of the form: nothing is lost from them then."""
    rows = {named.rows for named in lists}
    order = [table.columns.index(named.column) for named in lists]
    is_whole = len(rows) == 1 and order in (list(range(len(table.columns))), list(statutory_order(table)))
    if not is_whole or any(len(set(named)) < len(named) for named in rows):
        return {}
    return {_key(table, row, named.column): cell_of(piece, named.column, "") for named in lists for row, piece in named.pairs}


def _lists(of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str]) -> Iterator[_List]:
    for at, text in enumerate(texts):
        column = column_of(table, text)
        pairs = list(_pairs(of, table, pieces, texts, at + 1)) if column else []
        if column and len(pairs) >= FEWEST_ROWS:
            yield _List(column, pairs)


def _pairs(of: Profile, table: Table, pieces: Sequence[Piece], texts: Sequence[str], at: int) -> Iterator[tuple[Row, Piece]]:
    """Rows named and the figures directly behind their names; the labels of groups stand between them."""
    while at < len(texts):
        match = of.lexicon.longest_at(texts, at)
        row = _row_of(of, table, match[0]) if match else None
        if texts[at] in of.groups and row is None:
            at += 1
            continue
        if not match or row is None or match[1] >= len(pieces) or not is_value(pieces[match[1]]):
            return
        yield row, pieces[match[1]]
        at = match[1] + 1
