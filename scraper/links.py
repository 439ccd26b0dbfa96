"""Links from list pages, and which of them lead to annual reports."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

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
class ListPage:
    """One page of a list: its links in order, and the address of the next page where there is one."""

    links: tuple[Link, ...]
    next_url: str | None = None


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
