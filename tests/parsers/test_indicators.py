"""The statistics forms before 2019: planted figures come back, from every layout, or are not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import Kind, State, parse_report
from parsers.forms import Form, Table, statistics_forms

FORMS = list(statistics_forms().values())
TITLE = "某某镇2016年政府信息公开工作年度报告"
Row = tuple[str, ...]
Layout = Callable[[Sequence[Row]], str]


def label(table: Table) -> str:
    return (table.captions or table.rows[0].labels)[0]


def header(form: Form, *, columns: int) -> Row:
    if form.id == "s2014":
        return ("统计指标", "单位", "统计数")
    return ("指标名称", "计量单位", "代码", "本年度", "历年累计")[: 3 + columns]


def rows(form: Form, figures: dict[str, str | None], *, columns: int = 1) -> list[Row]:
    """The form as rows of texts; a figure of None leaves the row without its cell."""
    out: list[Row] = [header(form, columns=columns)]
    for table in form.tables:
        if not table.rows:
            out.append((label(table), "", ""))
            continue
        code = (table.rows[0].code,) if form.id == "sh2004" else ()
        figure = figures[table.keys[0]]
        cells = () if figure is None else (figure, *["987654"] * (columns - 1))
        out.append((label(table), table.columns[0].unit or "", *code, *cells))
    return out


def as_table(table: Sequence[Row]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table) + "</table>"


def as_paragraphs(table: Sequence[Row]) -> str:
    return "".join(f"<p>{cell}</p>" for row in table for cell in row if cell)


def as_lines(table: Sequence[Row]) -> str:
    return "<pre>" + "</pre><pre>".join(" ".join(row).strip() for row in table) + "</pre>"


LAYOUTS: dict[str, Layout] = {"table": as_table, "paragraphs": as_paragraphs, "lines": as_lines}


def read(body: str) -> dict[str, tuple[Decimal | None, State]]:
    page = f"<html><head><meta charset='utf-8'></head><body><h1>{TITLE}</h1><p>一、概述</p>{body}</body></html>"
    report = parse_report(page.encode())
    assert report.kind in {Kind.REPORT, Kind.BLANK_FORM}
    return {key: (cell.value, cell.state) for key, cell in report.cells.items()}


def planted(form: Form) -> dict[str, str | None]:
    numbers = count(1001, 7)
    return {key: f"{next(numbers)}" for key in form.cell_keys}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_figure_in_its_place(form: Form, layout: str) -> None:
    """All indicators of the form, each with a figure of its own."""
    figures = planted(form)
    found = read(LAYOUTS[layout](rows(form, figures)))
    assert found == {key: (Decimal(figure or ""), State.READ) for key, figure in figures.items()}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_annual_column_and_never_the_cumulative_one(layout: str) -> None:
    """本年度 beside 历年累计."""
    form = statistics_forms()["sh2004"]
    figures = planted(form)
    found = read(LAYOUTS[layout](rows(form, figures, columns=2)))
    assert found == {key: (Decimal(figure or ""), State.READ) for key, figure in figures.items()}


def test_two_annual_columns_that_differ() -> None:
    """本期实际 beside 本年累计: which of them is the year is not told, and both are named."""
    form = statistics_forms()["sh2004"]
    table = [("指标名称", "计量单位", "代码", "本期实际", "本年累计"), *rows(form, planted(form), columns=2)[1:]]
    found = parse_report(f"<h1>{TITLE}</h1>{as_table(table)}".encode()).cells
    assert {cell.state for cell in found.values()} == {State.AMBIGUOUS}
    assert found["sh.replies"].candidates[1] == 987654


def of_bodies(form: Form, *, total_at: int, damage: dict[int, list[str]] | None = None) -> list[Row]:
    """The list with a column for each of three bodies and one for all of them; `damage` gives by row the cells it has instead."""
    heads = ["县政府办公室", "县民政局", "县教育局"]
    heads.insert(total_at, "合计")
    table: list[Row] = [("统计指标", "单位", *heads)]
    for number, (name, unit, *cells) in enumerate(rows(form, planted(form))[1:], 1):
        others = [str(80_001 + 10 * number + column) for column in range(3)]
        others[total_at:total_at] = cells
        table.append((name, unit, *((damage or {}).get(number, others) if cells else [""] * 4)))
    return table


@pytest.mark.parametrize("total_at", [0, 3])
def test_the_column_of_all_bodies(total_at: int) -> None:
    """合计 stands over one of as many columns as the lines have figures: the others are those of single bodies."""
    form = statistics_forms()["s2014"]
    found = read(as_table(of_bodies(form, total_at=total_at)))
    assert found == {key: (Decimal(figure or ""), State.READ) for key, figure in planted(form).items()}


@pytest.mark.parametrize("total_at", [0, 3])
@settings(max_examples=60)
@given(data=st.data())
def test_the_column_of_all_bodies_where_cells_are_lost(data: st.DataObject, total_at: int) -> None:
    """A cell lost from a line, filled up behind or not, or blank: 合计 is its own figure or not known."""
    form = statistics_forms()["s2014"]
    whole = of_bodies(form, total_at=total_at)
    damage = {}
    for number in data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=12)):
        cells = list(whole[number][2:])
        at, how = data.draw(st.integers(0, 3)), data.draw(st.sampled_from(["lost", "filled", "blank"]))
        cells[at : at + 1] = [""] if how == "blank" else []
        damage[number] = cells + [""] * (how == "filled")
    found = read(as_table(of_bodies(form, total_at=total_at, damage=damage)))
    figures = planted(form)
    assert all(value is None or value == Decimal(figures[key] or "") for key, (value, _) in found.items())


@settings(max_examples=60)
@given(data=st.data(), layout=st.sampled_from(sorted(LAYOUTS)), form=st.sampled_from(FORMS), columns=st.integers(1, 2))
def test_damaged_lists_give_no_wrong_figure(data: st.DataObject, layout: str, form: Form, columns: int) -> None:
    """Cells blank or lost, labels lost, ordinals lost, lines gone: what is read is what was planted."""
    figures = planted(form)
    for key in data.draw(st.lists(st.sampled_from(form.cell_keys), max_size=12)):
        figures[key] = data.draw(st.sampled_from(["", None, "/", "0", "１２", "1,234"]))
    table = rows(form, figures, columns=columns if form.id == "sh2004" else 1)
    for at in data.draw(st.lists(st.integers(1, len(table) - 1), max_size=6)):
        damage = data.draw(st.sampled_from(["label", "line", "unit", "ordinal"]))
        row = table[at]
        table[at] = {
            "label": ("", *row[1:]),
            "line": (),
            "unit": (row[0], "", *row[2:]) if row else (),
            "ordinal": (row[0].lstrip("（）()一二三四五六七八九十0123456789.、其中："), *row[1:]) if row else (),
        }[damage]
    meant = {"": None, "/": None, None: None, "１２": Decimal(12), "1,234": Decimal(1234)}
    for key, (value, _) in read(LAYOUTS[layout](table)).items():
        figure = figures[key]
        assert value is None or value == (meant[figure] if figure in meant else Decimal(figure or "")), key


def test_figures_with_units_go_to_the_unit_of_the_line() -> None:
    """专项经费 counts 万元, also where the page prints 元; the Shanghai fees count 元."""
    table = [*rows(FORMS[0], planted(FORMS[0]))[:20], ("（四）政府信息公开专项经费", "元", "25000")]
    assert read(as_table(table))["s14.dedicated_funding"] == (Decimal("2.5"), State.READ)
    sh = statistics_forms()["sh2004"]
    assert read(as_table(rows(sh, planted(sh) | {"sh.fee_search": "30元"})))["sh.fee_search"] == (Decimal(30), State.READ)


def test_a_label_of_two_indicators_between_lost_lines() -> None:
    """其他情形数 stands under reviews and under lawsuits; where neither side tells which, its figure is a candidate."""
    form = statistics_forms()["s2014"]
    table = rows(form, planted(form))
    first = next(number for number, row in enumerate(table) if row[0] == "（三）其他情形数")
    found = read(as_table([row for row in table[:first] if "复议" not in row[0]] + table[first : first + 1]))
    assert {found[f"s14.{name}_other"][1] for name in ("reviews", "litigation")} == {State.AMBIGUOUS, State.UNREAD}


def test_a_figure_that_is_the_code_of_its_line() -> None:
    """Without a column 代码 a figure may be the number that the line's code would be (14 网上申请数)."""
    form = statistics_forms()["sh2004"]
    figures = {key: table.rows[0].code for table in form.tables if table.rows for key in table.keys}
    figures |= dict.fromkeys(figures.keys() - {"sh.requests_online"}, "3")
    table = [(label(t), t.columns[0].unit or "", figures[t.keys[0]]) for t in form.tables if t.rows]
    page = f"<h1>{TITLE}</h1>{as_table([('指标名称', '计量单位', '本年度'), *table])}"
    assert parse_report(page.encode()).cells["sh.requests_online"].value == 14
