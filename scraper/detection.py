"""What one page of a portal shows: its platform with the evidence, what kind of page it is, and where it leads. One request, politely, nothing kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from scraper.articles import kind_of, title_of
from scraper.bodies import inflated, text_of
from scraper.crawl import is_named
from scraper.discovery import Place, is_certain, place_of
from scraper.exchange import Exchange
from scraper.families import FAMILIES, family_of
from scraper.fetch import Fetcher, HostGroup
from scraper.http import client, send, tls_context, user_agent
from scraper.links import Link, ListPage, Request, is_neighbour_title
from scraper.pace import Pace
from scraper.registry import Portal


@dataclass(frozen=True, slots=True)
class Detection:
    """A page: its address behind redirects, title and kind; the families whose marks it bears, first the one taken; and its links by what they are."""

    url: str
    title: str
    kind: str
    family: str
    evidence: tuple[tuple[str, str], ...]
    reports: tuple[Link, ...]
    leads: tuple[tuple[Place, Link], ...]
    neighbours: int
    asks: tuple[Request, ...]
    """What would be asked next: further pages and the interfaces of the platform."""


def detect(portal: Portal, url: str, *, contact: str | None = None, delay: float = 2.0) -> Detection:
    """Fetch a page of a portal and say what it shows. Raises FetchError."""
    exchange = asyncio.run(_page(portal, url, contact, delay))
    return detection_of(text_of(inflated(exchange)), exchange.url)


async def _page(portal: Portal, url: str, contact: str | None, delay: float) -> Exchange:
    group = HostGroup(user_agent(contact), Pace(delay))
    async with client(group.agent, tls_context(), partial(is_named, portal.allowed_hosts)) as opened:
        return await Fetcher(portal, group, partial(send, opened), lambda *_: None).get(Request(url))


def detection_of(html: str, url: str) -> Detection:
    """What a page that is at hand shows."""
    family, evidence = family_of(html, url)
    marks = ((name, FAMILIES[name].fingerprint(html, url)) for name in FAMILIES if name not in {family, "static_list"})
    page = FAMILIES[family].list_page(html, Request(url))
    reports = tuple(dict.fromkeys(link for link in page.links if is_certain(link.title)))
    return Detection(
        url=url,
        title=title_of(html),
        kind=str(kind_of(html, url)),
        family=family,
        evidence=((family, evidence), *((name, mark) for name, mark in marks if mark)),
        reports=reports,
        leads=tuple(_leads(page, within=Place.COLUMN if reports else Place.AREA)),
        neighbours=sum(is_neighbour_title(link.title) for link in page.links),
        asks=(*page.next_pages, *(request for alternatives in page.columns for request in alternatives)),
    )


def _leads(page: ListPage, *, within: Place) -> list[tuple[Place, Link]]:
    """Links worth a visit, on a page that lists reports taken for a column of them."""
    placed = ((place_of(link.title, within=within), link) for link in page.links if not is_certain(link.title))
    return list(dict.fromkeys((place, link) for place, link in placed if place is not None))
