"""Rows whose blanks moved behind their figures, so that of these only the sum can be told from the others."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from parsers.rows import Run

FEWEST_ROWS, FEWEST_SUMS = 4, 2
"""Rows that end with their sum, and how many of them hold more than noughts."""


def is_summed(runs: Sequence[Run]) -> bool:
    """Whether rows of table 三 with blanks moved behind their figures all end with the sum of these, and not by chance (layouts.md A13b).

    Noughts must be printed: where they are left blank, two figures alike may be those of two kinds of applicants.
    """
    rows = [run for run in runs if run.figures]
    if not rows or rows[0].table.id != "t3" or any(map(_holds_its_blanks, rows)):
        return False
    sums = [_is_sum_of(run.values) for run in rows]
    parts = [run.values[:-1] for run in rows]
    return len(sums) >= FEWEST_ROWS and all(sums) and sum(any(row) for row in parts) >= FEWEST_SUMS and not all(map(any, parts))


def _holds_its_blanks(run: Run) -> bool:
    """Whether a row has a blank of its own in front of a figure, or one figure only, or one for each column."""
    figures = len(run.figures)
    return not (1 < figures < run.columns and run.closed) or any(piece.is_blank for piece in run.pieces[:figures])


def _is_sum_of(values: Sequence[Decimal | None]) -> bool:
    known = [value for value in values if value is not None]
    return len(known) == len(values) and sum(known[:-1]) == known[-1]
