"""What happens to pages: cells blanked, marked, lost or printed otherwise; labels misprinted, annotated or lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from nianbao.bench.planting import Page

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
    for row in rng.sample(_labelled(page), 6):
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
}
