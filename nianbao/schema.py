"""What a table of nianbao.db is: columns with type, meaning and constraints, from which both the SQL and the dictionary are made.

A change here or in `nianbao/tables` raises SCHEMA_VERSION; a database of another version is rebuilt from the archive, never migrated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlite_utils

SCHEMA_VERSION = "10"
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_org",
    "legal_service_org",
    "other_org",
    "total",
)
CHANNELS = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other", "pending", "total")
FLAG_STATES = ("inferred", "blank", "mark", "ambiguous", "unread")
STATES = ("read", *FLAG_STATES)
VERDICTS = ("pass", "fail", "vacuous", "not_assessable")
STRENGTHS = ("hard", "strong", "soft")
FAULTS = ("source", "reading")
LEVELS = ("province", "prefecture", "county", "town", "department")
NAME_SOURCES = ("snapshots", "override")
EDITIONS = ("e2019", "e2021", "s2014", "sh2004", "free")
FIRST_YEAR, LAST_YEAR = 1900, 2099
"""What a printed year can be: a page may misprint its own and is no reason to stop a build, but no other text comes to be a year."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: SQL type, what it means, and an optional constraint behind the type."""

    name: str
    type: str
    meaning: str
    constraint: str = ""
    chinese: str = ""
    unit: str = ""
    editions: str = ""
    source: str = ""
    notes: str = ""
    """What it may and may not be compared with."""


@dataclass(frozen=True, slots=True)
class Table:
    """A STRICT table with its primary key, foreign keys (column -> table and column) and indexes."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    indexes: tuple[tuple[str, ...], ...] = ()
    sparse: tuple[str, ...] = ()
    """Columns that few rows have a value in: each has an index of those alone."""
    clustered: bool = False
    """Rows lie in the order of the key, which then is stored once: for the tables with many rows a report."""

    def sql(self) -> str:
        """The CREATE TABLE statement; sqlite-utils has no words for CHECK."""
        lines = [f"  [{c.name}] {c.type} {c.constraint}".rstrip() for c in self.columns]
        lines.append(f"  PRIMARY KEY ({', '.join(f'[{name}]' for name in self.key)})")
        # The referenced column is written out: Datasette shows no page for a foreign key that leaves it to be understood.
        lines += [
            f"  FOREIGN KEY ([{column}]) REFERENCES [{table}] ([{key}])" for column, (table, key) in self.references.items()
        ]
        ending = "WITHOUT ROWID, STRICT" if self.clustered else "STRICT"
        return f"CREATE TABLE [{self.name}] (\n" + ",\n".join(lines) + f"\n) {ending}"


def create_tables(db: sqlite_utils.Database, tables: Iterable[Table]) -> None:
    """Create every table in an empty database."""
    for table in tables:
        db.execute(table.sql())


def create_indexes(db: sqlite_utils.Database, tables: Iterable[Table]) -> None:
    """Create the indexes that are not there; done when the rows are in, which is faster."""
    for table in tables:
        for columns in table.indexes:
            db.table(table.name).create_index(columns, if_not_exists=True)
        for column in table.sparse:
            name = f"idx_{table.name}_{column}"
            db.execute(f"create index if not exists [{name}] on [{table.name}] ([{column}]) where [{column}] is not null")


def one_of(name: str, values: tuple[str, ...], *, required: bool = True) -> str:
    """The constraint of a column that holds one of these words.

    Word by word: for a list after IN, SQLite makes a table in memory at every row, which took two thirds of the time of an insert.
    """
    check = f"CHECK ({' OR '.join(f'[{name}] = {value!r}' for value in values)})"
    return f"NOT NULL {check}" if required else check


def counted(name: str, *, least: int = 0, required: bool = True) -> str:
    """The constraint of a column that counts: never below `least`."""
    check = f"CHECK ([{name}] >= {least})"
    return f"NOT NULL {check}" if required else check


def a_year(name: str, *, required: bool = False) -> str:
    """The constraint of a report year."""
    check = f"CHECK ([{name}] BETWEEN {FIRST_YEAR} AND {LAST_YEAR})"
    return f"NOT NULL {check}" if required else check
