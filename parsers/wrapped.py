"""Lines of hard-wrapped prose put together again, as printers and PDF readers cut it (layouts.md A15): a sentence may go on in the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.pieces import Piece

SHORTEST_LINE, LONGEST_LINE = 25, 70
"""Characters of a line that is full; a paragraph that stands in one line is mostly longer."""
RAGGED, INDENT = 6, 4
"""By how many narrow characters full lines may differ: a wide one, or a mark that may not begin a line, is moved to the next; paragraphs lose their indent."""
FEWEST_FULL = 3
_ENDS = ("。", "；", ";", "！", "!", "：", ":", "？", "?")
_CELLS = re.compile(r"\s\d[\d,.]*\s+[-+\d]|^[^，。；]*\s\d[\d,.]*\s*$|[|｜]")
"""What rows of figures hold and prose does not, even where blanks stand around its numbers: figures beside each other, or one behind a few words."""
_OPENS = re.compile(r"\s|[(（]?[一二三四五六七八九十]+[)）、.．]|[(（]\d+[)）]|\d+[.．、](?!\d)")
"""What a new paragraph or a heading begins with."""


def unwrapped(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, each run of full lines with the line it ends in as one piece at the place of its first."""
    # Lines of a text are numbered, runs of a page are not.
    cut = _cut_lines(pieces) if pieces and pieces[0].line else frozenset()
    return list(_joined(pieces, cut)) if cut else pieces


def _cut_lines(pieces: Sequence[Piece]) -> frozenset[int]:
    """The positions of lines that go on in the next piece; none where fewer than some are about as wide as the widest."""
    long = [at for at, piece in enumerate(pieces[:-1]) if SHORTEST_LINE <= len(piece.text) <= LONGEST_LINE]
    widths = {at: _width(pieces[at].text) for at in long if _may_go_on(pieces[at], pieces[at + 1])}
    if len(widths) < FEWEST_FULL:
        return frozenset()
    # One line or two may be wider by the blanks that a PDF reader puts around numbers.
    measure = sorted(widths.values())[-FEWEST_FULL]
    return frozenset(at for at, width in widths.items() if width >= measure - RAGGED - INDENT)


def _may_go_on(line: Piece, following: Piece) -> bool:
    """Whether a line ends within a sentence, and the next one, right below it, begins within one."""
    return (
        following.gap == 1
        and bool(line.line and following.line)
        and not line.text.rstrip().endswith(_ENDS)
        and not _CELLS.search(line.text.strip())
        and not _CELLS.search(following.text)
        and not _OPENS.match(following.text)
    )


def _width(text: str) -> int:
    """How wide a line is printed, in narrow characters."""
    return sum(1 if character.isascii() else 2 for character in text.rstrip())


def _joined(pieces: Sequence[Piece], cut: frozenset[int]) -> Iterator[Piece]:
    held = ""
    place = ""
    for at, piece in enumerate(pieces):
        place = place or piece.place
        held += piece.text.strip() if held else piece.text
        if at not in cut:
            yield piece._replace(text=held, place=place)
            held = place = ""
