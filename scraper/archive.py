"""The archive: every response unedited in WARC 1.1 files, one new file for each run.

A page is a group of three records, each a gzip member of its own: request, response, and a metadata record that says which portal and link led to it.
The database is rebuilt from these files alone. A file is named `….warc.gz.open` while it is written; one that a crash left open is cut behind its last
whole group and closed by the next run, since nothing appended behind a torn record could be read again.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.errors import ArchiveError, HomeNotWritable

OPEN = ".open"
_CHUNK = 1 << 16


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
        empty = self._file.tell() == 0
        self._file.close()
        if empty:
            self._path.unlink()
        else:
            self._path.rename(self._final)

    def write(self, exchange: Exchange, origin: Origin) -> Position:
        """Write the group of one page and see it on the disk before returning."""
        try:
            request = self._request(exchange)
            offset = self._after_request(request)
            response = self._response(exchange, str(request.rec_headers.get_header("WARC-Record-ID")))
            self._writer.write_record(response)
            self._writer.write_record(self._metadata(exchange, origin, str(response.rec_headers.get_header("WARC-Record-ID"))))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise HomeNotWritable(f"{self._path}: the archive cannot be written ({error.strerror})") from error
        return Position(self._final.name, offset, read_snapshot(self._path.parent, self._path.name, offset).sha256)

    def _after_request(self, request: ArcWarcRecord) -> int:
        self._writer.write_record(request)
        return self._file.tell()

    def _request(self, exchange: Exchange) -> ArcWarcRecord:
        path = exchange.url.split("/", 3)[3] if exchange.url.count("/") >= 3 else ""
        headers = StatusAndHeaders(f"GET /{path} HTTP/1.1", list(exchange.request_headers), is_http_request=True)
        return self._writer.create_warc_record(
            exchange.url, "request", payload=BytesIO(), http_headers=headers, warc_headers_dict={"WARC-Date": exchange.fetched_at}
        )

    def _response(self, exchange: Exchange, request_id: str) -> ArcWarcRecord:
        headers = StatusAndHeaders(f"{exchange.status} {exchange.reason}", list(exchange.headers), protocol="HTTP/1.1")
        extra = {"WARC-Date": exchange.fetched_at, "WARC-Concurrent-To": request_id}
        return self._writer.create_warc_record(
            exchange.url, "response", payload=BytesIO(exchange.body), http_headers=headers, warc_headers_dict=extra
        )

    def _metadata(self, exchange: Exchange, origin: Origin, response_id: str) -> ArcWarcRecord:
        fields = {
            "portal": origin.portal,
            "role": origin.role,
            "link": origin.link,
            "via": origin.via,
            "linkTitle": origin.link_title,
            "listedOn": origin.listed_on,
        }
        lines = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value)
        extra = {"WARC-Date": exchange.fetched_at, "WARC-Concurrent-To": response_id, "WARC-Refers-To": response_id}
        return self._writer.create_warc_record(
            exchange.url,
            "metadata",
            payload=BytesIO(lines.encode()),
            warc_content_type="application/warc-fields",
            warc_headers_dict=extra,
        )


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
    try:
        with path.open("rb") as file:
            file.seek(start)
            records = ArchiveIterator(file)
            for record in records:
                if record.rec_type == "response":
                    response = _response_fields(record)
                    # Only now: asking for the offset reads the record to its end.
                    response |= {"warc_file": path.name, "offset": records.get_record_offset()}
                elif record.rec_type == "metadata" and response:
                    yield _snapshot(response, _warc_fields(record.content_stream().read()))
                    response = {}
    except (ArchiveLoadFailed, OSError, zlib.error) as error:
        raise ArchiveError(f"{path}: damaged behind the record at offset {response.get('offset', start)} ({error})") from error


def _response_fields(record: ArcWarcRecord) -> dict[str, Any]:
    body = record.content_stream().read()
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


def mend(folder: Path) -> tuple[Path, ...]:
    """Close the files that a crash left open, cut behind their last whole group; returns them under their final names."""
    return tuple(mended for path in sorted(folder.glob(f"*{OPEN}")) if (mended := _mended(path)))


def _mended(path: Path) -> Path | None:
    whole = _end_of_last_group(path)
    if whole == 0:
        path.unlink()
        return None
    with path.open("r+b") as file:
        file.truncate(whole)
    return path.rename(path.with_name(path.name.removesuffix(OPEN)))


def _end_of_last_group(path: Path) -> int:
    """The offset behind the last whole metadata record: gzip members are followed until one does not end."""
    end = group_end = 0
    with path.open("rb") as file:
        while (member := _member(file, end)) is not None:
            head, end = member
            if b"WARC-Type: metadata" in head:
                group_end = end
    return group_end


def _member(file: IO[bytes], start: int) -> tuple[bytes, int] | None:
    """The first bytes of the gzip member at `start` and the offset behind it, or None where it is torn or there is none."""
    file.seek(start)
    inflate = zlib.decompressobj(31)
    head = b""
    try:
        while not inflate.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return None
            inflated = inflate.decompress(chunk)
            head = head or inflated[:1024]
    except zlib.error:
        return None
    return head, file.tell() - len(inflate.unused_data)
