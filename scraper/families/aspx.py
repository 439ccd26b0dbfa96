"""ASP.NET sites: the disclosure site of Ziyang (`year_details.aspx?dept=206&id=4571`), Yunnan's departments (`InfoPublic.aspx?…&page=1`).

Pages turn by a number in the query, or by posting the page's own form back to it with the name of the pager (`__doPostBack`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bs4 import BeautifulSoup

from scraper.families import anchors, static_list
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "year_details.aspx?dept=…&id=…, InfoPublic.aspx?…&page=N; __VIEWSTATE and __doPostBack"
_MARKS = (re.compile(r"(?:year(?:_details)?|InfoPublic|read)\.aspx\?"), re.compile(r"__VIEWSTATE|__doPostBack"))
_POST_BACK = re.compile(r"""__doPostBack\(\s*['"]([^'"]{0,200})['"]\s*,\s*['"]([^'"]{0,200})['"]""")
_NEXT = frozenset({"下一页", "下页", "下一頁", "后一页", ">", "»"})
_NUMBER = re.compile(r"[?&]page=(\d{1,5})(?:&|$)")


def fingerprint(html: str, url: str) -> str | None:
    """Its page names, or the state that its forms carry."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The links of a page, and the next page by its words, by posting back, or by the number in the query."""
    soup = anchors.soup_of(html)
    page = static_list.of_soup(soup, html, asked)
    if page.next_pages:
        return page
    posted = tuple(_post_back(soup, asked.url))
    number = _NUMBER.search(asked.url)
    if posted or number is None:
        return replace(page, next_pages=posted)
    return replace(page, next_pages=(asked.with_query(page=int(number[1]) + 1),), guessed=True)


def _post_back(soup: BeautifulSoup, url: str) -> Iterator[Request]:
    """The form as a browser would send it when 下一页 is clicked."""
    for anchor in soup.find_all("a", href=True):
        call = _POST_BACK.search(str(anchor["href"]))
        if call and anchor.get_text(strip=True) in _NEXT:
            hidden = {
                str(field["name"]): str(field.get("value") or "")
                for field in soup.find_all("input", type="hidden", attrs={"name": True})
            }
            yield Request.of_form(url, hidden | {"__EVENTTARGET": call[1], "__EVENTARGUMENT": call[2]})
            return
