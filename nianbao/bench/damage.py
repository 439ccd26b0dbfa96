"""What happens to pages: cells blanked, marked, lost or printed otherwise; labels misprinted, annotated or lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from nianbao.bench.planting import BLOCK_GRID, GRIDS, Page, PrintedRow, distinct, page_of
from parsers.forms import forms

Damage = Callable[[Page, random.Random], None]
_FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
_TRADITIONAL = str.maketrans("规规范执强处罚许费团护组织总计", "規規範執強處罰許費團護組織總計")


def _some(page: Page, rng: random.Random, most: int) -> list[str]:
    return rng.sample(sorted(page.printed), rng.randint(1, most))


def _labelled(page: Page) -> list[str]:
    return sorted(row for row, label in page.labels.items() if label)


def blank(page: Page, rng: random.Random) -> None:
    """Cells printed empty, with the one or other blank in them."""
    for key in _some(page, rng, 25):
        page.printed[key] = rng.choice(("", "", "\xa0", "\u3000"))


def mark(page: Page, rng: random.Random) -> None:
    """Dashes, slashes and words where nothing is to report."""
    for key in _some(page, rng, 12):
        page.printed[key] = rng.choice(("/", "-", "—", "无", "--", "不适用"))


def lose_figures(page: Page, rng: random.Random) -> None:
    """Cells gone without a trace."""
    for key in _some(page, rng, 4):
        page.printed[key] = None


def lose_labels(page: Page, rng: random.Random) -> None:
    """Labels gone, their cells left."""
    for row in rng.sample(_labelled(page), 2):
        page.labels[row] = None


def misprint_labels(page: Page, rng: random.Random) -> None:
    """A character missing, doubled or another one."""
    for row in rng.sample(_labelled(page), 3):
        label = page.labels[row] or ""
        at = rng.randrange(len(label))
        page.labels[row] = rng.choice(
            (label[:at] + label[at + 1 :], label[:at] + label[at] + label[at:], label[:at] + "某" + label[at + 1 :])
        )


def annotate_labels(page: Page, rng: random.Random) -> None:
    """Notes of the form behind labels, with digits and names of other rows in them."""
    for row in rng.sample(_labelled(page), 3):
        page.labels[row] = f"{page.labels[row]}{rng.choice(('（含行政处罚、行政强制2项）', '(指2019年事项数)', '（注）'))}"


def space_labels(page: Page, rng: random.Random) -> None:
    """Blanks inside labels."""
    for row in rng.sample([row for row in _labelled(page) if len(page.labels[row] or "") > 1], 6):
        label = page.labels[row] or ""
        at = rng.randrange(1, len(label))
        page.labels[row] = f"{label[:at]} {label[at:]}"


def convert_script(page: Page, rng: random.Random) -> None:
    """Labels in traditional characters."""
    del rng
    for row, label in page.labels.items():
        page.labels[row] = label.translate(_TRADITIONAL) if label else None


def print_full_width(page: Page, rng: random.Random) -> None:
    """Digits of full width."""
    del rng
    for key, text in page.printed.items():
        page.printed[key] = text.translate(_FULL_WIDTH) if text else text


def print_thousands(page: Page, rng: random.Random) -> None:
    """Separators of either width."""
    comma = rng.choice((",", "，"))
    for key, value in page.figures.items():
        page.printed[key] = format(value, ",f").replace(",", comma)


def print_units(page: Page, rng: random.Random) -> None:
    """Measure words behind counts, 元 behind amounts, signs before changes."""
    for key in _some(page, rng, 40):
        value = page.figures[key]
        if key.endswith("amount"):
            page.printed[key] = f"{(value * 10000).normalize():f}元"
        elif key.endswith("net_change"):
            page.printed[key] = rng.choice((f"增{value}" if value >= 0 else f"减{-value}", f"{value:+f}"))
        else:
            page.printed[key] = f"{value}件"


def footnotes(page: Page, rng: random.Random) -> None:
    """Marks behind figures that are no digits of them."""
    for key in _some(page, rng, 8):
        page.printed[key] = f"{page.printed[key]}{rng.choice(('①', '*', '[1]', '（注）', '²'))}"


def pinyin(page: Page, rng: random.Random) -> None:
    """Readings in brackets behind characters of labels, as converted copies print them."""
    for row in rng.sample(_labelled(page), 6):
        label = page.labels[row] or ""
        at = rng.randrange(1, len(label) + 1)
        page.labels[row] = f"{label[:at]}({rng.choice(('guī', 'qiáng', 'zhì', 'fú'))}){label[at:]}"


def add_rows(page: Page, rng: random.Random) -> None:
    """Rows the form does not have: other information, and parts of a row (其中)."""
    for name in rng.sample(_labelled(page), 3):
        table = next(t for t in page.form.tables if t.id == name.partition(".")[0])
        label = rng.choice(("其他主动公开文件", "其中：涉及民生事项", "其中：网上办理", "合计", "备注"))
        figures = tuple(str(rng.randrange(10_000, 99_999)) for _ in table.columns)
        page.extra[name] = PrintedRow((label,), figures, GRIDS.get(table.id, BLOCK_GRID))


def move_rows(page: Page, rng: random.Random) -> None:
    """Rows of a block in another order than the form's."""
    for rows in page.rows.values():
        if len(rows) == 2:
            rows.sort(key=lambda _: rng.random())


def move_columns(page: Page, rng: random.Random) -> None:
    """Columns of blocks of table 二 in another order, and their headers with them."""
    for table, columns in page.columns.items():
        if table.startswith("t2"):
            columns.sort(key=lambda _: rng.random())


def decoys(page: Page, rng: random.Random) -> None:
    """Menus, counters and tables of other things before and behind the article, with the form's words and figures beside them."""
    words = ["行政许可", "行政处罚", "行政强制", "规章", "规范性文件", "政府集中采购", "行政复议", "总计", "浏览次数", "电话"]
    page.around = [
        [text for word in rng.sample(words, 4) for text in (word, str(rng.randrange(10_000, 99_999)))] for _ in range(2)
    ]


def last_year(page: Page, rng: random.Random) -> None:
    """Last year's form behind this year's, under a caption that says so."""
    page.other = ("附：2020年政府信息公开情况", page_of(page.form, distinct(page.form, rng)))


def mix_editions(page: Page, rng: random.Random) -> None:
    """A block of table 二 as the other edition prints it: the form's own cells of it are not on the page."""
    other = next(form for form in forms().values() if form is not page.form)
    number = rng.choice(("t2_5", "t2_6"))
    theirs, ours = (next(t for t in form.tables if t.id == number) for form in (other, page.form))
    page.form = replace(page.form, tables=tuple(theirs if table is ours else table for table in page.form.tables))
    figures = {key: Decimal(rng.randrange(10_000, 99_999)) for key in theirs.keys}
    page.figures = {**page.figures, **figures}
    page.printed |= dict.fromkeys(ours.keys) | {key: str(figure) for key, figure in figures.items()}
    page.rows[number], page.columns[number] = list(theirs.rows), list(range(len(theirs.columns)))
    page.labels |= {f"{number}.{row.key}": row.labels[0] for row in theirs.rows}


DAMAGES: Mapping[str, Damage] = {
    "blank": blank,
    "mark": mark,
    "figures lost": lose_figures,
    "labels lost": lose_labels,
    "labels misprinted": misprint_labels,
    "labels annotated": annotate_labels,
    "labels spaced": space_labels,
    "traditional script": convert_script,
    "full width": print_full_width,
    "thousands": print_thousands,
    "units and signs": print_units,
    "footnotes": footnotes,
    "pinyin": pinyin,
    "rows added": add_rows,
    "rows moved": move_rows,
    "columns moved": move_columns,
    "decoys around": decoys,
    "last year beside": last_year,
    "editions mixed": mix_editions,
}
