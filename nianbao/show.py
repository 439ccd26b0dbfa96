"""One figure with its evidence: what the cell says, where on the page it stands, and which rules it takes part in."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nianbao.archived import archived_report
from nianbao.cellkeys import labels_of, names_column
from nianbao.documents import REASONS, STANDARD_INPUT, identified, read_bytes
from nianbao.errors import DocumentError, UnknownCell
from nianbao.evidence import Candidate, Fragment, candidate_places, fragment
from nianbao.marked import marked_html
from nianbao.overrides import Override, read_overrides, told
from parsers import Report, State
from parsers.forms import Form, form_of, forms
from parsers.report import Cell, Finding, Verdict, plain_number

WHY = {
    State.INFERRED: "its own figure is not settled by its place; one value alone satisfies the form's sums",
    State.BLANK: "printed empty; a blank is not zero",
    State.MARK: "it holds something that is no figure",
    State.AMBIGUOUS: "figures are there, and more than one placement fits",
    State.UNREAD: "the form has this cell and nothing was located for it",
}
MOST_NEAR = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A cell of a report with its labels and all that speaks for or against it; the cell is as published, whatever a reviewer says it should be."""

    report: Report
    key: str
    labels: tuple[str, ...]
    cell: Cell
    fragment: Fragment | None
    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    html: str | None
    override: Override | None = None

    def to_dict(self) -> dict[str, Any]:
        """The evidence for machines; `html` is the marked table, safe to serve."""
        return {
            "source": self.report.source,
            "sha256": self.report.sha256,
            "form": self.report.form,
            "key": self.key,
            "labels": list(self.labels),
            **self.cell.to_dict(),
            "why": WHY.get(self.cell.state),
            "candidates": [{"value": plain_number(c.value), "places": list(c.places)} for c in self.candidates],
            "fragment": _fragment_dict(self.fragment) if self.fragment else None,
            "findings": [finding.to_dict() for finding in self.findings],
            "html": self.html,
            "correction": asdict(self.override) if self.override else None,
        }


def _fragment_dict(shown: Fragment) -> dict[str, Any]:
    lines = [{"label": line.label, "text": line.text, "mark": line.mark} for line in shown.lines]
    return {"place": shown.place, "heading": list(shown.heading), "lines": lines}


def evidence(report: Report, data: bytes, key: str, *, content_type: str | None = None) -> Evidence:
    """The evidence for one cell of a report read from these bytes; `content_type` is the header as received.

    Raises UnknownCell, or DocumentError where the document has no cells.
    """
    if not report.cells:
        raise DocumentError(f"{report.source}: {REASONS.get(report.kind, 'no form with figures')}; there is no cell to show")
    form = form_of(report.form) if report.form else _form_with(report.cells)
    if key not in report.cells:
        raise UnknownCell(f"{key} is no cell of the form {form.id}; near: {', '.join(near(key, form))}")
    cell = report.cells[key]
    return Evidence(
        report=report,
        key=key,
        labels=labels_of(form, key),
        cell=cell,
        fragment=_fragment(data, cell.place, form, key, content_type=content_type) if cell.place else None,
        candidates=candidate_places(data, cell, form, content_type=content_type),
        findings=tuple(finding for finding in report.findings if key in finding.cells),
        html=marked_html(data, cell.place, form=form, content_type=content_type) if cell.place else None,
    )


def _form_with(keys: Collection[str]) -> Form:
    """An edition with these cells, of an excerpt that does not tell which one it is of (table 四 alone): all print them alike."""
    return next(form for form in forms().values() if set(form.cell_keys).issuperset(keys))


def _fragment(data: bytes, place: str, form: Form, key: str, *, content_type: str | None) -> Fragment:
    """The fragment around a cell; without its heading where what stands above is not the label of its column, as on pages that lost their spans."""
    shown = fragment(data, place, form=form, content_type=content_type)
    return shown if shown.heading and names_column(form, key, shown.heading[-1]) else replace(shown, heading=())


def evidence_of(wanted: str, key: str, *, db: Path) -> Evidence:
    """The evidence for a cell of a file, or of a report of the database (its report_id, or UNIT/YEAR), read again from the archive beside it.

    Raises UnknownCell, DocumentError, CompareError, DatabaseError, OverrideError.
    """
    file = Path(wanted)
    if file == STANDARD_INPUT or file.is_file() or not db.is_file():
        data = read_bytes(file)
        return evidence(identified(data, source=wanted), data, key)
    found = archived_report(db, wanted)
    shown = evidence(found.report, found.snapshot.body, key, content_type=found.snapshot.content_type)
    return replace(shown, override=read_overrides(db.parent).get((found.report_id, key)))


def near(key: str, form: Form) -> list[str]:
    """Keys that hold what was asked for, else those spelled most alike."""
    holding = [known for known in form.cell_keys if key.lower() in known]
    return holding[:MOST_NEAR] or difflib.get_close_matches(key, form.cell_keys, n=MOST_NEAR, cutoff=0)


def lines(shown: Evidence) -> Iterator[str]:
    """The evidence for people."""
    cell = shown.cell
    yield f"{shown.key}: {'no figure' if cell.value is None else plain_number(cell.value)} ({cell.state})"
    if shown.override:
        yield told(shown.override)
    yield " › ".join(shown.labels)
    if cell.state in WHY:
        yield WHY[cell.state]
    for candidate in shown.candidates:
        yield f"candidate {plain_number(candidate.value)}: {', '.join(candidate.places) or 'place not told'}"
    if shown.fragment:
        yield from _fragment_lines(shown.report.source, shown.fragment, cell.raw)
    yield from (f"{f.verdict} ({f.strength}) {f.rule}: {f.message}" for f in shown.findings if f.verdict is not Verdict.VACUOUS)


def _fragment_lines(source: str, shown: Fragment, raw: str | None) -> Iterator[str]:
    yield f"{shown.place} of {source}, printed {raw!r}"
    yield ""
    if shown.heading:
        yield f"column: {' › '.join(shown.heading)}"
    width = max(len(line.label) for line in shown.lines)
    yield from (f"{'>' if line.mark else ' '} {line.label:<{width}}  {line.marked()}" for line in shown.lines)
    yield ""
