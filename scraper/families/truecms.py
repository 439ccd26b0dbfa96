"""truecms (Nantong, Lianyungang): rows as XML in a call, from an interface that answers 404 unless the list's page is named as referrer.

Each site has its own cap on rows at once (50, 20 or 10); over it comes nothing or 404, so smaller numbers are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "proxyUrl …/messageController/getMessage.do with columnId; articles at /content/<uuid>.html"
SIZES = (50, 20, 10)
_MARKS = (re.compile(r"messageController/getMessage\.do"),)
_PROXY = re.compile(r"""proxyUrl["']?\s*[:=]\s*["']([^"'\s<>]{1,200}getMessage\.do)""")


def fingerprint(html: str, url: str) -> str | None:
    """Its interface."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """Rows of an answer; or a page's links and the interface that it asks."""
    if urlsplit(asked.url).path.endswith("/getMessage.do"):
        return _answer(html, asked)
    page = static_list.list_page(html, asked)
    return static_list.beside(page, _interface(html, asked.url))


def _interface(html: str, url: str) -> Iterator[tuple[Request, ...]]:
    proxy, column = _PROXY.search(html), values.named_in(html, "columnId")
    place = anchors.address(proxy[1], url) if proxy else None
    if place and column:
        yield tuple(_records(place, column, 1, size) for size in SIZES)


def _records(place: str, column: str, start: int, size: int) -> Request:
    query = {"startrecord": start, "endrecord": start + size - 1, "perpage": size, "columnId": column, "callback": "cb"}
    return Request(f"{place.partition('?')[0]}?{urlencode(query)}")


def _answer(text: str, asked: Request) -> ListPage:
    links = tuple(_rows(values.dig(values.json_of(text), "result"), asked.url))
    fields = asked.fields
    start, size = fields.get("startrecord", ""), fields.get("perpage", "")
    if not (start.isdecimal() and size.isdecimal() and len(start + size) < 12) or len(links) < int(size):
        return ListPage(links)
    return ListPage(links, (_records(asked.url, fields.get("columnId", ""), int(start) + int(size), int(size)),), guessed=True)


def _rows(xml: object, url: str) -> Iterator[Link]:
    if isinstance(xml, str):
        records = "".join(values.cdata_in(xml, "record")) or xml
        yield from anchors.links(anchors.soup_of(records), url)
