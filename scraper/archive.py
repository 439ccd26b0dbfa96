"""Writing the archive: every response unedited in WARC 1.1 files, new ones for each run.

A page is a group of three records, each a gzip member of its own: request, response (or revisit, where the same body is in the archive already), and a
metadata record that says which portal and link led to it. The database is rebuilt from these files alone. A file is named `….warc.gz.open` while it is
written; one that a crash left open is cut behind its last whole group and closed by the next run, since nothing appended behind a torn record could be
read again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote, urlsplit
from uuid import uuid4

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.bodies import inflated
from scraper.errors import FetchError, HomeNotWritable
from scraper.exchange import Exchange
from scraper.members import OPEN, mended
from scraper.snapshots import Place, Snapshot, read_archive, read_snapshot

__all__ = ["AS_SENT", "ArchiveWriter", "Exchange", "Origin", "Place", "Position", "Snapshot", "read_archive", "read_snapshot"]

AS_SENT = "%/:?#[]@!$&'()*+,;=~"
"""What `quote` leaves alone in an address that is quoted already."""
LARGEST_FILE = 1024**3
"""Bytes behind which the next file is begun, as WARC tools expect."""
SMALLEST_REVISIT = 1024
"""Bytes of a body that are worth pointing to instead of storing again."""
_GZIP, _SMALL_GZIP, _SMALL = 31, 27, 2048
"""zlib's windows: a gzip member of 32 KB, and one of 2 KB for records of no more, which takes half the time to begin; readers need not know."""
_MOST_REMEMBERED = 100_000
"""Bodies of this run that can be pointed to; older runs are found in the index."""
_SAME_BODY = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_TYPES = {
    "warcinfo": "application/warc-fields",
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
    "metadata": "application/warc-fields",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a page was fetched: the portal, its role, the link's own address, the page it stood on, title and date, and where it came from.

    Roles: report, part, list, robots; and of what is no page: redirect, jump, blocked, error, unchanged, gone, query.
    `source` is empty for the portal itself, else the archive that held the page; `captured_at` (UTC, ISO form with Z) is when that archive took it.
    """

    portal: str
    role: str
    link: str
    via: str = ""
    link_title: str = ""
    listed_on: str = ""
    source: str = ""
    captured_at: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the response record of a page stands."""

    warc_file: str
    offset: int
    sha256: str
    """Of the body as a reader gets it, content encoding undone."""


class ArchiveWriter:
    """One run's files. Use as a context manager: leaving it closes the file under its final name.

    `gather` are seconds in which pages are gathered before all are seen on the disk at once.
    """

    def __init__(self, folder: Path, run_id: str, *, agent: str = "", gather: float = 0.0) -> None:
        self._folder, self._run_id, self._agent, self._gather = folder, run_id, agent, gather
        self._number = 0
        self._written: dict[str, Place] = {}
        self.earlier: Mapping[str, Place] = {}
        """Bodies of earlier runs by digest."""
        self.answered: Callable[[str], tuple[str, str] | None] = lambda _: None
        """When an address was last answered with a page in an earlier run, and with which digest."""
        self._broken = False
        self._syncing = asyncio.Lock()
        self._waiting: asyncio.Task[None] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._open()
        except OSError as error:
            raise HomeNotWritable(f"{folder}: the archive cannot be written ({error.strerror})") from error

    def _open(self) -> None:
        number = f"-{self._number:03d}" if self._number else ""
        self._final = self._folder / f"nianbao-{self._run_id}{number}.warc.gz"
        self._path = self._final.with_name(self._final.name + OPEN)
        self._file: IO[bytes] = self._path.open("wb")
        self._record_bytes = BytesIO()
        self._writer = WARCWriter(self._record_bytes, gzip=False, warc_version="1.1")

    def _close(self) -> None:
        with suppress(OSError):  # a full disk has been reported by `write`
            self._file.close()

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()
        if kind is not None or self._path.stat().st_size == 0:
            mended(self._path)
        else:
            self._path.rename(self._final)

    def write(self, exchange: Exchange, origin: Origin) -> Position:
        """Write the group of one page; a crash of this program loses nothing from here on, one of the machine nothing behind `durable`."""
        if self._broken:  # nothing behind a torn record could be read again
            raise HomeNotWritable(f"{self._path}: the archive could not be written")
        try:
            self._roll()
            if self._file.tell() == 0:
                self._warcinfo(exchange.fetched_at)
            request_id = self._request(exchange)
            offset = self._file.tell()
            self._metadata(exchange, origin, self._response(exchange, request_id, offset))
            self._file.flush()
        except OSError as error:
            self._broken = True
            raise HomeNotWritable(f"{self._path}: the archive cannot be written ({error.strerror})") from error
        return Position(self._final.name, offset, hashlib.sha256(_content(exchange)).hexdigest())

    def sync(self) -> None:
        """See on the disk what was written."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise HomeNotWritable(f"{self._path}: the archive cannot be written ({error.strerror})") from error

    async def durable(self) -> None:
        """Return when all that was written is on the disk. Pages of many hosts share one wait."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_task(self._sync_next())
        await asyncio.shield(self._waiting)

    async def _sync_next(self) -> None:
        async with self._syncing:
            await asyncio.sleep(self._gather)
            self._waiting = None
            await asyncio.to_thread(self.sync)

    def _roll(self) -> None:
        if self._file.tell() < LARGEST_FILE or self._syncing.locked():
            return
        self.sync()
        self._file.close()
        self._path.rename(self._final)
        self._number += 1
        self._open()

    def _warcinfo(self, at: str) -> None:
        fields = f"software: nianbao\r\nformat: WARC File Format 1.1\r\nrobots: obey\r\nhttp-header-user-agent: {self._agent}\r\n".encode()
        self._record("warcinfo", {"WARC-Date": at, "WARC-Filename": self._final.name}, fields)

    def _request(self, exchange: Exchange) -> str:
        """What was sent; to an archive, where one answered in the portal's place."""
        asked = exchange.asked_of or exchange.url
        parts = urlsplit(asked)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = _http_head(f"{exchange.method} {quote(target, safe=AS_SENT)} HTTP/1.1", exchange.request_headers)
        about = {"WARC-Target-URI": asked, "WARC-Date": exchange.fetched_at}
        return self._record(
            "request", about | {"WARC-Payload-Digest": _digest(exchange.request_body)}, head + exchange.request_body
        )

    def _response(self, exchange: Exchange, request_id: str, offset: int) -> str:
        """The response, or a pointer to the same body in an earlier record."""
        head = _http_head(f"HTTP/1.1 {exchange.status} {exchange.reason}", exchange.headers)
        digest = _digest(exchange.body)
        named = _about(exchange) | {
            "WARC-Concurrent-To": request_id,
            "WARC-Payload-Digest": digest,
            "WARC-Truncated": exchange.truncated,
        }
        if exchange.status == HTTPStatus.NOT_MODIFIED:
            return self._not_modified(exchange, named | {"WARC-Profile": _NOT_MODIFIED}, head)
        same = self._same(exchange, digest)
        if same is not None:
            return self._record("revisit", named | {"WARC-Profile": _SAME_BODY} | _refers_to(same), head)
        if len(exchange.body) >= SMALLEST_REVISIT and not exchange.truncated and len(self._written) < _MOST_REMEMBERED:
            self._written[digest] = Place(exchange.url, exchange.fetched_at, self._final.name, offset)
        return self._record("response", named, head + exchange.body)

    def _not_modified(self, exchange: Exchange, named: Mapping[str, str], head: bytes) -> str:
        """A revisit of the page that the address answered with before.

        Replay shows the head of a revisit with the page that it points to, and nothing at all behind a 304: where there is such a page, the 304 stands in a
        record beside.
        """
        before = self.answered(exchange.url)
        if before is None:
            return self._record("revisit", named, head)
        at, digest = before
        page = {"WARC-Payload-Digest": digest, "WARC-Refers-To-Target-URI": exchange.url, "WARC-Refers-To-Date": at}
        record_id = self._record("revisit", {**named, **page}, b"")
        # Without an address of its own, under which replay would show it as a page.
        self._record("metadata", {"WARC-Date": exchange.fetched_at, "WARC-Refers-To": record_id}, head, _TYPES["response"])
        return record_id

    def _same(self, exchange: Exchange, digest: str) -> Place | None:
        if len(exchange.body) < SMALLEST_REVISIT or exchange.truncated:
            return None
        return self._written.get(digest) or self.earlier.get(digest)

    def _metadata(self, exchange: Exchange, origin: Origin, response_id: str) -> str:
        fields = {
            "portal": origin.portal,
            "role": origin.role,
            "link": origin.link,
            "via": origin.via,
            "linkTitle": origin.link_title,
            "listedOn": origin.listed_on,
            "source": origin.source,
            "capturedAt": origin.captured_at,
        }
        block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
        concurrent = {"WARC-Concurrent-To": response_id, "WARC-Refers-To": response_id}
        return self._record("metadata", _about(exchange) | concurrent, block)

    def _record(self, kind: str, named: Mapping[str, str], block: bytes, content_type: str = "") -> str:
        """Write a record of ready bytes and return its id; warcio would rewrite HTTP header bytes that are not ASCII.

        It is compressed here, in one piece and at zlib's usual level: a fifth less time for one to three hundredths more bytes.
        """
        record_id, digest = f"<urn:uuid:{uuid4()}>", _digest(block)
        headers = {
            "WARC-Type": kind,
            "WARC-Record-ID": record_id,
            "WARC-Payload-Digest": digest,
            **named,
            "WARC-Block-Digest": digest,
        }
        head = StatusAndHeaders("", [pair for pair in headers.items() if pair[1]], protocol="WARC/1.1")
        # Of a revisit warcio writes the HTTP head alone, of other records the block.
        http = _ReadyHead(block) if kind == "revisit" else None
        self._writer.write_record(
            ArcWarcRecord("warc", kind, head, BytesIO(block), http, content_type or _TYPES[kind], len(block))
        )
        record = self._record_bytes.getvalue()
        self._file.write(zlib.compress(record, wbits=_GZIP if len(record) > _SMALL else _SMALL_GZIP))
        self._record_bytes.seek(0)
        self._record_bytes.truncate()
        return record_id


class _ReadyHead(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """An HTTP head that is written as it came."""

    def __init__(self, head: bytes) -> None:
        super().__init__("HTTP", [])  # one without a status line is none
        self._head = head

    def to_ascii_bytes(self, header_filter: object = None) -> bytes:
        """The head."""
        return self._head


def _about(exchange: Exchange) -> dict[str, str]:
    return {"WARC-Target-URI": exchange.url, "WARC-Date": exchange.fetched_at}


def _refers_to(place: Place) -> dict[str, str]:
    """The standard's pointer, and the place itself, so that a reader needs no index."""
    return {
        "WARC-Refers-To-Target-URI": place.url,
        "WARC-Refers-To-Date": place.fetched_at,
        "WARC-Refers-To-Filename": place.warc_file,
        "WARC-Refers-To-File-Offset": str(place.offset),
    }


def _content(exchange: Exchange) -> bytes:
    """The body with its encoding undone, as far as it can be."""
    try:
        return inflated(exchange)
    except FetchError:
        return exchange.body


def _http_head(first: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """The head of an HTTP message, with header bytes as they came."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1", "replace")


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
