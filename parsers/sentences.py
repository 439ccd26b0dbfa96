"""Rows of the form written as sentences: `（一）予以公开：自然人3件，商业企业0件，总计3件。`

A text is taken apart only where it holds nothing but labels and figures, each figure directly behind the name of its column and each name of a
column with its figure: then none of them can be another's.
"""

from __future__ import annotations

import re
from collections.abc import Set

from parsers.labels import fold
from parsers.numerals import read_figure

LONGEST_SENTENCE = 600
"""Characters; table 四 in one sentence has some 200."""
_BETWEEN = " \t\xa0\u3000:：,，、;；。（）()"
_LINKS = re.compile(r"^(?:为|是|有|共)|[:：,，、;；。（(\s]*其中$")
_THOUSANDS = re.compile(r"\d[,，]\d")


def clauses(text: str, labels: re.Pattern[str], *, columns: Set[str], rows: Set[str]) -> list[str] | None:
    """The labels of rows, the first of them in front, and the names of columns each with its figure; None for any other text. `columns` and `rows` are folded."""
    if len(text) > LONGEST_SENTENCE or not labels.match(text):
        return None
    found = list(labels.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    figures = [_without_links(text[match.end() : end]) for match, end in zip(found, ends, strict=True)]
    names = [fold(match.group()) for match in found]
    is_named = [_is_told(name, figure, columns=columns, rows=rows) for name, figure in zip(names, figures, strict=True)]
    if figures[0] or not all(is_named) or not any(figures) or _THOUSANDS.search(text):
        return None
    return [match.group() + figure for match, figure in zip(found, figures, strict=True)]


def _without_links(between: str) -> str:
    """What stands behind a label up to the next, without commas, brackets and words that only link."""
    return _LINKS.sub("", between.strip(_BETWEEN)).strip(_BETWEEN)


def _is_told(name: str, figure: str, *, columns: Set[str], rows: Set[str]) -> bool:
    """Whether a column's name has a figure behind it, or a row's nothing."""
    if figure:
        return name in columns and read_figure(figure) is not None and not any(character.isspace() for character in figure)
    return name in rows or name not in columns


def named_figure(text: str, label: str) -> str | None:
    """The figure that a text prints directly behind a label, folded; None where it prints anything else."""
    for end in range(len(text) - 1, 0, -1) if len(text) <= LONGEST_SENTENCE else ():
        head = fold(text[:end])
        if head == label:
            return text[end:] if read_figure(text[end:]) else None
        if len(head) < len(label):
            return None
    return None
