"""TRS WCM: directories of static pages (Guizhou, Guangxi, Shanxi, Fujian, Hubei, Chongqing and 22 other provinces).

Rows are plain links to `YYYYMM/tYYYYMMDD_ID.html`; the pager is printed by a script in five styles. Some columns of Hubei load their rows from a JSON file
beside the page, menus of Inner Mongolia keep the address of a list in `data-url`. Not to be mistaken for 天津's IGS lists, whose interface is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "articles at YYYYMM/tYYYYMMDD_ID.html; createPageHTML; bodies in .TRS_Editor"
_MARKS = (
    re.compile(r"\d{6}/t20\d{6}_\d+\.s?html?"),
    re.compile(r"TRS_U?EDITOR|trs_editor_view", re.IGNORECASE),
    re.compile(r"createPage(?:HTML)?\("),
    re.compile(r"/t\d{5,9}\.shtml"),
)
_JSON_FILE = re.compile(r"""["']([^"'\s<>]{1,200}\.json)(?:\?[^"']{0,80})?["']""")
_MOST_FILES = 5


def fingerprint(html: str, url: str) -> str | None:
    """The shape of its articles' addresses, the class of its editor, or its pager."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The rows of a page, or of the JSON file that a page loads."""
    if urlsplit(asked.url).path.endswith(".json"):
        return ListPage(tuple(_rows(html, asked.url)))
    soup = anchors.soup_of(html)
    _drop_test_rows(soup)
    page = static_list.of_soup(soup, html, asked)
    files = tuple((Request(file),) for file in islice(_json_files(soup, asked.url), _MOST_FILES))
    return replace(page, links=(*page.links, *_menu(soup, asked.url)), columns=(*page.columns, *files))


def _rows(text: str, url: str) -> Iterator[Link]:
    value = values.json_of(text)
    for row in values.rows(values.dig(value, "data") if isinstance(value, dict) else value):
        target = anchors.address(values.text_at(row, "url", "URL", "docpuburl"), url)
        title = values.text_at(row, "title", "TITLE", "DOCTITLE", "doctitle", "name")
        if target and title:
            yield Link(target, title, values.day_at(row, "PubDate", "pubDate", "DOCRELTIME", "date"))


def _json_files(soup: BeautifulSoup, url: str) -> Iterator[str]:
    names = dict.fromkeys(match[1] for script in anchors.scripts(soup) for match in _JSON_FILE.finditer(script))
    yield from (found for name in names if (found := anchors.address(name, url)))


def _menu(soup: BeautifulSoup, url: str) -> Iterator[Link]:
    for entry in soup.select("[data-url]"):
        target = anchors.address(str(entry["data-url"]), url)
        title = entry.get_text(" ", strip=True)
        if target and title:
            yield Link(target, title)


def _drop_test_rows(soup: BeautifulSoup) -> None:
    """Rows of `ul.default_news` whose flag is empty are entries for tests and search engines (Beijing)."""
    for flag in soup.select("ul.default_news li i.flag"):
        row = flag.find_parent("li")
        if row is not None and not flag.get_text(strip=True):
            row.decompose()
