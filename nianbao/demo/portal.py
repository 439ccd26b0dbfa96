"""The demo portals themselves: two HTTP servers on 127.0.0.1, one on each platform."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType

from nianbao.demo.plan import COUNTIES, County
from nianbao.demo.site import columns, site
from nianbao.errors import DemoError
from nianbao.units import register
from scraper.registry import Portal, write_registry

HOST = "127.0.0.1"


class DemoPortal:
    """Both portals, serving while the context is open."""

    def __init__(self, *, port: int) -> None:
        self._servers: list[ThreadingHTTPServer] = []
        try:
            for i, county in enumerate(COUNTIES):
                self._servers.append(_server(port + i, site(county)))
        except (OSError, OverflowError) as error:
            for server in self._servers:
                server.server_close()
            raise DemoError(f"{HOST}:{port} or {port + 1} cannot be used ({error}); choose others with --port") from error

    def __enter__(self) -> DemoPortal:
        for server in self._servers:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


def demo_portals(port: int) -> tuple[Portal, ...]:
    """The registry rows of the demo portals."""
    return tuple(_portal(county, f"{HOST}:{port + i}") for i, county in enumerate(COUNTIES))


def write_demo_registry(path: Path, port: int) -> None:
    """Write the registry file that names the demo portals."""
    write_registry(path, demo_portals(port))


def _portal(county: County, host: str) -> Portal:
    return Portal(
        key=county.key,
        name=f"{register().get(county.code).name}（演示）",
        division_code=county.code,
        level="county",
        home_url=f"http://{host}/",
        family=county.family,
        reports_urls=tuple(f"http://{host}{path}" for path in columns(county)),
        allowed_hosts=frozenset({host}),
        note="demonstration portal on this machine; its figures are generated",
    )


def _server(port: int, pages: Mapping[str, bytes]) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"pages": pages})
    return ThreadingHTTPServer((HOST, port), handler)


class _Handler(BaseHTTPRequestHandler):
    pages: Mapping[str, bytes]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.pages.get(self.path)
        tag = f'"{sha256(body or b"").hexdigest()[:16]}"'
        if body is None:
            self._answer(404, b"<html><body>404</body></html>")
        elif self.headers.get("If-None-Match") == tag:
            self._answer(304, b"", tag)
        else:
            self._answer(200, body, tag)

    def _answer(self, status: int, body: bytes, tag: str | None = None) -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        # No charset: some portals send none, and the page has to say it.
        self.send_header("Content-Type", "text/plain" if self.path.endswith(".txt") else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """A demo prints no access log."""
