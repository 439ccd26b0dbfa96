"""Lists written into the page as plain links: TRS directories and whatever has no family of its own.

The next page is found by its words (下一页), else by the script that prints the pager (`createPageHTML(3, 0, "index", "html")`: page 2 is index_1.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup
from bs4.element import Tag

from scraper.links import Link, ListPage, Request, day_in

CARD = "plain links with titles and dates; next page by 下一页 or createPageHTML"
_PAGER = re.compile(r"""createPage(?:HTML)?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*["'](\w+)["']\s*,\s*["'](\w+)["']""")
_NEXT = re.compile(r"^(?:下一?页|下页|后一页|›|»|>|>>)$")


def fingerprint(html: str, url: str) -> str | None:
    """Every page is a plain list if it is nothing else."""
    return "no other family"


def list_page(html: str, asked: Request) -> ListPage:
    """All titled links of the page, and the next page."""
    soup = BeautifulSoup(html, "lxml")
    following = _next_by_words(soup, asked.url) or _next_by_script(html, asked.url)
    return ListPage(tuple(_links(soup, asked.url)), (Request(following),) if following else ())


def _links(soup: BeautifulSoup, url: str) -> Iterator[Link]:
    for anchor in soup.find_all("a", href=True):
        address = _address(anchor, url)
        title = str(anchor.get("title") or "").strip() or anchor.get_text(" ", strip=True)
        if address and title and not _NEXT.match(title):
            yield Link(address, title, _listed_on(anchor))


def _address(anchor: Tag, url: str) -> str | None:
    href = str(anchor["href"]).strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    try:
        return urldefrag(urljoin(url, href)).url
    except ValueError:  # "http://[": no address
        return None


def _listed_on(anchor: Tag) -> date | None:
    row = anchor.find_parent(["li", "tr", "dd", "p"])
    return day_in(row.get_text(" ")) if row else None


def _next_by_words(soup: BeautifulSoup, url: str) -> str | None:
    for anchor in soup.find_all("a", href=True):
        if _NEXT.match(anchor.get_text(strip=True)) and (address := _address(anchor, url)) and address != url:
            return address
    return None


def _next_by_script(html: str, url: str) -> str | None:
    """Pages are counted from 0, and page 0 has no number in its name."""
    match = _PAGER.search(html)
    if match is None:
        return None
    pages, current, name, ending = int(match[1]), int(match[2]), match[3], match[4]
    return urljoin(url, f"{name}_{current + 1}.{ending}") if current + 1 < pages else None
