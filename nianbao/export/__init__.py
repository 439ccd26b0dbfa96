"""The database in files that other programs read: CSV for spreadsheets, Parquet, and a Frictionless data package.

`export` writes all of them; what the columns are is told by the schema, as everywhere.
"""

from __future__ import annotations

from nianbao.export.writing import FORMATS, export

__all__ = ["FORMATS", "export"]
