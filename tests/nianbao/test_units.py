"""Names as published to codes: right, or said to be open; never guessed."""

from __future__ import annotations

import pytest

from nianbao.errors import UnitsError
from nianbao.units import LAST_SNAPSHOT, register


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("资阳市雁江区丹山镇政府", "512002107"),
        ("雁江区丹山镇人民政府", "512002107"),
        ("桃江县松木塘镇人民政府", "430922109"),
        ("绥阳县小关乡人民政府", "520323201"),
        ("双塔区前进街道", "211302003"),
        ("北京街道办事处(广州市越秀区)", "440104003"),
        ("朔城区张蔡庄乡", "140602208"),
        ("秦安县兴国镇人民政府", "620522100"),
        ("微山县两城镇", "370826107"),
        ("湘阴县杨林寨乡人民政府", "430624206"),
        ("天河区林和街道办事处", "440106009"),
        ("雁江区人民政府", "512002"),
        ("资阳市人民政府", "5120"),
    ],
)
def test_names_with_their_areas(printed: str, code: str) -> None:
    """The areas in front settle which unit is meant."""
    assert register().resolve(printed).code == code


def test_a_bare_town_name_needs_the_portal() -> None:
    """城关镇 stands 88 times; even a name that stands once is not guessed."""
    assert register().resolve("丹山镇").code is None
    assert register().resolve("丹山镇", within="512002").code == "512002107"
    assert register().resolve("丹山镇", within="512000").code == "512002107"
    assert register().resolve("丹山镇", within="430922").code is None
    assert len(register().resolve("城关镇").candidates) > 50


def test_a_department_has_no_code_of_its_own() -> None:
    """A county's bureau is a department of that county."""
    found = register().resolve("雁江区教育和体育局")
    assert (found.code, found.level, found.name, found.candidates) == (None, "department", "教育和体育局", ("512002",))


def test_a_unit_that_was_merged_away_keeps_its_code() -> None:
    """新场乡 was absorbed by 丹山镇 in 2020; its 2019 report is its own."""
    assert register().resolve("雁江区新场乡人民政府", year=2019).code == "512002200"


@pytest.mark.parametrize("printed", ["", "不存在的镇", "雁江区不存在镇", "火星市丹山镇", "政府"])
def test_unknown_names_stay_open(printed: str) -> None:
    """What is not in the register, or is under an area that is not its own, gets no code."""
    assert register().resolve(printed, within="512002").code is None


def test_every_township_of_2023_within_its_county() -> None:
    """Over all 38,642 statutory township-level units: at least 99.9 % right, none wrong."""
    units = [
        u for county in _counties() for u in register().children(county) if u.kind != "quasi" and u.last_year == LAST_SNAPSHOT
    ]
    newest = {unit.code: register().get(unit.code) for unit in units}
    found = {code: register().resolve(unit.name, within=code[:6], year=LAST_SNAPSHOT).code for code, unit in newest.items()}
    right = sum(found[code] == code for code in found)
    wrong = [code for code in found if found[code] not in (code, None)]
    assert len(found) == 38_642
    assert right / len(found) >= 0.999
    assert wrong == []


def test_every_township_of_2016_within_its_county() -> None:
    """Names of then, of units that were renamed, merged or given other codes since: at least 99.5 % right, none wrong, the rest said to be open."""
    names = {
        (unit.code, unit.name)
        for county in _counties()
        for unit in register().children(county)
        if unit.kind != "quasi" and unit.first_year <= 2016 <= unit.last_year
    }
    found = [(code, register().resolve(name, within=code[:6], year=2016)) for code, name in names]
    assert len(found) > 39_000
    assert sum(resolution.code == code for code, resolution in found) / len(found) >= 0.995
    assert [code for code, resolution in found if resolution.code not in (code, None)] == []
    assert all(resolution.reason for _, resolution in found)


def _counties() -> list[str]:
    return [unit.code for unit in register() if unit.level == "county"]


def test_finding_for_the_command_line() -> None:
    """A code, a name, a path; an ambiguous name lists its candidates."""
    assert register().find("512002").name == "雁江区"
    assert register().find("雁江区").code == "512002"
    assert register().path("512002107") == "四川省资阳市雁江区丹山镇"
    with pytest.raises(UnitsError, match="give a code"):
        register().find("鼓楼区")
    with pytest.raises(UnitsError, match="999999"):
        register().find("999999")
