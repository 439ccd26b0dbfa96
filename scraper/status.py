"""Looking into the crawl state without holding it: how every portal stands, and what is known of its links."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scraper.errors import StateError
from scraper.state import Known, Run, known_links, state_path

_COUNTS = """
select portal,
       count(*) filter (where role = 'report'),
       count(*) filter (where role = 'report' and fetched_at is not null),
       count(*) filter (where role = 'part' and fetched_at is not null),
       count(*) filter (where state = 'due'),
       count(*) filter (where state = 'gone'),
       count(*) filter (where state = 'blocked'),
       count(*) filter (where state = 'failed')
from links group by portal
"""
_END_NAMES = ("state", "reason", "family", "crawled_at")
_COUNT_NAMES = ("found", "fetched", "parts", "waiting", "gone", "blocked", "failed")
_KINDS = (
    "select portal, kind, count(*) from links where state in ('failed', 'blocked') group by portal, kind order by count(*) desc"
)


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """How a portal stands: reports found and fetched, their parts, what waits, is gone, blocked or failed, and the kinds of failure.

    `state` is how its last turn ended (done, partly, unfinished, blocked, failed; empty where it was cut off), `crawled_at` when (UTC, ISO form).
    """

    portal: str
    state: str = ""
    reason: str = ""
    family: str = ""
    crawled_at: str | None = None
    found: int = 0
    fetched: int = 0
    parts: int = 0
    waiting: int = 0
    gone: int = 0
    blocked: int = 0
    failed: int = 0
    kinds: Mapping[str, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The status as JSON holds it."""
        return asdict(self)


def read_status(home: Path) -> dict[str, PortalStatus]:
    """Every portal of the crawl state by key; none where nothing was crawled here. Raises StateError."""
    with _reading(home) as db:
        if db is None:
            return {}
        ends = {key: rest for key, *rest in db.execute("select portal, state, reason, family, crawled_at from portals")}
        counts = {key: rest for key, *rest in db.execute(_COUNTS)}
        kinds: dict[str, dict[str, int]] = {}
        for key, kind, count in db.execute(_KINDS):
            kinds.setdefault(key, {})[kind or "not told"] = count
    keys = sorted(ends.keys() | counts.keys())
    return {key: _status(key, ends.get(key, []), counts.get(key, []), kinds.get(key, {})) for key in keys}


def _status(key: str, end: Sequence[Any], counts: Sequence[int], kinds: Mapping[str, int]) -> PortalStatus:
    named = dict(zip(_END_NAMES, end, strict=False)) | dict(zip(_COUNT_NAMES, counts, strict=False))
    return PortalStatus(key, **named, kinds=kinds)


def read_known(home: Path, portal: str) -> tuple[Known, ...]:
    """What is known of a portal's links. Raises StateError."""
    with _reading(home) as db:
        return () if db is None else known_links(db, portal)


def read_runs(home: Path) -> tuple[Run, ...]:
    """All runs, oldest first; none where nothing was crawled here. Raises StateError where the file is no crawl state."""
    with _reading(home) as db:
        if db is None:
            return ()
        return tuple(Run(*row) for row in db.execute("select run_id, started_at, finished_at, summary from runs order by run_id"))


@contextmanager
def _reading(home: Path) -> Iterator[sqlite3.Connection | None]:
    path = state_path(home)
    if not path.exists():
        yield None
        return
    try:
        with closing(sqlite3.connect(path)) as db:
            yield db
    except sqlite3.Error as error:
        raise StateError(f"{path}: the crawl state cannot be read ({error}); move it away and crawl again") from error
