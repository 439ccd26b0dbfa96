"""The Wayback Machine as a source: its CDX index, and captures as they were taken (portals.md 5)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from scraper.bodies import inflated
from scraper.captures import Ask, Capture, moment_of, original
from scraper.errors import BadStatus, BrokenBody
from scraper.exchange import Exchange
from scraper.registry import host_of

PUBLIC = "https://web.archive.org"
ROWS = 5000
"""Rows of the index asked for at once."""
_FIELDS = ("timestamp", "original", "mimetype", "digest")
_CAPTURE = re.compile(r"/web/(\d{14})(?:id_)?/(https?:/.+)$")


@dataclass(frozen=True, slots=True)
class Wayback:
    """`base` is another server with the same interfaces, where it is not the public one."""

    base: str = PUBLIC

    @property
    def name(self) -> str:
        """The word that marks what comes from it."""
        return "wayback"

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are asked."""
        return frozenset({host_of(self.base)})

    @property
    def own_hosts(self) -> frozenset[str]:
        """Those that the user named."""
        return frozenset() if self.base == PUBLIC else self.hosts

    @property
    def pause(self) -> float:
        """What others keep between two questions to the public index."""
        return 5.0 if self.base == PUBLIC else 0.0

    async def captures(self, url: str, ask: Ask, *, prefix: bool) -> AsyncIterator[Sequence[Capture]]:
        """The captures with status 200, in parts; a resume key leads from one to the next. Raises FetchError."""
        query = {
            "url": url,
            "matchType": "prefix" if prefix else "exact",
            "output": "json",
            "fl": ",".join(_FIELDS),
            "filter": "statuscode:200",
            "limit": ROWS,
            "showResumeKey": "true",
        }
        asked = f"{self.base}/cdx/search/cdx?{urlencode(query)}"
        used: set[str] = set()
        key = ""
        while key not in used:
            used.add(key)
            # The key is quoted already, and is sent back as it came.
            rows, key = _rows(await ask(f"{asked}&resumeKey={key}" if key else asked, {}))
            yield tuple(map(_capture, rows))
            if not key:
                return

    async def page(self, capture: Capture, ask: Ask) -> Exchange:
        """The bytes without the toolbar; the archive may lead to a capture of another moment. Raises FetchError."""
        exchange = await ask(f"{self.base}/web/{capture.taken_at}id_/{capture.url}", {})
        if exchange.status != HTTPStatus.OK:
            raise BadStatus(f"HTTP {exchange.status} from the archive", exchange.status)
        found = _CAPTURE.search(exchange.url)
        if found is None:
            raise BrokenBody(f"the archive leads to {exchange.url}, which is no capture")
        return replace(exchange, url=original(found[2]), asked_of=exchange.url, captured_at=moment_of(found[1]))


def _rows(exchange: Exchange) -> tuple[list[Mapping[str, str]], str]:
    """Rows of an answer by field name, and the key for what follows, empty at the end: `[]` is no row at all. Raises FetchError."""
    if exchange.status != HTTPStatus.OK:
        raise BadStatus(f"HTTP {exchange.status} from the archive's index", exchange.status)
    try:
        rows = json.loads(inflated(exchange) or b"[]")
        if not isinstance(rows, list):
            raise TypeError("no list of rows")
        key = str(rows.pop()[0]) if len(rows) > 1 and rows[-2] == [] else ""
        names, *found = [row for row in rows if row] or [list(_FIELDS)]
        return [dict(zip(names, row, strict=True)) for row in found], key
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise BrokenBody("the archive's index does not answer with rows") from error


def _capture(row: Mapping[str, str]) -> Capture:
    try:
        timestamp, url, mime, digest = (str(row[name]) for name in _FIELDS)
    except KeyError as error:
        raise BrokenBody(f"a row of the archive's index has no {error}") from error
    return Capture(original(url), timestamp, digest, mime)
