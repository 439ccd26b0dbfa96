"""What a crawl says of itself: how far it is, and at its end what every portal yielded, compared with the run before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from scraper.errors import FetchError
from scraper.state import Run

FAR_LESS = 0.5
"""A portal whose lists show less than this share of the reports they showed before is an alarm."""
_TOO_FEW_TO_COMPARE = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a portal is, told after each page and at its end; `waiting` are the reports still to be asked for."""

    portal: str
    found: int
    fetched: int
    url: str
    waiting: int = 0
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that was not obtained; `kind` is what the status counts."""

    url: str
    reason: str
    kind: str = ""

    @classmethod
    def of(cls, url: str, error: FetchError, *, before: str = "") -> Failure:
        """The failure that an error is."""
        return cls(url, f"{before}{error}", error.kind)


@dataclass(frozen=True, slots=True)
class PortalSummary:
    """What a run got from a portal.

    Links to reports found on its lists; fetched now, archived before; changed, gone; look-alikes left aside, links to foreign hosts refused; failed.
    `found` is of this run's lists; where only failures were tried again it counts what is known.
    """

    portal: str
    family: str
    found: int
    fetched: int
    already: int
    left_aside: int
    failed: tuple[Failure, ...]
    error: str | None = None
    evidence: str = ""
    """What the family was told by, where the portal's row leaves it open."""
    changed: int = 0
    unchanged: int = 0
    gone: tuple[str, ...] = ()
    parts: int = 0
    foreign: int = 0
    waiting: int = 0
    """Reports left for the next run."""
    error_kind: str = ""
    lists_read: bool = True
    found_before: int | None = None
    alarm: str = ""
    source: str = ""
    """The archive that was asked in the portal's place."""

    @property
    def blocked(self) -> int:
        """Pages behind a wall; 1 for a host that is."""
        walls = sum(failure.kind.startswith("blocked:") for failure in self.failed)
        return max(walls, int(self.error_kind.startswith("blocked:")))

    @property
    def by_kind(self) -> Mapping[str, int]:
        """Failures by kind."""
        return Counter(failure.kind for failure in self.failed)

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON holds it."""
        return asdict(self) | {"new": self.fetched, "blocked": self.blocked, "failed_by_kind": dict(self.by_kind)}


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """What a run got, by portal."""

    run_id: str
    started_at: str
    finished_at: str
    portals: tuple[PortalSummary, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything was obtained and no portal yields far less than before."""
        return not any(portal.error or portal.failed or portal.alarm for portal in self.portals)

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON holds it."""
        return {
            "run_id": self.run_id,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "portals": [portal.to_dict() for portal in self.portals],
        }


def compared(portals: Iterable[PortalSummary], runs: Sequence[Run]) -> tuple[PortalSummary, ...]:
    """The summaries with what the same portals' lists showed in the last finished run that read them, and an alarm where it is far less now."""
    before = _found_before(runs)
    return tuple(_compared(portal, before.get((portal.portal, portal.source))) for portal in portals)


def _compared(portal: PortalSummary, before: int | None) -> PortalSummary:
    if before is None or not portal.lists_read:
        return portal
    alarm = ""
    if before >= _TOO_FEW_TO_COMPARE and portal.found < before * FAR_LESS:
        alarm = f"its lists show {portal.found} reports, {before} in the run before"
    return replace(portal, found_before=before, alarm=alarm)


def _found_before(runs: Sequence[Run]) -> dict[tuple[str, str], int]:
    """The latest count of each portal and source; a run in which it failed or that read no lists says nothing."""
    found: dict[tuple[str, str], int] = {}
    for run in runs:
        for portal in json.loads(run.summary or "[]"):
            if portal.get("lists_read") and not portal.get("error") and not portal.get("alarm"):
                found[portal["portal"], portal.get("source", "")] = portal["found"]
    return found
