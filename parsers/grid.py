"""A row's cells by the grid of its table: the piece under each column's header."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.anchors import is_value
from parsers.columns import Header
from parsers.forms import Table
from parsers.numerals import is_unit, read_figure
from parsers.pieces import Piece, Spot
from parsers.rows import Run


def by_grid(run: Run, *, width: int | None, is_filled_up: bool) -> list[Piece] | None:
    """The piece under each column's header; None where the grid does not tell every one of them.

    A row that is narrower than its table has lost a cell, and what stands behind it moved up; a header whose spans are lost does not
    stand above its columns. Where cells without text fill rows up, a blank
    behind the last figure may be one of them, and a cell lost before.
    """
    header = run.header
    if (
        not _stands_apart(header, run.table)
        or _is_wider(run)
        or _is_part(run)
        or (run.width != width and len(run.figures) < run.columns)
    ):
        return None
    under = [_once([p for p in run.pieces if _is_under(p, header.spots[i])]) for i in range(run.columns)]
    if any(len(pieces) != 1 for pieces in under):
        return None
    placed = [pieces[0] for pieces in under]
    if is_filled_up and _may_have_moved_up(placed):
        return None
    return placed if len({id(piece) for piece in placed}) == run.columns else None


def _is_wider(run: Run) -> bool:
    """Whether a figure is printed beyond the last column of the header: it does not stand over the row (spans lost, columns divided by years)."""
    last = max(spot.columns[-1] for spot in run.header.spots.values())
    return any(piece.spot is not None and piece.spot.column > last and read_figure(piece.text) for piece in run.pieces)


def _is_part(run: Run) -> bool:
    """Whether words stand between the label and the first column, which name a part of the row (行政检查); a unit does not."""
    first = min(spot.column for spot in run.header.spots.values())
    beside = (piece for piece in run.pieces if piece.spot is not None and piece.spot.column < first)
    return not all(is_value(piece) or is_unit(piece.text) for piece in beside)


def _once(pieces: list[Piece]) -> list[Piece]:
    """One of the copies that a span written out under a column leaves."""
    return pieces[:1] if len({piece.text for piece in pieces}) == 1 else pieces


def _may_have_moved_up(placed: Sequence[Piece]) -> bool:
    """Whether figures stand in front and only blanks behind: cells before may be lost, and what fills the row up stand in their place."""
    figures = [not piece.is_blank for piece in placed]
    return figures[0] and not figures[-1] and figures == sorted(figures, reverse=True)


def _stands_apart(header: Header, table: Table) -> bool:
    """Whether every column's header was found and no two of them stand over one column of the grid."""
    if len(header.spots) != len(table.columns):
        return False
    columns = [column for spot in header.spots.values() for column in spot.columns]
    if len(columns) != len(set(columns)) or not _in_one_table(list(header.spots.values())):
        return False
    if header.is_spread and set(columns) != set(range(min(columns), max(columns) + 1)):
        return False
    return _is_in_order(header) or (_has_organisations(header) if table.id == "t3" else not header.is_repeated)


def _is_in_order(header: Header) -> bool:
    places = [header.spots[column].column for column in sorted(header.spots)]
    return places == sorted(places)


def _has_organisations(header: Header) -> bool:
    """Whether 法人或其他组织 stands over its five columns: without it the header has lost a cell, and 总计 moved up to 自然人."""
    over = header.over.get("法人或其他组织")
    return over is not None and all(header.spots[column].column in over.columns for column in range(1, 6))


def is_rearranged(header: Header, table: Table) -> bool:
    """Whether the grid shows the columns in another order than the form's, so that counting from the left would misplace them."""
    return _stands_apart(header, table) and not _is_in_order(header)


def _in_one_table(spots: Sequence[Spot]) -> bool:
    return len({spot.table for spot in spots}) == 1


def _is_under(piece: Piece, head: Spot) -> bool:
    return piece.spot is not None and piece.spot.table == head.table and piece.spot.column in head.columns


def usual_width(runs: Sequence[Run]) -> int | None:
    """The width that the rows of a table agree on, at least all but one of them."""
    widths = [run.width for run in runs if run.width is not None]
    usual = max(widths, key=widths.count, default=None)
    return usual if usual is not None and widths.count(usual) >= len(widths) - 1 else None
