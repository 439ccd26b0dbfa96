"""The form's own arithmetic as findings.

A report of zeros satisfies every sum, and so does an unread page taken for zeros; such an identity is `vacuous`, not `pass`.
A blank is no zero: a sum with a blank among its figures is not assessable, and the finding says whether it would hold with zeros in their place
(on the 2019 page of the Shanghai office all seven balances hold that way and twelve totals do not; forms.md §9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from parsers import messages
from parsers.forms import Form, Identity
from parsers.report import Cell, Finding, State, Strength, Verdict

_BLANK, _INFERRED = State.BLANK, State.INFERRED
_PASS, _FAIL, _VACUOUS, _NOT_ASSESSABLE = Verdict.PASS, Verdict.FAIL, Verdict.VACUOUS, Verdict.NOT_ASSESSABLE
"""Naming a member of an enum is a call; these are asked for with each term of each sum."""
_HOLDS = {"==": lambda left, right: left == right, "<=": lambda left, right: left <= right}


def check(form: Form, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """One finding for each identity of the form, in the form's order."""
    for identity in form.identities:
        verdict, blank_as_zero = _verdicts(identity, cells)
        message = _message(identity, verdict, cells)
        yield Finding(identity.id, verdict, identity.cells, message, strength_of(identity), blank_as_zero)


@cache
def strength_of(identity: Identity) -> Strength:
    """`hard` where the form itself states the equation, `strong` where it follows from a label, `soft` where practice may differ."""
    if identity.is_soft:
        return Strength.SOFT
    return Strength.HARD if identity.status == "stated" else Strength.STRONG


def _verdicts(identity: Identity, cells: Mapping[str, Cell]) -> tuple[Verdict, Verdict | None]:
    """The verdict, and the one with blanks read as zero where blanks are all that is in the way."""
    # To ask whether None is in a list of decimals compares it with each of them, which takes as long as all else here.
    without_figure = [cells[key].state for key in identity.cells if cells[key].value is None]
    if any(state is not _BLANK for state in without_figure):
        return _NOT_ASSESSABLE, None
    if not any(cells[key].value for key in identity.cells):
        return _VACUOUS, None
    holds = _HOLDS[identity.op](_sum(identity.lhs, cells), _sum(identity.rhs, cells))
    verdict = _PASS if holds else _FAIL
    return (_NOT_ASSESSABLE, verdict) if without_figure else (verdict, None)


def _sum(terms: tuple[tuple[int, str], ...], cells: Mapping[str, Cell]) -> Decimal:
    return sum([factor * value for factor, key in terms if (value := cells[key].value)], Decimal(0))


def _message(identity: Identity, verdict: Verdict, cells: Mapping[str, Cell]) -> str:
    if verdict is _VACUOUS:
        return messages.ALL_ZERO
    left, right = _terms(identity.lhs, cells), _terms(identity.rhs, cells)
    sides = messages.SIDES.format(left=left, op=identity.op, right=right)
    if verdict is _NOT_ASSESSABLE:
        missing = sorted((key for key in identity.cells if cells[key].value is None), key=lambda key: _is_blank(cells[key]))
        return messages.NO_FIGURE.format(key=missing[0], state=cells[missing[0]].state, sides=sides)
    inferred = [key for key in identity.cells if cells[key].state is _INFERRED]
    return messages.INFERRED.format(sides=sides, keys=", ".join(inferred)) if inferred else sides


def _is_blank(cell: Cell) -> bool:
    return cell.state is _BLANK


def _terms(terms: tuple[tuple[int, str], ...], cells: Mapping[str, Cell]) -> str:
    shown = [(factor, cells[key].value) for factor, key in terms if cells[key].value]
    return " ".join(f"{'-' if factor < 0 else '+'} {value}" for factor, value in shown).removeprefix("+ ") or "0"
