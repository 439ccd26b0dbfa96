"""The prepared questions: what they answer, in which languages, and that none reads the whole country."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from nianbao.canned import QUERIES
from nianbao.serve import datasette
from nianbao.site.language import LANGUAGES

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::PendingDeprecationWarning"
)
COUNTY = "512002"
YEARS = range(2019, 2025)
EVERY_YEAR = {
    "failed_identities": "findings where verdict = 'fail' and",
    "not_plainly_read": "flags where",
    "late_reports": "reports where level <> 'department' and published_on > (year + 1) || '-03-31' and",
    "year_against_year": "cross_findings where verdict = 'fail' and rule <> 'copied_narrative' and",
    "copied_narratives": "cross_findings where rule = 'copied_narrative' and",
}
"""The rows of all years and counties together."""


@pytest.fixture
def db(demo_db: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(demo_db)) as connection:
        yield connection


def asked(db: sqlite3.Connection, name: str, **named: object) -> list[tuple[object, ...]]:
    """As Datasette asks: what is not filled in is empty."""
    return db.execute(QUERIES[name].sql, {"county": "", "year": "", "measure": "", "rows": ""} | named).fetchall()


@pytest.mark.parametrize("name", EVERY_YEAR)
def test_lists_of_the_country_are_of_one_year(db: sqlite3.Connection, name: str) -> None:
    """The years together are everything there is; a county's are its own; where no year is named it is the newest."""
    reports = "report_id in (select report_id from reports where is_current and year is not null {})"
    everything = f"select count(*) from {EVERY_YEAR[name]} {reports}"
    assert (
        sum(len(asked(db, name, year=str(year), rows="9999")) for year in YEARS)
        == db.execute(everything.format("")).fetchone()[0]
        > 0
    )
    of_county = db.execute(everything.format(f"and county_code = '{COUNTY}'")).fetchone()[0]
    assert sum(len(asked(db, name, year=str(year), county=COUNTY, rows="9999")) for year in YEARS) == of_county
    assert asked(db, name) == asked(db, name, year=str(max(YEARS)))[:150]
    assert len(asked(db, name, year=str(max(YEARS)), rows="1")) <= 1


def test_townships_side_by_side(db: sqlite3.Connection) -> None:
    """The measure asked for, or requests; the largest first, and what is missing last."""
    rows = asked(db, "townships_side_by_side", county=COUNTY, year="2022")
    assert {row[2] for row in rows} == {"requests"}
    values = [row[3] for row in rows]
    assert values == sorted(values, key=lambda value: (value is None, -(value or 0)))
    assert {row[2] for row in asked(db, "townships_side_by_side", county=COUNTY, year="2022", measure="granted")} == {"granted"}
    assert asked(db, "townships_side_by_side") == []


@pytest.mark.parametrize("name", ["coverage_of_a_county", "how_measures_are_defined"])
def test_the_others_answer(db: sqlite3.Connection, name: str) -> None:
    assert len(asked(db, name, county=COUNTY)) > 20


@pytest.mark.parametrize("name", QUERIES)
def test_they_go_through_keys(nation: tuple[Path, object], name: str) -> None:
    """No plan reads a table that grows with the country, nor all reports in use."""
    with closing(sqlite3.connect(nation[0])) as connection:
        plan = [
            row[3]
            for row in connection.execute(
                f"explain query plan {QUERIES[name].sql}", {"county": "110101", "year": "", "measure": "", "rows": ""}
            )
        ]
    small = ("SCAN measure_definitions", "SCAN y", "SCAN _years", "SCAN k", "SCAN CONSTANT ROW")
    assert [
        step for step in plan if ("SCAN" in step and not step.startswith(small)) or "BLOOM" in step or "AUTOMATIC" in step
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_described_in_both_languages(demo_db: Path, language: str) -> None:
    """The front page speaks the reader's language; the pages of Datasette, which have one only, both."""
    assert all(set(query.titles) == set(query.descriptions) == set(LANGUAGES) for query in QUERIES.values())

    async def fetch() -> list[str]:
        app = datasette(demo_db)
        await app.invoke_startup()
        paths = (f"/?lang={language}", "/nianbao/late_reports")
        return [html.document_fromstring((await app.client.get(path)).text).text_content() for path in paths]

    front, page = asyncio.run(fetch())
    (other,) = set(LANGUAGES) - {language}
    for query in QUERIES.values():
        assert query.titles[language] in front and query.descriptions[language] in front
        assert query.descriptions[other] not in front
    late = QUERIES["late_reports"]
    assert all(text in page for text in (*late.titles.values(), *late.descriptions.values()))
