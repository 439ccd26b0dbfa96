"""Why crawling could not be done; the message is one line that names file, portal or URL and what to do.

ScraperError
├── RegistryError      a registry file that is missing or wrong, with its line
├── HomeNotWritable    a home folder that cannot be written
├── ArchiveError       an archive file that is damaged, with the place
└── FetchError         one request that did not give a page
    ├── PortalRefused  refused connections, time-outs, DNS: the host as a whole is out of reach
    ├── RobotsRefused  robots.txt does not allow the URL, or could not be read
    ├── HostRefused    a redirect or link to a host that the portal's row does not allow
    ├── BadStatus      an HTTP status that is no page
    └── TooLarge       a body over the cap
"""

from __future__ import annotations


class ScraperError(Exception):
    """The root of the crawler's errors."""


class RegistryError(ScraperError):
    """A registry file that is missing or wrong."""


class HomeNotWritable(ScraperError):
    """A home folder that cannot be written."""


class ArchiveError(ScraperError):
    """An archive file that is damaged."""


class FetchError(ScraperError):
    """One request that did not give a page; the message is the reason alone."""


class PortalRefused(FetchError):
    """The host cannot be reached."""


class RobotsRefused(FetchError):
    """robots.txt does not allow it."""


class HostRefused(FetchError):
    """A host that the portal's row does not allow, or an address that is not public."""


class BadStatus(FetchError):
    """An HTTP status that is no page."""


class TooLarge(FetchError):
    """A body over the cap."""
