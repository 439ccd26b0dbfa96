"""Tables printed without some of the form's columns (法律服务机构 and its cells gone): rows of the columns that are left.

The labels that are left say which column each cell is in only where they are as many as the cells of the rows, and in the form's order. Else a
label was lost and its cells are still there, or the header is read wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.columns import ORGANISATIONS, Header
from parsers.forms import Table
from parsers.labels import fold
from parsers.rows import Run

FEWEST_WITNESSES, MOST_SHORT = 6, 0.3
"""So many rows have a cell for each label, and at most this share of the others has fewer: cells that lost their columns are the same everywhere."""


def narrowed(runs: Sequence[Run]) -> Sequence[Run]:
    """The runs, those of a table that leaves columns out as rows of a table without these."""
    tables = {run.table.id for run in runs if _names_fewer(run.header, run.table)}
    for table in tables:
        rows = [run for run in runs if run.table.id == table]
        if _is_told(rows[0].header, rows[0].table) and _are_as_wide(rows, len(rows[0].header.order)):
            runs = [_narrow(run) if run.table.id == table else run for run in runs]
    return runs


def _names_fewer(header: Header, table: Table) -> bool:
    return 1 < len(header.order) < len(table.columns)


def _narrow(run: Run) -> Run:
    left = sorted(run.header.order)
    columns = tuple(run.table.columns[column] for column in left)
    return run._replace(table=replace(run.table, columns=columns), header=_without(run.header, left))


def _is_told(header: Header, table: Table) -> bool:
    """Whether the header prints the labels it has as the form does, nothing between them that is none, and not the group of columns alone."""
    is_whole = not (header.is_wider or header.is_spread or header.is_repeated) and header.keeps_statutory_order(table)
    has_group = header.before_group is not None or fold(ORGANISATIONS) in header.over
    names_organisation = any(0 < column < len(table.columns) - 1 for column in header.order)
    return table.id == "t3" and is_whole and (names_organisation or not has_group)


def _are_as_wide(rows: Sequence[Run], columns: int) -> bool:
    """Whether the rows have just as many cells as the header has labels, and none of them more. Rows that may hold another one say nothing."""
    printed = [run for run in rows if run.figures and run.closed]
    if not all(_reach(run) <= columns for run in printed):
        return False
    whole = sum(len(run.figures) == columns or len(run.pieces) == columns for run in printed)
    return whole >= max(FEWEST_WITNESSES, (1 - MOST_SHORT) * len(printed))


def _reach(run: Run) -> int:
    """How many cells a row has up to its last figure, those aside that stand in front of the columns in a grid (the span of a label, written out)."""
    first = min((spot.column for spot in run.header.spots.values()), default=0)
    cells = [piece for piece in run.pieces if piece.spot is None or piece.spot.column >= first]
    return max((number for number, piece in enumerate(cells, 1) if not piece.is_blank), default=0)


def _without(header: Header, left: Sequence[int]) -> Header:
    """The header over the columns that are left, counted anew, in the order of their cells: that it keeps the form's is known."""
    number = {column: at for at, column in enumerate(left)}
    return replace(
        header,
        order=tuple(number.values()),
        before_group=None,
        spots={number[column]: spot for column, spot in header.spots.items()},
        texts={number[column]: text for column, text in header.texts.items()},
    )
