"""Links from list pages: which lead to annual reports, which to lists of them, and which addresses are the same page."""

from __future__ import annotations

import json
import posixpath
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

_REPORT = re.compile(r"(?:政府|政务)?信息公开.{0,8}(?:报告|年报)|公开年报")
_NEIGHBOUR = re.compile(r"解读|图解|读懂|网站|法治政府|指南|制度|通知|办法|半年|季度|电子书|动漫|H5|音频|视频|模板|格式")
_ALIKE = re.compile(r"年度?报告|年报|报表|信息公开.{0,8}报告")
_CUT = re.compile(r"(?:…|\.{3}|⋯)$")
_DAY = re.compile(r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})")
_TWIN = re.compile(r"_wap(?=\.s?html?$)")
_FIRST = re.compile(r"/index\.s?html?$")
_PASSING = frozenset({"ismobile", "number", "deptcode"})
"""Query names that do not change what a page says (portals.md 2.7)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page to fetch, with the title and date that the list prints."""

    url: str
    title: str
    listed_on: date | None = None
    files: tuple[str, ...] = ()
    """Files of the page that the list names, and the page itself perhaps not (pc/list)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a portal for a list: a GET, or a POST where there is a body."""

    url: str
    body: bytes | None = None
    content_type: str = ""

    @classmethod
    def of_form(cls, url: str, fields: Mapping[str, str] | Sequence[tuple[str, str]]) -> Request:
        """A POST of form fields."""
        return cls(url, urlencode(fields).encode(), "application/x-www-form-urlencoded; charset=UTF-8")

    @classmethod
    def of_json(cls, url: str, value: object) -> Request:
        """A POST of a JSON value."""
        return cls(url, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=UTF-8")

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.body is None else "POST"

    @property
    def fields(self) -> dict[str, str]:
        """The query of the address and the fields of a form, by name."""
        form = (self.body or b"").decode("utf-8", "replace") if "urlencoded" in self.content_type else ""
        return dict(parse_qsl(f"{urlsplit(self.url).query}&{form}", keep_blank_values=True))

    def with_query(self, **fields: object) -> Request:
        """The same request with fields of the address's query set anew."""
        parts = urlsplit(self.url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {name: str(value) for name, value in fields.items()}
        return replace(self, url=parts._replace(query=urlencode(query)).geturl())


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its links in order, what to ask for next, and other lists that belong to it.

    `next_pages` are alternatives for the page that follows, likeliest first: sources disagree on how some platforms count, so the first that brings
    a new link is kept. `guessed` says that nothing on the page promises a following one, so that none is no loss. `columns` are lists the page only
    frames or names (an iframe, an interface, the nodes of a tree): all of them are read, each by the first of its alternatives that brings a link.
    """

    links: tuple[Link, ...]
    next_pages: tuple[Request, ...] = ()
    columns: tuple[tuple[Request, ...], ...] = ()
    guessed: bool = False


def is_report_title(title: str) -> bool:
    """Whether a link's title announces an annual report; its neighbours (网站年度报表, 法治政府, 图解) do not."""
    text = plain(title)
    return bool(_REPORT.search(text)) and not _NEIGHBOUR.search(text)


def is_neighbour_title(title: str) -> bool:
    """Whether a title announces something that stands beside reports and is easily taken for one."""
    text = plain(title)
    return bool(_ALIKE.search(text)) and bool(_NEIGHBOUR.search(text) or not _REPORT.search(text))


def is_companion_title(title: str) -> bool:
    """Whether a title announces a neighbour in so many words; a file that is called 年报 and no more is none."""
    text = plain(title)
    return bool(_ALIKE.search(text)) and bool(_NEIGHBOUR.search(text))


def is_cut(title: str) -> bool:
    """Whether a title ends in an ellipsis, so that its last words are not known."""
    return bool(_CUT.search(plain(title)))


def any_page(url: str) -> Link:
    """A link whose title is not known at all, so that its page decides."""
    return Link(url, "…")


@lru_cache(maxsize=1024)
def plain(title: str) -> str:
    """A title without its blanks, in one width; each is asked about several times in a row."""
    return "".join(unicodedata.normalize("NFKC", title).split())


def identity(url: str) -> str:
    """What two addresses of the same page have in common (portals.md 2.7): not the scheme, `www.`, doubled slashes, mobile twins or fragments."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.") + (f":{parts.port}" if parts.port not in {None, 80, 443} else "")
    except ValueError:
        return url
    path = re.sub(r"/{2,}", "/", parts.path or "/")
    folded = posixpath.normpath(path) + ("/" if path.endswith("/") and len(path) > 1 else "")
    folded = _FIRST.sub("/", _TWIN.sub("", folded)).replace("/mpost_", "/post_")
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _PASSING)
    return f"{host}{folded}" + (f"?{urlencode(query)}" if query else "")


def day_in(text: str) -> date | None:
    """The first date printed in a row of a list; rows break it over lines (`2026-\\n01-\\n23`)."""
    match = _DAY.search("".join(text.split()))
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
