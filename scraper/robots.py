"""robots.txt: the rules of a host, as protego reads them, or why there is no permission."""

from __future__ import annotations

from http import HTTPStatus

from protego import Protego

from scraper.bodies import inflated
from scraper.errors import BrokenBody, RobotsRefused, RobotsUnreadable, TooLarge
from scraper.exchange import Exchange
from scraper.walls import wall

LARGEST = 512 * 1024
"""Bytes that are read, as RFC 9309 asks for at least 500 KB; a file of 60 MB would hold up all hosts for a quarter of a minute."""
LONGEST_PAUSE = 120.0
"""Seconds of crawl-delay that are kept; a host that asks for more does not want to be crawled."""


class Rules:
    """What a host allows a user agent."""

    def __init__(self, robots: Protego, agent: str) -> None:
        self._robots = robots
        self._agent = agent

    def permit(self, url: str) -> None:
        """Raises RobotsRefused where the URL is not allowed."""
        if not self._robots.can_fetch(url, self._agent):
            raise RobotsRefused("robots.txt does not allow it")

    @property
    def pause(self) -> float:
        """The crawl-delay in seconds. Raises RobotsUnreadable where it is beyond reason."""
        asked = float(self._robots.crawl_delay(self._agent) or 0)
        if asked > LONGEST_PAUSE:
            raise RobotsUnreadable(f"robots.txt asks for {asked:.0f} seconds between two requests")
        return asked


def everything(agent: str) -> Rules:
    """Rules that allow all: of hosts whose interfaces are published for programs."""
    return Rules(Protego.parse(""), agent)


def rules(exchange: Exchange, agent: str) -> Rules:
    """The rules in an answer: a missing file allows all, a refused or broken one nothing (portals.md 6). Raises RobotsUnreadable."""
    if exchange.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return everything(agent)
    if exchange.status != HTTPStatus.OK:
        raise RobotsUnreadable(f"robots.txt answers HTTP {exchange.status}")
    try:
        if found := wall(exchange):
            raise RobotsUnreadable(f"robots.txt is a wall ({found.kind}: {found.evidence})")
        return Rules(Protego.parse(_lines(inflated(exchange)).decode("utf-8-sig", "replace")), agent)
    except (BrokenBody, TooLarge) as error:
        raise RobotsUnreadable(f"robots.txt could not be read ({error})") from error


def _lines(body: bytes) -> bytes:
    """The beginning of a file, by whole lines."""
    return body if len(body) <= LARGEST else body[: body.rfind(b"\n", 0, LARGEST) + 1]
