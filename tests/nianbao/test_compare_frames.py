"""The frames of nianbao.compare: their examples, and what they say of missing figures, editions and flags."""

from __future__ import annotations

import doctest
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import sqlite_utils

from nianbao import compare
from nianbao.compare import county, findings, guards, picture, query, report, unit
from nianbao.demo.plan import demo_reports
from nianbao.errors import ClaimError, CompareError
from nianbao.ranks import write_ranks
from nianbao.site.county import county_page
from nianbao.site.unit import unit_page

TOWN = "512002107"


def altered(db: Path, folder: Path, *statements: str) -> Path:
    """A copy of the database after these statements."""
    copy = folder / "altered.db"
    copy.write_bytes(db.read_bytes())
    with closing(sqlite3.connect(copy)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def report_of(db: Path, code: str, year: int) -> str:
    found = compare.history(db, code, named=["requests"]).set_index("year")
    return str(found.loc[year, "report_id"])


@pytest.mark.parametrize("module", [county, unit, report, findings, guards, picture, query], ids=lambda module: module.__name__)
def test_examples_hold(module: object, demo_db: Path) -> None:
    """What the docstrings show is what the demo database gives."""
    names = {name: getattr(compare, name) for name in compare.__all__} | {
        "db": demo_db,
        "report_id": report_of(demo_db, TOWN, 2022),
    }
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    examples = [test for test in doctest.DocTestFinder().find(module, extraglobs=names) if test.examples]
    assert examples
    for test in examples:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def frames(db: Path) -> Mapping[str, pd.DataFrame]:
    """A frame of each function that gives one; the measure of `sheet` is told as NAME."""
    return {
        "panel": compare.panel(db, "512002", year=2022),
        "table": compare.table(db, "512002", 2022, named=["requests"]).drop(columns="requests"),
        "sheet": compare.sheet(db, "512002", 2022, named=["requests"]).rename(columns=lambda name: SHEET_NAMES.get(name, name)),
        "rank": compare.rank(db, "512002"),
        "change": compare.change(db, "512002", since=2021),
        "coverage": compare.coverage(db, "512002"),
        "peers": compare.peers(db, TOWN),
        "history": compare.history(db, TOWN),
        "findings": compare.findings(db),
        "across": compare.across(db),
        "figures": compare.figures(db, report_of(db, TOWN, 2022)),
    }


SHEET_NAMES = {f"requests{end}": f"NAME{end}" for end in ("", "_measured_in", "_n", "_flags")}


def test_docstrings_say_what_comes(demo_db: Path) -> None:
    """Of every frame: what a row is, each column, the unit of a value, what `attrs` hold, the source, and the errors."""
    for name, frame in frames(demo_db).items():
        said = " ".join(getattr(compare, name).__doc__.split())
        words = set(re.findall(r"\w+", said))
        assert {str(column) for column in frame.columns} | set(frame.attrs) <= words, name
        assert "one row a" in said.lower(), name
        assert "measured_in" not in frame or {"件", "万元"} <= words, name
        assert re.search(r"Source: the (view|table)s? `", said), name
        assert {"CompareError", "DatabaseError"} <= words, name


def test_every_figure_of_a_report(demo_db: Path) -> None:
    """The frame of a report equals what the demo published, a blank without a value and with its state."""
    published = next(r for r in demo_reports() if r.county.code == "512002" and None in r.cells.values())
    found = compare.figures(demo_db, report_of(demo_db, published.unit_code, published.year)).set_index("key")
    assert list(found.index) == list(published.form.cell_keys)
    for key, value in published.cells.items():
        row = found.loc[key]
        if value is None:
            assert (pd.isna(row["value"]), row["state"]) == (True, "blank")
        else:
            assert (row["value"], row["state"]) == (pytest.approx(float(value)), "read")
    assert set(found["measured_in"]) <= {"件", "万元", "项", "个", "次"}


def test_flags_name_the_states_behind_a_value(demo_db: Path, tmp_path: Path) -> None:
    """A cell that was inferred marks every measure it is part of, and no other."""
    edited = report_of(demo_db, TOWN, 2022)
    flag = f"insert into flags (report_id, key, state) values ('{edited}', 't3.granted.total', 'inferred')"
    copy = altered(demo_db, tmp_path, flag)
    found = compare.history(copy, TOWN).query("year == 2022").set_index("measure")
    assert {name for name, said in found["flags"].items() if said} == {
        name
        for name, measure in compare.frames.measures().items()
        if "t3.granted.total" in (*measure.numerator, *measure.denominator)
    }
    assert found.loc["granted", "flags"] == "inferred"


def test_a_year_without_a_report_has_its_row(demo_db: Path, tmp_path: Path) -> None:
    """The series has a gap, not a shorter line."""
    copy = altered(demo_db, tmp_path, f"update reports set is_current = 0 where unit_code = '{TOWN}' and year = 2021")
    found = compare.history(copy, "雁江区丹山镇", named=["requests"])
    assert list(found["year"]) == list(range(2019, 2025))
    missing = found.set_index("year").loc[2021]
    assert pd.isna(missing["value"])
    assert pd.isna(missing["report_id"])


def test_a_change_needs_both_years(demo_db: Path, tmp_path: Path) -> None:
    """A unit that reported once keeps its row, without a change; different editions are marked."""
    copy = altered(demo_db, tmp_path, f"update reports set is_current = 0 where unit_code = '{TOWN}' and year = 2020")
    found = compare.change(copy, "512002", since=2020, until=2021).set_index("unit_code")
    assert pd.isna(found.loc[TOWN, "change"])
    assert found.loc[TOWN, "unit"] == "丹山镇"
    others = found.drop(TOWN)
    assert (others["change"] == others["value_until"] - others["value_since"]).all()
    assert others["edition_break"].all()
    with pytest.raises(CompareError, match="earlier year"):
        compare.change(demo_db, "512002", since=2022, until=2021)


def test_a_break_is_one_of_reports_not_of_the_measure(demo_db: Path) -> None:
    """The edition of 2021 has no procurement: its years have a form, the break is marked, and no claim is made across it."""
    found = compare.history(demo_db, TOWN, named=["procurement_amount"]).set_index("year")
    assert found["form"].to_dict() == {2019: "e2019", 2020: "e2019"} | dict.fromkeys(range(2021, 2025), "e2021")
    assert list(found.index[found["edition_break"]]) == [2021]
    assert list(found.index[found["value"].notna()]) == [2019, 2020]
    with pytest.raises(ClaimError, match="e2019 2019-2020, e2021 2021-2024"):
        compare.one_edition(found.reset_index())
    changed = compare.change(demo_db, "512002", "procurement_amount", since=2020, until=2022)
    assert len(changed) >= 20
    assert changed["edition_break"].all()
    assert changed["change"].isna().all()


def test_a_break_across_a_gap(demo_db: Path, tmp_path: Path) -> None:
    """With 2021 missing the break stands at 2022; the year without a report, and a change from or to it, say nothing of editions."""
    copy = altered(demo_db, tmp_path, f"update reports set is_current = 0 where unit_code = '{TOWN}' and year = 2021")
    found = compare.history(copy, TOWN, named=["requests"]).set_index("year")
    assert list(found.index[found["edition_break"].fillna(False)]) == [2022]
    assert list(found.index[found["edition_break"].isna()]) == [2021]
    changed = compare.change(copy, "512002", since=2020, until=2021).set_index("unit_code")
    assert pd.isna(changed.loc[TOWN, "edition_break"])
    assert changed.drop(TOWN)["edition_break"].all()
    assert not compare.change(copy, "512002", since=2022, until=2023)["edition_break"].any()


def test_the_site_marks_a_break_where_the_history_does(demo_db: Path, tmp_path: Path) -> None:
    """Across a year without a report too, in the table of the unit, its drawings, and those of its county; of a measure that one edition lacks as well."""
    gap = f"update reports set is_current = 0 where unit_code = '{TOWN}' and year = 2021"
    for db in (demo_db, altered(demo_db, tmp_path, gap)):
        told = compare.history(db, TOWN, named=["requests"]).set_index("year")["edition_break"].fillna(False)
        covered = compare.coverage(db, "512002").query(f"unit_code == '{TOWN}'").set_index("year")["edition_break"].fillna(False)
        with closing(sqlite3.connect(db)) as connection:
            page = unit_page(connection, TOWN, {})
            assert page
            drawn = [
                county.drawing
                for name in ("requests", "penalty_decisions")
                for county in county_page(connection, "512002", {}, year=2022, measure=name).townships  # type: ignore[union-attr]
                if county.code == TOWN
            ]
        marked = [year.year for year in page.years if year.is_break]
        assert marked == list(told.index[told]) == list(covered.index[covered]) == ([2022] if db != demo_db else [2021])
        assert [line.drawing.count('class="break"') for line in page.lines] == [1] * len(page.lines)
        assert [drawing.count('class="break"') for drawing in drawn] == [1, 1]


def test_ranks_leave_out_what_was_not_read(demo_db: Path, tmp_path: Path) -> None:
    """A value that is not known has neither rank nor percentile, and is not counted."""
    edited = report_of(demo_db, TOWN, 2022)
    copy = altered(
        demo_db,
        tmp_path,
        "update measure_values set value = null where measure_id = (select measure_id from measure_keys where measure = 'requests')"
        f" and report_id = '{edited}'",
    )
    db = sqlite_utils.Database(copy)
    with closing(db.conn), db.conn:
        write_ranks(db)
    found = compare.rank(copy, "512002", "requests", year=2022)
    last = found.iloc[-1]
    assert last["unit_code"] == TOWN
    assert pd.isna(last["rank"])
    assert pd.isna(last["percentile"])
    assert set(found["of"]) == {len(found) - 1}
    assert found["percentile"].dropna().between(0, 1).all()


def test_peers_are_of_one_level(demo_db: Path) -> None:
    """A town is never put beside its county's roll-up; a county stands alone."""
    found = compare.peers(demo_db, TOWN, year=2022)
    assert "512002" not in set(found["unit_code"])
    assert found.attrs["median"] == found["value"].median()
    assert len(compare.peers(demo_db, "512002", year=2022)) == 1
    with pytest.raises(CompareError, match="1999"):
        compare.peers(demo_db, TOWN, year=1999)


EDITIONS = ({"form", "edition_break"}, {"form_since", "form_until", "edition_break"})


def test_every_frame_says_units_n_flags_and_editions(demo_db: Path) -> None:
    """A row stands for itself when it is handed on; coverage has no measure, and says how much of each report was read."""
    frames = {
        "panel": compare.panel(demo_db, "512002", year=2022),
        "rank": compare.rank(demo_db, "512002", year=2022),
        "change": compare.change(demo_db, "512002", since=2021, until=2022),
        "peers": compare.peers(demo_db, TOWN, year=2022),
        "history": compare.history(demo_db, TOWN),
        "coverage": compare.coverage(demo_db, "512002"),
    }
    for name, found in frames.items():
        has = set(found.columns)
        assert {"unit_code", "unit", "flags"} <= has, name
        assert any(editions <= has for editions in EDITIONS), name
        counted = {"n", "measured_in"} if "n" in has else {"n_since", "n_until", "measured_in"}
        assert ({"completeness"} if name == "coverage" else counted) <= has, name
        assert name == "change" or "report_id" in has, name
    assert set(frames["history"]["county"]) == {"雁江区"}


def test_coverage_says_edition_and_flags_of_each_report(demo_db: Path, tmp_path: Path) -> None:
    """The break stands where the report before is on another form, also when one year alone is asked for; no report says nothing."""
    one = report_of(demo_db, TOWN, 2022)
    copy = altered(
        demo_db,
        tmp_path,
        f"insert into flags (report_id, key, state) values ('{one}', 't3.granted.total', 'inferred')",
        "update reports set is_current = 0 where unit_code = '512002108' and year = 2021",
    )
    found = compare.coverage(copy, "512002")
    town = found[found["unit_code"] == TOWN].set_index("year")
    assert list(town.index[town["edition_break"]]) == [2021]
    assert "inferred" in town.loc[2022, "flags"].split()
    gap = found[found["unit_code"] == "512002108"].set_index("year")
    assert pd.isna(gap.loc[2021, "form"])
    assert pd.isna(gap.loc[2021, "edition_break"])
    assert gap.loc[2022, "edition_break"]
    assert compare.coverage(copy, "512002", year=2021).set_index("unit_code").loc[TOWN, "edition_break"]
    assert town["completeness"].between(0, 1).all()


def test_areas_by_name_and_above_the_county(demo_db: Path) -> None:
    """A prefecture's coverage is that of its counties; townships are compared within one."""
    assert len(compare.coverage(demo_db, "5120", years=[2020])) == len(compare.coverage(demo_db, "雁江区", year=2020))
    with pytest.raises(CompareError, match="512002 雁江区"):
        compare.panel(demo_db, "资阳市")
    with pytest.raises(CompareError, match="no unit of this code or name"):
        compare.history(demo_db, "没有镇")
