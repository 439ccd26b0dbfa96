"""Links from list pages, and which of them lead to annual reports."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

_REPORT = re.compile(r"(?:政府|政务)?信息公开.{0,8}(?:报告|年报)|公开年报")
_NEIGHBOUR = re.compile(r"解读|图解|读懂|网站|法治政府|指南|制度|通知|办法|半年|季度|电子书|动漫|H5|音频|视频|模板|格式")
_ALIKE = re.compile(r"年度?报告|年报|报表|信息公开.{0,8}报告")
_DAY = re.compile(r"(20\d\d)[-./年](\d{1,2})[-./月](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Link:
    """A page to fetch, with the title and date that the list prints."""

    url: str
    title: str
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a portal for a list: a GET, or a POST where there is a body."""

    url: str
    body: bytes | None = None
    content_type: str = ""

    @classmethod
    def of_form(cls, url: str, fields: Mapping[str, str]) -> Request:
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


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its links in order, what to ask for next, and other lists that belong to it.

    `next_pages` are alternatives for the page that follows, likeliest first: sources disagree on how some platforms count, so the first that brings
    a new link is kept. `columns` are lists the page only frames or names (an iframe, an interface, the nodes of a tree); all of them are read.
    """

    links: tuple[Link, ...]
    next_pages: tuple[Request, ...] = ()
    columns: tuple[Request, ...] = ()


def is_report_title(title: str) -> bool:
    """Whether a link's title announces an annual report; its neighbours (网站年度报表, 法治政府, 图解) do not."""
    plain = _plain(title)
    return bool(_REPORT.search(plain)) and not _NEIGHBOUR.search(plain)


def is_neighbour_title(title: str) -> bool:
    """Whether a title announces something that stands beside reports and is easily taken for one."""
    plain = _plain(title)
    return bool(_ALIKE.search(plain)) and not is_report_title(title)


def _plain(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split())


def day_in(text: str) -> date | None:
    """The first date printed in a row of a list; rows break it over lines (`2026-\\n01-\\n23`)."""
    match = _DAY.search("".join(text.split()))
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None
