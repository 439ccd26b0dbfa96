"""A real HTTP server on loopback whose answers a test writes down."""

from __future__ import annotations

import ssl
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from scraper.registry import Portal

Answer = bytes | tuple[int, dict[str, str], bytes] | Callable[[int], tuple[int, dict[str, str], bytes]]


@dataclass
class Site:
    """Paths and their answers: a body, a (status, headers, body), or a function of how often the path was asked."""

    host: str = ""
    scheme: str = "http"
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    headers: dict[str, Message] = field(default_factory=dict)
    """Of the last request to each path."""
    sent: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Method and body of the last request to each path."""

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}{path}"

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.asked[path] += 1
        answer = self.answers.get(path)
        if answer is None:
            return 404, {}, b"not found"
        if isinstance(answer, bytes):
            return 200, {}, answer
        return answer if isinstance(answer, tuple) else answer(self.asked[path])

    def portal(self, *columns: str, key: str = "test", family: str = "") -> Portal:
        return Portal(
            key, "测试", "512002", "county", self.url("/"), family, tuple(map(self.url, columns)), frozenset({self.host}), ""
        )


@pytest.fixture
def site() -> Iterator[Site]:
    """A server for one test."""
    with serving(Site()) as served:
        yield served


@contextmanager
def serving(served: Site, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve a site, over TLS where there is a context for it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            served.agents.add(self.headers["User-Agent"])
            served.headers[self.path] = self.headers
            served.sent[self.path] = (self.command, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            status, headers, body = served.answer(self.path)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                if value:  # an empty one is left out: a body without a length ends with the connection
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 (the base class names it so)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust the server is the matter of the test."""
            if not isinstance(sys.exception(), OSError):
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    server = Server(("127.0.0.1", 0), Handler)
    served.host = f"127.0.0.1:{server.server_port}"
    if tls is not None:
        served.scheme = "https"
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def rows(*entries: tuple[str, str], more: str = "") -> bytes:
    """A static list page: (address, title) rows and what else stands on it."""
    return (
        "<ul>"
        + "".join(f'<li><a href="{path}">{title}</a><span>2021-01-20</span></li>' for path, title in entries)
        + f"</ul>{more}"
    ).encode()
