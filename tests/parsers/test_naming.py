"""Cards: a row's label, then each column's name with its figure behind it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import Form, forms
from parsers.pieces import Piece
from parsers.placement import place
from parsers.readers.text import read_text

EDITIONS = list(forms())


def cards(form: Form, figures: dict[str, str]) -> list[str]:
    """Table 三 as a phone shows it: line by line."""
    table = next(table for table in form.tables if table.id == "t3")
    lines = ["三、收到和处理政府信息公开申请情况"]
    for row in table.rows:
        lines.append(row.labels[0])
        for column, key in zip(table.columns, table.keys_of(row), strict=True):
            lines += [column.labels[0], figures[key]]
    return lines


def planted(form: Form) -> dict[str, str]:
    return {key: str(1001 + number) for number, key in enumerate(key for key in form.cell_keys if key.startswith("t3."))}


def read(lines: list[str], form: Form) -> dict[str, str]:
    pieces: tuple[Piece, ...] = tuple(read_text("\n\n".join(lines)).pieces)
    values: dict[str, Decimal | None] = {key: cell.value for key, cell in place(form, pieces).cells.items()}
    return {key: str(value) for key, value in values.items() if value is not None}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_a_card_is_read(edition: str) -> None:
    form = forms()[edition]
    figures = planted(form)
    assert read(cards(form, figures), form) == figures


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=120, deadline=None)
@given(dropped=st.sets(st.integers(1, 440), max_size=40), start=st.integers(1, 440), length=st.integers(0, 12))
def test_damaged_cards_never_give_a_wrong_figure(edition: str, dropped: set[int], start: int, length: int) -> None:
    """Lines lost anywhere and in one stretch: a figure is its own or none."""
    form = forms()[edition]
    figures = planted(form)
    lost = dropped | set(range(start, start + length))
    got = read([line for number, line in enumerate(cards(form, figures)) if number not in lost], form)
    assert got.items() <= figures.items()
