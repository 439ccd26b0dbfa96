"""One step of a query: SQLite's clock does not run inside a function, so none may take long by itself."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from nianbao.serve import SETTINGS
from nianbao.site.limits import COMPARING, PRINTING, limit

LONG = "printf('%.*c', 1900000, 'a')"
HALF = "printf('%.*c', 900000, 'a') || 'b'"
ATTACKS = {
    "instr": f"select instr({LONG}, {HALF})",
    "replace": f"select length(replace({LONG}, {HALF}, ''))",
    "trim": f"select length(trim({LONG}, printf('%.*c', 1900000, 'b') || 'a'))",
    "trim, nearly refused": f"select length(trim({LONG}, printf('%.*c', 100, 'b') || 'a'))",
    "replace by more": f"select length(replace({LONG}, 'a', {HALF}))",
    "printf": "select printf('%.*c', 1000000000, 'a')",
    "printf of a text": "select printf('%.*c', '1000000000', 'a')",
    "printf of bytes": "select printf(x'252e2a63', x'31303030303030303030', 'a')",
    "format": "select format('%1000000000d|%-1000000000d', 1, 2)",
    "format, many times": "select format(replace(hex(zeroblob(200)), '00', '%.1900000c'), 'a')",
    "like": f"select {LONG} like '%' || printf('%.*c', 190, 'a') || 'b'",
    "glob": f"select {LONG} glob '*[' || printf('%.*c', 180, 'b') || ']'",
}


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        limit(connection)
        yield connection


@pytest.mark.parametrize("name", ATTACKS)
def test_no_function_outlasts_the_time_limit(db: sqlite3.Connection, name: str) -> None:
    """Answered or refused; without the limits some of these take minutes."""
    start = time.thread_time()
    try:
        db.execute(ATTACKS[name]).fetchone()
    except sqlite3.DataError:
        assert name.replace(",", "").partition(" ")[0] in {*COMPARING, *PRINTING}
    assert time.thread_time() - start < SETTINGS["sql_time_limit_ms"] / 1000


@pytest.mark.parametrize(
    "asked",
    [
        "instr('年报公开', '公开')",
        "instr(null, 'a')",
        "instr(x'0102', x'02')",
        "instr(1e15, 0)",
        "replace('aXa', 'X', 1.5)",
        "trim('aba', 'a')",
        "printf('%d %s %.2f %05d%%', 2021, '年', 0.5, -7)",
        "printf('%*d|%-*s|', 6, 123456789, 4, 'a')",
        "format('2,000,000,000 件')",
        "format(null, 1)",
        "printf()",
    ],
)
def test_ordinary_calls_answer_as_sqlite_does(db: sqlite3.Connection, asked: str) -> None:
    with closing(sqlite3.connect(":memory:")) as plain:
        assert tuple(db.execute(f"select {asked}").fetchone()) == plain.execute(f"select {asked}").fetchone()
