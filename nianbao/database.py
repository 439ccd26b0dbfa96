"""Opening nianbao.db: to read it, or to make a new one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlite_utils

from nianbao.errors import DatabaseError
from nianbao.schema import SCHEMA_VERSION, create_tables

REBUILD = "run `nianbao build` to make it from the archive"


def open_database(path: Path) -> sqlite_utils.Database:
    """The database for reading. Raises DatabaseError where it is missing, not one of ours, or of another schema version."""
    if not path.is_file():
        raise DatabaseError(f"{path}: no such database; {REBUILD}")
    try:
        db = sqlite_utils.Database(sqlite3.connect(f"file:{path}?mode=ro", uri=True))
        version = db.execute("select value from meta where key = 'schema_version'").fetchone()
    except sqlite3.Error as error:
        raise DatabaseError(f"{path}: not a nianbao database ({error}); {REBUILD}") from error
    if version is None or version[0] != SCHEMA_VERSION:
        found = version[0] if version else "none"
        raise DatabaseError(f"{path}: schema version {found}, this program reads {SCHEMA_VERSION}; {REBUILD}")
    return db


def new_database(path: Path) -> sqlite_utils.Database:
    """An empty database with all tables; what stands under the name is deleted. Raises DatabaseError where it cannot be written."""
    try:
        path.unlink(missing_ok=True)
        db = sqlite_utils.Database(path, use_old_upsert=False)
        db.execute("pragma foreign_keys = on")
        create_tables(db)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"{path}: cannot be written ({error})") from error
    return db
