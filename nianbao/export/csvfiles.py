"""CSV files: exact ones for programs, and ones that a spreadsheet opens without running anything.

A spreadsheet takes a cell that begins with = + - @ for a formula, also in full width, and a page can print whatever its author likes. Such text gets an
apostrophe in front; a figure such as -8 or +19 stays what it is.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from nianbao.export.relations import Relation, Row

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_CONTROL = ("\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?%?")


def write_csv(db: sqlite3.Connection, relation: Relation, path: Path, *, spreadsheet: bool) -> int:
    """Write all rows and return how many; for spreadsheets with a byte order mark, by which Excel knows UTF-8."""
    batches = relation.batches(db)
    return write_rows([column.name for column in relation.columns], batches, path, spreadsheet=spreadsheet)


def write_rows(head: Sequence[str], batches: Iterable[Sequence[Row]], path: Path, *, spreadsheet: bool) -> int:
    """Write a head and rows and return how many rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig" if spreadsheet else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for batch in batches:
            writer.writerows(map(defused_row, batch) if spreadsheet else batch)
            count += len(batch)
    return count


def defused_row(row: Row) -> Row:
    """The row with its text defused; numbers are no text."""
    return tuple(defused(value) if isinstance(value, str) else value for value in row)


def defused(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    is_risky = text.startswith(_CONTROL) or (_FORMULA.match(text) and not _NUMBER.fullmatch(text))
    return f"'{text}" if is_risky else text
