"""What a run will ask for: the pages that are due, the portals whose season it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scraper.registry import Portal
from scraper.season import portal_is_due, report_is_due
from scraper.state import Known
from scraper.status import PortalStatus

_NOT_OBTAINED = frozenset({"due", "failed", "blocked"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A page that would be asked for, and why: list, new, failed, blocked or again."""

    portal: str
    url: str
    why: str
    title: str = ""


def planned(portal: Portal, known: Iterable[Known], *, only_failed: bool = False, recheck: bool = False) -> Iterator[Planned]:
    """The pages that a run would ask of a portal, as far as that is known before its lists are read."""
    rows = tuple(known)
    if not only_failed or any(row.role == "list" for row in rows):
        yield from (Planned(portal.key, url, "list") for url in portal.start_urls)
    for row in waiting(rows):
        yield Planned(portal.key, row.link.url, "new" if row.state == "due" else row.state, row.link.title)
    if not only_failed:
        now = datetime.now(UTC)
        yield from (Planned(portal.key, row.link.url, "again", row.link.title) for row in stale(rows, now, recheck=recheck))


def waiting(known: Iterable[Known]) -> Iterator[Known]:
    """What was never obtained."""
    return (row for row in known if row.role != "list" and row.state in _NOT_OBTAINED)


def stale(known: Iterable[Known], now: datetime, *, recheck: bool = False) -> Iterator[Known]:
    """What is in the archive and may have changed, or come back, since it was last checked."""
    return (row for row in known if row.state in {"done", "gone"} and (recheck or _is_stale(row, now)))


def _is_stale(row: Known, now: datetime) -> bool:
    day = row.link.listed_on
    published = datetime.combine(day, datetime.min.time(), UTC) if day else moment(row.fetched_at)
    return report_is_due(now, moment(row.checked_at), published)


def due_portals(portals: Sequence[Portal], statuses: Mapping[str, PortalStatus], now: datetime) -> tuple[Portal, ...]:
    """The portals whose time it is, those never crawled and those that could not be finished among them."""
    return tuple(portal for portal in portals if _is_due(statuses.get(portal.key), now))


def _is_due(status: PortalStatus | None, now: datetime) -> bool:
    if status is None or status.state in {"", "unfinished", "failed"}:
        return True
    return portal_is_due(now, moment(status.crawled_at), blocked=status.state == "blocked")


def moment(text: str | None) -> datetime | None:
    """A time of the state as a datetime."""
    return datetime.fromisoformat(text) if text else None
