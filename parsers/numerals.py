"""Figures as they are printed in cells: `0`, `１２`, `1，139`, `+19`, `－8`, `增19`, `减8`, `3件`, `251000元`, `27.2万元`, `两万`, `12①`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice

_SIGNS = frozenset(["/", "//", "\\", "-", "--", "—", "——", "–", "―", "*", "…", "N/A", "NA"])
_NOTHING = frozenset(["无", "空", "暂无", "没有", "未发生", "无此项", "无数据", "不适用", "不涉及", "未涉及"])
_NO_CHANGE = frozenset(["未增未减", "无增减", "不增不减", "无变化", "不变", "持平"])
MARKS = _SIGNS | _NOTHING | _NO_CHANGE
"""Prints that stand in a cell and are no figure (layouts.md B): not applicable, none, not reported, or words where a number belongs."""

LONGEST_REPEATED = 60
"""Characters of what many pages print alike, labels and headings: only of these what was made of them is worth remembering."""
LONGEST_FIGURE = 200
"""Characters of a figure with its note and the blanks around it."""
_COUNT_UNITS = "人次|批次|条次|件次|件|项|个|条|宗|份|次|部|篇|起|家|封|例|户|人|笔"
_MONEY_UNITS = "百万元|万元|亿元|千元|元"
COUNT_UNITS, MONEY_UNITS = frozenset(_COUNT_UNITS.split("|")), frozenset(_MONEY_UNITS.split("|"))
_UNITS = COUNT_UNITS | MONEY_UNITS
_DIGITS = r"[1-9]\d{0,2}(?:[,，]\d{3})+|0|[1-9]\d*"
"""No number of a cell begins with nought: `01` is the code of a line."""
_NUMBER = re.compile(
    rf"(?:共计?|合计|总计|[¥￥]|人民币)?(?P<sign>[+\-−－–—↑↓增减]|净?增加?了?|净?减少?了?|下降)?"
    rf"(?P<digits>{_DIGITS})(?P<fraction>\.\d+)?(?P<myriads>万(?!元))?(?P<unit>{_MONEY_UNITS}|{_COUNT_UNITS})?(?:整|人民币)?。?"
)
_CHINESE = re.compile(
    rf"(?P<sign>增加?|减少?)?(?P<words>[零〇○一二两三四五六七八九十百千]+)(?P<myriads>万(?!元))?(?P<unit>{_MONEY_UNITS}|{_COUNT_UNITS})?"
)
_SIMPLE = str.maketrans("項條萬億個減無總計筆戶幣淨變適暫沒發據數", "项条万亿个减无总计笔户币净变适暂没发据数")
"""The characters of units, signs and words for nothing in traditional script (layouts.md H)."""
_NEITHER_WAY = re.compile(r"\+?\(?0\)?/-?\(?0\)?|\+\(?0\)?-\(?0\)?")
"""No increase and no decrease, in a cell of 本年增/减 (`0/0`, `+(0) -(0)`)."""
_NEGATIVE = re.compile(r"[-−－–—↓]|净?减|下降")
_NOTE = re.compile(r"(?:[*※†△▲]+|\[[^\[\]]{1,3}\]|〔[^〔〕]{1,3}〕|\[?注\d?\]?|[(（][^()（）]*[)）])$")
"""What may stand behind the figure of a cell and is none itself: `12*`, `12[1]`, `13000000（预算）`."""
_LOST_BLANKS = " \t\r\n\xa0\u3000?？"
"""What copies print for blanks around a figure (`? 0`, layouts.md H)."""
MOST_DIGITS = 15
MOST_WITH_FRACTION = 28
"""Beyond which a Decimal would be rounded as it is converted."""
LARGEST = Decimal(10**MOST_DIGITS)
"""No count and no amount in the unit of its column comes near it: what does was run together from several prints."""
_APART = re.compile(r"\d\s+[\d.,，]")
"""White space inside a number: two figures, or one that was cut; which of both cannot be known."""
_LABELLED = re.compile(r"(?:合计|总计|共计?)\s")
"""A row 合计 that stands in one line with its figure; without white space the word is part of what the cell prints."""
_MONEY = {
    "万": Decimal(1),
    "万元": Decimal(1),
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "百万元": Decimal(100),
    "亿元": Decimal(10000),
}
"""What one printed unit is worth in 万元."""
_CHINESE_DIGITS = {
    character: value
    for value, characters in enumerate(("零〇○", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for character in characters
}
_POWERS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number. `value` is as printed, sign applied; `unit` is the printed unit (万 alone among them) or None."""

    value: Decimal
    unit: str | None = None

    def amount(self, header_unit: str | None = None, *, unit: str = "万元") -> Decimal:
        """The amount in a unit of money, converted from its own or else from the one its header prints; kept where none is printed."""
        factor = _MONEY.get(self.unit or header_unit or unit, Decimal(1)) / _MONEY[unit]
        return (self.value * factor).normalize() if factor != 1 else self.value

    @property
    def count(self) -> Decimal | None:
        """The number of cases or items; None for an amount of money and for a fraction."""
        if self.is_money and self.unit != "万":
            return None
        value = self.value * 10000 if self.unit == "万" else self.value
        return None if value % 1 else value

    @property
    def is_money(self) -> bool:
        return self.unit in _MONEY


def squeeze(text: str) -> str:
    """The text in compatibility form without any white space."""
    return _squeeze(text) if len(text) <= LONGEST_FIGURE else "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=8192)
def _squeeze(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
_ANY_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_LIKE_ASCII = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa0-\xa4])")
"""Those among them whose code ends with that of an ASCII character (U+2061, U+0061): to look for them in a text is to look at each of these."""
_UNLIKE_ASCII = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\ufeff"


def visible(text: str) -> str:
    """The text without characters of no width, which editors of WPS and WeChat leave in cells."""
    # Most pages have none, and to look for each of them in a page takes a fraction of the time of one search for all.
    return _ANY_INVISIBLE.sub("", text) if any(character in text for character in _INVISIBLE) else text


def holds_invisible(text: str, utf8: bytes) -> bool:
    """Whether a page holds characters of no width; `utf8` is the same text. Said at a third of the time that looking for each would take."""
    return any(character in text for character in _UNLIKE_ASCII) or _LIKE_ASCII.search(utf8) is not None


def read_figure(text: str) -> Figure | None:
    """The figure a cell prints, or None where the text is not exactly one figure."""
    return _read_figure(text) if len(text) <= LONGEST_FIGURE else None


@lru_cache(maxsize=4096)
def _read_figure(text: str) -> Figure | None:
    if _NEITHER_WAY.fullmatch(squeeze(text)):
        return Figure(Decimal(0))
    plain = _without_note(text)
    if not plain or _APART.search(plain) or _LABELLED.match(plain):
        return None
    line = squeeze(plain).translate(_SIMPLE)
    match = _NUMBER.fullmatch(line)
    if match and (len(match["digits"]) > MOST_DIGITS or len(match["digits"]) + len(match["fraction"] or "") > MOST_WITH_FRACTION):
        return None
    return _arabic(match) if match else _chinese(line)


def _without_note(text: str) -> str | None:
    """The text without footnote marks behind it; None where one stands inside (`1②3`): compatibility form would make a digit of it."""
    text = text.strip(_LOST_BLANKS)
    while text and unicodedata.category(text[-1]) == "No":
        text = text[:-1].rstrip()
    plain = _NOTE.sub("", text).rstrip()
    return None if any(unicodedata.category(character) == "No" for character in plain) else plain or text


def _arabic(match: re.Match[str]) -> Figure:
    value = Decimal(re.sub(r"[,，]", "", match["digits"]) + (match["fraction"] or ""))
    return _figure(value, match["sign"], match["myriads"], match["unit"])


def read_numeral(text: str) -> Figure | None:
    """A lone `三`: a figure in a cell of a grid, elsewhere rather the number of what follows."""
    value = chinese_number(squeeze(text))
    return None if value is None else Figure(Decimal(value))


@lru_cache(maxsize=1024)
def read_lone(text: str) -> Figure | None:
    """A numeral, or the letter that stands for nought where a page was typed or scanned (forms.json, cell_value_grammar)."""
    return Figure(Decimal(0)) if squeeze(text) in {"O", "o"} else read_numeral(text)


FEWEST_IN_WORDS = 5
"""So many figures in words (零, 十七) are those of a page that prints all of them so, and a lone 三 is one of them."""


def in_words(texts: Iterable[str]) -> bool:
    """Whether figures are printed in words: enough of the texts are 零, or a numeral of several characters, and nothing else."""
    worded = (text for text in texts if text in _NOUGHTS or (len(text) > 1 and _IN_WORDS.fullmatch(text)))
    return sum(1 for _ in islice(worded, FEWEST_IN_WORDS)) == FEWEST_IN_WORDS


_NOUGHTS = frozenset("零〇○")
_IN_WORDS = re.compile("[零一二两三四五六七八九十百千]+")


LONE = frozenset("零〇○一二两三四五六七八九十Oo")
"""One character that is a figure where it stands in a cell."""
NEVER_A_NUMBER = frozenset("零两")
"""Those that no row or section is numbered by."""


def is_lone(text: str) -> bool:
    """Whether the text is one character, blanks aside, that is a figure where it stands in a cell."""
    return len(text.strip()) == 1 and read_lone(text) is not None


def _chinese(line: str) -> Figure | None:
    match = _CHINESE.fullmatch(line)
    if len(line) == 1:
        return None
    value = chinese_number(match["words"]) if match else None
    return None if match is None or value is None else _figure(Decimal(value), match["sign"], match["myriads"], match["unit"])


def _figure(value: Decimal, sign: str | None, myriads: str | None, unit: str | None) -> Figure:
    """`3万件` is 30,000 of them; `3万` alone waits for the column to say whether it is an amount."""
    if myriads and unit:
        value *= 10000
    return Figure(-value if sign and _NEGATIVE.match(sign) else value, unit or myriads)


def chinese_number(words: str) -> int | None:
    """`两百零三` -> 203, up to 9999; None where a number is not written so (`三二`, `十百`, `一百五`)."""
    value, power, pending = 0, 10000, ""
    for character in words:
        if character not in _POWERS:
            pending += character
            continue
        digit = _digit(pending, follows=power < 10000 and power > _POWERS[character] * 10)
        if _POWERS[character] >= power or (digit is None and not (character == "十" and not value and not pending)):
            return None
        power, pending = _POWERS[character], ""
        value += (1 if digit is None else digit) * power
    if not pending:
        return value
    digit = _digit(pending, follows=10 < power < 10000)
    return None if digit is None else value + digit


def _digit(words: str, *, follows: bool) -> int | None:
    """One digit, with the 零 that says a power was left out; 零 alone is nought only where nothing stands before."""
    if follows:
        return _CHINESE_DIGITS[words[1]] if len(words) == 2 and words[0] in "零〇○" else None
    return _CHINESE_DIGITS.get(words)


def is_unit(text: str) -> bool:
    """Whether the text is a unit alone (件, 万元), as a column 计量单位 prints it."""
    return squeeze(text) in _UNITS


def is_mark(text: str) -> bool:
    """Whether the text is one of the prints that stand for no figure."""
    return len(text) <= LONGEST_FIGURE and _is_mark(text)


@lru_cache(maxsize=4096)
def _is_mark(text: str) -> bool:
    line = squeeze(text).translate(_SIMPLE).strip("?？")
    return line in MARKS or _TWO_SIGNS.fullmatch(line) is not None


def is_reference(text: str) -> bool:
    """Whether the text refers to another place, or counts off and counts nothing (`见附件1`, `第1批`): no figure, whatever number is in it."""
    return len(text) <= LONGEST_REFERENCE and _REFERENCE.fullmatch(squeeze(text)) is not None


LONGEST_REFERENCE = 20
_REFERENCE = re.compile(r"(?:详|参)?见(?:附[件表注]|备注|注|说明|[正上下]文).{0,8}|第\d+[批号次期名]")


def is_printed(text: str) -> bool:
    """Whether the text is a figure or one of the prints that stand for none."""
    return len(text) <= LONGEST_FIGURE and _is_printed(text)


@lru_cache(maxsize=4096)
def _is_printed(text: str) -> bool:
    return _is_mark(text) or _read_figure(text) is not None


_TWO_SIGNS = re.compile(r"[+\-−–±]{2,}\d+")
"""`--253` is a cell, and which number is meant is not known (通州, 1314868)."""


def header_unit(label: str) -> str | None:
    """The unit of money a column header prints: `采购总金额（元）` -> 元."""
    match = re.search(_MONEY_UNITS, squeeze(label))
    return match.group() if match else None
