"""A report as rows of the database. A figure that was not read is null, and `flags` says why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from nianbao.cells import column_of
from nianbao.measures import measure_numbers, measured
from nianbao.places import written
from nianbao.reading import Reading
from nianbao.schema import APPLICANTS, CHANNELS, RESULTS
from nianbao.units import area_prefix
from parsers import Report, State
from parsers.forms import forms, statistics_forms
from parsers.report import Cell, Finding, Strength, Verdict, plain_number
from scraper.registry import Portal

Row = dict[str, Any]
_WITH_FIGURE = (State.READ, State.INFERRED)
_FEN = Decimal(1_000_000)
"""分 in a 万元."""
LARGEST_INTEGER = 2**63 - 1
"""Of SQLite."""


def portal_row(portal: Portal) -> Row:
    """The registry's row, without what only the crawler needs."""
    return {
        "portal": portal.key,
        "name": portal.name,
        "division_code": portal.division_code,
        "area_code": area_prefix(portal.division_code) if portal.division_code else None,
        "level": portal.level,
        "home_url": portal.home_url,
        "family": portal.family,
        "note": portal.note,
    }


def former_portal_row(key: str) -> Row:
    """The row of a portal that the archive or a crawl names and the registry does not have any more."""
    return {"portal": key, "name": key, "note": "not in the registry beside the archive"}


def document_row(reading: Reading) -> Row:
    """An archived page and what it turned out to be; `unreadable` where it could not be parsed at all. `report_id` is told once the report is there."""
    snapshot, report = reading.snapshot, reading.report
    return {
        "document_id": reading.document_id,
        "portal": snapshot.portal,
        "url": snapshot.url,
        "title": (report.title if report else None) or snapshot.link_title,
        "role": snapshot.role,
        "kind": str(report.kind) if report else "unreadable",
        "reason": reading.reason,
        "unit_code": reading.unit_code,
        "year": reading.year,
        "report_id": None,
        "sha256": snapshot.sha256,
        "charset": report.charset if report else None,
        "web_archive": snapshot.source or None,
        "fetched_at": snapshot.fetched_at,
        "last_fetched_at": snapshot.fetched_at,
        "status": snapshot.status,
        "bytes": len(snapshot.body),
        "warc_file": snapshot.warc_file,
        "warc_offset": snapshot.offset,
    }


def report_row(report_id: str, reading: Reading, report: Report) -> Row:
    """The report without its figures; `version`, `is_current` and `conflict` are set when all reports are in."""
    snapshot, found = reading.snapshot, reading.found
    states = [cell.state for cell in report.cells.values()]
    first, last = report.period or (None, None)
    return {
        "report_id": report_id,
        "document_id": reading.document_id,
        "portal": snapshot.portal,
        "unit_code": reading.unit_code,
        "unit": found.name or report.unit,
        "unit_printed": report.unit_printed,
        "unit_reason": found.reason,
        "county_code": reading.county_code,
        "function": reading.function,
        "level": found.level,
        "year": report.year,
        "form": report.form,
        "kind": str(report.kind),
        "scope": str(report.scope) if report.scope else None,
        "title": report.title,
        "published_on": report.published_on.isoformat() if report.published_on else None,
        "listed_on": snapshot.listed_on,
        "period_start": first.isoformat() if first else None,
        "period_end": last.isoformat() if last else None,
        "url": snapshot.url,
        "version": 1,
        "is_current": 1,
        "conflict": 0,
        "cells_total": len(states),
        "cells_read": sum(state in _WITH_FIGURE for state in states),
        "cells_located": sum(state not in (State.UNREAD, State.AMBIGUOUS) for state in states),
        "checks_failed": sum(f.verdict is Verdict.FAIL and f.strength is not Strength.SOFT for f in report.findings),
    }


def proactive_row(report_id: str, report: Report) -> Row:
    """Table 二 in one row: the cell keys with dots as underscores."""
    return {"report_id": report_id} | {column_of(k): _number(c) for k, c in report.cells.items() if k.startswith("t2_")}


def request_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Table 三: one row for each kind of applicant; none on forms without it. A page whose edition cannot be told has the cells of both."""
    if not _has_table(report, "t3."):
        return
    found: dict[str, Row] = {applicant: {"report_id": report_id, "applicant": applicant} for applicant in APPLICANTS}
    # The report's cells and not the form's: a page may mix rows of two editions.
    for key, cell in report.cells.items():
        if key.startswith("t3."):
            _, outcome, applicant = key.split(".")
            found[applicant][outcome] = _number(cell)
    yield from found.values()


def review_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Table 四: one row for each channel; none on forms without it."""
    if not _has_table(report, "t4."):
        return
    for channel in CHANNELS:
        yield {"report_id": report_id, "channel": channel} | {r: _number(report.cells.get(f"t4.{channel}_{r}")) for r in RESULTS}


def _has_table(report: Report, table: str) -> bool:
    return any(key.startswith(table) for key in report.cells)


def indicator_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Figures of forms that have no table of their own here."""
    for key, cell in report.cells.items():
        if cell.value is not None and not key.startswith(("t2_", "t3.", "t4.")):
            yield {"report_id": report_id, "key": key, "value": _number(cell)}


def amount_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Money digit for digit, and in whole 分 where it is a whole number of them."""
    for key, cell in report.cells.items():
        if key in _amount_units() and cell.value is not None:
            amount = cell.value * _amount_units()[key]
            fen = amount * _FEN
            whole = int(fen) if fen == fen.to_integral_value() and abs(fen) <= LARGEST_INTEGER else None
            yield {"report_id": report_id, "key": key, "wanyuan": format(amount, "f"), "fen": whole}


@cache
def _amount_units() -> Mapping[str, Decimal]:
    """Every amount of any form, and what its unit is worth in 万元: the Shanghai form counts fees in 元."""
    tables = (table for form in (*forms().values(), *statistics_forms().values()) for table in form.tables)
    return {
        key: _WANYUAN[column.unit or "万元"]
        for table in tables
        for row in table.rows
        for key, column in zip(table.keys_of(row), table.columns, strict=True)
        if column.is_decimal
    }


_WANYUAN = {"万元": Decimal(1), "元": Decimal("0.0001")}


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


def place_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Where the cells were found, in one row; none where no cell was."""
    lines = written({key: cell.place for key, cell in report.cells.items() if cell.place})
    if lines:
        yield {"report_id": report_id, "lines": lines}


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
            "place": fact.place,
            "is_current_year": int(fact.is_current_year),
            "is_approximate": int(fact.is_approximate),
        }


def finding_rows(report_id: str, report: Report) -> Iterator[Row]:
    """Rules and verdicts, each rule once; where a rule held its cells are those of `rules`."""
    for finding in {finding.rule: finding for finding in report.findings}.values():
        held = finding.verdict in (Verdict.PASS, Verdict.VACUOUS)
        hypotheses = [hypothesis.to_dict() for hypothesis in finding.hypotheses]
        yield {
            "report_id": report_id,
            "rule": finding.rule,
            "verdict": str(finding.verdict),
            "strength": str(finding.strength),
            "cells": "[]" if held else json.dumps(finding.cells),
            "message": finding.message if finding.verdict is not Verdict.VACUOUS else "",
            "blank_as_zero": str(finding.blank_as_zero) if finding.blank_as_zero else None,
            "hypotheses": json.dumps(hypotheses) if hypotheses else None,
            "fault": _fault(finding, report),
        }


def rule_row(form: str, finding: Finding) -> Row:
    """The cells of a rule that was applied."""
    return {"form": form, "rule": finding.rule, "strength": str(finding.strength), "cells": json.dumps(finding.cells)}


def _fault(finding: Finding, report: Report) -> str | None:
    if finding.verdict is not Verdict.FAIL:
        return None
    # Without a cell it is about words: no state says whether they were cut out of the page rightly.
    plain = bool(finding.cells) and all(report.cells[key].state is State.READ for key in finding.cells if key in report.cells)
    return "source" if plain else "reading"


def measure_rows(report_id: str, reading: Reading, report: Report) -> Iterator[Row]:
    """Every measure that exists on the report's edition."""
    if report.year is None or report.form is None:
        return
    where = {
        "county_code": reading.county_code or "",
        "year": report.year,
        "level": reading.found.level or "",
        "scope": str(report.scope or ""),
    }
    for key, value in measured(_figures(report), report.form).items():
        shown = None if value.value is None else float(value.value)
        yield {
            **where,
            "measure_id": measure_numbers()[key],
            "report_id": report_id,
            "is_current": 1,
            "disputed": 0,
            "value": shown,
            "n": value.n,
        }


def _figures(report: Report) -> dict[str, Decimal | None]:
    """The figures by cell key, with the facts that measures use beside them."""
    figures: dict[str, Decimal | None] = {key: cell.value for key, cell in report.cells.items()}
    figures["cells_total"] = Decimal(len(report.cells))
    figures["cells_read"] = Decimal(sum(cell.value is not None for cell in report.cells.values()))
    if report.published_on and report.year:
        for name, month in (("days_after_31_january", 1), ("days_after_31_march", 3)):
            figures[name] = Decimal((report.published_on - date(report.year + 1, month, 31)).days)
    return figures


def _number(cell: Cell | None) -> int | float | None:
    """A figure as SQLite stores it: INTEGER where it is whole, REAL for amounts with a fraction."""
    value: Decimal | None = cell.value if cell else None
    return plain_number(value)
