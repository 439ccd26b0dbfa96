"""What a report's title says: whose it is and for which year. Wordings are catalogued in layouts.md D and G."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.numerals import squeeze
from parsers.pieces import Document
from parsers.report import Context, Scope

_SUBJECT = r"(?:政府|政务)?信息公开"
_ENDING = r"(?:年度)?(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:报告|年报|告年度报)"
_YEAR = r"(?:(?P<{0}>(?:19|20)\d\d|二[〇○零]{{1}}[〇○零一二三四五六七八九]{{2}})(?:年度?|年年度))"
_TITLE = re.compile(
    rf"^{_YEAR.format('y1')}?(?:度)?(?P<unit>[^\d:：。!！?？>》]{{0,60}}?){_YEAR.format('y2')}?(?:度)?(?:的)?{_SUBJECT}(?:工作)?{_YEAR.format('y3')}?{_ENDING}"
    r"(?:[(（](?P<behind>[^()（）\d]{2,30}?(?:政府|[镇乡局委办处县区市]))[)）])?"
)
_BEFORE = re.compile(r"^(?:[【\[][^】\]]{1,8}[】\]]|\d{1,2}[.、]|(?:19|20)\d\d(?=[^\d年])|关于)+")
"""What stray text stands before a title (layouts.md D): 【年报】, the number of a list, a year without 年 before the unit."""
_OTHER_DOCUMENTS = re.compile(r"解读|图解|读懂|网站|法治政府|指南|目录|制度|通知|办法|半年|季度|范文|模板|编制|当前位置|首页")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_GOVERNMENT = re.compile(
    r"(?:人民)?政府(?:办公室|办公厅|办)?$|党政(?:综合)?办(?:公室)?$|(?<=街道)办事处$|(?<=街道)办$|管理委员会$"
)
_AREAS = r"(?:.{1,9}?(?:省|自治区))?(?:.{1,8}?(?:市|自治州|州|盟|地区))?(?:.{1,12}?(?:自治县|县|区|旗|市))?"
_TOWN = re.compile(rf"^{_AREAS}(?P<town>.{{1,14}}?(?:街道|镇|乡|苏木))$")
_COUNTY_OR_ABOVE = re.compile(r"(?:省|市|县|区|旗|州|盟)(?:人民)?政府(?:办公室|办公厅|办)?$")
_CUT_TITLE_LINES = 3


@dataclass(frozen=True, slots=True)
class Title:
    """A report's title as printed, the year it names, and the wording of the publishing body, each None where it names none."""

    text: str
    year: int | None
    unit: str | None


def read_title(document: Document, context: Context) -> Title | None:
    """The title that says most: year and unit, in the order meta tag, heading, body, head of the page, list page."""
    titles = [title for text in _candidates(document, context) if (title := parse_title(text))]
    return max(titles, key=lambda title: (title.year is not None) + (title.unit is not None), default=None)


def parse_title(text: str) -> Title | None:
    """A line as a report's title, or None where it is none or announces another kind of document."""
    if "公" not in text:  # most lines: spares them the rest
        return None
    line = squeeze(text)
    if len(line) > 90 or _OTHER_DOCUMENTS.search(line):
        return None
    match = _TITLE.search(_BEFORE.sub("", line))
    if match is None:
        return None
    year = match["y1"] or match["y2"] or match["y3"]
    unit = _body(match["unit"]) or match["behind"]
    return Title(match.group(), int(year.translate(_CHINESE_DIGITS)) if year else None, unit or None)


def _body(wording: str) -> str:
    name = re.sub(r"^(?:关于|我们)|(?:的|年度?|关于)$", "", wording).strip("-_|·《“\"'")
    return name if name.count("(") == name.count(")") else name.strip("()")


def _candidates(document: Document, context: Context) -> Iterator[str]:
    for name in ("articletitle", "heading"):
        if name in document.facts:
            yield document.facts[name]
    texts = [piece.text for piece in document.pieces if not piece.is_blank]
    yield from texts
    for start in range(len(texts) - 1):
        if len(texts[start]) < 40:
            yield from ("".join(texts[start : start + count]) for count in range(2, _CUT_TITLE_LINES + 1))
    if "title" in document.facts:
        yield re.split(r"[-_|]", document.facts["title"])[0]
    if context.link_title:
        yield context.link_title


def unit_name(wording: str) -> str:
    """The body's own name: `资阳市雁江区丹山镇政府` -> `丹山镇`; of other bodies the wording without 政府."""
    name = _GOVERNMENT.sub("", wording) or wording
    match = _TOWN.match(name)
    return match["town"] if match else name


def scope_of(wording: str) -> Scope:
    """A county or higher government reports for itself and all bodies below it (forms.md §6); every other body for itself."""
    return Scope.AGGREGATE if _COUNTY_OR_ABOVE.search(wording) else Scope.OWN
