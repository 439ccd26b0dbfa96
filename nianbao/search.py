"""Words found in the prose of reports: SQLite's trigram index, which needs no segmentation of Chinese.

Words of one or two characters are too short for trigrams and are sought by reading the texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import sqlite_utils

from nianbao.database import open_database

INDEX = "sections_fts"
SHORTEST = 3
_AROUND = 20
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
    """Make the index of all prose anew."""
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
        yield Hit(report_id, unit, year, section, _excerpt(text, words), url)


def phrase(words: str) -> str:
    """The words as they stand, as the index wants to be asked for them."""
    return '"' + words.replace('"', '""') + '"'


def _excerpt(text: str, words: str) -> str:
    at = max(0, text.lower().find(words.lower()))
    start, end = max(0, at - _AROUND), at + len(words) + _AROUND
    return ("…" if start else "") + " ".join(text[start:end].split()) + ("…" if end < len(text) else "")
