"""Pagers printed by a script: how many pages a list has, which one this is, and where the next would be.

Page 2 is `index_1` where pages are counted from 0 and `index_2` where they are counted from 1; sources disagree even on one portal (Kunming), so both are
offered (portals.md F1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from scraper.links import Request

_CALL = re.compile(
    r"""createPage(?:HTML)?\(\s*["']?(\d+)["']?\s*,\s*["']?(\d+)["']?\s*,(?:\s*["']?(\d+)["']?\s*,)?\s*["']([\w-]+)["']\s*,\s*["'](\w+)["']"""
)
_COUNTS = (
    re.compile(r"\bcountPage\s*=\s*[\"']?(\d+)"),
    re.compile(r"\btotalPages?[\"']?\s*[:=]\s*[\"']?(\d+)"),
    re.compile(r"\bpageCount[\"']?\s*[:=]\s*[\"']?(\d+)"),
    re.compile(r"共\s*(?:<[^>]{1,40}>\s*)?(\d+)\s*(?:<[^>]{1,40}>\s*)?页"),
)
_NUMBERED = re.compile(r"^(.+?)_(\d+)\.(s?html?)$")
_COUNTED = re.compile(r"^(\d{1,3})\.(s?html?)$")
"""Files named by nothing but the page: `1.html`, `2.html` (counties of Yan'an)."""
_NAMED = re.compile(r"^(.+)\.(s?html?)$")


@dataclass(frozen=True, slots=True)
class Pager:
    """How many pages there are, and which this is, counted from 0 where the page says."""

    pages: int
    current: int | None = None
    name: str = "index"
    ending: str = "html"


@lru_cache(maxsize=1)
def pager_in(html: str) -> Pager | None:
    """The pager of a page: createPageHTML with two or three numbers, createPage, countPage, totalPage, 共 N 页."""
    if call := _CALL.search(html):
        if call[3]:  # records, pages, page: from where the last is counted is not known
            return Pager(int(call[2]), name=call[4], ending=call[5])
        return Pager(int(call[1]), int(call[2]), call[4], call[5])
    found = next((match for count in _COUNTS if (match := count.search(html))), None)
    return Pager(int(found[1])) if found else None


def next_pages(html: str, url: str) -> tuple[Request, ...]:
    """Alternatives for the page that follows; none where this is the last."""
    pager = pager_in(html)
    if pager is None or pager.pages < 2:
        return ()
    name, number, ending = _file(url, pager)
    separator = "_" if name else ""
    if pager.current is not None and pager.current + 1 >= pager.pages:
        return ()
    if number is not None and number >= pager.pages:
        return ()
    numbers = (1, 2) if number is None else (number + 1,)
    return tuple(Request(urljoin(url, f"{name}{separator}{n}.{ending}")) for n in numbers)


def is_guess(html: str, url: str) -> bool:
    """Whether this may be the last page: its number is one below the count, and nothing says from where it is counted."""
    pager = pager_in(html)
    number = _file(url, pager)[1] if pager else None
    return pager is not None and pager.current is None and number is not None and number + 1 >= pager.pages


def _file(url: str, pager: Pager) -> tuple[str, int | None, str]:
    """Name, page number and ending of the list's file; a directory has the name that the script says."""
    file = urlsplit(url).path.rpartition("/")[2]
    if numbered := _NUMBERED.match(file):
        return numbered[1], int(numbered[2]), numbered[3]
    if counted := _COUNTED.match(file):
        return "", int(counted[1]), counted[2]
    named = _NAMED.match(file)
    return (named[1], None, named[2]) if named else (pager.name, None, pager.ending)
