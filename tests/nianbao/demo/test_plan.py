"""What the demo portals publish: real units in the years they existed, figures that hold together within a report and from year to year."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from nianbao.demo.pages import render
from nianbao.demo.plan import DemoReport, demo_reports
from parsers.forms import Identity

MISTAKES = {("t4.sum.review",), ("t3.balance.total", "t3.row_sum.carried_forward")}
PRINT_PLAN = """
from nianbao.demo.plan import demo_reports
from nianbao.demo.pages import render
import hashlib
print(hashlib.sha256(b"".join(render(report) for report in demo_reports())).hexdigest())
"""


def holds(identity: Identity, report: DemoReport) -> bool:
    left, right = (sum(factor * (report.cells[key] or 0) for factor, key in side) for side in (identity.lhs, identity.rhs))
    return left == right if identity.op == "==" else left <= right


def test_only_named_identities_are_broken() -> None:
    """Each equation computed anew; what does not hold is what the report names, and of the kinds meant."""
    for report in demo_reports():
        assert tuple(i.id for i in report.form.identities if not holds(i, report)) == report.mistakes
    assert {report.mistakes for report in demo_reports()} == MISTAKES | {()}


def test_some_townships_print_blank_cells_and_no_county_is_damaged() -> None:
    """Blank cells are whole rows of the fees table; roll-ups are sound."""
    blank = {key for report in demo_reports() for key, value in report.cells.items() if value is None}
    assert blank and all(key.startswith("t2_8.") for key in blank)
    counties = [report for report in demo_reports() if len(report.unit_code) == 6]
    assert len(counties) == 12
    assert all(report.mistakes == () and None not in report.cells.values() for report in counties)


def test_years_hang_together() -> None:
    """Carried forward is carried in, by applicant; items and documents in force follow from the year before; counties included."""
    reports = {(report.unit_code, report.year): report for report in demo_reports()}
    compared: Counter[str] = Counter()
    for (unit, year), report in reports.items():
        before = reports.get((unit, year - 1))
        if before is None or before.mistakes:
            continue
        for key, value in report.cells.items():
            expected = expected_from(before.cells, key, report)
            if expected is not None and value is not None:
                assert value == expected, (report.unit, year, key)
                compared[key.split(".")[0]] += value != 0
    assert set(compared) == {"t3", "t2_1", "t2_5", "t2_6"}
    assert min(compared.values()) > 10


def expected_from(before: Mapping[str, Decimal | None], key: str, report: DemoReport) -> Decimal | None:
    """What the year before leads one to expect; not known for a county's items, of which a new subdistrict brings its own."""
    if "carried_over_in" in key:
        return before[key.replace("carried_over_in", "carried_forward")]
    if key.endswith("items_prior_year") and len(report.unit_code) == 9 and "t2_8" not in key:
        prior, change = before.get(key), before.get(key.replace("items_prior_year", "items_net_change"))
        return None if prior is None or change is None else prior + change
    if key.endswith("in_force") and (stock := before.get(key)) is not None:
        issued, repealed = (report.cells[key.replace("in_force", name)] for name in ("issued", "repealed"))
        return stock + (issued or 0) - (repealed or 0)
    return None


def test_units_report_in_the_years_they_existed() -> None:
    """Townships merged in 2019 report once; 宝莲街道 came in 2020; the prison farm of the register is no government."""
    years: dict[str, set[int]] = {}
    for report in demo_reports():
        years.setdefault(report.unit, set()).add(report.year)
    assert years["忠义镇"] == years["清水镇"] == {2019}
    assert years["宝莲街道"] == set(range(2020, 2025))
    assert years["丹山镇"] == years["绥阳县"] == set(range(2019, 2025))
    assert "四川大堰劳动教养管理所" not in years
    assert "洋川镇" not in years


def test_amounts_have_at_most_six_decimals() -> None:
    """万元 to the hundredth of a yuan, some of them broken numbers, none so large that it could only be yuan."""
    keys = ("t2_8.administrative_fees.fee_amount", "t2_9.centralized_procurement.total_amount")
    own = [report for report in demo_reports() if len(report.unit_code) == 9]
    amounts = [value for report in own for key in keys if (value := report.cells.get(key)) is not None]
    assert all(0 <= value < 1000 and value == value.quantize(Decimal("0.000001")) for value in amounts)
    assert sum(value != value.to_integral_value() for value in amounts) > 50


def test_plan_and_pages_are_the_same_in_another_process() -> None:
    """Nothing depends on hash seeds, the clock or the order of sets."""
    expected = subprocess.run(
        [sys.executable, "-c", PRINT_PLAN], check=True, capture_output=True, text=True, env=os.environ | {"PYTHONHASHSEED": "7"}
    )
    assert hashlib.sha256(b"".join(render(report) for report in demo_reports())).hexdigest() == expected.stdout.strip()
