"""The six sections of a report: headings found in their order, and the prose under each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.forms import Form, Section
from parsers.labels import fold
from parsers.pieces import Piece

_NUMBERS = ("[一1]", "[二2]", "[三3]", "[四4]", "[五5]", "[六6]")
_NUMBERED = re.compile("|".join(rf"\({number}\)|{number}\." for number in _NUMBERS))
_SHORTEST_HEADING, _LONGEST_HEADING = 2, 40
LONGEST_PARAGRAPH = 1000
"""Characters; a longer text on a page without headings may be the whole report."""
_CLOSINGS = ("。", "；", ";", "！", ":", "：")
_KEYWORDS = {
    "overview": ("总体情况", "总体概述", "基本情况", "开展情况", "工作概况", "概述", "公开情况"),
    "proactive_disclosure": ("主动公开",),
    "requests": ("收到和处理",),
    "review_litigation": ("行政复议",),
    "problems_improvements": ("主要问题", "存在问题", "存在的问题"),
    "other_matters": ("其他需要", "需要报告", "其他报告", "需要说明"),
}
"""What a heading holds in nearly every wording of layouts.md C, beside its number."""


def read_sections(form: Form, pieces: Sequence[Piece]) -> Mapping[str, str]:
    """The text under each heading found, keyed `overview` …; what stands in tables or is a cell is left out."""
    headings = _headings(form.sections, pieces)
    if len(headings) <= 1 and any(len(piece.text) > LONGEST_PARAGRAPH for piece in pieces):
        pieces = list(_divided(form.sections, pieces))
        headings = _headings(form.sections, pieces)
    ends = [at for at, _ in headings[1:]] + [len(pieces)] * bool(headings)
    return {section.key: _prose(pieces[at + 1 : end]) for (at, section), end in zip(headings, ends, strict=True)}


def _divided(sections: tuple[Section, ...], pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, those that hold headings divided at them, each part up to the end of its last sentence: behind it stands a table (layouts.md A18)."""
    headings = _within(sections)
    for piece in pieces:
        if len(piece.text) <= LONGEST_PARAGRAPH:
            yield piece
            continue
        for number, part in enumerate(headings.split(piece.text)):
            yield piece._replace(text=part if number % 2 else part[: part.rfind("。") + 1])


@cache
def _within(sections: tuple[Section, ...]) -> re.Pattern[str]:
    """What finds the headings within a text, as the form and its aliases word them."""
    titles = sorted((title for section in sections for title in section.titles), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, titles))})")


def _headings(sections: tuple[Section, ...], pieces: Sequence[Piece]) -> list[tuple[int, Section]]:
    found: list[tuple[int, Section]] = []
    lines = list(_lines(pieces, _bare(sections)))
    start = 0
    for section in sections:
        heading = _heading(section)
        at = next((at for at, text in lines if at >= start and heading.is_printed_as(text)), None)
        if at is not None:
            found.append((at, section))
            start = at + 1
    return found


@cache
def _bare(sections: tuple[Section, ...]) -> Set[str]:
    """The headings of sections without their numbers."""
    return frozenset(title for section in sections for title in _heading(section).bare)


def _lines(pieces: Sequence[Piece], bare: Set[str]) -> Iterator[tuple[int, str]]:
    """The pieces that may be a heading, folded, and where they stand; `bare` are headings without a number."""
    for at, piece in enumerate(pieces):
        text = piece.text
        if _SHORTEST_HEADING <= len(text) <= _LONGEST_HEADING + 20 and _may_head(text, bare):
            yield at, fold(text)


@lru_cache(maxsize=4096)
def _may_head(text: str, bare: Set[str]) -> bool:
    """Whether a text is as long as a heading and begins and reads as that of some section does; most are none of any."""
    text = fold(text)
    is_numbered = _NUMBERED.match(text) and any(word in text for words in _KEYWORDS.values() for word in words)
    return len(text) <= _LONGEST_HEADING and (bool(is_numbered) or _without_number(text) in bare)


def _without_number(text: str) -> str:
    """A folded line without the number it begins with: bodies count on from sections of their own, or begin anew with the tables."""
    number = _NUMBERED.match(text)
    return text[number.end() :] if number else text


@dataclass(frozen=True, slots=True)
class _Heading:
    """How the heading of a section is printed: with its number and one of the words, or as a title without number or with another one (layouts.md C)."""

    number: re.Pattern[str]
    words: tuple[str, ...]
    bare: frozenset[str]

    def is_printed_as(self, text: str) -> bool:
        if self.number.match(text):
            return any(word in text for word in self.words)
        return _without_number(text) in self.bare


@cache
def _heading(section: Section) -> _Heading:
    number = _NUMBERS[section.number - 1]
    bare = frozenset(fold(title).partition(".")[2] for title in section.titles)
    return _Heading(re.compile(rf"\({number}\)\.?|{number}\."), _KEYWORDS[section.key], bare)


def _prose(pieces: Sequence[Piece]) -> str:
    """Paragraphs that are prose: outside tables and longer than any label, or closed like a sentence."""
    texts = [piece.text.strip() for piece in pieces if piece.spot is None]
    return "\n".join([text for text in texts if len(text) > _LONGEST_HEADING or text.endswith(_CLOSINGS)])
