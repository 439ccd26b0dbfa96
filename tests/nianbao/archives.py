"""Archives made for tests: pages as a crawl would have kept them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scraper.archive import ArchiveWriter, Exchange, Origin
from scraper.registry import Portal, write_registry

FIXTURES = Path(__file__).parents[1] / "fixtures"
TOWN, COUNTY = "512002107", "512002"
PAGE = (FIXTURES / "flattened_text_2020" / "page.txt").read_text("utf-8")
"""The report of 雁江区丹山镇 for 2020: all zeros but two figures."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the portal 'yanjiang'."""

    url: str
    body: str | bytes
    fetched_at: str = "2024-05-01T00:00:00Z"
    title: str = ""
    status: int = 200
    role: str = "report"
    source: str = ""
    """The web archive that held it; `fetched_at` is then when that captured it."""


def archive(home: Path, run: str, pages: Iterable[Page]) -> None:
    """Add one file to HOME/archive, and the registry of one portal, 雁江区."""
    folder = home / "archive"
    with ArchiveWriter(folder, run) as writer:
        for page in pages:
            body = page.body if isinstance(page.body, bytes) else page.body.encode()
            exchange = Exchange(page.url, [], page.status, "OK", [("Content-Type", "text/plain")], body, page.fetched_at)
            captured = page.fetched_at if page.source else ""
            writer.write(exchange, Origin("yanjiang", page.role, page.url, "", page.title, "", page.source, captured))
    portal = Portal(
        key="yanjiang",
        name="雁江区",
        division_code="512002",
        level="county",
        home_url="https://www.yanjiang.gov.cn/",
        family="pc_list",
        reports_urls=("https://www.yanjiang.gov.cn/list",),
        allowed_hosts=frozenset(),
        note="",
    )
    write_registry(folder / "portals.csv", [portal])


def page(number: int) -> str:
    """An address of the portal."""
    return f"https://www.yanjiang.gov.cn/{number}.html"
