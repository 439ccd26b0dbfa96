"""Addresses: what is closed stays closed however it is written, and a connection goes where the check looked."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.addresses import CheckedBackend, is_public
from scraper.errors import HostRefused, PortalRefused

CLOSED = [
    "10.1.2.3",
    "100.100.100.200",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "224.0.0.1",
    "0.0.0.0",  # noqa: S104
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "::127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", CLOSED)
def test_closed_ranges(address: str) -> None:
    """Private, loopback, link-local, metadata, multicast, and IPv4 dressed as IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["113.200.1.1", "2400:3200::1", "::ffff:113.200.1.1", "64:ff9b::71c8:101"])
def test_public_addresses(address: str) -> None:
    """What portals live on."""
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_mapped_addresses_are_judged_alike(address: ipaddress.IPv4Address) -> None:
    """The dress changes nothing."""
    assert is_public(f"::ffff:{address}") == is_public(str(address))


def _connect(addresses: Sequence[str], port: int, *, named: bool) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    async def connect() -> None:
        stream = await CheckedBackend(lambda host, port: named, resolve).connect_tcp("www.jia.gov.cn", port, timeout=5)
        await stream.aclose()

    asyncio.run(connect())


def test_one_closed_address_among_open_ones_refuses_the_host() -> None:
    """A name with a public and a private address is not tried at all."""
    with pytest.raises(HostRefused, match=r"169\.254\.169\.254"):
        _connect(["113.200.1.1", "169.254.169.254"], 80, named=False)


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """A resolver that lies the second time is not asked a second time: the listening socket is reached though no name leads there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        _connect(["127.0.0.1"], server.getsockname()[1], named=True)
        server.settimeout(5)
        server.accept()[0].close()


def test_the_next_address_is_tried() -> None:
    """The first address that answers is taken."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        _connect(["127.0.0.2", "127.0.0.1"], server.getsockname()[1], named=True)


def test_a_name_without_addresses_is_a_portal_out_of_reach() -> None:
    """`.invalid` never resolves."""
    with pytest.raises(PortalRefused, match=r"portal\.invalid"):
        asyncio.run(CheckedBackend(lambda host, port: True).connect_tcp("portal.invalid", 80))
