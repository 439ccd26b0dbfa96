"""The form's own arithmetic as findings.

A report of zeros satisfies every sum, and so does an unread page taken for zeros; such an identity is `vacuous`, not `pass`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from parsers.forms import Form, Identity
from parsers.report import Cell, Finding, State, Verdict

_HOLDS = {"==": lambda left, right: left == right, "<=": lambda left, right: left <= right}


def check(form: Form, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """One finding for each identity of the form, in the form's order."""
    for identity in form.identities:
        verdict = _verdict(identity, cells)
        yield Finding(identity.id, verdict, identity.cells, _message(identity, verdict, cells))


def _verdict(identity: Identity, cells: Mapping[str, Cell]) -> Verdict:
    concerned = [cells[key] for key in identity.cells]
    if all(cell.value == 0 or cell.state is State.BLANK for cell in concerned):
        return Verdict.VACUOUS
    if any(cell.value is None for cell in concerned):
        return Verdict.NOT_ASSESSABLE
    holds = _HOLDS[identity.op](_sum(identity.lhs, cells), _sum(identity.rhs, cells))
    return Verdict.PASS if holds else Verdict.FAIL


def _sum(terms: tuple[tuple[int, str], ...], cells: Mapping[str, Cell]) -> Decimal:
    return sum((factor * (cells[key].value or Decimal(0)) for factor, key in terms), Decimal(0))


def _message(identity: Identity, verdict: Verdict, cells: Mapping[str, Cell]) -> str:
    if verdict is Verdict.VACUOUS:
        return "all terms are zero or blank"
    if verdict is Verdict.NOT_ASSESSABLE:
        missing = next(key for key in identity.cells if cells[key].value is None)
        return f"{missing} has no figure ({cells[missing].state})"
    return f"{_terms(identity.lhs, cells)} {identity.op} {_terms(identity.rhs, cells)}"


def _terms(terms: tuple[tuple[int, str], ...], cells: Mapping[str, Cell]) -> str:
    shown = [(factor, cells[key].value) for factor, key in terms if cells[key].value]
    return " ".join(f"{'-' if factor < 0 else '+'} {value}" for factor, value in shown).removeprefix("+ ") or "0"
