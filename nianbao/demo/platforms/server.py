"""The servers of the test portals: each on a loopback address of its own, with one port for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from nianbao.demo.platforms.catalogue import PLATFORMS, Platform, all_years, articles_of
from nianbao.demo.platforms.site import Article, Asked, Site
from nianbao.errors import DemoError
from nianbao.units import register
from scraper.registry import Portal

NET = "127.0.20"


@dataclass(slots=True)
class Host:
    """A test portal that is served: what it published, and how often each address of it was asked."""

    platform: Platform
    address: str
    articles: tuple[Article, ...]
    site: Site
    asked: Counter[str] = field(default_factory=Counter)

    def page_of(self, article: Article) -> bytes:
        """The page of an article as this portal serves it."""
        page = self.platform.own_page(article) if self.platform.own_page else None
        return page or article.page()

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
        return ThreadingHTTPServer((address, port), _Handler)
    except OSError as error:
        raise DemoError(
            f"{address}:{port} cannot be used ({error}); choose another port, or a system whose loopback is 127.0.0.0/8"
        ) from error


class _Handler(BaseHTTPRequestHandler):
    host: Host
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        self.host.asked[self.path] += 1
        answer = self.host.site.answer(self._asked(body), self.path)
        self.send_response(answer.status)
        named: Mapping[str, str] = {
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            **answer.headers,
        }
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _asked(self, body: bytes) -> Asked:
        parts = urlsplit(self.path)
        is_form = "urlencoded" in (self.headers.get("Content-Type") or "")
        form = dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else {}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Asked(self.command, self.host.address, parts.path, query, body, form, self.headers.get("Referer") or "")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """No access log."""
