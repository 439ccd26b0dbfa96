"""Whole documents: what they are, and what is refused."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import EmptyDocument, Kind, State, UnsupportedFormat, Verdict, parse_report

ROOT = Path(__file__).parents[2]
FLATTENED = ROOT / "tests" / "fixtures" / "flattened_text_2020" / "page.txt"


def test_a_township_page_with_every_cell_on_its_own_line() -> None:
    """All 198 cells are read: 196 zeros, 6 projects, 272.13 万元."""
    report = parse_report(FLATTENED.read_bytes())
    assert (report.kind, report.form, report.year, report.unit) == (Kind.REPORT, "e2019", 2020, "丹山镇")
    assert str(report.published_on) == "2021-01-26"
    assert Counter(cell.state for cell in report.cells.values()) == {State.READ: 198}
    assert Counter(cell.value for cell in report.cells.values())[Decimal(0)] == 196
    assert report.cells["t2_9.centralized_procurement.project_count"].value == 6
    assert report.cells["t2_9.centralized_procurement.total_amount"].value == Decimal("272.13")


def test_zeros_prove_nothing() -> None:
    """On a report of zeros every identity is vacuous; none passes and none fails."""
    findings = parse_report(FLATTENED.read_bytes()).findings
    assert {f.verdict for f in findings if not f.rule.startswith("unit.")} == {Verdict.VACUOUS}


def test_an_amount_without_unit_is_kept_and_said() -> None:
    """272.13 stands without 万元 on the page; a finding names the cell."""
    (finding,) = [f for f in parse_report(FLATTENED.read_bytes()).findings if f.rule.startswith("unit.")]
    assert finding.cells == ("t2_9.centralized_procurement.total_amount",)
    assert finding.verdict is Verdict.NOT_ASSESSABLE


def test_sections_hold_prose_only() -> None:
    """The prose under a heading is kept, the figures of the tables are not repeated there."""
    sections = parse_report(FLATTENED.read_bytes()).sections
    assert "统计期限" in sections["overview"]
    assert sections["requests"] == ""
    assert "19个领域" in sections["problems_improvements"]
    assert "规章" not in sections["proactive_disclosure"]


def test_the_same_bytes_give_the_same_report() -> None:
    """Parsing is pure."""
    data = FLATTENED.read_bytes()
    assert parse_report(data) == parse_report(data)


@pytest.mark.parametrize("data", [b"", b" \n\t ", "\ufeff".encode(), "　".encode()])
def test_nothing_is_an_empty_document(data: bytes) -> None:
    """No bytes, white space and a lone byte order mark."""
    with pytest.raises(EmptyDocument):
        parse_report(data)


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 ...", b"PK\x03\x04" + b"\0" * 50, b"\xd0\xcf\x11\xe0" + b"\0" * 50, b"\x89PNG\r\n", bytes(range(256)) * 8]
)
def test_binaries_are_named_not_read(data: bytes) -> None:
    """A format without a reader is said to be one."""
    with pytest.raises(UnsupportedFormat):
        parse_report(data)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<html><body><p>页面不存在</p></body></html>", Kind.SOFT_404),
        ("今天天气很好。", Kind.NOT_A_REPORT),
        (
            "丹山镇2020年政府信息公开工作年度报告\n一、总体情况\n文。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n",
            Kind.TABLES_MISSING,
        ),
    ],
)
def test_what_is_no_report(page: str, kind: Kind) -> None:
    """A page without the form carries no cells."""
    report = parse_report(page.encode())
    assert report.kind is kind
    assert not report.cells


def test_a_blank_form_has_no_figures() -> None:
    """A page with the labels and empty cells is a blank form; not one figure is invented."""
    lines = FLATTENED.read_text("utf-8").split("\n")
    blanked = [" " if line.strip().replace(".", "").isdigit() else line for line in lines]
    report = parse_report("\n".join(blanked).encode())
    assert report.kind is Kind.BLANK_FORM
    assert {cell.state for cell in report.cells.values()} == {State.BLANK}
    assert not report.findings


def test_one_zero_left_of_a_whole_table_is_no_reading() -> None:
    """A page whose repeated lines were removed keeps one 0 (雄县 2019): nothing is read from it."""
    page = "2019年政府信息公开工作年度报告\n第二十条第(一)项\n信息内容\n本年新制作数量\n本年新公开数量\n对外公开总数量\n规章\n0\n规范性文件\n第二十条第(五)项\n上一年项目数量\n"
    assert all(cell.value is None for cell in parse_report(page.encode()).cells.values())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_report_or_a_named_error(data: bytes) -> None:
    """Nothing else is raised."""
    try:
        report = parse_report(data)
    except (EmptyDocument, UnsupportedFormat):
        return
    assert all((cell.value is None) == (cell.state not in {State.READ, State.INFERRED}) for cell in report.cells.values())
