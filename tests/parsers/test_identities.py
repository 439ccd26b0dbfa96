"""Verdicts of the form's own arithmetic."""

from decimal import Decimal

from parsers.forms import forms
from parsers.identities import check
from parsers.report import Cell, State, Strength, Verdict

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


def test_a_blank_beside_figures_is_judged_twice() -> None:
    """A blank is no zero: the sum is not assessable, and the finding says which way it would go with zeros (Shanghai 2019)."""
    cells = dict.fromkeys(FORM.cell_keys, ZERO) | {
        "t4.review_upheld": Cell(Decimal(2), State.READ),
        "t4.review_total": Cell(None, State.BLANK, ""),
        "t4.litigation_direct_upheld": Cell(Decimal(1), State.READ),
        "t4.litigation_direct_other": Cell(None, State.BLANK, ""),
        "t4.litigation_direct_total": Cell(Decimal(1), State.READ),
    }
    found = {finding.rule: finding for finding in check(FORM, cells)}
    lost, sound = found["t4.sum.review"], found["t4.sum.litigation_direct"]
    assert (lost.verdict, lost.blank_as_zero) == (Verdict.NOT_ASSESSABLE, Verdict.FAIL)
    assert (sound.verdict, sound.blank_as_zero) == (Verdict.NOT_ASSESSABLE, Verdict.PASS)
    assert "t4.review_total has no figure (blank)" in lost.message
    assert found["t4.sum.litigation_after_review"].blank_as_zero is None


def test_an_unread_term_is_judged_neither_way() -> None:
    """Beside an unread term a blank read as zero would settle nothing."""
    cells = dict.fromkeys(FORM.cell_keys, ZERO) | {
        "t4.review_upheld": Cell(None, State.BLANK, ""),
        "t4.review_other": Cell(None, State.UNREAD),
        "t4.review_total": Cell(Decimal(1), State.READ),
    }
    finding = next(f for f in check(FORM, cells) if f.rule == "t4.sum.review")
    assert (finding.verdict, finding.blank_as_zero) == (Verdict.NOT_ASSESSABLE, None)
    assert "t4.review_other has no figure (unread)" in finding.message


def test_strength_follows_the_form() -> None:
    """The balance is stated on the form, sums follow from 总计, and order of magnitude is only likely."""
    strengths = {finding.rule: finding.strength for finding in check(FORM, dict.fromkeys(FORM.cell_keys, ZERO))}
    assert strengths["t3.balance.total"] is Strength.HARD
    assert strengths["t3.row_sum.granted"] is Strength.STRONG
    assert strengths["t2_1.issued_le_force.rules"] is Strength.SOFT


def test_a_sum_that_rests_on_an_inferred_figure_says_so() -> None:
    """What was inferred from the form's sums proves none of them."""
    cells = dict.fromkeys(FORM.cell_keys, ZERO) | {
        "t4.review_upheld": Cell(Decimal(2), State.READ),
        "t4.review_total": Cell(Decimal(2), State.INFERRED),
    }
    finding = next(f for f in check(FORM, cells) if f.rule == "t4.sum.review")
    assert finding.message == "2 == 2, where t4.review_total was inferred from the form's sums"
