"""What came after the last snapshot: new names, new units, and units that are gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nianbao import succession, unitchanges
from nianbao.errors import UnitsError
from nianbao.unitchanges import changed, read_changes
from nianbao.unitfiles import snapshot_units
from nianbao.unitrows import name_rows, unit_row
from nianbao.units import Register, register

COLUMNS = ("code", "name", "kind", "first_year", "last_year", "successor", "note")
RENAMED = ("512002107", "丹山街道", "subdistrict", "2025", "", "", "")
NEW = ("512022", "试验县", "", "2026", "", "", "")


def _rows(*rows: tuple[str, ...]) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _register(*rows: tuple[str, ...]) -> Register:
    units = [unit for unit in snapshot_units() if "512002".startswith(unit.code) or unit.code.startswith("5120")]
    return Register(changed(units, read_changes(_rows(*rows))))


def _gone() -> tuple[str, ...]:
    """A town of 雁江区 that exists in the last snapshot."""
    unit = next(u for u in register().children("512002") if u.until is None and u.code != "512002107")
    return (unit.code, unit.name, "", "", "2024", "512002107", "")


def test_a_unit_has_the_name_of_the_year() -> None:
    known = _register(RENAMED)
    assert [known.get("512002107", year=year).name for year in (2023, 2024, 2025, 2030)] == [
        "丹山镇",
        "丹山镇",
        "丹山街道",
        "丹山街道",
    ]
    assert known.get("512002107").name == "丹山街道"
    assert known.resolve("丹山街道办事处", within="512002", year=2025).code == "512002107"
    assert known.resolve("丹山镇人民政府", within="512002", year=2020).code == "512002107"


def test_a_name_may_come_back() -> None:
    known = _register(RENAMED, ("512002107", "丹山镇", "town", "2027", "", "", ""))
    assert [known.get("512002107", year=year).name for year in (2024, 2026, 2027)] == ["丹山镇", "丹山街道", "丹山镇"]


def test_a_unit_that_is_gone_is_not_there_any_more() -> None:
    gone = _gone()
    known = _register(gone)
    assert [known.get(gone[0]).existed_in(year) for year in (2024, 2025)] == [True, False]
    assert known.get("512002107").existed_in(2030)


def test_a_county_may_begin() -> None:
    known = _register(NEW)
    unit = known.get("512022")
    assert (unit.level, unit.kind, unit.source) == ("county", "county", "override")
    assert not unit.existed_in(2025)
    assert unit in known.children("5120")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("51200", "丹山镇", "town", "2025", "", "", ""), "digits"),
        (("512002107", "丹山镇", "town", "", "", "", ""), "neither"),
        (("512002107", "丹山街道", "subdistrict", "2023", "", "", ""), "snapshots"),
        (("512002107", "丹山镇", "", "", "2022", "", ""), "snapshots"),
        (("512002107", "丹山街道", "subdistrict", "2026", "2025", "", ""), "before it begins"),
        (("512002107", "丹山街道", "subdistrict", "2026", "", "512002100", ""), "successor"),
        (("512002107", "丹山街道", "", "2026", "", "", ""), "subdistrict"),
        (("512002107", "丹山镇", "", "", "2024年", "", ""), "four digits"),
        (("512022", "试验县", "town", "2026", "", "", ""), "kind of its level"),
        (("512002107", "丹河镇", "", "", "2024", "", ""), "no unit bears"),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_name(row: tuple[str, ...], message: str) -> None:
    with pytest.raises(UnitsError, match=rf"overrides.csv: {row[0]} {row[1]}: .*{message}"):
        _register(row)


@pytest.fixture
def with_changes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ...]]:
    """The committed files with a town that went into 丹山镇 after 2024."""
    gone = _gone()
    cached = (unitchanges.unit_changes, register, succession.successions, succession.territory_changes)
    rows = unitchanges.reference_rows
    monkeypatch.setattr(unitchanges, "reference_rows", lambda name: iter(_rows(gone)) if name == "overrides.csv" else rows(name))
    for function in cached:
        function.cache_clear()
    yield gone
    monkeypatch.undo()
    for function in cached:
        function.cache_clear()


def test_a_merger_is_a_succession_and_a_change_of_territory(with_changes: tuple[str, ...]) -> None:
    code, name = with_changes[:2]
    links = [row for row in succession.succession_rows([code]) if row["old_code"] == code]
    assert [(row["new_code"], row["new_name"], row["year_seen"], row["village_share"], row["absorbed"]) for row in links] == [
        ("512002107", "丹山镇", 2025, None, 1)
    ]
    grown = [row for row in succession.territory_rows(["512002107"]) if row["year"] == 2025]
    assert [(row["change"], row["others"]) for row in grown] == [("grew", f'["{code}"]')]
    assert unit_row(register().get(code))["ended_after"] == 2024
    assert unit_row(register().get("512002107"))["ended_after"] is None
    assert {row["name"] for row in name_rows([code])} == {name}
