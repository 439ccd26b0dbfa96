"""Lists written into the page as plain links, on whatever has no family of its own.

The next page is found by its words (下一页), else by the script that prints the pager.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bs4 import BeautifulSoup

from scraper.families import anchors, pagers
from scraper.links import ListPage, Request

CARD = "plain links with titles and dates; next page by 下一页 or the count of the pager"


def fingerprint(html: str, url: str) -> str | None:
    """Every page is a plain list if it is nothing else."""
    return "no other family"


def list_page(html: str, asked: Request) -> ListPage:
    """All titled links of the page, the next page, and lists in frames."""
    return of_soup(anchors.soup_of(html), html, asked)


def of_soup(soup: BeautifulSoup, html: str, asked: Request) -> ListPage:
    """The same, of a page that is read already; families that print plain lists begin with it."""
    following = anchors.next_by_words(soup, asked.url)
    return ListPage(
        links=tuple(anchors.links(soup, asked.url)),
        next_pages=(Request(following),) if following else pagers.next_pages(html, asked.url),
        columns=tuple((Request(frame),) for frame in anchors.frames(soup, asked.url)),
        guessed=not following and pagers.is_guess(html, asked.url),
    )


def beside(page: ListPage, lists: Iterable[tuple[Request, ...]]) -> ListPage:
    """A page with the lists that a script of it loads; a count that stands on it is then theirs, and promises no page of its own."""
    loaded = tuple(lists)
    return replace(page, columns=(*page.columns, *loaded), guessed=page.guessed or bool(loaded))
