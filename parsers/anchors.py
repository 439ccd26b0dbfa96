"""Where on a page the parts of a form stand: the heaviest chain of label occurrences in the form's own order.

The profile of a form is the list of its captions and row labels as the statute orders them. A page offers many occurrences of these words
(menus hold 行政许可, prose 行政复议); the chain that rises both on the page and in the profile, and whose rows are followed by figures, is the form.
"""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import NamedTuple

from parsers.forms import Form, Row, Table, forms
from parsers.labels import SHORTEST_REST, Lexicon, fold, is_numbered_alike, number_of, numbered
from parsers.numerals import LONGEST_FIGURE, is_lone, is_printed
from parsers.pieces import Piece

HEADER_REACH = 4
"""Blank pieces that may stand within a header, and one."""
CAPTION_WEIGHT, ROW_WEIGHT, FIGURES_WEIGHT, MISPRINT_WEIGHT = 1, 1, 2, 2


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the profile: the caption of a table (row None) or one of its rows."""

    table: Table
    row: Row | None

    @property
    def labels(self) -> tuple[str, ...]:
        if self.row is None:
            return self.table.captions
        return self.row.labels or self.table.group_labels[:1]


class Anchor(NamedTuple):
    """An occurrence of a slot's label: pieces `start` up to, not including, `end`."""

    start: int
    end: int
    slot: int
    weight: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A form's slots in statutory order, with what finds their labels."""

    slots: tuple[Slot, ...]
    lexicon: Lexicon
    slots_of: dict[str, tuple[int, ...]]
    labels: frozenset[str]
    """Every label of the form, folded: captions, rows, columns and groups."""
    groups: frozenset[str]
    """Those that stand beside rows and carry no figures."""
    heads: frozenset[str]
    """Those of columns; one that is a row's as well (总计) stands before the figures of table 四."""


@cache
def profile(form_id: str) -> Profile:
    """The profile of an edition."""
    slots = tuple(_slots(forms()[form_id]))
    slots_of: dict[str, tuple[int, ...]] = {}
    known = frozenset(_labels(forms()[form_id]))
    for number, slot in enumerate(slots):
        for label in dict.fromkeys(_wordings(slot, known)):
            slots_of[label] = (*slots_of.get(label, ()), number)
    groups = frozenset(fold(label) for table in forms()[form_id].tables for label in table.group_labels)
    heads = frozenset(fold(label) for table in forms()[form_id].tables for column in table.columns for label in column.labels)
    return Profile(slots, Lexicon(slots_of, misprinted=known), slots_of, known | slots_of.keys(), groups, heads)


def _wordings(slot: Slot, known: Set[str]) -> Iterator[str]:
    """The labels of a slot, and those of rows with their number in any writing, where that is no other label of the form."""
    labels = list(map(fold, slot.labels))
    number = number_of(labels[0]) if slot.row and labels else None
    yield from labels
    if number:
        yield from (other for label in labels for other in numbered(label, number) if other not in known)


def _slots(form: Form) -> Iterator[Slot]:
    for table in form.tables:
        yield Slot(table, None)
        yield from (Slot(table, row) for row in table.rows)


def _labels(form: Form) -> Iterator[str]:
    return (fold(label) for table in form.tables for label in table.labels)


def is_value(piece: Piece) -> bool:
    """Whether the piece can be what a cell holds: a figure, a mark, or nothing; also `01`, the end of a number cut in two."""
    text = piece.text
    is_plain = _is_plain_value_again if len(text) <= LONGEST_FIGURE else _is_plain_value
    return is_plain(text) or piece.is_glued or ((piece.spot is not None or piece.is_numeral) and is_lone(text))


def _is_plain_value(text: str) -> bool:
    """Whether a text is a value wherever it stands."""
    return is_printed(text) or not text.strip() or text.strip().isdecimal()


_is_plain_value_again = lru_cache(maxsize=4096)(_is_plain_value)
"""The same, remembered: a page asks it of every run of text, and of most several times."""


def occurrences(of: Profile, pieces: Sequence[Piece], texts: Sequence[str]) -> list[Anchor]:
    """All occurrences of the profile's labels, by start; a row followed by what a cell can hold weighs more."""
    found = []
    matches = of.lexicon.matches(texts)
    for start, text in enumerate(texts):
        if start in matches:
            label, end = matches[start]
            if not _ends_header(of, label, pieces, start, end):
                found += [Anchor(start, end, slot, _weight(of, slot, pieces, texts, end)) for slot in of.slots_of[label]]
        elif len(text) >= SHORTEST_REST and text not in of.labels and _is_followed(pieces, start + 1):
            found += [Anchor(start, start + 1, slot, MISPRINT_WEIGHT) for slot in _meant(of, text)]
    return found


def _meant(of: Profile, text: str) -> tuple[int, ...]:
    """The rows whose misprinted label the text must be; none where labels of different rows are as near, or where it is the beginning of another.

    Of two words the number tells the row: `2.其他` is what is left of another label, and never `3.其他`.
    """
    meant = [label for label in of.lexicon.left_of(text) or of.lexicon.nearest(text) if is_numbered_alike(text, label)]
    options = {of.slots_of[label] for label in (*meant, *of.lexicon.begun_by(text))} if meant else set()
    return tuple(slot for slot in options.pop() if of.slots[slot].row) if len(options) == 1 else ()


def alternatives(found: Sequence[Anchor], chain: Sequence[Anchor]) -> Iterator[tuple[Anchor, Anchor]]:
    """The second best: for an anchor of the chain, another occurrence of its label that the chain could hold in its place."""
    bounds = zip([0, *(a.end for a in chain)], chain, [*(a.start for a in chain[1:]), sys.maxsize], strict=False)
    others: dict[int, list[Anchor]] = {}
    for anchor in found:
        others.setdefault(anchor.slot, []).append(anchor)
    for low, anchor, high in bounds:
        for other in others[anchor.slot]:
            if other.start != anchor.start and low <= other.start and other.end <= high and other.weight >= anchor.weight:
                yield anchor, other


def _weight(of: Profile, slot: int, pieces: Sequence[Piece], texts: Sequence[str], end: int) -> int:
    """What an occurrence counts; the row without a label (table 四) is anchored by its header, and a header goes on with labels, not with figures."""
    row = of.slots[slot].row
    if row is None:
        return CAPTION_WEIGHT
    if row.labels:
        if not _is_followed(pieces, end):
            return ROW_WEIGHT
        return ROW_WEIGHT + FIGURES_WEIGHT + (not pieces[end].is_blank) + _is_whole(of, slot, pieces, end)
    following = next((text for text in texts[end : end + HEADER_REACH] if text), "")
    return ROW_WEIGHT + FIGURES_WEIGHT * (following in of.labels)


def _ends_header(of: Profile, label: str, pieces: Sequence[Piece], start: int, end: int) -> bool:
    """Whether a label that is a row's as well as a column's (总计) is the last of table 四: more figures stand behind it than its row has."""
    if label not in of.heads or pieces[start].spot is not None:
        return False
    behind = end + max(len(of.slots[slot].table.columns) for slot in of.slots_of[label])
    return behind < len(pieces) and not pieces[behind].is_blank and all(map(is_value, pieces[end : behind + 1]))


def _is_followed(pieces: Sequence[Piece], end: int) -> bool:
    """Whether something that a cell can hold stands there."""
    return end < len(pieces) and is_value(pieces[end])


_is_blank = attrgetter("is_blank")


def _is_whole(of: Profile, slot: int, pieces: Sequence[Piece], end: int) -> bool:
    """Whether as many values as columns stand there: a small table beside the form has fewer (与上年对比)."""
    columns = len(of.slots[slot].table.columns)
    cells = pieces[end : end + columns]
    return columns > 1 and len(cells) == columns and all(map(is_value, cells)) and not all(map(_is_blank, cells))


def stray_rows(of: Profile, found: Sequence[Anchor], chain: Sequence[Anchor], pieces: Sequence[Piece]) -> Iterator[Anchor]:
    """Rows that stand within their part of the form but out of its order, as some bodies print them, and as the text of a PDF lists its tables.

    Only labels that one row of the form bears, with figures behind them once on the page: menus print some of them without.
    """
    taken = {anchor.slot for anchor in chain}
    if all(anchor.slot in taken for anchor in found):
        return
    within = _parts_on_page(of, chain, end=len(pieces))
    covered = {piece for anchor in chain for piece in range(anchor.start, anchor.end)}
    followed = [anchor for anchor in found if anchor.slot not in taken and _is_followed(pieces, anchor.end)]
    starts, slots = Counter(anchor.start for anchor in found), Counter(anchor.slot for anchor in followed)
    for anchor in followed:
        slot = of.slots[anchor.slot]
        is_alone = starts[anchor.start] == slots[anchor.slot] == 1
        is_within = anchor.start in within.get(slot.table.part, ()) and covered.isdisjoint(range(anchor.start, anchor.end))
        if slot.row and is_alone and is_within and not _is_column(slot):
            yield anchor


def _is_column(slot: Slot) -> bool:
    """Whether the row is labelled as a column is (总计 of table 三, which its header prints as well)."""
    columns = {label for column in slot.table.columns for label in column.labels}
    return any(label.endswith("总计") or label in columns for label in slot.labels)


def _parts_on_page(of: Profile, chain: Sequence[Anchor], *, end: int) -> dict[str, range]:
    """Where each part of the form (二, 三, 四) begins, and the next one after it."""
    starts: dict[str, int] = {}
    for anchor in chain:
        starts.setdefault(of.slots[anchor.slot].table.part, anchor.start)
    stops = [*list(starts.values())[1:], end][: len(starts)]
    return {part: range(start, stop) for (part, start), stop in zip(starts.items(), stops, strict=True)}


def heaviest_chain(anchors: Iterable[Anchor], *, slots: int) -> tuple[Anchor, ...]:
    """The chain of anchors, rising in page and slot without overlap, with the largest total weight; of equals the one that ends first.

    One sweep over the page with a Fenwick tree of best scores by slot: O(n log n) for n occurrences.
    """
    links: list[tuple[Anchor, int | None]] = []
    best = _PrefixBest(slots)
    open_links: list[tuple[int, int, int]] = []
    for anchor in sorted(anchors, key=lambda a: (a.start, a.slot)):
        while open_links and open_links[0][0] <= anchor.start:
            _, score, index = heapq.heappop(open_links)
            best.raise_to(links[index][0].slot, score, index)
        score, before = best.below(anchor.slot)
        links.append((anchor, before))
        heapq.heappush(open_links, (anchor.end, score + anchor.weight, len(links) - 1))
    for _, score, index in sorted(open_links):
        best.raise_to(links[index][0].slot, score, index)
    return tuple(_trace(links, best.below(slots)[1]))


def _trace(links: Sequence[tuple[Anchor, int | None]], last: int | None) -> list[Anchor]:
    chain = []
    while last is not None:
        anchor, last = links[last]
        chain.append(anchor)
    return chain[::-1]


class _PrefixBest:
    """The best (score, link) among slots below a given one."""

    def __init__(self, size: int) -> None:
        self._tree: list[tuple[int, int | None]] = [(0, None)] * (size + 1)

    def below(self, slot: int) -> tuple[int, int | None]:
        best: tuple[int, int | None] = (0, None)
        while slot > 0:
            if self._tree[slot][0] > best[0]:
                best = self._tree[slot]
            slot -= slot & -slot
        return best

    def raise_to(self, slot: int, score: int, link: int) -> None:
        slot += 1
        while slot < len(self._tree):
            if score > self._tree[slot][0]:
                self._tree[slot] = (score, link)
            slot += slot & -slot
