"""When a portal and its reports are looked at again: often in the season in which reports are published, rarely where a wall stands."""

from __future__ import annotations

from datetime import datetime, timedelta

SEASON = frozenset({1, 2, 3})
"""Months: reports are due by 31 January (departments, townships) and 31 March (governments)."""
IN_SEASON = timedelta(days=7)
OUT_OF_SEASON = timedelta(days=30)
BEHIND_A_WALL = timedelta(days=90)
SETTLED = timedelta(days=180)
"""Between two looks at a report that was published in an earlier year: corrections come early."""
FULL_AGAIN = timedelta(days=365)
"""Behind this age a page is asked for whole again: a server whose ETag never changes would hide every correction."""


def portal_is_due(now: datetime, finished: datetime | None, *, blocked: bool) -> bool:
    """Whether a portal should be crawled again, from when its last whole crawl ended."""
    if finished is None:
        return True
    return now - finished >= (BEHIND_A_WALL if blocked else _interval(now))


def report_is_due(now: datetime, checked: datetime | None, published: datetime | None) -> bool:
    """Whether an archived report should be asked for again, from when it was last checked and when it was published, if known."""
    if checked is None:
        return True
    recent = published is None or now - published < timedelta(days=365)
    return now - checked >= (_interval(now) if recent else SETTLED)


def _interval(now: datetime) -> timedelta:
    return IN_SEASON if now.month in SEASON else OUT_OF_SEASON
