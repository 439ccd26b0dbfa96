"""Hanweb's xxgk module (Zhejiang, Hangzhou, Harbin): lists from a search that is asked by post, a table as answer.

The search may ignore the column and answer with everything that the district has published, so links of other columns count only where their title is
that of a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup

from scraper.families import anchors, values
from scraper.families.pagers import pager_in
from scraper.links import Link, ListPage, Request, is_report_title

_NAMES = ("infotypeId", "jdid", "area", "divid", "vc_title", "vc_number", "vc_filenumber", "vc_all", "standardXxgk", "unit")
_COLUMN = re.compile(r"/col/col(\d+)/")
_ARTICLE = re.compile(r"/art_(\d+)_")
_DIVISION = re.compile(r"^div(\d+)$")


def searches(html: str, url: str) -> Iterator[tuple[Request, ...]]:
    """The search that the script of a column's page makes."""
    if "xxgk/search.jsp" not in html and not ("infotypeId" in html and "jdid" in html):
        return
    fields = {name: values.named_in(html, name) for name in _NAMES}
    if not fields["infotypeId"] and not fields["area"]:
        return
    column = _COLUMN.search(url)
    if not fields["divid"] and column:
        fields["divid"] = f"div{column[1]}"
    yield (_search(urljoin(url, "/module/xxgk/search.jsp"), fields, 1),)


def answer(html: str, asked: Request) -> ListPage:
    """The rows of an answer, and the next page where a count or 下一页 promises one."""
    soup = anchors.soup_of(html)
    fields = asked.fields
    links = tuple(_of_column(anchors.links(soup, asked.url), fields.get("divid", "")))
    page = fields.get("currpage", "")
    if not links or not page.isdecimal() or len(page) > 6:
        return ListPage(links)
    pager = pager_in(html)
    more = _names_next(soup) or (pager is not None and int(page) < pager.pages)
    return ListPage(links, (_search(asked.url, fields, int(page) + 1),) if more or pager is None else (), guessed=not more)


def _names_next(soup: BeautifulSoup) -> bool:
    return any(
        anchor.get_text(strip=True) in {"下一页", "下页"} and anchor.get("href", "#") != "#" for anchor in soup.find_all("a")
    )


def _search(url: str, fields: dict[str, str], page: int) -> Request:
    query = {
        "standardXxgk": fields.get("standardXxgk") or "0",
        "isAllList": "1",
        "texttype": "0",
        "fbtime": "-1",
        "vc_all": "",
        "vc_filenumber": "",
        "vc_title": "",
        "vc_number": "",
        "currpage": page,
        "sortfield": ",createdatetime:0,orderid:0",
    }
    form = {name: value for name in _NAMES if (value := fields.get(name, ""))} | {"currpage": str(page)}
    return Request.of_form(f"{url.partition('?')[0]}?{urlencode(query)}", form)


def _of_column(links: Iterator[Link], division: str) -> Iterator[Link]:
    column = _DIVISION.match(division)
    for link in links:
        article = _ARTICLE.search(link.url)
        if not (column and article) or article[1] == column[1] or is_report_title(link.title):
            yield link
