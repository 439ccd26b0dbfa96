"""Comparisons from the database: what the demo published, with nulls kept."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from nianbao import compare
from nianbao.chart import write_chart
from nianbao.demo.plan import demo_reports, towns_of
from nianbao.errors import CompareError
from nianbao.measures import measures


def published(unit: str, year: int, *keys: str) -> int:
    (report,) = [r for r in demo_reports() if r.unit_code == unit and r.year == year]
    return int(sum(report.cells[key] or 0 for key in keys))


def test_the_table_is_what_was_published(demo_db: Path) -> None:
    """One row a township; requests, granted, refused, corrections and the change on the year before."""
    table = compare.table(demo_db, "512002", 2022).set_index("unit_code")
    assert list(table.index) == [unit.code for unit in towns_of("512002", 2022)]
    refused = [
        f"{key}.total"
        for key in (
            "t3.refused_state_secret",
            "t3.refused_prohibited_by_law",
            "t3.refused_security_stability",
            "t3.refused_third_party_rights",
        )
    ]
    refused += [
        f"t3.refused_{key}.total"
        for key in ("internal_affairs", "deliberative_process", "enforcement_case_file", "administrative_inquiry")
    ]
    for code, row in table.iterrows():
        unit = str(code)
        now, before = (published(unit, year, "t3.new_requests.total") for year in (2022, 2021))
        assert (row["requests"], row["requests_change"]) == (now, now - before)
        assert row["granted"] == published(unit, 2022, "t3.granted.total")
        assert row["refused"] == published(unit, 2022, *refused)
        assert row["review_corrections"] == published(unit, 2022, "t4.review_corrected")


def test_the_first_year_has_no_change(demo_db: Path) -> None:
    """Without a year before there is no change, not a change of zero."""
    assert compare.table(demo_db, "512002", 2019)["requests_change"].isna().all()


def test_a_missing_report_is_missing_not_zero(demo_db: Path, tmp_path: Path) -> None:
    """A township whose report was not found has its row, empty."""
    thinned = without_report(demo_db, tmp_path, "512002107", 2022)
    row = compare.table(thinned, "512002", 2022).set_index("unit_code").loc["512002107"]
    assert row[["requests", "granted", "refused", "review_corrections", "completeness"]].isna().all()
    covered = compare.coverage(thinned, "512002", year=2022).set_index("unit_code")
    assert covered.loc["512002107", "status"] == "missing"


def test_the_change_is_on_year_minus_one_not_on_the_row_before(demo_db: Path, tmp_path: Path) -> None:
    """With 2021 missing, 2022 has no change although 2020 is there."""
    thinned = without_report(demo_db, tmp_path, "512002107", 2021)
    panel = compare.panel(thinned, "512002", year=2022, named=["requests"]).set_index("unit_code")
    assert pd.isna(panel.loc["512002107", "change"])
    assert panel["change"].notna().sum() == len(panel) - 1


def test_an_unread_term_makes_the_measure_null(demo_db: Path, tmp_path: Path) -> None:
    """A value that is not known is missing from the table; the others stay."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(demo_db.read_bytes())
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(
            "update measure_values set value = null where measure_id = (select measure_id from measure_keys where measure = 'refused')"
            " and report_id = (select report_id from reports where unit_code = '512002107' and year = 2022)"
        )
    row = compare.table(copy, "512002", 2022).set_index("unit_code").loc["512002107"]
    assert pd.isna(row["refused"])
    assert pd.notna(row["granted"])


def test_shares_need_enough_cases(demo_db: Path) -> None:
    """A share of few cases is null; the others lie between 0 and 1 and carry their n."""
    panel = compare.panel(demo_db, "512002", named=["disclosure_rate_broad"])
    small = panel["n"] < measures()["disclosure_rate_broad"].minimum_n
    assert small.any()
    assert (~small).any()
    assert panel.loc[small, "value"].isna().all()
    assert panel.loc[~small, "value"].between(0, 1).all()


def test_breaks_between_editions_are_marked(demo_db: Path) -> None:
    """2021 is the first year on the new form."""
    panel = compare.panel(demo_db, "512002", named=["requests"])
    by_year = panel.groupby("year")["edition_break"].any()
    assert dict(by_year) == {2019: False, 2020: False, 2021: True, 2022: False, 2023: False, 2024: False}


def test_a_county_is_never_ranked_among_its_towns(demo_db: Path) -> None:
    """The roll-up has its own level and scope; ranks of towns run from 1."""
    towns = compare.panel(demo_db, "512002", year=2022, named=["requests"])
    county = compare.panel(demo_db, "512002", year=2022, named=["requests"], level="county")
    assert set(towns["scope"]) == {"own"}
    assert list(county["scope"]) == ["aggregate"]
    assert towns["rank"].min() == 1
    assert list(county["rank"]) == [1]


def test_unknown_measures_are_named(demo_db: Path) -> None:
    """The message says what there is."""
    with pytest.raises(CompareError, match="requests"):
        compare.panel(demo_db, "512002", named=["nonsense"])


def test_lateness_counts_from_31_march(demo_db: Path) -> None:
    """Published on 31 March is in time."""
    covered = compare.coverage(demo_db, "512002")
    late = covered[covered["days_late"] > 0]
    assert len(late) > 0
    for _, row in late.iterrows():
        deadline = date(int(row["year"]) + 1, 3, 31)
        assert (date.fromisoformat(str(row["published_on"])) - deadline).days == row["days_late"]


@pytest.mark.parametrize("ending", ["svg", "html"])
def test_the_chart_names_fonts_source_and_n(demo_db: Path, tmp_path: Path, ending: str) -> None:
    """Every township stands on it by name, a missing one as 缺; n and source are printed."""
    frame = compare.table(demo_db, "512002", 2022)
    frame.loc[0, "requests"] = pd.NA
    path = tmp_path / f"chart.{ending}"
    write_chart(frame, path, title="雁江区 2022", source="demo", made_on=date(2026, 1, 2))
    text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), path.read_text("utf-8"))
    assert "https://cdn" not in text
    assert "Noto Sans CJK SC" in text
    assert "缺" in text
    assert f"n = {len(frame) - 1} of {len(frame)}" in text
    assert "丹山镇" in text


def test_each_panel_says_its_own_unit(demo_db: Path, tmp_path: Path) -> None:
    """Cases, ten thousand yuan, days and shares stand beside one another."""
    named = {"requests": "件", "procurement_amount": "万元", "days_after_31_march": "days", "disclosure_rate_broad": "share"}
    path = tmp_path / "chart.svg"
    frame = compare.table(demo_db, "512002", 2022, named=[*named])
    write_chart(frame, path, named=[*named], title="雁江区 2022", source="demo", made_on=date(2026, 1, 2))
    for measure, unit in named.items():
        assert f"{measure} ({unit})" in path.read_text("utf-8")


def test_nothing_to_draw_is_an_error(demo_db: Path, tmp_path: Path) -> None:
    """An empty chart would look like zeros."""
    frame = compare.table(demo_db, "512002", 2022)
    frame["requests"] = pd.array([pd.NA] * len(frame), dtype="Int64")
    with pytest.raises(CompareError, match="no township"):
        write_chart(frame, tmp_path / "chart.svg", title="雁江区 2022", source="demo", made_on=date(2026, 1, 2))


def without_report(db: Path, folder: Path, unit: str, year: int) -> Path:
    """A copy of the database in which a unit's report of a year is not current any more."""
    copy = folder / f"without-{unit}-{year}.db"
    copy.write_bytes(db.read_bytes())
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("update reports set is_current = 0 where unit_code = ? and year = ?", (unit, year))
    return copy
