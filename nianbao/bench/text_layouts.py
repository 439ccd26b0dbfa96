"""Pages as text extraction leaves them: the layouts A1 to A18 of real pages that can hold every cell."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from nianbao.bench.planting import Page, PrintedRow, rows_of

HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")
TITLE = "某某县某某镇2021年政府信息公开工作年度报告"
CLOSING = "五、存在的主要问题及改进情况"

Layout = Callable[[Sequence[PrintedRow], random.Random], Iterator[str]]


def text_page(page: Page, layout: Layout, rng: random.Random) -> bytes:
    """The page in a layout, with title and headings."""
    before, behind = page.around or ([], [])
    lines = [*before, TITLE, "", "一、总体情况", "", "本年度按照要求开展工作。", "", *_form(page, layout, rng)]
    if page.other:
        caption, other = page.other
        lines += [caption, "", *_form(other, layout, rng)]
    return "\n".join([*lines, CLOSING, "", "存在问题。", "", "六、其他需要报告的事项", "", "无。", *behind]).encode()


def _form(page: Page, layout: Layout, rng: random.Random) -> Iterator[str]:
    for heading, part in zip(HEADINGS, ("t2", "t3", "t4"), strict=True):
        rows = [row for table in page.form.tables if table.part == part for row in rows_of(page, table)]
        yield from (heading, "", *layout(rows, rng), "")


def flat(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A1: every cell between blank lines, figures padded with blanks; a blank cell is a line of white space."""
    for text in (text for row in rows for text in row.texts):
        yield from (" " * rng.randrange(3) + (text or " "), "")


def flat_wrapped(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A1 with long labels wrapped by one newline within their cell."""
    del rng
    for text in (text for row in rows for text in row.texts):
        half = len(text) // 2 if len(text) > 5 and text.startswith("本年") else 0
        yield from ((text[:half], text[half:], "") if half else (text or " ", ""))


def piped(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A2: one row a line, filled up with pipes."""
    del rng
    return (" | ".join(row.texts) + " | " + "|" * row.fill for row in rows)


def piped_in_front(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A3: a pipe in front of each row."""
    del rng
    return ("| " + " | ".join(row.texts) + " | " for row in rows)


def piped_without_fill(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A4: one row a line, nothing fills it up."""
    del rng
    return (" | ".join(row.texts) + " |" for row in rows)


def cell_a_line(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A5: each cell with its pipe on a line, what fills the row up on another."""
    del rng
    for row in rows:
        yield from (f"{text} |".strip() for text in row.texts)
        yield from ["|" * row.fill] * bool(row.fill)


def cell_a_line_opened(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A6: like A5, a lone pipe opens each row."""
    for row in rows:
        yield "|"
        yield from cell_a_line([row], rng)


def cell_a_line_filled(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A7: like A5, what fills the row up stands on the line of its last cell."""
    del rng
    for row in rows:
        lines = [f"{text} |".strip() for text in row.texts]
        yield from [*lines[:-1], *(f"{line} {'|' * row.fill}".strip() for line in lines[-1:])]


def cell_a_line_bare(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A8: each cell with its pipe on a line, nothing else."""
    del rng
    return (f"{text} |".strip() for row in rows for text in row.texts)


def pipes_between(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A9: a pipe on a line of its own behind each cell."""
    del rng
    for text in (text for row in rows for text in row.texts):
        yield from ([text, "|"] if text else ["|"])


def newline_behind_pipes(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A10: a pipe opens the row, every cell with its pipe on a line."""
    del rng
    for row in rows:
        yield "| "
        yield from (f" {text}  | " for text in row.texts)


def between_blanks(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A11: one row a line, cells between blanks; blank cells vanish."""
    del rng
    return (" ".join(filter(str.strip, row.texts)) for row in rows)


def one_line(rows: Sequence[PrintedRow], rng: random.Random) -> Iterator[str]:
    """A18: the whole table in one line."""
    yield " ".join(between_blanks(rows, rng))


TEXT_LAYOUTS: Mapping[str, Layout] = {
    "A1 flat": flat,
    "A1 wrapped": flat_wrapped,
    "A2 pipes": piped,
    "A3 pipes in front": piped_in_front,
    "A4 pipes, no fill": piped_without_fill,
    "A5 cell a line": cell_a_line,
    "A6 opened rows": cell_a_line_opened,
    "A7 fill on line": cell_a_line_filled,
    "A8 bare cells": cell_a_line_bare,
    "A9 pipes between": pipes_between,
    "A10 newlines": newline_behind_pipes,
    "A11 blanks": between_blanks,
    "A18 one line": one_line,
}
