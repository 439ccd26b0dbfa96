"""博达 VSB (Yunnan, Shaanxi, Gansu, Liaoning and others): static pages whose lists are numbered from the oldest.

Page 1 is `nb.htm`, page 2 `nb/<T-1>.htm`, the last `nb/1.htm`, where T is the number of pages; files shift as articles arrive, so only the addresses of
articles say what is new. Articles not yet published stand in lists as `content.jsp` and answer with a log-in page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from scraper.families import static_list
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "articles at info/<column>/<id>.htm; #vsb_content; lists numbered from the oldest (nb.htm, nb/3.htm, nb/2.htm, nb/1.htm)"
_MARKS = (
    re.compile(r"vsb_content|_newscontent_fromname|_showDynClicks|v_news_content|/system/_content/|/_sitegray/"),
    re.compile(r"info/\d{3,6}/\d+\.htm\b"),
)
_COUNT = re.compile(r"共\s*\d+\s*条(?:&nbsp;|\s|<[^>]{1,80}>){0,12}(\d{1,5})\s*/\s*(\d{1,5})")
_FILE = re.compile(r"^(.*/)(\d{1,5})\.htm$")
_SLUG = re.compile(r"^(.*/[\w-]+)\.htm$")


def fingerprint(html: str, url: str) -> str | None:
    """Names of its scripts and containers, or the shape of its articles' addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The rows of a page that are published, and the page with the next older ones."""
    page = static_list.list_page(html, asked)
    counted = _older(html, asked.url)
    return replace(page, links=tuple(filter(_published, page.links)), next_pages=(*page.next_pages, *counted))


def _published(link: Link) -> bool:
    return not urlsplit(link.url).path.endswith("/content.jsp")


def _older(html: str, url: str) -> tuple[Request, ...]:
    path = urlsplit(url).path
    if file := _FILE.match(path):
        number = int(file[2]) - 1
        return (Request(urljoin(url, f"{file[1]}{number}.htm")),) if number > 0 and _COUNT.search(html) else ()
    count, slug = _COUNT.search(html), _SLUG.match(path)
    if count is None or slug is None or int(count[2]) < 2:
        return ()
    return (Request(urljoin(url, f"{slug[1]}/{int(count[2]) - 1}.htm")),)
