"""`nianbao export`: a folder with one file a table, README and licence beside them, written beside its place and put there when it is whole."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

from nianbao.database import open_database
from nianbao.errors import ExportError
from nianbao.export.about import about, license_text, readme
from nianbao.export.csvfiles import write_csv, write_rows
from nianbao.export.relations import Relation, relations
from nianbao.overrides import COLUMNS, read_overrides
from nianbao.overrides import FILE as CORRECTIONS

_SPREADSHEET = "These files are for spreadsheets: text that a spreadsheet would take for a formula has an apostrophe in front. Exact files: --format package."
_CORRECTED = f"""
`{CORRECTIONS}` holds what reviewers say single cells should be, with reason, reviewer and day, by report_id and key. Figures and measures are as published: none of
it is in them.
"""
_FILES = {"csv": "", "package": "data"}


def export(path: Path, folder: Path, *, form: str = "csv", wanted: Sequence[str] = ()) -> Mapping[str, int]:
    """Write the tables and views of the database at `path`, or those wanted, into a new FOLDER and return the rows of each.

    Raises ExportError where FOLDER holds something, a name is no table, a library is missing or the disk is full; DatabaseError for the database, OverrideError for the corrections.
    """
    chosen = relations(wanted)
    db = open_database(path).conn
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{folder}: there is something here already; name a new folder")
    beside = folder.with_name(folder.name + ".new")
    try:
        with closing(db):
            shutil.rmtree(beside, ignore_errors=True)
            counts = _write(db, chosen, beside, form, [astuple(made) for made in read_overrides(path.parent).values()])
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except ImportError as error:
        raise ExportError(f"{form} needs the export extra: pip install 'nianbao[export]'") from error
    except (OSError, sqlite3.Error) as error:
        raise ExportError(f"{folder}: the export could not be written ({error})") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return counts


def _write(
    db: sqlite3.Connection, chosen: Sequence[Relation], folder: Path, form: str, corrections: Sequence[tuple[str, ...]]
) -> dict[str, int]:
    files = folder / _FILES.get(form, "")
    files.mkdir(parents=True)
    told = about(db)
    (folder / "README.txt").write_text(readme(told, chosen, _SPREADSHEET if form == "csv" else ""), "utf-8")
    (folder / "LICENSE.txt").write_text(license_text(), "utf-8")
    counts = FORMATS[form](db, chosen, files)
    if corrections:
        _write_corrections(corrections, folder, form)
    if form == "package":
        from nianbao.export.package import write_description  # noqa: PLC0415

        write_description(told, chosen, folder, corrected=bool(corrections))
    return counts


def _write_corrections(made: Sequence[tuple[str, ...]], folder: Path, form: str) -> None:
    """Beside the figures, which stay as published."""
    write_rows(COLUMNS, [made], folder / CORRECTIONS, spreadsheet=form == "csv")
    with (folder / "README.txt").open("a", encoding="utf-8") as readme:
        readme.write(_CORRECTED)


def _csv(db: sqlite3.Connection, chosen: Sequence[Relation], folder: Path) -> dict[str, int]:
    return {r.name: write_csv(db, r, folder / f"{r.name}.csv", spreadsheet=True) for r in chosen}


def _exact_csv(db: sqlite3.Connection, chosen: Sequence[Relation], folder: Path) -> dict[str, int]:
    return {r.name: write_csv(db, r, folder / f"{r.name}.csv", spreadsheet=False) for r in chosen}


def _parquet(db: sqlite3.Connection, chosen: Sequence[Relation], folder: Path) -> dict[str, int]:
    from nianbao.export.parquet import write_parquet  # noqa: PLC0415

    told = about(db)
    return {r.name: write_parquet(db, r, folder / f"{r.name}.parquet", told) for r in chosen}


FORMATS: Mapping[str, Callable[[sqlite3.Connection, Sequence[Relation], Path], dict[str, int]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "package": _exact_csv,
}
