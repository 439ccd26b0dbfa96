"""The index of the archive: finds a snapshot by address, time and digest, and the body that a new record can point to.

HOME/archive/index.db is made from the WARC files and can be deleted at any time; each closed file is read into it once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from scraper.errors import ArchiveError
from scraper.snapshots import Place, RawPage, raw_pages

_TABLES = """
create table if not exists files (warc_file text primary key not null) strict;
create table if not exists snapshots (
  warc_file text not null, offset integer not null, uri text not null, fetched_at text not null, digest text not null, kind text not null,
  status integer not null, content_type text, portal text not null, role text not null, link text not null, via text, title text,
  listed_on text, source text, primary key (warc_file, offset)
) strict;
create index if not exists by_link on snapshots (link, fetched_at);
create index if not exists by_uri on snapshots (uri, fetched_at);
create index if not exists by_digest on snapshots (digest);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A snapshot as the index knows it. `digest` is WARC's of the body as sent; `link` the address that was linked, `uri` the one that answered."""

    warc_file: str
    offset: int
    uri: str
    fetched_at: str
    digest: str
    kind: str
    status: int
    content_type: str | None
    portal: str
    role: str
    link: str
    via: str | None
    title: str | None
    listed_on: str | None
    source: str | None


class Index(Mapping[str, Place]):
    """The index of an archive folder; as a mapping, the place of each body by its digest. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._db = sqlite3.connect(folder / "index.db", isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = off")  # it can be made again
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise ArchiveError(
                f"{folder / 'index.db'}: the index cannot be used ({error}); delete it, it is made again"
            ) from error

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()

    def update(self) -> tuple[str, ...]:
        """Read the closed files that are not in the index yet; returns their names. Raises ArchiveError for a damaged one."""
        known = {name for (name,) in self._db.execute("select warc_file from files")}
        new = [path for path in sorted(self._folder.glob("*.warc.gz")) if path.name not in known]
        for path in new:
            self._db.execute("begin")
            self._db.executemany(f"insert into snapshots values ({','.join('?' * 15)})", map(_row, raw_pages(path)))  # noqa: S608
            self._db.execute("insert into files values (?)", (path.name,))
            self._db.execute("commit")
        return tuple(path.name for path in new)

    def find(self, *, url: str = "", at: str = "", digest: str = "", role: str = "") -> Sequence[Entry]:
        """Snapshots, newest first: of an address (linked or answering), no later than `at` (ISO time), of a body, of a role."""
        asked = {"url": url, "at": at, "digest": digest, "role": role}
        rows = self._db.execute(
            "select * from snapshots where (:url in ('', link) or uri = :url) and (:at = '' or fetched_at <= :at)"
            " and :digest in ('', digest) and :role in ('', role) order by fetched_at desc, offset desc",
            asked,
        )
        return tuple(Entry(*row) for row in rows)

    def reports(self, files: Sequence[str]) -> Iterator[Entry]:
        """The reports and their parts that these files hold, in order."""
        for name in files:
            rows = self._db.execute(
                "select * from snapshots where warc_file = ? and role in ('report', 'part') order by offset", (name,)
            )
            yield from (Entry(*row) for row in rows)

    def answered(self, uri: str) -> tuple[str, str] | None:
        """When an address last answered with a page, and the digest of its body."""
        found = self._db.execute(
            "select fetched_at, digest from snapshots where uri = ? and status = 200 and kind <> 'truncated' order by fetched_at desc limit 1",
            (uri,),
        ).fetchone()
        return (str(found[0]), str(found[1])) if found else None

    def __getitem__(self, digest: str) -> Place:
        row = self._db.execute(
            "select uri, fetched_at, warc_file, offset from snapshots where digest = ? and kind = 'response' limit 1", (digest,)
        ).fetchone()
        if row is None:
            raise KeyError(digest)
        return Place(*row)

    def __iter__(self) -> Iterator[str]:
        return (digest for (digest,) in self._db.execute("select distinct digest from snapshots"))

    def __len__(self) -> int:
        return int(self._db.execute("select count(distinct digest) from snapshots").fetchone()[0])


def find_snapshots(folder: Path, *, url: str = "", at: str = "", digest: str = "") -> Sequence[Entry]:
    """Snapshots of an archive folder, newest first. Raises ArchiveError where there is no archive."""
    if not folder.is_dir():
        raise ArchiveError(f"{folder}: no archive here; run `nianbao crawl` first")
    with Index(folder) as index:
        index.update()
        return index.find(url=url, at=at, digest=digest)


def _row(page: RawPage) -> tuple[str | int | None, ...]:
    headers, fields = page.headers, page.fields
    return (
        page.path.name,
        page.offset,
        headers["WARC-Target-URI"],
        fields.get("capturedAt") or headers["WARC-Date"],
        headers.get("WARC-Payload-Digest", ""),
        page.kind if "WARC-Truncated" not in headers else "truncated",
        page.status,
        page.content_type,
        fields.get("portal", ""),
        fields.get("role", ""),
        fields.get("link") or headers["WARC-Target-URI"],
        fields.get("via"),
        fields.get("linkTitle"),
        fields.get("listedOn"),
        fields.get("source"),
    )
