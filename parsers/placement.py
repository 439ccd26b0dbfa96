"""Pieces × form -> cells. Labels anchor; the grid, counts and the form's identities settle which figure belongs to which column.

A figure is `read` only where one placement fits. Where the second best placement is as good as the best, the cells of the row are
`ambiguous` and hold the figures as candidates; where nothing stands behind a label, its cells stay `unread`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import groupby, takewhile

from parsers.anchors import (
    FIGURES_WEIGHT,
    Anchor,
    Profile,
    Slot,
    alternatives,
    heaviest_chain,
    is_value,
    occurrences,
    profile,
    stray_rows,
)
from parsers.beside import may_hold_another
from parsers.bodies import of_body
from parsers.counting import PageRows
from parsers.crossing import crossings
from parsers.disproof import disproved
from parsers.flattening import flattened, labels_above
from parsers.forms import Form, Table
from parsers.inference import OpenRow, infer
from parsers.labels import fold, folded
from parsers.naming import named_cells
from parsers.narrowing import narrowed
from parsers.notes import notes_in_brackets
from parsers.numerals import read_figure
from parsers.pieces import Piece, may_have_moved_up
from parsers.rejoined import rejoined
from parsers.report import UNREAD, Cell, State
from parsers.rows import Run, table_rows
from parsers.serial_numbers import serial_numbers, without
from parsers.settling import distinct, in_grid, is_wider, open_cells, open_row, settled
from parsers.sideways import sideways
from parsers.splitting import split_rows
from parsers.subtotals import subtotals
from parsers.worded import with_numerals
from parsers.years import are_in_turn, is_annexed, of_year

MOST_COLUMNS = 15
PARTS = ("t2", "t3", "t4")
SHORTEST_TELLING = 4
"""Characters of labels that are counted in all of the page's text."""
FEWEST_RIVAL_ROWS = 3
"""Rows with figures that must stand again before captions are looked at."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The cells of one form as read from one document, and how many rows it was anchored by."""

    form: Form
    cells: Mapping[str, Cell]
    rows_found: int
    """Rows with figures, marks or blanks behind their labels."""
    named: Mapping[str, int] = field(default_factory=dict)
    """By table the rows whose labels stand on the page, whatever is behind them."""
    is_form_known: bool = True
    """Whether the page or its year tells the edition; else only the cells that all editions have are here."""
    heads: Mapping[str, int] = field(default_factory=dict)
    """How many of its columns the header of each table names; 0 where it prints no label whole: a part of one may be that of another edition."""
    amounts_without_unit: tuple[str, ...] = ()
    """Keys of amounts for which neither cell, header nor form names a unit: 万元 by custom, not by print."""

    is_told_apart: bool = False
    """Whether the page holds the form of another year or body as well, told apart by captions."""

    @property
    def rows_named(self) -> int:
        """How many rows the page names."""
        return sum(self.named.values())

    @property
    def cells_read(self) -> int:
        """How many cells hold a value."""
        return sum(1 for cell in self.cells.values() if cell.value is not None)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's pieces split for one form, with their folded texts and every occurrence of the form's labels."""

    of: Profile
    pieces: Sequence[Piece]
    texts: Sequence[str]
    found: Sequence[Anchor]


def place(form: Form, pieces: Sequence[Piece], *, year: int | None = None, unit: str | None = None) -> Placement:
    """Every cell of the form, in the form's order; those without a place on the page are `unread`.

    `year` is the year reported on, `unit` the body that reports: of two forms on one page that captions tell apart, the one of both is read.
    """
    page = _page(form, pieces)
    chain = heaviest_chain(page.found, slots=len(page.of.slots))
    rest = _without_chain(page, chain)
    second = heaviest_chain(rest.found, slots=len(page.of.slots))
    rival_rows = _figure_rows(page, second)
    for own in _told_apart(pieces, year, unit):
        if _is_own(form, own, rival_rows, pieces, year):
            return replace(place(form, own, year=year, unit=unit), is_told_apart=True)
    anchors = _anchors(page, chain)
    runs = _runs(page, anchors)
    cells = _cells(form, page, chain, runs)
    again = _parts_again(rest, second, runs)
    parts = frozenset(PARTS) if 2 * rival_rows >= max(_figure_rows(page, chain), 2) else again
    parts |= _printed_again(form, page) if parts else frozenset()
    cells |= _against(_rival(form, rest, second, anchors), cells, parts) if parts else {}
    for other in _reviews_elsewhere(page, chain):
        cells |= _against(_cells(form, page, (other,), _runs(page, (other,))), cells, ("t4",))
    settled = tuple(parts) if again else ()
    cells |= {key: cell for key, cell in _crossings(form, page, cells).items() if not key.startswith(settled)}
    for table in _unread(form, cells):
        cells |= sideways(page.of, table, form.identities, page.pieces, page.texts)
    complete = dict.fromkeys(form.cell_keys, UNREAD) | cells
    named = Counter(page.of.slots[anchor.slot].table.id for anchor in chain if page.of.slots[anchor.slot].row)
    headed = {run.table: run.header for run in runs}
    heads = {table.id: header.columns_named(table) for table, header in headed.items()}
    unitless = tuple(_unitless(form, complete))
    return Placement(form, complete, _figure_rows(page, chain), named, heads=heads, amounts_without_unit=unitless)


def _told_apart(pieces: Sequence[Piece], year: int | None, unit: str | None) -> Iterator[Sequence[Piece]]:
    """What captions leave of the page to the year, and to the body, where that is not all of it."""
    of_both = (of_year(pieces, year) if year else pieces, of_body(pieces, unit) if unit else pieces)
    yield from (own for own in of_both if len(own) < len(pieces))


def _is_own(form: Form, own: Sequence[Piece], rival_rows: int, pieces: Sequence[Piece], year: int | None) -> bool:
    """Whether what captions leave of the pieces is the report's form: one of two that stand on the page, or headings of tables and no figures.

    Tables without figures are pictures or lost, and the figures behind the next caption another's; so they are where captions of both years read alike,
    or where the one form on the page is an annex's of another year.
    """
    page = _page(form, own)
    chain = heaviest_chain(page.found, slots=len(page.of.slots))
    is_in_turn = year is not None and are_in_turn(pieces, year)
    if _figure_rows(page, chain):
        return is_in_turn or rival_rows >= FEWEST_RIVAL_ROWS
    is_only_annexed = year is not None and rival_rows < FEWEST_RIVAL_ROWS and is_annexed(pieces, year)
    return is_in_turn or is_only_annexed or sum(page.of.slots[anchor.slot].row is None for anchor in chain) > 1


def _crossings(form: Form, page: _Page, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells of tables of which nothing else could be read, by the labels that meet in them or stand before them."""
    found: dict[str, Cell] = {}
    for table in _unread(form, cells):
        found |= crossings(page.of, table, page.pieces, page.found) or named_cells(
            page.of, table, page.pieces, page.texts, page.found
        )
    return found


def _unread(form: Form, cells: Mapping[str, Cell]) -> list[Table]:
    """The tables of which no cell has a value."""
    return [table for table in form.tables if all(cells.get(key, UNREAD).value is None for key in table.keys)]


def _page(form: Form, pieces: Sequence[Piece]) -> _Page:
    of = profile(form.id)
    parts = notes_in_brackets(of, with_numerals(of, split_rows(form, pieces)))
    texts = folded(parts)
    found = occurrences(of, parts, texts)
    if serial := serial_numbers(of, parts, texts, found):
        return _page(form, without(serial, parts))
    if of_column := subtotals(of, parts, texts, found):
        return _page(form, without(of_column, parts))
    if tables := labels_above(of, parts, found):
        return _page(form, tuple(flattened(parts, tables)))
    return _Page(of, parts, texts, found)


def _unitless(form: Form, cells: Mapping[str, Cell]) -> Iterator[str]:
    for key in _amounts(form):
        figure = read_figure(cells[key].raw or "")
        if cells[key].value and figure and not figure.is_money:
            yield key


@cache
def _amounts(form: Form) -> tuple[str, ...]:
    """The cells of amounts for whose column the form names no unit."""
    rows = ((table, row) for table in form.tables for row in table.rows)
    keyed = (zip(table.keys_of(row), table.columns, strict=True) for table, row in rows)
    return tuple(key for row in keyed for key, column in row if column.is_decimal and column.unit is None)


def _figure_rows(page: _Page, chain: Sequence[Anchor]) -> int:
    return sum(1 for a in chain if page.of.slots[a.slot].row and a.end < len(page.pieces) and is_value(page.pieces[a.end]))


def _without_chain(page: _Page, chain: Sequence[Anchor]) -> _Page:
    """The page with the labels that stand there again: those of a second form (last year's beside this year's), or of a menu."""
    starts = {anchor.start for anchor in chain}
    return replace(page, found=[anchor for anchor in page.found if anchor.start not in starts])


def _parts_again(page: _Page, second: Sequence[Anchor], runs: Sequence[Run]) -> frozenset[str]:
    """The parts of the form (二, 三, 四) of which half the rows stand on the page again, under a header of their own: a menu has none.

    One row alone is no second table 二 or 三: on cards 其他 and 总计 name a column.
    """
    is_reviews = any(_is_without_label(page.of.slots[a.slot]) and a.weight > FIGURES_WEIGHT for a in second)
    if _figure_rows(page, second) < FEWEST_RIVAL_ROWS and not is_reviews:
        return frozenset()
    own = Counter(run.table.part for run in runs if run.figures)
    again = Counter(run.table.part for run in _runs(page, _anchors(page, second)) if run.figures and run.header.order)
    return frozenset(
        part
        for part, rows in again.items()
        if 2 * rows >= own[part] and rows >= min(FEWEST_RIVAL_ROWS, own[part]) > 0 and (rows > 1 or part == "t4")
    )


def _reviews_elsewhere(page: _Page, chain: Sequence[Anchor]) -> Iterator[Anchor]:
    """Headers of table 四 that no grid tells from copies, and that the chain left out: what is heavier elsewhere need not be its own form's."""
    return (
        anchor
        for anchor in page.found
        if _is_without_label(page.of.slots[anchor.slot])
        and anchor.weight > FIGURES_WEIGHT
        and anchor not in chain
        and page.pieces[anchor.start].spot is None
    )


def _printed_again(form: Form, page: _Page) -> frozenset[str]:
    """The parts of which half the labels are printed twice, whether or not they can be told from what stands around them: whose the ones read are is not known."""
    text = "".join(page.texts)
    twice = {part: [text.count(label) > count for label, count in labels] for part, labels in _labels_by_part(form).items()}
    return frozenset(part for part, are in twice.items() if 2 * sum(are) >= len(are))


@cache
def _labels_by_part(form: Form) -> Mapping[str, Sequence[tuple[str, int]]]:
    """The labels of table 三's rows and of table 四's columns, and how often one form prints each; those of table 二 are words of prose and menus as well."""
    labels: dict[str, Counter[str]] = {}
    for table in (table for table in form.tables if table.part != "t2"):
        named = [row.labels for row in table.rows if row.labels] or [column.labels for column in table.columns]
        labels.setdefault(table.part, Counter()).update(label for of in named if len(label := fold(of[0])) >= SHORTEST_TELLING)
    return {part: list(counts.items()) for part, counts in labels.items()}


def _is_without_label(slot: Slot) -> bool:
    """Whether the slot is a row that the form prints without a label (table 四)."""
    return slot.row is not None and not slot.row.labels


def _rival(form: Form, page: _Page, second: Sequence[Anchor], taken: Sequence[Anchor]) -> dict[str, Cell]:
    """The cells of a second form, those of rows that print what cannot be read as well.

    A row that stands once on the page was taken for the first already, and agrees with nothing.
    """
    runs = _runs(page, [anchor for anchor in _anchors(page, second) if anchor not in taken])
    printed = {key: UNREAD._replace(state=State.AMBIGUOUS) for run in runs if run.figures for key in run.keys}
    return printed | {key: cell for key, cell in _cells(form, page, second, runs).items() if cell is not UNREAD}


def _against(rival: Mapping[str, Cell], cells: Mapping[str, Cell], parts: Collection[str]) -> dict[str, Cell]:
    """The cells of these parts where two forms that differ stand on one page."""
    both = {key: (cell, rival.get(key, UNREAD)) for key, cell in cells.items() if key.startswith(tuple(parts))}
    return {key: _contested(*pair) for key, pair in both.items()} if any(_differ(*pair) for pair in both.values()) else {}


def _differ(cell: Cell, other: Cell) -> bool:
    """Whether a cell reads otherwise in another form, could hold other figures only, or is printed as none."""
    if cell.value is None:
        return False
    if other.state in {State.BLANK, State.MARK}:
        return True
    values = (other.value,) if other.value is not None else other.candidates
    return cell.value not in values if values else other.state is State.AMBIGUOUS


def _contested(cell: Cell, other: Cell) -> Cell:
    """A cell of two forms that differ: read only where both say the same; of one that stands once, it is not known whose it is."""
    if cell.value == other.value:
        return cell
    candidates = tuple(c.value for c in (cell, other) if c.value is not None) + cell.candidates
    return Cell(None, State.AMBIGUOUS, cell.raw, cell.place, candidates)


def _anchors(page: _Page, chain: Sequence[Anchor]) -> list[Anchor]:
    """The labels of a chain, and those that are out of the form's order, as they stand on the page."""
    return sorted((*chain, *stray_rows(page.of, page.found, chain, page.pieces)), key=lambda anchor: anchor.start)


def _runs(page: _Page, anchors: Sequence[Anchor]) -> list[Run]:
    """What stands behind labels."""
    return list(table_rows(page.of, anchors, pieces=page.pieces, texts=page.texts))


def _cells(form: Form, page: _Page, chain: Sequence[Anchor], runs: Sequence[Run]) -> dict[str, Cell]:
    """The cells of the rows anchored by a chain: first what grid and counts settle, then what the identities make of the rest."""
    cells: dict[str, Cell] = {}
    still_open: list[OpenRow] = []
    runs = narrowed(runs)
    of_page, order = PageRows(runs), [table.id for table in form.tables]
    for _, group in groupby(sorted(runs, key=lambda run: order.index(run.table.id)), key=lambda run: run.table.id):
        rows = list(group)
        has_more, is_narrow = is_wider(rows), rows[0].table not in form.tables
        placed = in_grid(rows, of_page) if has_more else settled(rows, of_page)
        for run, found in zip(rows, placed, strict=True):
            is_beside = may_hold_another(run, of_page.parts[run.table.part]) or (
                is_narrow and may_have_moved_up(run.pieces[: run.columns])
            )
            own = None if is_beside else found
            cells.update(zip(run.keys, own or open_cells(run), strict=True))
            is_open = own is None and not (has_more or is_beside or (run.header.is_wider and run.grid is not None))
            if is_open and run.header.keeps_statutory_order(run.table):
                still_open.append(open_row(run, of_page))
    cells |= _doubted(page, chain, cells)
    cells |= disproved(form, runs, cells)
    cells |= rejoined(form, cells)
    if not still_open:
        return cells
    complete = dict.fromkeys(form.cell_keys, UNREAD) | cells
    return cells | infer(form, complete, still_open)


def _doubted(page: _Page, anchors: Sequence[Anchor], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Rows whose label stands twice where only one can be meant, with other figures behind it."""
    doubted: dict[str, Cell] = {}
    for anchor, other in alternatives(page.found, anchors):
        slot = page.of.slots[anchor.slot]
        if slot.row is None or not slot.row.labels:
            continue
        rows = [_figures_behind(page, a) for a in (anchor, other)]
        if rows[1] and rows[0] != rows[1]:
            candidates = distinct([value for row in rows for value in row])
            doubted |= {
                key: cells[key]._replace(value=None, state=State.AMBIGUOUS, candidates=candidates)
                for key in slot.table.keys_of(slot.row)
                if key in cells
            }
    return doubted


def _figures_behind(page: _Page, anchor: Anchor) -> list[Decimal]:
    behind = takewhile(is_value, page.pieces[anchor.end : anchor.end + 2 * MOST_COLUMNS])
    return [figure.value for figure in map(read_figure, (piece.text for piece in behind)) if figure]
