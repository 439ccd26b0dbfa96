"""The demo portals over real HTTP: whatever is listed is there, lists hold all reports and their neighbours."""

from __future__ import annotations

import csv
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from nianbao.demo.plan import COUNTIES, County, demo_reports
from nianbao.demo.portal import DemoPortal, demo_portals, write_demo_registry
from nianbao.demo.site import NEIGHBOURS, ROWS_PER_PAGE, report_path
from nianbao.errors import DemoError
from scraper.families import FAMILIES
from scraper.links import Link, Request, is_report_title
from scraper.registry import Portal, read_registry


@dataclass(frozen=True, slots=True)
class Site:
    """A running portal with a client for it."""

    county: County
    portal: Portal
    client: httpx.Client

    def lists(self) -> list[tuple[Link, ...]]:
        """The rows of all list pages, read by the portal's own family."""
        pages, waiting = [], list(self.portal.start_urls)
        while waiting:
            url = waiting.pop(0)
            page = FAMILIES[self.county.family].list_page(self.client.get(url).content.decode(), Request(url))
            pages.append(tuple(link for link in page.links if urlsplit(link.url).path.count("/") > 1))
            waiting += [request.url for request in page.next_pages[:1]]
        return pages


def port_pair() -> int:
    """A port that is free together with the next."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@pytest.fixture(scope="module")
def sites() -> Iterator[list[Site]]:
    """Both portals."""
    port = port_pair()
    with DemoPortal(port=port), httpx.Client(trust_env=False) as client:
        yield [Site(county, portal, client) for county, portal in zip(COUNTIES, demo_portals(port), strict=True)]


def test_lists_hold_every_report_once_and_neighbours(sites: list[Site]) -> None:
    """The titles taken for reports are the reports; three neighbours a year are told from them."""
    for site in sites:
        links = [link for page in site.lists() for link in page]
        reports = [link for link in links if is_report_title(link.title)]
        expected = {(report_path(r), r.title, r.published_on) for r in demo_reports() if r.county == site.county}
        assert {(urlsplit(link.url).path, link.title, link.listed_on) for link in reports} == expected
        assert len(reports) == len(expected)
        assert len(links) - len(reports) == 6 * len(NEIGHBOURS)


def test_lists_come_in_pages(sites: list[Site]) -> None:
    """Six columns on one platform, pages of twenty rows on the other."""
    by_family = {site.county.family: [len(page) for page in site.lists()] for site in sites}
    assert len(by_family["pc_list"]) == 6
    assert len(by_family["static_list"]) >= 3
    assert set(by_family["static_list"][:-1]) == {ROWS_PER_PAGE}


def test_everything_listed_is_served(sites: list[Site]) -> None:
    """No dead link, neighbours included; no charset in any header."""
    for site in sites:
        for link in (link for page in site.lists() for link in page):
            answer = site.client.get(link.url)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")


def test_unchanged_pages_are_not_sent_again(sites: list[Site]) -> None:
    """ETag and 304; another tag gets the page."""
    for site in sites:
        url = site.portal.start_urls[0]
        first = site.client.get(url)
        assert site.client.get(url, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
        assert site.client.get(url, headers={"If-None-Match": '"other"'}).content == first.content


def test_robots_name_no_delay(sites: list[Site]) -> None:
    """The demo crawl is meant to be fast; reports are allowed."""
    for site in sites:
        robots = site.client.get(f"{site.portal.home_url}robots.txt")
        assert robots.status_code == 200
        assert "crawl-delay" not in robots.text.lower()


def test_the_registry_file_is_read_back(tmp_path: Path) -> None:
    """Columns of the contract; each row opens its own loopback address and no other."""
    path = tmp_path / "demo.csv"
    write_demo_registry(path, 8731)
    assert sorted(p.key for p in read_registry(path)) == ["demo-suiyang", "demo-yanjiang"]
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row["key"]: row for row in csv.DictReader(lines)}
    assert rows["demo-yanjiang"]["allowed_hosts"] == "127.0.0.1:8731"
    assert rows["demo-suiyang"]["allowed_hosts"] == "127.0.0.1:8732"
    assert all("演示" in row["name"] for row in rows.values())


def test_a_taken_second_port_frees_the_first() -> None:
    """Nothing keeps listening when the portals cannot both be started."""
    port = port_pair()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        with pytest.raises(DemoError, match=f"{port}.*--port"):
            DemoPortal(port=port)
    with DemoPortal(port=port):
        assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 200
