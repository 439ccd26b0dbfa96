"""How much one step of a query may take: the time limit alone does not hold a query that makes a gigabyte, or compares for minutes, in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

LONGEST = 2_000_000
"""Bytes of one value, made or stored. The longest stored ones are summaries of crawls, some 400 bytes a portal; there are 3,210."""
PRODUCT = 200_000_000
"""Letters of one argument times letters of another, for functions that may compare each with each: some tenths of a second."""
COMPARING = {"instr": 2, "replace": 3, "trim": 2, "ltrim": 2, "rtrim": 2, "unhex": 2, "json_patch": 2}
"""Functions that take time with the product of their first two arguments, and how many they take. SQLite's clock does not run inside them."""
TOO_LONG = bytes(LONGEST + 1)
"""What SQLite itself refuses as too big: an error raised in a function would print its traceback for every such query."""
ANSWER = 100_000_000
"""Letters and bytes of all rows of one answer: 10,000 values of 2 MB each would be 20 GB."""
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
}


def limit(connection: sqlite3.Connection) -> None:
    """Hold every query of the connection to these limits; one that is beyond them ends in an error of SQLite's."""
    for category, most in LIMITS.items():
        connection.setlimit(category, most)
    own = sqlite3.connect(":memory:", check_same_thread=False)
    for name, arguments in COMPARING.items():
        connection.create_function(name, arguments, _bounded(own, name, arguments), deterministic=True)
    connection.row_factory = _weighed()


def _bounded(own: sqlite3.Connection, name: str, arguments: int) -> Callable[..., Any]:
    """SQLite's own function, asked only where it does not take long."""
    sql = f"select {name}({','.join('?' * arguments)})"

    def bounded(*given: Any) -> Any:  # noqa: ANN401 (what SQLite holds)
        if _letters(given[0]) * _letters(given[1]) > PRODUCT:
            return TOO_LONG
        return own.execute(sql, given).fetchone()[0]

    return bounded


def _letters(value: Any) -> int:  # noqa: ANN401 (what SQLite holds)
    return len(value) if isinstance(value, (str, bytes)) else 1


def _weighed() -> Callable[[sqlite3.Cursor, tuple[Any, ...]], sqlite3.Row]:
    taken: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        taken[cursor] = taken.get(cursor, 0) + sum(len(value) for value in values if isinstance(value, (str, bytes)))
        if taken[cursor] > ANSWER:
            raise sqlite3.OperationalError(f"the rows hold more than {ANSWER // 1_000_000} MB")
        return sqlite3.Row(cursor, values)

    return row
