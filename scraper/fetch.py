"""Polite fetching for one portal: permission, pace, retries, redirects and literal jumps, and walls told from pages.

Every response is kept, good or bad. What is returned is a page; everything else ends in a FetchError that says what it was.
"""

from __future__ import annotations

import email.utils
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import stamina

from scraper.articles import is_document, is_file
from scraper.bodies import inflated, text_of
from scraper.errors import (
    BadStatus,
    Blocked,
    BrokenBody,
    Busy,
    FetchError,
    HostBlocked,
    HostParked,
    HostRefused,
    PortalRefused,
    RobotsUnreadable,
    SoftError,
    TlsRefused,
    TooLarge,
)
from scraper.exchange import Exchange, header
from scraper.http import request_headers
from scraper.links import Request
from scraper.pace import Desk, Pace
from scraper.pages import ends_inside_a_character, is_html, jump
from scraper.registry import Portal, host_of
from scraper.robots import Rules, rules
from scraper.walls import soft_error, wall

# stamina tells each retry to its logger; the summary of the run says what came of it.
logging.getLogger("stamina").addHandler(logging.NullHandler())

MOST_REDIRECTS = 5
MOST_JUMPS = 3
"""Meta refreshes and literal locations that are followed from one address."""
LONGEST_WAIT = 60.0
"""Seconds a Retry-After is obeyed; a host that asks for more is parked, and the next run tries again."""
ATTEMPTS = 4
_BUSY = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_SAME_AGAIN = frozenset({307, 308})

Send = Callable[[Request, Mapping[str, str]], Awaitable[Exchange]]
"""One request with these headers of its own, and its answer."""
Keep = Callable[[Exchange, str, str], object]
"""Takes a response that is no page, its role (redirect, jump, blocked, error, robots) and the link it was asked for."""


class Source(Protocol):
    """Where pages come from: a portal, or an archive that holds it."""

    async def get(
        self, asked: Request, *, referer: str = "", role: str = "list", validators: Mapping[str, str] | None = None
    ) -> Exchange:
        """The page, or 304 where `validators` hold. Raises FetchError with the reason."""
        ...

    def older(self, url: str) -> AsyncIterator[Exchange]:
        """What a list said before, where that is known. Raises FetchError."""
        ...

    def beside(self, url: str) -> Sequence[str]:
        """Pages known to stand beside a column, whether or not a list names them."""
        ...


class _NotYet(Exception):
    """A status worth another try, with the wait the server asks for."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.wait = wait


@dataclass(slots=True)
class HostGroup:
    """What the portals of one host group share in a run: pace, robots rules, and which hosts are left alone; the desk is that of all groups."""

    agent: str
    pace: Pace
    desk: Desk = field(default_factory=Desk)
    robots: dict[str, Rules | RobotsUnreadable] = field(default_factory=dict)
    parked: dict[str, HostParked] = field(default_factory=dict)

    def park(self, host: str, reason: HostParked) -> HostParked:
        """Ask nothing more of the host in this run."""
        return self.parked.setdefault(host, reason)


@dataclass(slots=True)
class Fetcher:
    """Fetches for one portal, one request at a time."""

    portal: Portal
    group: HostGroup
    send: Send
    keep: Keep
    _index_pages: set[str] = field(default_factory=set)
    """Of directories that are closed: that these are closed as well says no more of the host."""

    async def get(
        self, asked: Request, *, referer: str = "", role: str = "list", validators: Mapping[str, str] | None = None
    ) -> Exchange:
        """The response to a request, redirects and literal jumps followed within the portal. Raises FetchError with the reason.

        `referer` is the page that led there: some platforms answer nothing without it (truecms lists, VSB attachments; portals.md F6).
        `role` is what the page is wanted for; lists may be thin, reports and their parts may not. `validators` are the headers of a
        conditional request; where they hold, the response is the 304. Of a list's directory that is closed the index page is asked for.
        """
        try:
            return await self._follow(asked, referer, role, validators)
        except Blocked as closed:
            if role != "list" or isinstance(closed, HostParked) or not (index := _index_page(asked, closed)):
                raise
            self._index_pages.add(index.url)
            return await self._open_page_of(index, referer, closed)

    async def _open_page_of(self, index: Request, referer: str, closed: Blocked) -> Exchange:
        """The index page of a closed directory (portals.md F1). Raises `closed` where it is no page either."""
        try:
            return await self._follow(index, referer, "list", None)
        except HostParked:
            raise
        except (Blocked, BadStatus, SoftError):
            raise closed from None

    async def _follow(self, asked: Request, referer: str, role: str, validators: Mapping[str, str] | None) -> Exchange:
        first, redirects, jumps = asked, 0, 0
        while redirects <= MOST_REDIRECTS and jumps <= MOST_JUMPS:
            await self._permit(asked.url)
            exchange = await self._send(asked, request_headers(asked, referer) | dict(validators or {} if asked is first else {}))
            await self.group.desk.turn()
            if (target := self._redirect(exchange, first.url)) is not None:
                self.keep(exchange, "redirect", first.url)
                asked, redirects = self._following(asked, target, exchange.status), redirects + 1
            elif (target := self._jump(exchange)) is not None:
                self.keep(exchange, "jump", first.url)
                asked, jumps, referer = Request(target), jumps + 1, exchange.url
            else:
                return self._page(exchange, first.url, role, conditional=bool(validators) and asked is first)
        raise BadStatus(
            f"more than {MOST_REDIRECTS} redirects" if redirects > MOST_REDIRECTS else f"more than {MOST_JUMPS} jumps"
        )

    async def older(self, url: str) -> AsyncIterator[Exchange]:
        """None: a portal says what it says now."""
        nothing: tuple[Exchange, ...] = ()
        for exchange in nothing:
            yield exchange

    def beside(self, url: str) -> Sequence[str]:
        """None: a portal names its pages on its lists."""
        return ()

    async def answer(self, url: str, headers: Mapping[str, str]) -> Exchange:
        """The answer to a request as it is, whatever its status; redirects are followed. What an archive holds is not what it says of itself."""
        asked = Request(url)
        for _ in range(MOST_REDIRECTS + 1):
            await self._permit(asked.url)
            exchange = await self._send(asked, headers)
            target = self._redirect(exchange, url)
            if target is None:
                return exchange
            self.keep(exchange, "redirect", url)
            asked = Request(target)
        raise BadStatus(f"more than {MOST_REDIRECTS} redirects")

    def _following(self, asked: Request, target: str, status: int) -> Request:
        return replace(asked, url=target) if status in _SAME_AGAIN else Request(target)

    def _redirect(self, exchange: Exchange, link: str) -> str | None:
        """Where an answer sends on to. Raises BadStatus, the answer kept, where that is no address."""
        location = header(exchange, "location")
        if exchange.status not in _MOVED or not location:
            return None
        try:
            # Header bytes beyond ASCII are UTF-8 in practice.
            return urljoin(exchange.url, location.encode("latin-1").decode("utf-8", "replace"))
        except ValueError as error:
            self.keep(exchange, "error", link)
            raise BadStatus(f"HTTP {exchange.status} to {location!r}, which is no address", exchange.status) from error

    def _jump(self, exchange: Exchange) -> str | None:
        """Where a page of a few characters leads; walls lead nowhere."""
        if exchange.status != HTTPStatus.OK or exchange.method != "GET" or not is_html(inflated(exchange)) or wall(exchange):
            return None
        return jump(text_of(inflated(exchange)), exchange.url)

    def _page(self, exchange: Exchange, link: str, role: str, *, conditional: bool) -> Exchange:
        """The response as a page. Raises Blocked, BadStatus and SoftError, the response kept under that role."""
        error = (
            self._wall(exchange, role)
            or self._bad_status(exchange, conditional=conditional)
            or self._soft_error(exchange, link, role)
        )
        if error is None:
            return exchange
        self.keep(exchange, "blocked" if isinstance(error, Blocked) else "error", link)
        raise error

    def _wall(self, exchange: Exchange, role: str) -> Blocked | None:
        """What keeps the crawler out; some sites ask for a captcha before a file, and for none anywhere else (portals.md F6)."""
        found = wall(exchange)
        if found is None:
            return None
        index_closed = found.kind == "403" and exchange.url in self._index_pages
        if not found.parks or index_closed or (role == "part" and found.kind == "captcha"):
            return Blocked(found.kind, found.evidence)
        blocked = HostBlocked(found.kind, found.evidence)
        self.group.park(host_of(exchange.url), blocked)
        return blocked

    def _bad_status(self, exchange: Exchange, *, conditional: bool) -> BadStatus | None:
        """A 304 that was not asked for stands for a page that nobody has."""
        if exchange.status == HTTPStatus.OK or (exchange.status == HTTPStatus.NOT_MODIFIED and conditional):
            return None
        return BadStatus(f"HTTP {exchange.status}", exchange.status)

    def _soft_error(self, exchange: Exchange, link: str, role: str) -> SoftError | None:
        if role == "list" or exchange.status != HTTPStatus.OK:
            return None
        if role == "part" and is_file(link) and is_html(inflated(exchange)) and not is_document(inflated(exchange)):
            return SoftError("a web page in place of the file")
        reason = soft_error(exchange, link)
        return SoftError(reason) if reason else None

    async def _permit(self, url: str) -> None:
        """Raise unless the portal's row, the run so far and the host's robots.txt allow the URL."""
        self._check_host(url)
        host = host_of(url)
        if host in self.group.parked:
            raise self.group.parked[host]
        if host not in self.group.robots:
            self.group.robots[host] = await self._read_robots(url)
        found = self.group.robots[host]
        if isinstance(found, RobotsUnreadable):
            raise found
        found.permit(url)

    def _check_host(self, url: str) -> None:
        if not self.portal.allows(url):
            raise HostRefused(f"{host_of(url) or url} is not a host of this portal; name it in allowed_hosts if it is")

    async def _read_robots(self, url: str) -> Rules | RobotsUnreadable:
        """The rules of a host, or why there are none; its crawl-delay is kept from here on."""
        try:
            found = rules(await self._robots_txt(url), self.group.agent)
            await self.group.pace.slow_down(host_of(url), found.pause)
        except RobotsUnreadable as error:
            return error
        return found

    async def _robots_txt(self, url: str) -> Exchange:
        asked = Request(urljoin(url, "/robots.txt"))
        for _ in range(MOST_REDIRECTS + 1):
            try:
                self._check_host(asked.url)
                exchange = await self._send(asked, {})
                target = self._redirect(exchange, asked.url)
            except (PortalRefused, HostParked):
                raise
            except FetchError as error:
                raise RobotsUnreadable(f"robots.txt could not be read ({error})") from error
            self.keep(exchange, "redirect" if target else "robots", asked.url)
            if target is None:
                return exchange
            asked = Request(target)
        raise RobotsUnreadable(f"robots.txt could not be read (more than {MOST_REDIRECTS} redirects)")

    async def _send(self, asked: Request, headers: Mapping[str, str]) -> Exchange:
        """One request, tried again where that is worth it."""
        try:
            async for attempt in stamina.retry_context(
                on=_wait_before_retry, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=20.0
            ):
                with attempt:
                    return await self._send_once(asked, headers)
        except _NotYet as error:
            if error.wait is not None and error.wait > LONGEST_WAIT:
                reason = Busy(f"HTTP {error.status}, to be asked again after {error.wait:.0f} seconds; the next run tries again")
                raise self.group.park(host_of(asked.url), reason) from error
            raise BadStatus(str(error), error.status) from error
        raise FetchError("no attempt was made")

    async def _send_once(self, asked: Request, headers: Mapping[str, str]) -> Exchange:
        async with self.group.pace.turn(host_of(asked.url)):
            exchange = await self.send(asked, headers)
        error = _broken(exchange)
        if exchange.status in _BUSY:
            self.keep(exchange, "error", asked.url)
            raise _NotYet(exchange.status, _retry_after(header(exchange, "retry-after")))
        if error is not None:
            self.keep(replace(exchange, truncated=exchange.truncated or "unspecified"), "error", asked.url)
            raise error
        return exchange


def _index_page(asked: Request, closed: Blocked) -> Request | None:
    """The page by which a closed directory below the root goes; a closed root is a wall."""
    path = urlsplit(asked.url).path
    if closed.kind != "blocked:403" or asked.method != "GET" or "?" in asked.url or path == "/" or not path.endswith("/"):
        return None
    return Request(urljoin(asked.url, "index.html"))


def _wait_before_retry(error: Exception) -> bool | float:
    """Whether an error is worth another try, and after how many seconds if the server says."""
    if isinstance(error, _NotYet):
        return error.wait <= LONGEST_WAIT and error.wait if error.wait is not None else True
    return isinstance(error, (PortalRefused, BrokenBody)) and not isinstance(error, TlsRefused)


def _broken(exchange: Exchange) -> FetchError | None:
    """What is wrong with the transfer of a body, if anything."""
    if exchange.truncated == "length":
        return TooLarge(f"more than {len(exchange.body) - 1} bytes")
    if exchange.truncated == "time":
        return PortalRefused("the answer took too long")
    if exchange.truncated:
        return BrokenBody("the connection broke off within the answer")
    if exchange.status != HTTPStatus.OK:
        return None
    try:
        body = inflated(exchange)
    except FetchError as error:
        return error
    return BrokenBody("the page breaks off") if is_html(body) and _breaks_off(exchange, body) else None


def _breaks_off(exchange: Exchange, body: bytes) -> bool:
    """A page that ends inside a character, or, where only the end of the connection says that it is whole, without its closing tag."""
    if ends_inside_a_character(body):
        return True
    closed_by_connection = not header(exchange, "content-length") and not header(exchange, "x-transfer-encoding")
    return closed_by_connection and b"<html" in body[:2048].lower() and b"</html" not in body[-65536:].lower()


def _retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or an HTTP date."""
    if value.strip().isdecimal():
        return float(value)
    when = email.utils.parsedate_tz(value) if value else None
    try:
        return max(0.0, email.utils.mktime_tz(when) - time.time()) if when else None
    except (ValueError, OverflowError):
        return None
