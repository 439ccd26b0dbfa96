"""A web archive in a portal's place: what it holds of the portal, and which of its captures are pages.

An archive is asked for what its interfaces are documented for: whole directories of the index at once, then single captures, one request at a time for
all portals of a run. Only captures of the portal's own hosts count: archives are full of look-alikes (portals.md 2.8).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from scraper.bodies import inflated, text_of
from scraper.errors import BrokenBody, FetchError, HostParked, HostRefused, NotArchived, PortalRefused
from scraper.exchange import Exchange
from scraper.fetch import MOST_JUMPS, Keep
from scraper.links import Request, identity
from scraper.pages import is_html, jump
from scraper.registry import Portal
from scraper.walls import soft_error, wall

MOST_ROWS = 20_000
"""Rows of an index that are read for one directory; in a larger one each page is looked up by itself."""
MOST_CAPTURES = 5
"""Captures of one page that are tried, newest first: challenges and error pages are archived too."""
MOST_LISTS = 12
"""Captures of one list that are read: reports fall off lists, or move with them; of more, those are taken that lie evenly over the years."""
_DEFAULT_PORT = re.compile(r"^(http://[^/:]+):80(?=/|$)|^(https://[^/:]+):443(?=/|$)")

Ask = Callable[[str, Mapping[str, str]], Awaitable[Exchange]]
"""One request to the archive with these headers, and its answer, whatever its status. Raises FetchError where there is none."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as an archive took it: the original address, when (14 digits, UTC), WARC's digest of the body, and its type."""

    url: str
    taken_at: str
    digest: str
    mime: str = ""
    file: str = ""
    offset: int = 0
    length: int = 0
    """Where its record stands, for archives that are read by file."""

    @property
    def moment(self) -> str:
        """When it was taken, in ISO form with Z. Raises BrokenBody for what is no time."""
        return moment_of(self.taken_at)


def moment_of(digits: str) -> str:
    """A time of an index in ISO form with Z. Raises BrokenBody for what is none."""
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError as error:
        raise BrokenBody(f"the archive names {digits!r} as a time") from error


def original(url: str) -> str:
    """An address without the port that goes without saying: indexes write `http://www.jia.gov.cn:80/`."""
    return _DEFAULT_PORT.sub(lambda match: match[1] or match[2], url)


class WebArchive(Protocol):
    """An archive with an index that can be asked by address."""

    @property
    def name(self) -> str:
        """The word that marks what comes from it."""
        ...

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are asked."""
        ...

    @property
    def own_hosts(self) -> frozenset[str]:
        """Those of them that the user named, which may have private addresses."""
        ...

    @property
    def pause(self) -> float:
        """Seconds between two requests that the archive asks for."""
        ...

    def captures(self, url: str, ask: Ask, *, prefix: bool) -> AsyncIterator[Sequence[Capture]]:
        """What the index holds of an address, or of all that begin with it, in parts. Raises FetchError."""
        ...

    async def page(self, capture: Capture, ask: Ask) -> Exchange:
        """The response that was captured, as if its portal had sent it. Raises FetchError."""
        ...


@dataclass(slots=True)
class ArchivedPortal:
    """One portal as an archive holds it; a `Source` of pages."""

    portal: Portal
    archive: WebArchive
    ask: Ask
    keep: Keep
    _held: dict[str, list[Capture]] = field(default_factory=dict)
    """Captures by the identity of their address."""
    _looked_up: dict[str, bool] = field(default_factory=dict)
    """Directories asked for, and whether all of their rows were read."""
    _served: dict[str, str] = field(default_factory=dict)
    """When the capture that was given out was taken, by the identity of its address."""

    async def get(
        self, asked: Request, *, referer: str = "", role: str = "list", validators: Mapping[str, str] | None = None
    ) -> Exchange:
        """The newest capture of the address that is a page. Raises NotArchived, or FetchError where the archive does not answer."""
        if asked.body is not None:
            raise NotArchived("archives hold no answers to a POST")
        url = asked.url
        for _ in range(MOST_JUMPS + 1):
            exchange = await self._newest_page(url, role)
            target = _leads_to(exchange)
            if target is None:
                return exchange
            self.keep(exchange, "jump", asked.url)
            url = target
        raise NotArchived(f"more than {MOST_JUMPS} jumps")

    def beside(self, url: str) -> Sequence[str]:
        """Web pages that the archive holds in a column's directory and that were not asked for yet: captured lists are old and full of gaps."""
        folder = _folder(url)
        if not folder or urlsplit(url).query:
            return ()
        held = (captures[0] for key, captures in self._held.items() if key.startswith(folder) and key not in self._served)
        return tuple(capture.url for capture in held if capture.mime in {"", "text/html", "unk"})

    async def older(self, url: str) -> AsyncIterator[Exchange]:
        """Captures of a list that differ from the one given out and were taken before it, newest first; those that are no pages are passed over."""
        newest = self._served.get(identity(url), "")
        before = [capture for capture in _distinct(await self._captures(url)) if capture.taken_at < newest]
        for capture in _spread(before, MOST_LISTS - 1):
            try:
                exchange = await self.archive.page(capture, self.ask)
                self._judge(exchange, url, "list")
            except (PortalRefused, HostParked):
                raise
            except FetchError:
                continue
            yield exchange

    async def _newest_page(self, url: str, role: str) -> Exchange:
        reasons: list[str] = []
        for capture in itertools.islice(_distinct(await self._captures(url)), MOST_CAPTURES):
            try:
                exchange = await self.archive.page(capture, self.ask)
                self._judge(exchange, url, role)
            except (PortalRefused, HostParked):
                raise
            except FetchError as error:
                reasons.append(f"{capture.taken_at}: {error}")
                continue
            self._served |= dict.fromkeys((identity(url), identity(exchange.url)), capture.taken_at)
            return exchange
        tried = f"; tried {'; '.join(reasons)}" if reasons else ""
        raise NotArchived(f"{self.archive.name} holds no capture of it that is a page{tried}")

    def _judge(self, exchange: Exchange, url: str, role: str) -> None:
        """Raise where a capture is of another host, of a wall, or of an error page; it is kept under that role."""
        if not self.portal.allows(exchange.url):
            raise HostRefused(f"a capture of {exchange.url}, which is not a host of this portal")
        found = wall(exchange)
        reason = (
            f"a wall ({found.kind})"
            if found
            else (soft_error(exchange, url) if role != "list" and not _leads_to(exchange) else None)
        )
        if reason:
            self.keep(exchange, "blocked" if found else "error", url)
            raise NotArchived(reason)

    async def _captures(self, url: str) -> Iterable[Capture]:
        """The captures of an address, by its directory as far as that is not too large."""
        key, folder = identity(url), _folder(url)
        if not folder or key in self._held or any(whole and key.startswith(done) for done, whole in self._looked_up.items()):
            if not folder and key not in self._held:
                await self._look_up(url, prefix=False)
            return self._held.get(key, ())
        if folder not in self._looked_up:
            self._looked_up[folder] = await self._look_up(url[: url.rindex("/", 0, _path_end(url)) + 1], prefix=True)
        if key not in self._held and not self._looked_up[folder]:
            await self._look_up(url, prefix=False)
        return self._held.get(key, ())

    async def _look_up(self, url: str, *, prefix: bool) -> bool:
        """Enter what the index holds; whether that was all."""
        rows = 0
        async for part in self.archive.captures(url, self._query, prefix=prefix):
            for capture in part:
                self._held.setdefault(identity(capture.url), []).append(capture)
            rows += len(part)
            if rows >= MOST_ROWS:
                return False
        return True

    async def _query(self, url: str, headers: Mapping[str, str]) -> Exchange:
        exchange = await self.ask(url, headers)
        self.keep(exchange, "query", url)
        return exchange


def _leads_to(exchange: Exchange) -> str | None:
    """Where a captured page of a few characters leads."""
    return jump(text_of(inflated(exchange)), exchange.url) if is_html(inflated(exchange)) else None


def _folder(url: str) -> str:
    """The directory of an address in the form of `identity`; empty for the top, which would be the whole portal."""
    host, _, path = identity(url.partition("?")[0]).partition("/")
    folder = path.rpartition("/")[0]
    return f"{host}/{folder}/" if folder else ""


def _path_end(url: str) -> int:
    """Where the path of an address ends."""
    return min((at for at in (url.find("?"), url.find("#")) if at >= 0), default=len(url))


def _distinct(captures: Iterable[Capture]) -> Iterator[Capture]:
    """Captures of different bodies, newest first; of each body the newest."""
    seen: set[str] = set()
    for capture in sorted(captures, key=lambda capture: capture.taken_at, reverse=True):
        if capture.digest not in seen or not capture.digest:
            seen.add(capture.digest)
            yield capture


def _spread(captures: Sequence[Capture], most: int) -> Sequence[Capture]:
    """As many as `most` of them, the first and the last among them, the others evenly between."""
    if len(captures) <= most:
        return captures
    return [captures[round(n * (len(captures) - 1) / (most - 1))] for n in range(most)]
