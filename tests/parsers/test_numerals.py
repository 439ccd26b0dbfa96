"""Figures as cells print them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.numerals import header_unit, holds_invisible, is_mark, read_figure, visible


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("0", "0", None),
        (" 12\xa0", "12", None),
        ("１２", "12", None),
        ("1,139", "1139", None),
        ("1，139", "1139", None),
        ("1,234,567", "1234567", None),
        ("+19", "19", None),
        ("－8", "-8", None),
        ("−8", "-8", None),
        ("增19", "19", None),
        ("减8", "-8", None),
        ("3 件", "3", "件"),
        ("272.13", "272.13", None),
        ("27.2万元", "27.2", "万元"),
        ("251000元", "251000", "元"),
    ],
)
def test_printed_figures(printed: str, value: str, unit: str | None) -> None:
    """Every print of a number seen in cells is read with its sign and unit."""
    figure = read_figure(printed)
    assert figure is not None
    assert (figure.value, figure.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "printed",
    ["", " ", "　", "/", "-", "—", "无", "规章", "3 4", "1.2.3", "12a", "1,13", "2020年", "第3", "三", "0.", ".5", "3件2"],
)
def test_no_figure(printed: str) -> None:
    """What is not exactly one figure is none: half a number, two numbers, words, marks."""
    assert read_figure(printed) is None


@pytest.mark.parametrize("printed", ["0/0", "0／0", "+0/-0", "+(0) -(0)", "＋0－0"])
def test_neither_an_increase_nor_a_decrease(printed: str) -> None:
    figure = read_figure(printed)
    assert figure and figure.value == 0


@pytest.mark.parametrize("printed", ["0-0", "1/0", "0/3", "+3 -1", "0/0/0"])
def test_both_ways_are_no_figure(printed: str) -> None:
    assert read_figure(printed) is None


@pytest.mark.parametrize("printed", ["/", "-", "--", "—", "——", "无", "／", "未增未减"])
def test_marks(printed: str) -> None:
    """Prints that stand for no figure are marks, neither blank nor zero."""
    assert is_mark(printed)


@pytest.mark.parametrize(
    ("printed", "header", "wan"),
    [
        ("251000元", None, "25.1"),
        ("272.13", None, "272.13"),
        ("8040", "元", "0.804"),
        ("3万元", "元", "3"),
        ("0.5亿元", None, "5000"),
    ],
)
def test_amounts_in_wan(printed: str, header: str | None, wan: str) -> None:
    """The unit in the cell outranks that of the header; without either the print is kept."""
    figure = read_figure(printed)
    assert figure is not None
    assert figure.amount(header) == Decimal(wan)


def test_header_unit() -> None:
    """A header names its unit in brackets of either width."""
    assert [header_unit(label) for label in ("采购总金额(万元)", "采购总金额（元）", "采购总金额")] == ["万元", "元", None]


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["{}", " {} ", "+{}", "{}件", "{:,}", "\xa0{}\u3000"]))
def test_any_count_is_read_back(number: int, shape: str) -> None:
    """Whatever the dress, the number comes back."""
    figure = read_figure(shape.format(number))
    assert figure is not None
    assert figure.value == number


@given(st.text(max_size=12))
def test_any_text_is_a_figure_or_none(text: str) -> None:
    """Arbitrary text never raises, and what is a figure is no mark."""
    assert not (read_figure(text) and is_mark(text))


@given(st.text(st.characters(codec="utf-8", categories=("Cf", "Lu", "Lo", "Po", "Nd", "Zs")), max_size=20))
def test_characters_of_no_width_are_found_as_they_are_taken_out(text: str) -> None:
    """In a page they are looked for in two ways, and none is overlooked."""
    assert holds_invisible(text, text.encode("utf-8")) == (visible(text) != text)
