"""When a report was published, and which days it covers.

Portals lose digits and separators of dates (`自202011日至20201231日止`); a period is taken only where one reading is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from parsers.labels import simplified
from parsers.numerals import squeeze
from parsers.pieces import Document
from parsers.title import Title, parse_title

_LABELS = "发布时间|发布日期|公开日期|公开时间|发文日期|成文日期|生成日期|公文生成日期|信息提供日期|更新日期|更新时间|日期|时间"
_ORDER = _LABELS.split("|")
_DAY = r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2}?)(?!\d(?!\d?:\d))日?"
"""Digits behind the day are the hour (`2021-01-2610:22`)."""
_APART = re.compile(r"(?<=\d)\s+(?=\d)")
_LABELLED = re.compile(rf"(?P<label>{_LABELS})[】\])]?[:：]?{_DAY}")
_BARE = re.compile(_DAY)
_PERIOD = re.compile(r"(20\d\d)年?(?:0?1月?0?1)日?(?:起)?(?:至|到|-|—|~)(?:(20\d\d)年?)?12月?31日?")
_OPENING = re.compile(rf"[(（]?{_DAY}")
LINES_BELOW, LONGEST_DATE_LINE, SHORTEST_DATE, SHORTEST_LABEL, LONGEST_LABEL = 4, 40, 6, 2, 20
_NOT_PUBLISHED = ("归档",)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A date, the rank of its label, and the text it stands in."""

    rank: tuple[int, bool]
    day: date
    at: int


def published_on(document: Document, title: Title | None = None) -> date | None:
    """The day of publication: the page's meta tag, else the labelled date, in the order of the labels above, else the date below the title.

    Of two dates with one label that behind the title counts, for news beside the article have dates as well; those of another year's report, behind
    its own title, do not.
    """
    meta = document.facts.get("pubdate") or document.facts.get("publishdate")
    if meta and (day := _first_day(_without_blanks(meta))):
        return day
    texts = [piece.text for piece in document.pieces]
    found = list(_labelled(texts))
    if title and title.year and found:
        found = list(_of_report(found, texts, title.year))
    if found:
        return min(found, key=lambda labelled: labelled.rank).day
    return _below_title(document, title.text if title else None)


def _of_report(found: Sequence[_Labelled], texts: Sequence[str], year: int) -> Iterator[_Labelled]:
    """The dates that may be the report's, those in front of its title behind others with their label."""
    if len(found) == 1 and found[0].day.year == year + 1:
        yield found[0]
        return
    titles = [(at, named.year) for at, text in enumerate(texts) if (named := parse_title(text)) and named.year]
    for labelled in found:
        above = [named for at, named in titles if at < labelled.at]
        if labelled.day.year == year + 1 or not above or above[-1] == year or labelled.day.year not in {year, above[-1] + 1}:
            yield replace(labelled, rank=(labelled.rank[0], year not in above))


def _below_title(document: Document, title: str | None) -> date | None:
    """A date that opens one of the lines below the title (`2022-01-20 作者:佚名`, `（2023年1月14日）`)."""
    lines = (_without_blanks(piece.text) for piece in document.pieces if not piece.is_blank)
    if not title or not any(line and (line in title or title in line) for line in lines):
        return None
    dates = (_OPENING.match(line) for line in islice(lines, LINES_BELOW) if len(line) <= LONGEST_DATE_LINE)
    return next((day for match in dates if match and (day := _day(*match.groups()))), None)


def _labelled(texts: Sequence[str]) -> Iterator[_Labelled]:
    """Dates with the label beside them, in one text or in the cell before (`发布日期 | 2025-01-22`)."""
    for at, text in enumerate(texts):
        if len(text) < SHORTEST_DATE or not ("20" in text or (len(text) <= LONGEST_LABEL and ("2" in text or "２" in text))):
            continue
        if _BARE.search(bare := _without_blanks(text)):
            line = simplified(bare)
            label = _label(texts[at - 1]) if at and _OPENING.match(line) else ""
            for match in _LABELLED.finditer(label + line):
                before = match.string[max(0, match.start() - 2) : match.start()]
                day = _day(*match.groups()[1:])
                if day and before not in _NOT_PUBLISHED:
                    yield _Labelled((_ORDER.index(match["label"]), False), day, at)


def _without_blanks(text: str) -> str:
    """The text squeezed, but for what keeps a day of one digit from the hour: `2021-1-2 10:22` is not the 21st."""
    return squeeze(_APART.sub(",", text))


def _label(text: str) -> str:
    """The label of a date that a text is, or nothing."""
    label = simplified(squeeze(text)).rstrip(":：") if SHORTEST_LABEL <= len(text) <= LONGEST_LABEL else ""
    return label if label in _ORDER else ""


def _first_day(text: str) -> date | None:
    match = _BARE.search(text)
    return _day(*match.groups()) if match else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def period(document: Document) -> tuple[date, date] | None:
    """The first and last day the figures cover, where the page prints a calendar year; years that contradict each other are refused."""
    for piece in document.pieces:
        if "20" in piece.text and (match := _PERIOD.search(squeeze(piece.text))):
            first = int(match[1])
            last = int(match[2] or match[1])
            return (date(first, 1, 1), date(last, 12, 31)) if first == last else None
    return None
