"""Pieces × form -> cells. Labels anchor; the grid places a figure where its columns are left, counting where they are not.

A figure is `read` only where one placement fits. Where the figures of a row are neither as many as its columns nor placed by the grid, they
become candidates of `ambiguous` cells; where nothing stands behind a label, its cells stay `unread`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, zip_longest

from parsers.anchors import Anchor, Profile, Slot, heaviest_chain, is_value, occurrences, profile
from parsers.columns import Header, read_header
from parsers.forms import Column, Form, Row, Table
from parsers.labels import folded
from parsers.numerals import header_unit, is_mark, read_figure
from parsers.pieces import Piece, Spot
from parsers.report import UNREAD, Cell, State

HEADER_PIECES = 40
"""How many pieces before a table's first row may belong to its header (table 四 flattened with every label cut in two has 39)."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The cells of one form as read from one document, and how many rows it was anchored by."""

    form: Form
    cells: Mapping[str, Cell]
    rows_found: int
    amounts_without_unit: tuple[str, ...] = ()
    """Keys of amounts for which neither cell, header nor form names a unit: 万元 by custom, not by print."""


def place(form: Form, pieces: Sequence[Piece]) -> Placement:
    """Every cell of the form, in the form's order; those without a place on the page are `unread`."""
    texts = tuple(folded(pieces))
    of = profile(form.id)
    found = occurrences(of, pieces, texts)
    chain = heaviest_chain(found, slots=len(of.slots))
    cells = _cells(of, chain, pieces=pieces, texts=texts)
    rival = _rival(of, found, chain, pieces=pieces, texts=texts)
    if rival:
        cells = {key: _contested(cell, rival.get(key, UNREAD)) for key, cell in cells.items()}
    complete = {key: cells.get(key, UNREAD) for key in form.cell_keys}
    return Placement(form, complete, _figure_rows(of, chain, pieces), tuple(_unitless(form, complete)))


def _unitless(form: Form, cells: Mapping[str, Cell]) -> Iterator[str]:
    rows = ((table, row) for table in form.tables for row in table.rows)
    amounts = (zip(table.keys_of(row), table.columns, strict=True) for table, row in rows)
    for key in (key for row in amounts for key, column in row if column.is_decimal and column.unit is None):
        figure = read_figure(cells[key].raw or "")
        if cells[key].value and figure and not figure.is_money:
            yield key


def _figure_rows(of: Profile, chain: Sequence[Anchor], pieces: Sequence[Piece]) -> int:
    return sum(1 for a in chain if of.slots[a.slot].row and a.end < len(pieces) and is_value(pieces[a.end]))


def _rival(
    of: Profile, found: Sequence[Anchor], chain: Sequence[Anchor], *, pieces: Sequence[Piece], texts: Sequence[str]
) -> dict[str, Cell]:
    """The cells of a second form on the page (last year's beside this year's), where at least half as many rows stand again."""
    used = {(anchor.start, anchor.slot) for anchor in chain}
    starts = {anchor.start for anchor in chain}
    second = heaviest_chain((a for a in found if (a.start, a.slot) not in used and a.start not in starts), slots=len(of.slots))
    if 2 * _figure_rows(of, second, pieces) < max(_figure_rows(of, chain, pieces), 2):
        return {}
    return _cells(of, second, pieces=pieces, texts=texts)


def _contested(cell: Cell, other: Cell) -> Cell:
    """A cell that two forms on one page fill: read only where both say the same."""
    if other.state is State.UNREAD or other.value == cell.value:
        return cell
    candidates = tuple(c.value for c in (cell, other) if c.value is not None) + cell.candidates
    return Cell(None, State.AMBIGUOUS, cell.raw, cell.place, candidates)


@dataclass(frozen=True, slots=True)
class _Run:
    """What stands behind a row's label: cells, and what fills the row up."""

    table: Table
    row: Row
    pieces: tuple[Piece, ...]
    header: Header
    closed: bool
    """Whether it holds this row only."""
    groups: int
    """How many group labels (（三）不予公开 …) share the row: each takes a cell that other rows fill up behind."""

    @property
    def cells(self) -> list[Piece]:
        """The pieces that are one cell each."""
        return [piece for piece in self.pieces if not piece.fill]

    @property
    def figures(self) -> list[Piece]:
        return [piece for piece in self.pieces if not piece.is_blank]

    @property
    def behind(self) -> int:
        """Cells beyond the row's columns, those that fill it up included."""
        return sum(piece.fill or 1 for piece in self.pieces) - len(self.table.columns)

    @property
    def is_whole(self) -> bool:
        """Whether its cells can be told without its neighbours: all are figures, or as many as columns stand before what fills up."""
        columns = len(self.table.columns)
        filled_up = any(piece.fill for piece in self.pieces[columns:]) and not any(piece.fill for piece in self.pieces[:columns])
        return len(self.figures) == columns or (filled_up and len(self.cells) == columns)


def _cells(of: Profile, chain: Sequence[Anchor], *, pieces: Sequence[Piece], texts: Sequence[str]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for _, runs in groupby(_runs(of, chain, pieces=pieces, texts=texts), key=lambda run: run.table.id):
        rows = list(runs)
        spare = _spare(rows)
        for run in rows:
            cells.update(zip(run.table.keys_of(run.row), _settle(run, spare=spare, is_last=run is rows[-1]), strict=True))
    return cells


def _runs(of: Profile, chain: Sequence[Anchor], *, pieces: Sequence[Piece], texts: Sequence[str]) -> Iterator[_Run]:
    headers: dict[str, Header] = {}
    free = 0
    for anchor, after in zip_longest(chain, chain[1:]):
        stop = after.start if after else len(pieces)
        slot = of.slots[anchor.slot]
        if slot.row is None:
            free = anchor.end
            continue
        table = slot.table
        if table.id not in headers:
            headers[table.id] = _header(anchor, slot, pieces=pieces, texts=texts, free=free, stop=stop)
        header = headers[table.id]
        begin = anchor.end if slot.row.labels else max(header.end, anchor.end)
        label = pieces[anchor.start].spot if slot.row.labels else None
        run = _run(pieces, begin, stop, label=label)
        free = begin + len(run)
        closed = label is not None or _is_closed(anchor, after, texts[free : free + 1], known=of.labels)
        yield _Run(table, slot.row, tuple(run), header, closed, _groups_before(anchor.start, texts, of.groups))


def _groups_before(start: int, texts: Sequence[str], groups: frozenset[str]) -> int:
    """How many group labels stand directly before a row's own label."""
    count = 0
    while start - count > 0 and texts[start - count - 1] in groups:
        count += 1
    return count


def _spare(rows: Sequence[_Run]) -> int | None:
    """How many cells fill up every row of a table behind its columns, where all its whole rows agree; the last row often has none."""
    found = {run.behind + run.groups for run in rows[:-1] or rows if run.is_whole}
    return found.pop() if len(found) == 1 else None


def _is_closed(anchor: Anchor, after: Anchor | None, end: Sequence[str], *, known: frozenset[str]) -> bool:
    """Whether a run without a grid holds one row only: the page goes on with the form's next row, or with words the form does not know.

    Where the next row's label is lost, its figures would stand in the same run, and as many as one row has may be left of both.
    """
    succeeded = after is None or after.slot == anchor.slot + 1
    return succeeded or (bool(end) and end[0] not in known)


def _header(anchor: Anchor, slot: Slot, *, pieces: Sequence[Piece], texts: Sequence[str], free: int, stop: int) -> Header:
    """The header above the first row found; a table whose row has no label (table 四) is anchored by the header itself."""
    row = slot.row
    if row is None or row.labels:
        return read_header(pieces, texts, start=max(free, anchor.start - HEADER_PIECES), stop=anchor.start, table=slot.table)
    return read_header(pieces, texts, start=anchor.start, stop=min(stop, anchor.start + HEADER_PIECES), table=slot.table)


def _run(pieces: Sequence[Piece], start: int, stop: int, *, label: Spot | None) -> list[Piece]:
    """What stands behind a label up to the next text; in a grid only what shares a row with the label."""
    run = []
    for piece in pieces[start:stop]:
        if not is_value(piece) or (label is not None and not _same_row(label, piece.spot)):
            break
        run.append(piece)
    return run


def _same_row(label: Spot, spot: Spot | None) -> bool:
    return spot is not None and spot.table == label.table and spot.row in label.rows


def _settle(run: _Run, *, spare: int | None, is_last: bool) -> list[Cell]:
    """The cells of one row, in the form's order of columns."""
    placed = _by_grid(run.pieces, run.table, run.header) or (_by_count(run, spare, is_last=is_last) if run.closed else None)
    if placed is not None:
        heads = (run.header.texts.get(i, "") for i in range(len(placed)))
        return [_cell(*entry) for entry in zip(placed, run.table.columns, heads, strict=True)]
    figures = tuple(f.value for f in map(read_figure, (piece.text for piece in run.pieces)) if f)
    if not figures:
        return [UNREAD] * len(run.table.columns)
    raw = " ".join(piece.text.strip() for piece in run.pieces).strip()
    return [Cell(None, State.AMBIGUOUS, raw, run.pieces[0].place, _distinct(figures))] * len(run.table.columns)


def _distinct(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(values))


def _by_grid(run: Sequence[Piece], table: Table, header: Header) -> list[Piece] | None:
    """The piece under each column's header, where every column has exactly one."""
    if len(header.spots) != len(table.columns):
        return None
    under = [[p for p in run if _is_under(p, header.spots[i])] for i in range(len(table.columns))]
    if any(len(pieces) != 1 for pieces in under):
        return None
    placed = [pieces[0] for pieces in under]
    return placed if len({id(piece) for piece in placed}) == len(placed) else None


def _is_under(piece: Piece, head: Spot) -> bool:
    return piece.spot is not None and piece.spot.table == head.table and piece.spot.column in head.columns


def _by_count(run: _Run, spare: int | None, *, is_last: bool) -> list[Piece] | None:
    """The pieces in printed order, where it is known which of them are the row's cells."""
    order = _value_order(run.table, run.header)
    cells = _counted(run, spare, is_last=is_last)
    return [cells[order.index(i)] for i in range(len(order))] if order and cells else None


def _counted(run: _Run, spare: int | None, *, is_last: bool) -> Sequence[Piece] | None:
    """As many figures as columns, whatever blanks stand among them; or as many cells, blanks counted, with just the spare ones behind."""
    columns = len(run.table.columns)
    if len(run.figures) == columns:
        return run.figures
    if run.is_whole:
        return run.cells
    first = run.pieces[:columns]
    enough = len(first) == columns and not any(piece.fill for piece in first)
    expected = {0} if spare is None else {spare - run.groups, 0 if is_last else spare - run.groups}
    return first if enough and run.behind in expected and all(piece.is_blank for piece in run.pieces[columns:]) else None


def _value_order(table: Table, header: Header) -> tuple[int, ...] | None:
    """Which column each value belongs to, from left to right; None where the header names other columns than the form's."""
    columns = tuple(range(len(table.columns)))
    if header.keeps_statutory_order(table):
        return columns
    return header.order if sorted(header.order) == list(columns) and table.id != "t3" else None


def _cell(piece: Piece, column: Column, head: str) -> Cell:
    raw = piece.text.strip()
    if not raw:
        return Cell(None, State.BLANK, piece.text, piece.place)
    figure = read_figure(raw)
    if figure is None or is_mark(raw):
        return Cell(None, State.MARK, raw, piece.place)
    if not column.is_decimal and (figure.is_money or figure.value % 1):
        return Cell(None, State.MARK, raw, piece.place)
    return Cell(figure.in_wan(header_unit(head)) if column.is_decimal else figure.value, State.READ, raw, piece.place)
