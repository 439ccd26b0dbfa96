"""A county's year as one self-contained file to hand to a reader: tables, drawings, findings, and the evidence of every figure inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nianbao.archived import ArchivedReport, read_archived
from nianbao.errors import CompareError, DocumentError
from nianbao.marked import marked_excerpts
from nianbao.measures import Measure
from nianbao.overrides import Override, read_overrides
from nianbao.site import queries
from nianbao.site.county import CountyPage, Township, county_page
from nianbao.site.queries import Row
from nianbao.site.render import environment, font_face, in_language, stylesheet
from nianbao.site.report import Term, printed_cells, terms_of
from parsers.forms import form_of


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure of a township with the cells it is made of."""

    measure: Measure
    anchor: str
    text: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    anchors: Mapping[str, str]
    """Key of a cell -> its anchor in the file, where its place is known."""


@dataclass(frozen=True, slots=True)
class TownEvidence:
    """Where the figures of a township were printed: excerpts of its archived page, or the reason why there are none."""

    town: Township
    report: Row
    sums: tuple[Sum, ...]
    excerpts: tuple[str, ...]
    reason: str | None


def handout(
    db: Path, county: str, year: int, *, language: str, named: Sequence[str] | None = None, with_evidence: bool = True
) -> str:
    """The file as HTML. Raises CompareError where the database has no such county or year, DatabaseError for the database."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        overrides = read_overrides(db.parent)
        page = county_page(connection, county, overrides, year=year, named=named)
        if page is None:
            raise CompareError(f"{county} {year}: no reports of this county and year in {db}")
        evidence = _evidence(connection, page, db.parent, overrides) if with_evidence else []
        built = queries.counts(connection)["built_at"]
        generated = queries.is_generated(connection)
        portals = [row["name"] for row in queries.portals_of(connection, county)]
    values = {
        "page": page,
        "evidence": evidence,
        "built_on": date.fromisoformat(built[:10]) if built else None,
        "portals": portals,
        "is_generated": generated,
        "style": (font_face() if with_evidence else "") + stylesheet(),
    }
    return environment().get_template("handout.html").render(values | in_language(language))


def anchor(report_id: str, name: str) -> str:
    """The anchor of a cell or a measure of a report in the file."""
    return f"{report_id}-{name}"


def _evidence(
    db: sqlite3.Connection, page: CountyPage, home: Path, overrides: Mapping[tuple[str, str], Override]
) -> list[TownEvidence]:
    return [_of_town(db, page, town, home, overrides) for town in page.townships if town.report_id]


def _of_town(
    db: sqlite3.Connection, page: CountyPage, town: Township, home: Path, overrides: Mapping[tuple[str, str], Override]
) -> TownEvidence:
    report = queries.report(db, town.report_id or "") or {}
    form = form_of(report["form"])
    cells = printed_cells(db, report["report_id"], form, queries.findings_of(db, report["report_id"]), overrides)
    keys = [key for measure in page.measures for key in measure.keys(form.id) if key in cells]
    try:
        archived = read_archived(home / "archive", report)
        places = {key: place for key in dict.fromkeys(keys) if (place := archived.report.cells[key].place)}
        excerpts, reason = _excerpts(archived, places), None
    except DocumentError as error:
        places, excerpts, reason = {}, (), str(error)
    anchors = {key: anchor(report["report_id"], key) for key in places}
    sums = []
    for measure, figure in zip(page.measures, town.figures, strict=True):
        top, bottom = (terms_of(form, cells, side) for side in measure.terms(form.id))
        sums.append(Sum(measure, anchor(report["report_id"], measure.key), figure.text, top, bottom, anchors))
    return TownEvidence(town, report, tuple(sums), excerpts, reason)


def _excerpts(archived: ArchivedReport, places: Mapping[str, str]) -> tuple[str, ...]:
    form = form_of(archived.report.form or "")
    anchored = {anchor(archived.report_id, key): place for key, place in places.items()}
    return tuple(marked_excerpts(archived.snapshot.body, anchored, form=form, content_type=archived.snapshot.content_type))
