"""Reading the archive: pages by their place or one after another, with bodies that are only pointed to looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from scraper.bodies import decoded
from scraper.errors import ArchiveError, FetchError
from scraper.members import member


@dataclass(frozen=True, slots=True)
class Place:
    """An archived response: its own address and time, and where its record stands."""

    url: str
    fetched_at: str
    warc_file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An archived page. `url` is the address that was linked; `sha256` and `body` are of the content with its encoding undone.

    `source` is empty for a page from the portal itself, else the archive that held it; `fetched_at` is then when that archive took it.
    """

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
    via: str | None = None
    source: str = ""
    address: str = ""
    """The address that answered, from which the links of the page go on."""


def read_archive(folder: Path, *, role: str | None = "report", files: Iterable[str] | None = None) -> Iterator[Snapshot]:
    """All whole pages of a role (or of every role), by file name and offset, of these files alone where `files` names some.

    Raises ArchiveError naming file and place where a file is damaged.
    """
    for path in sorted(folder.glob("*.warc.gz") if files is None else (folder / name for name in files)):
        yield from (_read(folder, page) for page in raw_pages(path) if role is None or page.fields.get("role") == role)


def read_snapshot(folder: Path, warc_file: str, offset: int) -> Snapshot:
    """The page whose response record begins at `offset`. Raises ArchiveError where there is none."""
    page = next(raw_pages(folder / warc_file, start=offset), None)
    if page is None or page.offset != offset:
        raise ArchiveError(f"{folder / warc_file}: no page at offset {offset}")
    return _read(folder, page)


@dataclass(frozen=True, slots=True)
class RawPage:
    """The records of a page as they stand in a file."""

    path: Path
    offset: int
    kind: str
    """response or revisit"""
    headers: Mapping[str, str]
    """Of the response record, names as in the file."""
    status: int
    content_type: str | None
    body: bytes
    fields: Mapping[str, str]
    """Of the metadata record."""


def raw_pages(path: Path, *, start: int = 0) -> Iterator[RawPage]:
    """The pages of one file. Raises ArchiveError where it is damaged or cut off."""
    response: dict[str, Any] = {}
    kind, offset = "metadata", start
    for offset, record in _records(path, start):
        kind = record.rec_type
        if kind in {"response", "revisit"}:
            response = _response_fields(path, offset, record)
        elif kind == "metadata" and response and record.rec_headers.get_header("Content-Type") == "application/warc-fields":
            yield RawPage(**response, fields=_warc_fields(record.content_stream().read()))
            response = {}
    if kind != "metadata" or response:
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
    status = _status(record)
    if not status.isdecimal():
        raise ArchiveError(f"{path}: no HTTP response in the record at offset {offset}")
    return {
        "path": path,
        "offset": offset,
        "kind": record.rec_type,
        "headers": dict(record.rec_headers.headers),
        "status": int(status),
        "content_type": record.http_headers and record.http_headers.get_header("Content-Type"),
        "body": b"" if record.rec_type == "revisit" else _body(path, offset, record),
    }


def _status(record: ArcWarcRecord) -> str:
    """The status of a response; a page that was not modified may have no head of its own."""
    if str(record.rec_headers.get_header("WARC-Profile")).endswith("/server-not-modified"):
        return "304"
    return str(record.http_headers.get_statuscode()) if record.http_headers else ""


def _body(path: Path, offset: int, record: ArcWarcRecord) -> bytes:
    """The content; what was archived as broken is no content, and may be a bomb. Of what is no page the bytes as sent, where they cannot be undone."""
    if record.rec_headers.get_header("WARC-Truncated"):
        return b""
    sent = bytes(record.raw_stream.read())
    try:
        return decoded(sent, (record.http_headers and record.http_headers.get_header("Content-Encoding")) or "")
    except FetchError as error:
        if _status(record) != "200":
            return sent
        raise ArchiveError(f"{path}: the body at offset {offset} does not inflate ({error})") from error


def _warc_fields(data: bytes) -> dict[str, str]:
    pairs = (line.partition(": ")[::2] for line in data.decode("utf-8", "replace").splitlines() if ": " in line)
    return dict(pairs)


def _read(folder: Path, page: RawPage) -> Snapshot:
    """The page as a reader wants it; of a revisit, with the body it points to."""
    body = _pointed_to(folder, page.headers).body if "WARC-Refers-To-Filename" in page.headers else page.body
    fields = page.fields
    return Snapshot(
        portal=fields.get("portal", ""),
        url=fields.get("link") or page.headers["WARC-Target-URI"],
        fetched_at=fields.get("capturedAt") or page.headers["WARC-Date"],
        status=page.status,
        content_type=page.content_type,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        link_title=fields.get("linkTitle"),
        listed_on=fields.get("listedOn"),
        role=fields.get("role", ""),
        warc_file=page.path.name,
        offset=page.offset,
        via=fields.get("via"),
        source=fields.get("source", ""),
        address=page.headers["WARC-Target-URI"],
    )


def _pointed_to(folder: Path, headers: Mapping[str, str]) -> RawPage:
    """The page that holds the body of a revisit; one that is still being written has another name."""
    name, offset = headers["WARC-Refers-To-Filename"], int(headers["WARC-Refers-To-File-Offset"])
    path = folder / name
    page = next(raw_pages(path, start=offset), None)
    if page is None or page.offset != offset:
        raise ArchiveError(f"{path}: no page at offset {offset}, where another record points to")
    return page
