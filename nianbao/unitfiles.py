"""The committed files of units: what a unit is, and the yearly snapshots 2015–2023 of all of them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LAST_SNAPSHOT = 2023
TOWN_KINDS = ("town", "township", "ethnic_township", "sumu", "subdistrict", "quasi")
LEVEL_OF_LENGTH = {2: "province", 4: "prefecture", 6: "county", 9: "town"}
"""Digits of a code -> the level of its unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit under one name; a renamed unit stands once for each name."""

    code: str
    name: str
    level: str
    """province, prefecture, county or town (all township-level units)."""
    kind: str
    """At town level: town, township, ethnic_township, sumu, subdistrict, or quasi (statistical areas that are no governments)."""
    first_year: int
    last_year: int
    source: str = "snapshots"
    """snapshots, or override: entered by hand."""
    until: int | None = None
    """The last year in which it bore this name; none where nothing says that it ended."""

    @property
    def parent(self) -> str | None:
        return {9: self.code[:6], 6: self.code[:4], 4: self.code[:2]}.get(len(self.code))

    def existed_in(self, year: int) -> bool:
        return self.first_year <= year and (self.until is None or year <= self.until)


def reference_file(name: str) -> Path:
    """A file of `data/units`: beside the package when installed, in the checkout otherwise."""
    installed = Path(__file__).parent / "data" / "units" / name
    return installed if installed.exists() else Path(__file__).parents[1] / "data" / "units" / name


def reference_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of `data/units`, gzipped where its name says so."""
    data = reference_file(name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
    yield from csv.DictReader(text.splitlines())


def snapshot_units() -> Iterator[Unit]:
    """Every unit of the snapshots under each of its names, areas first."""
    for row in reference_rows("upper_panel.csv.gz"):
        yield _unit(row, row["code"], row["level"], row["level"])
    for row in reference_rows("township_panel.csv.gz"):
        yield _unit(row, row["code9"], "town", row["kind"])


def _unit(row: Mapping[str, str], code: str, level: str, kind: str) -> Unit:
    first, last = int(row["first_year"]), int(row["last_year"])
    return Unit(code, row["name"], level, kind, first, last, until=last if last < LAST_SNAPSHOT else None)
