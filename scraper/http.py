"""Polite fetching: the one module that imports httpx.

One client for each portal and one pace for each host; robots.txt obeyed, waits obeyed up to a cap, retries bounded. Redirects, and the addresses that
host names resolve to, are checked against the portal's row before anything is sent. A body that does not inflate to its end is asked for again.
"""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import logging
import random
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote, urljoin, urlsplit

import httpx
import stamina
from aiolimiter import AsyncLimiter
from protego import Protego

from scraper.archive import AS_SENT, Exchange
from scraper.bodies import header, inflated
from scraper.errors import (
    BadStatus,
    BrokenBody,
    FetchError,
    HostRefused,
    PortalRefused,
    RobotsRefused,
    RobotsUnreadable,
    TooLarge,
)
from scraper.links import Request
from scraper.registry import Portal, host_of

# stamina tells each retry to its logger; the summary of the run says what came of it.
logging.getLogger("stamina").addHandler(logging.NullHandler())

VERSION = "0.1.0"
LARGEST_BODY = 60 * 1024 * 1024
"""Bytes as sent; home pages of 14 MB are real (portals.md 2.5)."""
MOST_REDIRECTS = 5
LONGEST_WAIT = 60.0
"""Seconds a Retry-After is obeyed; a longer one ends the request and the next run tries again."""
LONGEST_PAUSE = 120.0
"""Seconds of crawl-delay that are kept; a host that asks for more does not want to be crawled."""
DEADLINE = 90.0
"""Seconds for one request with its body."""
ATTEMPTS = 4
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)
_BUSY = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_SAME_AGAIN = frozenset({307, 308})


class _Busy(Exception):
    """A status worth another try, with the wait the server asks for."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.wait = wait


@dataclass(slots=True)
class Fetcher:
    """Fetches for one portal, one request at a time."""

    portal: Portal
    client: httpx.AsyncClient
    delay: float
    user_agent: str
    keep_robots: Callable[[Exchange], object]
    """Takes each robots.txt as it was answered."""
    _robots: dict[str, Protego | RobotsUnreadable] = field(default_factory=dict)
    _paces: dict[str, AsyncLimiter] = field(default_factory=dict)

    async def get(self, asked: Request, *, referer: str = "") -> Exchange:
        """The response to a request, redirects followed within the portal. Raises FetchError with the reason.

        `referer` is the page that led there: some platforms answer nothing without it (truecms lists, VSB attachments; portals.md F6).
        """
        for _ in range(MOST_REDIRECTS + 1):
            await self._permit(asked.url)
            exchange = await self._send(asked, referer)
            target = _redirect(exchange)
            if target is None:
                if exchange.status != httpx.codes.OK:
                    raise BadStatus(f"HTTP {exchange.status}")
                return exchange
            asked = replace(asked, url=target) if exchange.status in _SAME_AGAIN else Request(target)
        raise BadStatus(f"more than {MOST_REDIRECTS} redirects")

    async def _permit(self, url: str) -> None:
        """Raise unless the portal's row and the host's robots.txt allow the URL."""
        await self._check_host(url)
        host = host_of(url)
        if host not in self._robots:
            self._robots[host] = await self._read_robots(url)
            await self._set_pace(host, self._robots[host])
        robots = self._robots[host]
        if isinstance(robots, RobotsUnreadable):
            raise robots
        if not robots.can_fetch(url, self.user_agent):
            raise RobotsRefused("robots.txt does not allow it")

    async def _set_pace(self, host: str, robots: Protego | RobotsUnreadable) -> None:
        asked = 0.0 if isinstance(robots, RobotsUnreadable) else float(robots.crawl_delay(self.user_agent) or 0)
        if asked > LONGEST_PAUSE:
            self._robots[host] = RobotsUnreadable(f"robots.txt asks for {asked:.0f} seconds between two requests")
        pause = min(max(self.delay, asked), LONGEST_PAUSE)
        if pause:
            self._paces[host] = AsyncLimiter(1, pause)
            await self._paces[host].acquire()  # robots.txt was the first request

    async def _check_host(self, url: str) -> None:
        if not self.portal.allows(url):
            raise HostRefused(f"{host_of(url) or url} is not a host of this portal; name it in allowed_hosts if it is")
        if self.portal.names_address(url):
            return
        for address in await _addresses(url):
            if not ipaddress.ip_address(address).is_global:
                raise HostRefused(f"{host_of(url)} resolves to {address}, which is not a public address")

    async def _read_robots(self, url: str) -> Protego | RobotsUnreadable:
        """The rules of a host: a missing file allows all, a refused or broken one nothing (portals.md 6)."""
        url = urljoin(url, "/robots.txt")
        for _ in range(MOST_REDIRECTS + 1):
            try:
                await self._check_host(url)
                exchange = await self._send(Request(url))
            except PortalRefused:
                raise
            except FetchError as error:
                return RobotsUnreadable(f"robots.txt could not be read ({error})")
            target = _redirect(exchange)
            if target is None:
                self.keep_robots(exchange)
                return _rules(exchange)
            url = target
        return RobotsUnreadable(f"robots.txt could not be read (more than {MOST_REDIRECTS} redirects)")

    async def _send(self, asked: Request, referer: str = "") -> Exchange:
        """One request, tried again where that is worth it."""
        url = asked.url
        try:
            async for attempt in stamina.retry_context(
                on=_wait_before_retry, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=20.0
            ):
                with attempt:
                    return await self._send_once(asked, referer)
        except _Busy as error:
            raise BadStatus(str(error)) from error
        except httpx.ConnectError as error:
            raise PortalRefused(f"no connection to {host_of(url)} ({error or 'refused'})") from error
        except (httpx.TransportError, TimeoutError) as error:
            raise PortalRefused(f"{type(error).__name__} from {host_of(url)}") from error
        except (httpx.InvalidURL, httpx.DecodingError) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from error
        raise FetchError("no attempt was made")

    async def _send_once(self, asked: Request, referer: str) -> Exchange:
        pace = self._paces.get(host_of(asked.url))
        if pace is not None:
            # Jitter first: behind the pace it would shorten the next gap.
            await asyncio.sleep(random.uniform(0, self.delay / 10))  # noqa: S311 (a pause, no secret)
            await pace.acquire()
        asked_at = datetime.now(UTC)
        headers = _headers(asked, referer)
        async with (
            asyncio.timeout(DEADLINE),
            self.client.stream(asked.method, asked.url, content=asked.body, headers=headers) as response,
        ):
            body = await _body(response)
            if response.status_code in _BUSY:
                raise _Busy(response.status_code, _retry_after(response.headers.get("retry-after")))
            exchange = _exchange(response, body, asked, asked_at)
            if response.status_code == httpx.codes.OK:
                inflated(exchange)
            return exchange


@asynccontextmanager
async def fetcher(
    portal: Portal, *, delay: float, contact: str | None, tls: ssl.SSLContext, keep_robots: Callable[[Exchange], object]
) -> AsyncIterator[Fetcher]:
    """A fetcher with a client of its own: one shared by 500 hosts was six times slower than one for each."""
    agent = user_agent(contact)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    headers = {
        "User-Agent": agent,
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language": "zh-CN,zh;q=0.9",
        "Accept-Encoding": "gzip, deflate",  # what a reader of the archive can undo
    }
    async with httpx.AsyncClient(verify=tls, limits=limits, timeout=_TIMEOUT, headers=headers, trust_env=False) as client:
        yield Fetcher(portal, client, delay, agent, keep_robots)


def user_agent(contact: str | None) -> str:
    """Names the project and who runs the crawl."""
    return f"nianbao/{VERSION} (annual reports on open government information; {contact or 'no contact given'})"


def tls_context() -> ssl.SSLContext:
    """The one TLS context all clients share; certificates are checked."""
    return httpx.create_ssl_context()


def _wait_before_retry(error: Exception) -> bool | float:
    """Whether an error is worth another try, and after how many seconds if the server says."""
    if isinstance(error, _Busy):
        return error.wait <= LONGEST_WAIT and error.wait if error.wait is not None else True
    return isinstance(error, (httpx.TransportError, TimeoutError, BrokenBody)) and not isinstance(
        error, httpx.UnsupportedProtocol
    )


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number or an HTTP date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    when = email.utils.parsedate_tz(value)
    try:
        return max(0.0, email.utils.mktime_tz(when) - time.time()) if when else None
    except (ValueError, OverflowError):
        return None


async def _body(response: httpx.Response) -> bytes:
    """The body as sent, up to the cap."""
    chunks, size = [], 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > LARGEST_BODY:
            raise TooLarge(f"more than {LARGEST_BODY} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _headers(asked: Request, referer: str) -> dict[str, str]:
    """Header bytes are ASCII; a Referer with other characters in it is sent as browsers write it."""
    named = {"Content-Type": asked.content_type, "Referer": quote(referer, safe=AS_SENT)}
    return {name: value for name, value in named.items() if value}


def _exchange(response: httpx.Response, body: bytes, asked: Request, asked_at: datetime) -> Exchange:
    """Chunked transfer is already undone in the body, so its header is kept under another name."""
    headers = [
        ("X-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.headers.raw
    ]
    return Exchange(
        url=str(response.request.url),
        request_headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.request.headers.raw],
        status=response.status_code,
        reason=response.reason_phrase or "-",
        headers=headers,
        body=body,
        fetched_at=asked_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        method=asked.method,
        request_body=asked.body or b"",
    )


def _rules(exchange: Exchange) -> Protego | RobotsUnreadable:
    if exchange.status in {404, 410}:
        return Protego.parse("")
    if exchange.status != httpx.codes.OK:
        return RobotsUnreadable(f"robots.txt answers HTTP {exchange.status}")
    return Protego.parse(inflated(exchange).decode("utf-8-sig", "replace"))


def _redirect(exchange: Exchange) -> str | None:
    location = header(exchange, "location")
    if exchange.status not in _MOVED or not location:
        return None
    try:
        return urljoin(exchange.url, location)
    except ValueError as error:
        raise BadStatus(f"HTTP {exchange.status} to {location!r}, which is no address") from error


async def _addresses(url: str) -> list[str]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port)
    except (OSError, UnicodeError) as error:
        raise PortalRefused(f"{parts.hostname} cannot be resolved ({error})") from error
    return [str(entry[4][0]).partition("%")[0] for entry in found]
