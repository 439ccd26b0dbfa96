"""Why crawling could not be done; the message is one line that names file, portal or URL and what to do.

ScraperError
├── RegistryError      a registry file that is missing or wrong, with its line
├── HomeNotWritable    a home folder that cannot be written
├── HomeBusy           a home folder in which another crawl is at work
├── StateError         a crawl state that cannot be read
├── ArchiveError       an archive file that is damaged, with the place
└── FetchError         one request that did not give a page; its `kind` is what the status counts
    ├── PortalRefused  refused connections, time-outs, DNS: the host as a whole is out of reach
    │   └── TlsRefused certificate or protocol are not acceptable
    ├── RobotsRefused  robots.txt does not allow the URL
    │   └── RobotsUnreadable  robots.txt could not be read: nothing on the host is allowed
    ├── HostRefused    a redirect or link to a host that the portal's row does not allow, or to an address that is not public
    ├── BadStatus      an HTTP status that is no page
    ├── Blocked        a wall in place of the page
    ├── SoftError      status 200, and not what was asked for
    ├── NotArchived    a page that an archive does not hold
    ├── BrokenBody     a body that ends early, is damaged, or has an encoding nobody asked for
    ├── TooLarge       a body over the cap, as sent or inflated
    └── HostParked     the host is left alone for the rest of the run (also RobotsUnreadable)
        ├── HostBlocked  a wall around the whole host (also Blocked)
        ├── Busy         a host that asks for more patience than a run has
        ├── BudgetSpent  the requests that were allowed are used up
        └── OutOfHours   the hours in which may be crawled are over
"""

from __future__ import annotations


class ScraperError(Exception):
    """The root of the crawler's errors."""


class RegistryError(ScraperError):
    """A registry file that is missing or wrong."""


class HomeNotWritable(ScraperError):
    """A home folder that cannot be written."""


class HomeBusy(ScraperError):
    """A home folder in which another crawl is at work."""


class StateError(ScraperError):
    """A crawl state that cannot be read."""


class ArchiveError(ScraperError):
    """An archive file that is damaged."""


class FetchError(ScraperError):
    """One request that did not give a page; the message is the reason alone."""

    kind = "not fetched"


class PortalRefused(FetchError):
    """The host cannot be reached."""

    kind = "out of reach"


class TlsRefused(PortalRefused):
    """No connection that can be trusted."""

    kind = "tls"


class RobotsRefused(FetchError):
    """robots.txt does not allow it."""

    kind = "robots"


class HostRefused(FetchError):
    """A host that the portal's row does not allow, or an address that is not public."""

    kind = "host not allowed"


class BadStatus(FetchError):
    """An HTTP status that is no page; 0 where there was a chain without end."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.kind = f"http {status}" if status else "redirects"


class Blocked(FetchError):
    """A wall in place of the page, by kind, with what it was told by."""

    def __init__(self, wall: str, evidence: str) -> None:
        super().__init__(f"blocked:{wall} ({evidence})")
        self.kind = f"blocked:{wall}"
        self.evidence = evidence


class SoftError(FetchError):
    """Status 200, and not what was asked for."""

    kind = "soft error"


class NotArchived(FetchError):
    """An archive that was asked in the portal's place does not hold the page."""

    kind = "not archived"


class BrokenBody(FetchError):
    """A body that ends early or does not inflate to its end."""

    kind = "broken"


class TooLarge(FetchError):
    """A body over the cap."""

    kind = "too large"


class HostParked(FetchError):
    """The host is left alone for the rest of the run; what was not fetched stays due."""

    kind = "parked"


class HostBlocked(Blocked, HostParked):
    """A wall around the whole host."""


class RobotsUnreadable(RobotsRefused, HostParked):
    """robots.txt could not be read, so nothing on the host is allowed."""


class Busy(HostParked):
    """The host asks for a longer wait than a run obeys."""

    kind = "busy"


class BudgetSpent(HostParked):
    """No request is left of those allowed."""

    kind = "budget"


class OutOfHours(HostParked):
    """The hours in which may be crawled are over."""

    kind = "hours"
