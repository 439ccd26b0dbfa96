"""Digits printed in one run, taken apart into the figures of a row (layouts.md A12)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.cells import cell_of, glued_count, glued_readings
from parsers.columns import Header
from parsers.forms import forms
from parsers.pieces import Piece
from parsers.report import State
from parsers.rows import Run

TABLE = next(table for table in forms()["e2021"].tables if table.id == "t2_1")
"""Three columns."""


def _run(digits: str) -> Run:
    piece = Piece(digits, "line 1", is_glued=True)
    return Run(TABLE, TABLE.rows[0], (piece,), (piece,), Header(), closed=True, groups=0)


@given(st.lists(st.integers(0, 999), min_size=3, max_size=3))
def test_what_was_printed_is_among_the_readings(figures: list[int]) -> None:
    readings = [[int(cell.value or 0) for cell in reading] for reading in glued_readings(_run("".join(map(str, figures))))]
    assert figures in readings
    assert len({tuple(reading) for reading in readings}) == len(readings)


@given(st.text("0123456789", max_size=18))
def test_readings_are_counted_without_making_them(digits: str) -> None:
    assert glued_count(_run(digits)) == len(list(glued_readings(_run(digits))))


def test_a_figure_does_not_begin_with_nought() -> None:
    [reading] = glued_readings(_run("1000"))
    assert [cell.raw for cell in reading] == ["10", "0", "0"]
    assert glued_count(_run("0012")) == 1


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("999999999999999", False, 10**15 - 1),
        ("999999999999999万", False, None),
        ("999999999999999亿元", True, None),
        ("99999999999亿元", True, 999999999990000),
        ("0.29999999999999999", True, Decimal("0.29999999999999999")),
        ("123456789012345.12345678901234567", True, None),
        ("123456789012345.123456789012", True, Decimal("123456789012345.123456789012")),
    ],
)
def test_a_number_past_all_bounds_is_a_mark(text: str, decimal: bool, value: Decimal | None) -> None:
    """It would not fit into an integer of the database, or be rounded on its way there; what is read is exact to the last digit."""
    columns = [column for form in forms().values() for table in form.tables for column in table.columns]
    column = next(column for column in columns if column.is_decimal is decimal and not column.is_signed)
    cell = cell_of(Piece(text, "line 1"), column, "")
    assert (cell.value, cell.state) == (value, State.MARK if value is None else State.READ)


def test_a_count_below_nought_is_no_figure() -> None:
    """A sign in front of a count is a slip or a dash; only a column of changes (本年增/减) has such figures."""
    columns = {
        column.is_signed: column
        for form in forms().values()
        for table in form.tables
        for column in table.columns
        if not column.is_decimal
    }
    kept, refused = (cell_of(Piece("-5", "line 1"), columns[signed], "") for signed in (True, False))
    assert (kept.value, kept.state) == (-5, State.READ)
    assert (refused.value, refused.state, refused.raw) == (None, State.MARK, "-5")
