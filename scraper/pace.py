"""When the next request may be sent: one after another on a host group, with a pause, within hours and budgets.

A pause begins when the answer to the last request has ended, or failed: what a host takes to answer is no rest for it, and a request that was held up on
this side cannot come closer to the next one than the delay.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone

from aiolimiter import AsyncLimiter

from scraper.errors import BudgetSpent, OutOfHours, ScraperError

CHINA = timezone(timedelta(hours=8), "China")
"""The whole country keeps Peking time."""
JITTER = 0.03
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
class Desk:
    """Where what takes the processor is done piece by piece: between two of them the event loop sees to the requests that are due and the answers that come in.

    A pause begins when an answer has come in. What is made of the answer is then done within the pause, and holds up no other host.
    """

    _free: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> None:
        """Return when the next piece may be done; it ends with the next thing that is waited for."""
        async with self._free:
            await asyncio.sleep(0)


@dataclass(slots=True)
class Pace:
    """The turn of a host group: one pause for all its hosts, and longer ones where robots.txt asks for them."""

    delay: float
    hours: Hours | None = None
    budgets: tuple[Budget, ...] = ()
    _pauses: dict[str, float] = field(default_factory=dict)
    """Pauses that hosts ask for, if longer than the delay."""
    _running: dict[str, AsyncLimiter] = field(default_factory=dict)
    """The pauses that began with the end of the last answer: that of the group under "", others by host."""

    async def slow_down(self, host: str, pause: float) -> None:
        """Keep a pause of its own for a host, from now on."""
        if pause > self.delay:
            self._pauses[host] = pause
            self._running[host] = await _begun(pause)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until a request to the host may be sent; with the block, the request is over. Raises BudgetSpent and OutOfHours."""
        self._check()
        for name in ("", host):
            if name in self._running:
                await self._running[name].acquire()
        await asyncio.sleep(random.uniform(0, self.delay * JITTER))  # noqa: S311 (a pause, no secret)
        try:
            yield
        finally:
            pauses = {"": self.delay, host: self._pauses.get(host, 0)}
            self._running |= {name: await _begun(pause) for name, pause in pauses.items() if pause > 0}

    def _check(self) -> None:
        if self.hours is not None and not self.hours.hold(datetime.now(UTC)):
            raise OutOfHours(f"outside of {self.hours.start:%H:%M}-{self.hours.end:%H:%M} China time; the next run goes on")
        for budget in self.budgets:
            budget.take()


async def _begun(pause: float) -> AsyncLimiter:
    """A limiter that is used up now, so that the next to ask waits out the pause."""
    limiter = AsyncLimiter(1, pause)
    await limiter.acquire()
    return limiter
