"""Measures as data: sums that know what they do not know, shares of enough cases, editions kept apart."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.measures import Measure, check_terms, measured, measures
from nianbao.reference import measure_rows
from parsers.forms import forms

NAMED = (
    "caseload disposal_rate disclosure_rate_broad disclosure_rate_strict refusal_rate not_held_share carry_over_share review_correction_rate"
    " litigation_loss_rate contest_rate days_after_31_january days_after_31_march report_completeness refusal_share_state_secret"
)


def figures(form: str, **known: int) -> dict[str, Decimal | None]:
    """Ones everywhere, and what is told otherwise, dots written as double underscores."""
    cells: dict[str, Decimal | None] = dict.fromkeys(forms()[form].cell_keys, Decimal(1))
    return cells | {key.replace("__", "."): Decimal(value) for key, value in known.items()}


def test_every_named_measure_is_there_with_formula_and_denominator() -> None:
    """What the documentation promises, and that each share says of what it is a share."""
    assert set(NAMED.split()) <= set(measures())
    assert all(measure.formula for measure in measures().values())
    assert all(row["denominator"] for row in measure_rows() if row["unit"] == "share")
    assert measures()["disclosure_rate_broad"].minimum_n == 5


def test_values_by_hand() -> None:
    """Distinct planted figures, each measure worked out by hand."""
    cells = figures(
        "e2021",
        t3__new_requests__total=37,
        t3__carried_over_in__total=3,
        t3__processed_total__total=32,
        t3__granted__total=11,
        t3__partially_granted__total=5,
        t3__carried_forward__total=8,
        t4__review_total=9,
        t4__review_pending=2,
        t4__review_corrected=4,
        t4__litigation_direct_total=6,
    )
    found = measured(cells, "e2021")
    assert (found["caseload"].value, found["disposal_rate"].value) == (40, Decimal(32) / 40)
    assert (found["disclosure_rate_broad"].value, found["disclosure_rate_broad"].n) == (Decimal("0.5"), 32)
    assert found["disclosure_rate_strict"].value == Decimal(11) / 32
    assert found["refusal_rate"].value == Decimal(8) / 32
    assert (found["review_correction_rate"].value, found["review_correction_rate"].n) == (Decimal(4) / 7, 7)
    assert found["contest_rate"].value == Decimal(15) / 32
    assert found["other_handling"].value == 3


@given(st.sampled_from(sorted(measures())), st.data())
def test_a_sum_with_an_unread_term_is_unknown(name: str, data: st.DataObject) -> None:
    """Whichever term is missing, the value is None, never a smaller sum."""
    measure = measures()[name]
    form = next((form for form in measure.editions if form in forms()), None)
    if form is None or not all(key.lstrip("-").startswith("t") for key in measure.numerator):
        return
    cells = figures(form)
    missing = data.draw(st.sampled_from([key.lstrip("-") for keys in measure.terms(form) for key in keys]))
    assert measure.of(cells | {missing: None}, form).value is None


def test_small_and_impossible_shares_are_null() -> None:
    """Below the minimum n, of nothing, or beyond the whole: no value, never 0 or 1 by accident."""
    share = replace(measures()["disclosure_rate_strict"], minimum_n=5)
    for granted, processed in ((0, 4), (4, 4), (0, 0), (7, 6)):
        cells = figures("e2021", t3__granted__total=granted, t3__processed_total__total=processed)
        assert share.of(cells, "e2021").value is None
    assert share.of(figures("e2021", t3__granted__total=0, t3__processed_total__total=5), "e2021").value == 0


def test_editions_that_look_alike_stay_apart() -> None:
    """Columns of the do-not-merge list never meet in one measure, and no measure of one edition is computed for another."""
    mixed = Measure(
        "x",
        "x",
        "x",
        "x",
        numerator_by={"e2019": ("t2_1.normative_documents.total_disclosed",), "e2021": ("t2_1.normative_documents.in_force",)},
    )
    with pytest.raises(ValueError, match="never meet"):
        check_terms(mixed)
    with pytest.raises(ValueError, match="no cell"):
        check_terms(Measure("x", "x", "x", "x", numerator=("t3.nothing.total",)))
    assert "normative_documents_in_force" not in measured(figures("e2019"), "e2019")
    assert "fees_charged" not in measured(figures("e2019"), "e2019")


def test_series_join_what_is_comparable() -> None:
    """Requests received run on from 2014; replies do not run on as requests concluded."""
    rows = {(row["measure"], row["form"]): row for row in measure_rows()}
    assert rows["requests", "s2014"]["series"] == rows["requests", "e2021"]["series"]
    assert rows["concluded", "s2014"]["series"] != rows["concluded", "e2019"]["series"]
    assert json.loads(rows["other_handling", "e2021"]["numerator"]) != json.loads(rows["other_handling", "e2019"]["numerator"])
    assert measured({"s14.requests_received": Decimal(7)}, "s2014")["requests"].value == 7
