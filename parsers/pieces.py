"""Pieces: the runs of text a reader takes from a document, in reading order, with whatever geometry is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from parsers.errors import DocumentTooLarge


class Spot(NamedTuple):
    """Where a table cell stands: table counted over the document, row and column of the expanded grid, all from 1, and its spans."""

    table: int
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1

    @property
    def columns(self) -> range:
        return range(self.column, self.column + self.colspan)

    @property
    def rows(self) -> range:
        return range(self.row, self.row + self.rowspan)


class Piece(NamedTuple):
    """A run of text: a line, a paragraph, or one paragraph of a table cell. Blank text is kept: it may be a cell."""

    text: str
    place: str
    spot: Spot | None = None
    fill: int = 0
    """How many cells without text were printed in one go to fill a row up; 0 for every other piece."""
    gap: int = 0
    """How many line ends stand in front of a line or paragraph; 0 for a cell of a grid or between pipes."""
    line: int = 0
    """The line of a text that it stands on; 0 where lines say nothing."""
    is_glued: bool = False
    """Whether several cells may stand in it without anything between them (`规章000`)."""

    is_numeral: bool = False
    """Whether a lone numeral (`三`) in it is a figure, as in a grid: elsewhere it is rather the number of what follows."""
    is_hidden: bool = False
    """Whether the page does not show it."""

    @property
    def is_blank(self) -> bool:
        return not self.text or self.text.isspace()


def may_have_moved_up(cells: Sequence[Piece]) -> bool:
    """Whether figures stand in front of a row's cells and only blanks behind: a cell before may be lost, and what fills the row up stand in its place."""
    blanks = [piece.is_blank for piece in cells]
    return bool(blanks) and not blanks[0] and blanks[-1] and blanks == sorted(blanks)


MOST_PIECES = 200_000
"""A report has some thousands; beyond this a page is damage or malice, and reading on would only cost time."""


def gathered(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces of a document. Raises DocumentTooLarge."""
    found = tuple(islice(pieces, MOST_PIECES + 1))
    if len(found) > MOST_PIECES:
        raise DocumentTooLarge(f"more than {MOST_PIECES:,} runs of text: no report; look at the file by hand")
    return found


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found: the pieces, and the facts the page states about itself (`title`, `heading`, `pubdate`, `contentsource` …)."""

    pieces: tuple[Piece, ...]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> Document:
        """Without what the page does not show."""
        if not any(map(_is_hidden, self.pieces)):
            return self
        return replace(self, pieces=tuple([piece for piece in self.pieces if not piece.is_hidden]))


_is_hidden = attrgetter("is_hidden")
