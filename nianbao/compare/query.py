"""Questions of one's own, in SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nianbao.compare.frames import TYPES, frame, opened
from nianbao.errors import CompareError


def query(db: Path, sql: str, parameters: Sequence[str | int] = ()) -> pd.DataFrame:
    """The rows of a SELECT on the tables and views of the database (docs and `dictionary` say what they hold), with a `?` for each parameter.

    Figures come with nullable types, so that a missing one stays missing. The database is opened read-only. Raises CompareError for SQL that does not run.

    >>> query(db, "select count(*) as reports from reports where is_current and county_code = ?", ["512002"])["reports"].tolist()
    [142]
    """
    try:
        found = frame(opened(db), sql, parameters)
    except (pd.errors.DatabaseError, sqlite3.Error) as error:
        raise CompareError(f"the query does not run: {error}") from error
    return found.assign(**{name: _nullable(found[name]) for name in found.columns if name not in TYPES})


def _nullable(column: pd.Series[Any]) -> pd.Series[Any]:
    """Whole numbers as Int64, others as Float64, text as it is; of an empty column the missing figures stay missing in sums."""
    if not pd.api.types.is_numeric_dtype(column) and not column.isna().all():
        return column
    numbers = pd.to_numeric(column)
    return numbers.astype("Int64" if (numbers.dropna() % 1 == 0).all() else "Float64")
