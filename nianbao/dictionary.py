"""The data dictionary: one row for every table and column, from the schema and the measures."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.schema import TABLES, Column


def rows() -> Iterator[dict[str, str]]:
    """Rows of the `dictionary` table; the row of a table itself has an empty `name`."""
    for table in TABLES:
        yield _row(table.name, Column("", "", table.meaning))
        for column in table.columns:
            yield _row(table.name, column)


def _row(table: str, column: Column) -> dict[str, str]:
    return {
        "table": table,
        "name": column.name,
        "english": column.meaning,
        "chinese": column.chinese,
        "unit": column.unit,
        "editions": column.editions,
        "source": column.source,
    }
