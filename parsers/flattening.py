"""Grids in which every label stands in a row of its own above its figures: their rows say nothing of what belongs together, the order of their cells does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from itertools import groupby
from operator import attrgetter

from parsers.anchors import Anchor, Profile, is_value
from parsers.numerals import is_lone
from parsers.pieces import Piece

FEWEST_ABOVE, MOST_BESIDE = 5, 5
"""So many labels of a page stand above their figures, and at most so many beside them: else the cells of a row are lost."""


def labels_above(of: Profile, pieces: Sequence[Piece], found: Sequence[Anchor]) -> Set[int]:
    """The tables of the page whose rows have their labels in the row above; empty on nearly every page."""
    above, beside = Counter[int](), 0
    for anchor in found:
        slot = of.slots[anchor.slot]
        label = pieces[anchor.end - 1].spot if slot.row and slot.row.labels else None
        behind = pieces[anchor.end] if label and anchor.end < len(pieces) else None
        if not (label and behind and behind.spot and behind.spot.table == label.table and is_value(behind)):
            continue
        if behind.spot.row == label.row + label.rowspan:
            above[label.table] += 1
        elif (beside := beside + 1) > MOST_BESIDE:
            return set()
    return set(above) if above.total() >= FEWEST_ABOVE else set()


def flattened(pieces: Sequence[Piece], tables: Collection[int]) -> Iterator[Piece]:
    """The pieces, those of some tables as runs of text behind each other; the lines of a figure's cell as one."""
    for _, cell in groupby(pieces, key=attrgetter("place")):
        own = list(cell)
        if own[0].spot is None or own[0].spot.table not in tables:
            yield from own
        elif all(map(is_value, own)):
            text = " ".join(piece.text for piece in own)
            yield own[0]._replace(text=text, spot=None, gap=1, is_numeral=is_lone(text))
        else:
            yield from (piece._replace(spot=None, gap=1) for piece in own)
