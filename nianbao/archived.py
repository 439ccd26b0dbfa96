"""From a report in the database back to its archived page, read again from the unedited bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlite_utils

from nianbao.database import open_database
from nianbao.documents import identified
from nianbao.errors import CompareError, DocumentError
from parsers import Context, ParseError, Report
from scraper.archive import Snapshot, read_snapshot
from scraper.errors import ScraperError

_UNIT_AND_YEAR = re.compile(r"(?P<unit>.+)[/@](?P<year>\d{4})")
_SQL = """select r.report_id, r.unit_code, r.unit, r.year, r.url, d.sha256, d.warc_file, d.warc_offset, d.fetched_at, p.division_code
from reports r join documents d using (document_id) left join portals p on p.portal = r.portal"""


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """A report as read again from its archived page."""

    report_id: str
    snapshot: Snapshot
    report: Report


def find_report(db: sqlite_utils.Database, wanted: str, path: Path) -> str:
    """The report_id of a report_id or of UNIT/YEAR (512002107/2022, 丹山镇/2022; the version in use). Raises CompareError."""
    if db.execute("select 1 from reports where report_id = ?", [wanted]).fetchone():
        return wanted
    match = _UNIT_AND_YEAR.fullmatch(wanted)
    if match is None:
        raise CompareError(
            f"{wanted}: neither a file nor a report of {path}; give a report_id or UNIT/YEAR, such as 512002107/2022"
        )
    from nianbao.compare.frames import unit_of  # noqa: PLC0415 (pandas, for the commands that need it)

    code, name = unit_of(db, match["unit"], path)
    row = db.execute(
        "select report_id from reports where unit_code = ? and year = ? and is_current", [code, int(match["year"])]
    ).fetchone()
    if row is None:
        raise CompareError(f"{wanted}: {path} has no report of {name} ({code}) for {match['year']}")
    return str(row[0])


def archived_report(db_path: Path, wanted: str) -> ArchivedReport:
    """The report read again from the archive beside the database.

    Raises CompareError where there is no such report, DocumentError where its page is not in the archive or is not the one that the database was built from.
    """
    db = open_database(db_path)
    return read_archived(db_path.parent / "archive", report_row(db, find_report(db, wanted, db_path)))


def report_row(db: sqlite_utils.Database, report_id: str) -> dict[str, Any]:
    """What is needed to find and read the page of a report again."""
    return next(iter(db.query(f"{_SQL} where r.report_id = ?", [report_id])))


def read_archived(archive: Path, row: dict[str, Any]) -> ArchivedReport:
    """The page of a row of `report_row` from the archive. Raises DocumentError."""
    try:
        snapshot = read_snapshot(archive, row["warc_file"], row["warc_offset"])
        if snapshot.sha256 != row["sha256"]:
            raise DocumentError(
                f"{row['url']}: the archive holds another page than the database was built from; run `nianbao build`"
            )
        context = Context(content_type=snapshot.content_type, link_title=snapshot.link_title)
        report = identified(snapshot.body, source=row["url"], context=context, within=row["division_code"])
    except (ScraperError, ParseError) as error:
        # Served pages and handed-out files repeat the message: the file is named as it lies beside the database, not where that is.
        raise DocumentError(f"{row['url']}: {str(error).replace(str(archive), archive.name)}") from error
    return ArchivedReport(row["report_id"], snapshot, report)
