"""The demo portals crawled and built once for all tests of a worker."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from nianbao.bench.nation import Clock, build_nation
from nianbao.build import build
from nianbao.demo.portal import DemoPortal, demo_portals
from scraper.crawl import crawl

from .notebook_cells import pictures


def free_ports() -> int:
    """A port that is free together with the one above it."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("no two free ports side by side")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder with the demo portals' archive and database; tests only read it."""
    home = tmp_path_factory.mktemp("demo")
    port = free_ports()
    with DemoPortal(port=port):
        summary = crawl(demo_portals(port), home, delay=0)
    assert not any(portal.error or portal.failed for portal in summary.portals)
    assert build(home).unusable == ()
    yield home


@pytest.fixture(scope="session")
def demo_db(demo_home: Path) -> Path:
    """The demo database."""
    return demo_home / "nianbao.db"


@pytest.fixture(scope="session")
def drawn(demo_db: Path) -> Mapping[str, str]:
    """Every picture that the program draws from the demo database, as SVG by its title."""
    return pictures(demo_db)


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Clock]:
    """A database of the first counties of the synthetic nation, 1,000 reports, and what building it took; tests only read it."""
    home = tmp_path_factory.mktemp("nation")
    return home / "nianbao.db", build_nation(home, 1000, lambda _: None)
