"""Figures as they are printed in cells: `0`, `１２`, `1，139`, `+19`, `－8`, `增19`, `减8`, `3件`, `251000元`, `27.2万元`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MARKS = frozenset(
    ["/", "\\", "-", "--", "—", "——", "–", "―", "*", "…", "无", "空", "不适用", "未增未减", "无增减", "不增不减", "无变化"]
)
"""Prints that stand in a cell and are no figure (layouts.md B): not applicable, none, not reported, or words where a number belongs."""

_COUNT_UNITS = "件|项|个|条|宗|份|次|批次|人次|部|篇"
_NUMBER = re.compile(
    rf"(?P<sign>[+\-−－增减])?(?P<digits>\d{{1,3}}(?:[,，]\d{{3}})+|\d+)(?P<fraction>\.\d+)?(?P<unit>万元|亿元|元|{_COUNT_UNITS})?"
)
_APART = re.compile(r"\d\s+[\d.,，]")
"""White space inside a number: two figures, or one that was cut; which of both cannot be known."""
_MONEY = {"万元": Decimal(1), "元": Decimal("0.0001"), "亿元": Decimal(10000)}
"""What one printed unit is worth in 万元."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number. `value` is as printed, sign applied; `unit` is the printed unit or None."""

    value: Decimal
    unit: str | None = None

    def in_wan(self, header_unit: str | None = None) -> Decimal:
        """The amount in 万元, converted from its own unit or else from the unit its column header prints; kept where none is printed."""
        factor = _MONEY.get(self.unit or header_unit or "", Decimal(1))
        return (self.value * factor).normalize() if factor != 1 else self.value

    @property
    def is_money(self) -> bool:
        return self.unit in _MONEY


def squeeze(text: str) -> str:
    """The text in compatibility form without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_figure(text: str) -> Figure | None:
    """The figure a cell prints, or None where the text is not exactly one figure."""
    match = _NUMBER.fullmatch(squeeze(text))
    if match is None or _APART.search(text):
        return None
    value = Decimal(re.sub(r"[,，]", "", match["digits"]) + (match["fraction"] or ""))
    return Figure(-value if match["sign"] in ("-", "−", "－", "减") else value, match["unit"])


def is_mark(text: str) -> bool:
    """Whether the text is one of the prints that stand for no figure."""
    return squeeze(text) in MARKS


def header_unit(label: str) -> str | None:
    """The unit of money a column header prints: `采购总金额（元）` -> 元."""
    match = re.search(r"万元|亿元|元", squeeze(label))
    return match.group() if match else None
