"""Rows that break their own sum as they were read, where they may be read otherwise: their figures are candidates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter

from parsers.cells import BLOCK
from parsers.forms import Form
from parsers.inference import holds, sums_within
from parsers.report import Cell
from parsers.rows import Run

FEWEST_CUT = 2
"""So many rows of a part with more figures than columns print numbers cut in two; one may be a slip."""

_is_glued = attrgetter("is_glued")


def disproved(form: Form, runs: Sequence[Run], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Rows that break their own sum as they were read, where they may be read otherwise.

    Where numbers were cut in two, a row may hold one of them and lack a cell. Digits in one run were cut so: a cell without text may be
    among them (`4458102`: 44, 58, 102). Where the page ends with them, they may have lost digits, and a sum that holds would hold of others by
    chance as well; the last of other figures has lost some where it is the beginning of its sum. Where spans were written out, a figure beside the same may be the copy of one cell.
    """
    is_copied = any(run.is_copied for run in runs)
    doubtful = (run for run in runs if run.columns > 1 and (any(map(_is_glued, run.figures)) or (is_copied and _has_copy(run))))
    doubted = {key: cells[key].doubted for run in doubtful if _is_disproved(form, run, cells) for key in run.keys}
    cut = (run for run in runs if run.is_cut and run.is_whole and run.columns > 1 and _lacks_digits(run))
    doubted |= {key: cells[key].doubted for run in _beside_cut(form, runs, cells) for key in run.keys}
    return doubted | {run.keys[-1]: cells[run.keys[-1]].doubted for run in cut}


def _beside_cut(form: Form, runs: Sequence[Run], cells: Mapping[str, Cell]) -> Iterator[Run]:
    """The rows without a grid that break their sum, where several others of their part print more figures than columns: numbers were cut in two.

    In a row that lost a blank as well the count is right again. Twice as many figures are those of a row whose label is lost.
    """
    loose = [run for run in runs if run.grid is None and run.closed]
    cut = Counter(run.table.part for run in loose if 1 < run.columns < len(run.figures) < 2 * run.columns)
    whole = (run for run in loose if cut[run.table.part] >= FEWEST_CUT and run.is_whole)
    return (run for run in whole if False in _sums_told(form, run, cells))


def _has_copy(run: Run) -> bool:
    """Whether two cells beside each other print the same figure, and not nought."""
    return any(one.text == other.text and one.text.strip() not in ("", "0") for one, other in pairwise(run.pieces))


def _lacks_digits(run: Run) -> bool:
    """Whether the last figure of a row is the beginning of its sum: `12` of 127."""
    *parts, last = run.values[-BLOCK:] if run.table.id == "t4" else run.values
    total = sum((value for value in parts if value), Decimal(0))
    return last is not None and last != total and str(total).startswith(str(last))


def _is_disproved(form: Form, run: Run, cells: Mapping[str, Cell]) -> bool:
    told = _sums_told(form, run, cells)
    return False in told or (run.is_cut and (True not in told or run.figures[-1].text.strip().strip("0０") != ""))


def _sums_told(form: Form, run: Run, cells: Mapping[str, Cell]) -> Set[bool | None]:
    """What the sums within a row say of it."""
    values = {key: cells[key].value for key in run.keys}
    return {holds(identity, values) for identity in sums_within(form.identities, values)}
