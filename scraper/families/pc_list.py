"""The `pc/list` platform (Zigong, Ziyang's counties, Kaifeng and others): the rows are a JSON array in the page.

Not to be mistaken for UCAP, which serves `list.shtml` and asks a JSON interface. Paging has not been seen: every column is one page. `urls` is JSON written
as a string inside the JSON; files of an article may be named by the list alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from scraper.families import anchors, static_list, values
from scraper.links import Link, ListPage, Request, day_in

CARD = "/<site>/<column>/pc/list.html with a JSON array articleList; articles at pc/content/content_<id>.html"
_ARRAY = re.compile(r"""["']?articleList["']?\s*[:=]\s*(?=\[)""")
_ADDRESS = re.compile(r"/pc/list(?:_\d+)?\.html")


def fingerprint(html: str, url: str) -> str | None:
    """The array's name, or the shape of the address."""
    if _ARRAY.search(html):
        return "articleList in the page"
    return f"address {url}" if _ADDRESS.search(url) else None


def list_page(html: str, asked: Request) -> ListPage:
    """The rows of every articleList of the page."""
    listed = tuple(link for row in _rows(html) if (link := _link(row, asked.url)))
    page = static_list.list_page(html, asked)
    return replace(page, links=(*listed, *page.links))


def _rows(html: str) -> Iterator[Mapping[str, Any]]:
    found = False
    for row in _rows_in(_scripts(html)):
        found = True
        yield row
    if not found:  # the array may stand in an attribute, where its quotes are entities
        yield from _rows_in([unescape(html)])


def _rows_in(texts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for text in texts:
        for match in _ARRAY.finditer(text):
            yield from values.rows(values.json_at(text, match.end()))


def _scripts(html: str) -> Iterator[str]:
    yield from (script.get_text() for script in anchors.soup_of(html).find_all("script"))


def _link(row: Mapping[str, Any], url: str) -> Link | None:
    """A row's page with its files; of a row without a page, its first file."""
    addresses = values.dig(row, "urls")
    page, files = _address(values.dig(addresses, "pc"), url), tuple(_files(row, url))
    target = page or next(iter(files), None)
    if target is None:
        return None
    title, day = str(row.get("title") or "").strip(), day_in(str(row.get("pubDate") or ""))
    return Link(target, title, day, files if page else ())


def _files(row: Mapping[str, Any], url: str) -> Iterator[str]:
    for file in values.rows(row.get("articleFiles")):
        host = values.text_at(file, "domainName")
        if found := _address(values.text_at(file, "filePath"), host if host.startswith(("http", "//")) else url):
            yield found


def _address(written: object, url: str) -> str | None:
    return anchors.address(written, url) if isinstance(written, str) and written else None
