"""How much memory one query may take: the time limit alone does not hold a query that makes a gigabyte in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

LONGEST = 8_000_000
"""Bytes of one value, made or stored. The longest stored ones are summaries of crawls, some 400 bytes a portal; there are 3,210."""
ANSWER = 100_000_000
"""Letters and bytes of all rows of one answer: 10,000 values of 8 MB each would be 80 GB."""
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
}


def limit(connection: sqlite3.Connection) -> None:
    """Hold every query of the connection to these limits; one that is beyond them ends in an error of SQLite's."""
    for category, most in LIMITS.items():
        connection.setlimit(category, most)
    connection.row_factory = _weighed()


def _weighed() -> Callable[[sqlite3.Cursor, tuple[Any, ...]], sqlite3.Row]:
    taken: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        taken[cursor] = taken.get(cursor, 0) + sum(len(value) for value in values if isinstance(value, (str, bytes)))
        if taken[cursor] > ANSWER:
            raise sqlite3.OperationalError(f"the rows hold more than {ANSWER // 1_000_000} MB")
        return sqlite3.Row(cursor, values)

    return row
