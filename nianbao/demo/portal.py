"""The demo portals themselves: two HTTP servers on 127.0.0.1, one on each platform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType

from nianbao.demo.pages import render
from nianbao.demo.plan import COUNTIES, YEARS, County, DemoReport, demo_reports
from nianbao.errors import DemoError
from nianbao.units import register
from scraper.registry import Portal, write_registry

HOST = "127.0.0.1"
ROWS_PER_PAGE = 20
NEIGHBOURS = ("{y}年政府网站工作年度报表", "{y}年法治政府建设年度报告", "一图读懂{y}年政府信息公开工作年度报告")
"""What stands on the same lists and is no report."""


class DemoPortal:
    """Both portals, serving while the context is open."""

    def __init__(self, *, port: int) -> None:
        try:
            self._servers = [_server(port + i, site(county)) for i, county in enumerate(COUNTIES)]
        except OSError as error:
            raise DemoError(f"{HOST}:{port} or {port + 1} is in use ({error.strerror}); choose others with --port") from error

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
        reports_urls=tuple(f"http://{host}{path}" for path in _columns(county)),
        allowed_hosts=frozenset({host}),
        note="demonstration portal on this machine; its figures are generated",
    )


def _columns(county: County) -> list[str]:
    if county.family == "pc_list":
        return [f"/yjq/c{year}/pc/list.html" for year in YEARS]
    return ["/zfxxgk/zfxxgknb/index.html"]


@cache
def site(county: County) -> Mapping[str, bytes]:
    """Every page of a county's portal, by path."""
    reports = [report for report in demo_reports() if report.county == county]
    pages = {_path(report): render(report) for report in reports}
    lists = _json_lists(reports) if county.family == "pc_list" else _static_lists(reports)
    return {"/": b"<html><body><p>demo</p></body></html>", **pages, **lists}


def _path(report: DemoReport) -> str:
    if report.county.family == "pc_list":
        return f"/yjq/c{report.year}/pc/content/content_{_number(report)}.html"
    return f"/zfxxgk/zfxxgknb/{report.published_on:%Y%m}/t{report.published_on:%Y%m%d}_{8_000_000 + report.number}.html"


def _number(report: DemoReport) -> int:
    """Nineteen digits, like the identifiers of the platform."""
    digest = sha256(f"{report.unit_code} {report.year}".encode()).hexdigest()
    return 10**18 + int(digest[:15], 16) % 10**18


def _json_lists(reports: list[DemoReport]) -> dict[str, bytes]:
    """One column for each report year, its rows in a script."""
    pages = {}
    for year in YEARS:
        rows = [_json_row(r.title, _path(r), f"{r.published_on} 09:30:00") for r in reports if r.year == year]
        rows += [
            _json_row(title.format(y=year), f"/yjq/c{year}/pc/content/content_{n}.html", f"{year + 1}-02-01 10:00:00")
            for n, title in enumerate(NEIGHBOURS)
        ]
        script = json.dumps(rows, ensure_ascii=False)
        pages[f"/yjq/c{year}/pc/list.html"] = (
            f"<html><head><meta charset='utf-8'></head><body><script>var articleList = {script};</script></body></html>".encode()
        )
    return pages


def _json_row(title: str, path: str, day: str) -> dict[str, object]:
    return {"id": path[-24:-5], "title": title, "pubDate": day, "urls": json.dumps({"pc": path}), "articleFiles": []}


def _static_lists(reports: list[DemoReport]) -> dict[str, bytes]:
    """One column for all years, newest first, twenty rows a page, the pager printed by a script."""
    rows = [(r.title, "." + _path(r).removeprefix("/zfxxgk/zfxxgknb"), str(r.published_on)) for r in reversed(reports)]
    rows += [
        (title.format(y=year), f"./neighbour_{year}_{n}.html", f"{year + 1}-02-01")
        for year in YEARS
        for n, title in enumerate(NEIGHBOURS)
    ]
    chunks = [rows[start : start + ROWS_PER_PAGE] for start in range(0, len(rows), ROWS_PER_PAGE)]
    return {_list_path(number): _static_list(chunk, number, len(chunks)) for number, chunk in enumerate(chunks)}


def _list_path(number: int) -> str:
    return f"/zfxxgk/zfxxgknb/index{f'_{number}' if number else ''}.html"


def _static_list(rows: list[tuple[str, str, str]], number: int, pages: int) -> bytes:
    items = "\n".join(
        f'<li><a href="{path}" title="{escape(title)}">{escape(title[:22])}…</a><span>{day}</span></li>'
        for title, path, day in rows
    )
    pager = f'<script>createPageHTML({pages}, {number}, "index", "html");</script>'
    return f"<html><head><meta charset='utf-8'></head><body><ul>{items}</ul>{pager}</body></html>".encode()


def _server(port: int, pages: Mapping[str, bytes]) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"pages": pages})
    return ThreadingHTTPServer((HOST, port), handler)


class _Handler(BaseHTTPRequestHandler):
    pages: Mapping[str, bytes]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.pages.get(self.path)
        self.send_response(200 if body else 404)
        # No charset: some portals send none, and the page has to say it.
        self.send_header("Content-Type", "text/html")
        body = body or b"<html><body>404</body></html>"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """A demo prints no access log."""
