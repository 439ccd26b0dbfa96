"""A home folder whose archived pages are hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.build import build
from scraper.archive import ArchiveWriter, Exchange, Origin

from .hostility import HEAD, TRIED

PAGE = Path(__file__).parents[2] / "fixtures" / "html_table_2021" / "page.html"
HOST = "http://hostile.gov.cn"
PORTALS = f"key,name,division_code,level,home_url,family,reports_urls,allowed_hosts,note\nhostile,<b>敌意</b>,512002,county,{HOST}/,,,,\n"


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of reports of which each tries one thing that a page can try."""
    home = tmp_path_factory.mktemp("hostile")
    with ArchiveWriter(home / "archive", "run") as archive:
        for at, tried in enumerate(TRIED.values()):
            url = f"{HOST}/{at}.html"
            headers = [("Content-Type", "text/html; charset=utf-8")]
            exchange = Exchange(url, [], 200, "OK", headers, hostile_page(at, tried), "2026-01-02T03:04:05Z")
            archive.write(exchange, Origin("hostile", "report", url, link_title="<script>alert(9)</script>"))
    (home / "archive" / "portals.csv").write_text(PORTALS, "utf-8")
    build(home)
    return home


def hostile_page(number: int, tried: str) -> bytes:
    """A report, of which no other says the same, in whose head all is tried that can be tried there, and `tried` before its own text."""
    page = PAGE.read_text("utf-8").replace("<body", f"{HEAD}<body", 1).replace(">1007<", f">{number}<")
    start = page.index(">", page.index("<body")) + 1
    return (page[:start] + tried + page[start:]).encode("utf-8")
