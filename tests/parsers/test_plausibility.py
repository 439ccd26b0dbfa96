"""Rules that no sum knows: who may make 规章, totals without their parts, and another body in the text than in the title."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parsers.forms import forms
from parsers.plausibility import implausible
from parsers.report import Cell, Finding, State, Strength, Verdict

FORM = forms()["e2021"]
ZERO = Cell(Decimal(0), State.READ, "0")
BLANK = Cell(None, State.BLANK, "")


def found(cells: dict[str, Cell], *, unit: str | None = None, texts: tuple[str, ...] = ()) -> dict[str, Finding]:
    everything = dict.fromkeys(FORM.cell_keys, ZERO) | cells
    return {finding.rule: finding for finding in implausible(FORM, everything, unit=unit, texts=texts)}


@pytest.mark.parametrize(
    ("unit", "verdict"),
    [
        ("尼勒克县乌赞镇人民政府", Verdict.FAIL),
        ("丽园街道办事处", Verdict.FAIL),
        ("雁江区人民政府", Verdict.FAIL),
        ("建水县司法局", None),
        ("资阳市人民政府", None),
        ("四川省人民政府", None),
        ("内蒙古自治区人民政府", None),
        ("海西蒙古族藏族自治州人民政府", None),
        (None, None),
    ],
)
def test_rules_where_nobody_may_make_them(unit: str | None, verdict: Verdict | None) -> None:
    """规章 at a township, street office, or county; a city may have districts, so nothing is said of it."""
    finding = found({"t2_1.rules.in_force": Cell(Decimal(6), State.READ, "6")}, unit=unit).get("township_rules_nonzero")
    assert (finding.verdict if finding else None) is verdict
    assert finding is None or finding.strength is Strength.SOFT


def test_no_rules_at_a_township_are_vacuous() -> None:
    """Zeros show nothing; an unread figure cannot be judged."""
    assert found({}, unit="丹山镇政府")["township_rules_nonzero"].verdict is Verdict.VACUOUS
    unread = {"t2_1.rules.issued": Cell(None, State.UNREAD)}
    assert found(unread, unit="丹山镇政府")["township_rules_nonzero"].verdict is Verdict.NOT_ASSESSABLE


def test_only_the_totals_are_filled() -> None:
    """Every kind of applicant blank, totals printed: said once, and no fail."""
    parts = {key: BLANK for key in FORM.cell_keys if key.startswith("t3.") and not key.endswith(".total")}
    finding = found(parts)["only_total_filled"]
    assert finding.verdict is Verdict.NOT_ASSESSABLE
    assert len(finding.cells) == 25
    assert "only_total_filled" not in found({})


@pytest.mark.parametrize(
    ("unit", "text", "verdict"),
    [
        ("面甸镇人民政府", "本报告由建水县民族宗教事务局根据条例编制。", Verdict.FAIL),
        ("文昌阁乡人民政府", "本报告由应城市人民政府办公室编制", Verdict.FAIL),
        ("丹山镇政府", "本年度报告由资阳市雁江区丹山镇人民政府编制，数据截至12月31日。", Verdict.PASS),
        ("资阳市雁江区丹山镇政府", "本报告由丹山镇党政办公室编制", Verdict.PASS),
        ("丹山镇政府", "本报告由本机关编制", None),
        ("丹山镇政府", "本报告由市政府办公室编制", None),
        ("丹山镇政府", "由于工作量大，目录编制较慢", None),
        (None, "本报告由应城市人民政府办公室编制", None),
    ],
)
def test_another_body_in_the_text(unit: str | None, text: str, verdict: Verdict | None) -> None:
    """The compiler named in the text against the title's body; where either names nothing of its own, nothing is said."""
    finding = found({}, unit=unit, texts=(text,)).get("body_identity_mismatch")
    assert (finding.verdict if finding else None) is verdict
