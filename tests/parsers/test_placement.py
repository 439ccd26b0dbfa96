"""Figures to cells: the right number, or a state that admits it is not known; never a wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.forms import Form, Table, forms
from parsers.pieces import Piece
from parsers.placement import place
from parsers.readers.text import read_text
from parsers.report import State

EDITIONS = list(forms())


def planted(form: Form) -> dict[str, str]:
    """A figure of its own for every cell, so that a misplaced one shows."""
    return {key: str(1001 + position) for position, key in enumerate(form.cell_keys)}


def flat(form: Form, figures: dict[str, str]) -> list[str]:
    """The form with every cell on a line of its own, as a flattened page prints it."""
    lines: list[str] = []
    for table in form.tables:
        lines += [table.captions[0], *_head(table)]
        for row in table.rows:
            lines += [*row.labels[:1], *(figures[key] for key in table.keys_of(row))]
    return [*lines, "五、存在的主要问题及改进情况"]


def _head(table: Table) -> Iterator[str]:
    labels = [column.labels[0] for column in table.columns]
    if table.id == "t3":
        yield from (table.group_labels[0], labels[0], table.group_labels[1], labels[-1], *labels[1:-1])
    elif table.id == "t4":
        yield from ("行政复议", "行政诉讼", *labels[:5], "未经复议直接起诉", "复议后起诉", *labels[5:])
    else:
        yield from (table.group_labels[0], *labels)


def read(lines: list[str], form: Form) -> dict[str, tuple[Decimal | None, State]]:
    pieces = read_text("\n\n".join(lines)).pieces
    return {key: (cell.value, cell.state) for key, cell in place(form, pieces).cells.items()}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_planted_figure_comes_back(edition: str) -> None:
    """A whole flattened form is read without one exception."""
    form = forms()[edition]
    figures = planted(form)
    assert read(flat(form, figures), form) == {key: (Decimal(figure), State.READ) for key, figure in figures.items()}


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=300, deadline=None)
@given(
    blanked=st.sets(st.integers(0, 199), max_size=25),
    dropped=st.sets(st.integers(0, 280), max_size=40),
    stretch=st.tuples(st.integers(0, 280), st.integers(0, 9)),
)
def test_damage_never_makes_a_wrong_figure(edition: str, blanked: set[int], dropped: set[int], stretch: tuple[int, int]) -> None:
    """Cells blanked, then lines dropped anywhere and in one stretch: a cell holds its own figure or none."""
    form = forms()[edition]
    figures = planted(form)
    printed = {key: " " if number in blanked else figure for number, (key, figure) in enumerate(figures.items())}
    lost = dropped | set(range(stretch[0], sum(stretch)))
    got = read([line for number, line in enumerate(flat(form, printed)) if number not in lost], form)
    assert {key: str(value) for key, (value, _) in got.items() if value is not None}.items() <= figures.items()


@pytest.mark.parametrize("kept", range(8))
def test_a_row_that_may_hold_the_next_rows_figures_is_refused(kept: int) -> None:
    """With the label of the second row and seven of both rows' figures lost, seven figures are left: whose they are is not known."""
    form = forms()["e2019"]
    figures = planted(form)
    lines = flat(form, figures)
    at = lines.index("二、上年结转政府信息公开申请数量")
    first, second = lines[at - 7 : at], lines[at + 1 : at + 8]
    got = read([*lines[: at - 7], *first[:kept], *second[kept:], *lines[at + 8 :]], form)
    assert got["t3.carried_over_in.total"][0] is None
    assert got["t3.new_requests.natural_person"][0] is None


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_blank_cells_stay_blank(edition: str, data: st.DataObject) -> None:
    """Figures blanked at random, their paragraphs kept: those cells are blank or refused, all others hold their own figure or none."""
    form = forms()[edition]
    figures = planted(form)
    blanked = data.draw(st.sets(st.sampled_from(form.cell_keys), max_size=20))
    got = read(flat(form, {key: " " if key in blanked else figure for key, figure in figures.items()}), form)
    assert all(got[key][0] is None for key in blanked)
    assert all(value is None or str(value) == figures[key] for key, (value, _) in got.items())


def test_menu_words_do_not_attract_figures() -> None:
    """行政许可 in a menu followed by a counter is not the row of the form."""
    form = forms()["e2019"]
    figures = planted(form)
    menu = ["行政许可", "88", "行政处罚", "99", "总计", "7"]
    assert read([*menu, *flat(form, figures), *menu], form) == read(flat(form, figures), form)


def test_a_local_extra_row_is_passed_over() -> None:
    """其他主动公开文件 (Hubei 2020) stands between two rows and belongs to none."""
    form = forms()["e2019"]
    figures = planted(form)
    lines = flat(form, figures)
    at = lines.index("第二十条第（五）项")
    got = read([*lines[:at], "其他主动公开文件", "1", "2", "3", *lines[at:]], form)
    assert got == read(lines, form)


def test_columns_in_another_order_follow_their_header() -> None:
    """Where the header prints the columns in another order, the figures go with it."""
    form = forms()["e2021"]
    figures = planted(form)
    lines = flat(form, figures)
    at = lines.index("本年制发件数")
    lines[at], lines[at + 2] = lines[at + 2], lines[at]
    got = read(lines, form)
    assert got["t2_1.rules.in_force"] == (Decimal(figures["t2_1.rules.issued"]), State.READ)


def test_two_forms_on_one_page_are_refused() -> None:
    """Last year's table beside this year's: which is meant is not known, so both stay candidates."""
    form = forms()["e2021"]
    first = planted(form)
    second = {key: str(int(figure) + 5000) for key, figure in first.items()}
    pieces = tuple(Piece(line, f"line {n}") for n, line in enumerate(flat(form, first) + flat(form, second), 1))
    cells = place(form, pieces).cells
    assert {cell.state for cell in cells.values()} == {State.AMBIGUOUS}
    assert set(cells["t3.granted.total"].candidates) == {Decimal(first["t3.granted.total"]), Decimal(second["t3.granted.total"])}


def test_another_editions_header_is_refused() -> None:
    """Figures under columns that are not the form's are not read into them."""
    form = forms()["e2021"]
    lines = flat(form, planted(form))
    at = lines.index("本年制发件数")
    lines[at : at + 3] = ["本年新制作数量", "本年新公开数量", "对外公开总数量"]
    assert read(lines, form)["t2_1.rules.issued"] == (None, State.AMBIGUOUS)


def test_labels_in_traditional_script_with_readings() -> None:
    """A converted copy prints 規(guī)章 and 行政強(qiáng)製; its figures are the same."""
    form = forms()["e2021"]
    figures = planted(form)
    lines = [
        line.replace("规章", "規(guī)章").replace("行政强制", "行政強(qiáng)製").replace("总计", "總計")
        for line in flat(form, figures)
    ]
    assert read(lines, form) == {key: (Decimal(figure), State.READ) for key, figure in figures.items()}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_row_of_which_nothing_but_line_ends_is_left(edition: str) -> None:
    """Blanks that are one line end each (layouts.md A13c): rows keep their figures, and a row without any has none."""
    form = forms()[edition]
    figures = planted(form)
    blank = {key for key in figures if key.startswith(("t3.refused", "t3.granted.r")) or key.endswith(".other_org")}
    lines = flat(form, {key: "" if key in blank else figure for key, figure in figures.items()})
    cells = place(form, read_text("\n".join(f"{line}\n" if line else "" for line in lines)).pieces).cells
    assert {key for key, cell in cells.items() if cell.value is None} == blank
    assert all(cells[key].value == Decimal(figures[key]) for key in figures.keys() - blank)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_column_more_than_the_form_has(edition: str) -> None:
    """上年总计 behind 总计: a row that lost a figure has just as many as the form's columns, and they are not its own."""
    form = forms()[edition]
    figures = planted(form)
    wider = {key: f"{figure}|8" if key.endswith(".total") else figure for key, figure in figures.items()}
    lost = "t3.granted.natural_person"
    lines = [part for line in flat(form, wider) if line != figures[lost] for part in line.split("|")]
    got = read(lines, form)
    assert {key: value for key, (value, _) in got.items() if value not in {None, Decimal(figures[key])}} == {}
    assert got["t2_1.rules." + form.tables[0].columns[0].key] == (Decimal(1001), State.READ)


def glued(form: Form, row: str, digits: str, **others: str) -> dict[str, tuple[Decimal | None, State]]:
    """The cells of a row of table 三 of which the figures are printed in one run, under rows that print as many noughts."""
    lines: list[str] = []
    for table in form.tables:
        lines += [table.captions[0], *_head(table)]
        printed = {line.key: "0" * len(table.columns) for line in table.rows} | {row: digits} | others
        lines += ["".join((*line.labels[:1], printed[line.key])) for line in table.rows]
    cells = read([*lines, "五、存在的主要问题及改进情况"], form)
    return {key: cell for key, cell in cells.items() if key.startswith(f"t3.{row}.")}


@pytest.mark.parametrize("edition", EDITIONS)
def test_digits_in_one_run_are_the_figures_that_their_sum_bears_out(edition: str) -> None:
    """As many digits as columns may hold a figure of two and a blank: `4458102` is 44, 58 and 102, and `2100003` what it says."""
    form = forms()[edition]
    assert [int(value or 0) for value, _ in glued(form, "refused_deliberative_process", "2100003").values()] == [
        2,
        1,
        0,
        0,
        0,
        0,
        3,
    ]
    assert {state for _, state in glued(form, "refused_deliberative_process", "4458102").values()} == {State.AMBIGUOUS}


@pytest.mark.parametrize("edition", EDITIONS)
def test_digits_in_one_run_where_others_lost_a_cell(edition: str) -> None:
    """A row of fewer digits than columns shows that blanks leave no trace: 37 is the sum of 2, 0, 32, 0, 1, 2, and of a blank, 20, 3, 2, 0, 12."""
    form = forms()[edition]
    got = glued(form, "granted", "203201237", processed_total="203201237", new_requests="203201237", carried_forward="000000")
    assert {value for value, _ in got.values()} == {None}


def wrong(form: Form, lines: list[str], figures: dict[str, str]) -> dict[str, Decimal]:
    """What is read and is not the figure planted in its cell."""
    cells = place(form, read_text("\n\n".join(lines)).pieces).cells
    return {key: cell.value for key, cell in cells.items() if cell.value is not None and str(cell.value) != figures[key]}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_number_cut_in_two_behind_a_row(edition: str) -> None:
    """`1`, `01` is what is left of 101: the row has a cell more than the form, and its last is not 1."""
    form = forms()[edition]
    figures = planted(form) | {"t3.granted.total": "90001"}
    lines = [part for line in flat(form, figures) for part in (("9", "0001") if line == "90001" else (line,))]
    assert wrong(form, lines, figures) == {}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_blank_in_one_row_is_a_cell(edition: str) -> None:
    """A row of a blank and a number cut in two has as many figures as columns, on a page whose rows have no blanks between."""
    form = forms()[edition]
    figures = planted(form) | {"t3.granted.natural_person": "", "t3.granted.total": "90071"}
    lines = [part for line in flat(form, figures) for part in (("900", "71") if line == "90071" else (line or " ",))]
    got = place(form, read_text("\n\n".join(lines)).pieces).cells
    assert {cell.value for key, cell in got.items() if key.startswith("t3.granted.")} == {None}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_doubled_full_stop_is_no_figure_of_the_row_before(edition: str) -> None:
    """`2..其他法律…`: what stands in front of the label numbers it."""
    form = forms()[edition]
    figures = planted(form) | {"t3.refused_state_secret.natural_person": " ", "t3.refused_state_secret.total": ""}
    lines = [line.replace("2.其他法律", "2..其他法律") for line in flat(form, figures) if line]
    assert wrong(form, lines, figures) == {}


def sums(form: Form) -> dict[str, str]:
    """Figures of table 三 whose 总计 is the sum of the others."""
    figures = planted(form)
    table = next(table for table in form.tables if table.id == "t3")
    rows = [table.keys_of(row) for row in table.rows]
    return figures | {keys[-1]: str(sum(int(figures[key]) for key in keys[:-1])) for keys in rows}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("lost", range(1, 6))
@pytest.mark.parametrize("is_named", [True, False])
def test_a_column_lost_from_every_row(edition: str, lost: int, is_named: bool) -> None:
    """Table 三 without one of its columns, its label there or not: no figure moves to another column, whatever blanks open or end the rows."""
    form = forms()[edition]
    figures = sums(form)
    table = next(table for table in form.tables if table.id == "t3")
    label = table.columns[lost].labels[0]
    missing = {key: "" for key in table.keys if key.endswith(f".{table.columns[lost].key}")}
    for opened, ended in (("", ""), (" ", ""), ("", " ")):
        blanks = {keys[0]: f"{opened}|{figures[keys[0]]}" for row in table.rows[3::4] if (keys := table.keys_of(row))}
        blanks |= {keys[-1]: f"{figures[keys[-1]]}|{ended}" for row in table.rows[::4] if (keys := table.keys_of(row))}
        printed = [part for line in flat(form, figures | blanks | missing) for part in line.split("|") if part]
        lines = [line for line in printed if is_named or line != label]
        assert {key for key in wrong(form, lines, figures) if key.startswith("t3.")} == set(), (opened, ended)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("is_behind", [False, True])
def test_numbered_rows(edition: str, is_behind: bool) -> None:
    """A column 序号 in front of the labels, or 行次 behind them, is none of the form's, and a blank that collapsed beside a number is one still."""
    form = forms()[edition]
    blank = {"t3.refused_state_secret.total", "t3.refused_prohibited_by_law.commercial_enterprise"}
    figures = planted(form) | dict.fromkeys(blank, "")
    rows = [row.labels[0] for table in form.tables for row in table.rows if row.labels]
    order = slice(None, None, -1 if is_behind else 1)
    lines = [
        part for line in flat(form, figures) for part in ([str(rows.index(line) + 1), line][order] if line in rows else [line])
    ]
    assert wrong(form, lines, figures) == {}
    assert read([line for line in lines if line], form)["t3.granted.total"] == (Decimal(figures["t3.granted.total"]), State.READ)
