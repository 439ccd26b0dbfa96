"""What a page is, told from the page itself: a report, a list, or something else; and where the rest of a report stands that the page only frames.

Titles, meta tags (国办发〔2017〕47号) and the words of the statutory form decide; addresses do not (portals.md 2.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import unquote, urljoin

from bs4 import BeautifulSoup

from scraper.families import anchors
from scraper.links import Link, is_companion_title, is_neighbour_title, is_report_title

_FORM_WORDS = ("本年新收", "结果维持", "申请人情况", "结转下年度", "本年增/减", "制发件数", "处理决定数量")
"""Words of the statutory tables; a list that prints the first lines of its articles holds none or one of them."""
_FORM_BYTES = tuple(word.encode(charset) for word in ("本年新收", "申请人情况") for charset in ("utf-8", "gb18030"))
_FURNITURE = re.compile(r"发布(?:时间|日期)|来源[:：]|字号|字体|浏览(?:次数|量)|打印|索引号")
_MANY = 3
"""Reports that a page links to before it is a list; beside a report stand its neighbours of other years."""
_ENDING = r"\.(?:docx?|pdf|rtf|xlsx?|wps|et|ofd|zip|rar|7z)"
_FILE = re.compile(rf"{_ENDING}(?:$|[?#])|download(?:file)?\.jsp|downfile\.jsp|DownloadAttach", re.IGNORECASE)
_FILE_NAME = re.compile(rf"{_ENDING}[\s】）)》」\"”]*$", re.IGNORECASE)
_ANY_FILE = re.compile(_ENDING.encode() + rb"\b|down(?:load|file)|<i?frame", re.IGNORECASE)
_VIEWED = re.compile(r"[?&](?:file|url|src|path)=([^&#]+)", re.IGNORECASE)
"""Where viewers in a frame (pdf.js) are told what to show."""
_OFFICE = re.compile(rb"schemas-microsoft-com:office|content=[\"']?(?:Word|Excel)\.Document", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


class PageKind(StrEnum):
    """What a page is."""

    REPORT = "report"
    LIST = "list"
    OTHER = "other"


def kind_of(html: str, url: str) -> PageKind:
    """What a page is that was reached by a link which might lead to a report or to a list of reports."""
    soup = anchors.soup_of(html)
    title = own_title(soup)
    article = is_form(soup) or is_named_article(soup)
    if article:
        return PageKind.REPORT if is_report_title(title) or (is_form(soup) and not is_neighbour_title(title)) else PageKind.OTHER
    listed = {link.url for link in anchors.links(soup, url) if is_report_title(link.title)}
    looks_like_one = is_report_title(title) and bool(_FURNITURE.search(soup.get_text()))
    return PageKind.REPORT if looks_like_one and len(listed) < _MANY else PageKind.LIST


def is_form(soup: BeautifulSoup) -> bool:
    """Whether the words of the statutory tables stand on the page."""
    text = _SPACES.sub("", soup.get_text())
    return sum(word in text for word in _FORM_WORDS) > 1


def shows_form(body: bytes) -> bool:
    """The same, told from the bytes of a page without reading it; a page with the words cut says no."""
    return any(word in body for word in _FORM_BYTES)


def title_of(html: str) -> str:
    """The title that a page gives itself."""
    return own_title(anchors.soup_of(html))


def own_title(soup: BeautifulSoup) -> str:
    """The title that a page gives itself: meta ArticleTitle, its first heading, or its <title>."""
    heading = soup.find("h1") or soup.find("h2")
    named = (anchors.meta(soup, "articletitle"), heading.get_text(" ", strip=True) if heading else "", _page_title(soup))
    return next((title for title in named if title), "")


def is_named_article(soup: BeautifulSoup) -> bool:
    """Whether the page bears the meta tags that articles have and columns have not."""
    return bool(anchors.meta(soup, "articletitle") or anchors.meta(soup, "pubdate"))


def _page_title(soup: BeautifulSoup) -> str:
    return soup.title.get_text(" ", strip=True) if soup.title else ""


def may_have_parts(body: bytes) -> bool:
    """Whether a page may link to files or frames at all, told without reading it."""
    return bool(_ANY_FILE.search(body))


def is_file(url: str) -> bool:
    """Whether an address is that of a document file or of a script that hands one out."""
    return bool(_FILE.search(url))


def is_document(body: bytes) -> bool:
    """Whether a web page that was sent for a file is the file: word processors save web pages under the name of a document."""
    return bool(_OFFICE.search(body[:4096])) or shows_form(body)


def parts(html: str, url: str) -> Iterator[Link]:
    """The files and frames that hold the tables of a report whose page does not: attachment-only pages and bodies in an iframe."""
    soup = anchors.soup_of(html)
    if is_form(soup):
        return
    yield from (link for link in anchors.links(soup, url) if _is_part(link))
    shown = (*anchors.frames(soup, url), *(address for address in anchors.embedded(soup, url) if is_file(address)))
    yield from (Link(_viewed(address), own_title(soup)) for address in dict.fromkeys(shown))


def _is_part(link: Link) -> bool:
    """A file by its address or by its name, and no picture or explanation of the report."""
    return (is_file(link.url) or bool(_FILE_NAME.search(link.title))) and not is_companion_title(link.title)


def _viewed(url: str) -> str:
    """What a frame shows: the file that a viewer is told of, else its own page."""
    told = _VIEWED.search(url)
    wanted = unquote(told[1]) if told else ""
    return urljoin(url, wanted) if is_file(wanted) else url
