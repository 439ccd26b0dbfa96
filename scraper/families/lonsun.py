"""LonSun 龙讯 (Anhui, Hubei, Gansu, Hunan): a column's page loads its rows as a fragment from `/site/label/8888`.

Which template makes the fragment differs from site to site, so everything is taken from the page's script. An empty list is a sentence (暂无相关信息), and
texts are cut while the attribute holds the whole title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "/public/column/<organ>?type=…; rows from /site/label/8888; articles at /public/<organ>/<id>.html"
_MARKS = (
    re.compile(r"/site/label/8888"),
    re.compile(r"/public/column/\d+"),
    re.compile(r"/site/tpl/\d+"),
    re.compile(r"""<meta[^>]{0,80}name=["']?SiteId["']?""", re.IGNORECASE),
)
_LABEL = re.compile(r"""["'(=]\s*((?:https?://[\w.:-]{1,80})?[\w/.-]{0,80}/site/label/8888)(?:\?([^"'\s<>]{0,800}))?""")
_NAMES = (
    "labelName",
    "siteId",
    "pageSize",
    "action",
    "isDate",
    "dateFormat",
    "length",
    "organId",
    "type",
    "catId",
    "cId",
    "result",
    "file",
)
_FIXED = {"IsAjax": "1", "dataType": "html"}
_SMALL = 15


def fingerprint(html: str, url: str) -> str | None:
    """Its label interface, or the shape of its addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The rows of a fragment; or a page's links and the fragment that it loads."""
    if "/site/label/" in asked.url:
        return _fragment(html, asked)
    page = static_list.list_page(html, asked)
    return static_list.beside(page, _labels(html, asked.url))


def _labels(html: str, url: str) -> Iterator[tuple[Request, ...]]:
    for match in list(_LABEL.finditer(html))[:5]:
        written = dict(parse_qsl((match[2] or "").replace("&amp;", "&"), keep_blank_values=True))
        named = {name: value for name in _NAMES if (value := values.named_in(html, name))}
        fields = _FIXED | named | {name: value for name, value in written.items() if value} | {"pageIndex": "1"}
        place = anchors.address(match[1], url)
        if place and (fields.get("labelName") or fields.get("organId")):
            yield (Request(f"{place}?{urlencode(fields)}"),)


def _fragment(html: str, asked: Request) -> ListPage:
    """The fragment does not say how many pages there are; one that is not full is the last."""
    links = tuple(anchors.links(anchors.soup_of(html), asked.url))
    fields = asked.fields
    page, size = fields.get("pageIndex", ""), fields.get("pageSize", "")
    full = len({link.url for link in links}) >= (int(size) if size.isdecimal() and len(size) < 5 else _SMALL)
    if not full or not page.isdecimal() or len(page) > 6:
        return ListPage(links)
    return ListPage(links, (asked.with_query(pageIndex=int(page) + 1),), guessed=True)
