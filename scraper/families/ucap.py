"""UCAP (开普): lists from a JSON interface that is asked by the channel's identifier (Heilongjiang, Xinjiang, Sichuan, Hunan, Jiangxi and others).

The identifier stands in a meta tag or a script; the code in the address (`c100231`) is another one. Where the interface answers is not the same on all
sites, so its known places are alternatives. Answers carry whole bodies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "articles at cNNNNNN/YYYYMM/<32 hex>.shtml; meta channelId; /common/search/<id> answers JSON"
PAGE_SIZE = 15
_MARKS = (
    re.compile(r"<UCAP(?:TITLE|CONTENT)|UCAP-CONTENT|zoomcon", re.IGNORECASE),
    re.compile(r"/c\d{5,6}[kc]?/\d{6}/(?:[0-9a-f]{32}|c\d\d_\d+)\.shtml"),
    re.compile(r"""<meta[^>]{0,80}name=["']?channelId["']?""", re.IGNORECASE),
    re.compile(r"/common/search/|/common/getChannelList|interfacesWebZcwj"),
    re.compile(r"/(?:common_list|zfxxgk_list|xxgk_list|zfxxgkMultiList|public_zfxxgk|infoopen_index2|zfxxgk_gknbz)\.shtml"),
)
_CHANNEL = re.compile(r"""\bchannelId["']?\s*[:=]\s*["']([0-9a-zA-Z]{4,40})["']""")
_SEARCH = re.compile(r"""["']((?:https?:)?[\w./:-]{0,120}/(?:common/search|search|searchList)/)(?:["'+]|[0-9a-zA-Z]{4,40})""")
_TREE = re.compile(r"""["']([\w./:-]{0,80}/common/getChannelList\?[^"'\s]{1,200})["']""")
_LOAD = re.compile(r"""["']([\w./:-]{0,80}/interfacesWebZcwj/loadData)""")
_PLACES = ("/common/search/", "/search/", "/searchList/")
_REPORTS = re.compile(r"年报|年度报告|20\d\d")


def fingerprint(html: str, url: str) -> str | None:
    """Its own tags, the shape of its addresses, or its interface."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """Rows of an answer of the interface; or those of a page, with what to ask the interface."""
    value = values.json_of(html)
    if isinstance(value, (dict, list)):
        return _answer(value, asked)
    soup = anchors.soup_of(html)
    page = static_list.of_soup(soup, html, asked)
    return static_list.beside(page, _interfaces(soup, html, asked.url))


def _interfaces(soup: BeautifulSoup, html: str, url: str) -> Iterator[tuple[Request, ...]]:
    tree, load = _TREE.search(html), _LOAD.search(html)
    if tree and (place := anchors.address(tree[1], url)):
        yield (Request(place),)
    channel = anchors.meta(soup, "channelid") or ((found := _CHANNEL.search(html)) and found[1]) or ""
    if not re.fullmatch(r"[0-9a-zA-Z]{4,40}", channel):
        return
    if load and (place := anchors.address(load[1], url)):
        yield (_load(place, channel, 1),)
        return
    named = [match[1] for match in _SEARCH.finditer(html)][:2]
    yield _searches((*named, *_PLACES), channel, url)


def _searches(places: Sequence[str], channel: str, url: str) -> tuple[Request, ...]:
    whole = (anchors.address(place, url) for place in dict.fromkeys(places))
    return tuple(_search(place, channel) for place in whole if place)


def _search(place: str, channel: str) -> Request:
    query = {
        "_isAgg": "true",
        "_isJson": "true",
        "_pageSize": PAGE_SIZE,
        "_template": "index",
        "_rangeTimeGte": "",
        "_channelName": "",
        "page": 1,
    }
    return Request(f"{place}{channel}?{urlencode(query)}")


def _load(place: str, channel: str, page: int) -> Request:
    """Suzhou's interface: a form, with the page in the body."""
    return Request.of_form(f"{place.partition('?')[0]}?pageSize={PAGE_SIZE}", {"pageIndex": str(page), "channel_id": channel})


def _answer(value: Any, asked: Request) -> ListPage:  # noqa: ANN401 (JSON)
    children = tuple(values.rows(values.dig(value, "results", "children")))
    if children:
        return ListPage((), columns=tuple(_children(children, asked.url)))
    data = values.dig(value, "data") if isinstance(value, dict) else value
    data = data if data is not None else value
    found = tuple(
        values.rows(values.dig(data, "results") or values.dig(data, "list") or values.dig(value, "results", "data", "results"))
    )
    links = tuple(link for row in found if (link := _link(row, asked.url)))
    return ListPage(links, *_following(data, asked, len(found)))


def _children(children: tuple[Any, ...], url: str) -> Iterator[tuple[Request, ...]]:
    """The channels below one whose names speak of annual reports or years."""
    for child in children:
        channel = values.text_at(child, "channelId", "id")
        if _REPORTS.search(values.text_at(child, "displayName", "name")) and re.fullmatch(r"[0-9a-zA-Z]{4,40}", channel):
            yield _searches(_PLACES, channel, url)


def _following(data: Any, asked: Request, found: int) -> tuple[tuple[Request, ...], tuple[tuple[Request, ...], ...], bool]:  # noqa: ANN401 (JSON)
    """The next page, no columns, and whether nothing promises it: totals are printed larger and smaller than what is served."""
    fields = asked.fields
    current = fields.get("page") or fields.get("pageIndex") or ""
    if not found or not current.isdecimal() or len(current) > 6:
        return (), (), False
    page = int(current)
    total = values.number_at(data, "total", "allRow") or 0
    size = values.number_at(data, "rows", "pageSize") or PAGE_SIZE
    if asked.body is None:
        following = asked.with_query(page=page + 1)
    else:
        following = _load(asked.url, fields.get("channel_id", ""), page + 1)
    return (following,), (), page * size >= total


def _link(row: Any, url: str) -> Link | None:  # noqa: ANN401 (JSON)
    target = anchors.address(values.text_at(row, "url", "URL"), url)
    title = values.text_at(row, "title", "TITLE", "subTitle")
    return (
        Link(target, title, values.day_at(row, "publishedTimeStr", "PUBLISHED_TIME_FORMAT", "publishedTime"))
        if target and title
        else None
    )
