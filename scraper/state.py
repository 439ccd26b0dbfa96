"""The crawl state: which links were found and what became of each. The rows are the queue; whatever is not `done` is due in the next run.

A page is archived first and marked done after, in one transaction: killed in between, it is fetched once more, and the archive holds it twice with the
same effect as once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scraper.archive import Position
from scraper.errors import HomeBusy, HomeNotWritable, StateError
from scraper.links import Link

BUSY_AFTER = 2.0
"""Seconds a crawl waits for one that is just ending."""

_TABLES = """
create table if not exists links (
  portal text not null, url text not null, title text not null, listed_on text, via text not null,
  state text not null default 'due' check (state in ('due', 'done', 'failed')), tries integer not null default 0, error text,
  warc_file text, warc_offset integer, sha256 text, found_in text not null, fetched_in text,
  primary key (portal, url)
) strict;
create table if not exists runs (run_id text primary key not null, started_at text not null, finished_at text, summary text) strict;
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl; `finished_at` and `summary` (JSON) are empty where it was interrupted."""

    run_id: str
    started_at: str
    finished_at: str | None
    summary: str | None


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

    def found(self, portal: str, links: Iterable[Link], *, via: str, run_id: str) -> int:
        """Enter the links of one list page; returns how many were not known."""
        before = self._db.total_changes
        rows = [
            (portal, link.url, link.title, link.listed_on.isoformat() if link.listed_on else None, via, run_id) for link in links
        ]
        with self._db:
            self._db.execute("begin")
            self._db.executemany(
                "insert into links (portal, url, title, listed_on, via, found_in) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                rows,
            )
        return self._db.total_changes - before

    def urls(self, portal: str) -> tuple[str, ...]:
        """The addresses of all links of the portal, in the order found."""
        return tuple(url for (url,) in self._db.execute("select url from links where portal = ? order by rowid", (portal,)))

    def due(self, portal: str) -> list[tuple[Link, str]]:
        """The links still to be fetched, in the order found, each with the list page it stands on."""
        rows = self._db.execute(
            "select url, title, listed_on, via from links where portal = ? and state <> 'done' order by rowid", (portal,)
        )
        return [(Link(url, title, date.fromisoformat(day) if day else None), via) for url, title, day, via in rows]

    def count_done(self, portal: str) -> int:
        """How many links of the portal are in the archive."""
        return int(self._db.execute("select count(*) from links where portal = ? and state = 'done'", (portal,)).fetchone()[0])

    def done(self, portal: str, url: str, *, position: Position, run_id: str) -> None:
        """The page is in the archive."""
        self._db.execute(
            "update links set state = 'done', tries = tries + 1, error = null, warc_file = ?, warc_offset = ?, sha256 = ?, fetched_in = ?"
            " where portal = ? and url = ?",
            (position.warc_file, position.offset, position.sha256, run_id, portal, url),
        )

    def failed(self, portal: str, url: str, reason: str) -> None:
        """The page was not obtained; the next run tries again."""
        self._db.execute(
            "update links set state = 'failed', tries = tries + 1, error = ? where portal = ? and url = ?", (reason, portal, url)
        )


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


def state_path(home: Path) -> Path:
    """Where the crawl state of a home folder is."""
    return home / "crawl.db"


def read_runs(home: Path) -> tuple[Run, ...]:
    """All runs, oldest first; none where nothing was crawled here. Raises StateError where the file is no crawl state."""
    path = state_path(home)
    if not path.exists():
        return ()
    try:
        with closing(sqlite3.connect(path)) as db:
            found = db.execute("select run_id, started_at, finished_at, summary from runs order by run_id")
            return tuple(Run(*row) for row in found)
    except sqlite3.Error as error:
        raise StateError(f"{path}: the crawl state cannot be read ({error}); move it away and crawl again") from error
