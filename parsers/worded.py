"""Numerals of one character that are figures: `三` in a cell of a text.

Without a grid such a numeral is rather the number of what follows (`三` in front of `、本年度办理结果`, a column 序号). It is a figure on a page that prints
its figures in words, and where it stands in a row among figures.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import groupby

from parsers.anchors import Profile
from parsers.labels import fold
from parsers.numerals import LONE, NEVER_A_NUMBER, in_words, is_lone, is_printed
from parsers.pieces import Piece

MOST_BEHIND_LABELS = 2
"""Rows with a numeral directly behind their label; more of them are numbered there."""


def with_numerals(of: Profile, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, those of one numeral that are figures marked as such."""
    texts = [piece.text.strip() if piece.spot is None else "" for piece in pieces]
    if in_words(texts):
        figures: Set[int] = {at for at, text in enumerate(texts) if is_lone(text)}
    else:
        figures = _among_figures(of, pieces, texts)
    return [piece._replace(is_numeral=True) if at in figures else piece for at, piece in enumerate(pieces)] if figures else pieces


def _among_figures(of: Profile, pieces: Sequence[Piece], texts: Sequence[str]) -> Set[int]:
    """The places of numerals that stand in a row of figures."""
    lone = [at for at, text in enumerate(texts) if text in LONE]
    rows = [run for run in _runs(lone) if _is_in_row(of, pieces, texts, run)]
    behind = {
        run.start
        for run in rows
        if not is_printed(texts[run.start - 1]) and NEVER_A_NUMBER.isdisjoint(texts[run.start : run.stop])
    }
    is_numbered = len(behind) > MOST_BEHIND_LABELS
    return {at for run in rows if not (is_numbered and run.start in behind) for at in run}


def _runs(places: Sequence[int]) -> list[range]:
    """Places that follow on each other, together."""
    runs = [[at for _, at in group] for _, group in groupby(enumerate(places), key=lambda numbered: numbered[1] - numbered[0])]
    return [range(run[0], run[-1] + 1) for run in runs]


def _is_in_row(of: Profile, pieces: Sequence[Piece], texts: Sequence[str], run: range) -> bool:
    """Whether a row's label or a figure stands before numerals, and behind them a figure, or the end of the line that their row stands on."""
    before, last = run.start - 1, run[-1]
    if before < 0 or not (is_printed(texts[before]) or fold(texts[before]) in of.slots_of):
        return False
    behind = next((at for at in range(run.stop, len(texts)) if pieces[at].text), len(texts))
    if behind < len(texts) and is_printed(texts[behind]):
        return True
    line = pieces[last].line
    ends_line = 0 < pieces[before].line == line and (behind == len(texts) or pieces[behind].line != line)
    return ends_line or texts[last] in NEVER_A_NUMBER
