"""The Frictionless data package: exact CSV files, and one description of them with dictionary, licence and sources inside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Package, system

from nianbao import overrides
from nianbao.dictionary import Entry, about, entry
from nianbao.errors import ExportError
from nianbao.export.about import DESCRIPTION, LICENSES, About
from nianbao.export.relations import Relation
from nianbao.schema import Column

_CSV = {"type": "table", "scheme": "file", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
_TYPES = {"TEXT": "string", "INTEGER": "integer", "REAL": "number"}


def write_description(told: About, relations: Sequence[Relation], folder: Path, *, corrected: bool) -> None:
    """Write FOLDER/datapackage.json for the CSV files in FOLDER/data, and for the corrections where there are any, and check all of it.

    Raises ExportError where the library finds a fault.
    """
    names = {relation.name for relation in relations}
    descriptor = {
        "name": "nianbao",
        "title": "nianbao 年报",
        "description": DESCRIPTION,
        "version": told.meta["nianbao_version"],
        "created": told.meta["built_at"],
        "licenses": list(LICENSES),
        "sources": list(told.sources),
        "meta": told.meta,
        "resources": [*(_resource(relation, names) for relation in relations), *([_corrections()] if corrected else [])],
    }
    path = folder / "datapackage.json"
    path.write_text(json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n", "utf-8")
    check(path)


def check(path: Path) -> None:
    """Let the frictionless library look at the description and every row. Raises ExportError with the first faults."""
    try:
        with system.use_context(trusted=True):
            report = Package(str(path)).validate()
    except FrictionlessException as error:
        raise ExportError(f"{path}: no valid data package: {error.error.message}") from error
    if not report.valid:
        faults = report.flatten(["rowNumber", "fieldName", "message"])[:3]
        raise ExportError(f"{path}: no valid data package: " + "; ".join(str(fault) for fault in faults))


def _resource(relation: Relation, exported: set[str]) -> dict[str, Any]:
    """A file with its schema; keys to tables that are not in the package are left out."""
    keys = [
        {"fields": [column], "reference": {"resource": table, "fields": [key]}}
        for column, (table, key) in relation.references.items()
        if table in exported
    ]
    schema: dict[str, Any] = {"fields": [_field(relation.name, column) for column in relation.columns], "missingValues": [""]}
    schema |= {"primaryKey": list(relation.key)} if relation.key else {}
    schema |= {"foreignKeys": keys} if keys else {}
    described = _about(about(relation.name, relation.meaning))
    return {"name": relation.name, **described, "path": f"data/{relation.name}.csv", **_CSV, "schema": schema}


def _corrections() -> dict[str, Any]:
    """The reviewers' corrections: all columns are text, as they were entered."""
    fields = [{"name": name, "type": "string", "description": meaning} for name, meaning in overrides.MEANINGS.items()]
    schema = {"fields": fields, "missingValues": [""], "primaryKey": ["report_id", "key"]}
    return {"name": "overrides", "description": overrides.MEANING, "path": overrides.FILE, **_CSV, "schema": schema}


def _field(table: str, column: Column) -> dict[str, str]:
    return {"name": column.name, "type": _TYPES[column.type]} | _about(entry(table, column))


def _about(said: Entry) -> dict[str, str]:
    """What the dictionary says: `title` and `description` in English, as the standard has them, and the rest by the names of the dictionary."""
    kept = ("chinese", "chinese_meaning", "unit", "editions", "source", "notes", "chinese_notes")
    words = {"title": said["english"], "description": said["meaning"]} | {key: said[key] for key in kept}
    return {key: text for key, text in words.items() if text}
