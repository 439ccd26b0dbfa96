"""Forms of several bodies on one page: the part that is the one's whose report it is (layouts.md H, two units on one page).

Titles and captions name the bodies (`东岭镇人民政府2023年政府信息公开工作年度报告`, `附件2：东岭镇`); what stands behind one, up to the next, is
that body's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from parsers.numerals import squeeze
from parsers.pieces import Piece
from parsers.title import BODY, parse_title, unit_name
from parsers.years import LONGEST_CAPTION, is_column

SHORTEST_CAPTION = 3
"""Characters of 我镇：."""
_ATTACHED = r"(?:附[件表]?[\d一二三四五六七八九十]*[:：])"
_NAME = rf"(?:[我本](?:[镇乡局院]|街道|单位)|{BODY})"
_CAPTION = re.compile(
    rf"{_ATTACHED}?(?P<body>{_NAME})(?:[:：]|(?:(?:19|20)\d\d年度?)?(?:主动公开|收到和处理|(?:政府|政务)信息公开)[^。；，]*)"
    rf"|{_ATTACHED}(?P<attached>{_NAME})"
)
_OWN = re.compile(r"^[我本]")
"""我镇, 本局: the body that speaks."""


def of_body(pieces: Sequence[Piece], unit: str) -> list[Piece]:
    """The pieces but for those behind the title or caption of another body; what stands before the first is nobody's and stays."""
    own: list[Piece] = []
    for (start, named), (stop, _) in pairwise([(0, unit), *_captions(pieces), (len(pieces), unit)]):
        own += pieces[start:stop] if _is_same(named, unit) else ()
    return own


def _captions(pieces: Sequence[Piece]) -> Iterator[tuple[int, str]]:
    """Where titles and captions stand, and the body that each names."""
    for at, piece in enumerate(pieces):
        if (
            SHORTEST_CAPTION <= len(piece.text) <= LONGEST_CAPTION
            and (named := _body_named(piece.text))
            and not is_column(pieces, at)
        ):
            yield at, named


@lru_cache(maxsize=4096)
def _body_named(text: str) -> str | None:
    title = parse_title(text)
    match = None if title else _CAPTION.fullmatch(squeeze(text))
    return title.unit if title else match and (match["body"] or match["attached"])


def _is_same(named: str, unit: str) -> bool:
    """Whether a wording is that of the unit, with or without the areas above it."""
    one, other = unit_name(named), unit_name(unit)
    return _OWN.match(named) is not None or one.endswith(other) or other.endswith(one)
