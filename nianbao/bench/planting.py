"""Pages with known figures: what is printed in each cell, under which label, and what was lost."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.demo.figures import generate
from parsers.forms import Form, Row, Table, forms

DISTINCT = 0.6
"""The share of pages whose figures are all different, so that a misplaced one shows; the others satisfy the form's sums."""
_GROUPS = {
    "granted": ("三、本年度办理结果",),
    "refused_state_secret": ("（三）不予公开",),
    "unavailable_not_held": ("（四）无法提供",),
    "not_processed_petition_complaint": ("（五）不予处理",),
    "other_overdue_correction": ("（六）其他处理",),
}
GRIDS = {"t3": 10, "t4": 15}
BLOCK_GRID = 5


@dataclass(slots=True)
class Page:
    """A page in the making. `printed` is None for a cell that was lost, `labels` for a row whose label was."""

    form: Form
    figures: Mapping[str, Decimal]
    printed: dict[str, str | None]
    labels: dict[str, str | None]
    """By `table.row`."""
    rows: dict[str, list[Row]]
    """The rows of each table in the order of print."""
    columns: dict[str, list[int]]
    """The columns of each table in the order of print, by their numbers on the form."""
    extra: dict[str, PrintedRow] = field(default_factory=dict)
    """Rows the form does not have, each behind the `table.row` it is named for."""
    around: list[list[str]] = field(default_factory=list)
    """Lists of words and figures before and behind the article: menus, counters, tables of other things."""
    other: tuple[str, Page] | None = None
    """A second form behind the first, under its caption."""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row: labels, then cells; header rows hold labels alone. `width` is how many cells the table's grid has, `lost` how many are gone."""

    labels: tuple[str, ...]
    cells: tuple[str, ...]
    width: int
    lost: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        return self.labels + self.cells

    @property
    def fill(self) -> int:
        """Cells without text that fill the row up to the grid."""
        return max(0, self.width - len(self.texts) - self.lost)


def plant(rng: random.Random) -> Page:
    """A whole page of either edition."""
    form = rng.choice(list(forms().values()))
    figures = distinct(form, rng) if rng.random() < DISTINCT else generate(form, rng, before={})
    return page_of(form, figures)


def page_of(form: Form, figures: Mapping[str, Decimal]) -> Page:
    """The page that prints these figures as the form has them."""
    printed: dict[str, str | None] = {key: format(value, "f") for key, value in figures.items()}
    labels: dict[str, str | None] = {f"{t.id}.{r.key}": r.labels[0] for t in form.tables for r in t.rows if r.labels}
    rows = {table.id: list(table.rows) for table in form.tables}
    columns = {table.id: list(range(len(table.columns))) for table in form.tables}
    return Page(form, figures, printed, labels, rows, columns)


def undetermined(page: Page) -> Iterator[str]:
    """The cells that the page does not settle: of rows that lost a figure or their label, and of the row before a lost label, which may hold both rows."""
    for table in page.form.tables:
        rows = page.rows[table.id]
        for before, row in zip((None, *rows[:-1]), rows, strict=True):
            keys = table.keys_of(row)
            is_unlabelled = bool(row.labels) and page.labels[f"{table.id}.{row.key}"] is None
            if is_unlabelled or any(page.printed[key] is None for key in keys):
                yield from keys
            if is_unlabelled and before:
                yield from table.keys_of(before)


def distinct(form: Form, rng: random.Random) -> dict[str, Decimal]:
    """A figure of its own for every cell."""
    return {
        key: Decimal(value) for key, value in zip(form.cell_keys, rng.sample(range(1, 9999), len(form.cell_keys)), strict=True)
    }


def rows_of(page: Page, table: Table) -> Iterator[PrintedRow]:
    """The rows of a table as the form prints them, caption and header first."""
    width = GRIDS.get(table.id, BLOCK_GRID)
    order = page.columns[table.id]
    heads = [table.columns[number].labels[0] for number in order]
    blocks: tuple[tuple[str, ...], ...]
    if table.id == "t4":
        blocks = (("行政复议", "行政诉讼"), (*heads[:5], "未经复议直接起诉", "复议后起诉"), tuple(heads[5:]))
    elif table.id == "t3":
        blocks = (("申请人情况",), (heads[0], "法人或其他组织", heads[-1]), tuple(heads[1:-1]))
    else:
        blocks = ((table.captions[0],), ("信息内容", *heads))
    yield from (PrintedRow(block, (), width) for block in blocks)
    for row in page.rows[table.id]:
        own = page.labels.get(f"{table.id}.{row.key}")
        keys = [table.keys_of(row)[number] for number in order]
        cells = tuple(text for key in keys if (text := page.printed[key]) is not None)
        labels = (*_GROUPS.get(row.key, ()), *([own] if own else []))
        yield PrintedRow(labels, cells, width, lost=bool(row.labels) + len(table.columns) - len(cells) - bool(own))
        if f"{table.id}.{row.key}" in page.extra:
            yield page.extra[f"{table.id}.{row.key}"]
