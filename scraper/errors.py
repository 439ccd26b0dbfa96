"""Why crawling could not be done; the message is one line that names file, portal or URL and what to do.

ScraperError
├── RegistryError      a registry file that is missing or wrong, with its line
├── HomeNotWritable    a home folder that cannot be written
├── HomeBusy           a home folder in which another crawl is at work
├── StateError         a crawl state that cannot be read
├── ArchiveError       an archive file that is damaged, with the place
└── FetchError         one request that did not give a page
    ├── PortalRefused  refused connections, time-outs, DNS: the host as a whole is out of reach
    ├── RobotsRefused  robots.txt does not allow the URL
    │   └── RobotsUnreadable  robots.txt could not be read: nothing on the host is allowed
    ├── HostRefused    a redirect or link to a host that the portal's row does not allow
    ├── BadStatus      an HTTP status that is no page
    ├── BrokenBody     a compressed body that ends early, is damaged, or has an encoding nobody asked for
    └── TooLarge       a body over the cap, as sent or inflated
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


class PortalRefused(FetchError):
    """The host cannot be reached."""


class RobotsRefused(FetchError):
    """robots.txt does not allow it."""


class RobotsUnreadable(RobotsRefused):
    """robots.txt could not be read, so nothing on the host is allowed."""


class HostRefused(FetchError):
    """A host that the portal's row does not allow, or an address that is not public."""


class BadStatus(FetchError):
    """An HTTP status that is no page."""


class BrokenBody(FetchError):
    """A compressed body that does not inflate to its end."""


class TooLarge(FetchError):
    """A body over the cap."""
