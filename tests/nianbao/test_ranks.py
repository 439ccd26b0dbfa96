"""Where a value stands among its peers."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.ranks import write_ranks

COUNTY, YEAR, MEASURE = "512002", 2022, "requests"
OF_GROUP = f"""county_code = '{COUNTY}' and year = {YEAR} and level = 'town' and scope = 'own'
  and measure_id = (select measure_id from measure_keys where measure = '{MEASURE}')"""
ASKED = f"""select value, rank, percentile, peers, county_median from comparison where county_code = '{COUNTY}' and year = {YEAR} and level = 'town'
  and scope = 'own' and measure = '{MEASURE}' order by report_id"""
VALUES = st.lists(st.none() | st.integers(0, 9) | st.sampled_from([0.5, 1e9]), min_size=22, max_size=22)


@pytest.fixture(scope="module")
def copy(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo database whose values are planted anew in each example."""
    path = tmp_path_factory.mktemp("ranks") / "copy.db"
    path.write_bytes(demo_db.read_bytes())
    return path


def planted(db: sqlite_utils.Database, values: list[float | None]) -> list[tuple[float | None, ...]]:
    """What `comparison` says of the towns of one county and year that have these values."""
    reports = [
        one for (one,) in db.execute(f"select report_id from measure_values where {OF_GROUP} and is_current order by report_id")
    ]
    assert len(reports) == len(values)
    db.conn.executemany(
        f"update measure_values set value = ? where {OF_GROUP} and report_id = ?", zip(values, reports, strict=True)
    )
    write_ranks(db)
    return db.execute(ASKED).fetchall()


def expected(value: float | None, known: list[float]) -> tuple[float | None, ...]:
    """Counted one against each."""
    peers = len(known) or None
    low, high = (sorted(known)[(len(known) + side) // 2 - 1] for side in (1, 2)) if known else (None, None)
    median = None if low is None or high is None else (low + high) / 2
    if value is None:
        return None, None, None, peers, median
    smaller, others = sum(one < value for one in known), sum(one == value for one in known) - 1
    percentile = 100 * (smaller + others / 2) / (len(known) - 1) if len(known) > 1 else None
    return value, 1 + sum(one > value for one in known), percentile, peers, median


@given(values=VALUES)
@settings(max_examples=40, deadline=None)
def test_ranks_are_those_of_counting(copy: Path, values: list[float | None]) -> None:
    """Rank, percentile, number and median of any values, equal and missing ones among them; a rank of values before is forgotten."""
    known = [value for value in values if value is not None]
    db = sqlite_utils.Database(copy)
    with closing(db.conn):
        found = planted(db, values)
    assert [pytest.approx(expected(value, known), abs=0.051) for value in values] == found


def test_only_what_changed_is_written(copy: Path) -> None:
    """Ranks written twice change no row the second time, so that a build that adds a report writes little."""
    db = sqlite_utils.Database(copy)
    with closing(db.conn):
        write_ranks(db)
        db.execute("create temp trigger seen before update on measure_values begin select raise(abort, 'written again'); end")
        write_ranks(db)
