"""Pages as portals serve them: the statutory tables with their spans, and what editors and exports make of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence

from lxml import etree, html

from nianbao.bench.planting import GRIDS, Page, PrintedRow, rows_of
from nianbao.bench.text_layouts import CLOSING, HEADINGS, TITLE

Element = etree._Element
Change = Callable[[Element, random.Random], None]
EVEN = 0.5
_GROUP_SPANS = {"（三）不予公开": 8, "（四）无法提供": 3, "（五）不予处理": 5, "（六）其他处理": 3}


def html_page(page: Page, changes: Iterable[Change], rng: random.Random, *, charset: str) -> bytes:
    """The page with its tables as the form prints them, then changed."""
    root = html.document_fromstring(f"<html><body><h1>{TITLE}</h1><p>一、总体情况</p></body></html>")
    body = root.find("body")
    assert body is not None  # noqa: S101 (written two lines above)
    _add_form(body, page)
    if page.other:
        _add(body, "p", page.other[0])
        _add_form(body, page.other[1])
    _add(body, "p", CLOSING)
    for change in changes:
        change(root, rng)
    for at, texts in zip((0, len(body)), page.around, strict=False):
        body.insert(at, _beside(texts, rng))
    text = str(html.tostring(root, encoding="unicode"))
    return text.replace("<body>", f'<head><meta charset="{charset}"></head><body>', 1).encode(charset)


def _add_form(body: Element, page: Page) -> None:
    for heading, part in zip(HEADINGS, ("t2", "t3", "t4"), strict=True):
        _add(body, "p", heading)
        body.append(_table([row for t in page.form.tables if t.part == part for row in rows_of(page, t)], part))


def _beside(texts: Sequence[str], rng: random.Random) -> Element:
    """A menu or a table that is none of the form's."""
    if rng.random() < EVEN:
        menu = etree.Element("ul")
        for text in texts:
            _add(menu, "li", text)
        return menu
    table = etree.Element("table")
    for word, figure in zip(texts[::2], texts[1::2], strict=True):
        _tr(table, [(word, 1, 1), (figure, 1, 1)])
    return table


def _add(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _table(rows: Sequence[PrintedRow], part: str) -> Element:
    table = etree.Element("table", {"border": "1"})
    builder = {"t2": _proactive, "t3": _requests, "t4": _reviews}[part]
    builder(table, rows)
    return table


def _tr(table: Element, cells: Iterable[tuple[str, int, int]]) -> None:
    """A row of (text, columns, rows)."""
    row = etree.SubElement(table, "tr")
    for text, across, down in cells:
        spans = {name: str(span) for name, span in (("colspan", across), ("rowspan", down)) if span > 1}
        _add(row, "td", text, **spans)


def _proactive(table: Element, rows: Sequence[PrintedRow]) -> None:
    for row in rows:
        texts = row.texts
        _tr(table, [*((text, 1, 1) for text in texts[:-1]), (texts[-1], max(1, 5 - len(texts)), 1)] if texts else [])


def _requests(table: Element, rows: Sequence[PrintedRow]) -> None:
    first, second, third, *body = rows
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    _tr(table, [(note, 3, 3), (first.labels[0], 7, 1)])
    _tr(table, [(text, 5 if text == "法人或其他组织" else 1, 1 if text == "法人或其他组织" else 2) for text in second.labels])
    _tr(table, [(text, 1, 1) for text in third.labels])
    outcomes = len(body) - 3
    grouped = 0
    for row in body:
        groups = [(text, 1, _GROUP_SPANS.get(text, outcomes)) for text in row.labels[:-1]] if len(row.labels) > 1 else []
        grouped = max([grouped - 1, *(_GROUP_SPANS.get(text, 0) for text, _, _ in groups)])
        across = 1 if grouped > 0 else 2
        own = row.labels[-1:]
        _tr(
            table,
            [
                *groups,
                *((text, 3 if text[:2] in {"一、", "二、", "四、"} else across, 1) for text in own),
                *((c, 1, 1) for c in row.cells),
            ],
        )


def _reviews(table: Element, rows: Sequence[PrintedRow]) -> None:
    first, second, third, body = rows
    _tr(table, [(first.labels[0], 5, 1), (first.labels[1], 10, 1)])
    _tr(table, [(text, 5 if "起诉" in text else 1, 1 if "起诉" in text else 2) for text in second.labels])
    _tr(table, [(text, 1, 1) for text in third.labels])
    _tr(table, [(text, 1, 1) for text in body.cells])


def _tables(root: Element) -> list[Element]:
    return list(root.iter("table"))


def _words(element: Element) -> str:
    return "".join(str(text) for text in element.itertext())


def without(*names: str) -> Change:
    """Spans lost."""

    def change(root: Element, rng: random.Random) -> None:
        del rng
        for cell in root.iter("td"):
            for name in names:
                cell.attrib.pop(name, "")

    return change


def spans_as_cells(root: Element, rng: random.Random) -> None:
    """Every column and row of a span written out as a cell without text."""
    for table in _tables(root):
        rows = list(table.iter("tr"))
        grid = _grid(rows)
        width = 1 + max((column for _, column in grid), default=0)
        without("rowspan", "colspan")(table, rng)
        for number, row in enumerate(rows):
            for cell in list(row):
                row.remove(cell)
            end = 1 + max((column for r, column in grid if r == number), default=-1)
            row.extend(_or_blank(grid.get((number, column))) for column in range(min(end, width)))


def _or_blank(cell: Element | None) -> Element:
    return etree.Element("td") if cell is None else cell


def _grid(rows: Sequence[Element]) -> dict[tuple[int, int], Element | None]:
    """The cell that begins in each place of the grid, None where one reaches in."""
    grid: dict[tuple[int, int], Element | None] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in grid:
                column += 1
            for down in range(int(str(cell.get("rowspan", "1")))):
                for across in range(int(str(cell.get("colspan", "1")))):
                    grid[number + down, column + across] = None if down or across else cell
            column += int(str(cell.get("colspan", "1")))
    return grid


def seventeen_columns(root: Element, rng: random.Random) -> None:
    """Rows filled up behind to 17 columns."""
    del rng
    for table in _tables(root):
        rows = list(table.iter("tr"))
        grid = _grid(rows)
        for number, row in enumerate(rows):
            end = 1 + max((column for r, column in grid if r == number), default=-1)
            row.extend(etree.Element("td") for _ in range(end, 17))


def flattened(tag: str) -> Change:
    """Each cell a block of its own, no table."""

    def change(root: Element, rng: random.Random) -> None:
        del rng
        for table in _tables(root):
            _replace(table, [_block(tag, _words(cell)) for cell in table.iter("td")])

    return change


def _block(tag: str, text: str) -> Element:
    element = etree.Element(tag)
    element.text = text if text.strip() else "\xa0"
    return element


def _replace(table: Element, blocks: Sequence[Element]) -> None:
    parent = table.getparent()
    assert parent is not None  # noqa: S101 (a table stands in the body)
    at = parent.index(table)
    parent[at : at + 1] = blocks


def line_breaks(root: Element, rng: random.Random) -> None:
    """Each cell on a line of one paragraph."""
    del rng
    for table in _tables(root):
        paragraph = etree.Element("p")
        for cell in table.iter("td"):
            _add(paragraph, "br", "").tail = _words(cell) or "\xa0"
        _replace(table, [paragraph])


def divs(root: Element, rng: random.Random) -> None:
    """A grid of divs: one for each row, one in it for each cell."""
    del rng
    for table in _tables(root):
        grid = etree.Element("div", {"class": "grid"})
        for row in table.iter("tr"):
            line = etree.SubElement(grid, "div", {"class": "row"})
            for cell in row:
                _add(line, "div", _words(cell))
        _replace(table, [grid])


def definition_list(root: Element, rng: random.Random) -> None:
    """Labels as dt, cells as dd."""
    del rng
    for table in _tables(root):
        items = etree.Element("dl")
        for row in table.iter("tr"):
            for number, cell in enumerate(row):
                _add(items, "dd" if number else "dt", _words(cell))
        _replace(table, [items])


def cut(root: Element, rng: random.Random) -> None:
    """Each table in two, anywhere between its rows."""
    for table in _tables(root):
        rows = list(table.iter("tr"))
        rest = etree.Element("table")
        rest.extend(rows[rng.randrange(1, len(rows)) :])
        table.addnext(rest)


def all_in_one(root: Element, rng: random.Random) -> None:
    """All rows in the first table, the caption of a second form in a row over its whole width; the headings stay behind it."""
    del rng
    first, *others = _tables(root)
    between = [
        element for element in first.itersiblings() if any(table in others for table in (element, *element.itersiblings()))
    ]
    for element in between:
        if element in others:
            first.extend(list(element.iter("tr")))
            _replace(element, [])
        elif element.text not in HEADINGS:
            _tr(first, [(str(element.text), GRIDS["t4"], 1)])
            _replace(element, [])


def in_layout_table(root: Element, rng: random.Random) -> None:
    """The whole page in one cell."""
    del rng
    body = root.find("body")
    assert body is not None  # noqa: S101 (every page has one)
    parts = list(body)
    cell = etree.SubElement(etree.SubElement(etree.SubElement(body, "table"), "tr"), "td")
    cell.extend(parts)


def word_export(root: Element, rng: random.Random) -> None:
    """Nested spans that cut texts anywhere, within paragraphs of Word's class."""
    for cell in root.iter("td"):
        words = _words(cell)
        at = rng.randrange(len(words) + 1)
        cell.text = None
        inner = _add(_add(cell, "p", "", **{"class": "MsoNormal"}), "span", words[:at], lang="EN-US")
        _add(inner, "span", words[at:] or "\xa0")


HTML_LAYOUTS: Mapping[str, tuple[Change, ...]] = {
    "tables": (),
    "spans lost": (without("rowspan", "colspan"),),
    "rowspans lost": (without("rowspan"),),
    "colspans lost": (without("colspan"),),
    "spans as cells": (spans_as_cells,),
    "17 columns": (seventeen_columns,),
    "paragraphs": (flattened("p"),),
    "divs in a row": (flattened("div"),),
    "line breaks": (line_breaks,),
    "grid of divs": (divs,),
    "definition list": (definition_list,),
    "tables cut": (cut,),
    "one table": (all_in_one,),
    "layout table": (in_layout_table,),
    "paragraphs in layout table": (flattened("p"), in_layout_table),
    "Word export": (word_export,),
}
