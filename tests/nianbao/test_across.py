"""Rules across reports, and what is said of units without one: planted contradictions are found with both sides, and nothing is inferred from not looking."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nianbao.build import build

from .archives import COUNTY, PAGE, TOWN, Page, archive, page

RUN = "20240501T000000Z"
GROWN, STEADY = "丹山镇", "中和镇"
"""丹山镇 took in its neighbours between its reports for 2019 and 2020; 中和镇 stayed as it was."""
NEW, CARRIED_IN, CARRIED_ON = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "四、结转下年度继续办理"
CARRY = "t3.xyear_carry.total"


def report(unit: str, year: int, figures: dict[str, int]) -> str:
    """The report of a unit and year, with figures for 自然人 and 总计 in rows named by their labels."""
    text = PAGE.replace("丹山镇政府", unit if unit.endswith("政府") else f"{unit}政府").replace(
        "丹山镇", unit.removesuffix("人民政府")
    )
    text = text.replace("2020", str(year)).replace("2021-01-26", f"{year + 1}-01-26")
    for label, figure in figures.items():
        row = re.compile(rf"({re.escape(label)}\n+)[ \t]*0((?:\s+0){{5}}\s+)0")
        text, found = row.subn(rf"\g<1>{figure}\g<2>{figure}", text)
        assert found == 1
    return text


def built(home: Path, *texts: str) -> Path:
    """A database of these pages."""
    archive(home, RUN, [Page(page(number), text) for number, text in enumerate(texts, 1)])
    build(home)
    return home / "nianbao.db"


def ask(db: Path, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql, parameters).fetchall()


@pytest.mark.parametrize(
    ("unit", "carried_in", "verdict"), [(STEADY, 3, "pass"), (STEADY, 2, "fail"), (GROWN, 2, "not_assessable")]
)
def test_what_was_carried_on_comes_in(tmp_path: Path, unit: str, carried_in: int, verdict: str) -> None:
    """Carried forward in one year against carried in in the next; a unit that grew in between is not held to its old figure."""
    db = built(tmp_path, report(unit, 2019, {NEW: 3, CARRIED_ON: 3}), report(unit, 2020, {CARRIED_IN: carried_in, CARRIED_ON: 2}))
    ((found, fault, evidence, message),) = ask(
        db, "select verdict, fault, evidence, message from cross_findings where rule = ?", CARRY
    )
    assert found == verdict
    if verdict == "fail":
        assert (fault, message) == ("source", "3 from the report of 2019, 2 in 2020")
        told = json.loads(str(evidence))
        assert sorted(told["figures"].values()) == [2, 3] and set(told["urls"]) == {page(1), page(2)}


def test_a_figure_in_dispute_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    """Two pages give 2019 another figure to carry on: which of them 2020 contradicts is open, though one alone would fail."""
    before = [report(STEADY, 2019, {NEW: figure, CARRIED_ON: figure}) for figure in (3, 4)]
    db = built(tmp_path, *before, report(STEADY, 2020, {CARRIED_IN: 2, CARRIED_ON: 2}))
    sql = "select verdict, message, fault from cross_findings where rule = ?"
    assert ask(db, sql, CARRY) == [("not_assessable", "reports contradict each other here", None)]
    assert ask(db, sql, "t3.xyear_carry.other_org") == [("vacuous", "", None)]


def test_a_roll_up_is_not_held_against_a_body_in_dispute(tmp_path: Path) -> None:
    """Two pages of one township, with 7 and 9 requests; the county says 6."""
    towns = [report(STEADY, 2020, {NEW: figure, CARRIED_ON: figure}) for figure in (7, 9)]
    db = built(tmp_path, *towns, report("人民政府", 2020, {NEW: 6, CARRIED_ON: 6}))
    rule = "rollup.t3.new_requests.total"
    assert ask(db, "select verdict, fault from cross_findings where rule = ?", rule) == [("not_assessable", None)]


COMPILED = "本段文字为测试页面自拟"


@pytest.mark.parametrize(
    ("issuer", "rows"),
    [("建水县民族宗教事务局", 1), ("资阳市雁江区中和镇人民政府", 0), ("本机关", 0), ("市政府办公室", 0)],
    ids=["another body", "its own name", "no name", "a name that is any office's"],
)
def test_a_body_whose_text_names_another(tmp_path: Path, issuer: str, rows: int) -> None:
    """Both names are cut out of running words, so that the page is to be looked at first; it and its title are the evidence."""
    text = report(STEADY, 2020, {}).replace(COMPILED, f"本报告由{issuer}根据条例编制。{COMPILED}")
    sql = "select verdict, strength, cells, other_report_id, fault, message, evidence from cross_findings where rule = 'other_authority'"
    found = ask(built(tmp_path, text), sql)
    assert len(found) == rows
    for *plain, message, evidence in found:
        assert plain == ["fail", "soft", "[]", "", "reading"]
        assert STEADY in str(message) and issuer in str(message)
        assert json.loads(str(evidence)) == {"url": page(1), "title": f"资阳市雁江区{STEADY}政府2020年政府信息公开工作年度报告"}


def test_another_body_is_named_by_the_report_in_use_alone(tmp_path: Path) -> None:
    """A page that was put right: its first text had another body's name, its last has none."""
    right = report(STEADY, 2020, {})
    wrong = right.replace(COMPILED, f"本报告由建水县民族宗教事务局根据条例编制。{COMPILED}").replace("272.13", "272.14")
    archive(tmp_path, RUN, [Page(page(1), wrong)])
    archive(tmp_path, "20250501T000000Z", [Page(page(1), right, "2025-05-01T00:00:00Z")])
    build(tmp_path)
    db = tmp_path / "nianbao.db"
    assert ask(db, "select fault from findings where rule = 'body_identity_mismatch' and verdict = 'fail'") == [("reading",)]
    assert ask(db, "select * from cross_findings where rule = 'other_authority'") == []


def test_evidence_is_of_what_fails(tmp_path: Path) -> None:
    """As the dictionary says: a rule that fails has it, every other verdict has none."""
    db = built(tmp_path, report(STEADY, 2019, {NEW: 3, CARRIED_ON: 3}), report(STEADY, 2020, {CARRIED_IN: 2, CARRIED_ON: 2}))
    sql = "select distinct verdict = 'fail', evidence is not null, fault is not null from cross_findings order by 1"
    assert ask(db, sql) == [(0, 0, 0), (1, 1, 1)]


def test_zeros_say_nothing(tmp_path: Path) -> None:
    """Nothing carried on, nothing carried in."""
    db = built(tmp_path, report(STEADY, 2019, {}), report(STEADY, 2020, {}))
    assert ask(db, "select verdict, message from cross_findings where rule = ?", CARRY) == [("vacuous", "")]


def test_a_report_of_another_year_is_not_the_year_before(tmp_path: Path) -> None:
    """2021 is not held against 2019, the report before it."""
    db = built(tmp_path, report(STEADY, 2019, {CARRIED_ON: 3}), report(STEADY, 2021, {CARRIED_IN: 2}))
    assert ask(db, "select year, form from reports order by year") == [(2019, "e2019"), (2021, "e2019")]
    assert ask(db, "select * from cross_findings where rule = ?", CARRY) == []


@pytest.mark.parametrize(("whole", "verdict"), [(9, "pass"), (6, "fail")])
def test_a_county_has_no_less_than_its_townships(tmp_path: Path, whole: int, verdict: str) -> None:
    """4 and 3 requests in two townships; the county's roll-up may have more, never fewer, and is never added to them."""
    towns = [report(unit, 2020, {NEW: figure, CARRIED_ON: figure}) for unit, figure in ((GROWN, 4), (STEADY, 3))]
    county = report("人民政府", 2020, {NEW: whole, CARRIED_ON: whole})
    db = built(tmp_path, *towns, county)
    assert ask(db, "select level, scope, count(*) from reports group by 1, 2 order by 1") == [
        ("county", "aggregate", 1),
        ("town", "own", 2),
    ]
    rule = "rollup.t3.new_requests.total"
    ((found, evidence),) = ask(db, "select verdict, evidence from cross_findings where rule = ?", rule)
    assert found == verdict
    if verdict == "fail":
        assert {key: json.loads(str(evidence))[key] for key in ("rollup", "sum", "bodies", "with_figure")} == {
            "rollup": 6,
            "sum": 7,
            "bodies": 2,
            "with_figure": 2,
        }
    peers = "select distinct level, scope, count, median from peers join measure_keys using (measure_id) where measure = 'requests' order by 1"
    assert ask(db, peers) == [("county", "aggregate", 1, float(whole)), ("town", "own", 2, 3.5)]


@pytest.fixture
def covered(tmp_path: Path) -> Path:
    """丹山镇 in time, 中和镇 late, of 小院镇 a file that cannot be read; nobody looked for the others."""
    late = report(STEADY, 2020, {}).replace("2021-01-26", "2021-05-11")
    unreadable = Page(page(3), b"%PDF-1.4", title="资阳市雁江区小院镇政府2020年政府信息公开工作年度报告")
    archive(tmp_path, RUN, [Page(page(1), PAGE), Page(page(2), late), unreadable])
    build(tmp_path)
    return tmp_path / "nianbao.db"


def status(db: Path, unit: str) -> tuple[object, ...]:
    ((found,),) = ask(db, "select status from coverage where county_code = ? and year = 2020 and unit = ?", COUNTY, unit) or [
        ("none",)
    ]
    return (found,)


def change(db: Path, *statements: str) -> None:
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(";".join(statements))


def test_found_late_and_unreadable(covered: Path) -> None:
    """By the day on the page and the 31st of March; where nobody has looked to the end nothing is said."""
    sql = "select unit, status, days_late from coverage where county_code = ? and year = 2020 and status <> 'not known' order by unit_code"
    assert set(ask(covered, sql, COUNTY)) == {(GROWN, "found", 0), (STEADY, "late", 41), ("小院镇", "unreadable", None)}
    assert len(ask(covered, "select * from coverage where county_code = ? and year = 2020 and status = 'not known'", COUNTY)) > 10


@pytest.mark.parametrize(
    ("outcome", "finished", "expected"),
    [
        ("complete", "2021-06-01T00:00:00Z", "missing"),
        ("complete", "2021-03-01T00:00:00Z", "not known"),
        ("partial", "2021-06-01T00:00:00Z", "not known"),
        ("refused", "2021-06-01T00:00:00Z", "blocked"),
    ],
)
def test_a_report_is_missing_only_where_all_was_looked_through(covered: Path, outcome: str, finished: str, expected: str) -> None:
    """After the deadline and to the end; a portal that let nobody in is blocked."""
    change(
        covered,
        f"insert into runs (run_id, started_at, finished_at) values ('r', '{finished}', '{finished}')",
        f"insert into looks (run_id, portal, finished_at, outcome, failed) values ('r', 'yanjiang', '{finished}', '{outcome}', 0)",
    )
    assert status(covered, "迎接镇") == (expected,)
    assert status(covered, GROWN) == ("found",)


def test_a_report_that_is_gone_is_withdrawn_and_stays(covered: Path) -> None:
    """Its address was found gone after it was last seen; the figures are kept."""
    change(covered, f"insert into gone (portal, url, seen_at) values ('yanjiang', '{page(1)}', '2025-01-01T00:00:00Z')")
    assert status(covered, GROWN) == ("withdrawn",)
    assert ask(covered, "select count(*) from measures where unit_code = ?", TOWN)[0][0]


def test_a_report_with_cells_not_located_is_partly_read(tmp_path: Path) -> None:
    """A row of table 二 without its label."""
    db = built(tmp_path, PAGE.replace("行政强制\n", "", 1))
    assert status(db, GROWN) == ("partly read",)


def test_a_unit_and_year_is_one_row(tmp_path: Path) -> None:
    """Of a county that reports on its own business and on all its bodies the latter is what it owes; the other stays in sight."""
    db = built(tmp_path, report("人民政府", 2020, {NEW: 4, CARRIED_ON: 4}), report("人民政府", 2020, {NEW: 3, CARRIED_ON: 3}))
    change(
        db,
        "update reports set is_current = 1, conflict = 0",
        "update reports set scope = 'own', published_on = '2021-01-26' where report_id = (select min(report_id) from reports)",
        "update reports set scope = 'aggregate', published_on = '2021-04-02' where report_id = (select max(report_id) from reports)",
    )
    sql = "select status, scope, report_id > other_reports from coverage where unit_code = ?"
    assert ask(db, sql, COUNTY) == [("late", "aggregate", 1)]


def test_a_page_without_a_day_goes_by_that_of_the_list(covered: Path) -> None:
    """The portal's list dates it, and the row says so; without either nothing is said of lateness."""
    sql = "select status, dated_by, days_late from coverage where unit_code = ?"
    assert ask(covered, sql, TOWN) == [("found", "page", 0)]
    change(covered, f"update reports set published_on = null where unit_code = '{TOWN}'")
    assert ask(covered, sql, TOWN) == [("found", None, None)]
    change(covered, f"update reports set listed_on = '2021-04-02' where unit_code = '{TOWN}'")
    assert ask(covered, sql, TOWN) == [("late", "list", 2)]


def test_a_challenge_page_is_a_wall(covered: Path) -> None:
    """It says nothing of the report behind it."""
    change(covered, "update documents set kind = 'challenge_page' where report_id is null")
    assert status(covered, "小院镇") == ("blocked",)


def test_governments_above_the_county_are_expected_of_their_own_portals(covered: Path) -> None:
    """Nobody who looks at a county's portal has looked for the prefecture's report; a placeholder of the register is no government."""
    sql = "select unit_code, status from coverage where level in ('province', 'prefecture') order by 1"
    assert ask(covered, sql) == []
    change(covered, "update portals set area_code = '5120'")
    assert ask(covered, sql) == [("5120", "not known")]
    change(covered, "update units set name = '市辖区' where unit_code = '5120'")
    assert ask(covered, sql) == []
