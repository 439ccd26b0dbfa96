"""What became of units that vanished, and whose territory changed: from the register's succession links and a reviewed list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from nianbao.unitchanges import unit_changes
from nianbao.unitfiles import reference_rows
from nianbao.units import register

FEWEST_SHARE = 0.3
"""Below this share of its villages a vanished unit is not said to have gone to the other."""


@dataclass(frozen=True, slots=True)
class Succession:
    """A unit that vanished and the one that holds most of its villages since the snapshot of `year_seen`, or that it went into by a row of `overrides.csv`."""

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    year_seen: int
    village_share: float | None
    """None where it was entered by hand."""

    @property
    def absorbed(self) -> bool:
        """Whether the successor was there before, so that its territory grew; otherwise it is the same unit under a new code."""
        return any(unit.first_year < self.year_seen for unit in register().all_names(self.new_code))


@cache
def successions() -> tuple[Succession, ...]:
    """All links, oldest first."""
    return tuple(sorted([*_computed(), *_entered()], key=lambda link: (link.year_seen, link.old_code)))


def _computed() -> Iterator[Succession]:
    return (
        Succession(
            row["old_code9"],
            row["old_name"],
            row["new_code9"],
            row["new_name"],
            int(row["year_seen"]),
            float(row["village_share"]),
        )
        for row in reference_rows("succession.csv.gz")
    )


def _entered() -> Iterator[Succession]:
    for change in unit_changes():
        if change.successor and change.last_year:
            successor = register().get(change.successor)
            yield Succession(change.code, change.name, successor.code, successor.name, change.last_year + 1, None)


@cache
def territory_changes() -> Mapping[tuple[str, int, str], tuple[str, ...]]:
    """(unit, first report year with the new territory, grew or shrank) -> the other units concerned.

    The links tell who absorbed a unit that vanished; what a surviving unit ceded they do not tell, so `territory.csv` holds what was found by hand.
    """
    found: dict[tuple[str, int, str], list[str]] = {}
    for link in successions():
        if link.absorbed and (link.village_share is None or link.village_share >= FEWEST_SHARE):
            found.setdefault((link.new_code, link.year_seen, "grew"), []).append(link.old_code)
    for row in reference_rows("territory.csv"):
        found.setdefault((row["unit_code"], int(row["year"]), row["change"]), []).extend(row["others"].split())
    return {key: tuple(others) for key, others in found.items()}


def succession_rows(codes: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Rows of `successions` that concern one of these units."""
    wanted = set(codes)
    for link in successions():
        if wanted & {link.old_code, link.new_code}:
            yield {
                "old_code": link.old_code,
                "old_name": link.old_name,
                "new_code": link.new_code,
                "new_name": link.new_name,
                "year_seen": link.year_seen,
                "village_share": link.village_share,
                "absorbed": int(link.absorbed),
            }


def territory_rows(codes: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Rows of `territory_changes` for these units."""
    wanted = set(codes)
    for (code, year, change), others in territory_changes().items():
        if code in wanted:
            yield {"unit_code": code, "year": year, "change": change, "others": json.dumps(others)}


@cache
def population_2020() -> Mapping[str, int]:
    """County code -> resident population on 1 November 2020."""
    return {row["county_code6"]: int(row["population_2020"]) for row in reference_rows("county_population_2020.csv.gz")}
