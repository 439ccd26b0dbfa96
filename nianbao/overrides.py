"""Reviewed corrections of single cells: a CSV beside the database, never merged into the published figures.

A correction is bound to the report as archived (its report_id is made of address and content): another version of the page has another id, and no correction
is carried over to it unseen.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from nianbao.errors import OverrideError

FILE = "overrides.csv"


@dataclass(frozen=True, slots=True)
class Override:
    """What a reviewer says a cell should be, beside what was published. `value` is empty where it should hold no figure."""

    report_id: str
    unit_code: str
    year: str
    key: str
    published: str
    state: str
    value: str
    reason: str
    who: str
    when: str


COLUMNS = tuple(field.name for field in fields(Override))
MEANING = "Corrections of single cells by reviewers; figures and measures are as published, none of it is in them"
MEANINGS = {
    "report_id": "The report as archived",
    "unit_code": "Its unit",
    "year": "Its year",
    "key": "The cell",
    "published": "The figure as published; empty where there is none",
    "state": "How the published figure was obtained",
    "value": "What the reviewer says it should be; empty where the cell should hold no figure",
    "reason": "Why",
    "who": "The reviewer",
    "when": "Day of the correction",
}
"""What each column says."""


def read_overrides(home: Path) -> Mapping[tuple[str, str], Override]:
    """The corrections by (report_id, key); none where there is no file. Raises OverrideError naming the line that is wrong."""
    path = home / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise OverrideError(f"{path}: its columns have to be {','.join(COLUMNS)}")
        found = [_override(path, number, row) for number, row in enumerate(reader, 2)]
    return {(override.report_id, override.key): override for override in found}


def told(override: Override) -> str:
    """A correction in one sentence, the published figure first."""
    published = override.published or f"no figure ({override.state})"
    value = override.value or "no figure"
    return f"{override.key}: published {published}, corrected to {value} by {override.who}, {override.when}: {override.reason}"


def _override(path: Path, number: int, row: Mapping[str, str | None]) -> Override:
    missing = [name for name in COLUMNS if row.get(name) is None]
    empty = [name for name in ("report_id", "key", "reason", "who", "when") if not row.get(name)]
    if missing or empty:
        raise OverrideError(f"{path}: line {number}: {(missing or empty)[0]} is missing")
    return Override(**{name: row[name] or "" for name in COLUMNS})


def add_override(home: Path, override: Override) -> None:
    """Write a correction behind the others; one for the same cell replaces the earlier one. Raises OverrideError."""
    known = dict(read_overrides(home)) | {(override.report_id, override.key): override}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in known.values())
    path = home / FILE
    beside = path.with_suffix(".csv.new")
    try:
        beside.write_text(text.getvalue(), "utf-8")
        beside.replace(path)
    except OSError as error:
        raise OverrideError(f"{path}: cannot be written ({error.strerror or error})") from error
