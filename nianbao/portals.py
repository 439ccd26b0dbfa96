"""`nianbao portals`: the registry, looked up, added to and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nianbao.errors import RegistryError, UnitsError
from nianbao.units import register
from scraper.families import FAMILIES
from scraper.registry import Portal, host_of, is_government, read_registry, write_registry

if TYPE_CHECKING:
    from scraper.detection import Detection

SHOWN = 10
"""Links of a kind that are printed."""
LEVELS = ("province", "prefecture", "county", "department")


def registry_path(named: Path | None) -> Path:
    """The registry file: the one named, data/portals.csv of the working folder, or the one that came with nianbao."""
    own, installed = Path("data/portals.csv"), Path(__file__).parent / "data" / "portals.csv"
    beside = Path(__file__).parents[1] / "data" / "portals.csv"
    return named or next((path for path in (own, installed, beside) if path.exists()), own)


def matching(
    portals: Sequence[Portal], *, words: Sequence[str] = (), level: str | None = None, family: str | None = None
) -> tuple[Portal, ...]:
    """The portals whose key, name, code or address holds each of the words."""
    return tuple(
        portal
        for portal in portals
        if all(any(word in field for field in (portal.key, portal.name, portal.division_code, portal.home_url)) for word in words)
        and level in {None, portal.level}
        and family in {None, portal.family}
    )


def portal_of(portals: Sequence[Portal], key: str) -> Portal:
    """The portal of a key, or the only one of a division code or of a name (四川省资阳市雁江区, 雁江区). Raises RegistryError that names keys like it."""
    near = matching(portals, words=(key,))
    for named in (attrgetter("key"), attrgetter("division_code"), attrgetter("name"), _unit_name):
        found = [portal for portal in near if named(portal) == key]
        if len(found) == 1:
            return found[0]
    hint = f"; did you mean {', '.join(f'{p.key} ({p.name})' for p in near[:8])}?" if near else ""
    raise RegistryError(f"{key}: no portal of this key, code or name in the registry{hint}")


def _unit_name(portal: Portal) -> str | None:
    """The name of the portal's area without those above it; None where the register does not know its code."""
    try:
        return register().get(portal.division_code).name
    except UnitsError:
        return None


def chosen(portals: Sequence[Portal], keys: Sequence[str]) -> tuple[Portal, ...]:
    """The portals of these keys, or all where none is named. Raises RegistryError for an unknown key."""
    return tuple(portal_of(portals, key) for key in keys) if keys else tuple(portals)


def lines_of(portal: Portal) -> Iterator[str]:
    """A portal's row, a line a field."""
    shown = {
        "key": portal.key,
        "name": portal.name,
        "division": portal.division_code or "not known",
        "level": portal.level,
        "home page": portal.home_url,
        "family": f"{portal.family} ({FAMILIES[portal.family].CARD})" if portal.family else "found out by its pages",
        "columns": " ".join(portal.reports_urls) or "found from the home page",
        "hosts": " ".join(portal.hosts),
        "note": portal.note,
    }
    return (f"{name + ':':11}{value}" for name, value in shown.items())


def lines_of_page(page: Detection) -> Iterator[str]:
    """What a page shows, for a reader; long lists are cut."""
    yield f"address:    {page.url}"
    yield f"title:      {page.title}"
    yield f"kind:       {page.kind}"
    yield from (f"family:     {name} ({evidence})" for name, evidence in page.evidence)
    yield f"reports:    {len(page.reports)} of certain title; {page.neighbours} neighbours left aside"
    yield from _cut([f"  {link.listed_on or ''!s:10} {link.title} {link.url}" for link in page.reports])
    yield f"leads:      {len(page.leads)} links that a crawl would follow"
    yield from _cut([f"  {place.name.lower():10} {link.title} {link.url}" for place, link in page.leads])
    yield f"asks next:  {len(page.asks)} further pages and interfaces of this list"
    yield from _cut([f"  {request.method:10} {request.url}" for request in page.asks])


def _cut(lines: Sequence[str]) -> Iterator[str]:
    """The first of a long list, and how many are left."""
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"  … and {len(lines) - SHOWN} more"


def new_portal(url: str, *, key: str | None, name: str, code: str, level: str, own_host: bool) -> Portal:
    """A row for a portal by its address; a page below the home page is taken for its annual-report column.

    Raises RegistryError for what is no web address, and for a host outside gov.cn that is not said to be the portal's own.
    """
    host = host_of(url)
    if not host:
        raise RegistryError(f"{url}: not a web address")
    if not is_government(host) and not own_host:
        raise RegistryError(
            f"{host} is not under gov.cn; archives are full of look-alikes. Say --own-host if it is the portal's own address"
        )
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    columns = () if url in {home, home.rstrip("/")} else (url,)
    hosts = frozenset() if is_government(host) else frozenset({host})
    return Portal(key or host, name or host, code, level, home, "", columns, hosts, "added by hand")


def add_portal(path: Path, portal: Portal) -> None:
    """Add a row to a registry file, which is made if there is none. Raises RegistryError where the key is taken."""
    portals = read_registry(path) if path.exists() else ()
    if any(portal.key == known.key for known in portals):
        raise RegistryError(f"{path}: key {portal.key} is taken; choose another with --key")
    write_registry(path, [*portals, portal])


def doubts(portals: Sequence[Portal]) -> Iterator[tuple[str, str]]:
    """Key and reason of what looks wrong in a registry whose rows can be read; nothing is fetched."""
    homes: dict[str, str] = {}
    for portal in portals:
        if portal.level not in LEVELS:
            yield portal.key, f"level {portal.level or '(empty)'} is none of {', '.join(LEVELS)}"
        if portal.division_code and _unit_name(portal) is None:
            yield portal.key, f"division code {portal.division_code} is not in the units register"
        twin = homes.setdefault(_home(portal), portal.key)
        if twin != portal.key and not portal.reports_urls:
            yield portal.key, f"{portal.home_url} is the home page of {twin} too"
        for host in sorted(portal.allowed_hosts):
            if not is_government(host):
                yield portal.key, f"{host} is not under gov.cn and is followed because the row names it"


def _home(portal: Portal) -> str:
    return replace(portal, home_url=portal.home_url.rstrip("/")).home_url.partition("//")[2]
