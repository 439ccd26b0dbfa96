"""Numerals of one character in texts: figures in a row of figures, elsewhere the number of what follows."""

from __future__ import annotations

import pytest

from parsers import parse_report

ROWS = """第二十条第（一）项
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | {rules} |
行政规范性文件 | 11 | 12 | 13 |
第二十条第（五）项
信息内容 | 本年处理决定数量 |
行政许可 | {licences} |
"""


def read(rules: str, licences: str = "14", *, is_flat: bool = False) -> dict[str, int | None]:
    page = ROWS.format(rules=rules, licences=licences)
    text = "\n\n".join(cell.strip() for cell in page.replace("\n", "|").split("|") if cell.strip()) if is_flat else page
    cells = parse_report(text.encode()).cells
    keys = ("t2_1.rules.issued", "t2_1.rules.repealed", "t2_1.rules.in_force", "t2_5.administrative_licences.decisions")
    return {key.rpartition(".")[2]: None if cells[key].value is None else int(cells[key].value) for key in keys}


@pytest.mark.parametrize("is_flat", [False, True])
@pytest.mark.parametrize(
    ("rules", "values"),
    [("三 | 0 | 5", (3, 0, 5)), ("7 | 十 | 5", (7, 10, 5)), ("零 | 二 | 5", (0, 2, 5)), ("4 | 6 | 零", (4, 6, 0))],
)
def test_a_numeral_among_figures(rules: str, values: tuple[int, ...], is_flat: bool) -> None:
    assert tuple(read(rules, is_flat=is_flat).values()) == (*values, 14)


def test_a_numeral_at_the_end_of_a_line() -> None:
    """Between pipes it is a cell; in a text of one cell a line it may be the number of the next label."""
    assert read("4 | 6 | 三")["in_force"] == 3
    assert read("4 | 6 | 三", "两") == {"issued": 4, "repealed": 6, "in_force": 3, "decisions": 2}
    assert read("4 | 6 | 三", is_flat=True)["in_force"] is None


def test_numbers_in_front_of_labels_are_no_figures() -> None:
    """Rows numbered in Chinese, one cell a line: the number of the next row is no figure of the one before, which lost its last."""
    text = "\n\n".join(
        [
            *("第二十条第（一）项", "信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
            *("一", "规章", "21", "22", "二", "行政规范性文件", "31", "32", "33"),
        ]
    )
    cells = parse_report(text.encode()).cells
    assert cells["t2_1.rules.in_force"].value is None
    assert [cells[f"t2_1.normative_documents.{column}"].value for column in ("issued", "repealed", "in_force")] == [31, 32, 33]
