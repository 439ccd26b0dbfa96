"""Opening nianbao.db: to read it, or to make a new one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from nianbao.errors import DatabaseError
from nianbao.reference import code_digest
from nianbao.schema import SCHEMA_VERSION, create_tables
from nianbao.tables import TABLES

BUSY_AFTER = 2.0
"""Seconds a build waits for one that is just ending."""
REBUILD = "run `nianbao build` to make it from the archive"


def open_database(path: Path) -> sqlite_utils.Database:
    """The database for reading. Raises DatabaseError where it is missing, not one of ours, or of another schema version."""
    if not path.is_file():
        raise DatabaseError(f"{path}: no such database; {REBUILD}")
    try:
        db = sqlite_utils.Database(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=BUSY_AFTER))
        version = db.execute("select value from meta where key = 'schema_version'").fetchone()
    except sqlite3.Error as error:
        raise DatabaseError(f"{path}: not a nianbao database ({error}); {REBUILD}") from error
    if version is None or version[0] != SCHEMA_VERSION:
        found = version[0] if version else "none"
        raise DatabaseError(f"{path}: schema version {found}, this program reads {SCHEMA_VERSION}; {REBUILD}")
    return db


def new_database(path: Path) -> sqlite_utils.Database:
    """An empty database with all tables; what stands under the name is deleted. Raises OSError and sqlite3.Error where it cannot be written."""
    path.unlink(missing_ok=True)
    db = building_database(path)
    create_tables(db, TABLES)
    return db


def copied_database(path: Path, beside: Path) -> sqlite_utils.Database | None:
    """A copy to go on with; None where there is no database of this schema and this program's code.

    SQLite copies it page by page and so waits for one who is writing. Raises DatabaseError where that one does not end.
    """
    try:
        db = open_database(path)
    except DatabaseError as error:
        check_unlocked(path, error.__cause__)
        return None
    with closing(db.conn):
        made_by = db.execute("select value from meta where key = 'code_digest'").fetchone()
        if made_by is None or made_by[0] != code_digest():
            return None
        beside.unlink(missing_ok=True)
        copy = building_database(beside)
        db.conn.backup(copy.conn)
    return copy


def report_ids(path: Path) -> frozenset[str]:
    """The reports of the database that stands, empty where there is none that can be read. Raises DatabaseError where it is locked."""
    if not path.is_file():
        return frozenset()
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=BUSY_AFTER)) as connection:
            return frozenset(row[0] for row in connection.execute("select report_id from reports"))
    except sqlite3.Error as error:
        check_unlocked(path, error)
        return frozenset()


def check_unlocked(path: Path, error: BaseException | None) -> None:
    """Raises DatabaseError where the error says that somebody writes to the database."""
    if isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        raise DatabaseError(f"{path}: locked by a program that writes to it; end that program, then build again") from error


def building_database(path: Path) -> sqlite_utils.Database:
    """A file that is thrown away when the build does not end needs no journal."""
    db = sqlite_utils.Database(path, use_old_upsert=False)
    for setting in (
        "foreign_keys = on",
        "journal_mode = off",
        "synchronous = off",
        "cache_size = -200000",
        "temp_store = memory",
    ):
        db.execute(f"pragma {setting}")
    return db


def hold_build(home: Path) -> sqlite3.Connection:
    """Hold HOME/build.lock until the connection is closed: SQLite's own lock goes with the process, however it ends. Raises DatabaseError."""
    try:
        lock = sqlite3.connect(home / "build.lock", isolation_level=None, timeout=BUSY_AFTER)
    except sqlite3.Error as error:
        raise DatabaseError(f"{home}: cannot be written ({error})") from error
    try:
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise DatabaseError(f"{home}: another build is at work here; wait for it") from error
        raise DatabaseError(f"{home}: cannot be written ({error})") from error
    return lock
