"""The archive to the database: what is new in the archive is read and added, or all of it from nothing.

The new database is made beside the old one, from a copy of it where nothing but new files came to the archive, and put in its place when it is whole: an
interrupted build leaves the old one, and no reader waits. What depends on several reports (versions, rules across reports, ranks) is made anew each time from
the reports, so that the result is the same either way.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from nianbao.across import write_across
from nianbao.archivefiles import ArchiveFile, archive_files, goes_on
from nianbao.copied import write_copies
from nianbao.database import building_database, copied_database, hold_build, new_database, report_ids
from nianbao.errors import DatabaseError
from nianbao.ranks import write_ranks
from nianbao.reading import read
from nianbao.reference import portals_of, write_meta, write_reference, write_unit_histories
from nianbao.schema import create_indexes
from nianbao.search import index_sections
from nianbao.tables import TABLES
from nianbao.totals import write_row_counts, write_totals
from nianbao.versions import number_versions
from nianbao.views import create_views
from nianbao.writing import READ_ROLES, UNCHANGED, Writer
from scraper.archive import read_archive
from scraper.registry import Portal, read_registry

_PACKED = "-packed"


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did: reports in the database, how many of them are new, newer versions, or as before, and what gave no figures."""

    reports: int
    inserted: int
    updated: int
    unchanged: int
    unusable: tuple[tuple[str, str], ...]
    incremental: bool = False
    """Whether the files read before were left as they were."""


def build(home: Path, *, full: bool = False) -> BuildSummary:
    """Build HOME/nianbao.db from HOME/archive; `full` reads all of it again.

    Raises DatabaseError where there is no archive, HOME cannot be written, the disk is full, or another build is at work; ArchiveError where a file of the
    archive is damaged. The old database stays as it was in every case.
    """
    archive, path = home / "archive", home / "nianbao.db"
    if not archive.is_dir():
        raise DatabaseError(f"{archive}: no archive here; run `nianbao crawl` first")
    with closing(hold_build(home)):
        return _build(home, archive, path, full=full)


def _build(home: Path, archive: Path, path: Path, *, full: bool) -> BuildSummary:
    beside = path.with_suffix(".db.new")
    files = archive_files(archive)
    before = report_ids(path)
    try:
        copy = None if full else copied_database(path, beside)
        portals = read_registry(archive / "portals.csv")
        incremental = copy is not None and goes_on(copy, files, portals)
        if copy is not None and not incremental:
            copy.close()
        db = copy if copy is not None and incremental else new_database(beside)
        with closing(db.conn):
            write_reference(db, portals, home, files)
            unread = [file for file in files if not incremental or not _is_known(db, file)]
            _write_documents(db, archive, unread, portals)
        if not incremental:
            pack(beside)
        db = building_database(beside)
        with closing(db.conn):
            finish(db)
            summary = _summary(db, before, incremental=incremental)
        put_in_place(beside, path)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(f"{beside}: the build could not be finished ({error}); the old database is as it was") from error
    finally:
        _remove(beside)
    return summary


def _write_documents(db: sqlite_utils.Database, archive: Path, files: Sequence[ArchiveFile], portals: Iterable[Portal]) -> None:
    """Read the report pages of these files and write what they say."""
    of = portals_of(portals)
    writer = Writer(db)
    pages: dict[str, int] = {}
    for snapshot in read_archive(archive, role=None, files=[file.name for file in files]):
        if snapshot.role not in READ_ROLES | {UNCHANGED}:
            continue
        pages[snapshot.warc_file] = pages.get(snapshot.warc_file, 0) + 1
        writer.take(snapshot, lambda page: read(page, of.get(page.portal)))
    writer.flush()
    db.table("archive_files").insert_all(file.row(pages.get(file.name, 0)) for file in files)
    db.conn.commit()


def pack(beside: Path) -> None:
    """Write the rows once more, page after page: they came in the order of the archive and lie in that of their keys, which leaves a third of each page empty.

    Done before the index of the prose is made, since that refers to row numbers.
    """
    packed = beside.with_name(beside.name + _PACKED)
    packed.unlink(missing_ok=True)
    with closing(sqlite3.connect(beside)) as connection:
        connection.execute("vacuum into ?", [str(packed)])
    packed.replace(beside)


def finish(db: sqlite_utils.Database) -> None:
    """Everything that depends on more than one report, anew; then indexes, views and search."""
    create_indexes(db, TABLES)
    write_unit_histories(db)
    number_versions(db)
    write_totals(db)
    write_ranks(db)
    write_across(db)
    write_copies(db)
    index_sections(db)
    create_views(db)
    write_meta(db)
    write_row_counts(db)
    db.conn.commit()
    db.execute("pragma optimize")
    # Told how many rows there are, SQLite makes a Bloom filter of all of them before it looks for the few of one county.
    db.execute("delete from sqlite_stat1 where tbl = 'measure_values'")
    db.conn.commit()


def _is_known(db: sqlite_utils.Database, file: ArchiveFile) -> bool:
    return db.execute("select 1 from archive_files where warc_file = ?", [file.name]).fetchone() is not None


def _summary(db: sqlite_utils.Database, before: frozenset[str], *, incremental: bool) -> BuildSummary:
    versions = dict(db.execute("select report_id, version from reports").fetchall())
    unusable = db.execute("select url, reason from documents where reason is not null order by warc_file, warc_offset").fetchall()
    new = [report_id for report_id in versions if report_id not in before]
    updated = sum(1 for report_id in new if versions[report_id] > 1)
    kept = len(versions) - len(new)
    return BuildSummary(len(versions), len(new) - updated, updated, kept, tuple(map(tuple, unusable)), incremental)


def put_in_place(beside: Path, path: Path) -> None:
    """Exchange the databases once the new one is on the disk."""
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def _remove(beside: Path) -> None:
    """What an unfinished build left."""
    for leftover in (beside, *(beside.with_name(beside.name + ending) for ending in ("-journal", _PACKED))):
        with suppress(OSError):
            leftover.unlink(missing_ok=True)
