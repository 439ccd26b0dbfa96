"""A piece under a column as a `Cell`: read, blank, or a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from parsers.columns import Header
from parsers.forms import Column, Table
from parsers.numerals import LARGEST, LONGEST_FIGURE, Figure, header_unit, is_mark, read_figure, read_lone, squeeze
from parsers.pieces import Piece
from parsers.report import Cell, State
from parsers.rows import Run

FEWEST_REPEATED = 3
"""Columns in which one number does not stand by chance: `1010` may be 101 and 0."""
BLOCK = 5
"""Columns of each of the three blocks of table 四."""
MOST_GLUED = 4
"""Digits a column of a row printed in one run; of more there are too many readings to try."""


def cell_of(piece: Piece, column: Column, head: str) -> Cell:
    """The cell that a piece is in a column whose printed header is `head`."""
    cell = _cell_again if len(piece.text) <= LONGEST_FIGURE else _cell
    return cell(piece.text, piece.place, column, head, piece.spot is not None or piece.is_numeral)


def _cell(text: str, place: str, column: Column, head: str, may_be_lone: bool) -> Cell:
    raw = text.strip()
    if not raw:
        return Cell(None, State.BLANK, text, place)
    value, state, candidates = _read(raw, column, head, may_be_lone)
    return Cell(value, state, raw, place, candidates)


_cell_again = lru_cache(maxsize=8192)(_cell)
"""The same, remembered: the tables of all pages stand alike, and most of their cells print 0."""


def _read(raw: str, column: Column, head: str, may_be_lone: bool) -> tuple[Decimal | None, State, tuple[Decimal, ...]]:
    """The figure of a cell, its state, and the figures that it may be; `may_be_lone` where a numeral alone is a figure."""
    figure = None if is_mark(raw) else read_figure(raw) or (read_lone(raw) if may_be_lone else None)
    value = _value(figure, column, head) if figure else None
    if value is None and (several := several_figures(raw)):
        return None, State.AMBIGUOUS, several
    if value is None and raw.isdecimal():
        return None, State.AMBIGUOUS, ()  # `083`: digits of more than one number, and no mark
    return value, State.MARK if value is None else State.READ, ()


def several_figures(text: str) -> tuple[Decimal, ...]:
    """The figures of a cell that prints more than one."""
    parts = text.split()
    figures = [read_figure(part) for part in parts] if len(parts) > 1 else [None]
    return () if None in figures else tuple(figure.value for figure in figures if figure)


def _value(figure: Figure, column: Column, head: str) -> Decimal | None:
    """An amount in the column's unit of money (万元 where it names none), else a count; None where the unit is not one of the column's, and for a count below nought
    in a column that tells no change, or for a number past all bounds once its unit is applied."""
    if not column.is_decimal:
        value = figure.count if column.is_signed or figure.value >= 0 else None
    else:
        value = figure.amount(header_unit(head), unit=column.unit or "万元") if figure.unit is None or figure.is_money else None
    return None if value is None or abs(value) >= LARGEST else value


def cells_of(run: Run, placed: Sequence[Piece]) -> list[Cell]:
    """The cells of a row whose pieces are known, in the form's order of columns."""
    return [cell_of(piece, column, head) for piece, (column, head) in zip(placed, _heads(run.table, run.header), strict=True)]


@lru_cache(maxsize=256)
def _heads(table: Table, header: Header) -> list[tuple[Column, str]]:
    """The columns of a table, each with its printed header."""
    return [(column, header.texts.get(number, "")) for number, column in enumerate(table.columns)]


def in_every_column(run: Run) -> list[list[Cell]]:
    """Each figure of the row as the cell it would be in every column."""
    heads = _heads(run.table, run.header)
    return [[cell_of(piece, column, head) for column, head in heads] for piece in run.figures]


def glued_readings(run: Run) -> Iterator[list[Cell]]:
    """Every way to read digits printed without anything between them as one figure a column (`1000001` under seven: 1, 0, 0, 0, 0, 0, 1)."""
    digits = _digits(run)
    if run.columns <= len(digits) <= MOST_GLUED * run.columns:
        yield from (_as_cells(run, parts) for parts in _cuts(digits, run.columns))


def is_whole_if_glued(run: Run) -> bool:
    """Whether digits in one run can hold no cell without text among them, which would leave no trace.

    One number printed for each of three columns is no chance. Where two digits may be one figure (`122` as 12, nothing, 2, but not `002`), the row's own
    sums must hold, and not with a blank as well.
    """
    digits, count = _digits(run), run.columns
    if not count <= len(digits) <= MOST_GLUED * count:
        return False
    is_repeated = count >= FEWEST_REPEATED and digits == digits[: len(digits) // count] * count
    if count == 1 or is_repeated or not _ways(digits, count - 1):
        return True
    if run.table.part == "t2" or _ways(digits, count) > 1:
        return False
    return any(_is_sum(parts) for parts in _cuts(digits, count)) and not any(map(_is_sum, _with_blank(digits, count)))


def _with_blank(digits: str, count: int) -> Iterator[tuple[str, ...]]:
    """The digits as figures of a row with a blank, as nought, in front of its last."""
    for parts in _cuts(digits, count - 1):
        yield from ((*parts[:at], "0", *parts[at:]) for at in range(count - 1))


def _is_sum(parts: Sequence[str]) -> bool:
    """Whether the figures of a row of table 三, or of each block of table 四, end with their sum."""
    size = len(parts) if len(parts) < 3 * BLOCK else BLOCK
    blocks = [list(map(int, parts[at : at + size])) for at in range(0, len(parts), size)]
    return all(sum(figures) == total for *figures, total in blocks)


def _cuts(digits: str, count: int) -> Iterator[tuple[str, ...]]:
    """The digits as so many figures, none of which begins with nought."""
    longest = 1 if digits[0] == "0" else len(digits) - count + 1
    if count == 1:
        yield from [(digits,)] if len(digits) <= longest else []
        return
    for end in range(1, longest + 1):
        yield from ((digits[:end], *rest) for rest in _cuts(digits[end:], count - 1))


def glued_count(run: Run) -> int:
    """How many readings there are, without making them: seven figures of three digits have 38,000."""
    digits = _digits(run)
    return _ways(digits, run.columns) if len(digits) <= MOST_GLUED * run.columns else 0


def _ways(digits: str, count: int) -> int:
    """In how many ways the digits are so many figures."""
    ways = [1] + [0] * len(digits)
    for _ in range(count):
        ways = [sum(ways[start] for start in range(end) if digits[start] != "0" or end == start + 1) for end in range(len(ways))]
    return ways[-1]


def may_lack_one(run: Run) -> bool:
    """Whether the digits may be one figure fewer than columns: where cells without text leave no trace, any of them may be the blank one."""
    return _ways(_digits(run), run.columns - 1) > 0


def repeated_reading(run: Run) -> list[Cell] | None:
    """The reading of one number of several digits printed once for each column (`141414` under three: 14, 14, 14; layouts.md A12)."""
    digits = _digits(run)
    number = digits[: len(digits) // run.columns]
    return _as_cells(run, [number] * run.columns) if len(set(number)) > 1 and number * run.columns == digits else None


def _digits(run: Run) -> str:
    """The digits of a row in which nothing else stands."""
    digits = squeeze("".join(piece.text for piece in run.figures))
    return digits if re.fullmatch(r"\d+", digits) else ""


def _as_cells(run: Run, texts: Sequence[str]) -> list[Cell]:
    printed = iter("".join(piece.text.strip() for piece in run.figures))
    return cells_of(run, [run.figures[0]._replace(text="".join(islice(printed, len(text)))) for text in texts])
