"""The synthetic nation, small: whole, consistent, and asked through keys alone, whatever statistics SQLite keeps of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nianbao.across import ROLLED_UP_BODIES
from nianbao.bench import questions
from nianbao.bench.nation import Clock, lines

REPORTS = 1000


@pytest.fixture
def db(nation: tuple[Path, Clock]) -> Iterator[sqlite3.Connection]:
    """A connection to it."""
    with closing(sqlite3.connect(nation[0])) as connection:
        yield connection


def test_it_is_whole(db: sqlite3.Connection) -> None:
    """Every report has its unit; keys hold; some prose is copied; pages are full."""
    assert db.execute("select count(*), count(unit_code), count(distinct year) from reports").fetchone() == (REPORTS, REPORTS, 7)
    assert db.execute("select count(*) from reports where level is null or level = 'department'").fetchone() == (0,)
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert db.execute("pragma foreign_key_check").fetchall() == []
    assert db.execute("select count(*) from cross_findings where rule = 'copied_narrative'").fetchone()[0] > 0
    assert (
        db.execute("select count(*) from cross_findings where rule like '%xyear_carry%' and verdict = 'pass'").fetchone()[0] > 0
    )


@pytest.mark.parametrize(
    "where", ["county_code = '110101' and year = 2020 and level = 'town'", "unit_code = '110101001'", "report_id = 'x'"]
)
def test_questions_go_through_keys(db: sqlite3.Connection, where: str) -> None:
    """No table is read whole but the list of measures: neither by a scan nor for a filter."""
    plan = [row[3] for row in db.execute(f"explain query plan select * from comparison where {where}")]
    assert [step for step in plan if step.startswith("SCAN") or "BLOOM" in step] == ["SCAN k"]


def test_the_first_rows_come_without_a_look_at_all(db: sqlite3.Connection) -> None:
    """Who asks for any hundred rows is not kept waiting while all reports are indexed anew."""
    plan = [row[3] for row in db.execute("explain query plan select * from comparison limit 100")]
    assert [step for step in plan if step.startswith("SCAN") or "AUTOMATIC" in step] == ["SCAN r", "SCAN k"]


def test_roll_ups_find_their_bodies_through_keys(db: sqlite3.Connection) -> None:
    """Of every roll-up the bodies are searched for; a scan for each of them would take an hour for the country."""
    plan = [row[3] for row in db.execute(f"explain query plan {ROLLED_UP_BODIES}")]
    assert [step.split(" USING")[0] for step in plan if step.startswith("SCAN")] == ["SCAN r", "SCAN r"]
    assert sum(step.startswith("SEARCH p") for step in plan) == 2


def test_what_it_prints(nation: tuple[Path, Clock]) -> None:
    """Every question has rows, and the table says what was measured, on which machine."""
    path, clock = nation
    asked = list(questions.questions(path))
    assert all(question.rows > 0 and min(question.seconds) > 0 for question in asked)
    printed = "\n".join(lines(path, clock, asked))
    assert f"| reports, units | {REPORTS:,}, " in printed
    assert "cores" in printed and "SQLite" in printed
    again = "\n".join(questions.lines(path))
    assert again.count("| median ") == len(asked)
    assert f"{REPORTS:,} reports of " in again
