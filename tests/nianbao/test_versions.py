"""Reports of one unit and year: what an address shows last is in use, the fuller reading goes before the newer, and what is disputed counts for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.build import build

from .archives import PAGE, Page, archive, page
from .test_across import NEW, STEADY, report
from .test_build import everything, query

RUNS = ("20240501T000000Z", "20250501T000000Z", "20260501T000000Z", "20270501T000000Z")
DAYS = ("2024-05-01T00:00:00Z", "2025-05-01T00:00:00Z", "2026-05-01T00:00:00Z", "2027-05-01T00:00:00Z")
OTHER_AMOUNT = PAGE.replace("272.13", "272.14")
AMOUNT = "t2_9.centralized_procurement.total_amount"
LOST_LABEL = PAGE.replace("政府集中采购\n", "\n")
"""The same page, of which the row with the only figures cannot be told."""
NEXT_YEAR = PAGE.replace("2020", "2021").replace("2021-01-26", "2022-01-26").replace("272.13", "300")


def of_amount(home: Path, year: int, columns: str = "value, previous_value, change") -> tuple[object, ...]:
    (row,) = query(home, f"select {columns} from comparison where measure = 'procurement_amount' and year = ?", year)
    return tuple(row.values())


def test_a_year_before_that_is_disputed_is_no_year_to_compare_with(tmp_path: Path) -> None:
    """What the two reports of the year before agree on is still compared."""
    archive(tmp_path, RUNS[0], [Page(page(1), PAGE), Page(page(2), OTHER_AMOUNT), Page(page(3), NEXT_YEAR)])
    build(tmp_path)
    assert of_amount(tmp_path, 2021) == (300, None, None)
    (row,) = query(tmp_path, "select previous_value, change from comparison where measure = 'requests' and year = 2021")
    assert row == {"previous_value": 0, "change": 0}


def test_measures_withhold_what_is_disputed(tmp_path: Path) -> None:
    """As its column says; what the reports agree on stays."""
    archive(tmp_path, RUNS[0], [Page(page(1), PAGE), Page(page(2), OTHER_AMOUNT)])
    build(tmp_path)
    found = {row["measure"]: row["value"] for row in query(tmp_path, "select measure, value from measures")}
    assert (found["procurement_amount"], found["requests"]) == (None, 0)


def test_a_disputed_value_counts_for_nobodys_rank(tmp_path: Path) -> None:
    """Of three towns one is disputed: the others are first and last of two, and the median lies between these two."""
    disputed = [report("丹山镇", 2020, {NEW: figure}) for figure in (7, 9)]
    others = [report(STEADY, 2020, {NEW: 3}), report("保和镇", 2020, {NEW: 5})]
    archive(tmp_path, RUNS[0], [Page(page(number), text) for number, text in enumerate((*disputed, *others))])
    build(tmp_path)
    asked = "select unit, value, rank, percentile, peers, county_median from comparison where measure = 'requests' order by value"
    assert [tuple(row.values())[1:] for row in query(tmp_path, asked)] == [
        (None, None, None, 2, 4),
        (3, 2, 0, 2, 4),
        (5, 1, 100, 2, 4),
    ]


def test_a_rival_is_no_version(tmp_path: Path) -> None:
    """A report that contradicts another was not published again, and the build does not call it updated."""
    archive(tmp_path, RUNS[0], [Page(page(1), PAGE)])
    build(tmp_path)
    archive(tmp_path, RUNS[1], [Page(page(2), OTHER_AMOUNT, DAYS[1])])
    summary = build(tmp_path)
    assert (summary.inserted, summary.updated, summary.unchanged) == (1, 0, 1)
    assert query(tmp_path, "select version, conflict from reports") == [{"version": 1, "conflict": 1}] * 2
    (flags,) = of_amount(tmp_path, 2020, "flags")
    assert str(flags).split() == ["territory_changed", "conflict"]


@pytest.mark.parametrize("order", [(PAGE, LOST_LABEL), (LOST_LABEL, PAGE)])
def test_the_fuller_reading_is_in_use(tmp_path: Path, order: tuple[str, str]) -> None:
    """A copy with a row that was not read contradicts nothing, whichever came first."""
    archive(tmp_path, RUNS[0], [Page(page(n), text, DAYS[n]) for n, text in enumerate(order)])
    build(tmp_path)
    found = query(
        tmp_path, "select is_current, conflict, version, cells_located < cells_total as partly from reports order by partly"
    )
    assert found == [
        {"is_current": 1, "conflict": 0, "version": 1, "partly": 0},
        {"is_current": 0, "conflict": 0, "version": 1, "partly": 1},
    ]
    assert query(tmp_path, "select * from conflicts") == []
    assert of_amount(tmp_path, 2020, "value") == (272.13,)


def test_a_worse_copy_does_not_settle_a_conflict(tmp_path: Path) -> None:
    """Two reports differ and a third has no figure there: the two are rivals, the third is not."""
    texts = (PAGE, OTHER_AMOUNT, LOST_LABEL)
    archive(tmp_path, RUNS[0], [Page(page(n), text, DAYS[n]) for n, text in enumerate(texts)])
    build(tmp_path)
    found = query(tmp_path, "select url, is_current from conflicts order by url")
    assert found == [{"url": page(0), "is_current": 0}, {"url": page(1), "is_current": 1}]
    assert of_amount(tmp_path, 2020, "value") == (None,)


def test_what_a_page_shows_last_is_in_use(tmp_path: Path) -> None:
    """A figure, another, and the first again: built run by run and at once, with an answer that nothing changed at the end."""
    shown = [Page(page(1), text, day) for text, day in zip((PAGE, OTHER_AMOUNT, PAGE), DAYS, strict=False)]
    shown.append(Page(page(1), "", DAYS[3], status=304, role="unchanged"))
    step, once = tmp_path / "step", tmp_path / "once"
    for run, one in zip(RUNS, shown, strict=True):
        archive(step, run, [one])
        build(step)
    (once / "archive").mkdir(parents=True)
    for path in (step / "archive").iterdir():
        (once / "archive" / path.name).write_bytes(path.read_bytes())
    build(once, full=True)
    assert everything(step) == everything(once)
    assert of_amount(step, 2020, "value, flags") == (272.13, "territory_changed revised")
    assert query(step, "select version, is_current from reports order by version") == [
        {"version": 2, "is_current": 0},
        {"version": 3, "is_current": 1},
    ]
    assert [
        tuple(row.values()) for row in query(step, "select key, value_before, value_after, seen_at from revisions order by 4")
    ] == [
        (AMOUNT, 272.13, 272.14, DAYS[1]),
        (AMOUNT, 272.14, 272.13, DAYS[3]),
    ]
    assert [row["last_fetched_at"] for row in query(step, "select last_fetched_at from documents order by 1")] == [
        DAYS[1],
        DAYS[3],
    ]


def test_a_version_that_came_back_keeps_what_it_changed_first(tmp_path: Path) -> None:
    """Three figures, and the second again: its step from the first stands beside its step back from the third."""
    figures = ("1.5", "2.5", "3.5", "2.5")
    for run, day, figure in zip(RUNS, DAYS, figures, strict=True):
        archive(tmp_path, run, [Page(page(1), PAGE.replace("272.13", figure), day)])
    build(tmp_path)
    steps = query(tmp_path, "select value_before, value_after from revisions order by seen_at")
    assert [tuple(row.values()) for row in steps] == [(1.5, 2.5), (2.5, 3.5), (3.5, 2.5)]
    assert of_amount(tmp_path, 2020, "value") == (2.5,)
    assert query(tmp_path, "select version from reports order by version") == [{"version": 1}, {"version": 3}, {"version": 4}]
