"""Host groups: who shares a name or an address takes turns, whichever way they are connected."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from scraper.errors import PortalRefused
from scraper.groups import host_groups
from scraper.registry import Portal


def portal(key: str, *hosts: str) -> Portal:
    """A portal whose home page stands on the first host, and that names the others."""
    return Portal(key, key, "", "county", f"http://{hosts[0]}/", "", (), frozenset(hosts[1:]), "")


def grouped(portals: Sequence[Portal], addresses: Mapping[str, Sequence[str]]) -> list[str]:
    """The keys of each group, where names have these addresses and others none."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host not in addresses:
            raise PortalRefused(host)
        return addresses[host]

    return ["".join(member.key for member in group) for group in asyncio.run(host_groups(portals, resolve))]


@pytest.mark.parametrize(
    ("portals", "addresses", "groups"),
    [
        # A city serves its counties from one machine, each under a name of its own.
        ([portal("a", "a.gov.cn"), portal("b", "b.gov.cn"), portal("c", "c.gov.cn")], {"a.gov.cn": "1", "b.gov.cn": "2", "c.gov.cn": "1"}, ["ac", "b"]),
        # One of several addresses is enough.
        ([portal("a", "a.gov.cn"), portal("b", "b.gov.cn")], {"a.gov.cn": "12", "b.gov.cn": "23"}, ["ab"]),
        # The same name, whether or not it can be resolved; a port is no other machine.
        ([portal("a", "a.gov.cn"), portal("b", "a.gov.cn:8080")], {}, ["ab"]),
        ([portal("a", "a.gov.cn"), portal("b", "b.gov.cn")], {}, ["a", "b"]),
        # A host that a row names beside its home page.
        ([portal("a", "a.gov.cn", "1.2.3.4:8231"), portal("b", "b.gov.cn", "1.2.3.4:80")], {}, ["ab"]),
        # Two that have nothing in common but what each shares with a third.
        ([portal("a", "a.gov.cn"), portal("b", "b.gov.cn"), portal("c", "c.gov.cn")], {"a.gov.cn": "1", "b.gov.cn": "2", "c.gov.cn": "12"}, ["abc"]),
        ([portal("a", "a.gov.cn"), portal("b", "b.gov.cn"), portal("c", "c.gov.cn"), portal("d", "d.gov.cn")],
         {"a.gov.cn": "1", "b.gov.cn": "2", "c.gov.cn": "3", "d.gov.cn": "321"}, ["abcd"]),
    ],
)  # fmt: skip
def test_portals_that_share_a_machine_are_a_group(
    portals: Sequence[Portal], addresses: Mapping[str, Sequence[str]], groups: list[str]
) -> None:
    """By name or by address, over as many steps as it takes."""
    assert grouped(portals, addresses) == groups
