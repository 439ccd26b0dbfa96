"""Forms of several years on one page: the part that is about the report's own year (layouts.md H, two forms on one page).

Captions name the years (`附：2020年政府信息公开情况`); what stands behind one, up to the next, is of its year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from parsers.labels import simplified
from parsers.numerals import is_printed, read_figure, squeeze
from parsers.pieces import Piece, Spot

LONGEST_CAPTION = 60
FEWEST_DIVIDED = 2
"""So many columns of each year are a form divided by years; of one each are a comparison beside it."""
_YEAR = re.compile(r"((?:19|20)\d\d)年")
_ANNEX = r"附[件表]?\d?[:：]?"
_ATTACHED = re.compile(rf"^[(（]?{_ANNEX}")
_CAPTION = re.compile(r"(?:信息|政务)公开|统计|报[告表]|情况|年报")
_BARE = re.compile(
    rf"[(（]?(?:{_ANNEX})?(?:(?:19|20)\d\d年|上一?年|去年|本年|今年)度?(?:的?数据|(?:的?统计)?表)?[)）]?(?:如下)?[:：]?"
)
"""A caption that says no more than the year."""
_HEADER = re.compile(r"上一年度?项目|本年度?(?:增|新|制|废|处理|收费)")
"""What a header cell begins with that breaks behind its year: 上一年 and 项目数量, 本年 and 增/减, in lines of their own."""
_LAST_YEAR = re.compile(rf"^[(（]?(?:{_ANNEX})?(?:上一?年度?(?!结转)|去年)")


def of_year(pieces: Sequence[Piece], year: int) -> list[Piece]:
    """The pieces but for those behind the caption of another year; what stands before the first caption is nobody's and stays."""
    own: list[Piece] = []
    for (start, named), (stop, _) in pairwise([(0, year), *_captions(pieces, year), (len(pieces), year)]):
        own += pieces[start:stop] if named == year else ()
    return own


def are_in_turn(pieces: Sequence[Piece], year: int) -> bool:
    """Whether a caption of the year reads as that of another, but for the year (`2024年度情况`, `附：2023年度情况`): each has its own form then."""
    worded: dict[bool, set[str]] = {True: set(), False: set()}
    for at, named in _captions(pieces, year):
        worded[named == year].add(_YEAR.sub("", _ATTACHED.sub("", _caption(pieces[at].text))))
    return not worded[True].isdisjoint(worded[False])


def is_annexed(pieces: Sequence[Piece], year: int) -> bool:
    """Whether what stands behind a caption of another year is called an annex (`附：2023年政府信息公开工作年度报告`)."""
    return any(named != year and _ATTACHED.match(_caption(pieces[at].text)) for at, named in _captions(pieces, year))


def in_columns_of_year(pieces: Sequence[Piece], year: int) -> Sequence[Piece]:
    """The pieces but for those of other years in tables that divide their columns by years (`2023年 | 2022年` over the columns, or under each).

    The columns that are left stand beside each other, as if the table had no others.
    """
    heads = [(p.spot, named) for p in pieces if "年" in p.text and p.spot and (named := _year_of_columns(p.text, year))]
    if len(heads) < FEWEST_DIVIDED:
        return pieces
    by_table = {table: [head for head in heads if head[0].table == table] for table in {spot.table for spot, _ in heads}}
    divided = {table: found for table, of in by_table.items() if (found := _divided(pieces, table, of, year))}
    return [own for piece in pieces if (own := _without_others(piece, divided))]


@dataclass(frozen=True, slots=True)
class _Divided:
    """A table whose columns belong to years."""

    own: frozenset[int]
    others: Sequence[frozenset[int]]
    """The columns of each other year."""
    heads: frozenset[Spot]
    """The cells that name the years."""

    @property
    def first_row(self) -> int:
        return min(spot.row for spot in self.heads)

    @property
    def last_column(self) -> int:
        return max(max(columns) for columns in (self.own, *self.others))

    @property
    def is_even(self) -> bool:
        """Whether each year has as many columns, more than one, and none of another's."""
        sizes = [len(columns) for columns in self.others]
        is_apart = len(self.own.union(*self.others)) == len(self.own) + sum(sizes)
        return is_apart and len(self.own) >= FEWEST_DIVIDED and set(sizes) == {len(self.own)}

    def narrowed(self, spot: Spot) -> Spot | None:
        """Where a cell stands without the columns of others; None for one that names a year, or stands under others alone."""
        others = frozenset().union(*self.others)
        left = [column for column in spot.columns if column not in others]
        if spot in self.heads or not left:
            return None
        return spot._replace(column=left[0] - sum(other < left[0] for other in others), colspan=len(left))


def _year_of_columns(text: str, year: int) -> int | None:
    is_bare = len(text) <= LONGEST_CAPTION and _is_bare(caption := _caption(text))
    return _year_named(caption, year) if is_bare else None


def _divided(pieces: Sequence[Piece], table: int, heads: Sequence[tuple[Spot, int]], year: int) -> _Divided | None:
    """How the years in a table divide it; None where cells may stand under another year than their own."""
    columns: dict[int, set[int]] = {}
    for spot, named in heads:
        columns.setdefault(named, set()).update(spot.columns)
    own = frozenset(columns.pop(year, ()))
    divided = _Divided(own, list(map(frozenset, columns.values())), frozenset(spot for spot, _ in heads))
    cells = [(piece.spot, piece) for piece in pieces if piece.spot is not None and piece.spot.table == table]
    return divided if divided.is_even and _is_whole(cells, divided) and _is_headed_alike(cells, divided) else None


def _is_whole(cells: Sequence[tuple[Spot, Piece]], divided: _Divided) -> bool:
    """Whether each row from the years on is as wide as they are, and none above holds a figure: in one that lost a cell others moved under another year."""
    widths: dict[int, int] = {}
    for spot, piece in cells:
        if spot.row < divided.first_row and read_figure(piece.text):
            return False
        widths |= {row: max(widths.get(row, 0), spot.columns[-1]) for row in spot.rows if row >= divided.first_row}
    return set(widths.values()) == {divided.last_column}


def _is_headed_alike(cells: Sequence[tuple[Spot, Piece]], divided: _Divided) -> bool:
    """Whether the same words stand under each year: where a label is lost, one of the next year has moved up."""
    cells = [(spot, piece) for spot, piece in cells if spot not in divided.heads and not piece.is_blank]
    words = [(spot, piece.text) for spot, piece in cells if not is_printed(piece.text)]
    named = [[text for spot, text in words if columns.issuperset(spot.columns)] for columns in (divided.own, *divided.others)]
    return all(others == named[0] for others in named)


def _without_others(piece: Piece, divided: Mapping[int, _Divided]) -> Piece | None:
    """The piece where it stands without the columns of other years; None for one of theirs."""
    if piece.spot is None or piece.spot.table not in divided:
        return piece
    spot = divided[piece.spot.table].narrowed(piece.spot)
    return piece._replace(spot=spot) if spot else None


def _captions(pieces: Sequence[Piece], year: int) -> Iterator[tuple[int, int]]:
    """Where captions stand and the year of each; years one behind the other with nothing between them head columns."""
    texts = {
        at: _caption(text) for at, piece in enumerate(pieces) if "年" in (text := piece.text) and len(text) <= LONGEST_CAPTION
    }
    beside = _beside(pieces, {at for at, text in texts.items() if _is_bare(text)})
    for at, text in texts.items():
        named = _year_named(text, year) if at not in beside else None
        if named is not None and not is_column(pieces, at):
            yield at, named


def _beside(pieces: Sequence[Piece], bare: set[int]) -> Set[int]:
    """Those of some pieces that stand one behind the other, or before the other half of a header cell."""
    printed = [at for at, piece in enumerate(pieces) if not piece.is_blank] if bare else ()
    return {at for pair in pairwise(printed) if pair[0] in bare and (pair[1] in bare or _is_header(pieces, pair)) for at in pair}


def _is_header(pieces: Sequence[Piece], pair: tuple[int, int]) -> bool:
    return _HEADER.match("".join(_caption(pieces[at].text[:LONGEST_CAPTION]) for at in pair)) is not None


@lru_cache(maxsize=4096)
def _caption(text: str) -> str:
    return simplified(squeeze(text))


@lru_cache(maxsize=4096)
def _is_bare(text: str) -> bool:
    return _BARE.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _year_named(text: str, year: int) -> int | None:
    """The year that a caption names, `year` being the report's own; None where the text is no caption."""
    is_bare = _is_bare(text)
    years = {int(named) for named in _YEAR.findall(text)}
    if len(years) > 1 or not (is_bare or (_CAPTION.search(text) and not text.endswith(("。", "；", ";", "，")))):
        return None
    if years:
        return years.pop()
    return year - 1 if _LAST_YEAR.match(text) else year if is_bare else None


def is_column(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a year is one of several words in a row of a table (指标 | 2020年 | 2019年): it heads a column, and nothing behind the table."""
    spot = pieces[at].spot
    beside = [piece.spot for piece in (*pieces[max(at - 1, 0) : at], *pieces[at + 1 : at + 2]) if not piece.is_blank]
    return spot is not None and any(b and b != spot and (b.table, b.row) == (spot.table, spot.row) for b in beside)


def year_told(pieces: Sequence[Piece]) -> int | None:
    """The year that the prose opens its sentences with (`2019年,我局共…`), where it is one only; of pages that lost title and period."""
    years = {int(match[1]) for piece in pieces if piece.spot is None for match in _OPENS.finditer(squeeze(piece.text))}
    return years.pop() if len(years) == 1 else None


_OPENS = re.compile(r"(?:^|。)((?:19|20)\d\d)年(?:度)?(?:[,，以]|全|我|本|共|主)")
