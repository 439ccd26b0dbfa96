"""Table 三 on its side: kinds of applicants as rows, or as lists, and the rows of the form as columns, or as names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parsers.forms import forms
from parsers.parse import parse_report

FORM = forms()["e2021"]
TABLE = next(table for table in FORM.tables if table.id == "t3")
KINDS = [column.labels[0] for column in TABLE.columns]
FIGURES = {key: str(1001 + number) for number, key in enumerate(TABLE.keys)}


def lines() -> list[list[str]]:
    """A row for each kind, its label first, under a row of the form's labels."""
    heads = ["申请人情况", *(row.labels[0] for row in TABLE.rows)]
    return [heads, *([kind, *column] for kind, column in zip(KINDS, _columns(), strict=True))]


def _columns() -> list[list[str]]:
    return [[FIGURES[TABLE.keys_of(row)[number]] for row in TABLE.rows] for number in range(len(KINDS))]


def grid(rows: list[list[str]]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows) + "</table>"


def lists(rows: list[list[str]]) -> str:
    heads, *kinds = rows
    names = heads[1:]
    return "".join(
        f"<h4>{kind}</h4><dl>" + "".join(f"<dt>{n}</dt><dd>{f}</dd>" for n, f in zip(names, figures, strict=False)) + "</dl>"
        for kind, *figures in kinds
    )


def read(table: str) -> dict[str, str]:
    """The figures of table 三 on a page that holds it so."""
    title = "青山县柳林镇人民政府2023年政府信息公开工作年度报告"
    page = f"<h1>{title}</h1><p>三、收到和处理政府信息公开申请情况</p>{table}<p>五、存在的主要问题及改进情况</p>"
    cells = parse_report(page.encode(), source="page.html").cells
    return {key: str(cells[key].value) for key in TABLE.keys if key in cells and cells[key].value is not None}


@pytest.mark.parametrize("printed", [grid, lists])
def test_every_figure_comes_back(printed: Callable[[list[list[str]]], str]) -> None:
    """Labels are found on both sides, or the name of the row in front of the figure."""
    assert read(printed(lines())) == FIGURES


def test_a_row_that_lost_a_cell() -> None:
    """A table whose rows differ in length tells nothing; where a blank fills the row up, the sums of its kind break, and only it is refused."""
    rows = lines()
    del rows[1][5]
    assert read(grid(rows)) == {}
    rows[1].append("")
    assert read(grid(rows)) == {key: figure for key, figure in FIGURES.items() if not key.endswith(".natural_person")}


def test_a_blank_at_the_end_of_a_row_whose_sums_hold() -> None:
    """It is the cell of its column, and nothing fills the row up."""
    rows = [lines()[0], *([kind, "3", "0", "3", *["0"] * (len(TABLE.rows) - 5), "3", ""] for kind in KINDS)]
    assert set(read(grid(rows))) == {key for key in TABLE.keys if ".carried_forward." not in key}


@pytest.mark.parametrize("printed", [grid, lists])
def test_a_kind_that_stands_twice(printed: Callable[[list[list[str]]], str]) -> None:
    """Last year's table beside this year's."""
    assert read(printed(lines()) + printed(lines())) == {}


def test_lists_that_lost_a_name_or_a_figure() -> None:
    """All of them name the same rows, or nothing is known of any."""
    page = lists(lines())
    assert read(page.replace("<dd>1008</dd>", "")) == {}
    assert read(page.replace(f"<dt>{TABLE.rows[3].labels[0]}</dt>", "", 1)) == {}
