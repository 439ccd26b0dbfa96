"""What a document is, told by its own title, by what it prints, and by its shape.

A report's neighbours look like it (layouts.md D): explanations in pictures quote its figures, the yearly form of a web site has tables of its
own, a half-year count has the same columns. The page's own title decides; words in menus beside it do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.numerals import squeeze
from parsers.pieces import Document
from parsers.report import Cell, Context, Fact, Kind, State
from parsers.title import MOST_NAMED, Title, parse_title

FEWEST_HEADINGS = 3
"""A page with so many of the six headings and no table is a report whose tables are pictures or were lost (layouts.md A16)."""
FEWEST_LABELS = 6
"""Labels of so many rows in the form's order are the form, even where every cell is lost behind them (layouts.md A1)."""
SHORTEST_TITLE, LONGEST_TITLE = 3, 80
FEWEST_LISTED = 3
"""So many titles of different reports make a list."""
SHORT_PAGE = 400
"""Characters: an answer in place of a page says little."""
FIRST_FORM = 2019
"""The first year reported on with the form of six sections (国办公开办函〔2019〕60号)."""
OLD_OUTLINE = (
    "概述|概况|基本情况",
    "主动公开",
    "依申请公开",
    "咨询",
    "收费|减免",
    "复议|诉讼|申诉",
    "问题|改进|打算",
    "附表|说明的事项|需要说明",
)
FEWEST_OLD_HEADINGS = 4
LONGEST_HEADING = 40
_NUMBERED = re.compile(r"^[(]?(?:[一二三四五六七八九十]+|\d{1,2})[)、.．]")
LONGEST_ANNOUNCEMENT = 1500
"""Characters of a page whose report is attached to it."""

_TITLES: tuple[tuple[Kind, str], ...] = (
    (Kind.INTERPRETATION, r"图解|解读|读懂|看懂|图说|数说|一图"),
    (Kind.HALF_YEAR, r"半年|[一二三四1-4]季度|月份|(?<!\d)1月?[-—~至到](?:[2-9]|1[01])月"),
    (Kind.WEBSITE_REPORT, r"网站(?:监管)?(?:工作)?年度(?:工作)?报[表告]|网站.{0,6}年报|(?:网站|新媒体).{0,8}报表"),
    (Kind.LAW_REPORT, r"法治(?:政府)?建设|依法行政.{0,8}报告"),
    (Kind.GUIDE, r"公开指南"),
)
"""What a title holds that announces another document, in the order of trial."""
_SUBJECT = re.compile(r"信息公开|政务公开|依申请公开|网站|新媒体|法治(?:政府|建设)|依法行政|年报")
_YEAR_OR_BODY = re.compile(
    r"(?:19|20)\d\d年|[省市县区旗州盟镇乡局委办院处](?:人民)?(?:政府|办事处)?.*(?:指南|年报|报告|报表|解读)"
)
_ANSWERS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.SOFT_404,
        r"(?:页面?|文件|文章|信息|栏目|内容|资源|链接|地址)(?:已经)?(?:不存在|未找到|找不到|丢失|尚?未发布)|找不到(?:该|此|您|这个)?.{0,8}页面|无法找到|已经?(?:被)?(?:删除|撤回|下线|撤[销稿])|页面(?:出错|错误)|链接已?失效|NotFound",
    ),
    (
        Kind.CHALLENGE_PAGE,
        r"验证码|安全验证|滑动验证|滑块|禁止访问|人机验证|访问过于频繁|请开启JavaScript|启用JavaScript|enableJavaScript|正在(?:进行)?(?:安全)?(?:检测|验证|跳转)|浏览器安全检查|访问被(?:拒绝|拦截)|请求被拦截",
    ),
)
_CHALLENGE = re.compile(
    rb"acw_sc__v|_\$_?ts|\$_ts|__jsl_clearance|document\.cookie\s*=|eval\(function\(p,a,c,k|slidercaptcha|geetest|cf-chl|_cf_chl",
    re.I,
)
"""Scripts that set a cookie and load again (portals.md, walls)."""
_ASKS_FOR_SCRIPT = re.compile("请开启JavaScript|请启用JavaScript|enable JavaScript", re.I)
_HEAD = 200_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a document before its kind is told."""

    title: Title | None
    year: int | None
    sections: Mapping[str, str]
    cells: Mapping[str, Cell]
    facts: Sequence[Fact]
    rows_named: int = 0
    """How many rows of the form are labelled on the page, with or without cells."""


def kind_of(data: bytes, document: Document, context: Context, read: Reading) -> Kind:
    """The kind of a document."""
    announced = _announced(document, context)
    if announced is not Kind.REPORT and announced is not None:
        return announced
    states = {cell.state for cell in read.cells.values()}
    if states & {State.READ, State.INFERRED} or (State.AMBIGUOUS in states and _is_form(read)):
        return Kind.REPORT
    if states & {State.BLANK, State.MARK} or read.rows_named >= FEWEST_LABELS:
        return Kind.BLANK_FORM
    return _without_cells(data, document, read)


def _is_form(read: Reading) -> bool:
    """Whether figures that could not be placed are those of a form; one row alone, 总计, stands before counters of visitors as well."""
    rows = {key.split(".")[1] for key, cell in read.cells.items() if cell.state is State.AMBIGUOUS}
    return read.rows_named >= FEWEST_LABELS or (bool(read.title or read.sections) and len(rows) > 1)


def _without_cells(data: bytes, document: Document, read: Reading) -> Kind:
    if _has_headings(read) and not _is_free(document, read):
        return Kind.TABLES_MISSING
    if _listed(document) >= FEWEST_LISTED and not _is_article(document):
        return Kind.LIST_PAGE
    length = sum(len(piece.text) for piece in document.pieces)
    is_attached = read.title is not None and "attachments" in document.facts and length < LONGEST_ANNOUNCEMENT
    if is_attached and not read.facts:
        return Kind.ATTACHMENT_ONLY
    if read.title and _is_free(document, read):
        return Kind.REPORT
    if is_attached:
        return Kind.ATTACHMENT_ONLY
    return _answer(data, document) if length < SHORT_PAGE else Kind.NOT_A_REPORT


def _is_article(document: Document) -> bool:
    """Whether the page states to be an article, or a body's report of one year; links to others stand beside it then."""
    stated = (document.facts.get("heading", ""), *re.split(r"[-_|\s]+", document.facts.get("title", "")))
    titles = (parse_title(words) for words in stated)
    return "articletitle" in document.facts or any(title and title.named == MOST_NAMED for title in titles)


def _has_headings(read: Reading) -> bool:
    """Whether the headings of tables stand there, under a title or among others of the form."""
    tables = sum(key in read.sections for key in ("requests", "review_litigation"))
    return len(read.sections) >= FEWEST_HEADINGS - (read.title is not None and tables > 1) and bool(read.title or tables)


def _is_free(document: Document, read: Reading) -> bool:
    """Whether it tells in prose what later forms count: reports before the forms, and those that keep the old outline (layouts.md C)."""
    if read.year is not None and read.year < FIRST_FORM:
        return bool(read.facts) or _old_headings(document) >= FEWEST_HEADINGS
    return bool(read.facts) and "requests" not in read.sections and _old_headings(document) >= FEWEST_OLD_HEADINGS


def _old_headings(document: Document) -> int:
    """How many different headings of the outline of 2008 the page prints (条例 2007, article 32)."""
    lines = (squeeze(piece.text) for piece in document.pieces if len(piece.text) <= LONGEST_HEADING)
    numbered = [line for line in lines if _NUMBERED.match(line)]
    return sum(1 for words in OLD_OUTLINE if any(re.search(words, line) for line in numbered))


def _announced(document: Document, context: Context) -> Kind | None:
    """What the page's own title announces; of its lines a report's title weighs more than any other, which may be a link beside it."""
    stated = _first(_stated_titles(document, context))
    if stated is not None:
        return stated
    kinds = [kind for line in _lines(document) if (kind := _kind_of_title(line)) is not None]
    return Kind.REPORT if Kind.REPORT in kinds else next(iter(kinds), None)


def _first(titles: Iterable[str]) -> Kind | None:
    lines = (squeeze(title) for title in titles)
    return next((kind for line in lines if len(line) <= LONGEST_TITLE and (kind := _kind_of_title(line))), None)


def _stated_titles(document: Document, context: Context) -> Iterator[str]:
    """Titles in the order of trust: meta tag, heading, head of the page, the link that led here; a text begins with its own."""
    yield from (document.facts[name] for name in ("articletitle", "heading") if name in document.facts)
    if "title" in document.facts:
        yield re.split(r"[-_|]", document.facts["title"])[0]
    if context.link_title:
        yield context.link_title
    if "title" not in document.facts:
        yield from [piece.text for piece in document.pieces if not piece.is_blank][:1]


def _lines(document: Document) -> Iterator[str]:
    """The lines outside tables that could be a title."""
    for piece in document.pieces:
        if piece.spot is None and SHORTEST_TITLE <= len(piece.text) <= LONGEST_TITLE:
            line = squeeze(piece.text)
            if _YEAR_OR_BODY.search(line) and not line.endswith(("。", "；")):
                yield line


def _kind_of_title(line: str) -> Kind | None:
    report = parse_title(line)
    if report and (report.year or report.unit):
        return Kind.REPORT
    if not _SUBJECT.search(line):
        return None
    return next((kind for kind, words in _TITLES if re.search(words, line)), None)


def _listed(document: Document) -> int:
    """How many different reports the page names, each on a line of its own; by their years alone on a page that calls itself 年报."""
    titles = (parse_title(piece.text) for piece in document.pieces if len(piece.text) <= LONGEST_TITLE)
    reports = {(title.year, title.unit) for title in titles if title and (title.year or title.unit)}
    is_column = any(_COLUMN.search(words) for name, words in document.facts.items() if name in {"title", "heading"})
    years = {year for piece in document.pieces for year in _years_alone(squeeze(piece.text))} if is_column else set()
    return max(len(reports), len(years))


def _years_alone(line: str) -> list[str]:
    """The years of a line that holds nothing else."""
    return _YEAR_ALONE.findall(line) if _YEARS_ALONE.fullmatch(line) else []


_COLUMN = re.compile("信息公开.{0,4}年度?报")
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d年(?:度(?:报告)?|年报|报告)?")
_YEARS_ALONE = re.compile(rf"(?:{_YEAR_ALONE.pattern})+")


def _answer(data: bytes, document: Document) -> Kind:
    text = squeeze(" ".join([*document.facts.values(), *(piece.text for piece in document.pieces)]))
    for kind, words in _ANSWERS:
        if re.search(words, text, re.I):
            return kind
    asks = _ASKS_FOR_SCRIPT.search(data[:_HEAD].decode("utf-8", "ignore"))
    return Kind.CHALLENGE_PAGE if asks or _CHALLENGE.search(data[:_HEAD]) else Kind.NOT_A_REPORT
