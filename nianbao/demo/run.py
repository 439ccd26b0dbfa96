"""The whole way once: demo portals up, crawled, archived, parsed, built, compared."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from nianbao import compare
from nianbao.building import build_database
from nianbao.chart import write_chart
from nianbao.crawling import crawl_portals
from nianbao.demo.portal import DemoPortal, write_demo_registry
from nianbao.terminal import print_table

COUNTY, YEAR = "512002", 2024
SOURCE = "nianbao demonstration portals: figures generated, published by nobody"


def run_demo(home: Path, *, port: int) -> bool:
    """Crawl the demo portals into HOME and compare one county; whether anything was not obtained."""
    console = Console(stderr=True)
    registry = home / "demo-portals.csv"
    home.mkdir(parents=True, exist_ok=True)
    with DemoPortal(port=port):
        write_demo_registry(registry, port)
        console.rule("1 crawl two demo portals")
        incomplete = crawl_portals((), registry=registry, home=home, delay=0, contact=None)
    console.rule("2 build the database from the archive")
    incomplete |= build_database(home)
    console.rule("3 compare")
    _compare(home, console)
    return incomplete


def _compare(home: Path, console: Console) -> None:
    frame = compare.table(home / "nianbao.db", COUNTY, YEAR)
    print_table(frame)
    table, picture = home / f"comparison-{COUNTY}-{YEAR}.csv", home / f"comparison-{COUNTY}-{YEAR}.svg"
    frame.to_csv(table, index=False)
    write_chart(
        frame,
        picture,
        title=f"{frame.attrs['county']} {YEAR} · 收到申请 requests received",
        source=SOURCE,
        made_on=datetime.now(UTC).date(),
    )
    console.print(f"\nwritten: {table} · {picture}", highlight=False, soft_wrap=True)
    console.print(
        f"These figures are generated. Next:\n"
        f"  .venv/bin/nianbao serve --home {home}            browse the database\n"
        f"  .venv/bin/nianbao compare {COUNTY} --year 2020 --home {home}\n"
        f"  .venv/bin/nianbao parse PAGE.html --json         read a report of your own",
        highlight=False,
        soft_wrap=True,
    )


def serve_portals(*, port: int, registry: Path) -> None:
    """Serve the demo portals until interrupted; the registry file names them."""
    with DemoPortal(port=port):
        write_demo_registry(registry, port)
        Console(stderr=True).print(
            f"demo portals on 127.0.0.1:{port} and :{port + 1}; registry in {registry}; Ctrl-C ends", soft_wrap=True
        )
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return
