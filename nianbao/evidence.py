"""From a cell back to the page: the fragment of the source around a place, with the cell marked.

A place is what reading the same bytes gives again: `line 7 cell 2`, `table 2 row 3 column 4`, `paragraph 8`, of a line that holds several cells
`line 7 part 3`, and `before` or `after` one of these for a blank cell of which nothing but its gap is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from nianbao.errors import DocumentError
from parsers.anchors import is_value
from parsers.charset import decode
from parsers.forms import Form, forms
from parsers.labels import simplified
from parsers.numerals import read_figure
from parsers.pieces import Piece, Spot
from parsers.readers import read_document
from parsers.readers.text import lines_of
from parsers.report import Cell
from parsers.splitting import split_rows

AROUND = 4
"""Lines or paragraphs shown before and behind the marked one."""
BETWEEN_CELLS = " | "
MOST_BEHIND = 40
"""How far behind its place a refused row's figures are looked for."""
_PLACE = re.compile(
    r"(?:(?P<side>before|after) )?(?P<base>line (?P<line>\d+)(?: cell (?P<cell>\d+))?|table \d+ row \d+ column \d+|paragraph \d+)"
    r"(?: part (?P<part>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, a row of a table or a paragraph: its `label` (`line 7`, `row 3`), its text, and where in it the cell stands."""

    label: str
    text: str
    mark: tuple[int, int] | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """What stands before the cell, in it and behind it; all of the line before it where the cell is on another one."""
        start, end = self.mark or (len(self.text), len(self.text))
        return self.text[:start], self.text[start:end], self.text[end:]

    def marked(self, opening: str = "»", closing: str = "«") -> str:
        """The text with the cell between marks."""
        before, cell, behind = self.parts
        return f"{before}{opening}{cell}{closing}{behind}" if self.mark else self.text


@dataclass(frozen=True, slots=True)
class Fragment:
    """The surroundings of a place; `heading` is the path of labels above the cell's column, empty where there is no grid."""

    place: str
    lines: tuple[Line, ...]
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure that may belong to a refused cell, and where it stands."""

    value: Decimal
    places: tuple[str, ...]


def fragment(data: bytes, place: str, *, form: Form | None = None, content_type: str | None = None) -> Fragment:
    """What stands around a place of these bytes; `form` is needed to mark a part of a line, `content_type` is the header as received.

    Raises DocumentError where there is no such place.
    """
    match = _PLACE.fullmatch(place)
    if match is None:
        raise DocumentError(f"{place!r} is no place: write `line 7`, `table 2 row 3 column 4` or `paragraph 8`")
    if match["line"]:
        return Fragment(place, _of_text(decode(data, content_type=content_type)[0], match, form))
    return _of_page(read_document(data, content_type=content_type)[0].pieces, match, form)


def candidate_places(data: bytes, cell: Cell, form: Form, *, content_type: str | None = None) -> tuple[Candidate, ...]:
    """Where each candidate of a refused cell stands behind the label of its row."""
    document, _ = read_document(data, content_type=content_type)
    pieces = split_rows(form, document.pieces) if form.id in forms() else document.pieces
    start = next((i for i, piece in enumerate(pieces) if piece.place == cell.place), len(pieces))
    row = [piece for piece in _run(pieces[start : start + MOST_BEHIND]) if piece.text.strip()]
    return tuple(Candidate(value, tuple(p.place for p in row if _prints(p, value))) for value in cell.candidates)


def _run(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if not is_value(piece):
            return
        yield piece


def _prints(piece: Piece, value: Decimal) -> bool:
    figure = read_figure(piece.text)
    return figure is not None and value in {figure.value, figure.amount()}


def _missing(match: re.Match[str]) -> DocumentError:
    return DocumentError(f"the document has no {match['base']}: it is not the one that the place was read from")


def _of_text(text: str, match: re.Match[str], form: Form | None) -> tuple[Line, ...]:
    lines = lines_of(text)
    at = int(match["line"]) - 1
    if not 0 <= at < len(lines):
        raise _missing(match)
    around = range(max(0, at - AROUND), min(len(lines), at + AROUND + 1))
    return tuple(Line(f"line {i + 1}", lines[i], _in_line(lines[i], match, form) if i == at else None) for i in around)


def _in_line(line: str, match: re.Match[str], form: Form | None) -> tuple[int, int]:
    """Where in the line the cell stands that the place names."""
    start, end = _cell_span(line, int(match["cell"])) if match["cell"] else (0, len(line))
    return _in_text(line[start:end], match, form, start)


def _in_text(text: str, match: re.Match[str], form: Form | None, offset: int = 0) -> tuple[int, int]:
    start, end = _part_span(text, match["part"], form)
    start, end = {"before": (start, start), "after": (end, end)}.get(match["side"] or "", (start, end))
    return offset + start, offset + end


def _cell_span(line: str, number: int) -> tuple[int, int]:
    """Where the cell of this number stands between the pipes of a line; a pipe in front opens the row."""
    bounds = [-1, *(match.start() for match in re.finditer(r"\|", line)), len(line)]
    spans = [(start + 1, end) for start, end in pairwise(bounds)]
    if not line[slice(*spans[0])].strip():
        del spans[0]
    return spans[number - 1] if number <= len(spans) else (0, len(line))


def _part_span(text: str, part: str | None, form: Form | None) -> tuple[int, int]:
    """Where a part of a line that holds several cells stands; all of it without its outer blanks where there is no part.

    The lines of the forms before 2019 are cut at their blanks.
    """
    if part:
        at = 0
        for number, found in enumerate(_parts(text, form), 1):
            start, at = _span_of(found, text, at)
            if number == int(part):
                return start, at
    return (len(text) - len(text.lstrip()), len(text.rstrip())) if text.strip() else (0, len(text))


def _parts(text: str, form: Form | None) -> list[str]:
    return [piece.text for piece in split_rows(form, [Piece(text, "")])] if form and form.id in forms() else text.split()


def _span_of(part: str, text: str, at: int) -> tuple[int, int]:
    """Where a part stands in a text, from an index on; between a figure and its unit any number of blanks may be printed."""
    match = re.compile(r"\s+".join(map(re.escape, part.split()))).search(text, at)
    if match:
        return match.span()
    kept = [index for index in range(at, len(text)) if not text[index].isspace()]
    sought = "".join(part.split())
    found = simplified("".join(text[index] for index in kept)).find(simplified(sought))
    return (kept[found], kept[found + len(sought) - 1] + 1) if found >= 0 else (at, at)


def _of_page(pieces: Sequence[Piece], match: re.Match[str], form: Form | None) -> Fragment:
    at = next((i for i, piece in enumerate(pieces) if piece.place == match["base"]), None)
    if at is None:
        raise _missing(match)
    spot = pieces[at].spot
    if spot is not None:
        return Fragment(match.group(), tuple(_rows(pieces, spot, match, form)), _heading(pieces, spot))
    around = pieces[max(0, at - AROUND) : at + AROUND + 1]
    lines = (Line(p.place, p.text, _in_text(p.text, match, form) if p.place == match["base"] else None) for p in around)
    return Fragment(match.group(), tuple(lines))


def _rows(pieces: Sequence[Piece], spot: Spot, match: re.Match[str], form: Form | None) -> Iterator[Line]:
    """The cell's row and its neighbours, cells that reach into them included."""
    table = [(piece, piece.spot) for piece in pieces if piece.spot is not None and piece.spot.table == spot.table]
    for row in (spot.row - 1, spot.row, spot.row + 1):
        cells: dict[int, str] = {}
        for piece, where in table:
            if row in where.rows:
                cells[where.column] = f"{cells[where.column]} {piece.text}" if where.column in cells else piece.text
        if cells:
            yield _row(row, cells, spot, match, form)


def _row(row: int, cells: Mapping[int, str], spot: Spot, match: re.Match[str], form: Form | None) -> Line:
    order = sorted(cells)
    text = BETWEEN_CELLS.join(cells[column] for column in order)
    if row != spot.row:
        return Line(f"row {row}", text)
    offset = sum(len(cells[column]) + len(BETWEEN_CELLS) for column in order if column < spot.column)
    return Line(f"row {row}", text, _in_text(cells[spot.column], match, form, offset))


def _heading(pieces: Sequence[Piece], spot: Spot) -> tuple[str, ...]:
    """The labels over the cell's column, from the top: those next above it, figures between left out."""
    above = [
        p for p in pieces if p.spot and p.spot.table == spot.table and p.spot.row < spot.row and spot.column in p.spot.columns
    ]
    labels: list[str] = []
    for piece in reversed(above):
        if not is_value(piece):
            labels.append(piece.text)
        elif labels:
            break
    return tuple(reversed(labels))
