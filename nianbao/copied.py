"""Prose copied from another report (照搬照抄): near-duplicate texts found by MinHash, then measured letter by letter.

Figures, blanks and punctuation are left out before texts are compared, so that a copy with new figures is still one. Texts that are the same to the letter are
found over the whole country; near ones within a province and among reports without a unit. Each report is held against the earliest text it resembles most.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
import sqlite_utils
from datasketch import MinHash, MinHashLSH
from rapidfuzz import fuzz

from nianbao.writing import insert

SHORTEST = 200
"""Characters of prose below which nothing is said: what is left are the phrases that the form asks for."""
SAME = 0.85
"""From this share on a text counts as copied."""
_LIKELY = 0.6
_WEIGHTS = np.array([2654435761, 2246822507, 3266489909, 668265263, 374761393], dtype=np.uint32)
"""Of the letters of a run, so that the same letters in another order are another number."""
_PERMUTATIONS = 64
_NO_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Text:
    """The prose of one report, letters alone, and what is needed to say which of two is the earlier."""

    report_id: str
    unit: str
    year: int
    published_on: str
    url: str
    letters: str

    @property
    def age(self) -> tuple[int, str, str]:
        return self.year, self.published_on, self.report_id


@dataclass(frozen=True, slots=True)
class Copy:
    """A text, the earlier one it resembles, and the share of letters they have in common, 0 to 1."""

    copy: Text
    original: Text
    share: float


def write_copies(db: sqlite_utils.Database) -> None:
    """Add the findings `copied_narrative` of all current reports."""
    originals: dict[str, Text] = {}
    for _, texts in groupby(_texts(db), key=lambda pair: pair[0]):
        found = list(copies([text for _, text in texts], originals))
        insert(db, "cross_findings", [_row(copy) for copy in found])


def copies(texts: Iterable[Text], originals: dict[str, Text] | None = None) -> Iterator[Copy]:
    """Each text that copies an earlier one, with that one. `originals` remembers texts from call to call, by their letters."""
    known = {} if originals is None else originals
    lsh = MinHashLSH(threshold=_LIKELY, num_perm=_PERMUTATIONS)
    inserted: dict[str, Text] = {}
    for text in sorted((text for text in texts if len(text.letters) >= SHORTEST), key=lambda text: text.age):
        original = known.setdefault(text.letters, text)
        if original is not text:
            yield Copy(*((text, original) if original.age <= text.age else (original, text)), 1.0)
            continue
        signature = _signature(text.letters)
        likely = (inserted[name] for name in lsh.query(signature))
        best = max(((fuzz.ratio(text.letters, other.letters) / 100, other) for other in likely), key=_rank, default=None)
        if best and best[0] >= SAME:
            yield Copy(text, best[1], round(best[0], 3))
        lsh.insert(text.report_id, signature, check_duplication=False)
        inserted[text.report_id] = text


def _rank(pair: tuple[float, Text]) -> tuple[float, int, str]:
    share, text = pair
    return share, -text.year, text.report_id


def letters(text: str) -> str:
    """The text without figures, blanks and punctuation."""
    return _NO_LETTER.sub("", text)


def _signature(text: str) -> MinHash:
    drawn = _drawn()
    signature = MinHash(num_perm=_PERMUTATIONS, hashfunc=int, permutations=drawn.permutations, scheme=drawn.scheme)
    signature.update_batch(_shingles(text))
    return signature


def _shingles(text: str) -> list[int]:
    """Every run of five letters as a number of 32 bits, each once. All runs in one step: taken one by one they cost more than the rest of the build."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    runs = np.lib.stride_tricks.sliding_window_view(codes, len(_WEIGHTS))
    numbers: list[int] = np.unique((runs * _WEIGHTS).sum(axis=1, dtype=np.uint32)).tolist()
    return numbers


@cache
def _drawn() -> MinHash:
    """The permutations, drawn once: that takes longer than to apply them to a text."""
    return MinHash(num_perm=_PERMUTATIONS, seed=1)


def _texts(db: sqlite_utils.Database) -> Iterator[tuple[str, Text]]:
    """(province, prose) of every current report, province by province."""
    found = db.conn.execute(
        """select coalesce(substr(r.unit_code, 1, 2), ''), r.report_id, coalesce(r.unit, ''), r.year, coalesce(r.published_on, ''), r.url, s.text
        from reports r join sections s using (report_id) where r.is_current and r.year is not null
        order by r.unit_code, r.report_id, s.section"""
    )
    for (province, report_id), rows in groupby(found, key=lambda row: (row[0], row[1])):
        parts: Sequence[Any] = list(rows)
        _, _, unit, year, published_on, url, _ = parts[0]
        yield province, Text(report_id, unit, year, published_on, url, letters("".join(part[6] for part in parts)))


def _row(found: Copy) -> dict[str, Any]:
    copy, original = found.copy, found.original
    return {
        "report_id": copy.report_id,
        "rule": "copied_narrative",
        "other_report_id": original.report_id,
        "verdict": "fail",
        "strength": "soft",
        "cells": "[]",
        "share": found.share,
        "message": f"{found.share:.0%} of the prose is that of {original.unit} {original.year}",
        "evidence": json.dumps({"letters": len(copy.letters), "urls": [copy.url, original.url]}),
        "fault": "source",
    }
