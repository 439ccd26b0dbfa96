"""Common Crawl as a source: its index, a collection for each crawl, and single records read out of its files (portals.md 5)."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scraper.bodies import LARGEST_PAGE, inflated
from scraper.captures import Ask, Capture, original
from scraper.errors import BadStatus, BrokenBody, TooLarge
from scraper.exchange import Exchange
from scraper.links import identity
from scraper.registry import host_of

PUBLIC = ("https://index.commoncrawl.org", "https://data.commoncrawl.org")
MOST_COLLECTIONS = 24
"""Crawls that are asked, newest first: some three years of them."""
_CODED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers of a coding that is undone, kept under another name as Common Crawl itself does."""


@dataclass(frozen=True, slots=True)
class CommonCrawl:
    """`index` and `data` are other servers with the same interfaces, where they are not the public ones."""

    index: str = PUBLIC[0]
    data: str = PUBLIC[1]
    _collections: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The word that marks what comes from it."""
        return "commoncrawl"

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are asked."""
        return frozenset({host_of(self.index), host_of(self.data)})

    @property
    def own_hosts(self) -> frozenset[str]:
        """Those that the user named."""
        return frozenset() if (self.index, self.data) == PUBLIC else self.hosts

    @property
    def pause(self) -> float:
        """The index asks for slow questions; its own servers need none."""
        return 2.0 if (self.index, self.data) == PUBLIC else 0.0

    async def captures(self, url: str, ask: Ask, *, prefix: bool) -> AsyncIterator[Sequence[Capture]]:
        """The captures with status 200, collection by collection, newest first. Raises FetchError."""
        if not self._collections:
            self._collections.extend(_collections(await ask(f"{self.index}/collinfo.json", {}))[:MOST_COLLECTIONS])
        query = {"url": url, "matchType": "prefix" if prefix else "exact", "output": "json", "filter": "status:200"}
        for collection in self._collections:
            asked = f"{self.index}/{collection}-index?{urlencode(query)}"
            for page in range(_pages(await ask(f"{asked}&showNumPages=true", {}))):
                yield tuple(map(_capture, _lines(await ask(f"{asked}&page={page}", {}))))

    async def page(self, capture: Capture, ask: Ask) -> Exchange:
        """The captured response, from one gzip member of a file. Raises FetchError."""
        url = f"{self.data}/{capture.file}"
        span = f"bytes={capture.offset}-{capture.offset + capture.length - 1}"
        sent = await ask(url, {"Range": span, "Accept-Encoding": "identity"})
        if sent.status != HTTPStatus.PARTIAL_CONTENT:
            raise BadStatus(f"HTTP {sent.status} from the archive for a part of a file", sent.status)
        return replace(_response(sent, capture), asked_of=url, captured_at=capture.moment)


def _collections(exchange: Exchange) -> list[str]:
    """Names of the collections, newest first as the index lists them."""
    try:
        return [str(entry["id"]) for entry in json.loads(_body(exchange))]
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenBody("the archive does not answer with its collections") from error


def _pages(exchange: Exchange) -> int:
    """Pages of an answer; 404 where nothing matches."""
    if exchange.status == HTTPStatus.NOT_FOUND:
        return 0
    try:
        found = json.loads(_body(exchange))
        return int(found["pages"] if isinstance(found, dict) else found)
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenBody("the archive's index does not say how many pages it has") from error


def _lines(exchange: Exchange) -> list[Mapping[str, Any]]:
    """Rows of an answer, a JSON object a line."""
    if exchange.status == HTTPStatus.NOT_FOUND:
        return []
    try:
        return [dict(json.loads(line)) for line in _body(exchange).splitlines() if line.strip()]
    except (ValueError, TypeError) as error:
        raise BrokenBody("the archive's index does not answer with rows") from error


def _body(exchange: Exchange) -> bytes:
    if exchange.status != HTTPStatus.OK:
        raise BadStatus(f"HTTP {exchange.status} from the archive's index", exchange.status)
    return inflated(exchange)


def _capture(row: Mapping[str, Any]) -> Capture:
    try:
        mime = str(row.get("mime-detected") or row.get("mime") or "")
        where = (str(row["filename"]).lstrip("/"), int(row["offset"]), int(row["length"]))
        return Capture(original(str(row["url"])), str(row["timestamp"]), str(row.get("digest", "")), mime, *where)
    except (KeyError, ValueError) as error:
        raise BrokenBody(f"a row of the archive's index lacks what leads to its record ({error})") from error


def _response(sent: Exchange, capture: Capture) -> Exchange:
    """The response in a slice of a file; its codings are undone. Raises BrokenBody and TooLarge."""
    try:
        inflate = zlib.decompressobj(31)
        data = inflate.decompress(sent.body, LARGEST_PAGE)
        if inflate.unconsumed_tail:
            raise TooLarge(f"a record of more than {LARGEST_PAGE} bytes")
        record = next(ArchiveIterator(BytesIO(data)))
        url = original(str(record.rec_headers.get_header("WARC-Target-URI")))
        if not inflate.eof or record.rec_type != "response" or identity(url) != identity(capture.url):
            raise BrokenBody("the archive's file holds another record at that place")
        body = bytes(record.content_stream().read(LARGEST_PAGE + 1))
    except (zlib.error, ArchiveLoadFailed, StopIteration) as error:
        raise BrokenBody("the archive's file holds no whole record at that place") from error
    if len(body) > LARGEST_PAGE:
        raise TooLarge(f"more than {LARGEST_PAGE} bytes when inflated")
    if record.rec_headers.get_header("WARC-Truncated"):
        raise BrokenBody("the archive holds a part of the page only")
    http = record.http_headers
    headers = [(f"X-Crawl-{name}" if name.lower() in _CODED else name, value) for name, value in http.headers]
    return replace(sent, url=url, status=int(http.get_statuscode()), reason="-", headers=headers, body=body)
