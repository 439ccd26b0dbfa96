"""Of forms of several years on one page, what stands behind the caption of the report's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import parse_report
from parsers.readers.text import read_text
from parsers.years import are_in_turn, of_year


def own(*lines: str) -> list[str]:
    """The lines that are left of a report of 2023."""
    return [piece.text for piece in of_year(read_text("\n\n".join(lines)).pieces, 2023)]


@pytest.mark.parametrize(
    ("last", "this"),
    [
        ("2022年", "2023年"),
        ("上年", "本年"),
        ("附：2022年度数据", "2023年度数据"),
        ("（去年）", "（今年）"),
        ("附件2：上一年度统计表", "本年度统计表："),
        ("附：2022年政府信息公开情况", "2023年"),
    ],
)
def test_captions_that_say_the_year(last: str, this: str) -> None:
    """In whichever order they stand; what is before the first is nobody's and stays."""
    assert own("表", last, "1", this, "2") == ["表", this, "2"]
    assert own("表", this, "2", last, "1") == ["表", this, "2"]


def test_years_beside_each_other() -> None:
    """They head the columns of one table, and caption nothing."""
    assert own("上年", "本年", "1", "2022年", "2023年", "2") == ["上年", "本年", "1", "2022年", "2023年", "2"]


@pytest.mark.parametrize("words", ["上年结转", "本年新收", "2022年5月", "本年度办理结果", "2021年至2022年情况"])
def test_words_that_are_no_caption(words: str) -> None:
    """Labels of the form, days, and spans of years."""
    assert own("表", words, "1") == ["表", words, "1"]


@pytest.mark.parametrize(
    ("lines", "is_told"),
    [
        (["2023年度情况", "附：2022年度情况", "1"], True),
        (["2023年政府信息公开工作年度报告", "附：2022年度数据", "1"], False),
        (["2023年度情况", "上年结转", "1"], False),
    ],
)
def test_captions_in_turn(lines: list[str], is_told: bool) -> None:
    """Those of both years read alike: this year's figures are pictures or lost, and those that stand there last year's."""
    assert are_in_turn(read_text("\n\n".join(lines)).pieces, 2023) is is_told


DIVIDED = Path(__file__).parents[1] / "fixtures"
CELLS = re.compile(r"<td[^>]*>([^<]*)</td>")


@pytest.mark.parametrize("name", ["page_years_over_their_columns", "page_years_under_each_column"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_cell_of_a_divided_table_is_lost(name: str, data: st.DataObject) -> None:
    """A cell, its text or its spans: what is still read is what the whole page says."""
    page = (DIVIDED / name / "page.html").read_text("utf-8")
    whole = parse_report(page.encode()).cells
    cell = data.draw(st.sampled_from(list(CELLS.finditer(page))))
    left = data.draw(st.sampled_from(["", "<td></td>", f"<td>{cell[1]}</td>"]))
    damaged = parse_report((page[: cell.start()] + left + page[cell.end() :]).encode())
    assert {key: c.value for key, c in damaged.cells.items() if c.value not in (None, whole[key].value)} == {}
