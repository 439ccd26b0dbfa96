"""A report as rows of the database. A figure that was not read is null, and `flags` says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from nianbao.schema import APPLICANTS, CHANNELS, RESULTS
from nianbao.units import Resolution
from parsers import Report, State
from parsers.report import Cell, plain_number
from scraper.archive import Snapshot
from scraper.registry import Portal

Row = dict[str, Any]
_WITH_FIGURE = (State.READ, State.INFERRED)


def portal_row(portal: Portal) -> Row:
    """The registry's row, without what only the crawler needs."""
    return {
        "portal": portal.key,
        "name": portal.name,
        "division_code": portal.division_code,
        "level": portal.level,
        "home_url": portal.home_url,
        "family": portal.family,
        "note": portal.note,
    }


def document_row(document_id: str, snapshot: Snapshot, report: Report | None) -> Row:
    """An archived page and what it turned out to be; `unreadable` where it could not be parsed at all."""
    return {
        "document_id": document_id,
        "portal": snapshot.portal,
        "url": snapshot.url,
        "title": (report.title if report else None) or snapshot.link_title,
        "kind": str(report.kind) if report else "unreadable",
        "sha256": snapshot.sha256,
        "charset": report.charset if report else None,
        "fetched_at": snapshot.fetched_at,
        "status": snapshot.status,
        "bytes": len(snapshot.body),
        "warc_file": snapshot.warc_file,
        "warc_offset": snapshot.offset,
    }


def report_row(report_id: str, snapshot: Snapshot, report: Report, found: Resolution) -> Row:
    """The report without its figures; `version` and `is_current` are set when all reports are in."""
    states = [cell.state for cell in report.cells.values()]
    first, last = report.period or (None, None)
    return {
        "report_id": report_id,
        "document_id": report_id,
        "portal": snapshot.portal,
        "unit_code": found.code,
        "unit": found.name or report.unit,
        "unit_printed": report.unit_printed,
        "unit_reason": found.reason,
        "level": found.level,
        "year": report.year,
        "form": report.form,
        "kind": str(report.kind),
        "scope": str(report.scope) if report.scope else None,
        "title": report.title,
        "published_on": report.published_on.isoformat() if report.published_on else None,
        "period_start": first.isoformat() if first else None,
        "period_end": last.isoformat() if last else None,
        "url": snapshot.url,
        "version": 1,
        "is_current": 1,
        "cells_total": len(states),
        "cells_read": sum(state in _WITH_FIGURE for state in states),
        "cells_located": sum(state not in (State.UNREAD, State.AMBIGUOUS) for state in states),
    }


def proactive_row(report_id: str, report: Report) -> Row:
    """Table 二 in one row: the cell keys with dots as underscores."""
    return {"report_id": report_id} | {k.replace(".", "_"): _number(c) for k, c in report.cells.items() if k.startswith("t2_")}


def request_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Table 三: one row for each kind of applicant."""
    for applicant in APPLICANTS:
        row: Row = {"report_id": report_id, "applicant": applicant}
        keys = (key.split(".") for key in report.cells if key.startswith("t3.") and key.endswith(f".{applicant}"))
        yield row | {outcome: _number(report.cells[f"t3.{outcome}.{applicant}"]) for _, outcome, _ in keys}


def review_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Table 四: one row for each channel."""
    for channel in CHANNELS:
        yield {"report_id": report_id, "channel": channel} | {r: _number(report.cells.get(f"t4.{channel}_{r}")) for r in RESULTS}


def flag_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Every cell that is not plainly read."""
    for key, cell in report.cells.items():
        if cell.state is not State.READ:
            candidates = json.dumps([plain_number(value) for value in cell.candidates]) if cell.candidates else None
            yield {
                "report_id": report_id,
                "key": key,
                "state": str(cell.state),
                "raw": cell.raw,
                "candidates": candidates,
                "place": cell.place,
            }


def section_rows(report_id: str, report: Report) -> Iterator[Row]:
    """The prose, by section."""
    return ({"report_id": report_id, "section": key, "text": text} for key, text in report.sections.items())


def narrative_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Figures of the prose, in order."""
    for position, fact in enumerate(report.narrative, 1):
        yield {
            "report_id": report_id,
            "position": position,
            "topic": fact.topic,
            "value": plain_number(fact.value),
            "sentence": fact.sentence,
        }


def finding_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Rules and verdicts."""
    for finding in report.findings:
        hypotheses = [hypothesis.to_dict() for hypothesis in finding.hypotheses]
        yield {
            "report_id": report_id,
            "rule": finding.rule,
            "verdict": str(finding.verdict),
            "strength": str(finding.strength),
            "cells": json.dumps(finding.cells),
            "message": finding.message,
            "blank_as_zero": str(finding.blank_as_zero) if finding.blank_as_zero else None,
            "hypotheses": json.dumps(hypotheses) if hypotheses else None,
        }


def _number(cell: Cell | None) -> int | float | None:
    """A figure as SQLite stores it: INTEGER where it is whole, REAL for amounts with a fraction."""
    value: Decimal | None = cell.value if cell else None
    return plain_number(value)
