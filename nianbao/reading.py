"""From an archived page to what the database keeps of it: the report, its unit, and who it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.departments import department_code, function_of
from nianbao.documents import REASONS
from nianbao.units import Resolution, register
from parsers import Context, Kind, ParseError, Report, parse_report
from parsers.title import parse_title
from scraper.archive import Snapshot
from scraper.registry import Portal

UNNAMED = Resolution(None, None, None, "the title names no unit")


@dataclass(frozen=True, slots=True)
class Reading:
    """An archived page, what it says (None where it could not be parsed), why it gives no figures, and the unit its title names."""

    snapshot: Snapshot
    report: Report | None
    reason: str | None
    found: Resolution
    year: int | None

    @property
    def document_id(self) -> str:
        return short_digest(f"{self.snapshot.url}\n{self.snapshot.sha256}")

    @property
    def unit_code(self) -> str | None:
        """The division code, or that of a department: its area's code and its name."""
        return self.found.code or department_code(self.found)

    @property
    def function(self) -> str | None:
        return function_of(self.found.name) if self.found.level == "department" and self.found.name else None

    @property
    def county_code(self) -> str | None:
        """The county of a town, a county or a county's department."""
        area = self.unit_code.partition(":")[0] if self.unit_code else ""
        return area[:6] if len(area) >= 6 else None

    @property
    def report_id(self) -> str | None:
        """The same for all pages that print the same figures of one unit, year and scope; None where the page gives no figures."""
        report = self.report
        if report is None or self.reason is not None:
            return None
        who = self.unit_code or (f"{self.snapshot.portal} {report.unit}" if report.unit else None)
        if who is None or self.year is None:
            return short_digest(f"{self.snapshot.portal}\n{self.snapshot.sha256}")
        return short_digest(f"{who}\n{self.year}\n{report.scope}\n{_figures_digest(report)}")


def read(snapshot: Snapshot, portal: Portal | None) -> Reading:
    """Parse an archived page and resolve the unit it names within the portal's area."""
    context = Context(content_type=snapshot.content_type, link_title=snapshot.link_title)
    within = portal.division_code if portal else None
    try:
        report = parse_report(snapshot.body, source=snapshot.url, context=context)
    except ParseError as error:
        title = parse_title(snapshot.link_title or "")
        found = resolved(title.unit if title else None, within=within, year=title.year if title else None)
        return Reading(snapshot, None, str(error), found, title.year if title else None)
    found = resolved(report.unit_printed, within=within, year=report.year)
    return Reading(snapshot, report, why_unusable(report), found, report.year)


def why_unusable(report: Report) -> str | None:
    """Why a document gives no figures; None where it is a report."""
    return None if report.kind is Kind.REPORT else REASONS.get(report.kind, f"no annual report: {report.kind}")


def resolved(printed: str | None, *, within: str | None, year: int | None) -> Resolution:
    """The unit of a name as published, or that none is named."""
    return register().resolve(printed, within=within, year=year) if printed else UNNAMED


def _figures_digest(report: Report) -> str:
    """Of the figures, and of the prose where there are none."""
    cells: Mapping[str, object] = {key: [str(cell.value), cell.state] for key, cell in report.cells.items()}
    words = {} if cells else {**report.sections, "": report.sha256 if not report.sections else ""}
    return json.dumps([report.form, dict(sorted(cells.items())), words], ensure_ascii=False)


def short_digest(text: str) -> str:
    """The first 16 hex digits of SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
