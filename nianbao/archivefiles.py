"""The files of the archive, and whether a database may be gone on with or has to be made from nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlite_utils

from scraper.registry import Portal


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A closed file of the archive; `sha256` is of the whole file."""

    name: str
    sha256: str
    size: int

    def row(self, pages: int) -> dict[str, Any]:
        """Its row in `archive_files`."""
        return {"warc_file": self.name, "sha256": self.sha256, "bytes": self.size, "pages": pages}


def archive_files(archive: Path) -> list[ArchiveFile]:
    """All closed files, oldest first."""
    return [_file(path) for path in sorted(archive.glob("*.warc.gz"))]


def goes_on(db: sqlite_utils.Database, files: Sequence[ArchiveFile], portals: Sequence[Portal]) -> bool:
    """Whether archive and registry are what this database was made from, with nothing but newer files and portals added.

    A portal whose area is another than before gives the units that its pages name other codes.
    """
    areas = {portal.key: portal.division_code for portal in portals}
    if any(
        areas.get(key, "") != (code or "") for key, code in db.execute("select portal, division_code from portals").fetchall()
    ):
        return False
    known = dict(db.execute("select warc_file, sha256 from archive_files").fetchall())
    still = {file.name: file.sha256 for file in files if file.name in known}
    newer = [file.name for file in files if file.name not in known]
    return known == still and (not newer or not known or min(newer) > max(known))


def _file(path: Path) -> ArchiveFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ArchiveFile(path.name, digest, path.stat().st_size)
