"""What families that print their lists as HTML have in common: titled links with the day of their row, frames, and the words of a pager."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup
from bs4.element import Tag

from scraper.links import Link, day_in, is_cut

_NEXT = re.compile(r"^(?:下一?页|下页|后一页|›|»|>|>>)$")
_NO_ADDRESS = ("#", "javascript:", "mailto:", "tel:", "data:", "about:")
_ROWS = frozenset({"li", "tr", "dd", "p"})
_CATEGORY = re.compile(r"^\d+$")
_DOT = re.compile(r"^(https?://[^/?#:]*[^/?#:.])\.(?=[/?:]|$)")
"""A host with the dot of a `./x/` that was carelessly joined to it: the same host, but not to every server (portals.md 2.5)."""


def soup_of(html: str) -> BeautifulSoup:
    """The page as a tree; what is commented out is no part of it."""
    # A page of a few letters without a mark-up is a page; on one line, bs4 warns that it might be the name of a file.
    return BeautifulSoup(html + "\n", "lxml")


def links(soup: BeautifulSoup | Tag, url: str) -> Iterator[Link]:
    """The links that have a title, in order."""
    url = base(soup, url)
    for anchor in soup.find_all("a", href=True):
        title = _title(anchor)
        found = address(str(anchor["href"]), url)
        if found and title and not _NEXT.match(title):
            yield Link(found, title, _listed_on(anchor))


def next_by_words(soup: BeautifulSoup, url: str) -> str | None:
    """Where 下一页 leads."""
    asked, url = url, base(soup, url)
    for anchor in soup.find_all("a", href=True):
        if _NEXT.match(anchor.get_text(strip=True)) and (found := address(str(anchor["href"]), url)) and found != asked:
            return found
    return None


def frames(soup: BeautifulSoup, url: str) -> Iterator[str]:
    """The addresses of frames: lists and bodies stand in them on some portals (Changzhou, Huai'an, Shaanxi, Yunnan; portals.md F3)."""
    url = base(soup, url)
    for frame in soup.find_all(["iframe", "frame"], src=True):
        if found := address(str(frame["src"]), url):
            yield found


def embedded(soup: BeautifulSoup, url: str) -> Iterator[str]:
    """The addresses of what is shown within the page by a program of the reader's: PDF files, as a rule."""
    url = base(soup, url)
    for shown in soup.find_all(["embed", "object"]):
        if found := address(str(shown.get("src") or shown.get("data") or ""), url):
            yield found


def base(soup: BeautifulSoup | Tag, url: str) -> str:
    """What the addresses of a page are relative to: the page says so in its head, or it is the page's own address."""
    said = soup.head.find("base", href=True) if soup.head else None
    try:
        return urljoin(url, str(said["href"]).strip()) if said else url
    except ValueError:  # "http://[": no address
        return url


def address(href: str, url: str) -> str | None:
    """An address on a page, whole; the fragment stays where it names a category (`/gkmlpt/index#2629`). None for what is none."""
    way, asked, rest = href.strip().partition("?")
    href = way.replace("\\", "/") + asked + rest  # as browsers read it
    if not href or href.lower().startswith(_NO_ADDRESS):
        return None
    try:
        whole, fragment = urldefrag(urljoin(url, href))
    except ValueError:  # "http://[": no address
        return None
    whole = _DOT.sub(r"\1", whole)
    return f"{whole}#{fragment}" if _CATEGORY.match(fragment) else whole


def scripts(soup: BeautifulSoup) -> Iterator[str]:
    """The text of the page's own scripts."""
    yield from (script.get_text() for script in soup.find_all("script"))


def meta(soup: BeautifulSoup, name: str) -> str:
    """The content of a meta tag by its name in lower case, empty where it is missing; names come in any case, attributes in either order."""
    for tag in soup.find_all("meta", attrs={"name": True}):
        if str(tag["name"]).strip().lower() == name:
            return str(tag.get("content") or "").strip()
    return ""


def _title(anchor: Tag) -> str:
    """The attribute where lists cut the text, unless the text is the longer one."""
    text, attribute = anchor.get_text(" ", strip=True), str(anchor.get("title") or "").strip()
    return attribute if attribute and (is_cut(text) or len(attribute) >= len(text)) else text or attribute


def _listed_on(anchor: Tag) -> date | None:
    row = next((around for around in anchor.parents if around.name in _ROWS), None)
    return day_in(row.get_text(" ")) if row else None
