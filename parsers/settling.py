"""The cells of a table's rows: by the grid under its header, by their count, by both where both can tell; and what is known of rows that neither settles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from parsers.cells import (
    cell_of,
    cells_of,
    glued_count,
    glued_readings,
    in_every_column,
    is_whole_if_glued,
    may_lack_one,
    repeated_reading,
)
from parsers.counting import (
    WHOLE,
    Habit,
    PageRows,
    by_count,
    by_pair,
    cut_short,
    ends_blank,
    ends_with_fill,
    ends_with_its_sum,
    habit,
    is_a_figure_short,
    is_flush,
    is_one_too_many,
    may_lack_digits,
)
from parsers.grid import Heads, by_grid, has_another, has_lost, heads_of, is_straight, usual_shape
from parsers.inference import MOST_CANDIDATES, OpenRow, placements
from parsers.numerals import read_figure
from parsers.pieces import Piece
from parsers.report import UNREAD, Cell, State
from parsers.rows import Run

FEWEST_ALIKE = 7
"""Figures of a row that are alike are a row of table 三 or 四 without its header; fewer behind a word may be a menu's count."""
FEWEST_WIDER = 2
"""So many rows with more figures than columns are a column that the form has not; one may be a cell cut in two."""


def is_wider(rows: Sequence[Run]) -> bool:
    """Whether most rows of a table print more figures than the form has columns, as a column 行次 or 上年总计 adds one.

    A row of just as many figures has lost one of them then, and which one no count tells.
    """
    closed = [run for run in rows if run.closed and len(run.figures) >= run.columns]
    wider = sum(not run.is_whole for run in closed)
    return FEWEST_WIDER <= wider > len(closed) - wider


def _is_short(rows: Sequence[Run]) -> bool:
    """Whether the header names fewer columns than the form has, and at least half the rows print just as many numbers.

    A row of as many as the form's columns has one that is none of them then: a remark (备注), or a number cut in two.
    """
    named = len(rows[0].header.order)
    if not 0 < named < rows[0].columns:
        return False
    counts = [sum(read_figure(piece.text) is not None for piece in run.figures) for run in rows if run.closed]
    return counts.count(named) >= max(counts.count(rows[0].columns), FEWEST_WIDER)


def in_grid(rows: Sequence[Run], page: PageRows) -> Iterator[list[Cell] | None]:
    """The cells of each row that stand under the form's columns in the grid, None for rows that do not."""
    heads = heads_of(rows[0].header, rows[0].table)
    usual, is_filled_up = usual_shape(rows), _fills_up(rows, page)
    for run in rows:
        placed = by_grid(run, heads, usual, is_filled_up=is_filled_up) if heads else None
        yield cells_of(run, placed) if placed else None


def settled(rows: Sequence[Run], page: PageRows) -> Iterator[list[Cell] | None]:
    """The cells of each row of a table that grid or counts settle, None for the others."""
    of = WHOLE if all(run.is_whole and not run.has_blank_between for run in rows) else habit(rows, page)
    usual, places = usual_shape(rows), _printed_places(rows, page)
    heads, is_filled_up = heads_of(rows[0].header, rows[0].table), _fills_up(rows, page)
    is_short, is_in_order = _is_short(rows), places == range(len(rows[0].table.columns))
    is_a_short = is_a_figure_short(rows)
    last = None if ends_blank(rows) or (page.has_none_behind_tables and len(rows) > 1) else rows[-1]
    for run in rows:
        is_moved = heads is not None and has_lost(run, heads, usual)
        if heads and is_in_order and not is_moved and is_straight(run, heads):
            # Grid and count say the same of it.
            yield cells_of(run, run.pieces)
            continue
        is_cut = is_a_short and is_one_too_many(run, rows)
        is_in_grid = heads is not None and not (is_cut and run.behind)
        in_grid = by_grid(run, heads, usual, is_filled_up=is_filled_up) if heads and is_in_grid else None
        is_moved = is_moved or is_short or is_cut or may_lack_digits(run)
        is_counted = not is_moved and _is_counted(run, heads, is_filled_up=is_filled_up)
        counted = _by_header(by_count(run, of, is_last=run is last), run, places) if is_counted else None
        if in_grid and counted and in_grid != counted:
            yield None
            continue
        placed = in_grid or counted
        yield cells_of(run, placed) if placed else _partly(run, of)


def _is_counted(run: Run, heads: Heads | None, *, is_filled_up: bool) -> bool:
    """Whether counting can tell the cells of a row: it holds no other row, and its header no more and no fewer columns than are counted."""
    if not (run.closed or ends_with_fill(run)) or run.header.is_spread:
        return False
    is_named = bool(run.header.order) or run.table.part == "t2"
    is_whole = run.is_whole and not (run.header.is_wider and read_figure(run.figures[-1].text) is None)
    is_short_of_columns = is_named and not is_whole and len(run.header.order) < run.columns
    return not is_short_of_columns and (run.width is None or not _is_for_the_grid(run, heads, is_filled_up=is_filled_up))


def _fills_up(rows: Sequence[Run], page: PageRows) -> bool:
    """Whether a blank behind the figures of a row may be what fills it up, and a cell before it lost."""
    if all(len(run.figures) == len(run.pieces) for run in rows) or is_flush(rows) or _is_column_blank(rows):
        return False
    return _is_filled_up(rows, page) or any(run.is_copied for run in page.runs)


def _is_filled_up(rows: Sequence[Run], page: PageRows) -> bool:
    """Whether cells without text fill up the whole rows of a table, or of one in the same grid; where neither has a whole row, of its part or of the page."""
    table, grid = rows[0].table, rows[0].grid
    cut = [run for run in rows if is_one_too_many(run, rows)] if is_a_figure_short(rows) else []
    near = [run for run in page.runs if run.table is table or (grid is not None and run.grid == grid)]
    groups = ([run for run in group if run.is_whole and run not in cut] for group in (near, page.parts[table.part], page.runs))
    whole = next((group for group in groups if group), [])
    return any(len(run.pieces) > run.columns for run in whole)


def _is_column_blank(rows: Sequence[Run]) -> bool:
    """Whether the last column of table 三 is left blank throughout, so that no row of it has lost a cell.

    Where a last figure is the sum of those before it, it is the total, and another column is the blank one.
    """
    figures = [row for run in rows if (row := [value for value in run.values if value is not None])]
    is_alike = {len(row) for row in figures} == {rows[0].columns - 1} and len(figures) >= FEWEST_ALIKE
    sums = [sum(row[:-1]) == row[-1] for row in figures if any(row)]
    return is_alike and rows[0].table.id == "t3" and 2 * sum(sums) < len(sums)


def _is_for_the_grid(run: Run, heads: Heads | None, *, is_filled_up: bool) -> bool:
    """Whether counting would misplace a row of a grid: columns in another order or one that the form has not, or cells without text that are no cells of the form."""
    is_under_heads = heads is not None and heads.table == run.grid and (heads.is_rearranged or has_another(run, heads))
    return is_under_heads or (is_filled_up and not run.is_whole)


def _by_header(cells: Sequence[Piece] | None, run: Run, places: Sequence[int] | None) -> list[Piece] | None:
    """The row's cells in the form's order, where the header names the form's columns; `places` is where each column stands."""
    if cells and not run.header.order and len(cells) >= FEWEST_ALIKE and (_is_alike(cells) or _is_proved(run)):
        return list(cells)
    return [cells[place] for place in places] if cells and places else None


def _is_alike(cells: Sequence[Piece]) -> bool:
    """Whether the cells print the same, so that their order cannot matter (a page that opens within a table, layouts.md A15)."""
    return len({piece.text.strip() for piece in cells}) == 1


def _is_proved(run: Run) -> bool:
    """Whether a row of table 三 without a header ends with its sum: it is whole, and nothing says that its columns stand in another order."""
    return run.table.id == "t3" and run.is_whole and ends_with_its_sum(run)


def _printed_places(rows: Sequence[Run], page: PageRows) -> Sequence[int] | None:
    """Where each column stands, counted from the left; None where the header does not name each of the form's columns once.

    One with a misprint is believed where the other headers of the page keep the form's order. That of table 三's is not where more rows end in their sum
    in the form's own, or as many where the header leaves it open.
    """
    table, header = rows[0].table, rows[0].header
    columns = range(len(table.columns))
    if header.keeps_statutory_order(table):
        return columns if not header.is_misprinted or page.keeps_statutory_order else None
    order = header.in_order_of_columns(table)
    if not order or table.id != "t3":
        return _places(order) or None
    sums, sums_of_form = _sums(rows, _places(order)), _sums(rows, columns)
    is_told = sums > sums_of_form or (sums == sums_of_form and not header.is_open(table))
    return _places(order) if is_told else None


def _places(order: Sequence[int]) -> Sequence[int]:
    """The inverse of an order: where each column stands in it."""
    return [order.index(column) for column in range(len(order))]


def _sums(rows: Sequence[Run], places: Sequence[int]) -> int:
    """How many whole rows end in their sum, some of their figures not nought, where `places` tells the order of the cells."""
    found = 0
    for run in rows:
        figures = [value for value in run.values if value is not None]
        if len(figures) == len(places) and any(figures):
            *parts, total = (figures[place] for place in places)
            found += sum(parts) == total
    return found


def _partly(run: Run, of: Habit) -> list[Cell] | None:
    """The cells of a row within which the document ends, and of digits that can be cut in one way only."""
    if not run.closed or not run.header.keeps_statutory_order(run.table) or may_lack_digits(run):
        return None
    seen = cut_short(run, of)
    if seen:
        missing = run.columns - len(seen)
        return [
            *cells_of(run._replace(table=replace(run.table, columns=run.table.columns[: len(seen)])), seen),
            *[UNREAD] * missing,
        ]
    if merged := _merged(run):
        return merged
    if ends := _by_ends(run, of):
        return ends
    readings = list(islice(_glued(run), 2)) if is_whole_if_glued(run) else []
    if len(readings) > 1 and (repeated := repeated_reading(run)):
        return [_inferred(cell) for cell in repeated]
    return readings[0] if len(readings) == 1 and not (of.is_glued_short and any(cell.value for cell in readings[0])) else None


def _by_ends(run: Run, of: Habit) -> list[Cell] | None:
    """The cells of a row of which only the first and the last column can be told, or the last alone."""
    if pair := by_pair(run, of):
        placed = cells_of(run, [pair.get(column, run.figures[0]) for column in range(run.columns)])
        return [_inferred(cell) if column in pair else UNREAD for column, cell in enumerate(placed)]
    if of.is_summed and run.figures:
        return [*open_cells(run)[:-1], *map(_inferred, cells_of(run, [run.figures[-1]] * run.columns)[-1:])]
    return None


def _merged(run: Run) -> list[Cell] | None:
    """The cells of a row that prints one cell over all its columns: what it says of nothing holds for each, a figure belongs to none."""
    cell = run.pieces[0] if len(run.pieces) == 1 and run.columns > 1 else None
    if cell is None or cell.spot is None or cell.spot.colspan < run.columns:
        return None
    return [cell_of(cell, run.table.columns[0], "").doubted] * run.columns


def _glued(run: Run) -> Iterator[list[Cell]]:
    return glued_readings(run) if len(run.figures) == 1 and run.figures[0].is_glued else iter(())


def open_row(run: Run, page: PageRows) -> OpenRow:
    if not run.closed:
        return _open_rows(run)
    if any(piece.is_glued for piece in run.figures):
        most = 2 if page.is_glued_short else MOST_CANDIDATES
        is_short = page.is_glued_short and page.is_glued_short_in(run.table) and may_lack_one(run)
        is_few = len(run.figures) == 1 and not is_short and is_whole_if_glued(run) and glued_count(run) < most
        return OpenRow(run.keys, tuple(map(tuple, _glued(run))) if is_few else ())
    return placements(
        run.keys,
        may_be_blank=any(piece.is_blank for piece in run.pieces),
        figures=[[_inferred(cell) for cell in figure] for figure in in_every_column(run)],
    )


def _open_rows(run: Run) -> OpenRow:
    """A row together with those behind it whose labels are lost, where the figures are just as many as all of them have."""
    rows = (run.row, *run.unlabelled)
    keys = tuple(key for row in rows for key in run.table.keys_of(row))
    if len(run.figures) != len(keys) or any(piece.is_glued for piece in run.figures):
        return OpenRow(keys, ())
    starts = range(0, len(keys), run.columns)
    cells = [cell for start in starts for cell in cells_of(run, run.figures[start : start + run.columns])]
    return OpenRow(keys, (tuple(map(_inferred, cells)),))


def _inferred(cell: Cell) -> Cell:
    return cell._replace(state=State.INFERRED) if cell.state is State.READ else cell


def open_cells(run: Run) -> list[Cell]:
    """The cells of a row that is not settled: every figure of the row may belong to each of them."""
    figures = tuple(f.value for f in map(read_figure, (piece.text for piece in run.pieces)) if f)
    if not figures:
        return [UNREAD] * run.columns
    raw = " ".join(piece.text.strip() for piece in run.pieces).strip()
    return [Cell(None, State.AMBIGUOUS, raw, run.pieces[0].place, distinct(figures))] * run.columns


def distinct(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(values))
