"""Hanweb's jpage lists: the first group of rows is XML in the page, further groups come from a data proxy.

Sources disagree on what the proxy heeds: a `nextgroup` link in the last answer, `page`, or `startrecord` and `endrecord`. What is asked says which of
them brought it there, so that a list is turned in the way that works on its portal. Deep pages may come back as 54 bytes of empty XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from scraper.families import anchors, values
from scraper.links import Link, ListPage, Request

PER_PAGE = 45
"""Rows asked for at once: three pages of fifteen, as the platform's own script does; above 300 it cuts answers."""
_PROXY = re.compile(r"""["'=(]\s*((?:https?://[\w.:-]+)?/[\w/]{0,40}jpage/dataproxy\.jsp)""")
_PROXIES = ("/module/web/jpage/dataproxy.jsp", "/module/jpage/dataproxy.jsp")
_NAMES = ("webid", "columnid", "unitid", "webname", "permissiontype", "sourceContentType", "appid", "path", "col")
_DEFAULTS = {"appid": "1", "path": "/"}


def embedded(html: str, url: str) -> ListPage:
    """The rows in a column's page, and the data proxy as a list of its own where more are promised."""
    if "dataproxy.jsp" not in html and "datastore" not in html:
        return ListPage(())
    links = tuple(_rows(html, url))
    following = tuple(_next_groups(html, url))
    fields = {name: value for name in _NAMES if (value := values.named_in(html, name))}
    total = values.named_in(html, "totalRecord")
    if not fields.get("columnid") or (total.isdecimal() and len(total) < 9 and len(links) >= int(total)):
        return ListPage(links, following)
    proxy = _PROXY.search(html)
    places = (anchors.address(path, url) for path in ((proxy[1],) if proxy else _PROXIES))
    asks = tuple(_page(place, _DEFAULTS | fields, 1) for place in places if place)
    return ListPage(links, following, (asks,) if asks else ())


def answer(text: str, asked: Request) -> ListPage:
    """The rows of an answer of the data proxy, and each way to ask for more."""
    links = tuple(_rows(text, asked.url))
    if not links:
        return ListPage(())
    return ListPage(links, (*_next_groups(text, asked.url), *_counted(asked)), guessed=True)


def _counted(asked: Request) -> Iterator[Request]:
    fields = asked.fields
    page, start = fields.get("page", ""), fields.get("startrecord", "")
    if page.isdecimal() and len(page) < 6:
        yield _page(asked.url, {name: fields[name] for name in _NAMES if name in fields}, int(page) + 1)
        if page == "1":
            yield _records(asked.url, fields, PER_PAGE + 1)
    elif start.isdecimal() and len(start) < 8:
        yield _records(asked.url, fields, int(start) + PER_PAGE)


def _page(url: str, fields: dict[str, str], page: int) -> Request:
    """Everything in the query, as newer sites are asked."""
    return Request(f"{url.partition('?')[0]}?{urlencode({'page': page, **fields, 'perpage': PER_PAGE})}")


def _records(url: str, fields: dict[str, str], start: int) -> Request:
    """Records in the query and the rest as a form, as older sites are asked."""
    query = urlencode({"startrecord": start, "endrecord": start + PER_PAGE - 1, "perpage": 15})
    return Request.of_form(f"{url.partition('?')[0]}?{query}", {name: fields[name] for name in _NAMES if name in fields})


def _rows(text: str, url: str) -> Iterator[Link]:
    records = "".join(values.cdata_in(text, "record"))
    if records:
        yield from anchors.links(anchors.soup_of(records), url)


def _next_groups(text: str, url: str) -> Iterator[Request]:
    for group in values.cdata_in(text, "nextgroup"):
        for anchor in anchors.soup_of(group).find_all("a", href=True):
            if target := anchors.address(str(anchor["href"]), url):
                yield Request(target)
