"""Pieces × form -> cells. Labels anchor; the grid, counts and the form's identities settle which figure belongs to which column.

A figure is `read` only where one placement fits. Where the second best placement is as good as the best, the cells of the row are
`ambiguous` and hold the figures as candidates; where nothing stands behind a label, its cells stay `unread`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import groupby, islice, pairwise, takewhile
from operator import attrgetter

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
from parsers.cells import (
    BLOCK,
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
from parsers.crossing import crossings
from parsers.flattening import flattened, labels_above
from parsers.forms import Form, Table
from parsers.grid import Heads, by_grid, has_another, has_lost, heads_of, is_straight, usual_shape
from parsers.inference import MOST_CANDIDATES, OpenRow, holds, infer, placements, sums_within
from parsers.labels import fold, folded
from parsers.naming import named_cells
from parsers.narrowing import narrowed
from parsers.numerals import in_words, is_lone, read_figure
from parsers.pieces import Piece, may_have_moved_up
from parsers.rejoined import rejoined
from parsers.report import UNREAD, Cell, State
from parsers.rows import Run, table_rows
from parsers.serial_numbers import serial_numbers, without
from parsers.sideways import sideways
from parsers.splitting import split_rows
from parsers.subtotals import subtotals
from parsers.years import are_in_turn, is_annexed, of_year

MOST_COLUMNS = 15
FEWEST_ALIKE = 7
"""Figures of a row that are alike are a row of table 三 or 四 without its header; fewer behind a word may be a menu's count."""
FEWEST_WIDER = 2
"""So many rows with more figures than columns are a column that the form has not; one may be a cell cut in two."""
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
    parts = _with_numerals(split_rows(form, pieces))
    texts = folded(parts)
    found = occurrences(of, parts, texts)
    if serial := serial_numbers(of, parts, texts, found):
        return _page(form, without(serial, parts))
    if of_column := subtotals(of, parts, texts, found):
        return _page(form, without(of_column, parts))
    if tables := labels_above(of, parts, found):
        return _page(form, tuple(flattened(parts, tables)))
    return _Page(of, parts, texts, found)


def _with_numerals(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, those of one numeral as figures where a page without a grid prints its figures in words."""
    if not in_words(piece.text.strip() for piece in pieces if piece.spot is None):
        return pieces
    return [piece._replace(is_numeral=piece.spot is None and is_lone(piece.text)) for piece in pieces]


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
    for table in form.tables:
        named = [row.labels for row in table.rows if row.labels] or [column.labels for column in table.columns]
        labels.setdefault(table.part, Counter()).update(label for of in named if len(label := fold(of[0])) >= SHORTEST_TELLING)
    return {part: list(counts.items()) for part, counts in labels.items() if part != "t2"}


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
        is_wider, is_narrow = _is_wider(rows), rows[0].table not in form.tables
        placed = _in_grid(rows, of_page) if is_wider else _settled(rows, of_page)
        for run, found in zip(rows, placed, strict=True):
            is_beside = may_hold_another(run, of_page.parts[run.table.part]) or (
                is_narrow and may_have_moved_up(run.pieces[: run.columns])
            )
            settled = None if is_beside else found
            cells.update(zip(run.keys, settled or _open_cells(run), strict=True))
            is_open = settled is None and not (is_wider or is_beside or (run.header.is_wider and run.grid is not None))
            if is_open and run.header.keeps_statutory_order(run.table):
                still_open.append(_open_row(run, of_page))
    cells |= _doubted(page, chain, cells)
    cells |= _disproved(form, runs, cells)
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
            candidates = _distinct([value for row in rows for value in row])
            doubted |= {
                key: cells[key]._replace(value=None, state=State.AMBIGUOUS, candidates=candidates)
                for key in slot.table.keys_of(slot.row)
                if key in cells
            }
    return doubted


_is_glued = attrgetter("is_glued")


def _disproved(form: Form, runs: Sequence[Run], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Rows that break their own sum as they were read, where they may be read otherwise.

    Where numbers were cut in two, a row may hold one of them and lack a cell. Digits in one run were cut so: a cell without text may be
    among them (`4458102`: 44, 58, 102). Where the page ends with them, they may have lost digits, and a sum that holds would hold of others by chance as well; the last of other figures
    has lost some where it is the beginning of its sum. Where spans were written out, a figure beside the same may be the copy of one cell.
    """
    is_copied = any(run.is_copied for run in runs)
    doubtful = (run for run in runs if run.columns > 1 and (any(map(_is_glued, run.figures)) or (is_copied and _has_copy(run))))
    doubted = {key: cells[key].doubted for run in doubtful if _is_disproved(form, run, cells) for key in run.keys}
    cut = (run for run in runs if run.is_cut and run.is_whole and run.columns > 1 and _lacks_digits(run))
    doubted |= {key: cells[key].doubted for run in _beside_cut(form, runs, cells) for key in run.keys}
    return doubted | {run.keys[-1]: cells[run.keys[-1]].doubted for run in cut}


def _beside_cut(form: Form, runs: Sequence[Run], cells: Mapping[str, Cell]) -> Iterator[Run]:
    """The rows without a grid that break their sum, where several others of their part print more figures than columns: numbers were cut in two.

    In a row that lost a blank as well the count is right again. Twice as many figures are those of a row whose label is lost.
    """
    loose = [run for run in runs if run.grid is None and run.closed]
    cut = Counter(run.table.part for run in loose if 1 < run.columns < len(run.figures) < 2 * run.columns)
    whole = (run for run in loose if cut[run.table.part] >= FEWEST_WIDER and run.is_whole)
    return (run for run in whole if False in _sums_told(form, run, cells))


def _has_copy(run: Run) -> bool:
    """Whether two cells beside each other print the same figure, and not nought."""
    return any(one.text == other.text and one.text.strip() not in ("", "0") for one, other in pairwise(run.pieces))


def _lacks_digits(run: Run) -> bool:
    """Whether the last figure of a row is the beginning of its sum: `12` of 127."""
    *parts, last = run.values[-BLOCK:] if run.table.id == "t4" else run.values
    total = sum((value for value in parts if value), Decimal(0))
    return last is not None and last != total and str(total).startswith(str(last))


def _is_disproved(form: Form, run: Run, cells: Mapping[str, Cell]) -> bool:
    told = _sums_told(form, run, cells)
    return False in told or (run.is_cut and (True not in told or run.figures[-1].text.strip().strip("0０") != ""))


def _sums_told(form: Form, run: Run, cells: Mapping[str, Cell]) -> Set[bool | None]:
    """What the sums within a row say of it."""
    values = {key: cells[key].value for key in run.keys}
    return {holds(identity, values) for identity in sums_within(form.identities, values)}


def _figures_behind(page: _Page, anchor: Anchor) -> list[Decimal]:
    behind = takewhile(is_value, page.pieces[anchor.end : anchor.end + 2 * MOST_COLUMNS])
    return [figure.value for figure in map(read_figure, (piece.text for piece in behind)) if figure]


def _is_wider(rows: Sequence[Run]) -> bool:
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


def _in_grid(rows: Sequence[Run], page: PageRows) -> Iterator[list[Cell] | None]:
    """The cells of each row that stand under the form's columns in the grid, None for rows that do not."""
    heads = heads_of(rows[0].header, rows[0].table)
    usual, is_filled_up = usual_shape(rows), _fills_up(rows, page)
    for run in rows:
        placed = by_grid(run, heads, usual, is_filled_up=is_filled_up) if heads else None
        yield cells_of(run, placed) if placed else None


def _settled(rows: Sequence[Run], page: PageRows) -> Iterator[list[Cell] | None]:
    """The cells of each row of a table that grid or counts settle, None for the others."""
    of = WHOLE if all(run.is_whole and not run.has_blank_between for run in rows) else habit(rows, page)
    usual, places = usual_shape(rows), _printed_places(rows, page)
    heads, is_filled_up = heads_of(rows[0].header, rows[0].table), _fills_up(rows, page)
    is_short, is_in_order = _is_short(rows), places == range(len(rows[0].table.columns))
    is_a_short = is_a_figure_short(rows)
    last = None if ends_blank(rows) else rows[-1]
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
    if pair := by_pair(run, of):
        placed = cells_of(run, [pair.get(column, run.figures[0]) for column in range(run.columns)])
        return [_inferred(cell) if column in pair else UNREAD for column, cell in enumerate(placed)]
    readings = list(islice(_glued(run), 2)) if is_whole_if_glued(run) else []
    if len(readings) > 1 and (repeated := repeated_reading(run)):
        return [_inferred(cell) for cell in repeated]
    return readings[0] if len(readings) == 1 and not (of.is_glued_short and any(cell.value for cell in readings[0])) else None


def _merged(run: Run) -> list[Cell] | None:
    """The cells of a row that prints one cell over all its columns: what it says of nothing holds for each, a figure belongs to none."""
    cell = run.pieces[0] if len(run.pieces) == 1 and run.columns > 1 else None
    if cell is None or cell.spot is None or cell.spot.colspan < run.columns:
        return None
    return [cell_of(cell, run.table.columns[0], "").doubted] * run.columns


def _glued(run: Run) -> Iterator[list[Cell]]:
    return glued_readings(run) if len(run.figures) == 1 and run.figures[0].is_glued else iter(())


def _open_row(run: Run, page: PageRows) -> OpenRow:
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


def _open_cells(run: Run) -> list[Cell]:
    """The cells of a row that is not settled: every figure of the row may belong to each of them."""
    figures = tuple(f.value for f in map(read_figure, (piece.text for piece in run.pieces)) if f)
    if not figures:
        return [UNREAD] * run.columns
    raw = " ".join(piece.text.strip() for piece in run.pieces).strip()
    return [Cell(None, State.AMBIGUOUS, raw, run.pieces[0].place, _distinct(figures))] * run.columns


def _distinct(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(values))
