"""Text against table: whether the prose tells the same number as the cells (rule `all_zero_vs_narrative` of forms.json, widened).

Only what the text says of the report's own year and exactly is compared. A text that tells several numbers of one thing agrees where one of them
is the table's; where none is, which of them was meant is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from parsers import messages
from parsers.report import Cell, Fact, Finding, Verdict

_RECEIVED, _CARRIED_IN = "t3.new_requests.total", "t3.carried_over_in.total"
_LAWSUITS = ("t4.litigation_direct_total", "t4.litigation_after_review_total")
COUNTERPARTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "items_published": (("s14.disclosed_items",), ("sh.disclosed_items",)),
    "requests_received": (
        (_RECEIVED,),
        (_RECEIVED, _CARRIED_IN),
        ("s14.requests_received",),
        ("sh.requests_received",),
    ),
    "requests_carried_in": ((_CARRIED_IN,),),
    "requests_carried_out": (("t3.carried_forward.total",),),
    "reviews": (("t4.review_total",), ("s14.reviews",), ("sh.reviews",)),
    "lawsuits": (_LAWSUITS, _LAWSUITS[:1], ("s14.litigation",), ("sh.litigation",)),
}
"""By topic the cells, or sums of cells, that its number may stand for: a text counts requests with and without those carried over."""


def disagreements(cells: Mapping[str, Cell], facts: Sequence[Fact]) -> Iterator[Finding]:
    """A finding for each topic that both the prose and the form tell: `text.requests_received` …"""
    for topic, counterparts in COUNTERPARTS.items():
        told = {fact.value for fact in facts if fact.topic == topic and fact.is_current_year and not fact.is_approximate}
        sums = [keys for keys in counterparts if all(key in cells for key in keys)]
        if told and sums:
            yield _finding(topic, told, sums, cells)


def _finding(topic: str, told: set[Decimal], sums: Sequence[tuple[str, ...]], cells: Mapping[str, Cell]) -> Finding:
    printed = [_sum(keys, cells) for keys in sums]
    keys = tuple(dict.fromkeys(key for keys in sums for key in keys))
    words = messages.TOLD.format(told=", ".join(map(str, sorted(told))), figure=_shown(printed[0]))
    return Finding(f"text.{topic}", _verdict(told, printed), keys, words)


def _verdict(told: set[Decimal], printed: Sequence[Decimal | None]) -> Verdict:
    if printed[0] is None:
        return Verdict.NOT_ASSESSABLE
    if told & set(printed):
        return Verdict.PASS if any(told) else Verdict.VACUOUS
    return Verdict.FAIL if len(told) == 1 and None not in printed else Verdict.NOT_ASSESSABLE


def _sum(keys: Sequence[str], cells: Mapping[str, Cell]) -> Decimal | None:
    values = [cells[key].value for key in keys]
    return None if None in values else sum((value for value in values if value is not None), Decimal(0))


def _shown(value: Decimal | None) -> str:
    return messages.NOT_KNOWN if value is None else str(value)
