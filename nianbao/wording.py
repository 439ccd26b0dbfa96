"""What the dictionary says beside the schema: names in English and Chinese, sentences in Chinese, and notes on what may be compared; each from its file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

CELLS = "cells"
"""The section of names for the lines of the older forms, which are no columns."""


class MissingWords(ValueError):
    """A name or sentence that the dictionary needs and its files have not: the message names the file and what to write there."""


@dataclass(frozen=True, slots=True)
class Note:
    """What some columns may and may not be compared with."""

    columns: tuple[str, ...]
    """Patterns of table.column, of a table's name, or of the key of an older cell."""
    english: str
    chinese: str

    def concerns(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.columns)


def english_name(table: str, column: str) -> str:
    """The short name of a column, or of the table where `column` is empty. Raises MissingWords where there is none."""
    return _name("english.toml", table, column)


def chinese_name(table: str, column: str) -> str:
    """Likewise in Chinese, of columns that have no label of the form."""
    return _name("chinese.toml", table, column)


def chinese_of(sentence: str) -> str:
    """The sentence in Chinese; nothing of nothing. Raises MissingWords where there is none."""
    if sentence and sentence not in sentences():
        raise MissingWords(f'nianbao/meanings.toml: no Chinese for: "{sentence}"')
    return sentences().get(sentence, "")


@cache
def sentences() -> Mapping[str, str]:
    """All sentences that have a Chinese one."""
    return _file("meanings.toml")


@cache
def notes() -> tuple[Note, ...]:
    """All notes, in the order in which a column's are told."""
    return tuple(Note(tuple(note["columns"]), note["english"], note["chinese"]) for note in _file("notes.toml")["note"])


def notes_on(name: str) -> Iterator[Note]:
    """The notes on a column (table.column), a table, or an older cell."""
    return (note for note in notes() if note.concerns(name))


def _name(file: str, table: str, column: str) -> str:
    names = _file(file)
    found = names.get(table, {}).get(column) or names["columns"].get(column) if column else names["tables"].get(table)
    if not found:
        where = f"[{table}] or [columns]: {column}" if column else f"[tables]: {table}"
        raise MissingWords(f"nianbao/{file}: no name under {where}")
    return str(found)


@cache
def _file(name: str) -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
