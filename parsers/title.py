"""What a report's title says: whose it is and for which year. Wordings are catalogued in layouts.md D and G."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from parsers.labels import simplified, without_readings
from parsers.numerals import LONGEST_REPEATED, squeeze
from parsers.pieces import Document
from parsers.report import Context, Scope

_DISCLOSURE = "信息公开"
_SUBJECT = rf"(?:政府|政务)?{_DISCLOSURE}"
_ENDING = r"(?:年度)?(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:报告|年报|告年度报)"
_YEAR = r"(?:(?P<{0}>(?:19|20)\d\d|二[〇○零]{{1}}[〇○零一二三四五六七八九]{{2}})(?:年度?|年年度|(?=政?府?信息公开)))"
_TITLE = re.compile(
    rf"^(?:关[于於])?{_YEAR.format('y1')}?(?:度)?(?P<unit>[^\d:：。!！?？>》]{{0,60}}?){_YEAR.format('y2')}?(?:度)?(?:的)?{_SUBJECT}(?:工作)?{_YEAR.format('y3')}?{_ENDING}"
    r"(?:[(（](?P<y4>(?:19|20)\d\d)年度?[)）])?(?:[(（](?P<behind>[^()（）\d]{2,30}?(?:政府|[镇乡局委办处县区市]))[)）])?"
)
_BEFORE = re.compile(r"^(?:[*•·◆#]|[【\[][^】\]]{1,8}[】\]]|\d{1,2}[.、]|Page\d+-|(?:19|20)\d\d(?=[^\d年]))+")
"""What stray text stands before a title (layouts.md D): 【年报】, the number or mark of a list, a year without 年 before the unit."""
_OTHER_DOCUMENTS = re.compile(
    r"解读|图解|图说|数说|读懂|看懂|一图|网站|法治政府|指南|目录|制度|通知|办法|半年|季度|范文|模板|编制(?!委员会|办)|当前位置|首页"
)
_SENTENCE = re.compile(r"现(?:将|向|予以|公布|发布|就)|根据|依据|按照|为(?:了|进一步)|特(?:编制|此)|本报告|由")
"""How sentences begin that name a report: 现向社会公布…年度报告. A page may keep those of another body (潞城镇 on the page of 张家湾镇)."""
BODY = r"[\u4e00-\u9fff()（）]{2,40}?(?:政府|办事处|管理?委员?会|[镇乡局院]|苏木|街道|委员会|办公室|中心|分局|大队|支队|公安局|集团|总社|联社)(?:办公室)?"
_BODY = re.compile(BODY)
"""A line that names a body and says nothing else."""
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_GOVERNMENT = re.compile(
    r"(?:人民)?政府(?:办公室|办公厅|办)?$|党政(?:综合)?办(?:公室)?$|(?<=街道)办事处$|(?<=街道)办$|管理委员会$"
)
_AREAS = r"(?:.{1,9}?(?:省|自治区))?(?:.{1,8}?(?:市|自治州|州|盟|地区))?(?:.{1,12}?(?:自治县|县|区|旗|市))?"
_TOWN = re.compile(rf"^{_AREAS}(?:人民政府)?(?P<town>.{{1,14}}?(?:街道|镇|乡|苏木))$")
_COUNTY_OR_ABOVE = re.compile(r"(?:省|市|县|区|旗|州|盟)(?:人民)?政府$")
_STATED = ("articletitle", "heading")
"""The facts by which a page states its own title."""
_COLUMN = re.compile(rf"{_SUBJECT}(?:年报|年度报告)")
"""What the column of a portal is called that holds all reports."""
_SIGN = "公"
"""A character of every title: most lines have none, and are spared the rest."""
_CUT_TITLE_LINES = 3
SHORTEST_TITLE_LINE, LONGEST_TITLE_LINE = 2, 40
LONGEST_TITLE, LONGEST_OPENING = 90, 300
_YEAR_LINE = re.compile(r"(?:19|20)\d\d年度?(?:$|[^,，。]*信息公开$)|^关于|^(?:19|20)\d\d年")


@dataclass(frozen=True, slots=True)
class Title:
    """A report's title as printed, the year it names, and the wording of the publishing body, each None where it names none."""

    text: str
    year: int | None
    unit: str | None

    @property
    def named(self) -> int:
        """How much of year and unit it names."""
        return (self.year is not None) + (self.unit is not None)


MOST_NAMED = 2
"""Year and unit: a title that names both is the best there can be."""


def read_title(document: Document, context: Context) -> Title | None:
    """The title that says most: year and unit, in the order meta tag, heading, body, head of the page, list page.

    A title that names no body is completed by a line beside it that names nothing else. Where the page states its year, titles of other years are
    links beside the report, whatever else they name; the head of a page, which portals leave as it was, states it only where the body names it too.
    """
    stated = _year_stated(document)
    best: Title | None = None
    other: Title | None = None
    for text, at in _candidates(document, context):
        title = parse_title(text)
        is_late = at is None and best is None and other is not None
        if title is None or is_late or not (title.named or at is None or not _is_of_column(title.text, document)):
            continue
        if stated and title.year not in {None, stated}:
            other = _better(other, title, document, at)
            continue
        best = _better(best, title, document, at)
        if best.named == MOST_NAMED:
            return best
    return best or other


def _better(best: Title | None, title: Title, document: Document, at: int | None) -> Title:
    """The title that names more, with the body beside it where it names none."""
    if best and title.named <= best.named:
        return best
    beside = _body_beside(document, at, title.text) if title.unit is None else None
    return replace(title, unit=beside) if beside else title


def _year_stated(document: Document) -> int | None:
    """The year that the page's own title names, or the head of the page."""
    words = [document.facts[name] for name in _STATED if name in document.facts]
    titles = map(parse_title, [*words, *re.split(r"[-_|]", document.facts.get("title", ""))[:1]])
    return next((title.year for title in titles if title and title.year), None)


def _is_of_column(text: str, document: Document) -> bool:
    """Whether a title that names neither year nor body is a column in a menu, beside the title that the page states."""
    return _COLUMN.fullmatch(simplified(text)) is not None or not document.facts.keys().isdisjoint(_STATED)


def _body_beside(document: Document, at: int | None, text: str) -> str | None:
    texts = _printed(document)
    if at is None:
        at = next((number for number, line in enumerate(texts) if text in squeeze(line)), None)
    lines = [squeeze(line) for line in texts[at + 1 : at + 2]] if at is not None else []
    return next((line for line in lines if _BODY.fullmatch(line)), None)


def _printed(document: Document) -> list[str]:
    return [text for piece in document.pieces if (text := piece.text) and not text.isspace()]


def parse_title(text: str) -> Title | None:
    """A line as a report's title, or None where it is none or announces another kind of document."""
    if _SIGN not in text:
        return None
    return _title_again(text) if len(text) <= LONGEST_REPEATED else _title(text)


def _title(text: str) -> Title | None:
    line = without_readings(squeeze(text))
    simple = simplified(line)
    if _DISCLOSURE not in simple or len(line) > LONGEST_TITLE or _OTHER_DOCUMENTS.search(simple):
        return None
    printed = _BEFORE.sub("", line)
    match = _TITLE.search(simplified(printed))
    if match is None or _SENTENCE.match(match["unit"]):
        return None
    year = match["y1"] or match["y2"] or match["y3"] or match["y4"]
    unit = _body(match["unit"]) or match["behind"]
    return Title(printed[slice(*match.span())], int(year.translate(_CHINESE_DIGITS)) if year else None, unit or None)


_title_again = lru_cache(maxsize=4096)(_title)
"""The same, remembered: menus and labels of a form are no titles on every page."""


def _body(wording: str) -> str:
    name = re.sub(r"^(?:关于|我们)|(?:的|年度?|关于)$", "", wording).strip("-_|·《“\"'")
    return name if name.count("(") == name.count(")") else name.strip("()")


def _candidates(document: Document, context: Context) -> Iterator[tuple[str, int | None]]:
    """Texts that may be a title, with their number among the lines printed; lines that a title may be cut over come together."""
    yield from ((document.facts[name], None) for name in _STATED if name in document.facts)
    texts = _printed(document)
    for start in _near_sign(texts):
        yield texts[start], start
        if len(texts[start]) > LONGEST_TITLE:
            yield from ((words, start) for words in _opening_words(texts[start]) if _is_title(words))
        if SHORTEST_TITLE_LINE <= len(texts[start]) < LONGEST_TITLE_LINE:
            yield from _over_lines(texts[start : start + _CUT_TITLE_LINES], start)
    if "title" in document.facts:
        yield re.split(r"[-_|]", document.facts["title"])[0], None
    if context.link_title:
        yield context.link_title, None


def _opening_words(text: str) -> list[str]:
    """What stands between blanks where a report of one line begins (layouts.md A18)."""
    return text[:LONGEST_OPENING].split()[:-1]


def _is_title(words: str) -> bool:
    return _TITLE.fullmatch(_BEFORE.sub("", simplified(squeeze(words)))) is not None


def _near_sign(texts: Sequence[str]) -> list[int]:
    """The lines that may be a title, or the first of those that a title is cut over."""
    signed = [at for at, text in enumerate(texts) if _SIGN in text]
    return sorted({start for at in signed for start in range(max(0, at + 1 - _CUT_TITLE_LINES), at + 1)})


def _over_lines(texts: Sequence[str], start: int) -> Iterator[tuple[str, int]]:
    """The first two lines as one, and all three, where a title may be cut over them."""
    if _opens_title(texts[0], texts[min(1, len(texts) - 1)]):
        yield from (("".join(texts[:count]), start + count - 1) for count in range(2, _CUT_TITLE_LINES + 1))


def _opens_title(text: str, following: str) -> bool:
    """Whether a title cut over several lines may begin so: with a year, or with a body that the next line does not name again.

    A word of the menu before a title is none of it (有效, 行政复议).
    """
    return _has_year(text) or (_is_body(text) and not squeeze(following).startswith(squeeze(text)))


@lru_cache(maxsize=4096)
def _has_year(text: str) -> bool:
    return _YEAR_LINE.search(squeeze(text)) is not None


@lru_cache(maxsize=4096)
def _is_body(text: str) -> bool:
    return _BODY.fullmatch(squeeze(text)) is not None


def unit_name(wording: str) -> str:
    """The body's own name: `资阳市雁江区丹山镇政府` -> `丹山镇`, also behind the government of its district (荔湾区人民政府南源街道办事处); of other bodies the wording without 政府."""
    name = _GOVERNMENT.sub("", wording) or wording
    match = _TOWN.match(name)
    return match["town"] if match else name


def scope_of(wording: str) -> Scope:
    """A county or higher government reports for itself and all bodies below it (forms.md §6); every other body for itself.

    So does its office, where the title names it: 上海市人民政府办公厅 counted 859 requests of 2019, the city's own report those of all its bodies.
    """
    return Scope.AGGREGATE if _COUNTY_OR_ABOVE.search(wording) else Scope.OWN
