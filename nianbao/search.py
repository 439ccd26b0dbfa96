"""Words found in the prose of reports: SQLite's trigram index, which needs no segmentation of Chinese.

Words of one or two characters are too short for trigrams and are sought by reading the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import sqlite_utils

from nianbao.database import open_database

INDEX = "sections_fts"
SHORTEST = 3
AROUND = 40
"""Characters shown before and behind the words."""
_FOUND = "select s.report_id, r.unit, r.year, s.section, s.text, r.url from {} join reports r using (report_id) where {} order by r.year desc, r.unit_code, s.section limit ?"


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that holds the words, with the text around the first of them."""

    report_id: str
    unit: str | None
    year: int | None
    section: str
    excerpt: str
    url: str


COLUMNS = tuple(field.name for field in fields(Hit))


def index_sections(db: sqlite_utils.Database) -> None:
    """Make the index of all prose anew.

    It refers to row numbers. A vacuum numbers the rows of a table without an index anew and keeps those of one that has an index, as `sections` has for its key.
    """
    if INDEX not in db.table_names():
        db.execute(f"create virtual table [{INDEX}] using fts5([text], content=[sections], tokenize='trigram')")
    db.execute(f"insert into [{INDEX}] ([{INDEX}]) values ('rebuild')")


def search(path: Path, words: str, *, limit: int = 50) -> list[Hit]:
    """The sections that hold these words as they stand, newest first. Raises DatabaseError."""
    return list(_hits(open_database(path), words, limit))


def _hits(db: sqlite_utils.Database, words: str, limit: int) -> Iterator[Hit]:
    if len(words) >= SHORTEST:
        source = f"{INDEX} join sections s on s.rowid = {INDEX}.rowid"
        rows = db.execute(_FOUND.format(source, f"{INDEX} match ?"), [phrase(words), limit])
    else:
        escaped = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = db.execute(_FOUND.format("sections s", "s.text like ? escape '\\'"), [escaped, limit])
    for report_id, unit, year, section, text, url in rows.fetchall():
        yield Hit(report_id, unit, year, section, "".join(excerpt(text, words)), url)


def phrase(words: str) -> str:
    """The words as they stand, as the index wants to be asked for them."""
    return '"' + words.replace('"', '""') + '"'


def excerpt(text: str, words: str) -> tuple[str, str, str]:
    """What stands before the words, the words as the text has them, and what stands behind them, each on one line; the beginning where they are not there."""
    match = re.search(re.escape(words), text, re.IGNORECASE)
    start, end = match.span() if match else (0, 0)
    before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    opening, closing = "…" if start > AROUND else "", "…" if end + AROUND < len(text) else ""
    return opening + _line(before), text[start:end], _line(behind) + closing


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
