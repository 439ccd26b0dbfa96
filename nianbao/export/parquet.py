"""Parquet files, with the meaning of each column in its metadata."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nianbao.dictionary import Entry, about, entry
from nianbao.export.relations import Relation
from nianbao.schema import Column

_TYPES = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64()}


def write_parquet(db: sqlite3.Connection, relation: Relation, path: Path) -> int:
    """Write all rows and return how many; what was not read is null."""
    schema = pa.schema(
        [_field(relation.name, column) for column in relation.columns], metadata=_about(about(relation.name, relation.meaning))
    )
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in relation.batches(db):
            writer.write_table(_table(batch, schema))
            count += len(batch)
    return count


def _field(table: str, column: Column) -> Any:  # noqa: ANN401 (pyarrow has no types)
    return pa.field(column.name, _TYPES[column.type], metadata=_about(entry(table, column)))


def _about(said: Entry) -> dict[str, str]:
    """What the dictionary says, by the names it has there; its English meaning is the `description` that other programs look for."""
    kept = {key: text for key, text in said.items() if text and key not in ("table", "name", "type", "meaning")}
    return kept | {"description": said["meaning"]}


def _table(batch: list[Any], schema: Any) -> Any:  # noqa: ANN401
    columns = zip(*batch, strict=True)
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema)
