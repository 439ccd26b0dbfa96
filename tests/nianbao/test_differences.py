"""Two builds held against each other: every kind of difference with what it was and what it is."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nianbao.build import build
from nianbao.differences import SHOWN, differences, lines
from nianbao.errors import DatabaseError

from .archives import COUNTY, PAGE, TOWN, Page, archive, page
from .test_across import CARRIED_IN, CARRIED_ON, CARRY, NEW, STEADY, report

FIRST, SECOND = "20240501T000000Z", "20250501T000000Z"
CELL = "t2_9.centralized_procurement.total_amount"
OF_STEADY = "512002106"
OTHER_YEAR = PAGE.replace("2020", "2019").replace("2021-01-26", "2020-02-03").replace("272.13", "13.5")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A first build, and one in which a figure changed, a report came, another went, and a page cannot be read any more."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    gone = PAGE.replace("2020", "2018").replace("2021-01-26", "2019-02-03").replace("272.13", "8.25")
    archive(first, FIRST, [Page(page(1), PAGE), Page(page(3), gone)])
    archive(second, FIRST, [Page(page(1), PAGE), Page(page(5), b"%PDF-1.4")])
    archive(second, SECOND, [Page(page(1), PAGE.replace("272.13", "272.14"), "2025-05-01T00:00:00Z"), Page(page(4), OTHER_YEAR)])
    build(first)
    build(second)
    return first, second


def test_what_changed(homes: tuple[Path, Path]) -> None:
    """Each difference once, with unit, year, cell and both figures."""
    told = differences(*(home / "nianbao.db" for home in homes))
    reported = ("added", "removed", "fact", "figure", "state")
    found = {(d.kind, d.unit_code, d.year, d.key): (d.before, d.after) for d in told.found if d.kind in reported}
    assert found == {
        ("added", TOWN, 2019, ""): (None, None),
        ("removed", TOWN, 2018, ""): (None, None),
        ("fact", TOWN, 2020, "version"): (1, 2),
        ("figure", TOWN, 2020, CELL): (272.13, 272.14),
    }
    (document,) = [d for d in told.found if d.kind == "document"]
    assert (document.url, document.before) == (page(5), "not there")
    expected = {"added": 1, "removed": 1, "figure": 1, "state": 0, "fact": 1, "document": 1}
    assert {kind: told.counts[kind] for kind in expected} == expected
    assert f"{CELL}: 272.13 -> 272.14" in "\n".join(lines(told))


def test_what_changed_beside_the_figures(tmp_path: Path) -> None:
    """Verdicts and measures of a report that both have, pages that contradict each other, a unit that is new, and what is said of a unit and year."""
    unreadable = Page(page(3), b"%PDF-1.4", title="资阳市雁江区小院镇政府2020年政府信息公开工作年度报告")
    same = [
        Page(page(1), report(STEADY, 2019, {NEW: 3, CARRIED_ON: 3})),
        Page(page(4), report("丹山镇", 2020, {NEW: 5, CARRIED_ON: 5})),
    ]
    first = [*same, Page(page(2), report(STEADY, 2020, {CARRIED_IN: 3, CARRIED_ON: 3})), unreadable]
    second = [
        *same,
        Page(page(2), report(STEADY, 2020, {CARRIED_IN: 2, CARRIED_ON: 2})),
        Page(page(3), report("小院镇", 2020, {})),
        Page(page(5), report("丹山镇", 2020, {NEW: 6, CARRIED_ON: 6})),
        Page(page(6), report("教育和体育局", 2020, {}).replace("局政府", "局")),
    ]
    homes = (tmp_path / "first", tmp_path / "second")
    for home, pages in zip(homes, (first, second), strict=True):
        archive(home, FIRST, pages)
        build(home)
    told = differences(*(home / "nianbao.db" for home in homes))
    found = {(d.kind, d.unit_code, d.year, d.key): (d.before, d.after) for d in told.found}
    office = f"{COUNTY}:教育和体育局"
    expected = {
        ("finding", OF_STEADY, 2020, f"{CARRY} {OF_STEADY} 2019 own"): ("pass", "fail (source)"),
        ("measure", OF_STEADY, 2020, "carried_in"): (3, 2),
        ("measure", TOWN, 2020, "requests"): (5, None),
        ("conflict", TOWN, 2020, page(4)): (None, "in use"),
        ("conflict", TOWN, 2020, page(5)): (None, "not in use"),
        ("coverage", "512002108", 2020, ""): ("unreadable", "found"),
        ("unit", office, None, ""): (
            None,
            f"教育和体育局, level department, function 教育体育, parent_code {COUNTY}, county_code {COUNTY}",
        ),
    }
    assert {key: found.get(key) for key in expected} == expected
    assert {kind: told.counts[kind] for kind in ("conflict", "coverage", "unit")} == {"conflict": 2, "coverage": 1, "unit": 1}
    # Of a report that is new, neither verdicts nor measures are told.
    assert {d.unit_code for d in told.found if d.kind in ("finding", "measure")} == {OF_STEADY, TOWN}


def test_a_terminal_is_not_flooded(homes: tuple[Path, Path]) -> None:
    """Fifty lines of a kind, and how many more there are; the count is of all."""
    told = differences(*(home / "nianbao.db" for home in homes))
    many = tuple(replace(told.found[0], kind="measure", key=str(number)) for number in range(SHOWN + 7))
    shown = list(lines(replace(told, found=many)))
    assert sum(line.startswith("measure") for line in shown) == SHOWN + 1
    assert "measure  … 7 more; --format csv or json has them all" in shown
    assert f"{SHOWN + 7} measures that differ" in shown[-1]


def test_a_database_does_not_differ_from_itself(homes: tuple[Path, Path]) -> None:
    """Nothing is found."""
    assert differences(homes[1] / "nianbao.db", homes[1] / "nianbao.db").found == ()


def test_the_command(homes: tuple[Path, Path], tmp_path: Path) -> None:
    """Home folders do for databases; CSV has a row a difference; what is no database is one line."""
    command = [sys.executable, "-m", "nianbao", "diff", *map(str, homes), "--format", "csv"]
    result = subprocess.run(command, capture_output=True, check=True)
    rows = list(csv.DictReader(io.StringIO(result.stdout.decode())))
    assert len(rows) == len(differences(*(home / "nianbao.db" for home in homes)).found) > 5
    with pytest.raises(DatabaseError, match="no such database"):
        differences(homes[0] / "nianbao.db", tmp_path / "nothing.db")
