"""Many small portals in a process of their own, for timing crawlers: each on a loopback address, with robots.txt, one list, and reports.

Run as a module with the number of hosts and of reports; prints its port, serves until its input ends, and then prints what was asked of each host.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from dataclasses import dataclass, field

from nianbao.bench.pages import bench_pages

NET = "127.0.30"
MOST_HOSTS = 254
COLUMN = "/zfxxgk/nb/"
_ROBOTS = b"User-agent: *\nDisallow: /admin/\n"


@dataclass(slots=True)
class Host:
    """What was asked of a host: when each request came, how long all of them took it together, and how many were under way at most."""

    address: str
    times: list[float] = field(default_factory=list)
    busy: float = 0.0
    now: int = 0
    most: int = 0


def address_of(number: int) -> str:
    """The loopback address of the nth host, from 0."""
    return f"{NET}.{number + 1}"


def title_of(number: int) -> str:
    """The title of the nth report."""
    return f"第{number}镇{2015 + number % 8}年政府信息公开工作年度报告"


class Hosts:
    """The servers: one report page, which bears the host's address and the report's number so that no two bodies are the same."""

    def __init__(self, hosts: int, reports: int) -> None:
        self.hosts = [Host(address_of(number)) for number in range(hosts)]
        self._template = bench_pages()["table"]
        rows = "".join(f'<li><a href="{n}.html">{title_of(n)}</a><span>2024-01-20</span></li>' for n in range(reports))
        self._list = f"<html><title>政府信息公开年报</title><ul>{rows}</ul></html>".encode()

    async def serve(self) -> None:
        """Listen, say where, and end with the input."""
        port = 0
        servers = []
        for host in self.hosts:
            servers.append(await asyncio.start_server(self._connection(host), host.address, port))
            port = servers[0].sockets[0].getsockname()[1]
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps([_told(host) for host in self.hosts]), flush=True)

    def _connection(self, host: Host):  # type: ignore[no-untyped-def]  # noqa: ANN202 (asyncio's own callback type is private)
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while line := (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0]:
                    host.times.append(time.monotonic())
                    host.now += 1
                    host.most = max(host.most, host.now)
                    writer.write(self._response(host, line.split(b" ")[1].decode()))
                    await writer.drain()
                    host.now -= 1
                    host.busy += time.monotonic() - host.times[-1]
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        return answer

    def _response(self, host: Host, path: str) -> bytes:
        if path == "/robots.txt":
            kind, body = "text/plain", _ROBOTS
        elif path == COLUMN:
            kind, body = "text/html; charset=utf-8", self._list
        else:
            own = f"<title>{host.address} {path}</title><p>{host.address} {path}</p>".encode()
            kind, body = "text/html; charset=utf-8", own + self._template
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


def _told(host: Host) -> dict[str, float]:
    gaps = [later - earlier for earlier, later in itertools.pairwise(host.times)]
    return {
        "requests": len(host.times),
        "busy": host.busy,
        "shortest_gap": min(gaps, default=0.0),
        "at_once": host.most,
    }


if __name__ == "__main__":
    asyncio.run(Hosts(int(sys.argv[1]), int(sys.argv[2])).serve())
