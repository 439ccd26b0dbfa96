"""Columns that the form has not (占比, 备注, 上年总计), on pages whose grid does not tell: whether one of a row's figures may be theirs.

Where a blank cell left no trace, and the cell of such a column prints a figure, a row has as many figures as it should have.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from parsers.numerals import read_figure
from parsers.rows import Run


def may_hold_another(run: Run, part: Sequence[Run]) -> bool:
    """Whether a row under a header that names such a column may hold its figure. `part` are the rows of the same part of the form.

    It holds none where the cell of the column is seen, words or a blank behind the row's figures, or where no other row shows such a cell;
    and none where the row is its own sum. A row of fewer figures is always in doubt.
    """
    if not run.header.is_wider or run.table.part == "t4" or _is_under_header(run) or not run.figures:
        return False
    if not run.is_whole or run.has_blank_between:
        return True
    parts, total = _values(run)
    if run.table.id == "t3" and parts != total:
        return True
    is_proved = run.table.id == "t3" and total > 0 and not _is_longer_alike(run, part)
    return not (is_proved or run.is_before_words) and (_is_longer_alike(run, part) or _is_hidden(run, part))


def _is_under_header(run: Run) -> bool:
    """Whether the row is one of a grid that kept its spans: cells stand under all labels of the header. One in another order is told by its sums."""
    if run.width is None:
        return False
    labels = {spot.column for spot in run.header.spots.values()}
    is_under = len(labels) == run.columns and labels <= {piece.spot.column for piece in run.pieces if piece.spot}
    return is_under or not run.header.keeps_statutory_order(run.table)


def _values(run: Run) -> tuple[Decimal, Decimal]:
    """The sum of a row's figures before the last, and the last; a mark is nought."""
    *parts, total = [value or Decimal(0) for value in run.values]
    return sum(parts, Decimal(0)), total


def _is_longer_alike(run: Run, part: Sequence[Run]) -> bool:
    """Whether a row of a figure more ends like this one, with a figure or with a mark (无): so the column prints. Twice as many are two rows."""
    longer = (other for other in part if other.closed and other.columns < len(other.figures) < 2 * other.columns)
    return any(_ends_with_figure(other) == _ends_with_figure(run) for other in longer)


def _ends_with_figure(run: Run) -> bool:
    return read_figure(run.figures[-1].text) is not None


def _is_hidden(run: Run, part: Sequence[Run]) -> bool:
    """Whether the cell of the column stands behind other rows as words, and behind this one as nothing."""
    return run.behind == 0 and any(other.is_before_words for other in part)
