"""Numbers cut in two within one cell of a grid (`1 2` by a line break or a blank), put together again where the form's sums say so.

Such a cell may hold one number that was cut, or two of which one is meant. Every reading that its sums allow must be the one number;
one sum of the page that allows it nowhere leaves the cell as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

from parsers.forms import Form, Identity
from parsers.inference import Values, holds
from parsers.report import Cell, State

MOST_READINGS = 1000
"""Of the cut cells of one sum together; where there are more, it says nothing."""
_CUT = re.compile(r"[1-9]\d{0,5}(?:\s+\d{1,6}){1,2}")


@dataclass(frozen=True, slots=True)
class _Sum:
    """What one sum of the form says of the cut cells in it: those that are one number in all, and in none, of the readings that it allows."""

    joined: frozenset[str]
    refuted: frozenset[str]


def rejoined(form: Form, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells that hold one number cut in two, by key."""
    cut = _cut_cells(cells)
    values = {key: cell.value for key, cell in cells.items()} if cut else {}
    found: dict[str, Decimal] = {}
    while cut:
        sums = list(_sums(form, cut, values | found))
        settled = frozenset(key for of in sums for key in of.joined) - frozenset(key for of in sums for key in of.refuted)
        if not settled:
            break
        found |= {key: cut.pop(key)[0] for key in settled}
    return {key: cells[key]._replace(value=value, state=State.INFERRED, candidates=()) for key, value in found.items()}


def _cut_cells(cells: Mapping[str, Cell]) -> dict[str, Sequence[Decimal]]:
    """The readings of each cell that may be a number cut in two, all of its digits first; figures of several cells stand in one place and are none."""
    cut = {key: cell for key, cell in cells.items() if cell.value is None and _is_cut(cell)}
    places = Counter(cell.place for cell in cells.values()) if cut else {}
    return {key: _readings(cell) for key, cell in cut.items() if places[cell.place] == 1}


def _is_cut(cell: Cell) -> bool:
    is_in_grid = (cell.place or "").startswith("table ")
    return is_in_grid and _CUT.fullmatch((cell.raw or "").strip()) is not None


def _readings(cell: Cell) -> Sequence[Decimal]:
    parts = (cell.raw or "").split()
    return tuple(dict.fromkeys(map(Decimal, ("".join(parts), *parts))))


def _sums(form: Form, cut: Mapping[str, Sequence[Decimal]], values: Values) -> Iterator[_Sum]:
    for identity in form.identities:
        keys = [key for key in identity.cells if key in cut]
        is_told = all(key in cut or values.get(key) is not None for key in identity.cells)
        if keys and is_told and identity.op == "==" and prod(len(cut[key]) for key in keys) <= MOST_READINGS:
            yield _said(identity, {key: cut[key] for key in keys}, values)


def _said(identity: Identity, cut: Mapping[str, Sequence[Decimal]], values: Values) -> _Sum:
    readings = (dict(zip(cut, reading, strict=True)) for reading in product(*cut.values()))
    fitting = [reading for reading in readings if holds(identity, {**values, **reading})]
    own = {key: [reading[key] == options[0] for reading in fitting] for key, options in cut.items()}
    joined = frozenset(key for key, is_joined in own.items() if is_joined and all(is_joined))
    return _Sum(joined, frozenset(key for key, is_joined in own.items() if not any(is_joined)))
