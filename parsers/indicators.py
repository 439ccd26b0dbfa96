"""The statistics forms before 2019: a list of indicators, each with its unit, on some with a code, and one figure (forms.md §4-5).

The labels anchor as those of the later forms do, compared without their ordinals, since the wording in the wild is less fixed. Of two columns
the annual one is taken, never the one that counts up over the years; which is which, the header says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from parsers.anchors import Anchor, heaviest_chain, is_value
from parsers.cells import cell_of
from parsers.forms import Form, Table, statistics_forms
from parsers.labels import Lexicon, fold
from parsers.numerals import read_figure, squeeze
from parsers.pieces import Piece
from parsers.placement import Placement
from parsers.report import UNREAD, Cell, State
from parsers.serial_numbers import rising, without

UNITS = frozenset(
    [
        "条",
        "件",
        "次",
        "篇",
        "个",
        "人",
        "人次",
        "万元",
        "元",
        "份",
        "条次",
        "项",
        "部",
        "户",
        "件次",
        "个次",
        "场",
        "期",
        "场次",
        "家",
    ]
)
ANNUAL = frozenset(
    [
        "统计数",
        "统计数据",
        "统计数值",
        "统计数字",
        "本年度",
        "本期实际",
        "本期",
        "本年",
        "本年数",
        "当年",
        "数量",
        "数值",
        "数据",
        "年度数",
    ]
)
CUMULATIVE = frozenset(["本年累计", "历年累计", "累计", "累计数", "总累计"])
OTHER_YEAR = frozenset(["上年", "上年度", "上年同期", "去年", "去年同期", "上期", "同比", "增减"])
TOTAL = frozenset(["合计", "总计", "总数", "汇总"])
REMARKS = frozenset(["备注", "说明"])
BEFORE_FIGURES = frozenset(["单位", "计量单位", "代码"])
"""What heads the columns in front of the figures."""
HEADER_PIECES = 14
"""How many pieces before the first indicator may belong to the header."""
LONG_NOTE = 6
"""Characters: a shorter bracket tells lines apart (复制费（纸张）), a longer one explains."""
ROW_WEIGHT, FIGURE_WEIGHT = 1, 2
_ORDINAL = re.compile(
    r"^(?:其中\.?)?(?:\([一二三四五六七八九十\d]{1,3}\)\.?|[一二三四五六七八九十]{1,2}\.|\d{1,2}\.)*(?:其中\.?)?"
)
_CODE = re.compile(r"\d{2}")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Line:
    """An indicator as it stands on the page: the pieces behind its label that could be cells, its unit and code taken away."""

    table: Table
    unit: str
    values: tuple[Piece, ...]
    closed: bool
    """Whether nothing but this line's figures can stand there: in a grid, and where the form's next line follows."""

    @property
    def key(self) -> str:
        return self.table.keys[0]


@dataclass(frozen=True, slots=True)
class _Columns:
    """How many figures a line has, and which of them is the annual one; None where two may be."""

    count: int
    annual: int | None
    is_before_remark: bool = False
    """Whether a column of remarks stands behind them."""
    is_total: bool = False
    """Whether it is the sum of the others: a cell may be lost from a line that ends with a blank, and the sum have moved."""


def place_indicators(form: Form, pieces: Sequence[Piece]) -> Placement:
    """Every indicator of the form; those without a place on the page are `unread`, and `ambiguous` where the annual figure is not told."""
    words = _words(pieces)
    texts, chain = _anchored(form, words)
    if serial := rising(words, [[anchor.start - 1 for anchor in chain if words[anchor.start].spot is None]]):
        words = without(serial, words)
        texts, chain = _anchored(form, words)
    lines = list(_lines(form, chain, words))
    columns = _columns(lines, _header(form, chain, words, texts))
    cells = {line.key: _cell(line, columns) for line in lines}
    for key in _unsure(form, chain, texts):
        cells[key] = _contested(cells[key]) if cells[key].value is not None else cells[key]
    complete = {key: cells.get(key, UNREAD) for key in form.cell_keys}
    return Placement(form, complete, sum(1 for line in lines if any(read_figure(p.text) for p in line.values)))


def _anchored(form: Form, words: Sequence[Piece]) -> tuple[list[str], tuple[Anchor, ...]]:
    """The words without what is no part of a label, and where the form's labels stand among them."""
    texts = [_without_ordinal(piece.text) for piece in words]
    return texts, heaviest_chain(_occurrences(form, words, texts), slots=len(form.tables))


def _words(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, lines of text cut at their blanks: label, unit, code and figure may share one."""
    return [word for piece in pieces for word in _cut(piece)]


def _cut(piece: Piece) -> list[Piece]:
    parts = _BLANKS.split(piece.text.strip()) if piece.spot is None and not piece.is_blank else []
    if len(parts) < 2:
        return [piece]
    return [piece._replace(text=part, place=f"{piece.place} part {number}") for number, part in enumerate(parts, 1)]


def _without_ordinal(text: str) -> str:
    folded = fold(text)
    return _ORDINAL.sub("", folded) or folded


@cache
def _lexicon(form_id: str) -> tuple[Lexicon, Mapping[str, tuple[int, ...]]]:
    """What finds the indicators, and the numbers of those that bear a label."""
    slots: dict[str, tuple[int, ...]] = {}
    for number, table in enumerate(statistics_forms()[form_id].tables):
        for label in dict.fromkeys(_wordings(table)):
            slots[label] = (*slots.get(label, ()), number)
    return Lexicon(slots), slots


def _wordings(table: Table) -> Iterator[str]:
    for label in table.captions or table.rows[0].labels:
        bare = _without_ordinal(label)
        yield bare
        head, bracket, note = bare.partition("(")
        if bracket and head and len(note) > LONG_NOTE:
            yield head
        if head.endswith("情况"):
            yield head.removesuffix("情况")


def _occurrences(form: Form, words: Sequence[Piece], texts: Sequence[str]) -> Iterator[Anchor]:
    lexicon, slots = _lexicon(form.id)
    for start, text in enumerate(texts):
        match = lexicon.longest_at(texts, start)
        meant = [(match[0], match[1])] if match else [(label, start + 1) for label in _misprinted(lexicon, text)]
        for label, end in meant:
            weight = ROW_WEIGHT + FIGURE_WEIGHT * bool(_values(words, end))
            if match or weight > ROW_WEIGHT:
                yield from (Anchor(start, end, slot, weight) for slot in slots[label])


def _misprinted(lexicon: Lexicon, text: str) -> Sequence[str]:
    nearest = lexicon.nearest(text) if not read_figure(text) else ()
    return nearest if len(nearest) == 1 else ()


def _lines(form: Form, chain: Sequence[Anchor], words: Sequence[Piece]) -> Iterator[_Line]:
    runs = [_values(words, anchor.end) for anchor in chain]
    is_coded = _is_coded([(form.tables[anchor.slot], run) for anchor, run in zip(chain, runs, strict=True)])
    for anchor, after, run in zip(chain, (*chain[1:], None), runs, strict=False):
        table = form.tables[anchor.slot]
        if table.rows:
            between = form.tables[anchor.slot + 1 : after.slot if after else anchor.slot + 1]
            closed = words[anchor.end - 1].spot is not None or not any(other.rows for other in between)
            unit = next((squeeze(piece.text) for piece in run if squeeze(piece.text) in UNITS), "")
            values = [piece for piece in run if squeeze(piece.text) not in UNITS]
            first = next((piece for piece in values if not piece.is_blank), None)
            if is_coded and first and squeeze(first.text) == table.rows[0].code:
                del values[: values.index(first) + 1]
            yield _Line(table, unit, tuple(values), closed)


def _is_coded(runs: Sequence[tuple[Table, Sequence[Piece]]]) -> bool:
    """Whether most lines print the code of their indicator first; in one line alone it is a figure that happens to be the same (14)."""
    firsts = [
        (table.rows[0].code, next((text for piece in run if (text := squeeze(piece.text)) and text not in UNITS), ""))
        for table, run in runs
        if table.rows
    ]
    return 2 * sum(code == first and _CODE.fullmatch(code) is not None for code, first in firsts) > len(firsts)


def _values(words: Sequence[Piece], start: int) -> list[Piece]:
    """What stands behind a label up to the next text: units, codes and whatever a cell can hold; in a grid only in the label's own row.

    A second unit is that of another line, whose label is lost.
    """
    label = words[start - 1].spot
    run: list[Piece] = []
    for piece in words[start:]:
        text = squeeze(piece.text)
        is_apart = label is not None and (
            piece.spot is None or piece.spot.table != label.table or piece.spot.row not in label.rows
        )
        is_next = text in UNITS and any(squeeze(before.text) in UNITS for before in run)
        if is_apart or is_next or piece.fill or not (text in UNITS or _CODE.fullmatch(text) or is_value(piece)):
            break
        run.append(piece)
    return run


def _header(form: Form, chain: Sequence[Anchor], words: Sequence[Piece], texts: Sequence[str]) -> list[str]:
    """The words before the first line with anything behind its label, but for headings of the form: prose has headings of the same words."""
    start = next((anchor.start for anchor in chain if form.tables[anchor.slot].rows and _values(words, anchor.end)), 0)
    slots = _lexicon(form.id)[1]
    before = [squeeze(words[at].text) for at in range(start) if texts[at] not in slots and not is_value(words[at])]
    return before[-HEADER_PIECES:]


def _columns(lines: Sequence[_Line], header: Sequence[str]) -> _Columns | None:
    """The columns of figures by the header, else by what nearly all lines have; None where neither tells."""
    counts = Counter(len(line.values) for line in lines if line.values)
    count, lines_with = counts.most_common(1)[0] if counts else (0, 0)
    if count > 1 and lines_with > counts.total() / 2 and (total := _total_of(header, count)):
        return total
    printed = [text for text in header if text in ANNUAL | CUMULATIVE | OTHER_YEAR]
    if printed:
        annual = [number for number, text in enumerate(printed) if text in ANNUAL]
        is_told = len(annual) == 1 and "本年累计" not in printed
        return _Columns(len(printed), annual[0] if is_told else None, is_before_remark=not REMARKS.isdisjoint(header))
    return _Columns(1, 0) if count == 1 and lines_with > counts.total() / 2 else None


def _total_of(header: Sequence[str], count: int) -> _Columns | None:
    """The columns of a table that prints a figure for each body and one for all of them (合计), where its header names as many as its lines have."""
    start = max((at for at, text in enumerate(header) if text in BEFORE_FIGURES), default=-1) + 1
    named = [text for text in header[start:] if text and text not in ANNUAL]
    totals = [number for number, text in enumerate(named) if text in TOTAL]
    is_told = start > 0 and len(named) == count and len(totals) == 1 and not (CUMULATIVE | OTHER_YEAR).intersection(named)
    return _Columns(count, totals[0], is_total=True) if is_told else None


def _cell(line: _Line, columns: _Columns | None) -> Cell:
    has_remark = columns is not None and columns.is_before_remark and len(line.values) == columns.count + 1
    values = line.values[:-1] if has_remark and line.values[-1].is_blank else line.values
    cells = [cell_of(piece, line.table.columns[0], line.unit) for piece in values]
    if not cells:
        return UNREAD
    if not line.closed:
        return _contested(*cells)
    if len({(cell.value, cell.state) for cell in cells}) == 1 and columns and len(cells) == columns.count:
        return cells[0]
    if columns is None or columns.annual is None or len(cells) != columns.count:
        return _one_figure(cells, columns)
    if columns.is_total and cells[-1].state is State.BLANK:
        return _one_figure(cells, columns)
    return cells[columns.annual]


def _one_figure(cells: Sequence[Cell], columns: _Columns | None) -> Cell:
    """The one figure of a line in a table of one column, whatever blanks stand beside it; else every figure is a candidate."""
    figures = [cell for cell in cells if cell.value is not None]
    if len(figures) == 1 and columns and columns.count == 1:
        return figures[0]
    if not figures:
        return cells[0]._replace(state=State.BLANK) if all(c.state is State.BLANK for c in cells) else UNREAD
    return _contested(*figures)


def _contested(*figures: Cell) -> Cell:
    values = tuple(dict.fromkeys(cell.value for cell in figures if cell.value is not None))
    if not values:
        return UNREAD
    return Cell(None, State.AMBIGUOUS, figures[0].raw, figures[0].place, values)


def _unsure(form: Form, chain: Sequence[Anchor], texts: Sequence[str]) -> Iterator[str]:
    """Indicators whose label another one bears as well (其他情形数), where what stands before and behind leaves both possible."""
    lexicon, slots = _lexicon(form.id)
    bounds = zip((-1, *(a.slot for a in chain)), chain, (*(a.slot for a in chain[1:]), len(form.tables)), strict=False)
    for low, anchor, high in bounds:
        match = lexicon.longest_at(texts, anchor.start)
        others = slots[match[0]] if match else ()
        if form.tables[anchor.slot].rows and any(low < slot < high and slot != anchor.slot for slot in others):
            yield form.tables[anchor.slot].keys[0]
