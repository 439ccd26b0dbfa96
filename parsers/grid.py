"""A row's cells by the grid of its table: the piece under each column's header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from parsers.anchors import is_value
from parsers.columns import ORGANISATIONS, Header
from parsers.forms import Table
from parsers.numerals import is_unit, read_figure
from parsers.pieces import Piece
from parsers.rows import Run


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of the form over the columns of a grid, as a header names them each once."""

    table: int
    """The grid in which it stands."""
    over: Mapping[int, int]
    """By the column of the grid the index of the form's column over it."""
    first: int
    last: int
    """The first and the last column of the grid under the header."""
    is_rearranged: bool
    """Whether they stand in another order than the form's, so that counting from the left would misplace cells."""
    straight: Sequence[int]
    """The columns of the grid in the form's order, where each of the form stands over one of them; empty elsewhere."""


@lru_cache(maxsize=256)
def heads_of(header: Header, table: Table) -> Heads | None:
    """The columns of a header; None where one was not found, or two of them stand over one column of the grid."""
    spots = [header.spots[column] for column in sorted(header.spots)]
    pairs = [(place, column) for column, spot in enumerate(spots) for place in spot.columns]
    over = dict(pairs)
    if len(spots) != len(table.columns) or len(over) != len(pairs) or len({spot.table for spot in spots}) != 1:
        return None
    first, last, is_in_order = min(over), max(over), spots == sorted(spots, key=lambda spot: spot.column)
    if header.is_spread and len(over) != last - first + 1:
        return None
    is_told = not header.is_repeated and (is_in_order or table.id != "t3" or _has_organisations(header))
    straight = [spot.column for spot in spots] if len(over) == len(spots) else []
    return Heads(spots[0].table, over, first, last, not is_in_order, straight) if is_told else None


def _has_organisations(header: Header) -> bool:
    """Whether 法人或其他组织 stands over its five columns, or over the first of them where cells without text fill up its span.

    Without it the header has lost a cell, and 总计 moved up to 自然人.
    """
    over = header.over.get(ORGANISATIONS)
    if over is None:
        return False
    five = sorted(header.spots[column].column for column in range(1, 6))
    is_first = over.colspan == 1 and five == list(range(over.column, over.column + len(five)))
    return is_first or all(column in over.columns for column in five)


def by_grid(run: Run, heads: Heads, usual: Shape, *, is_filled_up: bool) -> list[Piece] | None:
    """The piece under each column's header; None where the grid does not tell every one of them.

    A row that is narrower than its table has lost a cell, and what stands behind it moved up; a header whose spans are lost does not
    stand above its columns. Where cells without text fill rows up, a blank
    behind the last figure may be one of them, and a cell lost before.
    """
    is_narrower = run.width != usual.width and len(run.figures) < run.columns
    is_moved = is_narrower or has_lost(run, heads, usual) or _is_shifted(run, heads, usual)
    if _is_wider(run, heads) or _is_part(run, heads) or is_moved:
        return None
    under = [_once(pieces) for pieces in _under(run, heads)]
    if any(len(pieces) != 1 for pieces in under):
        return None
    placed = [pieces[0] for pieces in under]
    return None if is_filled_up and _may_end_with_fill(placed) else placed


def _may_end_with_fill(cells: Sequence[Piece]) -> bool:
    """Whether the last of a row's cells, as they are printed, is blank and others are not: what fills the row up may stand there, and any cell before be lost."""
    last = max(cells, key=lambda piece: piece.spot.column if piece.spot else 0)
    return last.is_blank and not all(piece.is_blank for piece in cells)


def is_straight(run: Run, heads: Heads) -> bool:
    """Whether nothing but a figure under each column stands there, as in most rows of most tables."""
    is_whole = 0 < len(run.figures) == len(run.pieces) == len(heads.straight) and run.grid == heads.table
    return is_whole and [piece.spot and piece.spot.column for piece in run.pieces] == heads.straight


def _is_wider(run: Run, heads: Heads) -> bool:
    """Whether a figure is printed beyond the last column of the header: it does not stand over the row (spans lost, columns divided by years)."""
    beyond = (piece.text for piece in run.pieces if piece.spot is not None and piece.spot.column > heads.last)
    return any(read_figure(text) or text.strip().isdecimal() for text in beyond)


def has_lost(run: Run, heads: Heads, usual: Shape) -> bool:
    """Whether a row lost a cell, or the span beside it a row, where its table has columns behind the form's: what stands there moved up under the last of them.

    Such columns are those of others (备注), or copies of the last of them.
    """
    if run.width is None:
        return False
    if run.grid != heads.table:
        return run.header.is_wider and run.behind <= 0 and run.width < usual.most
    is_wider, is_spread = usual.most > heads.last, len(heads.over) > run.columns
    return (is_wider or is_spread) and run.width < max(usual.most, heads.last)


def has_another(run: Run, heads: Heads) -> bool:
    """Whether a figure stands between the form's columns in one that the form has not (小计)."""
    between = (piece for piece in run.figures if piece.spot is not None and heads.first < piece.spot.column < heads.last)
    return any(piece.spot is not None and piece.spot.column not in heads.over for piece in between)


def _is_shifted(run: Run, heads: Heads, usual: Shape) -> bool:
    """Whether a row that is not as wide as its table has figures in front of the form's columns (a rowspan too short)."""
    before = (piece for piece in run.pieces if piece.spot is not None and piece.spot.column < heads.first)
    return run.width != usual.width and any(read_figure(piece.text) for piece in before)


def _is_part(run: Run, heads: Heads) -> bool:
    """Whether words stand between the label and the first column, which name a part of the row (行政检查); a unit does not."""
    beside = (piece for piece in run.pieces if piece.spot is not None and piece.spot.column < heads.first)
    return not all(is_value(piece) or is_unit(piece.text) for piece in beside)


def _under(run: Run, heads: Heads) -> list[list[Piece]]:
    """The pieces of a row under each column of the form."""
    under: list[list[Piece]] = [[] for _ in range(run.columns)]
    for piece in run.pieces:
        spot = piece.spot
        if spot is not None and spot.table == heads.table and spot.column in heads.over:
            under[heads.over[spot.column]].append(piece)
    return under


def _once(pieces: list[Piece]) -> list[Piece]:
    """One of the copies that a span written out under a column leaves."""
    return pieces[:1] if len({piece.text for piece in pieces}) == 1 else pieces


@dataclass(frozen=True, slots=True)
class Shape:
    """What most rows of a table have in common."""

    width: int | None
    """The width they agree on, at least all but one of them."""
    most: int
    """The width of more than half of them; 0 where there is none."""


def usual_shape(runs: Sequence[Run]) -> Shape:
    """The shape of a table's rows."""
    widths = [run.width for run in runs if run.width is not None]
    usual = max(widths, key=widths.count, default=0)
    alike = widths.count(usual)
    return Shape(usual if widths and alike >= len(widths) - 1 else None, usual if 2 * alike > len(widths) else 0)
