"""Host groups: portals that share a host or a network address take turns on one connection; all others are crawled side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from scraper.addresses import Resolve, resolve
from scraper.errors import FetchError
from scraper.registry import Portal

_AT_ONCE = 64
"""Names resolved side by side."""


async def host_groups(portals: Sequence[Portal], resolve: Resolve = resolve) -> tuple[tuple[Portal, ...], ...]:
    """The portals in groups, both in their order; a name that cannot be resolved is a group of its own."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="resolve"))
    names = sorted({name for portal in portals for name in _names(portal)})
    found = await asyncio.gather(*(_addresses(name, resolve) for name in names))
    return _grouped(portals, dict(zip(names, found, strict=True)))


async def _addresses(name: str, resolve: Resolve) -> frozenset[str]:
    try:
        return frozenset(await resolve(name, 80))
    except FetchError:
        return frozenset()


def _names(portal: Portal) -> frozenset[str]:
    """The host names of a row, without ports: a port is no other machine."""
    hosts = {urlsplit(url).hostname or "" for url in (portal.home_url, *portal.reports_urls)}
    hosts |= {urlsplit(f"//{host}").hostname or "" for host in portal.allowed_hosts}
    return frozenset(hosts - {""})


def _grouped(portals: Sequence[Portal], addresses: dict[str, frozenset[str]]) -> tuple[tuple[Portal, ...], ...]:
    """Portals are joined over everything they have in common: `leader` is the first portal of each one's group."""
    leader = list(range(len(portals)))
    first: dict[str, int] = {}
    for number, portal in enumerate(portals):
        names = _names(portal)
        for mark in names.union(*(addresses[name] for name in names)):
            _join(leader, number, first.setdefault(mark, number))
    groups: dict[int, list[Portal]] = {}
    for number, portal in enumerate(portals):
        groups.setdefault(_leader(leader, number), []).append(portal)
    return tuple(map(tuple, groups.values()))


def _leader(leader: list[int], number: int) -> int:
    while leader[number] != number:
        leader[number] = number = leader[leader[number]]
    return number


def _join(leader: list[int], one: int, other: int) -> None:
    low, high = sorted((_leader(leader, one), _leader(leader, other)))
    leader[high] = low
