"""The page of a report: its tables as printed, each cell with its state, the prose beside them, and the rules with their verdicts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from nianbao.cellkeys import labels_of
from nianbao.dictionary import sources_of
from nianbao.measures import Measure, measures, signed
from nianbao.overrides import Override
from nianbao.schema import APPLICANTS
from nianbao.site import queries
from nianbao.site.figures import cell_href, number
from nianbao.site.queries import Row
from nianbao.stored import cell_flags, cell_values
from parsers.forms import Form, Table, forms
from parsers.forms import Row as FormRow

STATES = ("read", "inferred", "blank", "mark", "ambiguous", "unread")
SIGNS = {"read": "", "inferred": "≈", "blank": "空", "mark": "“”", "ambiguous": "?", "unread": "×"}
"""What stands in a cell besides its colour, so that nobody has to tell colours apart."""


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell as the page shows it."""

    key: str
    href: str
    text: str
    state: str
    raw: str | None
    candidates: tuple[float, ...]
    override: Override | None
    is_failed: bool


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of the form, with the groups that open above it."""

    label: str
    english: str
    cells: tuple[PrintedCell, ...]
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of the form as printed: `heads` are groups of columns with their width, empty where there are none."""

    caption: str
    row_head: str
    heads: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    rows: tuple[PrintedRow, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All that the page shows."""

    report: Row
    form: Form | None
    tables: Sequence[tuple[str, Sequence[PrintedTable]]]
    counts: Sequence[tuple[str, int]]
    sections: Sequence[tuple[str, str | None, str]]
    """Key, statutory heading, text."""
    findings: Sequence[Row]
    versions: Sequence[Row]
    corrections: Sequence[Row]


def report_page(db: sqlite3.Connection, report_id: str, overrides: Mapping[tuple[str, str], Override]) -> ReportPage | None:
    """The page of a report; None where the database has none of this id."""
    report = queries.report(db, report_id)
    if report is None:
        return None
    form = forms().get(report["form"] or "")
    findings = queries.findings_of(db, report_id)
    cells = printed_cells(db, report_id, form, findings, overrides) if form else {}
    counts = Counter(cell.state for cell in cells.values())
    return ReportPage(
        report=report,
        form=form,
        tables=list(_parts(form, cells)) if form else [],
        counts=[(state, counts[state]) for state in STATES if counts[state]],
        sections=_sections(form, queries.sections(db, report_id)),
        findings=findings,
        versions=[row for row in queries.reports_of(db, report["unit_code"]) if row["year"] == report["year"]]
        if report["unit_code"]
        else [],
        corrections=queries.corrected(db, "report_id", report_id, overrides),
    )


def printed_cells(
    db: sqlite3.Connection, report_id: str, form: Form, findings: Sequence[Row], overrides: Mapping[tuple[str, str], Override]
) -> dict[str, PrintedCell]:
    """Every cell of the form by key."""
    values, flags = cell_values(db, report_id), cell_flags(db, report_id)
    failed = {key for finding in findings if finding["verdict"] == "fail" for key in finding["cells"]}
    return {
        key: _cell(report_id, key, values.get(key), flags.get(key), overrides.get((report_id, key)), is_failed=key in failed)
        for key in form.cell_keys
    }


def _cell(
    report_id: str, key: str, value: float | int | None, flag: Row | None, override: Override | None, *, is_failed: bool
) -> PrintedCell:
    state = flag["state"] if flag else "read"
    return PrintedCell(
        key=key,
        href=cell_href(report_id, key),
        text=number(value) if value is not None else "",
        state=state,
        raw=flag["raw"] if flag else None,
        candidates=flag["candidates"] if flag else (),
        override=override,
        is_failed=is_failed,
    )


def _parts(form: Form, cells: Mapping[str, PrintedCell]) -> Iterator[tuple[str, Sequence[PrintedTable]]]:
    """The tables of the form by part: t2 with its blocks, t3, t4."""
    for part, tables in groupby(form.tables, key=lambda table: table.part):
        yield part, [_table(table, cells) for table in tables]


def _table(table: Table, cells: Mapping[str, PrintedCell]) -> PrintedTable:
    return PrintedTable(
        caption=table.captions[0],
        row_head=table.group_labels[0] if table.part == "t2" and table.group_labels else "",
        heads=_heads(table),
        columns=tuple(column.labels[0] for column in table.columns),
        rows=tuple(_rows(table, cells)),
    )


def _heads(table: Table) -> tuple[tuple[str, int], ...]:
    """What is printed over groups of columns: 法人或其他组织 over five of table 三, the ways of contest over those of table 四."""
    if table.part == "t3" and len(table.columns) == len(APPLICANTS):
        return (("", 1), ("法人或其他组织", 5), ("", 1))
    if table.part == "t4" and len(table.columns) % 3 == 0:
        width = len(table.columns) // 3
        return (("行政复议", width), ("行政诉讼 未经复议直接起诉", width), ("行政诉讼 复议后起诉", width))
    return ()


def _rows(table: Table, cells: Mapping[str, PrintedCell]) -> Iterator[PrintedRow]:
    labels, parents = {key: label for label, key in table.group_keys}, ("outcomes",)
    before: tuple[str, ...] = ()
    for row in table.rows:
        groups = _groups(row, labels, parents)
        opens = tuple(labels[group] for group in groups if group not in before)
        before = groups or before
        printed = tuple(cells[key] for key in table.keys_of(row))
        yield PrintedRow(row.labels[0] if row.labels else "", row.english, printed, opens)


def _groups(row: FormRow, labels: Mapping[str, str], parents: tuple[str, ...]) -> tuple[str, ...]:
    """The groups a row stands in, outermost first."""
    if row.group is None or row.group not in labels:
        return ()
    return (row.group,) if row.group in parents else (*(p for p in parents if p in labels), row.group)


def _sections(form: Form | None, found: Mapping[str, str]) -> list[tuple[str, str | None, str]]:
    """The prose in the order of the form, each with its statutory heading where the form has one."""
    titles = {section.key: section.titles[0] for section in form.sections} if form else {}
    order = [*titles, *(key for key in found if key not in titles)]
    return [(key, titles.get(key), found[key]) for key in order if found.get(key, "").strip()]


@dataclass(frozen=True, slots=True)
class Term:
    """A cell of a measure: added, or taken off."""

    cell: PrintedCell
    label: str
    is_taken_off: bool


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A measure of a report with the cells it is made of, and where form, notice and regulation speak of them."""

    report: Row
    measure: Measure
    value: str
    n: int | None
    sources: tuple[str, ...]
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]


def measure_page(
    db: sqlite3.Connection, report_id: str, name: str, overrides: Mapping[tuple[str, str], Override]
) -> MeasurePage | None:
    """How a measure of a report comes about; None where there is no such report or measure."""
    report, measure = queries.report(db, report_id), measures().get(name)
    form = forms().get(report["form"] or "") if report else None
    if report is None or measure is None or form is None:
        return None
    cells = printed_cells(db, report_id, form, queries.findings_of(db, report_id), overrides)
    row = queries.one(db, "select value, n from measures where report_id = ? and measure = ?", [report_id, name])
    value = number(row["value"], is_share=measure.is_share) if row else number(None)
    sources = measure.source or sources_of(measure.keys(form.id))
    top, bottom = (terms_of(form, cells, side) for side in measure.terms(form.id))
    return MeasurePage(report, measure, value, row["n"] if row else None, tuple(filter(None, sources.split("；"))), top, bottom)


def terms_of(form: Form, cells: Mapping[str, PrintedCell], side: tuple[str, ...]) -> tuple[Term, ...]:
    """The cells of one side of a measure; none of a fact, which is no cell."""
    return tuple(Term(cells[key], label_of(form, key), off) for key, off in signed(side) if key in cells)


def label_of(form: Form, key: str) -> str:
    """Caption, row and column of a cell in one line; the key of what the form has not."""
    return " › ".join(labels_of(form, key)) or key


@dataclass(frozen=True, slots=True)
class CellPage:
    """A cell with its report."""

    report: Row
    form: Form
    cell: PrintedCell
    label: str


def cell_page(db: sqlite3.Connection, report_id: str, key: str, overrides: Mapping[tuple[str, str], Override]) -> CellPage | None:
    """A cell of a report; None where there is no such report or cell."""
    report = queries.report(db, report_id)
    form = forms().get(report["form"] or "") if report else None
    if report is None or form is None or key not in form.cell_keys:
        return None
    cells = printed_cells(db, report_id, form, queries.findings_of(db, report_id), overrides)
    return CellPage(report, form, cells[key], label_of(form, key))
