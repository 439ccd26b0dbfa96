"""Columns 序号 on pages whose grid does not tell: numbers in front of labels, or behind them, that rise by one from row to row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from parsers.anchors import Anchor, Profile, is_value
from parsers.pieces import Piece
from parsers.rows import groups_before

FEWEST_NUMBERED, MOST_ROWS_NUMBERED = 6, 0.7
"""So many rows, and so large a share of them, have a number one above that of the row before: a column 序号."""
FEW_ROWS_NUMBERED = 0.25
"""Of the rows of small tables that are numbered anew each so many do; in a table that is not numbered two totals may, by chance."""
LONGEST_NUMBER = 30
"""Characters of a row's number, with the blanks around it."""


def serial_numbers(of: Profile, pieces: Sequence[Piece], texts: Sequence[str], found: Sequence[Anchor]) -> set[int]:
    """The pieces that number the rows (1, 2, 3 …) in front of their labels or behind them, where no grid tells them from figures."""
    starts = {a.start: a for a in found if of.slots[a.slot].row and pieces[a.start].spot is None and a.end < len(pieces)}
    rows = [anchor for _, anchor in sorted(starts.items()) if is_value(pieces[anchor.end])]
    parts = [[a for a in rows if of.slots[a.slot].table.part == part] for part in {of.slots[a.slot].table.part for a in rows}]
    before = rising(pieces, [[a.start - 1 - groups_before(a.start, texts, of.groups) for a in part] for part in parts])
    return before or rising(pieces, [[a.end for a in part] for part in parts])


def rising(pieces: Sequence[Piece], parts: Sequence[Sequence[int]]) -> set[int]:
    """The places, one for each row, of the parts of the form in which their numbers rise by one from most rows to the next.

    In the others they may begin anew with each small table, and a menu name the rows as well.
    """
    numbers = [_numbers(pieces, places) for places in parts]
    found = {at for places, part in zip(parts, numbers, strict=True) if _is_rising(part, len(places)) for at in part}
    if len(found) <= FEWEST_NUMBERED:
        return set()
    anew = [part for places, part in zip(parts, numbers, strict=True) if 0 < len(places) == len(part) >= max(part.values())]
    few = [part for places, part in zip(parts, numbers, strict=True) if _is_rising(part, len(places), share=FEW_ROWS_NUMBERED)]
    steps = [at for part in few for (at, number), (to, after) in pairwise(part.items()) if after == number + 1 for at in (at, to)]
    return found.union(*anew, steps)


def _numbers(pieces: Sequence[Piece], places: Sequence[int]) -> Mapping[int, int]:
    """By place the whole numbers that stand there."""
    texts = {at: pieces[at].text.strip() for at in places if at >= 0 and len(pieces[at].text) <= LONGEST_NUMBER}
    return {at: int(text) for at, text in texts.items() if text.isdecimal()}


def _is_rising(numbers: Mapping[int, int], rows: int, *, share: float = MOST_ROWS_NUMBERED) -> bool:
    steps = sum(after == number + 1 for number, after in pairwise(numbers.values()))
    return steps > share * rows


def without(left_out: Set[int], pieces: Sequence[Piece]) -> list[Piece]:
    """The other pieces; the one behind a piece left out stands as far from those before as that did."""
    return [
        piece._replace(gap=pieces[number - 1].gap) if number - 1 in left_out else piece
        for number, piece in enumerate(pieces)
        if number not in left_out
    ]
