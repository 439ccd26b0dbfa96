"""Verdicts of the form's own arithmetic."""

from decimal import Decimal

from parsers.forms import forms
from parsers.identities import check
from parsers.report import Cell, State, Verdict

FORM = forms()["e2021"]
ZERO = Cell(Decimal(0), State.READ, "0")


def verdicts(**changed: Cell | int | None) -> dict[str, Verdict]:
    cells = dict.fromkeys(FORM.cell_keys, ZERO)
    for name, cell in changed.items():
        key = name.replace("__", ".")
        cells[key] = (
            cell
            if isinstance(cell, Cell)
            else Cell(Decimal(cell), State.READ, str(cell))
            if cell is not None
            else Cell(None, State.UNREAD)
        )
    return {finding.rule: finding.verdict for finding in check(FORM, cells)}


def test_sound_figures_pass() -> None:
    """One request received and granted satisfies balance, outcome sum and row sums of its cells."""
    got = verdicts(
        t3__new_requests__natural_person=1,
        t3__new_requests__total=1,
        t3__granted__natural_person=1,
        t3__granted__total=1,
        t3__processed_total__natural_person=1,
        t3__processed_total__total=1,
    )
    assert Verdict.FAIL not in got.values()
    assert got["t3.balance.natural_person"] is Verdict.PASS
    assert got["t3.row_sum.granted"] is Verdict.PASS
    assert got["t3.balance.other_org"] is Verdict.VACUOUS


def test_a_printed_error_fails_exactly_where_it_stands() -> None:
    """A wrong review total fails its own sum and nothing else."""
    got = verdicts(t4__review_upheld=2, t4__review_total=3)
    assert [rule for rule, verdict in got.items() if verdict is Verdict.FAIL] == ["t4.sum.review"]


def test_an_unread_term_cannot_be_assessed() -> None:
    """A sum with an unread term says neither pass nor fail."""
    got = verdicts(t4__review_upheld=2, t4__review_total=None)
    assert got["t4.sum.review"] is Verdict.NOT_ASSESSABLE


def test_blanks_beside_zeros_are_vacuous() -> None:
    """Blank and zero terms prove nothing."""
    assert verdicts(t4__review_total=Cell(None, State.BLANK, ""))["t4.sum.review"] is Verdict.VACUOUS


def test_the_message_shows_both_sides() -> None:
    """A reader sees the sum that does not hold."""
    cells = dict.fromkeys(FORM.cell_keys, ZERO) | {
        "t4.review_upheld": Cell(Decimal(2), State.READ),
        "t4.review_total": Cell(Decimal(3), State.READ),
    }
    (finding,) = [f for f in check(FORM, cells) if f.rule == "t4.sum.review"]
    assert finding.message == "2 == 3"
