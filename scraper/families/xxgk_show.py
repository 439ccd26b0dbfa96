"""The PHP platform of Ji'an, Shangrao and Dazhou: `xxgk-list-<slug>-N.html`, articles at `xxgk-show-<id>.html`.

Ji'an loads its lists by post from `/api-ajax_list-<page>.html`; that the number in the path is the page is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "/xxgk-list-<slug>-N.html, /xxgk-show-<id>.html; post to /api-ajax_list-1.html"
_MARKS = (
    re.compile(r"/(?:xxgk|news)-show-\d+\.html"),
    re.compile(r"/xxgk-list-[\w-]+\.html"),
    re.compile(r"/api-ajax_list-\d+\.html"),
)
_LIST = re.compile(r"/((?:xxgk|news)-list-[a-zA-Z_]\w*?)(?:-(\d{1,4}))?\.html$")
_AJAX = re.compile(r"/api-ajax_list-(\d{1,5})\.html$")
_CATEGORY = re.compile(r"""\bcat_?id["']?\s*[:=]\s*["']?(\d{1,8})""")


def fingerprint(html: str, url: str) -> str | None:
    """The shape of its addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """Rows of an answer; or a page's links, the page of the next number, and the interface that it asks."""
    if _AJAX.search(urlsplit(asked.url).path):
        return _answer(html, asked)
    page = static_list.list_page(html, asked)
    following = page.next_pages or _numbered(html, asked.url)
    return replace(page, next_pages=following, columns=(*page.columns, *_interface(html, asked.url)))


def _numbered(html: str, url: str) -> tuple[Request, ...]:
    """The page of the next number, where the page links to it."""
    file = _LIST.search(urlsplit(url).path)
    if file is None:
        return ()
    following = f"/{file[1]}-{int(file[2] or 1) + 1}.html"
    return (Request(urljoin(url, following)),) if following in html else ()


def _interface(html: str, url: str) -> Iterator[tuple[Request, ...]]:
    category = _CATEGORY.search(html)
    if "api-ajax_list" not in html or category is None:
        return
    kind = [("ajax_type[]", value) for value in ("21_xxgk", category[1], "21", "xxgk", "Y-m-d", "50", "20", "", "")]
    yield (Request.of_form(urljoin(url, "/api-ajax_list-1.html"), [*kind, ("is_ds", "1")]),)


def _answer(text: str, asked: Request) -> ListPage:
    found = tuple(values.rows(values.dig(values.json_of(text), "data")))
    links = tuple(link for row in found if (link := _link(row, asked.url)))
    number = _AJAX.search(asked.url)
    if not links or number is None:
        return ListPage(links)
    following = replace(asked, url=asked.url[: number.start()] + f"/api-ajax_list-{int(number[1]) + 1}.html")
    return ListPage(links, (following,), guessed=True)


def _link(row: object, url: str) -> Link | None:
    named = row if isinstance(row, dict) else {}
    target = anchors.address(values.text_at(named, "url"), url)
    title = values.text_at(named, "title")
    return Link(target, title, values.day_at(named, "updatetime", "inputtime")) if target and title else None
