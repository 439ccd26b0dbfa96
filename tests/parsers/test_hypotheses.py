"""One slip planted in sound figures: exactly the sums it breaks fail, and the slip is among the few that would explain them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from nianbao.demo.figures import generate
from parsers.findings import findings
from parsers.forms import Form, forms
from parsers.hypotheses import MOST
from parsers.report import Cell, Finding, Slip, State, Verdict

Figures = dict[str, Decimal | None]
FORM = forms()["e2021"]
editions = st.sampled_from([form for form in forms().values() if "t3" in {table.id for table in form.tables}])


def sound(form: Form, seed: int) -> Figures:
    return dict(generate(form, random.Random(seed), before={}))  # noqa: S311 (figures, not secrets)


def found(form: Form, figures: Mapping[str, Decimal | None]) -> tuple[Finding, ...]:
    cells = {key: Cell(value, State.BLANK if value is None else State.READ) for key, value in figures.items()}
    return tuple(findings(form, cells, unit="丹山镇人民政府", texts=()))


def fails(form: Form, figures: Mapping[str, Decimal | None]) -> dict[str, Finding]:
    return {finding.rule: finding for finding in found(form, figures) if finding.verdict is Verdict.FAIL}


def equations_with(form: Form, key: str) -> set[str]:
    return {identity.id for identity in form.identities if identity.op == "==" and key in identity.cells}


@given(editions, st.integers(0, 10**6))
def test_sound_figures_fail_nothing(form: Form, seed: int) -> None:
    """Generated figures satisfy the form: no rule fails, and nothing has to be explained."""
    for finding in found(form, sound(form, seed)):
        assert finding.verdict in (Verdict.PASS, Verdict.VACUOUS), finding
        assert not finding.hypotheses


@given(editions, st.integers(0, 10**6), st.data())
def test_a_changed_figure_fails_the_sums_it_stands_in_and_is_found(form: Form, seed: int, data: st.DataObject) -> None:
    """Any count of table 三 or 四 printed wrongly breaks its own equations alone; the sound figure is among the hypotheses."""
    figures = sound(form, seed)
    key = data.draw(st.sampled_from([key for key in form.cell_keys if equations_with(form, key)]))
    right = figures[key]
    wrong = data.draw(st.integers(0, 400).map(Decimal).filter(lambda value: value != right))
    failed = fails(form, figures | {key: wrong})
    assert set(failed) == equations_with(form, key)
    for finding in failed.values():
        told = [[(c.key, c.printed, c.would_be) for c in h.changes] for h in finding.hypotheses if h.slip is Slip.FIGURE]
        assert [(key, wrong, right)] in told
        assert len(finding.hypotheses) <= MOST


def test_a_figure_in_two_sums_is_the_only_explanation() -> None:
    """Where a row and a column of table 三 fail, one cell is left."""
    figures = sound(FORM, 4) | {"t3.new_requests.natural_person": Decimal(77)}
    for finding in fails(FORM, figures).values():
        (hypothesis,) = finding.hypotheses
        assert [change.key for change in hypothesis.changes] == ["t3.new_requests.natural_person"]
        assert "one figure would explain it" in finding.message


@given(editions, st.integers(0, 10**6), st.booleans(), st.booleans(), st.data())
def test_a_row_moved_by_one_column_is_found(
    form: Form, seed: int, to_the_right: bool, leaves_a_blank: bool, data: st.DataObject
) -> None:
    """The figures of a row of table 三 one column off, the last one lost: where that fails a sum, the row as it was is told."""
    figures = sound(form, seed)
    table = next(table for table in form.tables if table.id == "t3")
    filled = [row for row in table.rows if figures[table.keys_of(row)[-1]]] or list(table.rows)
    keys = table.keys_of(data.draw(st.sampled_from(filled)))
    values = [figures[key] for key in keys]
    gap = None if leaves_a_blank else Decimal(0)
    moved = dict(zip(keys, [gap, *values[:-1]] if to_the_right else [*values[1:], gap], strict=True))
    right = {key: figures[key] for key in keys if figures[key] != moved[key]}
    for finding in fails(form, figures | moved).values():
        assert right in [{change.key: change.would_be for change in h.changes} for h in finding.hypotheses]


@given(editions, st.integers(0, 10**6), st.booleans(), st.data())
def test_figures_moved_beside_their_total_are_found(form: Form, seed: int, to_the_right: bool, data: st.DataObject) -> None:
    """The kinds of applicants one column off and 总计 in its place: its sum holds, and those of the columns tell the move."""
    figures = sound(form, seed)
    table = next(table for table in form.tables if table.id == "t3")
    *keys, _ = table.keys_of(data.draw(st.sampled_from(table.rows)))
    values = [figures[key] for key in keys]
    moved = dict(zip(keys, [values[-1], *values[:-1]] if to_the_right else [*values[1:], values[0]], strict=True))
    is_nought_lost = not (values[-1] if to_the_right else values[0])
    right = {key: figures[key] for key in keys if figures[key] != moved[key]}
    for finding in fails(form, figures | moved).values() if is_nought_lost else ():
        assert right in [{change.key: change.would_be for change in h.changes} for h in finding.hypotheses]


def test_nought_bears_no_sign() -> None:
    """A figure of which the sums ask nothing is 0 and not -0."""
    figures = sound(FORM, 4)
    key = next(key for key, figure in figures.items() if key.startswith("t3.processed_total.") and figure == 0)
    messages = [finding.message for finding in fails(FORM, figures | {key: Decimal(5)}).values()]
    assert messages and all(message.endswith(f"{key} 5 for 0") for message in messages)


@given(editions, st.integers(0, 10**6), st.data())
def test_neighbours_exchanged_are_found(form: Form, seed: int, data: st.DataObject) -> None:
    """Two neighbouring rows or cells of table 三 in each other's place: where that fails a sum, the exchange is told."""
    figures = sound(form, seed)
    table = next(table for table in form.tables if table.id == "t3")
    at = data.draw(st.integers(0, len(table.rows) - 2))
    first, second = table.keys_of(table.rows[at]), table.keys_of(table.rows[at + 1])
    if data.draw(st.booleans()):
        column = data.draw(st.integers(0, 6))
        first, second = first[column : column + 1], second[column : column + 1]
    exchanged = {a: figures[b] for a, b in zip(first, second, strict=True)}
    exchanged |= {b: figures[a] for a, b in zip(first, second, strict=True)}
    right = {key: figures[key] for key in exchanged if figures[key] != exchanged[key]}
    for finding in fails(form, figures | exchanged).values():
        told = [{change.key: change.would_be for change in hypothesis.changes} for hypothesis in finding.hypotheses]
        assert right in told


def test_the_printed_figure_stays() -> None:
    """A hypothesis is beside the cell, never in it."""
    figures = sound(FORM, 4) | {"t4.review_total": Decimal(9)}
    failed = fails(FORM, figures)["t4.sum.review"]
    assert figures["t4.review_total"] == 9
    assert {change.printed for h in failed.hypotheses for change in h.changes if change.key == "t4.review_total"} == {Decimal(9)}


def test_two_errors_have_no_single_explanation() -> None:
    """Two wrong figures in different rows and columns: nothing is told."""
    figures = sound(FORM, 4) | {"t3.granted.natural_person": Decimal(70), "t3.refused_state_secret.other_org": Decimal(60)}
    failed = fails(FORM, figures)
    assert len(failed) == 4
    assert not any(finding.hypotheses for finding in failed.values())


def test_hypotheses_in_the_record() -> None:
    """Slip, and for each cell the printed and the would-be number."""
    figures = sound(FORM, 4) | {"t3.new_requests.natural_person": Decimal(77)}
    record = next(iter(fails(FORM, figures).values())).to_dict()
    right = sound(FORM, 4)["t3.new_requests.natural_person"]
    assert record["hypotheses"] == [
        {"slip": "figure", "changes": {"t3.new_requests.natural_person": {"printed": 77, "would_be": int(right or 0)}}}
    ]
