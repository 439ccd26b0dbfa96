"""Addresses and what they answer. Every page is made by a function of its own name from the database alone; evidence also reads the archive."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from datasette import NotFound, Response

from nianbao.archived import ArchivedReport, read_archived
from nianbao.canned import Query
from nianbao.errors import DocumentError, UnknownCell
from nianbao.marked import marked_page
from nianbao.overrides import Override, read_overrides
from nianbao.show import evidence
from nianbao.site import queries
from nianbao.site.county import county_page
from nianbao.site.figures import GROUPS
from nianbao.site.language import chosen, translator
from nianbao.site.render import render
from nianbao.site.report import cell_page, measure_page, report_page
from nianbao.site.unit import unit_page
from nianbao.units import register

LONGEST_SEARCH = 100
MOST_OF_COUNTY = 60
"""Failed rules on the page of a county; the others are a prepared question."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: the database's name in Datasette, and the home folder with its archive and corrections."""

    database: str
    home: Path
    canned: Mapping[str, Query]

    def overrides(self) -> Mapping[tuple[str, str], Override]:
        """The corrections as they stand now."""
        return read_overrides(self.home)


class Missing(Exception):
    """There is no such page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A page: its template with what it shows, or data as JSON."""

    template: str
    values: Mapping[str, Any]


Page = Callable[[sqlite3.Connection, Site, Mapping[str, str], Mapping[str, str]], Answer]


def front(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """What is in the database, and the ways in."""
    counts = queries.counts(db)
    is_large = counts["counties"] > queries.MOST_COUNTIES
    values = {"counts": counts, "states": queries.states(db), "canned": site.canned, "is_generated": queries.is_generated(db)}
    listed = {"provinces": queries.provinces(db)} if is_large else {"counties": queries.counties(db)}
    return Answer("front.html", values | listed)


def province(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """The counties of a province, by the area above them."""
    code = path["code"]
    found = _there(queries.counties(db, code) or None, code)
    groups = [(above, list(listed)) for above, listed in groupby(found, key=lambda row: (row["above_code"], row["above"]))]
    return Answer("province.html", {"code": code, "name": register().get(code).name, "groups": groups})


def county(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """The townships of a county side by side."""
    year = asked.get("year", "")
    group = asked.get("group") or "main"
    named = _there(GROUPS.get(group), group)
    page = county_page(
        db,
        path["code"],
        site.overrides(),
        year=int(year) if year.isdecimal() else None,
        measure=asked.get("measure"),
        named=named,
    )
    return Answer(
        "county.html",
        {"page": _there(page, path["code"]), "group": group, "groups": list(GROUPS), "most_findings": MOST_OF_COUNTY},
    )


def unit(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """One unit over the years."""
    return Answer("unit.html", {"page": _there(unit_page(db, path["code"], site.overrides()), path["code"])})


def report(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """One report, its tables as printed."""
    return Answer("report.html", {"page": _there(report_page(db, path["report"], site.overrides()), path["report"])})


def measure(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """How a measure of a report comes about."""
    page = measure_page(db, path["report"], path["measure"], site.overrides())
    return Answer("measure.html", {"page": _there(page, path["measure"])})


def cell(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """One cell with its evidence: the archived page, the cell marked."""
    page = _there(cell_page(db, path["report"], path["key"], site.overrides()), path["key"])
    values: dict[str, Any] = {"page": page, "shown": None, "html": None, "is_whole": True, "reason": None}
    try:
        archived = _archived(site.home / "archive", path["report"], json.dumps(_archive_row(page.report)))
        shown = evidence(archived.report, archived.snapshot.body, path["key"], content_type=archived.snapshot.content_type)
        values["shown"] = shown
        if shown.cell.place:
            html, whole = marked_page(
                archived.snapshot.body, shown.cell.place, form=page.form, content_type=archived.snapshot.content_type
            )
            values |= {"html": html, "is_whole": whole}
    except (DocumentError, UnknownCell) as error:
        values["reason"] = str(error)
    return Answer("cell.html", values)


def search(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """Units by name, and words of the prose."""
    words = asked.get("q", "").strip()[:LONGEST_SEARCH]
    units = queries.units_named(db, words) if words else []
    hits, limit = queries.prose_with(db, words) if words else ([], None)
    return Answer("search.html", {"words": words, "units": units, "hits": hits, "most": queries.MOST_FOUND, "limit": limit})


def unserved(db: sqlite3.Connection, site: Site, path: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    """Datasette's tools for those who write plugins or log in: nobody does here."""
    raise Missing(path["tool"])


ROUTES: Mapping[str, Page] = {
    r"/$": front,
    r"/province/(?P<code>\d{2})$": province,
    r"/county/(?P<code>\d{6})$": county,
    r"/unit/(?P<code>\d{2,9})$": unit,
    r"/report/(?P<report>[\w-]{1,64})$": report,
    r"/report/(?P<report>[\w-]{1,64})/measure/(?P<measure>\w{1,64})$": measure,
    r"/report/(?P<report>[\w-]{1,64})/cell/(?P<key>[\w.]{1,128})$": cell,
    r"/search$": search,
    r"/-/(?P<tool>patterns|messages|allow-debug|permissions|logout|auth-token)$": unserved,
}


def _there(page: Any, name: str) -> Any:  # noqa: ANN401 (any page)
    if page is None:
        raise Missing(name)
    return page


def _archive_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("report_id", "url", "sha256", "warc_file", "warc_offset", "division_code")}


@lru_cache(maxsize=8)
def _archived(archive: Path, report_id: str, row: str) -> ArchivedReport:
    """The page read again; readers look at several figures of a report in a row."""
    return read_archived(archive, json.loads(row))


def answering(page: Page) -> Callable[..., Awaitable[Any]]:
    """A view of Datasette for a page: asked in the database's own thread, rendered in the reader's language."""

    async def view(request: Any, datasette: Any) -> Any:  # noqa: ANN401 (datasette has no types)
        site = datasette.nianbao_site
        asked = {name: request.args.get(name) or "" for name in request.args}
        language = chosen(asked.get("lang"), request.cookies.get("lang"), request.headers.get("accept-language"))
        database = datasette.get_database(site.database)
        try:
            answer = await database.execute_fn(lambda db: page(db, site, request.url_vars, asked))
        except Missing as error:
            raise NotFound(translator(language)("not_here", what=error)) from error
        html = await asyncio.to_thread(
            render, answer.template, language=language, at=request.path, asked=asked, values=answer.values, site=site
        )
        response = Response.html(html)
        if asked.get("lang") == language:
            response.set_cookie("lang", language, samesite="lax", httponly=True, max_age=31536000)
        return response

    return view
