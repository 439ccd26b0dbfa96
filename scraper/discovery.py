"""Where on a portal the annual reports are listed: from the home page to the 政府信息公开 area, to the 年报 column, to its year folders and unit columns.

The text of links decides, not their addresses: year folders lie (a report on 2023 stands under `2022n_…`), slugs differ, columns move. What a link text
leaves open is looked at, and the page says what it is.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from scraper.links import Link, Request, identity, is_cut, is_neighbour_title, is_report_title, plain
from scraper.registry import Portal

MOST_PAGES = 600
"""Lists and areas visited on one portal; a city's column holds hundreds of units."""
DEEPEST = 5
"""Steps from the home page, or from a column of the registry."""


class Place(IntEnum):
    """What a page is held to be by the link that leads to it, in the order in which pages are visited."""

    COLUMN = 0
    """A list of annual reports, or a folder of one."""
    MAYBE = 1
    """A report or a list of them; its page decides."""
    AREA = 2
    """A part of the portal that leads to such lists."""
    UNIT = 3
    """The pages of one unit within an area."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A list to be read: what to ask, what it is held to be, under which name, and how many steps from the start."""

    request: Request
    place: Place
    title: str = ""
    listed_by: str = ""
    """The page whose link leads there."""
    depth: int = 0
    others: tuple[Request, ...] = ()
    """Other ways to ask for the same list."""

    @property
    def may_be_article(self) -> bool:
        """Whether what is visited may turn out to be a report itself."""
        return self.place is Place.MAYBE or (self.place is Place.COLUMN and self.depth > 0)


_YEAR = r"(?:20[0-3]\d年?度?)"
_HOLDERS = r"[省市县区州旗本级直属所各乡镇街道办事处部门单位政府务机关党工委公开及和与、()]*"
"""Whose reports a column holds, in words that are no unit's name: 县级, 各乡镇（街道）, 县直部门, 政府."""
_NAME = r"(?:信息公开|信息|公开)?(?:工作)?(?:年度)?(?:工作)?(?:年报|年度报告|年度工作报告|信息公开报告|信息公开工作报告)"
_COLUMN = re.compile(rf"^{_HOLDERS}(?:历年|往年|历史)?{_NAME}(?:公开|专栏|栏目|目录|列表|汇总|库)?{_HOLDERS}$")
_YEAR_COLUMN = re.compile(rf"^{_YEAR}{_HOLDERS}{_NAME}$")
_DATED = re.compile(r"20[0-3]\d|二[〇○零Oo]")
_FOLDER = re.compile(rf"^(?:{_YEAR}(?:及?(?:以前|之前))?|历年|往年|历史年报|{_YEAR}?{_HOLDERS})$")
_AREA = re.compile(
    r"^(?:政府|政务)?信息公开(?:专栏|平台|目录|网|专区)?$|^政务公开(?:专栏|平台|网)?$|^法定主动公开内容$|^(?:各?(?:乡镇|镇街|街道|部门|单位|县直|区直|市直)[\w、]{0,6})(?:信息|政务)?公开$"
)
_UNIT = re.compile(
    r"(?:镇|乡|街道|街道办(?:事处)?|苏木|民族乡|人民政府|政府办(?:公室)?|局|委|办公室|委员会|中心|管委会|园区|开发区|县|旗|市|(?<![专地社片灾景])区)"
    r"(?:政府)?(?:信息公开|政务公开)?$"
)
_LONGEST_UNIT = 24
_OTHER = re.compile(
    r"网站|法治|解读|图解|读懂|指南|制度|通知|办法|半年|季度|电子书|动漫|H5|音频|视频|模板|格式|报表|统计|预算|决算"
)
"""What a title in a column of annual reports is about when it is not an annual report."""
_DOUBTFUL = re.compile(r"20[0-3]\d.*(?:年报|年度报告|工作报告|信息公开)")


def place_of(title: str, *, within: Place | None) -> Place | None:
    """What a link leads to by its text, on a page of the given place (None: the home page); None for what is not visited.

    A title that names a unit and a year beside 信息公开年度报告 is a report, and is not asked about here.
    """
    text = plain(title)
    if _COLUMN.match(text):
        return Place.COLUMN
    if _YEAR_COLUMN.match(text):
        return Place.MAYBE
    if is_report_title(text) and not is_cut(text):
        return Place.MAYBE
    if within is Place.COLUMN:
        return _inside_column(text)
    if is_neighbour_title(text):
        return None
    return _on_the_way(text, within)


def _on_the_way(text: str, within: Place | None) -> Place | None:
    if _AREA.match(text):
        return Place.AREA
    return Place.UNIT if within in {Place.AREA, Place.UNIT} and _is_unit(text) else None


def _inside_column(text: str) -> Place | None:
    if _OTHER.search(text):
        return None
    if _FOLDER.match(text) or _is_unit(text):
        return Place.COLUMN
    return Place.MAYBE if is_cut(text) or _DOUBTFUL.search(text) else None


def _is_unit(text: str) -> bool:
    return len(text) <= _LONGEST_UNIT and bool(_UNIT.search(text))


def is_certain(title: str) -> bool:
    """Whether a title is that of one report and not of a column: beside 信息公开年度报告 it names a unit and a year."""
    text = plain(title)
    whole = is_report_title(text) and not is_cut(text) and bool(_DATED.search(text))
    return whole and not _COLUMN.match(text) and not _YEAR_COLUMN.match(text)


class Survey:
    """Which lists of a portal are to be read, in which order, and which links of theirs are reports. It asks nothing itself.

    `known` holds the identities of what is known to be a report, so that it is not looked at again.
    """

    def __init__(
        self, start: Iterable[Visit], *, home_url: str, allows: Callable[[str], bool], known: Container[str] = ()
    ) -> None:
        self._allows = allows
        self._known = known
        self._order = itertools.count()
        self._waiting: list[tuple[int, int, int, Visit]] = []
        self._seen: set[str] = set()
        self._furniture = {identity(home_url)}
        self._visited = 0
        self.left_aside: set[str] = set()
        self.columns = 0
        for visit in start:
            self._queue(visit)

    def shortcomings(self) -> Iterator[str]:
        """What a finished survey did not see."""
        if self._visited >= MOST_PAGES and self._waiting:
            yield f"more than {MOST_PAGES} lists; {len(self._waiting)} were not read"
        if not self.columns:
            yield "no column of annual reports was found from here; name it in reports_urls"

    def next(self) -> Visit | None:
        """The list to read next: columns before what may lead to them."""
        if not self._waiting or self._visited >= MOST_PAGES:
            return None
        self._visited += 1
        visit = heapq.heappop(self._waiting)[3]
        self.columns += visit.place is Place.COLUMN
        return visit

    def take(self, visit: Visit, links: Iterable[Link], columns: Iterable[tuple[Request, ...]] = ()) -> list[Link]:
        """The links of a page that are reports; what else is worth a visit is queued, neighbours are counted."""
        for request, *others in columns:
            self._queue(Visit(request, visit.place, visit.title, visit.request.url, visit.depth, tuple(others)))
        reports = []
        at_home = visit.place is Place.AREA and visit.depth == 0
        for link in links:
            if not self._allows(link.url):
                continue
            if at_home:
                self._furniture.add(identity(link.url))
            if is_certain(link.title) or identity(link.url) in self._known:
                reports.append(link)
            else:
                self._look(visit, link)
        return reports

    def _look(self, visit: Visit, link: Link) -> None:
        """Units that the home page lists too are the portal's menu, and no folders of the column that repeats it."""
        within = None if visit.depth == 0 and visit.place is Place.AREA else visit.place
        within = Place.COLUMN if within is Place.MAYBE else within
        place = place_of(link.title, within=within)
        furniture = place is Place.COLUMN and within is Place.COLUMN and identity(link.url) in self._furniture
        if place is not None and not furniture:
            self._queue(Visit(Request(link.url), place, link.title, visit.request.url, visit.depth + 1))
        elif is_neighbour_title(link.title):
            self.left_aside.add(identity(link.url))

    def _queue(self, visit: Visit) -> None:
        key = _key(visit.request)
        if visit.depth > DEEPEST or key in self._seen or not self._allows(visit.request.url):
            return
        self._seen.add(key)
        heapq.heappush(self._waiting, (visit.place, visit.depth, next(self._order), visit))


def survey_of(portal: Portal, known: Container[str]) -> Survey:
    """The survey of a portal: from the columns that its row names, or else from its home page."""
    if portal.reports_urls:
        start = [Visit(Request(url), Place.COLUMN) for url in portal.reports_urls]
    else:
        start = [Visit(Request(portal.home_url), Place.AREA)]
    return Survey(start, home_url=portal.home_url, allows=portal.allows, known=known)


def _key(request: Request) -> str:
    """What makes two visits the same; a fragment names a category (gkmlpt), a body what is asked for."""
    fragment = request.url.partition("#")[2]
    return f"{identity(request.url)}#{fragment} {(request.body or b'').decode('utf-8', 'replace')}"
