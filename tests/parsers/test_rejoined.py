"""A number cut in two within its cell is one number only where the form's sums say so."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from parsers.forms import forms
from parsers.rejoined import rejoined
from parsers.report import Cell, State

FORM = forms()["e2021"]
TABLE = next(table for table in FORM.tables if table.id == "t3")
ROWS = ("new_requests", "granted", "processed_total")


def page(**printed: str) -> dict[str, Cell]:
    """Table 三 in a grid, all nought but what is given for 自然人 and 总计 of new_requests, granted and processed_total."""
    texts = dict.fromkeys(TABLE.keys, "0") | {key.replace("__", "."): text for key, text in printed.items()}
    return {key: _cell(text, f"table 2 row {number} column 4") for number, (key, text) in enumerate(texts.items())}


def _cell(text: str, place: str) -> Cell:
    parts = tuple(map(Decimal, text.split()))
    return Cell(parts[0], State.READ, text, place) if len(parts) == 1 else Cell(None, State.AMBIGUOUS, text, place, parts)


def everywhere(natural: str, total: str) -> dict[str, str]:
    return {f"t3__{row}__{column}": text for row in ROWS for column, text in (("natural_person", natural), ("total", total))}


def found(cells: Mapping[str, Cell]) -> dict[str, tuple[Decimal | None, State]]:
    return {key: (cell.value, cell.state) for key, cell in rejoined(FORM, cells).items()}


def test_a_number_whose_sums_hold() -> None:
    """Of all readings only the whole number fits its row and its column."""
    cells = page(**everywhere("12", "12") | {"t3__granted__natural_person": "1 2"})
    assert found(cells) == {"t3.granted.natural_person": (Decimal(12), State.INFERRED)}


def test_numbers_cut_throughout() -> None:
    """Each sum holds two of them, and says what both are."""
    cells = page(**everywhere("1 2", "12"))
    assert set(found(cells)) == {f"t3.{row}.natural_person" for row in ROWS}


@pytest.mark.parametrize("printed", ["1 3", "0 12", "1 2 3 4", "12 件"])
def test_what_is_no_number_cut_in_two(printed: str) -> None:
    """Two figures that the sums do not make one, and what no number is."""
    cells = page(**everywhere("12", "12"))
    cells["t3.granted.natural_person"] = Cell(None, State.AMBIGUOUS, printed, "table 2 row 99 column 4")
    assert not found(cells)


def test_a_sum_that_says_no() -> None:
    """The row would have it, the column would not."""
    cells = page(**everywhere("1", "1") | {"t3__granted__natural_person": "1 2", "t3__granted__total": "12"})
    assert not found(cells)


@pytest.mark.parametrize("place", ["line 7", "table 2 row 0 column 4"])
def test_cells_that_are_none_of_a_grid(place: str) -> None:
    """Of a line of text it is not known which cell it is, nor of figures that stand for a whole row."""
    cells = page(**everywhere("12", "12"))
    cells["t3.granted.natural_person"] = Cell(None, State.AMBIGUOUS, "1 2", place)
    assert not found(cells)
