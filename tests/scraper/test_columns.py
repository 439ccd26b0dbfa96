"""Turning pages: alternatives, pagers that lie, requests with bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from scraper.columns import MOST_LIST_PAGES, EndlessColumn, turn_pages
from scraper.errors import BadStatus, FetchError
from scraper.links import Link, ListPage, Request


def page(*urls: str, then: tuple[str, ...] = ()) -> ListPage:
    return ListPage(tuple(Link(url, url) for url in urls), tuple(map(Request, then)))


def turned(pages: Mapping[str, ListPage | FetchError], start: str = "1") -> list[str]:
    """The links that the pages of a column bring, in order."""

    async def read(asked: Request) -> ListPage:
        answer = pages.get(asked.url, BadStatus("HTTP 404"))
        if isinstance(answer, FetchError):
            raise answer
        return answer

    async def turn() -> list[str]:
        return [link.url async for found in turn_pages((Request(start),), read) for link in found.links]

    return asyncio.run(turn())


def test_the_alternative_that_brings_new_links_is_kept() -> None:
    """One counting is missing, another brings page 1 again, the third is right."""
    pages: dict[str, ListPage | FetchError] = {"1": page("a", then=("none", "again", "2")), "again": page("a"), "2": page("b")}
    assert turned(pages) == ["a", "b"]


def test_a_shell_is_followed_to_the_alternative_that_answers() -> None:
    """A first page without any link asks its interface; an address that answers with nothing is not the one."""
    pages: dict[str, ListPage | FetchError] = {"1": page(then=("empty", "full")), "empty": page(), "full": page("a")}
    assert turned(pages) == ["a"]


def test_page_one_for_ever_ends() -> None:
    """An interface that ignores the page number."""
    assert turned({"1": page("a", then=("2",)), "2": page("a", then=("3",)), "3": page("a", then=("2",))}) == ["a"]


def test_pages_that_overlap_lose_nothing() -> None:
    """Rows that moved down while pages were turned come twice."""
    assert turned({"1": page("a", "b", then=("2",)), "2": page("b", "c")}) == ["a", "b", "b", "c"]


def test_a_page_that_cannot_be_had_is_said() -> None:
    """Where no alternative answers, the column is not silently shorter."""
    with pytest.raises(BadStatus):
        turned({"1": page("a", then=("2", "3"))})


def test_a_column_without_end_is_said() -> None:
    """Each page brings a new link, for ever."""
    pages: dict[str, ListPage | FetchError] = {
        str(n): page(f"link {n}", then=(str(n + 1),)) for n in range(1, MOST_LIST_PAGES + 3)
    }
    with pytest.raises(EndlessColumn):
        turned(pages)


def test_requests_with_bodies() -> None:
    """Forms and JSON are posts."""
    form, json = Request.of_form("u", {"甲": "1"}), Request.of_json("u", {"pageIndex": 0})
    assert (form.method, form.body, json.body) == ("POST", b"%E7%94%B2=1", b'{"pageIndex": 0}')
    assert Request("u").method == "GET"
