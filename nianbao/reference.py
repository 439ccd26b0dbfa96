"""The tables that do not come from reports: portals, runs, units, measures, dictionary, and what the database was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlite_utils

import parsers
from nianbao import dictionary, rows
from nianbao.archivefiles import ArchiveFile
from nianbao.cellkeys import FormCell, form_cells
from nianbao.measures import measure_numbers, measures
from nianbao.schema import SCHEMA_VERSION
from nianbao.succession import succession_rows, territory_rows
from nianbao.unitfiles import reference_file
from nianbao.unitrows import name_rows, unit_row, units_of
from parsers.forms import reference_file as form_file
from scraper.registry import Portal
from scraper.state import Run
from scraper.status import read_runs

_REMADE = ("gone", "looks", "runs", "measure_definitions", "dictionary", "form_cells")
"""Written anew in every build: nothing that is kept refers to them."""

_OF_UNITS = {"unit_names": name_rows, "successions": succession_rows, "territory_changes": territory_rows}
"""What the register says of units, written anew when all of them are in."""


def portals_of(portals: Iterable[Portal]) -> Mapping[str, Portal]:
    """The portals by key."""
    return {portal.key: portal for portal in portals}


def write_reference(db: sqlite_utils.Database, portals: Sequence[Portal], home: Path, files: Sequence[ArchiveFile]) -> None:
    """Write or renew all of them."""
    for table in _REMADE:
        db.execute(f"delete from [{table}]")  # noqa: S608 (names of ours)
    runs = read_runs(home)
    # Not replaced: to take a row out that others refer to, SQLite looks through all of them.
    db.table("portals").upsert_all(map(rows.portal_row, portals), pk="portal")
    crawled = {portal: rows.former_portal_row(portal) for run in runs for portal in portals_in(run)}
    db.table("portals").insert_all(crawled.values(), ignore=True)
    db.table("runs").insert_all(_run_row(run) for run in runs)
    db.table("looks").insert_all(row for run in runs for row in look_rows(run))
    db.table("gone").insert_all((row for run in runs for row in gone_rows(run)), replace=True)
    # The areas above come before those that refer to them.
    units = sorted(units_of(portals), key=lambda unit: len(unit.code))
    db.table("units").insert_all(map(unit_row, units), ignore=True)
    # Other measures make a full build: their keys are as they were, and every value refers to one.
    db.table("measure_keys").insert_all(
        ({"measure_id": number, "measure": key} for key, number in measure_numbers().items()), ignore=True
    )
    db.table("measure_definitions").insert_all(measure_rows())
    db.table("dictionary").insert_all(dictionary.rows())
    db.table("form_cells").insert_all(map(_cell_row, form_cells()))
    archive = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()
    facts = {
        "schema_version": SCHEMA_VERSION,
        "nianbao_version": version("nianbao"),
        "code_digest": code_digest(),
        "parser_digest": parser_digest(),
        "archive_digest": archive,
        "run_digest": hashlib.sha256("".join(map(repr, map(_run_row, runs))).encode()).hexdigest(),
        "last_run": max((run.run_id for run in runs), default="none"),
    }
    db.table("meta").insert_all(({"key": key, "value": value} for key, value in facts.items()), replace=True)


def write_unit_histories(db: sqlite_utils.Database) -> None:
    """Write what the register says of the units over time, when those that reports name beyond the crawled areas are in too."""
    codes = [code for (code,) in db.execute("select unit_code from units order by unit_code").fetchall()]
    for table, rows_of in _OF_UNITS.items():
        db.execute(f"delete from [{table}]")  # noqa: S608 (names of ours)
        db.table(table).insert_all(rows_of(codes))


def write_meta(db: sqlite_utils.Database) -> None:
    """Say when the database was finished and how much it holds."""
    counted = db.execute("select count(*), count(distinct unit_code), min(year), max(year) from reports").fetchone()
    names = ("reports", "units_with_reports", "first_year", "last_year")
    facts = {"built_at": datetime.now(UTC).isoformat(timespec="seconds")} | dict(zip(names, counted, strict=True))
    db.table("meta").insert_all(
        ({"key": key, "value": "none" if value is None else str(value)} for key, value in facts.items()), replace=True
    )


@cache
def code_digest() -> str:
    """Of everything that a row depends on: the parsers, this package, and the reference data."""
    return _digest(Path(parsers.__file__).parent, Path(__file__).parent, reference_file("functions.csv").parent)


@cache
def parser_digest() -> str:
    """Of what reads a page: the parsers and the forms."""
    return _digest(Path(parsers.__file__).parent)


def _digest(*folders: Path) -> str:
    files = [form_file("forms.json"), *(path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in _CODE)]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


_CODE = {".py", ".toml", ".csv", ".gz"}


def portals_in(run: Run) -> Iterator[str]:
    """The keys of the portals that a run looked at."""
    return (portal["portal"] for portal in _summary(run))


def _summary(run: Run) -> list[dict[str, Any]]:
    """What a run came to at each portal; empty where it was interrupted."""
    return json.loads(run.summary) if run.summary else []


def look_rows(run: Run) -> Iterator[dict[str, Any]]:
    """What a finished run came to at each portal; of an interrupted one nothing is said."""
    for portal in _summary(run):
        failed = portal.get("failed") or []
        partial = failed or portal.get("alarm") or portal.get("waiting") or not portal.get("lists_read", True)
        partial = partial or portal.get("source")  # what an archive does not hold may stand on the portal
        outcome = "refused" if portal.get("error") else "partial" if partial else "complete"
        yield {
            "run_id": run.run_id,
            "portal": portal["portal"],
            "finished_at": run.finished_at,
            "outcome": outcome,
            "error": portal.get("error"),
            "failed": len(failed),
        }


def gone_rows(run: Run) -> Iterator[dict[str, Any]]:
    """The addresses that a run found gone."""
    for portal in _summary(run):
        for url in portal.get("gone") or ():
            yield {"portal": portal["portal"], "url": url, "seen_at": run.finished_at or run.started_at}


def measure_rows() -> Iterator[dict[str, Any]]:
    """Each measure on each edition on which it exists."""
    for measure in measures().values():
        for form in measure.editions:
            numerator, denominator = measure.terms(form)
            yield {
                "measure": measure.key,
                "form": form,
                "series": measure.series(form),
                "english": measure.english,
                "chinese": measure.chinese,
                "formula": measure.formula,
                "numerator": json.dumps(numerator),
                "denominator": json.dumps(denominator) if denominator else None,
                "unit": measure.unit,
                "minimum_n": measure.minimum_n,
                "caveat": measure.caveat,
                "chinese_caveat": measure.chinese_caveat,
                "source": measure.source or dictionary.sources_of((*numerator, *denominator)),
            }


def _cell_row(cell: FormCell) -> dict[str, Any]:
    return asdict(cell) | {"editions": " ".join(cell.editions)}


def _run_row(run: Run) -> dict[str, Any]:
    return {"run_id": run.run_id, "started_at": run.started_at, "finished_at": run.finished_at, "summary": run.summary}
