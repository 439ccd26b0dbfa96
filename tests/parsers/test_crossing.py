"""Tables printed otherwise than the form has them: a figure is known by the labels that meet in its cell, or it is not read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import Form, forms
from parsers.placement import place
from parsers.readers.html import read_html

EDITIONS = list(forms())
TITLE = "<p>四、政府信息公开行政复议、行政诉讼情况</p>"
OVER = (("行政复议", ""), ("行政诉讼", "未经复议直接起诉"), ("行政诉讼", "复议后起诉"))
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def row(cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def read(page: str, form: Form) -> dict[str, Decimal]:
    placed = place(form, read_html(page).pieces)
    return {key: cell.value for key, cell in placed.cells.items() if cell.value is not None}


def planted(form: Form, table: str) -> dict[str, str]:
    return {key: str(1001 + number) for number, key in enumerate(key for key in form.cell_keys if key.startswith(f"{table}."))}


def reviews_on_their_side(figures: Sequence[str]) -> list[list[str]]:
    """A row for each result, the labels over it written out beside it."""
    names = [(over, under or over, result) for over, under in OVER for result in RESULTS]
    return [[*name, figure] for name, figure in zip(names, figures, strict=True)]


def requests(form: Form, columns: Sequence[int], figures: dict[str, str]) -> list[list[str]]:
    """Table 三 with some of its columns, under a header of one row."""
    table = next(table for table in form.tables if table.id == "t3")
    head = ["", *(table.columns[number].labels[0] for number in columns)]
    return [head, *([row.labels[0], *(figures[table.keys_of(row)[number]] for number in columns)] for row in table.rows)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_table_four_on_its_side(edition: str) -> None:
    form = forms()[edition]
    figures = planted(form, "t4")
    page = f"{TITLE}<table>{''.join(map(row, reviews_on_their_side(list(figures.values()))))}</table>"
    assert {key: str(value) for key, value in read(page, form).items()} == figures


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=80, deadline=None)
@given(lost=st.sets(st.tuples(st.integers(0, 14), st.integers(0, 3)), min_size=1, max_size=8), is_filled_up=st.booleans())
def test_table_four_on_its_side_with_cells_lost(edition: str, lost: set[tuple[int, int]], is_filled_up: bool) -> None:
    """Where cells are gone, and others have moved into their place, a figure is its own or none."""
    form = forms()[edition]
    figures = planted(form, "t4")
    rows = reviews_on_their_side(list(figures.values()))
    left = [[cell for column, cell in enumerate(cells) if (number, column) not in lost] for number, cells in enumerate(rows)]
    whole = [cells + [""] * (4 - len(cells)) if is_filled_up else cells for cells in left]
    got = read(f"{TITLE}<table>{''.join(map(row, whole))}</table>", form)
    assert {key: str(value) for key, value in got.items()}.items() <= figures.items()


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=40, deadline=None)
@given(
    columns=st.sets(st.integers(0, 6), min_size=1, max_size=6),
    lost=st.sets(st.tuples(st.integers(0, 28), st.integers(0, 6)), max_size=6),
    is_filled_up=st.booleans(),
)
def test_table_three_with_columns_left_out(
    edition: str, columns: set[int], lost: set[tuple[int, int]], is_filled_up: bool
) -> None:
    """Each figure under its own label or nowhere, cells lost from rows and header or none."""
    form = forms()[edition]
    figures, kept = planted(form, "t3"), sorted(columns)
    rows = requests(form, kept, figures)
    left = [[cell for column, cell in enumerate(cells) if (number, column) not in lost] for number, cells in enumerate(rows)]
    whole = [cells + [""] * (len(kept) + 1 - len(cells)) if is_filled_up else cells for cells in left]
    page = f"<p>三、收到和处理政府信息公开申请情况</p><table>{''.join(map(row, whole))}</table>"
    got = {key: str(value) for key, value in read(page, form).items()}
    assert got.items() <= figures.items()


@pytest.mark.parametrize("edition", EDITIONS)
def test_columns_left_out_cost_no_other(edition: str) -> None:
    """Of a table without 总计 every figure is read, that of the only organisation too."""
    form = forms()[edition]
    figures = planted(form, "t3")
    table = next(table for table in form.tables if table.id == "t3")
    kept = [0, 1, 2, 3, 4, 5]
    page = f"<p>三、收到和处理政府信息公开申请情况</p><table>{''.join(map(row, requests(form, kept, figures)))}</table>"
    printed = {table.keys_of(r)[number] for r in table.rows for number in kept}
    assert {key: str(value) for key, value in read(page, form).items()} == {
        key: figures[key] for key in figures if key in printed
    }


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("is_turned", [False, True])
def test_table_four_with_its_blocks_on_one_side_and_results_on_the_other(edition: str, is_turned: bool) -> None:
    form = forms()[edition]
    figures = planted(form, "t4")
    blocks = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    printed = list(figures.values())
    rows = [["", *RESULTS], *([block, *printed[5 * number : 5 * number + 5]] for number, block in enumerate(blocks))]
    page = f"{TITLE}<table>{''.join(map(row, zip(*rows, strict=True) if is_turned else rows))}</table>"
    assert {key: str(value) for key, value in read(page, form).items()} == figures


def test_cells_over_two_columns_leave_a_row_unread() -> None:
    """Rows that lost a cell and had the last one stretched over the columns left: each figure may stand a column too far to the left."""
    head = ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]
    stretched = [
        f'<tr><td>{label}</td><td>{first}</td><td colspan="2">{last}</td></tr>'
        for label, first, last in (("行政处罚", 34089, 11269), ("行政强制", 22602, 59668))
    ]
    page = f"<p>第二十条第（六）项</p><table>{row(head)}{''.join(stretched)}</table>"
    assert read(page, forms()["e2019"]) == {}
