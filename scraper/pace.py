"""When the next request may be sent: one after another on a host group, with a pause, within hours and budgets."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone

from aiolimiter import AsyncLimiter

from scraper.errors import BudgetSpent, OutOfHours, ScraperError

CHINA = timezone(timedelta(hours=8), "China")
"""The whole country keeps Peking time."""
JITTER = 0.1
"""A pause is longer than the delay by up to this share of it, never shorter."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the day, in China time, in which may be crawled; `start` after `end` goes over midnight."""

    start: time
    end: time

    @classmethod
    def of(cls, text: str) -> Hours:
        """From `19:00-07:00`. Raises ScraperError where the text is none."""
        try:
            start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        except ValueError as error:
            raise ScraperError(f"{text}: not hours of a day; write them as 19:00-07:00 (China time)") from error
        return cls(start, end)

    def hold(self, moment: datetime) -> bool:
        """Whether the moment lies within."""
        now = moment.astimezone(CHINA).time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


@dataclass(slots=True)
class Budget:
    """Requests that are left; None is no bound."""

    left: int | None = None

    def take(self) -> None:
        """Use one up. Raises BudgetSpent."""
        if self.left is None:
            return
        if self.left <= 0:
            raise BudgetSpent("the requests allowed are used up; the next run goes on")
        self.left -= 1


@dataclass(slots=True)
class Pace:
    """The turn of a host group: one pause for all its hosts, and longer ones where robots.txt asks for them."""

    delay: float
    hours: Hours | None = None
    budgets: tuple[Budget, ...] = ()
    _group: AsyncLimiter | None = None
    _hosts: dict[str, AsyncLimiter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._group = _limiter(self.delay)

    def slow_down(self, host: str, pause: float) -> None:
        """Keep a pause of its own for a host."""
        if pause > self.delay and (limiter := _limiter(pause)):
            self._hosts[host] = limiter

    async def turn(self, host: str) -> None:
        """Wait until a request to the host may be sent. Raises BudgetSpent and OutOfHours."""
        if self.hours is not None and not self.hours.hold(datetime.now(UTC)):
            raise OutOfHours(f"outside of {self.hours.start:%H:%M}-{self.hours.end:%H:%M} China time; the next run goes on")
        for budget in self.budgets:
            budget.take()
        for limiter in (self._hosts.get(host), self._group):
            if limiter is not None:
                await limiter.acquire()
        # Behind the limiter, whose period has room for it: every pause differs, and none is shorter than the delay.
        await asyncio.sleep(random.uniform(0, self.delay * JITTER / 2))  # noqa: S311 (a pause, no secret)


def _limiter(pause: float) -> AsyncLimiter | None:
    return AsyncLimiter(1, pause * (1 + JITTER / 2)) if pause > 0 else None
