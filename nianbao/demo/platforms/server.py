"""The servers of the test portals: each on a loopback address of its own, with one port for all."""

from __future__ import annotations

import re
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from nianbao.demo.platforms.catalogue import PLATFORMS, Platform, all_years, articles_of
from nianbao.demo.platforms.faults import BadHour, Fault, Sent
from nianbao.demo.platforms.site import Article, Asked, Site
from nianbao.errors import DemoError
from nianbao.units import register
from scraper.registry import Portal

NET = "127.0.20"
_LAST_FIGURE = re.compile(rb"(?s)(.*>\s*)(\d+)(\s*<)")


@dataclass(slots=True)
class Host:
    """A test portal that is served: what it published, and how often each address of it was asked."""

    platform: Platform
    address: str
    articles: tuple[Article, ...]
    site: Site
    asked: Counter[str] = field(default_factory=Counter)
    faults: dict[str, Fault] = field(default_factory=dict)
    """What is wrong with single addresses, by path with query."""
    bad_hour: BadHour | None = None
    corrected: dict[bytes, bytes] = field(default_factory=dict)
    """Pages that were published again with another figure, by what they said before."""

    def correct(self, article: Article) -> bool:
        """Publish a report again with its last figure one higher; whether it has a figure."""
        old = self.page_of(article)
        new = _LAST_FIGURE.sub(lambda match: match[1] + str(int(match[2]) + 1).encode() + match[3], old, count=1)
        self.corrected[old] = new
        return old != new

    def sent(self, asked: Asked, target: str) -> Sent:
        """What goes over the wire for a request."""
        self.asked[target] += 1
        right = self.site.answer(asked, target)
        right = replace(right, body=self.corrected.get(right.body, right.body))
        fault = self.faults.get(target)
        if fault is None and self.bad_hour is not None:
            fault = self.bad_hour.fault(self.platform.key, target, self.asked[target])
        return fault(self.asked[target], right) if fault else Sent(right)

    def page_of(self, article: Article) -> bytes:
        """The page of an article as this portal serves it."""
        page = self.platform.own_page(article) if self.platform.own_page else None
        whole = page or article.page()
        return self.corrected.get(whole, whole)

    @property
    def portal(self) -> Portal:
        """Its registry row: a home page, nothing more."""
        county = self.platform.county
        name = f"{register().get(county.code).name}（测试）"
        note = "test portal on this machine; its figures are generated"
        return Portal(county.key, name, county.code, "county", f"http://{self.address}/", "", (), frozenset({self.address}), note)


class TestPortals:
    """Test portals, serving while the context is open."""

    __test__ = False  # no test, though its name begins like one

    def __init__(self, keys: Sequence[str] = (), *, years: Sequence[int] = (), port: int = 0) -> None:
        self.hosts: dict[str, Host] = {}
        self._servers: list[ThreadingHTTPServer] = []
        with ExitStack() as opened:
            for number, key in enumerate(keys or PLATFORMS, 1):
                server = _listening(f"{NET}.{number}", port)
                opened.callback(server.server_close)
                self._servers.append(server)
                platform = PLATFORMS[key]
                articles = tuple(articles_of(platform.county, years or all_years()))
                host = Host(platform, f"{NET}.{number}:{server.server_port}", articles, platform.site(articles))
                self.hosts[key] = host
                server.RequestHandlerClass = type("Handler", (_Handler,), {"host": host})
            opened.pop_all()

    @property
    def portals(self) -> tuple[Portal, ...]:
        """Their registry rows."""
        return tuple(host.portal for host in self.hosts.values())

    def __enter__(self) -> TestPortals:
        for server in self._servers:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


def _listening(address: str, port: int) -> ThreadingHTTPServer:
    try:
        return _Server((address, port), _Handler)
    except OSError as error:
        raise DemoError(
            f"{address}:{port} cannot be used ({error}); choose another port, or a system whose loopback is 127.0.0.0/8"
        ) from error


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A crawler that breaks off, as one that is killed does, is no error of the portal."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typeshed says socket


class _Handler(BaseHTTPRequestHandler):
    host: Host
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        sent = self.host.sent(self._asked(body), self.path)
        if sent.reset:
            self._reset()
            return
        time.sleep(sent.wait)
        answer = sent.answer
        self.send_response(answer.status)
        named: Mapping[str, str] = {
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            **answer.headers,
        }
        for name, value in named.items():
            # An empty address is that of the request itself.
            self.send_header(name, self.path if (name, value) == ("Location", "") else value)
        self.end_headers()
        self._send_body(sent)

    def _send_body(self, sent: Sent) -> None:
        body = sent.answer.body[: sent.cut]
        try:
            for start in range(0, len(body), 64) if sent.drip else ():
                self.wfile.write(body[start : start + 64])
                time.sleep(64 * sent.drip)
            self.wfile.write(b"" if sent.drip else body)
        except ConnectionError:
            self.close_connection = True  # the crawler has had enough
        self.close_connection |= sent.cut is not None

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def _asked(self, body: bytes) -> Asked:
        parts = urlsplit(self.path)
        is_form = "urlencoded" in (self.headers.get("Content-Type") or "")
        form = dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else {}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Asked(self.command, self.host.address, parts.path, query, body, form, self.headers.get("Referer") or "")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """No access log."""
