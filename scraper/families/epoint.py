"""Epoint 新点 EWB (Liaoning, Xuzhou, Xinjiang, Henan): rows from a JSON interface that is asked by post.

Where the interface stands and the site's identifier are said by a script file beside the page; category and department by the page's address. Sources
disagree whether pages are counted from 0 or 1 and whether the question is wrapped. `title` is cut, `realtitle` whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "EWB-FRONT; post to rest/lightfrontaction/getgovinfolist with siteGuid, categorynum, deptcode"
PAGE_SIZE = 20
_MARKS = (
    re.compile(r"EWB-FRONT|lightfrontaction|webBuilderCommon\.js"),
    re.compile(r"(?:govInfoPub|openlist|info_open|column_list_special)\.html\?"),
    re.compile(r"ewb-article-content|ewb-info-"),
)
_SCRIPT = re.compile(r"""["']([^"'\s<>]{0,120}(?:webBuilderCommon|ajaxReq)\.js)[^"'<>]{0,40}["']""")
_INTERFACE = re.compile(r"""["']([^"'\s<>]{0,160}/rest/lightfrontaction/getgovinfolist)["']""")
_NAMES = ("categorynum", "deptcode")
_CODE = re.compile(r"^[\w-]{0,60}$")


def fingerprint(html: str, url: str) -> str | None:
    """The name of its front end, its scripts, or its list pages."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """Rows of an answer; the interface that a script file names; or a page's links and that script file."""
    path = urlsplit(asked.url).path
    if asked.body is not None:
        return _answer(values.json_of(html), asked)
    if path.endswith(".js"):
        named = dict(parse_qsl(urlsplit(asked.url).fragment))
        return ListPage((), columns=tuple(_interface(html, asked.url, named)))
    page = static_list.list_page(html, asked)
    return static_list.beside(page, _scripts(html, asked))


def _scripts(html: str, asked: Request) -> Iterator[tuple[Request, ...]]:
    """What is asked of the interface goes along in the fragment of the script's address, which is not sent."""
    written = {name: value for name in _NAMES if (value := asked.fields.get(name) or values.named_in(html, name))}
    named = {name: value for name, value in written.items() if _CODE.match(value)}
    if not named:
        return
    if values.named_in(html, "siteGuid"):
        yield from _interface(html, asked.url, named)
        return
    files = dict.fromkeys(match[1] for match in _SCRIPT.finditer(html))
    for file in list(files)[:3]:
        if place := anchors.address(file, asked.url):
            yield (Request(f"{place}#{urlencode(named)}"),)


def _interface(text: str, url: str, named: Mapping[str, str]) -> Iterator[tuple[Request, ...]]:
    site = values.named_in(text, "siteGuid")
    project = values.named_in(text, "projectName") or "/EWB-FRONT"
    written = _INTERFACE.search(text)
    place = anchors.address(written[1] if written else f"{project.rstrip('/')}/rest/lightfrontaction/getgovinfolist", url)
    question = {"deptcode": "", "categorynum": "", **named, "pageIndex": 0, "pageSize": PAGE_SIZE, "siteGuid": site}
    if site and place:
        yield tuple(_ask(place, question, page=page, wrapped=wrapped) for wrapped in (False, True) for page in (0, 1))


def _ask(place: str, question: Mapping[str, Any], *, page: int, wrapped: bool) -> Request:
    params = {**question, "pageIndex": page}
    return Request.of_json(place, {"token": "", "params": params} if wrapped else params)


def _answer(value: Any, asked: Request) -> ListPage:  # noqa: ANN401 (JSON)
    custom = values.dig(value, "custom")
    found = tuple(values.rows(values.dig(custom, "data") or values.dig(custom, "infodata")))
    links = tuple(link for row in found if (link := _link(row, asked.url)))
    question = values.json_of((asked.body or b"").decode("utf-8", "replace"))
    wrapped = values.dig(question, "params") is not None
    params = values.dig(question, "params") if wrapped else question
    page = values.number_at(params, "pageIndex")
    if not links or page is None:
        return ListPage(links)
    more = (page + 1) * PAGE_SIZE < (values.number_at(custom, "total") or 0)
    numbers = (1, 2) if page == 0 else (page + 1,)
    return ListPage(links, tuple(_ask(asked.url, params, page=n, wrapped=wrapped) for n in numbers), guessed=not more)


def _link(row: Mapping[str, Any], url: str) -> Link | None:
    target = anchors.address(values.text_at(row, "infourl", "url"), url)
    title = values.text_at(row, "realtitle", "title")
    return Link(target, title, values.day_at(row, "infodate", "date")) if target and title else None
