"""The plugin that puts the pages into Datasette, and the headers that keep every page from running, loading or framing anything."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from datasette import Response, hookimpl
from jinja2 import Environment
from markupsafe import Markup

from nianbao.errors import NianbaoError
from nianbao.site.language import DEFAULT, chosen, translator
from nianbao.site.limits import limit, read_only
from nianbao.site.linked import link
from nianbao.site.pages import ROUTES, answering
from nianbao.site.render import render
from nianbao.site.spoken import mended
from nianbao.site.vocabulary import in_chinese
from nianbao.views import VIEWS

LOG = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
POLICY = "default-src 'none'; style-src 'self'{}; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
OURS = ("/province/", "/county/", "/unit/", "/report/", "/search")
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
READING = {"GET", "HEAD"}
FEW = ("county_code", "unit_code", "report_id")
A_WEEK = b"public, max-age=604800"
"""The font is large and stays as it is."""


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 (datasette has no types)
    """Our pages; Datasette keeps its own addresses for tables, views and queries."""
    if not hasattr(datasette, "nianbao_site"):
        return []
    return [(pattern, answering(page)) for pattern, page in ROUTES.items()]


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:  # noqa: ANN401
    """Anyone may ask in SQL: no query may do more than read, or take the memory of the machine."""
    if not hasattr(datasette, "nianbao_site"):
        return
    limit(conn)
    if database == datasette.nianbao_site.database:
        read_only(conn)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:  # noqa: ANN401
    """What Datasette's pages are mended with, in our template around all of them."""
    if hasattr(datasette, "nianbao_site"):
        env.filters["mended"] = mended


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:  # noqa: ANN401
    """Figures lead to their cell on the archived page, and what is stored is in Chinese too: these pages have one language only.

    Data as JSON and CSV stay as they are.
    """
    if not hasattr(datasette, "nianbao_site"):
        return None
    shown = _in_both(row, column, value) if isinstance(value, str) else None
    return link(table, row, column, shown) or shown


def _in_both(row: Any, column: str, value: str) -> Markup | None:  # noqa: ANN401 (a row of SQLite)
    """Stored words, rules, measures, cells and messages with their Chinese; None where there is none."""
    verdict = row["verdict"] if "verdict" in row.keys() else "fail"  # noqa: SIM118 (rows of SQLite)
    chinese = in_chinese(column, value, verdict)
    return Markup('{} <span lang="zh-CN">{}</span>').format(value, chinese) if chinese else None


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    """Refuse all that is not reading, and put the headers on every answer."""

    def wrap(app: Any) -> Any:  # noqa: ANN401
        async def guarded(scope: Any, receive: Any, send: Send) -> None:  # noqa: ANN401
            if scope["type"] != "http" or not hasattr(datasette, "nianbao_site"):
                await app(scope, receive, send)
            elif scope["method"] not in READING:
                await _refuse(send)
            else:
                counted = _uncounted(scope, f"/{datasette.nianbao_site.database}/")
                await app(counted, receive, _with_headers(scope["path"], send))

        return guarded

    return wrap


def _uncounted(scope: Any, database: str) -> Any:  # noqa: ANN401
    """Datasette counts the rows of all that it shows; those of a view would have to be made for it, and are counted only where few are asked for."""
    name = scope["path"].removeprefix(database).partition(".")[0] if scope["path"].startswith(database) else ""
    query = scope["query_string"]
    if name not in VIEWS or any(key in parse_qs(query.decode("latin-1")) for key in FEW):
        return scope
    return {**scope, "query_string": b"&".join(filter(None, (query, b"_nocount=1")))}


def policy(path: str) -> str:
    """The Content-Security-Policy of a page: no scripts anywhere; Datasette's own pages need the styles written into them."""
    is_ours = path == "/" or path.startswith(OURS)
    return POLICY.format("" if is_ours else " 'unsafe-inline'")


def _with_headers(path: str, send: Send) -> Send:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            added = {**HEADERS, b"content-security-policy": policy(path).encode()}
            if path.startswith("/fonts/"):
                added[b"cache-control"] = A_WEEK
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in added]
            message = {**message, "headers": [*kept, *added.items()]}
        await send(message)

    return sending


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"allow", b"GET, HEAD"), *HEADERS.items()]
    await send({"type": "http.response.start", "status": 405, "headers": headers})
    await send({"type": "http.response.body", "body": b"This site is read-only.\n"})


@hookimpl(tryfirst=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:  # noqa: ANN401
    """What cannot be answered, in one sentence; what nobody foresaw goes to the log and not to the reader."""
    if not hasattr(datasette, "nianbao_site"):
        return None
    status = int(getattr(exception, "status", 500))
    is_data = request.path.endswith(".json")
    language = chosen(request.args.get("lang"), request.cookies.get("lang"), request.headers.get("accept-language"))
    said = translator(DEFAULT if is_data else language)
    if status >= 500 and not isinstance(exception, NianbaoError):
        LOG.error("%s", request.path, exc_info=exception)
        message = said("not_made")
    elif getattr(exception, "message_is_html", False):
        message = said("too_slow")  # Datasette's own sentence comes with a script
    else:
        message = str(getattr(exception, "message", None) or exception)
    if is_data:
        return Response.json({"ok": False, "error": message, "status": status}, status=status)
    title = getattr(exception, "title", None) or str(status)
    values = {"status": status, "title": title, "message": message}
    return Response.html(
        render("error.html", language=language, at=request.path, asked={}, values=values, site=datasette.nianbao_site),
        status=status,
    )
