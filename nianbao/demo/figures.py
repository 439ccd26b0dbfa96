"""Generated figures that satisfy every identity of the form, year after year.

Townships mostly have no request at all, so most counts are zero, as in reality. What is carried forward in one year is carried in by the next.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal

from parsers.forms import Form, Table
from parsers.identities import check
from parsers.report import Cell, State, Verdict

Figures = dict[str, Decimal]
SHARE_WITHOUT_REQUESTS = 0.45
_FLOWS = ("new_requests", "carried_over_in", "processed_total", "carried_forward")


def generate(form: Form, rng: random.Random, *, before: Mapping[str, Decimal]) -> Figures:
    """The figures of one report; `before` are those of the unit's report of the year before, empty for the first."""
    figures: Figures = {}
    for table in form.tables:
        if table.id == "t3":
            figures |= _requests(table, rng, before)
        elif table.id == "t4":
            figures |= _reviews(rng)
        else:
            figures |= _proactive(table, rng, before)
    return {key: figures[key] for key in form.cell_keys}


def add(parts: Iterable[Mapping[str, Decimal]]) -> Figures:
    """The roll-up of several reports on the same form: linear, so that every identity holds for it too."""
    total: Figures = {}
    for part in parts:
        for key, value in part.items():
            total[key] = total.get(key, Decimal(0)) + value
    return total


def broken_identities(form: Form, figures: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    """The identities of the form that these figures break."""
    cells = {key: Cell(value, State.READ if value is not None else State.BLANK) for key, value in figures.items()}
    return tuple(finding.rule for finding in check(form, cells) if finding.verdict is Verdict.FAIL)


def _requests(table: Table, rng: random.Random, before: Mapping[str, Decimal]) -> Figures:
    people = [column.key for column in table.columns if column.key != "total"]
    outcomes = [row.key for row in table.rows if row.key not in _FLOWS]
    busy = rng.random() > SHARE_WITHOUT_REQUESTS
    counts: dict[tuple[str, str], int] = {}
    for who in people:
        carried_in = int(before.get(f"t3.carried_forward.{who}", 0))
        new = rng.choice((0, 0, 1, 2, 3, 5, 8, 13)) if busy and (who == "natural_person" or rng.random() < 0.3) else 0
        forward = rng.randint(0, 1) if new + carried_in > 3 else 0
        done = new + carried_in - forward
        counts |= {
            ("new_requests", who): new,
            ("carried_over_in", who): carried_in,
            ("processed_total", who): done,
            ("carried_forward", who): forward,
        }
        for _ in range(done):
            outcome = outcomes[min(int(rng.expovariate(0.35)), len(outcomes) - 1)]
            counts[outcome, who] = counts.get((outcome, who), 0) + 1
    for row in table.rows:
        counts[row.key, "total"] = sum(counts.get((row.key, who), 0) for who in people)
    return {
        f"t3.{row.key}.{column.key}": Decimal(counts.get((row.key, column.key), 0))
        for row in table.rows
        for column in table.columns
    }


def _reviews(rng: random.Random) -> Figures:
    figures: Figures = {}
    for channel in ("review", "litigation_direct", "litigation_after_review"):
        results = [rng.randint(1, 3) if rng.random() < 0.12 else 0 for _ in range(4)]
        for name, value in zip(("upheld", "corrected", "other", "pending", "total"), [*results, sum(results)], strict=True):
            figures[f"t4.{channel}_{name}"] = Decimal(value)
    return figures


def _proactive(table: Table, rng: random.Random, before: Mapping[str, Decimal]) -> Figures:
    figures: Figures = {}
    for row in table.rows:
        keys = dict(zip((column.key for column in table.columns), table.keys_of(row), strict=True))
        figures |= {key: _figure(name, row.key, rng) for name, key in keys.items()}
        if "items_prior_year" in keys and keys["items_prior_year"] in before:
            figures[keys["items_prior_year"]] = before[keys["items_prior_year"]] + before[keys["items_net_change"]]
        if "total_disclosed" in keys:
            figures[keys["total_disclosed"]] = max(figures[keys["total_disclosed"]], figures[keys["newly_disclosed"]])
        if "in_force" in keys:
            figures |= _stock(keys, figures, before.get(keys["in_force"]))
    return figures


def _stock(keys: Mapping[str, str], figures: Figures, before: Decimal | None) -> Figures:
    """What is in force: the year before's, with what was issued and without what was repealed."""
    issued, repealed, in_force = (figures[keys[name]] for name in ("issued", "repealed", "in_force"))
    if before is None:
        return {keys["in_force"]: max(in_force, issued)}
    repealed = min(repealed, before)
    return {keys["repealed"]: repealed, keys["in_force"]: before + issued - repealed}


def _figure(column: str, row: str, rng: random.Random) -> Decimal:
    """One figure by the kind of its column; only cities with districts make 规章, so townships print zero."""
    if row == "rules":
        return Decimal(0)
    if column in {"total_amount", "fee_amount"}:
        return _amount(rng) if rng.random() < 0.7 else Decimal(0)
    if column == "items_net_change":
        return Decimal(rng.randint(-8, 19))
    if column == "items_prior_year":
        return Decimal(rng.randint(20, 140))
    return Decimal(rng.choice((0, 0, 1, 2, 4, 7, 11, 28, 63, 131)))


def _amount(rng: random.Random) -> Decimal:
    """万元 with up to six decimals, below what would have to be a misprint of 元."""
    return Decimal(rng.randint(1, 9_000_000)).scaleb(-rng.choice((4, 4, 5, 6))).normalize()
