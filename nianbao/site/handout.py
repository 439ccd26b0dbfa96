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
from nianbao.site.report import PrintedCell, label_of, printed_cells
from parsers.forms import forms


@dataclass(frozen=True, slots=True)
class Term:
    """A cell of a measure, and its anchor in the file where its place is known."""

    cell: PrintedCell
    label: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure of a township with the cells it is made of."""

    measure: Measure
    anchor: str
    text: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]


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
        page = county_page(connection, county, {}, year=year, named=named)
        if page is None:
            raise CompareError(f"{county} {year}: no reports of this county and year in {db}")
        evidence = _evidence(connection, page, db.parent) if with_evidence else []
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


def _evidence(db: sqlite3.Connection, page: CountyPage, home: Path) -> list[TownEvidence]:
    overrides = read_overrides(home)
    return [_of_town(db, page, town, home, overrides) for town in page.townships if town.report_id]


def _of_town(
    db: sqlite3.Connection, page: CountyPage, town: Township, home: Path, overrides: Mapping[tuple[str, str], Override]
) -> TownEvidence:
    report = queries.report(db, town.report_id or "") or {}
    form = forms()[report["form"]]
    cells = printed_cells(db, report["report_id"], form, queries.findings_of(db, report["report_id"]), overrides)
    keys = [key for measure in page.measures for key in (*measure.numerator, *measure.denominator) if key in cells]
    try:
        archived = read_archived(home / "archive", report)
        places = {key: place for key in dict.fromkeys(keys) if (place := archived.report.cells[key].place)}
        excerpts, reason = _excerpts(archived, places), None
    except DocumentError as error:
        places, excerpts, reason = {}, (), str(error)

    def terms(named: Sequence[str]) -> tuple[Term, ...]:
        return tuple(
            Term(cells[key], label_of(form, key), anchor(report["report_id"], key) if key in places else None)
            for key in named
            if key in cells
        )

    sums = tuple(
        Sum(measure, anchor(report["report_id"], measure.key), figure.text, terms(measure.numerator), terms(measure.denominator))
        for measure, figure in zip(page.measures, town.figures, strict=True)
    )
    return TownEvidence(town, report, sums, excerpts, reason)


def _excerpts(archived: ArchivedReport, places: Mapping[str, str]) -> tuple[str, ...]:
    form = forms()[archived.report.form or ""]
    anchored = {anchor(archived.report_id, key): place for key, place in places.items()}
    return tuple(marked_excerpts(archived.snapshot.body, anchored, form=form, content_type=archived.snapshot.content_type))
