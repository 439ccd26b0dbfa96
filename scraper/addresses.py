"""Which network addresses may be connected to, and the connection to exactly the address that was looked at.

A host name is resolved once for each connection, every address it has is judged, and the connection goes to one of those: a name that points elsewhere
a moment later (rebinding) leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import select
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore

from scraper.errors import HostRefused, PortalRefused

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to its addresses; raises PortalRefused."""
Named = Callable[[str, int], bool]
"""Whether a portal's row names host and port itself, which alone opens addresses that are not public."""

_CLOUD_METADATA = frozenset({"168.63.129.16", "192.0.0.192"})
"""Public by number, but answered by the machine's own host; the others (169.254.169.254, 100.100.100.200) are in closed ranges."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an address is on the open internet: not private, loopback, link-local, multicast, reserved, or a cloud's metadata service.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is judged by itself.
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (_last_four(found) if found in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and str(found) not in _CLOUD_METADATA


def _last_four(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system orders them. Raises PortalRefused where it has none."""
    if _is_address(host):
        return (host,)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
    except (OSError, UnicodeError) as error:
        raise PortalRefused(f"{host} cannot be resolved ({error})") from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_address(host: str) -> bool:
    """Whether nothing is to be resolved; what systems besides take for an address (`0x7f.1`) is resolved by them."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that keeps at hand whether its socket has something to say.

    The pool asks for that twice a request, to see whether the host has hung up, and anyio then looked up all that it knows of the socket.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.read, self.write, self.aclose = inner.read, inner.write, inner.aclose  # type: ignore[method-assign]
        self._socket = inner.get_extra_info("socket")
        self._heard = select.poll()
        self._heard.register(self._socket, select.POLLIN)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same connection under TLS."""
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (httpcore's)
        """What is asked about the connection; a socket that is closed has said its last."""
        if info == "is_readable":
            return self._socket.fileno() < 0 or bool(self._heard.poll(0))
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were judged, and to no other."""

    def __init__(self, named: Named, resolve: Resolve = resolve) -> None:
        self._named = named
        self._resolve = resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the host. Raises HostRefused where any of its addresses is closed to the crawl."""
        addresses = await self._resolve(host, port)
        if not self._named(host, port):
            for address in addresses:
                if not is_public(address):
                    raise HostRefused(f"{host} resolves to {address}, which is not a public address")
        return _Stream(await self._first_that_answers(addresses, port, timeout, local_address, socket_options))

    async def _first_that_answers(
        self, addresses: Sequence[str], port: int, timeout: float | None, local: str | None, options: Iterable[Any] | None
    ) -> httpcore.AsyncNetworkStream:
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(addresses[-1], port, timeout, local, options)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """No portal lives in a file."""
        raise HostRefused(f"{path} is no host")

    async def sleep(self, seconds: float) -> None:
        """Wait, as the connection pool asks."""
        await asyncio.sleep(seconds)
