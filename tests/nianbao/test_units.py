"""Names as published to codes: right, or said to be open; never guessed."""

from __future__ import annotations

import pytest

from nianbao.departments import department_code
from nianbao.errors import UnitsError
from nianbao.unitfiles import LAST_SNAPSHOT, Unit
from nianbao.units import PLACEHOLDERS, register


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


@pytest.mark.parametrize(
    "printed", ["", "不存在的镇", "雁江区不存在镇", "火星市丹山镇", "政府", "雁江区丹山街道", "区应急管理局镇"]
)
def test_unknown_names_stay_open(printed: str) -> None:
    """What is not in the register, or is under an area that is not its own, gets no code, and is no department either."""
    found = register().resolve(printed, within="512002")
    assert (found.code, found.level, department_code(found)) == (None, None, None)


@pytest.mark.parametrize(
    ("printed", "within", "code"),
    [
        ("雁江区应急管理局", None, "512002:应急管理局"),
        ("县应急管理局", "512021", "512021:应急管理局"),
        ("应急管理局", "512021", "512021:应急管理局"),
        ("本区应急管理局", "512002", "512002:应急管理局"),
        ("市应急管理局", "512000", "5120:应急管理局"),
        ("区应急管理局", "512021", None),
        ("应急管理局", "512000", None),
        ("应急管理局", None, None),
        ("鼓楼区应急管理局", None, None),
    ],
)
def test_a_body_is_that_of_the_portals_area(printed: str, within: str | None, code: str | None) -> None:
    """On a county's portal its name may be left out, or stand for its kind; a kind that the area is not, and a city's portal without a word, leave it open."""
    assert department_code(register().resolve(printed, within=within)) == code


def test_a_committee_is_that_of_its_zone() -> None:
    assert register().resolve("北京经济技术开发区管委会", within="110115").code == "110115403"
    assert register().resolve("东城管理委员会", within="140621", year=2016).code == "140621001"


def _current(*kinds: str) -> list[Unit]:
    codes = {unit.code for county in _counties() for unit in register().children(county) if unit.last_year == LAST_SNAPSHOT}
    return [unit for code in sorted(codes) if ((unit := register().get(code)).kind == "quasi") is ("quasi" in kinds)]


def _found(wordings: dict[str, str]) -> tuple[float, list[str]]:
    """The share of codes found by their wording on the portal of their county, and those for which another unit or a body was taken."""
    codes = {}
    for code, printed in wordings.items():
        found = register().resolve(printed, within=code[:6], year=LAST_SNAPSHOT)
        codes[code] = found.code or department_code(found)
    wrong = [f"{wordings[code]}: {found}" for code, found in codes.items() if found not in (code, None)]
    return sum(found == code for code, found in codes.items()) / len(codes), wrong


@pytest.mark.parametrize("above", ["", "county", "prefecture"])
def test_every_township_of_2023_as_it_signs_its_report(above: str) -> None:
    """Over all 38,642 statutory township-level units, each as its title names it: at least 99.9 % right, none wrong.

    金门县 has no township in the register but one row of its own name: 金门县人民政府 is the county.
    """
    wordings = {}
    for unit in _current():
        areas = [area.name for area in register().ancestors(unit.code)]
        before = {"": "", "county": "".join(areas[-1:]), "prefecture": "".join(areas[1:])}[above]
        wordings[unit.code] = before + unit.name + ("办事处" if unit.name.endswith("街道") else "人民政府")
    assert len(wordings) == 38_642
    right, wrong = _found(wordings)
    assert right >= 0.999
    assert wrong == ([] if above else ["金门县人民政府: 350527"])


def test_every_county_and_statistical_area_of_2023() -> None:
    """Counties are not taken for areas elsewhere that bear their name; of statistical areas one bears the name of its county."""
    counties = {
        code: f"{register().get(code).name}人民政府" for code in _counties() if register().get(code).last_year == LAST_SNAPSHOT
    }
    counties = {
        code: name
        for code, name in counties.items()
        if not name.startswith(tuple(PLACEHOLDERS - {"县"})) and name != "县人民政府"
    }
    right, wrong = _found(counties)
    assert (len(counties), right >= 0.998) == (2978, True)
    # Cities without counties, which stand twice in the register.
    assert wrong == ["东莞市人民政府: 4419", "中山市人民政府: 4420", "儋州市人民政府: 4604", "嘉峪关市人民政府: 6202"]
    right, wrong = _found({unit.code: unit.name for unit in _current("quasi")})
    assert right >= 0.995
    assert wrong == ["西藏文化旅游创意园区: 540173"]


def test_every_township_of_2016_within_its_county() -> None:
    """Names of then, of units that were renamed, merged or given other codes since: at least 99.5 % right, none wrong, the rest said to be open."""
    names = {
        (unit.code, unit.name)
        for county in _counties()
        for unit in register().children(county)
        if unit.kind != "quasi" and unit.first_year <= 2016 <= unit.last_year
    }
    assert len(names) > 39_000
    for areas in (0, 1):
        printed = [(code, "".join(area.name for area in register().ancestors(code)[-1:]) * areas + name) for code, name in names]
        found = [(code, register().resolve(name, within=code[:6], year=2016)) for code, name in printed]
        assert sum(resolution.code == code for code, resolution in found) / len(found) >= 0.995
        wrong = {code: resolution.code for code, resolution in found if resolution.code not in (code, None)}
        assert wrong == ({} if areas else {"350527000": "350527"})
        assert all(resolution.reason for _, resolution in found)


def test_finding_for_the_command_line() -> None:
    """A code, a name, a path; an ambiguous name lists its candidates."""
    assert register().find("512002").name == "雁江区"
    assert register().find("雁江区").code == "512002"
    assert register().path("512002107") == "四川省资阳市雁江区丹山镇"
    with pytest.raises(UnitsError, match="give a code"):
        register().find("鼓楼区")
    with pytest.raises(UnitsError, match="999999"):
        register().find("999999")


def _counties() -> list[str]:
    return [unit.code for unit in register() if unit.level == "county"]
