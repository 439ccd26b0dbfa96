"""Layouts that few pages have and a person reads at once: whole pages are read whole, and damage never makes a wrong figure."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import parse_report
from parsers.forms import Form, Row, Table, forms

TITLE = "青石镇人民政府2022年政府信息公开工作年度报告"
HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
OVER = ("行政复议", "未经复议直接起诉", "复议后起诉")
GROUPS = {
    "granted": "三、本年度办理结果",
    "refused_state_secret": "（三）不予公开",
    "unavailable_not_held": "（四）无法提供",
    "not_processed_petition_complaint": "（五）不予处理",
}
Cells = Mapping[str, Sequence[str]]
"""What is printed for each key: one text, none where the cell is lost, two where a number is cut."""


@dataclass(frozen=True)
class Printed:
    """One row: its labels, its cells, and how many columns of the grid each takes."""

    labels: tuple[str, ...]
    cells: tuple[str, ...] = ()


def planted(form: Form) -> dict[str, str]:
    """A number of its own for each cell."""
    return {key: str(1001 + 7 * number) for number, key in enumerate(form.cell_keys)}


def damaged(figures: Mapping[str, str], rng: random.Random, *, cut: bool = True) -> dict[str, list[str]]:
    """Cells lost, left blank, or cut in two; one of a row, or of a block of table 二, at most: one that lost a cell and holds another in two parts has as
    many as it should.
    """
    cells = {key: [figure] for key, figure in figures.items()}
    hurt = rng.sample(sorted(figures), rng.randint(0, 6))
    for key in {key.partition(".")[0] if key.startswith("t2") else key.rpartition(".")[0]: key for key in hurt}.values():
        cells[key] = rng.choice(([], [""], [figures[key][:2], figures[key][2:]] if cut else []))
    return cells


def page(body: str) -> bytes:
    return f"<html><body><h1>{TITLE}</h1>{body}<p>五、存在的主要问题及改进情况</p></body></html>".encode()


def text(lines: Iterator[str]) -> bytes:
    return "\n".join([TITLE, "", *lines, "五、存在的主要问题及改进情况"]).encode()


def labels_of(row: Row) -> tuple[str, ...]:
    return (*filter(None, [GROUPS.get(row.key)]), row.labels[0])


def rows_of(table: Table, cells: Cells, *, without: Sequence[str] = ()) -> Iterator[Printed]:
    """A table row by row, its header first; columns `without` and their labels left out."""
    columns = [column for column in table.columns if column.key not in without]
    heads = [column.labels[0] for column in columns]
    if table.id == "t4":
        yield Printed((table.captions[0],))
        yield Printed(("行政复议", "行政诉讼"))
        yield Printed((*heads[:5], "未经复议直接起诉", "复议后起诉"))
        yield Printed(tuple(heads[5:]))
    elif table.id == "t3":
        yield Printed((table.captions[0],))
        yield Printed(("申请人情况",))
        inner = [head for head, column in zip(heads, columns, strict=True) if column.key not in ("natural_person", "total")]
        first, last = heads[: heads.index(inner[0])], heads[heads.index(inner[-1]) + 1 :]
        yield Printed((*first, "法人或其他组织", *last))
        yield Printed(tuple(inner))
    else:
        yield Printed((table.captions[0],))
        yield Printed(("信息内容", *heads))
    for row in table.rows:
        keys = dict(zip([column.key for column in table.columns], table.keys_of(row), strict=True))
        texts = tuple(text for column in columns for text in cells[keys[column.key]])
        yield Printed(labels_of(row) if row.labels else (), texts)


def read(data: bytes) -> dict[str, str]:
    return {key: f"{cell.value:f}" for key, cell in parse_report(data).cells.items() if cell.value is not None}


def piped(rows: Iterator[Printed]) -> Iterator[str]:
    return ("| " + " | ".join(row.labels + row.cells) + " |" for row in rows)


def lines(rows: Iterator[Printed]) -> Iterator[str]:
    return (line for row in rows for cell in row.labels + row.cells for line in (cell or " ", ""))


def html(rows: Iterator[Printed]) -> Iterator[str]:
    yield "<table>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row.labels + row.cells) + "</tr>"
    yield "</table>"


def paragraphs(rows: Iterator[Printed]) -> Iterator[str]:
    return (f"<p>{''.join(row.labels)}</p>" for row in rows)


def between(separator: str) -> Callable[[Iterator[Printed]], Iterator[str]]:
    """A row a line, its cells between commas, semicolons or tabs."""
    return lambda rows: (separator.join(row.labels + row.cells) for row in rows)


def quoted(rows: Iterator[Printed]) -> Iterator[str]:
    """As spreadsheets are written out: every row as long as the longest."""
    printed = [row.labels + row.cells for row in rows]
    width = max(map(len, printed))
    return (",".join(f'"{cell}"' for cell in (*cells, *[""] * (width - len(cells)))) for cells in printed)


Layout = Callable[[Form, Cells], bytes]


def left_out(carrier: Callable[[Iterator[Printed]], Iterator[str]], *columns: str) -> Layout:
    """Table 三 without some of its columns and their labels."""

    def layout(form: Form, cells: Cells) -> bytes:
        parts = (carrier(rows_of(t, cells, without=columns if t.id == "t3" else ())) for t in form.tables)
        printed = (line for part in parts for line in part)
        return page("".join(printed)) if carrier is html else text(printed)

    return layout


WITHOUT = ("public_interest_org", "legal_service_org"), ("other_org",), ("total",), ("natural_person", "research_institution")
NARROW: Mapping[str, tuple[Layout, Sequence[str]]] = {
    f"{carrier.__name__} without {' '.join(columns)}": (left_out(carrier, *columns), columns)
    for carrier in (piped, lines, html)
    for columns in WITHOUT
}


@pytest.mark.parametrize("layout", NARROW)
@pytest.mark.parametrize("edition", forms())
def test_columns_left_out_with_their_labels(edition: str, layout: str) -> None:
    """The labels that are left say which column each cell is in; the others are not there."""
    form = forms()[edition]
    make, without = NARROW[layout]
    gone = {key for key in planted(form) if key.startswith("t3") and key.rpartition(".")[2] in without}
    expected = {key: figure for key, figure in planted(form).items() if key not in gone}
    assert read(make(form, {key: [figure] for key, figure in planted(form).items()})) == expected


def of_parts(
    **parts: Callable[[Table, Cells], Iterator[Printed]],
) -> Callable[[Form, Cells], Iterator[tuple[str, list[Printed]]]]:
    """The rows of each part of the form under its heading, those of some parts printed otherwise."""

    def printed(form: Form, cells: Cells) -> Iterator[tuple[str, list[Printed]]]:
        for heading, part in zip(HEADINGS, ("t2", "t3", "t4"), strict=True):
            make = parts.get(part, rows_of)
            yield heading, [row for table in form.tables if table.part == part for row in make(table, cells)]

    return printed


def carried(
    carrier: Callable[[Iterator[Printed]], Iterator[str]], **parts: Callable[[Table, Cells], Iterator[Printed]]
) -> Layout:
    def layout(form: Form, cells: Cells) -> bytes:
        body = [(heading, list(carrier(iter(rows)))) for heading, rows in of_parts(**parts)(form, cells)]
        if carrier in (html, paragraphs):
            return page("".join(f"<p>{heading}</p>{''.join(of)}" for heading, of in body))
        return text(line for heading, of in body for line in (heading, "", *of, ""))

    return layout


def labels_above(table: Table, cells: Cells) -> Iterator[Printed]:
    """Each label in a row of its own, its figures in the next."""
    for row in rows_of(table, cells):
        yield from [Printed((" ".join(row.labels),)), Printed((), row.cells)] if row.labels and row.cells else [row]


def rows_first(table: Table, cells: Cells) -> Iterator[Printed]:
    """Table 二 with the names of its rows above, and a row for each column."""
    yield Printed((table.captions[0],))
    yield Printed(("信息内容", *(row.labels[0] for row in table.rows)))
    for number, column in enumerate(table.columns):
        yield Printed((column.labels[0],), tuple(text for row in table.rows for text in cells[table.keys_of(row)[number]]))


def pairs(table: Table, cells: Cells) -> Iterator[Printed]:
    """Every figure of table 二 behind the name of its column, a row a line."""
    yield Printed((table.captions[0],))
    for row in table.rows:
        named = [(c.labels[0], *cells[key]) for c, key in zip(table.columns, table.keys_of(row), strict=True)]
        yield Printed((row.labels[0], *(text for pair in named for text in pair)))


def blocks(table: Table, cells: Cells) -> Iterator[Printed]:
    """Table 四 in three blocks, the names of each above its figures."""
    for number, over in enumerate(OVER):
        columns, keys = (of[5 * number : 5 * number + 5] for of in (table.columns, table.keys))
        yield Printed((over,))
        yield Printed(tuple(column.labels[0] for column in columns))
        yield Printed((), tuple(text for key in keys for text in cells[key]))


def sentences(table: Table, cells: Cells) -> Iterator[Printed]:
    """`（一）予以公开：自然人3件，商业企业0件，总计3件。`"""
    if table.part == "t2":
        yield Printed((table.captions[0],))
    for row in table.rows:
        named = [
            f"{column.labels[0]}{' '.join(cells[key])}{'万元' if column.is_decimal else '件'}"
            for column, key in zip(table.columns, table.keys_of(row), strict=True)
        ]
        parts = (
            {"".join(labels_of(row)): named} if row.labels else {over: named[5 * n : 5 * n + 5] for n, over in enumerate(OVER)}
        )
        yield from (Printed((f"{label}：{'，'.join(part)}。",)) for label, part in parts.items())


APART: Mapping[str, Layout] = {
    "labels above": carried(html, t2=labels_above, t3=labels_above),
    "blocks of table four": carried(html, t4=blocks),
    "blocks of table four, lines": carried(lines, t4=blocks),
    "blocks of table four, pipes": carried(piped, t4=blocks),
    "rows of table two above": carried(html, t2=rows_first),
    "rows of table two above, lines": carried(lines, t2=rows_first),
    "rows of table two above, pipes": carried(piped, t2=rows_first),
    "sentences": carried(lines, t2=sentences, t3=sentences, t4=sentences),
    "sentences in paragraphs": carried(paragraphs, t2=sentences, t3=sentences, t4=sentences),
    "pairs of table two": carried(html, t2=pairs),
    "pairs of table two, lines": carried(lines, t2=pairs),
}


SEPARATED: Mapping[str, Layout] = {f"between {separator!r}": carried(between(separator)) for separator in ",，;；\t"} | {
    "quoted": carried(quoted)
}


@pytest.mark.parametrize("layout", SEPARATED)
@pytest.mark.parametrize("edition", forms())
def test_cells_between_separators(edition: str, layout: str) -> None:
    """A comma, semicolon or tab stands between cells as a pipe does; within a label's brackets it is one of its own."""
    form = forms()[edition]
    assert read(SEPARATED[layout](form, {key: [figure] for key, figure in planted(form).items()})) == planted(form)


def test_a_number_cut_in_two_where_totals_are_blank_and_another_row_lost_a_cell() -> None:
    """The row of as many figures as columns has one too many: all others end with a blank, also where one of them is shorter."""
    form = forms()["e2021"]
    cells = {key: [""] if key.startswith("t3") and key.endswith(".total") else [figure] for key, figure in planted(form).items()}
    cells |= {"t3.granted.natural_person": [], "t3.not_processed_excessive.commercial_enterprise": ["2", "444"]}
    got = read(carried(piped)(form, cells))
    assert not any(key.startswith("t3.not_processed_excessive") for key in got)


def test_a_thousands_separator_is_none_between_cells() -> None:
    """`行政许可 1,678` is a row between blanks, not 行政许可1 misprinted and 678."""
    form = forms()["e2021"]
    figures = {key: f"1,{number}" for number, key in enumerate(form.cell_keys, 201)}
    got = read(carried(between(" "))(form, {key: [figure] for key, figure in figures.items()}))
    assert got == {key: figure.replace(",", "") for key, figure in figures.items()}


@pytest.mark.parametrize("layout", APART)
@pytest.mark.parametrize("edition", forms())
def test_labels_apart_from_their_figures(edition: str, layout: str) -> None:
    """A row of labels above a row of figures, and names in front of each figure."""
    form = forms()[edition]
    assert read(APART[layout](form, {key: [figure] for key, figure in planted(form).items()})) == planted(form)


ALL: Mapping[str, Layout] = {name: make for name, (make, _) in NARROW.items()} | APART | SEPARATED


@pytest.mark.parametrize("layout", ALL)
@pytest.mark.parametrize("edition", forms())
@settings(max_examples=25, deadline=None)
@given(rng=st.randoms())
def test_damage_never_makes_a_wrong_figure(edition: str, layout: str, rng: random.Random) -> None:
    """Cells lost, blank, or cut in two: a cell holds its own figure or none."""
    form = forms()[edition]
    figures = planted(form)
    got = read(ALL[layout](form, damaged(figures, rng)))
    assert got.items() <= figures.items()
