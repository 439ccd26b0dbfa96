"""The archive: every response unedited in WARC 1.1 files, one new file for each run.

A page is a group of three records, each a gzip member of its own: request, response, and a metadata record that says which portal and link led to it.
The database is rebuilt from these files alone. A file is named `….warc.gz.open` while it is written; one that a crash left open is cut behind its last
whole group and closed by the next run, since nothing appended behind a torn record could be read again.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.errors import ArchiveError, HomeNotWritable
from scraper.members import OPEN, member, mended

_TYPES = {
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "metadata": "application/warc-fields",
}
AS_SENT = "%/:?#[]@!$&'()*+,;=~"
"""What `quote` leaves alone in an address that is quoted already."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response as they went over the wire; `body` is still compressed as sent."""

    url: str
    request_headers: Sequence[tuple[str, str]]
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    fetched_at: str
    """When it was asked for: UTC, ISO form with Z."""
    method: str = "GET"
    request_body: bytes = b""


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a page was fetched: the portal, its role (report, list, robots), the link's own address, title and date."""

    portal: str
    role: str
    link: str
    via: str = ""
    link_title: str = ""
    listed_on: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the response record of a page stands."""

    warc_file: str
    offset: int
    sha256: str
    """Of the body as a reader gets it, content encoding undone."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An archived page. `url` is the address that was linked; `sha256` and `body` are of the content with its encoding undone."""

    portal: str
    url: str
    fetched_at: str
    status: int
    content_type: str | None
    body: bytes
    sha256: str
    link_title: str | None
    listed_on: str | None
    role: str
    warc_file: str
    offset: int


class ArchiveWriter:
    """One run's file. Use as a context manager: leaving it closes the file under its final name."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self._final = folder / f"nianbao-{run_id}.warc.gz"
        self._path = self._final.with_name(self._final.name + OPEN)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = self._path.open("wb")
        except OSError as error:
            raise HomeNotWritable(f"{folder}: the archive cannot be written ({error.strerror})") from error
        self._writer = WARCWriter(self._file, gzip=True, warc_version="1.1")

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):  # a full disk has been reported by `write`
            self._file.close()
        if kind is not None or self._path.stat().st_size == 0:
            mended(self._path)
        else:
            self._path.rename(self._final)

    def write(self, exchange: Exchange, origin: Origin) -> Position:
        """Write the group of one page and see it on the disk before returning."""
        try:
            request_id = self._request(exchange)
            offset = self._file.tell()
            self._metadata(exchange, origin, self._response(exchange, request_id))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise HomeNotWritable(f"{self._path}: the archive cannot be written ({error.strerror})") from error
        return Position(self._final.name, offset, read_snapshot(self._path.parent, self._path.name, offset).sha256)

    def _request(self, exchange: Exchange) -> str:
        parts = urlsplit(exchange.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = _http_head(f"{exchange.method} {quote(target, safe=AS_SENT)} HTTP/1.1", exchange.request_headers)
        return self._record("request", exchange, head + exchange.request_body, payload=exchange.request_body)

    def _response(self, exchange: Exchange, request_id: str) -> str:
        block = _http_head(f"HTTP/1.1 {exchange.status} {exchange.reason}", exchange.headers) + exchange.body
        return self._record("response", exchange, block, payload=exchange.body, concurrent_to=request_id)

    def _metadata(self, exchange: Exchange, origin: Origin, response_id: str) -> str:
        fields = {
            "portal": origin.portal,
            "role": origin.role,
            "link": origin.link,
            "via": origin.via,
            "linkTitle": origin.link_title,
            "listedOn": origin.listed_on,
        }
        block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
        return self._record("metadata", exchange, block, payload=block, concurrent_to=response_id)

    def _record(self, kind: str, exchange: Exchange, block: bytes, *, payload: bytes, concurrent_to: str = "") -> str:
        """Write a record of ready bytes and return its id; warcio would rewrite HTTP header bytes that are not ASCII."""
        record_id = f"<urn:uuid:{uuid4()}>"
        headers = {
            "WARC-Type": kind,
            "WARC-Record-ID": record_id,
            "WARC-Target-URI": exchange.url,
            "WARC-Date": exchange.fetched_at,
            "WARC-Concurrent-To": concurrent_to,
            "WARC-Refers-To": concurrent_to if kind == "metadata" else "",
            "WARC-Block-Digest": _digest(block),
            "WARC-Payload-Digest": _digest(payload),
        }
        named = StatusAndHeaders("", [pair for pair in headers.items() if pair[1]], protocol="WARC/1.1")
        self._writer.write_record(ArcWarcRecord("warc", kind, named, BytesIO(block), None, _TYPES[kind], len(block)))
        return record_id


def _http_head(first: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """The head of an HTTP message, with header bytes as they came."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1", "replace")


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def read_archive(folder: Path, *, role: str = "report") -> Iterator[Snapshot]:
    """All whole pages of a role, by file name and offset. Raises ArchiveError naming file and place where a file is damaged."""
    for path in sorted(folder.glob("*.warc.gz")):
        yield from (snapshot for snapshot in _snapshots(path) if snapshot.role == role)


def read_snapshot(folder: Path, warc_file: str, offset: int) -> Snapshot:
    """The page whose response record begins at `offset`. Raises ArchiveError where there is none."""
    snapshot = next(_snapshots(folder / warc_file, start=offset), None)
    if snapshot is None or snapshot.offset != offset:
        raise ArchiveError(f"{folder / warc_file}: no page at offset {offset}")
    return snapshot


def _snapshots(path: Path, *, start: int = 0) -> Iterator[Snapshot]:
    response: dict[str, Any] = {}
    kind, offset = "metadata", start
    for offset, record in _records(path, start):
        kind = record.rec_type
        if kind == "response":
            response = {**_response_fields(path, offset, record), "warc_file": path.name, "offset": offset}
        elif kind == "metadata" and response:
            yield _snapshot(response, _warc_fields(record.content_stream().read()))
            response = {}
    if kind != "metadata":
        raise ArchiveError(f"{path}: cut off behind the record at offset {offset}; restore the file from a copy")


def _records(path: Path, start: int) -> Iterator[tuple[int, ArcWarcRecord]]:
    """Offset and record of each gzip member; the checksum of a member is looked at before its record is handed out."""
    try:
        with path.open("rb") as file:
            size, offset = path.stat().st_size, start
            while offset < size:
                found = member(file, offset)
                if found is None:
                    raise ArchiveError(f"{path}: damaged at offset {offset}; restore the file from a copy")
                yield offset, next(ArchiveIterator(BytesIO(found[0])))
                offset = found[1]
    except (ArchiveLoadFailed, StopIteration) as error:
        raise ArchiveError(f"{path}: no WARC record at offset {offset}") from error
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror or error})") from error


def _response_fields(path: Path, offset: int, record: ArcWarcRecord) -> dict[str, Any]:
    if record.http_headers is None or not record.http_headers.get_statuscode().isdecimal():
        raise ArchiveError(f"{path}: no HTTP response in the record at offset {offset}")
    try:
        body = record.content_stream().read()
    except zlib.error as error:
        raise ArchiveError(f"{path}: the body at offset {offset} does not inflate ({error})") from error
    return {
        "url": record.rec_headers.get_header("WARC-Target-URI"),
        "fetched_at": record.rec_headers.get_header("WARC-Date"),
        "status": int(record.http_headers.get_statuscode()),
        "content_type": record.http_headers.get_header("Content-Type"),
        "body": body,
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def _warc_fields(data: bytes) -> dict[str, str]:
    pairs = (line.partition(": ")[::2] for line in data.decode("utf-8", "replace").splitlines() if ": " in line)
    return dict(pairs)


def _snapshot(response: Mapping[str, Any], fields: Mapping[str, str]) -> Snapshot:
    named = {
        "portal": fields.get("portal", ""),
        "role": fields.get("role", ""),
        "link_title": fields.get("linkTitle"),
        "listed_on": fields.get("listedOn"),
    }
    return Snapshot(**{**response, **named, "url": fields.get("link") or response["url"]})
