"""Hanweb 大汉 (Zhejiang, Shandong, Gansu, Hebei, Jiangxi, Jiangsu): three generations of lists, told apart by what stands on the column's page.

jpage prints the first group of rows as XML in the page, the xxgk module asks a search by post, jpaas builds units by JSON. Each has a module of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from scraper.families import anchors, hanweb_jpaas, hanweb_jpage, hanweb_xxgk, static_list
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "/col/colN/index.html, /art/Y/M/D/art_COL_ID.html; dataproxy.jsp, module/xxgk/search.jsp or jpaas-publish-server"
_MARKS = (
    re.compile(r"jpage/dataproxy\.jsp|<datastore>|&lt;datastore&gt;", re.IGNORECASE),
    re.compile(r"module/xxgk/(?:tree|search)\.jsp"),
    re.compile(r"jpaas-publish-server"),
    re.compile(r"/col/col\d+/(?:index\.html)?"),
    re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_[0-9a-z]+_?\w*\.html"),
    re.compile(r"<!--<\$\[信息内容\]>begin-->"),
)


def fingerprint(html: str, url: str) -> str | None:
    """Its interfaces, the shape of its addresses, or its comment marks."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """Rows of an answer of one of the interfaces; or those of a page, with what to ask them."""
    path = urlsplit(asked.url).path
    if path.endswith("/dataproxy.jsp"):
        return hanweb_jpage.answer(html, asked)
    if path.endswith("/xxgk/search.jsp"):
        return hanweb_xxgk.answer(html, asked)
    if "jpaas-publish-server" in path:
        return hanweb_jpaas.answer(html, asked)
    return _column_page(html, asked)


def _column_page(html: str, asked: Request) -> ListPage:
    """Some portals of Shandong answer the interface with nothing and print their rows, so plain links count on every page."""
    soup = anchors.soup_of(html)
    page = static_list.of_soup(soup, html, asked)
    embedded = hanweb_jpage.embedded(html, asked.url)
    return replace(
        page,
        links=(*embedded.links, *page.links),
        next_pages=(*embedded.next_pages, *page.next_pages),
        columns=(
            *page.columns,
            *embedded.columns,
            *hanweb_xxgk.searches(html, asked.url),
            *hanweb_jpaas.units(soup, asked.url),
        ),
        guessed=page.guessed or bool(embedded.next_pages),
    )
