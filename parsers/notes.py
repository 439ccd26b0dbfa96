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
    found = {at: note for at, piece in enumerate(pieces) if len(piece.text) > SHORTEST_NOTE and (note := _noted(piece.text))}
    behind = zip_longest(pieces, pieces[1:])
    return [_bracketed(of, piece, found.get(at), after) for at, (piece, after) in enumerate(behind)] if found else pieces


def _noted(text: str) -> re.Match[str] | None:
    """A text with many words behind its first colon."""
    return _NOTE.fullmatch(text) if ":" in text or "：" in text else None


def _bracketed(of: Profile, piece: Piece, note: re.Match[str] | None, after: Piece | None) -> Piece:
    return piece._replace(text=f"{note[1]}({note[2]})") if note and _is_label(of, note[1], after) else piece


def _is_label(of: Profile, words: str, after: Piece | None) -> bool:
    is_row = any(of.slots[slot].row for slot in of.slots_of.get(fold(words), ()))
    return is_row and after is not None and is_value(after)
