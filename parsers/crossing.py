"""Figures by the labels that meet in them: the row's beside it, the column's above it, in a grid that is whole.

For tables that are printed otherwise than the form has them: columns left out, table 四 on its side or in several tables. The labels must name
one cell and no other, and every row must be as wide as the table: where spans are lost, labels stand over columns that are not theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from parsers.anchors import Anchor, Profile, is_value
from parsers.cells import cell_of
from parsers.forms import Column, Row, Table
from parsers.labels import fold
from parsers.pieces import Piece, Spot, may_have_moved_up
from parsers.report import Cell

SHORTEST = 2
"""Characters of labels that other tables have too (总计)."""
MOST_CELLS = 2000
"""The whole form in one table of 17 columns has about a thousand; a larger table is none."""


@dataclass(frozen=True)
class Grid:
    """The cells of one table of the page by their places."""

    cells: Mapping[Spot, Piece]

    @cached_property
    def is_whole(self) -> bool:
        """Whether each row has one cell in every column, and as many columns as every other."""
        if sum(len(spot.rows) * len(spot.columns) for spot in self.cells) > MOST_CELLS:
            return False
        taken = Counter((row, column) for spot in self.cells for row in spot.rows for column in spot.columns)
        rows, columns = (max(places) for places in zip(*taken, strict=True))
        return len(taken) == rows * columns and set(taken.values()) == {1}

    @cached_property
    def labels(self) -> Mapping[Spot, str]:
        """What is no value, folded."""
        return {spot: fold(piece.text) for spot, piece in self.cells.items() if not is_value(piece)}

    @cached_property
    def values(self) -> Mapping[Spot, Piece]:
        """What a cell of the form can hold; a cell over several places of the grid is none."""
        return {spot: piece for spot, piece in self.cells.items() if spot not in self.labels}

    @cached_property
    def _by_column(self) -> Mapping[int, Sequence[Spot]]:
        return _grouped((column, label) for label in self.labels for column in label.columns)

    @cached_property
    def _by_row(self) -> Mapping[int, Sequence[Spot]]:
        return _grouped((row, label) for label in self.labels for row in label.rows)

    @cached_property
    def printed(self) -> Sequence[str]:
        """The labels, those once that stand in the next column or row again."""
        at = {(row, column): text for spot, text in self.labels.items() for row in spot.rows for column in spot.columns}
        before = {spot: (at.get((spot.row, spot.column - 1)), at.get((spot.row - 1, spot.column))) for spot in self.labels}
        return [text for spot, text in self.labels.items() if text not in before[spot]]

    def above(self, spot: Spot) -> list[Spot]:
        """The labels over a place, the nearest first."""
        over = [label for label in self._by_column.get(spot.column, ()) if label.rows[-1] < spot.row]
        return sorted((label for label in over if _within(spot.columns, label.columns)), key=lambda label: -label.row)

    @cached_property
    def short(self) -> Set[int]:
        """The rows that end without text: of labels, those that may have lost spans and been filled up."""
        last = {spot.row: spot for spot in sorted(self.cells, key=lambda spot: spot.column)}
        return {row for row, spot in last.items() if self.cells[spot].is_blank}

    def beside(self, spot: Spot) -> list[Spot]:
        """The labels in the row of a place, the nearest first."""
        left = [label for label in self._by_row.get(spot.row, ()) if label.columns[-1] < spot.column]
        return sorted((label for label in left if _within(spot.rows, label.rows)), key=lambda label: -label.column)

    @cached_property
    def stretched(self) -> Set[int]:
        """The rows of a cell that reaches over several labels: it was stretched over the place of one that was lost, perhaps before it."""
        return {spot.row for spot in self.values if len(spot.columns) > 1 and self._is_over_several(spot)}

    def _is_over_several(self, spot: Spot) -> bool:
        """Whether the nearest labels over a cell are narrower than it is."""
        over = [[label for label in self._by_column.get(column, ()) if label.rows[-1] < spot.row] for column in spot.columns]
        nearest = {max(labels, key=lambda label: label.row) for labels in over if labels}
        return len(nearest) > 1

    def row(self, spot: Spot) -> list[Piece]:
        """The values of the row of a place, from left to right."""
        return self._values_by_row[spot.row]

    @cached_property
    def _values_by_row(self) -> Mapping[int, list[Piece]]:
        rows = sorted(self.values, key=lambda spot: (spot.row, spot.column))
        return {row: [self.values[spot] for spot in spots] for row, spots in groupby(rows, key=lambda spot: spot.row)}


def _grouped(pairs: Iterable[tuple[int, Spot]]) -> Mapping[int, Sequence[Spot]]:
    groups: dict[int, list[Spot]] = defaultdict(list)
    for place, spot in pairs:
        groups[place].append(spot)
    return groups


def _within(inner: range, outer: range) -> bool:
    return inner[0] in outer and inner[-1] in outer


def crossings(of: Profile, table: Table, pieces: Sequence[Piece], found: Sequence[Anchor]) -> dict[str, Cell]:
    """The cells of a form's table whose labels meet in a grid, by key; none where any label or cell could be another's."""
    grids = grids_of(pieces)
    rows = _rows(of, table, pieces, found)
    placed: dict[str, list[Cell]] = defaultdict(list)
    for grid in grids.values():
        for key, cell in _of_reviews(table, grid) if not rows else _of_rows(table, grid, rows):
            placed[key].append(cell)
    if not rows and _stands_again(table, pieces, grids):
        return {}
    return {key: cells[0] for key, cells in placed.items()} if all(map(_is_one, placed.values())) else {}


def _is_one(cells: Sequence[Cell]) -> bool:
    """Whether they print the same: spans written out as copies."""
    return len({(cell.value, cell.state, cell.raw) for cell in cells}) == 1


def grids_of(pieces: Sequence[Piece]) -> dict[int, Grid]:
    """The whole grids of a page by the number of their table."""
    tables: dict[int, dict[Spot, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        if piece.spot is not None:
            tables[piece.spot.table][piece.spot].append(piece)
    held = ((number, cells) for number, cells in tables.items() if len(cells) <= MOST_CELLS)
    grids = {number: Grid({spot: _one(own) for spot, own in cells.items()}) for number, cells in held}
    return {number: grid for number, grid in grids.items() if grid.is_whole}


def _one(pieces: Sequence[Piece]) -> Piece:
    return pieces[0]._replace(text=" ".join(piece.text for piece in pieces)) if len(pieces) > 1 else pieces[0]


def _rows(of: Profile, table: Table, pieces: Sequence[Piece], found: Sequence[Anchor]) -> dict[Spot, Row]:
    """The places of the row labels of a table; none where one stands outside of grids with a value behind it, in two grids, or in two rows of one."""
    rows: dict[Spot, Row] = {}
    for anchor in found:
        slot, spot = of.slots[anchor.slot], pieces[anchor.start].spot
        behind = pieces[anchor.end] if anchor.end < len(pieces) else None
        is_row = slot.table is table and slot.row is not None and bool(slot.row.labels)
        if not is_row or slot.row is None or behind is None or not _is_beside(spot, behind):
            continue
        if spot is None or rows.setdefault(spot, slot.row) is not slot.row:
            return {}
    is_once = len({(row.key, spot.row) for spot, row in rows.items()}) == len({row.key for row in rows.values()})
    return rows if is_once and len({spot.table for spot in rows}) == 1 else {}


def _is_beside(label: Spot | None, piece: Piece) -> bool:
    """Whether a value stands behind a label, in a grid in its row."""
    spot = piece.spot
    return is_value(piece) and (label is None or spot is None or (spot.table == label.table and spot.row in label.rows))


def _of_rows(table: Table, grid: Grid, rows: Mapping[Spot, Row]) -> Iterator[tuple[str, Cell]]:
    own = {spot: row for spot, row in rows.items() if spot in grid.labels}
    labelled = {column for spot in own for column in spot.columns}
    for spot, piece in grid.values.items():
        beside = [own[label] for label in grid.beside(spot) if label in own]
        if len(beside) != 1 or spot.row in grid.stretched or may_have_moved_up(grid.row(spot)):
            continue
        head = next((label for label in grid.above(spot) if label not in own), None)
        column = column_of(table, grid.labels[head]) if head and head.row not in grid.short else None
        if head and column is not None and not labelled & set(head.columns) and head.columns == spot.columns:
            key = table.keys_of(beside[0])[table.columns.index(column)]
            yield key, cell_of(piece, column, grid.labels[head])


def column_of(table: Table, text: str) -> Column | None:
    named = [column for column in table.columns if text in map(fold, column.labels)]
    return named[0] if len(named) == 1 else None


def _of_reviews(table: Table, grid: Grid) -> Iterator[tuple[str, Cell]]:
    """Table 四 has no row labels: a figure's column is known by its label and the one over that, which stand above it, beside it, or one on each side."""
    for spot, piece in grid.values.items():
        if may_have_moved_up(grid.row(spot)):
            continue
        above = [] if any(head.row in grid.short for head in grid.above(spot)) else grid.above(spot)
        beside = grid.beside(spot)
        for heads in (above, beside, above[:1] + beside[:1], beside[:1] + above[:1]):
            texts = list(dict.fromkeys(grid.labels[head] for head in heads))
            columns = [column for column in table.columns if _is_headed(column, texts)]
            if len(columns) == 1:
                yield table.keys_of(table.rows[0])[table.columns.index(columns[0])], cell_of(piece, columns[0], texts[0])


def _is_headed(column: Column, texts: Sequence[str]) -> bool:
    """Whether the nearest label is the column's, and the next the one that the form prints over it."""
    return len(texts) > 1 and texts[0] in map(fold, column.labels) and texts[1] in map(fold, column.over)


def _stands_again(table: Table, pieces: Sequence[Piece], grids: Mapping[int, Grid]) -> bool:
    """Whether the labels of a column are printed more often than the form has them, copies of spans aside, or where no grid is whole."""
    counts = Counter(fold(label) for column in table.columns for label in column.labels[:1] if len(fold(label)) > SHORTEST)
    elsewhere = any(fold(piece.text) in counts for piece in pieces if piece.spot is None or piece.spot.table not in grids)
    printed = Counter(text for grid in grids.values() for text in grid.printed if text in counts)
    return elsewhere or any(printed[label] > count for label, count in counts.items())
