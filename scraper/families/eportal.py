"""ePortal (Liaoning, Xilingol, Hinggan): articles at `/web/…/<17 digits>/index.shtml`, lists from a JSON query that the page's script names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "/eportal/ui?moduleId=…queryList.portlet; articles at /<17 digits>/index.shtml"
_MARKS = (re.compile(r"/eportal/(?:ui|uiFramework|fileDir)"), re.compile(r"/20\d{15}/index\.shtml"))
_QUERY = re.compile(r"""["']([\w./:-]{0,80}/eportal/ui\?[^"'\s<>]{0,300}queryList\.portlet[^"'\s<>]{0,300})["']""")


def fingerprint(html: str, url: str) -> str | None:
    """Its interface, or the shape of its articles' addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """Rows of an answer; or a page's links and the query that it makes."""
    if "queryList.portlet" in asked.url:
        return _answer(html, asked)
    page = static_list.list_page(html, asked)
    return static_list.beside(page, _queries(html, asked.url))


def _queries(html: str, url: str) -> Iterator[tuple[Request, ...]]:
    for written in list(dict.fromkeys(match[1] for match in _QUERY.finditer(html)))[:5]:
        if place := anchors.address(unescape(written), url):
            yield (Request(place).with_query(pageNo=1),)


def _answer(text: str, asked: Request) -> ListPage:
    value = values.json_of(text)
    links = tuple(link for row in values.rows(values.dig(value, "result")) if (link := _link(row, asked.url)))
    page = asked.fields.get("pageNo", "")
    if not links or not page.isdecimal() or len(page) > 6:
        return ListPage(links)
    return ListPage(links, (asked.with_query(pageNo=int(page) + 1),), guessed=True)


def _link(row: object, url: str) -> Link | None:
    named = row if isinstance(row, dict) else {}
    target = anchors.address(values.text_at(named, "url"), url)
    title = values.text_at(named, "title", "name", "bt")
    return Link(target, title, values.day_at(named, "fbsj", "publishDate", "date")) if target and title else None
