"""The pause that a host sees, on real connections: it is never shorter than the delay, whatever holds the crawl up on its own side."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping
from contextlib import suppress

import pytest

from scraper.errors import PortalRefused
from scraper.exchange import Exchange
from scraper.fetch import Fetcher, HostGroup
from scraper.http import client, send, tls_context
from scraper.links import Request
from scraper.pace import JITTER, Pace
from tests.scraper.conftest import Answer, Site

DELAY = 0.3
SLACK = 0.02
"""Seconds that a thread of the server may be late in looking at its clock."""


def watched(times: list[tuple[float, float]], takes: float = 0.0) -> Answer:
    """A page that notes when it was asked for and when its answer began."""

    def answer(asked: int) -> tuple[int, dict[str, str], bytes]:
        came = time.monotonic()
        time.sleep(takes)
        times.append((came, time.monotonic()))
        return 200, {}, b"<html><p>" + b"x" * 1000 + b"</p></html>"

    return answer


def fetch(site: Site, *paths: str, held_up: Mapping[str, float] | None = None, delay: float = DELAY) -> None:
    """Ask for paths one after another; the whole event loop stands still before some are sent, as while a large page of another host is read."""
    portal = site.portal()

    async def run() -> None:
        async with client("test", tls_context(), lambda *_: True) as opened:

            async def held(asked: Request, headers: Mapping[str, str]) -> Exchange:
                time.sleep((held_up or {}).get(asked.url.removeprefix(site.url("")), 0))
                return await send(opened, asked, headers)

            fetcher = Fetcher(portal, HostGroup("test", Pace(delay)), held, lambda *_: None)
            for path in paths:
                await fetcher.get(Request(site.url(path)))

    asyncio.run(run())


def test_a_request_held_up_does_not_come_closer_to_the_next(site: Site) -> None:
    """The pause counts from what the host saw, not from the permission to send."""
    times: list[tuple[float, float]] = []
    site.answers = {path: watched(times) for path in ("/a.html", "/b.html", "/c.html")}
    fetch(site, "/a.html", "/b.html", "/c.html", held_up={"/a.html": 0.2, "/b.html": 0.2})
    pauses = [later[0] - earlier[0] for earlier, later in itertools.pairwise(times)]
    assert len(pauses) == 2
    assert min(pauses) >= DELAY - SLACK


def test_the_time_a_host_takes_is_no_pause(site: Site) -> None:
    """A slow host rests for the whole delay behind its answer."""
    times: list[tuple[float, float]] = []
    site.answers = {path: watched(times, takes=0.25) for path in ("/a.html", "/b.html")}
    fetch(site, "/a.html", "/b.html")
    ((_, answered), (asked, _)) = times
    assert asked - answered >= DELAY - SLACK


@pytest.mark.parametrize("failing", [True, False])
def test_a_pause_follows_a_request_however_it_ended(failing: bool) -> None:
    """What was sent was sent, whether or not an answer came."""

    async def pauses() -> list[float]:
        pace, begun = Pace(0.1), []
        for _ in range(6):
            with suppress(PortalRefused):
                async with pace.turn("www.jia.gov.cn"):
                    begun.append(time.monotonic())
                    if failing:
                        raise PortalRefused("no answer")
        return [later - earlier for earlier, later in itertools.pairwise(begun)]

    assert min(asyncio.run(pauses())) >= 0.099


def test_a_pause_is_longer_by_a_part_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to JITTER of the delay on top of it, at random."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    async def turns() -> None:
        monkeypatch.setattr(asyncio, "sleep", noted)
        pace = Pace(0.001)
        for _ in range(20):
            async with pace.turn("www.jia.gov.cn"):
                pass

    asyncio.run(turns())
    added = [seconds for seconds in waited if seconds <= 0.001 * JITTER]
    assert len(set(added)) >= 15


def test_a_crawl_delay_holds_from_the_answer_that_names_it(site: Site) -> None:
    """The first page waits for it too."""
    times: list[tuple[float, float]] = []
    robots = watched(times)
    assert callable(robots)
    site.answers = {
        "/robots.txt": lambda asked: (*robots(asked)[:2], b"User-agent: *\nCrawl-delay: 0.6\n"),
        "/a.html": watched(times),
    }
    fetch(site, "/a.html", delay=0.1)
    ((asked_robots, _), (asked, _)) = times
    assert asked - asked_robots >= 0.6 - SLACK
