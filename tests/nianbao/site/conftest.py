"""A home folder whose only archived page is hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.build import build
from scraper.archive import ArchiveWriter, Exchange, Origin

PAGE = Path(__file__).parents[2] / "fixtures" / "html_table_2021" / "page.html"
AWAY = "http://evil.example"
HEAD = (
    f'<base href="{AWAY}/"><meta http-equiv="refresh" content="0;url={AWAY}/r"><link rel="stylesheet" href="{AWAY}/s.css">'
    f'<style>@import "{AWAY}/i.css"; body {{ background: url({AWAY}/b.png) }}</style><script src="{AWAY}/x.js"></script>'
)
BODY = (
    f'<script>alert(1)</script><img src="{AWAY}/i.png" onerror="alert(2)"><svg onload="alert(3)"><image href="{AWAY}/v.png"/></svg>'
    f'<iframe src="{AWAY}/f" srcdoc="<script>alert(4)</script>"></iframe><form action="{AWAY}/p"><button autofocus>x</button></form>'
    f'<a href="javascript:alert(5)" onclick="alert(6)">press</a><video src="{AWAY}/m.mp4" autoplay></video><object data="{AWAY}/o"></object>'
    f'<p style="background:url({AWAY}/c.png)">&lt;script&gt;alert(7)&lt;/script&gt;</p><math><mtext><table><mglyph><style><img src=x onerror=alert(8)>'
    '</style></mglyph></table></mtext></math><div id="marked">decoy</div></td></tr></table></main></body>{{ 7*7 }}{% raw %}'
)


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of one report whose page tries everything that a page can try."""
    home = tmp_path_factory.mktemp("hostile")
    page = PAGE.read_text("utf-8").replace("<body", f"{HEAD}<body", 1)
    start = page.index(">", page.index("<body")) + 1
    data = (page[:start] + BODY + page[start:]).encode("utf-8")
    url = "http://hostile.gov.cn/report.html"
    exchange = Exchange(url, [], 200, "OK", [("Content-Type", "text/html; charset=utf-8")], data, "2026-01-02T03:04:05Z")
    with ArchiveWriter(home / "archive", "run") as archive:
        archive.write(exchange, Origin("hostile", "report", url, link_title="<script>alert(9)</script>"))
    (home / "archive" / "portals.csv").write_text(
        "key,name,division_code,level,home_url,family,reports_urls,allowed_hosts,note\n"
        "hostile,<b>敌意</b>,512002,county,http://hostile.gov.cn/,,,,\n",
        "utf-8",
    )
    build(home)
    return home
