"""Planted figures printed in the text layouts of real pages, damaged at random: the right number, or a state that admits it is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from parsers.forms import Form, Table, forms
from parsers.placement import place
from parsers.readers.text import read_text
from parsers.report import State

Printed = Iterator[tuple[list[str], int]]
"""Rows as cells, with the number of cells that fill the row up to the table's grid."""


def grid(table: Table) -> int:
    """Cells of the table's widest row: row labels take one cell, in table 三 up to two."""
    return {"t3": 9, "t4": 15}.get(table.id, 5)


def rows(table: Table, figures: dict[str, str]) -> Printed:
    """The table row by row, caption and header first."""
    yield [table.captions[0]], grid(table) - 1
    labels = [column.labels[0] for column in table.columns]
    if table.id == "t4":
        yield ["行政复议", "行政诉讼"], 0
        yield [*labels[:5], "未经复议直接起诉", "复议后起诉"], 0
        yield labels[5:], 0
        yield [figures[key] for key in table.keys], 0
        return
    heads = (
        [[table.group_labels[0], labels[0], table.group_labels[1], labels[-1]], labels[1:-1]]
        if table.id == "t3"
        else [["信息内容", *labels]]
    )
    for head in heads:
        yield head, grid(table) - len(head)
    groups = {
        "granted": "三、本年度办理结果",
        "refused_state_secret": "（三）不予公开",
        "unavailable_not_held": "（四）无法提供",
        "not_processed_petition_complaint": "（五）不予处理",
    }
    for row in table.rows:
        cells = [*filter(None, [groups.get(row.key, "")]), row.labels[0], *(figures[key] for key in table.keys_of(row))]
        yield cells, grid(table) - len(cells)


def one_row_a_line(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A2: `规章 | 0 | 0 | 0 | |`."""
    for table in form.tables:
        for cells, fill in rows(table, figures):
            yield " | ".join(cells) + " | " + "|" * fill


def one_cell_a_line(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A5: each cell ends with a pipe, what fills the row up stands on a line of its own."""
    for table in form.tables:
        for cells, fill in rows(table, figures):
            yield from (f"{cell} |".strip() for cell in cells)
            if fill:
                yield "|" * fill


def rows_opened_by_a_pipe(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A6: like A5, and a lone pipe opens each row."""
    for table in form.tables:
        for cells, fill in rows(table, figures):
            yield "|"
            yield from (f"{cell} |".strip() for cell in cells)
            if fill:
                yield "|" * fill


def cells_without_fill(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A8: one cell a line, nothing fills the rows up."""
    for table in form.tables:
        for cells, _ in rows(table, figures):
            yield from (f"{cell} |".strip() for cell in cells)


def pipes_between(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A9: a pipe on a line of its own behind every cell."""
    for table in form.tables:
        for cells, _ in rows(table, figures):
            for cell in cells:
                yield from ([cell, "|"] if cell else ["|"])


def rows_between_pipes(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A3: a pipe in front of each row and behind its last cell."""
    for table in form.tables:
        for cells, _ in rows(table, figures):
            yield "| " + " | ".join(cells) + " | "


def fill_on_the_last_cells_line(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A7: like A5, but what fills the row up stands behind the last cell on its line."""
    for table in form.tables:
        for cells, fill in rows(table, figures):
            lines = [f"{cell} |".strip() for cell in cells]
            yield from [*lines[:-1], f"{lines[-1]} {'|' * fill}".strip()]


def drawn_lines(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """Upright lines between cells, lying ones between rows, as programs for text draw tables."""
    for table in form.tables:
        yield "┌" + "─" * 30 + "┐"
        for cells, _ in rows(table, figures):
            yield "│ " + " │ ".join(cells) + " │"
            yield "├──────────────┼───────────────┤"


def newline_behind_each_pipe(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A10: `| ` and every cell with its pipe on a line of its own."""
    for table in form.tables:
        for cells, _ in rows(table, figures):
            yield "| "
            yield from (f" {cell}  | " for cell in cells)


def one_row_a_line_between_blanks(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A11: `行政许可 0 0 0`."""
    for table in form.tables:
        for cells, _ in rows(table, figures):
            yield " ".join(cells)


def one_line(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A18: the whole report in one paragraph."""
    yield " ".join(one_row_a_line_between_blanks(form, figures))


def glued_rows(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A12: `规章000`."""
    for table in form.tables:
        for cells, _ in rows(table, figures):
            yield "".join(cells)


def glued_in_one_line(form: Form, figures: dict[str, str]) -> Iterator[str]:
    """A12: every table of the page, and the heading behind them, without anything between."""
    yield "".join(glued_rows(form, figures)) + "五、存在的主要问题及改进情况"


Layout = Callable[[Form, dict[str, str]], Iterator[str]]
LAYOUTS: tuple[Layout, ...] = (
    one_row_a_line,
    one_cell_a_line,
    rows_opened_by_a_pipe,
    cells_without_fill,
    pipes_between,
    rows_between_pipes,
    drawn_lines,
    fill_on_the_last_cells_line,
    newline_behind_each_pipe,
    one_row_a_line_between_blanks,
    one_line,
)


def planted(form: Form) -> dict[str, str]:
    return {key: str(1001 + position) for position, key in enumerate(form.cell_keys)}


def read(lines: list[str], form: Form) -> dict[str, str]:
    """The figures read, by key."""
    return read_whole("\n".join([*lines, "五、存在的主要问题及改进情况"]), form)


def read_whole(text: str, form: Form) -> dict[str, str]:
    """The figures of a text that may end anywhere."""
    cells = place(form, read_text(text).pieces).cells
    return {key: str(cell.value) for key, cell in cells.items() if cell.state in (State.READ, State.INFERRED)}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("edition", forms())
def test_every_planted_figure_comes_back(edition: str, layout: Layout) -> None:
    """Undamaged, every layout is read whole."""
    form = forms()[edition]
    assert read(list(layout(form, planted(form))), form) == planted(form)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("edition", forms())
@settings(max_examples=100, deadline=None)
@given(blanked=st.sets(st.integers(0, 199), max_size=60), dropped=st.sets(st.integers(0, 330), max_size=20))
@example(blanked=set(), dropped={283, 291, 293})  # the last row of table 三 lost a figure, and table 四 its caption
@example(blanked=set(), dropped={22, 23})  # a row's only figure and the next row's label
@example(
    blanked=set(), dropped={112, 131, 197, 223}
)  # two rows beside a group have lost the pipe behind them, and the third a figure
def test_damage_never_makes_a_wrong_figure(edition: str, layout: Layout, blanked: set[int], dropped: set[int]) -> None:
    """Cells blanked and lines with text dropped: a cell holds its own figure or none."""
    form = forms()[edition]
    figures = planted(form)
    printed = {key: "" if number in blanked else figure for number, (key, figure) in enumerate(figures.items())}
    lines = [
        line for number, line in enumerate(layout(form, printed)) if number not in dropped or line == "|" or layout is one_line
    ]
    assert read(lines, form).items() <= figures.items()


def _whole_rows(form: Form, blanked: set[int]) -> dict[str, int]:
    """How many rows of table 二 and of table 三 keep every figure."""
    number = {key: n for n, key in enumerate(form.cell_keys)}
    rows = [(table.part, table.keys_of(row)) for table in form.tables for row in table.rows if table.id != "t4"]
    whole = Counter(part for part, keys in rows if not any(number[key] in blanked for key in keys[:-1]))
    return {part: whole[part] for part in ("t2", "t3")}


@pytest.mark.parametrize("edition", forms())
@settings(max_examples=60, deadline=None)
@given(blanked=st.sets(st.integers(0, 180), max_size=40))
def test_blank_cells_cost_no_figure_where_every_cell_is_on_its_line(edition: str, blanked: set[int]) -> None:
    """A5 keeps blank cells apart from what fills rows up: every printed figure is read, where the last cell of the row is no blank.

    What fills rows up is known from two whole rows of the part at least.
    """
    form = forms()[edition]
    assume(min(_whole_rows(form, blanked).values()) > 1)
    figures = planted(form)
    last = {table.keys_of(row)[-1] for table in form.tables for row in table.rows}
    printed = {key: "" if n in blanked and key not in last else figure for n, (key, figure) in enumerate(figures.items())}
    assert read(list(one_cell_a_line(form, printed)), form) == {key: figure for key, figure in printed.items() if figure}


GLUED: tuple[Layout, ...] = (glued_rows, glued_in_one_line)


@pytest.mark.parametrize("layout", GLUED, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("edition", forms())
def test_digits_in_one_run_that_can_be_cut_in_one_way_only(edition: str, layout: Layout) -> None:
    """One digit a column, and rows that sum up; where no sum tells (table 二), two digits may be one figure, and nothing is read but noughts."""
    form = forms()[edition]
    figures = dict.fromkeys(form.cell_keys, "0")
    for table in form.tables[-2:]:
        for number, row in enumerate(table.rows):
            keys = table.keys_of(row)
            figures |= {key: str(1 + number % 9) for key in (keys[0], keys[-1])}
            figures |= {key: "3" for key in keys[4::5] if table.id == "t4"} | {key: "3" for key in keys[::5] if table.id == "t4"}
    assert read(list(layout(form, figures)), form) == figures


@pytest.mark.parametrize("layout", GLUED, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("edition", forms())
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_digits_in_one_run_are_never_cut_wrongly(edition: str, layout: Layout, data: st.DataObject) -> None:
    """Figures of any length, and the text may end in them: a cell holds its own figure or none."""
    form = forms()[edition]
    drawn = data.draw(st.lists(st.sampled_from(["0", "0", "0", "1", "2", "12", "305"]), min_size=30, max_size=30))
    figures = {key: drawn[(7 * number) % 30] for number, key in enumerate(form.cell_keys)}
    for table in form.tables:
        for row in table.rows:
            keys = table.keys_of(row)
            if table.id == "t3":
                figures[keys[-1]] = str(sum(int(figures[key]) for key in keys[:-1]))
    text = "\n".join(layout(form, figures))
    end = data.draw(st.integers(len(text) // 2, len(text)))
    assert read_whole(text[:end], form).items() <= figures.items()
