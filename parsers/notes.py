"""Notes behind labels of the form that no bracket tells from them: `规章：地方行政规章指各省…`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from parsers.anchors import Profile, is_value
from parsers.labels import fold
from parsers.pieces import Piece

SHORTEST_NOTE = 8
"""Characters behind a colon that explain a label; fewer are its unit, or what the cell holds."""
_NOTE = re.compile(rf"\s*([^:：]{{2,20}})[:：]([^|]{{{SHORTEST_NOTE},}})", re.S)


def notes_in_brackets(of: Profile, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, those that are a row's label and explain it behind a colon with the explanation in brackets. A figure of the row must follow, as it does
    not behind words of prose that begin so (行政许可：全年…)."""
    found = {at: note for at, note in enumerate(map(_noted, pieces)) if note}
    if not found:
        return pieces
    behind = dict(enumerate(zip_longest(pieces, pieces[1:])))
    return [
        piece._replace(text=f"{note[0]}({note[1]})") if (note := found.get(at)) and _is_label(of, note[0], after) else piece
        for at, (piece, after) in behind.items()
    ]


def _noted(piece: Piece) -> tuple[str, str] | None:
    """A piece's words before and behind its first colon, where those behind are many."""
    if ":" not in piece.text and "：" not in piece.text:
        return None
    match = _NOTE.fullmatch(piece.text)
    return (match[1], match[2]) if match else None


def _is_label(of: Profile, words: str, after: Piece | None) -> bool:
    is_row = any(of.slots[slot].row for slot in of.slots_of.get(fold(words), ()))
    return is_row and after is not None and is_value(after)
