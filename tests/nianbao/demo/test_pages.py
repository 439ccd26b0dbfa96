"""Pages of the demo portals: the statutory grid, figures in their rows, damage where it is meant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lxml import etree, html

from nianbao.demo.pages import render
from nianbao.demo.plan import DemoReport, demo_reports
from parsers.report import plain_number

REPORTS = [report for report in demo_reports() if report.year in {2020, 2022}]

GROUPS = {
    "e2019": {"三、本年": 20, "（三）不": 8, "（四）无": 3, "（五）不": 5, "（六）其": 1},
    "e2021": {"三、本年": 22, "（三）不": 8, "（四）无": 3, "（五）不": 5, "（六）其": 3},
}
"""Row spans by the first characters of the label."""


def in_layout(layout: str) -> list[DemoReport]:
    return [report for report in REPORTS if report.layout == layout]


def page_of(report: DemoReport) -> etree._Element:
    return html.fromstring(render(report).decode(report.charset))


def text_of(element: etree._Element) -> str:
    return "".join(str(element.xpath("string()")).split())


def grid(table: etree._Element) -> list[dict[int, etree._Element]]:
    """The cells of each row by column, spans laid out."""
    rows: list[dict[int, etree._Element]] = [{} for _ in table.iter("tr")]
    for number, row in enumerate(table.iter("tr")):
        for cell in row.iter("td"):
            column = next(c for c in range(100) if c not in rows[number])
            for down in range(int(cell.get("rowspan", "1"))):
                rows[number + down] |= dict.fromkeys(range(column, column + int(cell.get("colspan", "1"))), cell)
    return rows


def printed(report: DemoReport, key: str) -> str:
    value = report.cells[key]
    return "" if value is None else str(plain_number(value))


def test_spans_fill_the_statutory_grid() -> None:
    """No hole and no overhang: 4 columns in table 二, 10 in 三, 15 in 四, whatever the edition."""
    for report in in_layout("table"):
        tables = [grid(table) for table in page_of(report).iter("table")]
        assert [{len(row) for row in rows} for rows in tables] == [{4}, {10}, {15}]


def test_each_row_of_table_three_ends_with_its_figures() -> None:
    """Label beside the figures, in the order of the form."""
    for report in in_layout("table"):
        _, three, _ = page_of(report).iter("table")
        table = next(table for table in report.form.tables if table.id == "t3")
        rows = grid(three)[3:]
        for row, cells in zip(table.rows, rows, strict=True):
            assert text_of(cells[2]) == "".join(row.labels[0].split())
            assert [text_of(cells[c]) for c in range(3, 10)] == [printed(report, key) for key in table.keys_of(row)]


def test_group_labels_reach_over_their_rows() -> None:
    """三 covers all outcomes, （三）（四）（五） and, since 2021, （六） their own."""
    for report in in_layout("table"):
        _, three, _ = page_of(report).iter("table")
        spans = {text_of(cell)[:4]: int(cell.get("rowspan", "1")) for cell in three.iter("td")}
        assert {name: rows for name, rows in spans.items() if name in GROUPS[report.form.id]} == GROUPS[report.form.id]


def paragraphs(report: DemoReport) -> Iterator[str]:
    yield from (text_of(p) for p in page_of(report).iterfind(".//div[@class='article']/p"))


def test_flattened_pages_hold_a_figure_in_a_paragraph() -> None:
    """Rows follow their labels; no table is left, and 15 figures of table 四 come with 3 stray blanks."""
    for report in in_layout("flat"):
        assert page_of(report).find(".//table") is None
        lines = list(paragraphs(report))
        table = next(table for table in report.form.tables if table.id == "t3")
        for row in table.rows:
            at = lines.index("".join(row.labels[0].split()), lines.index("申请人情况"))
            if row.labels[0] != "3.其他":
                assert lines[at + 1 : at + 8] == [printed(report, key) for key in table.keys_of(row)]
        end = next(n for n, line in enumerate(lines) if line.startswith("五、"))
        four = lines[end - 18 : end]
        assert [four[n] for n in (4, 10, 16)] == ["", "", ""]
        keys = next(table for table in report.form.tables if table.id == "t4").keys
        assert [line for n, line in enumerate(four) if n not in {4, 10, 16}] == [printed(report, key) for key in keys]


@pytest.mark.parametrize("cut", ["本年增/", "结果", "纠正"])
def test_flattened_header_cells_are_cut(cut: str) -> None:
    """As on the page that taught the layout: 本年增/ without 减, 结果纠正 in two."""
    report = next(report for report in in_layout("flat") if report.form.id == "e2019")
    lines = list(paragraphs(report))
    assert cut in lines
    assert "本年增/减" not in lines and "结果纠正" not in lines
    assert f"{report.year}11日至{report.year}1231日止" in "".join(lines)


def test_gbk_pages_declare_what_they_hardly_are() -> None:
    """Declared gb2312, no UTF-8, and read whole only as its larger relative."""
    pages = [render(report) for report in REPORTS if report.charset == "gb18030"]
    assert pages
    for page in pages:
        assert b'charset="gb2312"' in page
        with pytest.raises(UnicodeDecodeError):
            page.decode("utf-8")
