"""The registry: one row for each portal, a CSV with the columns of COLUMNS.

A host is allowed when it is that of an address in the row or below it (`gk.jia.gov.cn` for `www.jia.gov.cn`) and belongs to gov.cn, or when `allowed_hosts`
names it (`1.25.240.11:8082`, `127.0.0.1:8731`): archives are full of look-alikes of government sites, so no other host is ever followed.
"""

from __future__ import annotations

import csv
import ipaddress
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from scraper.errors import RegistryError
from scraper.families import FAMILIES

COLUMNS = ("key", "name", "division_code", "level", "home_url", "family", "reports_urls", "allowed_hosts", "note")


@dataclass(frozen=True, slots=True)
class Portal:
    """A government site. `family` is empty where the platform is to be found out."""

    key: str
    name: str
    division_code: str
    level: str
    home_url: str
    family: str
    reports_urls: tuple[str, ...]
    allowed_hosts: frozenset[str]
    note: str

    @property
    def start_urls(self) -> tuple[str, ...]:
        """The annual-report columns, or else the home page."""
        return self.reports_urls or (self.home_url,)

    def allows(self, url: str) -> bool:
        """Whether the URL may be fetched for this portal: a host that the row names, or one under the name of its own under gov.cn."""
        host = host_of(url)
        return host in self.allowed_hosts or (is_government(host) and any(_is_below(host, name) for name in self._names))

    @property
    def hosts(self) -> tuple[str, ...]:
        """What may be fetched from, for a reader: `*.` stands before names whose hosts are all the portal's own."""
        return (*(f"*.{name}" for name in self._names if is_government(name)), *sorted(self.allowed_hosts))

    @property
    def _names(self) -> tuple[str, ...]:
        hosts = (host_of(address).partition(":")[0] for address in (self.home_url, *self.reports_urls) if address)
        return tuple(dict.fromkeys(host.removeprefix("www.") for host in hosts))


def host_of(url: str) -> str:
    """Host in lower case, with the port where it is not the scheme's own; empty for what is no web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # "http://[", "http://host:port/": list pages hold such
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return parts.hostname if port in {None, {"http": 80, "https": 443}[parts.scheme]} else f"{parts.hostname}:{port}"


def _is_below(host: str, name: str) -> bool:
    """Whether a host is the one of this name or below it; nobody's own name is gov.cn itself."""
    plain = host.partition(":")[0]
    return plain in {name, f"www.{name}"} or (name != "gov.cn" and plain.endswith(f".{name}"))


@lru_cache(maxsize=1024)
def is_government(host: str) -> bool:
    """Whether the host is under gov.cn and no bare address."""
    name = host.partition(":")[0]
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "gov.cn" or name.endswith(".gov.cn")
    return False


def read_registry(path: Path) -> tuple[Portal, ...]:
    """The portals of a registry file. Raises RegistryError naming file, line and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = set(COLUMNS) - set(reader.fieldnames or ())
            if missing:
                raise RegistryError(f"{path}: line 1: column {sorted(missing)[0]} is missing; a registry has {','.join(COLUMNS)}")
            portals = tuple(_portal(path, reader.line_num, row) for row in reader)
    except OSError as error:
        raise RegistryError(f"{path}: registry cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RegistryError(f"{path}: not a CSV file in UTF-8 ({error})") from error
    _refuse_doubles(path, portals)
    return portals


def _portal(path: Path, line: int, row: dict[str, str | None]) -> Portal:
    value = {name: (row[name] or "").strip() for name in COLUMNS}
    urls, hosts = value.pop("reports_urls").split(), value.pop("allowed_hosts").split()
    portal = Portal(**value, reports_urls=tuple(urls), allowed_hosts=frozenset(hosts))
    if not portal.key:
        raise RegistryError(f"{path}: line {line}: key is empty")
    if portal.family and portal.family not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise RegistryError(f"{path}: line {line}: family {portal.family} is unknown; leave it empty, or take one of {known}")
    for url in portal.start_urls:
        if not host_of(url):
            raise RegistryError(f"{path}: line {line}: {url or 'home_url'}: not a web address")
        if not portal.allows(url):
            raise RegistryError(
                f"{path}: line {line}: {host_of(url)} is not under gov.cn; name it in allowed_hosts if it is the portal's own"
            )
    return portal


def _refuse_doubles(path: Path, portals: Iterable[Portal]) -> None:
    seen: set[str] = set()
    for portal in portals:
        if portal.key in seen:
            raise RegistryError(f"{path}: key {portal.key} stands twice")
        seen.add(portal.key)


def write_registry(path: Path, portals: Iterable[Portal]) -> None:
    """Write portals as a registry file, in order of key, whole or not at all."""
    beside = path.with_suffix(".csv.new")
    with beside.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(_row(portal) for portal in sorted(portals, key=lambda portal: portal.key))
    beside.replace(path)


def _row(portal: Portal) -> dict[str, str]:
    return asdict(portal) | {
        "reports_urls": " ".join(portal.reports_urls),
        "allowed_hosts": " ".join(sorted(portal.allowed_hosts)),
    }
