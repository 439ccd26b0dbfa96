"""What a report's rows hold: every figure that was read, on pages of whatever edition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nianbao.cells import column_of
from nianbao.documents import identified
from nianbao.rows import indicator_rows, proactive_row, request_rows, review_rows
from parsers import Report
from parsers.report import plain_number

FIXTURES = Path(__file__).parents[1] / "fixtures"
PAGES = sorted(FIXTURES.glob("*/page.*"))


def figures(report: Report) -> Mapping[str, object]:
    """The figures of a report's rows, by cell key or by column."""
    found = proactive_row("r", report)
    for row in request_rows("r", report):
        found |= {f"t3.{outcome}.{row['applicant']}": figure for outcome, figure in row.items()}
    for row in review_rows("r", report):
        found |= {f"t4.{row['channel']}_{result}": figure for result, figure in row.items()}
    return found | {row["key"]: row["value"] for row in indicator_rows("r", report)}


def left_behind(report: Report) -> list[str]:
    """Keys of figures that were read and stand in no row."""
    found = figures(report)
    return [
        key
        for key, cell in report.cells.items()
        if cell.value is not None and found.get(column_of(key) if key.startswith("t2_") else key) != plain_number(cell.value)
    ]


def test_no_figure_is_left_behind() -> None:
    """Rows of another edition on a mixed page among them (page_mixed_2021_t3_not_read), and what both editions have on a page that tells none (real_061)."""
    reports = {page.parent.name: identified(page.read_bytes(), source=page.name) for page in PAGES}
    assert len(reports) > 150
    assert {case: left for case, report in reports.items() if (left := left_behind(report))} == {}
