"""Rows whose cells counting leaves open, settled by the form's identities where exactly one value fits.

Every way to put a row's figures on its columns is a candidate; those that break an identity of the form, given the cells read, are left out.
What all the others agree on is `inferred`. A cell with no figure of its own gets none: sums cannot tell a lost figure from a blank that
collapsed (a total left blank beside its parts, 二道区 2022).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import comb

from parsers.forms import Form, Identity
from parsers.report import Cell

MOST_CANDIDATES = 5000
"""Beyond so many ways to place a row nothing is tried."""

Values = Mapping[str, Decimal | None]
Candidate = tuple[Cell | None, ...]
"""One cell for each column, None where the candidate has no figure for it."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row whose figures are known and whose columns are not: its cell keys and every way to place it."""

    keys: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    may_be_blank: bool = False
    """Whether blanks stand in the row, so that a cell without a figure may be printed empty."""


def placements(keys: tuple[str, ...], *, figures: Sequence[Sequence[Cell]], may_be_blank: bool) -> OpenRow:
    """All ways to put the figures on the columns in their order. `figures` holds for each figure its cell in every column."""
    if not 0 < len(figures) <= len(keys) or comb(len(keys), len(figures)) > MOST_CANDIDATES:
        return OpenRow(keys, ())
    return OpenRow(keys, tuple(_placed(keys, figures, at) for at in combinations(range(len(keys)), len(figures))), may_be_blank)


def _placed(keys: Sequence[str], figures: Sequence[Sequence[Cell]], at: Sequence[int]) -> Candidate:
    columns = {column: figures[number][column] for number, column in enumerate(at)}
    return tuple(columns.get(column) for column in range(len(keys)))


def infer(form: Form, cells: Mapping[str, Cell], rows: Sequence[OpenRow]) -> dict[str, Cell]:
    """The cells that the identities settle, by key; rows settled first help those that follow.

    A row of which no figure was found stays without: sums cannot tell what was lost from what was left blank.
    """
    if not rows:
        return {}
    identities = [identity for identity in form.identities if identity.op == "==" and not identity.is_soft]
    values = _values(cells)
    broken = {_table(i) for i in identities if holds(i, values) is False}
    sound = [identity for identity in identities if _table(identity) not in broken]
    found: dict[str, Cell] = {}
    while new := _round(sound, dict(cells) | found, [row for row in rows if not set(row.keys) <= set(found)], found):
        found |= new
    return found


def _table(identity: Identity) -> str:
    return identity.cells[0].partition(".")[0]


def _round(
    identities: Sequence[Identity], cells: Mapping[str, Cell], rows: Iterable[OpenRow], found: Mapping[str, Cell]
) -> dict[str, Cell]:
    new: dict[str, Cell] = {}
    for row in rows:
        new |= {key: cell for key, cell in _agreed(row, identities, cells).items() if key not in found}
    return new


def _values(cells: Mapping[str, Cell]) -> dict[str, Decimal | None]:
    return {key: cell.value for key, cell in cells.items()}


def _agreed(row: OpenRow, identities: Sequence[Identity], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """What all candidates that fit have in common, where at least one identity had something to say."""
    concerned = [identity for identity in identities if set(identity.cells) & set(row.keys)]
    if not concerned:
        return {}
    values = _values(cells)
    fitting = [completed for candidate in row.candidates if (completed := _completed(row, candidate, concerned, values))]
    if not fitting or not all(_is_tried(row, candidate, concerned, values) for candidate in fitting):
        return {}
    columns = zip(row.keys, zip(*fitting, strict=True), strict=True)
    return {
        key: cell for key, options in columns if (cell := _common(options)) and _is_held(key, row, fitting, concerned, values)
    }


def _is_held(key: str, row: OpenRow, fitting: Sequence[Candidate], identities: Sequence[Identity], values: Values) -> bool:
    """Whether an identity of a cell holds, or none is in the row alone: a block of table 四 without its total proves no place in it."""
    own = [identity for identity in identities if key in identity.cells and set(identity.cells) < set(row.keys)]
    return not own or all(any(holds(i, dict(values) | _printed(row, c)) for i in own) for c in fitting)


def _printed(row: OpenRow, candidate: Candidate) -> dict[str, Decimal | None]:
    """The figures that the page prints, where a candidate puts them."""
    return {key: cell.value if cell and cell.raw else None for key, cell in zip(row.keys, candidate, strict=True)}


def _is_tried(row: OpenRow, candidate: Candidate, identities: Sequence[Identity], values: Values) -> bool:
    """Whether an identity holds on figures the page prints: one that only says what a lost figure must be proves no placement."""
    return any(_is_proof(identity, dict(values) | _printed(row, candidate)) for identity in identities)


def _is_proof(identity: Identity, values: Values) -> bool:
    return holds(identity, values) is True and any(values[key] for key in identity.cells)


def _common(options: Sequence[Cell | None]) -> Cell | None:
    first = options[0]
    return first if first and all(option and option.value == first.value for option in options) else None


def _completed(row: OpenRow, candidate: Candidate, identities: Sequence[Identity], values: Values) -> Candidate | None:
    """The candidate, or None where it, or what follows from it, breaks an identity."""
    assumed = dict(values) | {key: cell.value if cell else None for key, cell in zip(row.keys, candidate, strict=True)}
    while True:
        if any(holds(identity, assumed) is False for identity in identities):
            return None
        solved = next((s for i in identities if (s := _solved(i, assumed)) and s[0] in row.keys), None)
        if solved is None:
            return candidate
        assumed[solved[0]] = solved[1]


def sums_within(identities: Iterable[Identity], keys: Collection[str]) -> list[Identity]:
    """The equations all of whose terms are among the keys."""
    held = set(keys)
    return [identity for identity in identities if identity.op == "==" and held.issuperset(identity.cells)]


def holds(identity: Identity, values: Values) -> bool | None:
    """Whether an equation holds; None while cells without a value leave it open. No cell of 三 and 四 is below nought."""
    left, open_left = _side(identity.lhs, values)
    right, open_right = _side(identity.rhs, values)
    if not open_left and not open_right:
        return left == right
    if open_left and open_right:
        return None
    return False if (left > right if open_left else right > left) else None


def _side(terms: Sequence[tuple[int, str]], values: Values) -> tuple[Decimal, bool]:
    known = [factor * value for factor, key in terms if (value := values.get(key)) is not None]
    return sum(known, Decimal(0)), len(known) < len(terms)


def _solved(identity: Identity, values: Values) -> tuple[str, Decimal] | None:
    """The one cell of an equation that has no value yet, and the value it must have."""
    unknown = [(factor, key) for factor, key in (*identity.lhs, *((-f, k) for f, k in identity.rhs)) if values.get(key) is None]
    if len(unknown) != 1:
        return None
    factor, key = unknown[0]
    rest = _side(identity.rhs, values)[0] - _side(identity.lhs, values)[0]
    value = rest * factor
    return (key, value) if value >= 0 else None
