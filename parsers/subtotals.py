"""A column 小计 between the kinds of organisations and 总计 of table 三, which the form has not: left out where every row proves it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from decimal import Decimal

from parsers.anchors import Anchor, Profile, heaviest_chain, is_value
from parsers.numerals import read_figure
from parsers.pieces import Piece

HEAD = "小计"


def subtotals(of: Profile, pieces: Sequence[Piece], texts: Sequence[str], found: Sequence[Anchor]) -> Set[int]:
    """The places of the label and of its figures; none where a row of the table prints another number of cells, or other sums."""
    heads = {at for at, text in enumerate(texts) if text == HEAD}
    if len(heads) != 1:
        return set()
    chain = heaviest_chain(found, slots=len(of.slots))
    rows = {anchor.end: len(of.slots[anchor.slot].table.columns) for anchor in chain if _is_row(of, anchor, pieces)}
    if min(heads) > min(rows, default=0):
        return set()
    cells = {end: pieces[end : end + columns + 1] for end, columns in rows.items()}
    is_proved = all(
        _is_sum(own) and not (end + len(own) < len(pieces) and _is_cell(pieces[end + len(own)])) for end, own in cells.items()
    )
    return heads | {end + len(own) - 2 for end, own in cells.items()} if is_proved else set()


def _is_row(of: Profile, anchor: Anchor, pieces: Sequence[Piece]) -> bool:
    slot = of.slots[anchor.slot]
    return slot.table.id == "t3" and slot.row is not None and anchor.end < len(pieces) and is_value(pieces[anchor.end])


def _is_cell(piece: Piece) -> bool:
    return not piece.is_blank and is_value(piece)


def _is_sum(cells: Sequence[Piece]) -> bool:
    """Whether the last but one is the sum of the organisations before it, and the last that of it and the natural persons."""
    if not all(map(is_value, cells)):
        return False
    person, *organisations, subtotal, total = [figure.value if (figure := read_figure(c.text)) else Decimal(0) for c in cells]
    return sum(organisations) == subtotal and person + subtotal == total
