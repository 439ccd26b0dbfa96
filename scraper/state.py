"""The crawl state: which links were found and what became of each. The rows are the queue; what is neither done nor gone is due in the next run.

A page is archived first and marked after, in one transaction. What a crash kept from being marked is read back from the archive by the next run, so a
page that was finished is not fetched twice. Crawling itself works on plain records (`Known` in, changes out) and knows nothing of SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from pathlib import Path

from scraper.archive import Position
from scraper.errors import HomeBusy, HomeNotWritable
from scraper.index import Entry
from scraper.links import Link

BUSY_AFTER = 2.0
"""Seconds a crawl waits for one that is just ending."""
_VERSION = 2

_TABLES = f"""
create table if not exists links (
  portal text not null, url text not null, role text not null check (role in ('report', 'part', 'list')),
  title text not null, listed_on text, via text not null,
  state text not null default 'due' check (state in ('due', 'done', 'failed', 'blocked', 'gone')), kind text, error text,
  tries integer not null default 0, versions integer not null default 0, checked_at text, whole_at text, fetched_at text,
  etag text, last_modified text, article_digest text, warc_file text, warc_offset integer, sha256 text,
  found_in text not null, fetched_in text,
  primary key (portal, url)
) strict;
create table if not exists portals (
  portal text primary key not null, state text not null, reason text, family text, crawled_at text not null
) strict;
create table if not exists runs (run_id text primary key not null, started_at text not null, finished_at text, summary text) strict;
pragma user_version = {_VERSION};
"""
_KNOWN = "url, title, listed_on, role, via, state, tries, checked_at, whole_at, fetched_at, etag, last_modified, article_digest, warc_file, warc_offset"
_FORGET_LIST = "delete from links where portal = ? and url = ? and role = 'list'"


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl; `finished_at` and `summary` (JSON) are empty where it was interrupted."""

    run_id: str
    started_at: str
    finished_at: str | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a link. Times are UTC in ISO form; `whole_at` is when the page was last answered with its body."""

    link: Link
    role: str
    via: str
    state: str = "due"
    tries: int = 0
    checked_at: str | None = None
    whole_at: str | None = None
    fetched_at: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    article_digest: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Links that stand on a page."""

    portal: str
    links: tuple[Link, ...]
    via: str
    role: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that is in the archive: for the first time, or with another text than before."""

    portal: str
    url: str
    at: str
    position: Position
    etag: str
    last_modified: str
    article_digest: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that says what it said before; `whole` where its body came with it."""

    portal: str
    url: str
    at: str
    whole: bool
    etag: str
    last_modified: str
    article_digest: str | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A page or list that was not obtained: failed, blocked or gone, with kind and reason."""

    portal: str
    url: str
    role: str
    state: str
    kind: str
    reason: str
    at: str
    run_id: str


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list page that was read, whatever it was before."""

    portal: str
    url: str


@dataclass(frozen=True, slots=True)
class LookedInto:
    """A page that was read back from the archive, and whose parts are entered now."""

    portal: str
    url: str
    article_digest: str


@dataclass(frozen=True, slots=True)
class PortalDone:
    """A portal's turn is over: `state` is done, partly, blocked or failed."""

    portal: str
    state: str
    reason: str
    family: str
    at: str


Change = Found | Fetched | Unchanged | Missed | ListRead | LookedInto | PortalDone


class CrawlState:
    """HOME/crawl.db, held by one crawl at a time: two would write into each other's archive."""

    def __init__(self, home: Path) -> None:
        path = state_path(home)
        try:
            home.mkdir(parents=True, exist_ok=True)
            with ExitStack() as opened:
                self._lock = opened.enter_context(closing(_hold(home)))
                self._db = opened.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
                self._db.execute("pragma journal_mode = wal")
                self._db.execute("pragma synchronous = normal")
                _set_old_aside(self._db)
                self._db.executescript(_TABLES)
                opened.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise HomeNotWritable(f"{path}: the crawl state cannot be written ({error})") from error

    def close(self) -> None:
        """Close the database and let the next crawl in."""
        self._db.close()
        self._lock.close()

    def begin(self, run_id: str, started_at: str) -> None:
        """Note that a run has begun."""
        self._db.execute("insert into runs (run_id, started_at) values (?, ?)", (run_id, started_at))

    def finish(self, run_id: str, *, finished_at: str, summary: str) -> None:
        """Note that a run has ended and what it obtained."""
        self._db.execute("update runs set finished_at = ?, summary = ? where run_id = ?", (finished_at, summary, run_id))

    def is_empty(self) -> bool:
        """Whether no link is known, as in a home whose state was lost."""
        return self._db.execute("select 1 from links limit 1").fetchone() is None

    def known(self, portal: str) -> tuple[Known, ...]:
        """All that is known of the portal's links, in the order found."""
        return known_links(self._db, portal)

    @singledispatchmethod
    def apply(self, change: Change) -> None:
        """Write down one change, in one transaction."""
        raise TypeError(change)

    @apply.register
    def _(self, change: Found) -> None:
        rows = [
            (
                change.portal,
                link.url,
                change.role,
                link.title,
                link.listed_on and link.listed_on.isoformat(),
                change.via,
                change.run_id,
            )
            for link in change.links
        ]
        self._db.execute("begin")
        # What was only asked for as a list, in vain, says nothing of the report that stands there.
        self._db.executemany(_FORGET_LIST, [(change.portal, link.url) for link in change.links])
        self._db.executemany(
            "insert into links (portal, url, role, title, listed_on, via, found_in) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            rows,
        )
        self._db.execute("commit")

    @apply.register
    def _(self, change: Fetched) -> None:
        position = change.position
        self._db.execute(
            "update links set state = 'done', kind = null, error = null, tries = tries + 1, versions = versions + 1, checked_at = ?2,"
            " whole_at = ?2, fetched_at = ?2, etag = ?3, last_modified = ?4, article_digest = ?5, warc_file = ?6, warc_offset = ?7,"
            " sha256 = ?8, fetched_in = ?9 where portal = ?1 and url = ?10",
            (
                change.portal, change.at, change.etag, change.last_modified, change.article_digest,
                position.warc_file, position.offset, position.sha256, change.run_id, change.url,
            ),
        )  # fmt: skip

    @apply.register
    def _(self, change: Unchanged) -> None:
        self._db.execute(
            "update links set state = 'done', kind = null, error = null, checked_at = ?2, whole_at = iif(?3, ?2, whole_at),"
            " etag = ?4, last_modified = ?5, article_digest = coalesce(?6, article_digest) where portal = ?1 and url = ?7",
            (change.portal, change.at, change.whole, change.etag, change.last_modified, change.article_digest, change.url),
        )

    @apply.register
    def _(self, change: Missed) -> None:
        self._db.execute(
            "insert into links (portal, url, role, title, via, state, kind, error, tries, checked_at, found_in)"
            " values (?1, ?2, ?3, '', '', ?4, ?5, ?6, 1, ?7, ?8) on conflict do update set state = ?4, kind = ?5, error = ?6,"
            " tries = tries + 1, checked_at = ?7 where ?3 <> 'list' or role = 'list'",
            (change.portal, change.url, change.role, change.state, change.kind, change.reason, change.at, change.run_id),
        )

    @apply.register
    def _(self, change: ListRead) -> None:
        self._db.execute(_FORGET_LIST, (change.portal, change.url))

    @apply.register
    def _(self, change: LookedInto) -> None:
        self._db.execute(
            "update links set article_digest = ? where portal = ? and url = ?", (change.article_digest, change.portal, change.url)
        )

    @apply.register
    def _(self, change: PortalDone) -> None:
        self._db.execute(
            "insert into portals values (?1, ?2, ?3, ?4, ?5) on conflict do update set state = ?2, reason = ?3, family = ?4, crawled_at = ?5",
            (change.portal, change.state, change.reason, change.family, change.at),
        )

    def recover(self, entries: Iterator[Entry]) -> int:
        """Mark what stands in the archive and is not marked, as after a crash or where the state was lost; returns how many."""
        before = self._db.total_changes
        self._db.execute("begin")
        for entry in entries:
            self._db.execute(
                "insert into links (portal, url, role, title, listed_on, via, state, versions, checked_at, whole_at, fetched_at, warc_file,"
                " warc_offset, found_in) values (?1, ?2, ?3, ?4, ?5, ?6, 'done', 1, ?7, ?7, ?7, ?8, ?9, '') on conflict do update set"
                " role = iif(role = 'list', ?3, role), state = 'done', kind = null, error = null, versions = versions + 1, checked_at = ?7, whole_at = ?7, fetched_at = ?7,"
                " warc_file = ?8, warc_offset = ?9, article_digest = null where fetched_at is null or fetched_at < ?7",
                (
                    entry.portal, entry.link, entry.role, entry.title or "", entry.listed_on, entry.via or "",
                    entry.fetched_at, entry.warc_file, entry.offset,
                ),
            )  # fmt: skip
        self._db.execute("commit")
        return self._db.total_changes - before


def _set_old_aside(db: sqlite3.Connection) -> None:
    """The links of an older version; what was fetched is read back from the archive."""
    (version,) = db.execute("pragma user_version").fetchone()
    if version < _VERSION and db.execute("select 1 from sqlite_master where name = 'links'").fetchone():
        db.execute("alter table links rename to links_of_version_1")


def _hold(home: Path) -> sqlite3.Connection:
    """Hold HOME/crawl.lock: SQLite's own lock goes with the process, however it ends, on every system."""
    lock = sqlite3.connect(home / "crawl.lock", isolation_level=None, timeout=BUSY_AFTER)
    try:
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise HomeBusy(f"{home}: another crawl is at work here; wait for it, or name another --home") from error
    return lock


def known_links(db: sqlite3.Connection, portal: str) -> tuple[Known, ...]:
    """All that a crawl state knows of a portal's links, in the order found."""
    rows = db.execute(f"select {_KNOWN} from links where portal = ? order by rowid", (portal,))  # noqa: S608 (columns of ours)
    return tuple(Known(Link(url, title, date.fromisoformat(day) if day else None), *rest) for url, title, day, *rest in rows)


def state_path(home: Path) -> Path:
    """Where the crawl state of a home folder is."""
    return home / "crawl.db"
