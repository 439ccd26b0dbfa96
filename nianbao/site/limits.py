"""What a query may do, and how much one step of it may take: the time limit alone does not hold a query that makes a gigabyte, or compares for minutes, in one step."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

LONGEST = 2_000_000
"""Bytes of one value, made or stored. The longest stored ones are summaries of crawls, some 400 bytes a portal; there are 3,210."""
PRODUCT = 200_000_000
"""Letters of one argument times letters of another, for functions that may compare each with each: some tenths of a second."""
COMPARING = {"instr": 2, "replace": 3, "trim": 2, "ltrim": 2, "rtrim": 2, "unhex": 2, "json_patch": 2}
"""Functions that take time with the product of their first two arguments, and how many they take. SQLite's clock does not run inside them."""
PRINTING = ("printf", "format")
"""Functions that write as much as a number says, letter by letter and beyond any limit; SQLite's clock does not run inside them either."""
_CONVERSION = re.compile(r"%([^A-Za-z%]*)")
_NUMBER = re.compile(r"\d+")
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

_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_TOLD = frozenset(
    {
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "schema_version",
        "data_version",
    }
)
"""Pragmas that tell what is in the database; `database_list` tells where on this machine it lies."""
_REFUSED = frozenset({"load_extension", "fts3_tokenizer", "highlight"})
"""Functions that load programs, that tell addresses in memory, and that copy a long text for each word found: five minutes for a thousand."""


def read_only(connection: sqlite3.Connection) -> None:
    """Let nothing but reading be prepared on the connection; all else is an error of SQLite's, `not authorized`."""
    connection.set_authorizer(_authorised)


def _authorised(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = second not in _REFUSED
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _TOLD
    else:
        # A virtual table, of words or of JSON, declares its columns as if it updated the schema; nothing is written.
        allowed = action in _READING or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def limit(connection: sqlite3.Connection) -> None:
    """Hold every query of the connection to these limits; one that is beyond them ends in an error of SQLite's."""
    for category, most in LIMITS.items():
        connection.setlimit(category, most)
    own = sqlite3.connect(":memory:", check_same_thread=False)
    own.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    for name, arguments in COMPARING.items():
        connection.create_function(name, arguments, _bounded(own, name, _compared), deterministic=True)
    for name in PRINTING:
        connection.create_function(name, -1, _not_nothing(_bounded(own, name, _printed)), deterministic=True)
    connection.row_factory = _weighed()


def _bounded(own: sqlite3.Connection, name: str, taken: Callable[[Sequence[Any]], float]) -> Callable[..., Any]:
    """SQLite's own function, asked only where it does not take long."""

    def bounded(*given: Any) -> Any:  # noqa: ANN401 (what SQLite holds)
        if taken(given) > PRODUCT:
            return TOO_LONG
        try:
            return own.execute(f"select {name}({','.join('?' * len(given))})", given).fetchone()[0]
        except sqlite3.DataError:
            return TOO_LONG

    return bounded


def _compared(given: Sequence[Any]) -> float:
    """Steps of a function that compares its first two arguments."""
    return _letters(given[0]) * _letters(given[1])


def _printed(given: Sequence[Any]) -> float:
    """Letters that a function may write at most besides its arguments: as many as all numbers together that its conversions ask for."""
    conversions = _CONVERSION.findall(_text(given[0])) if given else []
    asked = given[1:] if "*" in "".join(conversions) else ()
    return sum(float(number) for text in (*conversions, *map(_text, asked)) for number in _NUMBER.findall(text))


def _text(value: Any) -> str:  # noqa: ANN401 (what SQLite holds)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _not_nothing(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes nothing of what is too long, as one that says so."""

    def saying(*given: Any) -> Any:  # noqa: ANN401 (what SQLite holds)
        made = function(*given)
        return TOO_LONG if made is None and given and given[0] is not None else made

    return saying


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
