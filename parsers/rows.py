"""The rows of a form as they stand on a page: what is printed behind each row's label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby, islice, pairwise, takewhile, zip_longest
from operator import attrgetter
from typing import NamedTuple

from parsers.anchors import Anchor, Profile, Slot, is_value
from parsers.columns import Header, read_header
from parsers.forms import Row, Table
from parsers.labels import fold
from parsers.numerals import MONEY_UNITS, is_printed, is_reference, read_figure
from parsers.pieces import Piece, Spot

_PART = re.compile(r"\d+[.,，]|(?:[.,，]\d+)+|[零〇一二两三四五六七八九十百千]{2,}")
_BARE_SIGNS = frozenset(["增", "减", "增加", "减少"])
HEADER_PIECES = 40
"""How many pieces before a table's first row may belong to its header (table 四 flattened with every label cut in two has 39)."""


class _Run(NamedTuple):
    table: Table
    row: Row
    pieces: tuple[Piece, ...]
    figures: tuple[Piece, ...]
    """The pieces that are not blank."""
    header: Header
    closed: bool
    """Whether it holds this row only."""
    groups: int
    """How many group labels (（三）不予公开 …) share the row: each takes a cell that other rows fill up behind."""
    gap_behind: int = 0
    """Line ends between the run and what follows, where lines tell."""
    is_cut: bool = False
    """Whether the page ends with it."""
    unlabelled: tuple[Row, ...] = ()
    """The rows of the table between this one and the next label found: theirs may stand in the run as well."""
    grid: int | None = None
    """The grid in which it stands."""
    width: int | None = None
    """The last column of the row in the grid, where there is one."""
    is_before_words: bool = False
    """Whether words follow it that no label of the form begins with, nor is nearly one of them."""
    may_go_on: bool = False
    """Whether it stands on one line, and on the next a number alone, behind the rest of a label (`数量 6`) or before the next (`73 行政强制`): one of its own may end there. So it may before a part of a number, or the unit of an amount."""
    is_copied: bool = False
    """Whether its label stands in the next cell again: somebody wrote the spans of the grid out."""


class Run(_Run):
    """What stands behind a row's label: cells, and what fills the row up. A named tuple is made in a third of the time that a frozen dataclass takes."""

    __eq__, __hash__ = object.__eq__, object.__hash__

    @property
    def columns(self) -> int:
        return len(self.table.columns)

    @property
    def gaps(self) -> frozenset[int]:
        """The numbers of line ends in front of its pieces."""
        return frozenset([piece.gap for piece in self.pieces])

    @property
    def keys(self) -> tuple[str, ...]:
        return self.table.keys_of(self.row)

    @cached_property
    def behind(self) -> int:
        """Cells beyond the row's columns, those that fill it up included."""
        return sum(piece.fill or 1 for piece in self.pieces) - self.columns

    @cached_property
    def pipes_behind(self) -> int:
        """How many pipes stand behind its columns."""
        return sum(piece.fill or 1 for piece in self.pieces[self.columns :] if piece.is_blank and not piece.gap)

    @property
    def values(self) -> list[Decimal | None]:
        """The numbers of its figures, None for a mark."""
        return [figure.value if (figure := read_figure(piece.text)) else None for piece in self.figures]

    @property
    def is_whole(self) -> bool:
        """Whether its figures are as many as its columns."""
        return len(self.figures) == len(self.table.columns)

    @property
    def has_blank_between(self) -> bool:
        """Whether a blank stands between its figures. One in front of a row without a label may be the pipe that opens it."""
        if len(self.figures) == len(self.pieces):
            return False
        places = [number for number, piece in enumerate(self.pieces) if not piece.is_blank]
        first = 0 if self.row.labels else places[0]
        return places[-1] - first >= len(places)

    @cached_property
    def is_filled_up(self) -> bool:
        """Whether as many cells as columns stand before what was printed in one go to fill the row up."""
        first, behind = self.pieces[: self.columns], self.pieces[self.columns :]
        return bool(behind) and all(piece.fill for piece in behind) and not any(piece.fill for piece in first)


def table_rows(of: Profile, chain: Sequence[Anchor], *, pieces: Sequence[Piece], texts: Sequence[str]) -> Iterator[Run]:
    """A run for each row anchored, in the order of the page."""
    end = next((number for number in range(len(texts), 0, -1) if texts[number - 1]), 0)
    page = _Page(of, pieces, texts, end, _Lost(of, chain), _widths(pieces))
    headers: dict[str, Header] = {}
    free = filled = 0
    for anchor, after in zip_longest(chain, chain[1:]):
        slot = of.slots[anchor.slot]
        if slot.row is None:
            free = anchor.end
            filled = _fill(pieces, free)
            continue
        stop = after.start if after else len(pieces)
        if slot.table.id not in headers:
            header = _header(anchor, slot, pieces=pieces, free=free, stop=stop)
            headers[slot.table.id] = replace(header, caption_fill=filled) if filled else header
        header = headers[slot.table.id]
        opening = _opening(pieces, anchor, slot.row, header)
        found = _behind_label(pieces, opening.begin, stop, label=opening.label, line=opening.line)
        free = opening.begin + len(found)
        yield page.run(anchor, after, slot.row, found, header=header, opening=opening)


def _fill(pieces: Sequence[Piece], start: int) -> int:
    """How many pipes fill up what ends before `start`."""
    behind = takewhile(lambda piece: piece.is_blank and piece.spot is None and not piece.gap, islice(pieces, start, None))
    return sum(piece.fill or 1 for piece in behind)


class _Opening(NamedTuple):
    """Where the cells of a row begin: the index of the first, the place of its label in the grid, and the line that both stand on, or 0."""

    begin: int
    label: Spot | None
    line: int


def _opening(pieces: Sequence[Piece], anchor: Anchor, row: Row, header: Header) -> _Opening:
    if row.labels:
        return _Opening(anchor.end, _grid_label(pieces, anchor, anchor.end), _line(pieces, anchor.end - 1, anchor.end))
    begin = _first_cell(pieces, max(anchor.start + header.length, anchor.end))
    return _Opening(begin, _row_of(pieces, begin), 0)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page on which rows are anchored."""

    of: Profile
    pieces: Sequence[Piece]
    texts: Sequence[str]
    end: int
    """The index after the last piece that is not blank."""
    lost: _Lost
    widths: Mapping[tuple[int, int], int]

    def run(
        self, anchor: Anchor, after: Anchor | None, row: Row, found: Sequence[Piece], *, header: Header, opening: _Opening
    ) -> Run:
        """The run of a row, `found` being all that stands behind its label."""
        label, free = opening.label, opening.begin + len(found)
        cells = self._cells(anchor, row, found, is_grid=label is not None, is_end=free >= self.end)
        closed = label is not None or _ends_line(self.pieces, free, opening.line) or self._is_closed(anchor, after, free, cells)
        return Run(
            self.of.slots[anchor.slot].table,
            row,
            cells,
            tuple([piece for piece in cells if piece.text and not piece.text.isspace()]),
            header,
            closed=closed,
            groups=groups_before(anchor.start, self.texts, self.of.groups),
            gap_behind=self.pieces[free].gap if free < len(self.pieces) else 0,
            is_cut=free >= self.end,
            unlabelled=self.lost.between(anchor, after) if label is None else (),
            grid=label.table if label else None,
            width=self.widths.get((label.table, label.row)) if label else None,
            is_before_words=bool(found) and self._is_unknown(free) and not self._is_on_next_line(free),
            may_go_on=(opening.line > 0 and self._is_rest(free, opening.line)) or (label is None and self._is_broken(free)),
            is_copied=label is not None and self._is_copied(anchor),
        )

    def _cells(self, anchor: Anchor, row: Row, found: Sequence[Piece], *, is_grid: bool, is_end: bool) -> tuple[Piece, ...]:
        """The cells behind a label, without its copy at the end of the row, and without what is left of the next label."""
        cells = _one_a_cell(found) if is_grid else list(found)
        if cells and row.labels and fold(cells[-1].text) == "".join(self.texts[anchor.start : anchor.end]):
            del cells[-1]
        return _without_next_ordinal(cells, self.of, anchor, is_end=is_end)

    def _is_closed(self, anchor: Anchor, after: Anchor | None, free: int, cells: Sequence[Piece]) -> bool:
        """Whether cells without a grid are of this row only, by what follows them."""
        end = self.texts[free : free + 1]
        if _is_closed(self.of, self.lost, anchor, after, end):
            return True
        return (
            after is not None and not self.lost.between(anchor, after) and _is_before_header(self.of, anchor, after, end, cells)
        )

    def _is_unknown(self, at: int) -> bool:
        """Whether the text of a piece is no label, nor the beginning of one."""
        text = self.texts[at] if at < len(self.texts) else ""
        if not text or text in self.of.labels:
            return False
        return not (self.of.lexicon.begins(text) or self.of.lexicon.nearest(text))

    def _is_on_next_line(self, at: int) -> bool:
        """Whether cells stand on one line and the piece on another: it is none of their row."""
        last, line = self.pieces[at - 1].line, self.pieces[at].line
        return 0 < last != line and self.pieces[at - 2].line == last

    def _is_broken(self, at: int) -> bool:
        """Whether a part of a number stands there (`5151.`, `.67`, `一千三`), or the unit of an amount."""
        text = self.pieces[at].text.strip() if at < len(self.pieces) else ""
        return _PART.fullmatch(text) is not None or text in MONEY_UNITS

    def _is_rest(self, at: int, line: int) -> bool:
        """Whether a line below is a number alone, with words in front of it that are no label at most, or begins with more digits than a row's number has."""
        lines = [piece.line for piece in self.pieces[at : at + 2]]
        if not lines or lines[0] <= line:
            return False
        if len(lines) > 1 and lines[1] == lines[0]:
            first = self.pieces[at].text.strip()
            return first.isdecimal() and len(first) > 1 and self.texts[at + 1] in self.of.labels
        *words, last = self.pieces[at].text.split() or [""]
        return last.isdecimal() and len(words) <= 1 and not any(map(is_printed, words))

    def _is_copied(self, anchor: Anchor) -> bool:
        label, before, behind = self.texts[anchor.start], anchor.start - 1, anchor.end
        return (before >= 0 and label == self.texts[before]) or (behind < len(self.texts) and label == self.texts[behind])


class _Lost:
    """The rows whose labels are not on the page: their figures may stand behind another label."""

    def __init__(self, of: Profile, chain: Sequence[Anchor]) -> None:
        self._of = of
        self._anchored = {anchor.slot for anchor in chain}
        tables = [(of.slots[anchor.slot].table.id, anchor.slot) for anchor in chain]
        self._moved = {table for (table, slot), (_, after) in pairwise(tables) if after < slot}

    def between(self, anchor: Anchor, after: Anchor | None) -> tuple[Row, ...]:
        """Those of an anchor's table that may stand between it and the next anchor; all of them where rows are out of order."""
        table = self._of.slots[anchor.slot].table
        stop = after.slot if after else len(self._of.slots)
        slots = range(len(self._of.slots)) if table.id in self._moved else range(anchor.slot + 1, stop)
        return tuple(slot.row for slot in self._unanchored(slots) if slot.row and slot.table == table) if slots else ()

    def may_hide(self, anchor: Anchor, after: Anchor) -> bool:
        """Whether any row may stand there, or a caption that is lost as well: what fills up the rows around it would run together."""
        slots = range(anchor.slot + 1, after.slot)
        return bool(self.between(anchor, after)) or not self._anchored.issuperset(slots)

    def _unanchored(self, slots: range) -> Iterator[Slot]:
        return (self._of.slots[number] for number in slots if number not in self._anchored)


def _widths(pieces: Sequence[Piece]) -> dict[tuple[int, int], int]:
    """The last column of each row of each table."""
    spots = [spot for piece in pieces if (spot := piece.spot)]
    # The cells of a row come from left to right: the last one stays.
    widths = {(table, row): column + colspan - 1 for table, row, column, _, colspan in spots}
    for table, row, column, rowspan, colspan in [spot for spot in spots if spot.rowspan > 1]:
        last = table, row + rowspan - 1
        widths[last] = max(widths.get(last, 0), column + colspan - 1)
    return widths


def _grid_label(pieces: Sequence[Piece], anchor: Anchor, begin: int) -> Spot | None:
    """The label's place in the grid; None where there is none, or where its figures stand in the label's own cell."""
    spot = pieces[anchor.start].spot
    behind = pieces[begin].spot if begin < len(pieces) else None
    return None if spot == behind else spot


def _row_of(pieces: Sequence[Piece], begin: int) -> Spot | None:
    """The place in the grid of the first cell of a row without a label."""
    return pieces[begin].spot if begin < len(pieces) else None


def _line(pieces: Sequence[Piece], label: int, begin: int) -> int:
    """The line of a label whose cells stand on it; 0 where they do not."""
    return pieces[label].line if begin < len(pieces) and pieces[begin].line == pieces[label].line else 0


def _ends_line(pieces: Sequence[Piece], free: int, line: int) -> bool:
    """Whether a row printed on one line ends with it: what stands on the next line is another row, even where its label is lost."""
    return bool(line) and (free >= len(pieces) or pieces[free].line != line)


def _without_next_ordinal(found: list[Piece], of: Profile, anchor: Anchor, *, is_end: bool) -> tuple[Piece, ...]:
    """Without the `2` that is left of the next row's label (2.其他法律…) where an excerpt ends within it."""
    if len(found) != len(of.slots[anchor.slot].table.columns) + 1:
        return tuple(found)
    last = found[-1].text.strip()
    following = of.slots[anchor.slot + 1].labels if anchor.slot + 1 < len(of.slots) else ()
    return tuple(found[:-1] if is_end and any(label.startswith(f"{last}.") for label in following) else found)


def groups_before(start: int, texts: Sequence[str], groups: frozenset[str]) -> int:
    """How many group labels stand directly before a row's own label."""
    count = 0
    while start - count > 0 and texts[start - count - 1] in groups:
        count += 1
    return count


def _is_closed(of: Profile, lost: _Lost, anchor: Anchor, after: Anchor | None, end: Sequence[str]) -> bool:
    """Whether a run without a grid holds one row only: the page goes on with the form's next row, its group, or words the form does not know.

    Where the next row's label is lost, its figures would stand in the same run, and as many as one row has may be left of both.
    """
    if after is None or not lost.may_hide(anchor, after):
        return True
    return bool(end) and (end[0] not in of.labels or _opens(of, end[0], anchor.slot + 1))


def _is_before_header(of: Profile, anchor: Anchor, after: Anchor, end: Sequence[str], cells: Sequence[Piece]) -> bool:
    """Whether a row with a figure in each cell is followed by the header of the next table, whose caption is lost (layouts.md C)."""
    columns, table = len(of.slots[anchor.slot].table.columns), of.slots[after.slot].table
    is_whole = [not piece.is_blank for piece in cells][:columns] == [True] * columns and all(p.is_blank for p in cells[columns:])
    return is_whole and bool(end) and end[0] in map(fold, table.head_labels)


def _opens(of: Profile, text: str, slot: int) -> bool:
    """Whether a group label (（三）不予公开) is the one that the form prints before a row."""
    row, before = of.slots[slot].row, of.slots[slot - 1].row
    if row is None or before is None or row.group == before.group:
        return False
    return any(fold(label) == text and key == row.group for label, key in of.slots[slot].table.group_keys)


def _header(anchor: Anchor, slot: Slot, *, pieces: Sequence[Piece], free: int, stop: int) -> Header:
    """The header above the first row found; a table whose row has no label (table 四) is anchored by the header itself."""
    row = slot.row
    if row is None or row.labels:
        return read_header(pieces, start=max(free, anchor.start - HEADER_PIECES), stop=anchor.start, table=slot.table)
    return read_header(pieces, start=anchor.start, stop=min(stop, anchor.start + 2 * HEADER_PIECES), table=slot.table)


def _first_cell(pieces: Sequence[Piece], begin: int) -> int:
    """Where the row without a label begins in a grid: behind what fills the header up, and words that open the row (数量)."""
    first = next((at for at in range(begin, len(pieces)) if not pieces[at].is_blank), begin)
    spot = pieces[first].spot if first < len(pieces) else None
    if spot is None:
        return begin
    row = next(at for at in range(begin, first + 1) if _same_row(spot, pieces[at].spot))
    return first + 1 if _is_beside(pieces, first) else row


def _is_beside(pieces: Sequence[Piece], begin: int) -> bool:
    """Whether words open the row of figures that the form prints without a label (数量 in front of table 四)."""
    if begin + 1 >= len(pieces) or is_value(pieces[begin]) or not is_value(pieces[begin + 1]):
        return False
    words, behind = pieces[begin].spot, pieces[begin + 1].spot
    return words is not None and behind is not None and words != behind and _same_row(words, behind)


def _behind_label(pieces: Sequence[Piece], start: int, stop: int, *, label: Spot | None, line: int) -> list[Piece]:
    """What stands behind a label: in a grid what shares a row with it, on its line what stands there, elsewhere all up to the next text.

    Words in a cell of the row are no figure, and take no place from those beside them; outside a grid they are a cell only where they refer to another
    place and a figure goes on behind them: what stands last may be a remark.
    """
    run = []
    for at, piece in enumerate(pieces[start:stop], start):
        if line and piece.line != line:
            break
        if not _same_row(label, piece.spot) if label is not None else not (is_value(piece) or _is_between(pieces, at, stop)):
            break
        run.append(piece)
    return run


def _is_between(pieces: Sequence[Piece], at: int, stop: int) -> bool:
    """Whether words stand before the next figure of their row and refer to another place, or are the sign of a change without its number."""
    is_word = is_reference(pieces[at].text) or pieces[at].text in _BARE_SIGNS
    return is_word and at + 1 < stop and is_value(pieces[at + 1])


_place_of = attrgetter("place")


def _one_a_cell(pieces: Sequence[Piece]) -> list[Piece]:
    """The paragraphs of a cell as one piece (`7` and `件` below it)."""
    if len(set(map(_place_of, pieces))) == len(pieces):
        return list(pieces)
    cells = [list(group) for _, group in groupby(pieces, key=_place_of)]
    return [cell[0]._replace(text=" ".join(piece.text for piece in cell)) if len(cell) > 1 else cell[0] for cell in cells]


def _same_row(label: Spot, spot: Spot | None) -> bool:
    return spot is not None and spot.table == label.table and 0 <= spot.row - label.row < label.rowspan
