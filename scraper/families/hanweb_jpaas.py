"""Hanweb's jpaas: a column's page names the unit that builds its list; the unit answers JSON that holds HTML.

The page number goes into `paramJson`; a bare `pageNo` is ignored and brings page 1 for ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from bs4.element import Tag

from scraper.families import anchors, values
from scraper.links import ListPage, Request

_PAIR = re.compile(r"""["'](\w+)["']\s*:\s*["']([^"']{0,200})["']""")
_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def units(soup: BeautifulSoup, url: str) -> Iterator[tuple[Request, ...]]:
    """A request for each list that the page has built by a unit, with its first page."""
    for tag in soup.select("[querydata]"):
        data = dict(_PAIR.findall(str(tag["querydata"])))
        place = anchors.address(str(tag.get("uniturl") or _UNIT), url)
        if place and (data.get("pageId") or data.get("tplSetId")):
            yield (_unit(place, data, _size(tag)),)


def _size(tag: Tag) -> str:
    rows = str(tag.get("rows") or "")
    return rows if rows.isdecimal() and 0 < int(rows[:4]) <= 100 else "15"


def _unit(place: str, data: dict[str, str], size: str) -> Request:
    named = {"parseType": "bulidstatic", "pageType": "column"} | data
    return Request(f"{place.partition('?')[0]}?{urlencode(named | {'paramJson': _param(1, size)})}")


def _param(page: int, size: str) -> str:
    return json.dumps({"pageNo": page, "pageSize": size}, separators=(",", ":"))


def answer(text: str, asked: Request) -> ListPage:
    """The rows of a unit's HTML, and the page that follows; the unit does not say how many there are."""
    html = values.dig(values.json_of(text), "data", "html")
    links = tuple(anchors.links(anchors.soup_of(html), asked.url)) if isinstance(html, str) else ()
    param = values.json_of(asked.fields.get("paramJson", ""))
    page = values.number_at(param, "pageNo")
    if not links or page is None:
        return ListPage(links)
    size = values.number_at(param, "pageSize") or 15
    following = replace(asked).with_query(paramJson=_param(page + 1, str(size)))
    return ListPage(links, (following,) if len(links) >= size else (), guessed=True)
