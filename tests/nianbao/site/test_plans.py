"""What the pages ask of a database of the whole country: nothing that reads a table which grows with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nianbao.site import queries
from nianbao.site.county import county_page
from nianbao.site.report import cell_page, measure_page, report_page
from nianbao.site.unit import unit_page

SMALL = {"county_totals", "portals", "k", "y", "_years", "CONSTANT", "json_each", "meta", "sections_fts", "held", "(subquery-1)"}
"""Tables and steps with at most a few thousand rows however large the country is; of the index of the prose, those that match, up to a limit."""
WHOLE = ("SCAN", "BLOOM", "AUTOMATIC", "idx_reports_is_current")


class Explained:
    """A connection that notes the plan of each query before it is asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection, self.asked = connection, 0
        self.whole: list[str] = []

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> sqlite3.Cursor:
        self.asked += 1
        for row in self.connection.execute(f"explain query plan {sql}", parameters):
            is_small = row[3].startswith("SCAN ") and row[3].split()[1] in SMALL
            if any(word in row[3] for word in WHOLE) and not is_small:
                self.whole.append(f"{row[3]}: {' '.join(sql.split())[:120]}")
        return self.connection.execute(sql, parameters)


@pytest.fixture
def db(nation: tuple[Path, object]) -> Iterator[Explained]:
    with closing(sqlite3.connect(nation[0])) as connection:
        yield Explained(connection)


def _front(db: Any) -> object:
    return queries.counts(db), queries.states(db), queries.provinces(db), queries.counties(db), queries.is_generated(db)


def _of_report(page: Callable[..., object], *more: object) -> Callable[[Any], object]:
    def ask(db: Any) -> object:
        report = db.connection.execute("select report_id from reports where form = 'e2021' limit 1").fetchone()[0]
        return page(db, report, *more, {})

    return ask


PAGES: dict[str, Callable[[Any], object]] = {
    "front": _front,
    "province": lambda db: queries.counties(db, "11"),
    "county": lambda db: county_page(db, "110101", {}, year=None),
    "unit": lambda db: unit_page(db, "110101001", {}),
    "unit: a county": lambda db: unit_page(db, "110101", {}),
    "findings of a county": lambda db: queries.failed_of_county(db, "110101"),
    "report": _of_report(report_page),
    "cell": _of_report(cell_page, "t3.granted.total"),
    "measure": _of_report(measure_page, "disclosure_rate_broad"),
    "words": lambda db: queries.prose_with(db, "公示专栏"),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_go_through_keys(db: Explained, name: str) -> None:
    """Each page has something to show, and no query of it reads a large table from end to end."""
    shown = PAGES[name](db)
    assert shown
    assert db.asked > 0
    assert db.whole == []


def test_a_whole_reading_would_be_seen(db: Explained) -> None:
    """The check can fail."""
    db.execute("select count(*) from findings where verdict = 'fail'")
    assert db.whole[0].startswith("SCAN findings")
