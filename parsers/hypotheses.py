"""Which single slip would explain the failed sums of a table: one figure, one row moved by a column, two neighbours exchanged.

A printed error fails the sums it stands in and no others, so that their pattern often leaves one place. A hypothesis is listed only if it mends
every failed sum of its table and breaks none that held; the published figure stays as it is. Where more than a few slips would do, none is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parsers import messages
from parsers.forms import Form, Identity, Table
from parsers.report import Cell, Change, Finding, Hypothesis, Slip, State, Verdict

MOST = 6
"""A sum of five figures that fails alone has five explanations; a longer list tells nothing."""
_Values = Mapping[str, Decimal | None]


def explain(form: Form, cells: Mapping[str, Cell], findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, the failed sums among them with the slips that would mend all failed sums of their table."""
    failed = {finding.rule for finding in findings if finding.verdict is Verdict.FAIL}
    told: dict[str, tuple[Hypothesis, ...]] = {}
    for table in form.tables if failed else ():
        sums = _Sums.of(form, table, cells, failed)
        if sums.failed:
            few = _few(_hypotheses(table, sums))
            told |= dict.fromkeys((identity.id for identity in sums.failed), few)
    for finding in findings:
        few = told.get(finding.rule, ())
        yield finding._replace(hypotheses=few, message=_explained(finding.message, few)) if few else finding


def _explained(message: str, hypotheses: tuple[Hypothesis, ...]) -> str:
    if len(hypotheses) > 1:
        return messages.MANY_SLIPS.format(message=message, count=len(hypotheses))
    (hypothesis,) = hypotheses
    changes = (
        messages.CHANGE.format(key=c.key, printed=_shown(c.printed), would_be=_shown(c.would_be)) for c in hypothesis.changes
    )
    return messages.ONE_SLIP.format(message=message, slip=hypothesis.slip, changes=", ".join(changes))


def _shown(value: Decimal | None) -> str:
    return messages.BLANK if value is None else str(value)


@dataclass(frozen=True, slots=True)
class _Sums:
    """The equations within one table, the figures they were assessed on, and which of them failed."""

    values: _Values
    movable: frozenset[str]
    """Cells that are printed as a figure or blank; only these can have slipped."""
    failed: tuple[Identity, ...]
    held: tuple[Identity, ...]

    @classmethod
    def of(cls, form: Form, table: Table, cells: Mapping[str, Cell], failed: Iterable[str]) -> _Sums:
        keys = frozenset(table.keys)
        values = {key: cells[key].value for key in table.keys}
        equations = [i for i in form.identities if i.op == "==" and keys.issuperset(i.cells)]
        return cls(
            values,
            frozenset(key for key in keys if cells[key].state in (State.READ, State.BLANK)),
            tuple(i for i in equations if i.id in failed),
            tuple(i for i in equations if _gap(i, values) == 0),
        )

    def mended_by(self, would_be: _Values) -> bool:
        """Whether every failed sum holds with these figures and every sum that held still does."""
        if any(would_be.keys().isdisjoint(i.cells) for i in self.failed):
            return False
        values = {**self.values, **would_be}
        return all(_gap(identity, values) == 0 for identity in self.failed + self.held)

    def solved(self, key: str, would_be: _Values) -> Decimal | None:
        """The figure of `key` by the first sum that holds all its other terms; None where there is none, or no count."""
        values = {**self.values, **would_be, key: Decimal(0)}
        for identity in self.failed + self.held:
            gap = _gap(identity, values) if key in identity.cells else None
            if gap is not None:
                figure = -gap / _factor(identity, key) + 0  # nought by a negative factor bears a sign
                return figure if figure >= 0 else None
        return None


def _gap(identity: Identity, values: _Values) -> Decimal | None:
    """Left side less right side; None where a term has no figure."""
    gap = Decimal(0)
    for sign, terms in ((1, identity.lhs), (-1, identity.rhs)):
        for factor, key in terms:
            value = values[key]
            if value is None:
                return None
            gap += sign * factor * value
    return gap


def _factor(identity: Identity, key: str) -> int:
    return sum(f for f, k in identity.lhs if k == key) - sum(f for f, k in identity.rhs if k == key)


def _few(found: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Those that differ, or none where there are more than a few; a slip of one figure is called that, whatever else would name it."""
    distinct: dict[frozenset[Change], Hypothesis] = {}
    for hypothesis in found:
        distinct.setdefault(frozenset(hypothesis.changes), hypothesis)
    return tuple(distinct.values()) if len(distinct) <= MOST else ()


def _hypotheses(table: Table, sums: _Sums) -> Iterator[Hypothesis]:
    for slip, would_be in (*_figures(sums), *_shifts(table, sums), *_swaps(table, sums)):
        changes = tuple(Change(key, sums.values[key], value) for key, value in would_be.items() if sums.values[key] != value)
        if changes and sums.movable.issuperset(would_be) and sums.mended_by(would_be):
            yield Hypothesis(slip, changes)


def _figures(sums: _Sums) -> Iterator[tuple[Slip, _Values]]:
    """Each cell that stands in all failed sums, with the figure the first of them asks for."""
    for key in sums.failed[0].cells:
        figure = sums.solved(key, {})
        if figure is not None:
            yield Slip.FIGURE, {key: figure}


def _shifts(table: Table, sums: _Sums) -> Iterator[tuple[Slip, _Values]]:
    """Each run of cells with its figures moved back by one; the one that fell off the end is what the sums ask for."""
    for line in _runs(table, sums):
        printed = [sums.values[key] for key in line]
        if not printed[0]:
            yield from _restored(sums, dict(zip(line[:-1], printed[1:], strict=True)), line[-1])
        if not printed[-1]:
            yield from _restored(sums, dict(zip(line[1:], printed[:-1], strict=True)), line[0])


def _restored(sums: _Sums, moved: dict[str, Decimal | None], lost: str) -> Iterator[tuple[Slip, _Values]]:
    figure = sums.solved(lost, moved)
    if figure is not None:
        yield Slip.SHIFT, {**moved, lost: figure}


def _runs(table: Table, sums: _Sums) -> Iterator[Sequence[str]]:
    """Rows, and the blocks of table 四, each closed by its own total; and what stands in front of a total that holds."""
    held = [i.cells for i in sums.held]
    for row in table.rows:
        keys = table.keys_of(row)
        blocks = (i.cells for i in sums.failed if set(i.cells) < set(keys))
        beside = (cells[:-1] for cells in held if cells[0] in keys and cells[-1] in keys)
        yield from (keys, *blocks, *beside)


def _swaps(table: Table, sums: _Sums) -> Iterator[tuple[Slip, _Values]]:
    """Neighbouring cells, rows and columns exchanged."""
    rows = [table.keys_of(row) for row in table.rows]
    columns = list(zip(*rows, strict=True))
    for lines in (rows, columns):
        for first, second in itertools.pairwise(lines):
            yield Slip.SWAP, _exchanged(sums, first, second)
        for line in lines:
            yield from ((Slip.SWAP, _exchanged(sums, (a,), (b,))) for a, b in itertools.pairwise(line))


def _exchanged(sums: _Sums, first: Sequence[str], second: Sequence[str]) -> _Values:
    pairs = list(zip(first, second, strict=True))
    return {a: sums.values[b] for a, b in pairs} | {b: sums.values[a] for a, b in pairs}
