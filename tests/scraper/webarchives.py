"""Real servers on loopback that stand in for the Wayback Machine and for Common Crawl, with their answers as they are described (portals.md 5)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from urllib.parse import parse_qs, quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CAP = 2
"""Rows of the Wayback's index in one answer, and of Common Crawl's in one page."""


@dataclass(frozen=True)
class Held:
    """A capture: the address as the index writes it, when, and what was answered."""

    url: str
    taken_at: str
    body: bytes
    mime: str = "text/html"
    status: int = 200

    @property
    def key(self) -> str:
        """The address as the index sorts it."""
        parts = urlsplit(self.url)
        return f"{(parts.hostname or '').removeprefix('www.')}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()

    def is_asked(self, query: dict[str, list[str]]) -> bool:
        wanted = Held(query["url"][0] if "//" in query["url"][0] else f"http://{query['url'][0]}", "", b"").key
        return self.key.startswith(wanted) if query["matchType"] == ["prefix"] else self.key == wanted


@dataclass
class Archive:
    """What is held, how often each path was asked, and which paths are busy how many times first."""

    held: list[Held]
    host: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    busy: Counter[str] = field(default_factory=Counter)
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Paths that lead to another path."""
    ranges: bool = True
    file: bytes = b""
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)
    """How the Wayback's index was asked each time: exact or prefix."""

    @property
    def base(self) -> str:
        return f"http://{self.host}"

    def answer(self, target: str, span: str) -> tuple[int, dict[str, str], bytes]:
        path, _, query = target.partition("?")
        self.asked[path] += 1
        if self.busy[path] > 0:
            self.busy[path] -= 1
            return 503, {}, b"busy"
        if path in self.elsewhere:
            return 302, {"Location": self.elsewhere[path]}, b""
        return self._held(path, target, parse_qs(query), span)

    def _held(self, path: str, target: str, query: dict[str, list[str]], span: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/cdx/search/cdx":
            return self._cdx(query, target.partition("?")[2])
        if path.startswith("/web/"):
            return self._capture(target)
        if path.endswith("-index"):
            return self._index(query, year=path[9:13])
        if path == "/crawl-data/CC-MAIN/a.warc.gz":
            return self._part(span)
        collections = [{"id": "CC-MAIN-2023-06"}, {"id": "CC-MAIN-2022-05"}]
        return (200, {}, json.dumps(collections).encode()) if path == "/collinfo.json" else (404, {}, b"not found")

    def _cdx(self, query: dict[str, list[str]], raw: str) -> tuple[int, dict[str, str], bytes]:
        self.queries += query["matchType"]
        rows = sorted((h for h in self.held if h.is_asked(query) and h.status == 200), key=lambda h: (h.key, h.taken_at))
        start = 0
        if "resumeKey=" in raw:  # quoted as it was given, or it leads nowhere
            given = raw.partition("resumeKey=")[2].partition("&")[0]
            start = next((n for n, h in enumerate(rows) if _resume(h) == given), len(rows))
        part, rest = rows[start : start + CAP], rows[start + CAP :]
        if not part:
            return 200, {}, b"[]"
        answer: list[list[str]] = [["timestamp", "original", "mimetype", "digest"]]
        answer += [[h.taken_at, h.url, h.mime, h.digest] for h in part]
        if rest:
            answer += [[], [_resume(rest[0])]]
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def _capture(self, target: str) -> tuple[int, dict[str, str], bytes]:
        moment, _, url = target.removeprefix("/web/").partition("id_/")
        for held in self.held:
            if held.taken_at == moment and Held(url, "", b"").key == held.key:
                return held.status, {"Content-Type": held.mime, "X-Archive-Orig-Server": "x"}, held.body
        return 404, {}, b"not archived"

    def _index(self, query: dict[str, list[str]], *, year: str) -> tuple[int, dict[str, str], bytes]:
        found = [(n, h) for n, h in enumerate(self.held) if h.is_asked(query) and h.taken_at[:4] == year and h.status == 200]
        if not found:
            return 404, {}, json.dumps({"message": "No Captures found"}).encode()
        if "showNumPages" in query:
            return 200, {}, json.dumps({"pages": -(-len(found) // CAP), "pageSize": 5, "blocks": 1}).encode()
        start = int(query["page"][0]) * CAP
        lines = []
        for number, held in found[start : start + CAP]:
            offset, length = self.places[number]
            row = {"urlkey": held.key, "timestamp": held.taken_at, "url": held.url, "mime": held.mime, "status": "200"}
            row |= {
                "digest": held.digest,
                "length": str(length),
                "offset": str(offset),
                "filename": "crawl-data/CC-MAIN/a.warc.gz",
            }
            lines.append(json.dumps(row))
        return 200, {}, "\n".join(lines).encode()

    def _part(self, span: str) -> tuple[int, dict[str, str], bytes]:
        if not self.ranges:
            return 200, {}, self.file
        first, last = map(int, span.removeprefix("bytes=").split("-"))
        return 206, {"Content-Range": f"bytes {first}-{last}/{len(self.file)}"}, self.file[first : last + 1]

    def pack(self) -> None:
        """Write what is held into one WARC file, a gzip member each."""
        file = BytesIO()
        writer = WARCWriter(file, gzip=True)
        for number, held in enumerate(self.held):
            head = StatusAndHeaders("200 OK", [("Content-Type", held.mime)], protocol="HTTP/1.1")
            begin = file.tell()
            writer.write_record(writer.create_warc_record(held.url, "response", payload=BytesIO(held.body), http_headers=head))
            self.places[number] = (begin, file.tell() - begin)
        self.file = file.getvalue()


def _resume(held: Held) -> str:
    return quote(f"{held.key} {held.taken_at}!", safe="")


@contextmanager
def serving(*held: Held) -> Iterator[Archive]:
    """An archive that holds these captures, with both interfaces."""
    archive = Archive(list(held))
    archive.pack()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = archive.answer(self.path, self.headers.get("Range") or "")
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        archive.host = f"127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield archive
        server.shutdown()
