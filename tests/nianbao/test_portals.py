"""nianbao portals: list, show, add, check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nianbao.cli import main
from nianbao.demo.platforms.server import TestPortals
from scraper.registry import read_registry


def portals(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["portals", *arguments])


def test_the_registry_is_looked_up() -> None:
    """By words of name, code and address; a key that is none gets hints."""
    assert portals("list", "资阳市", "雁江").output.split("\t")[0] == "512002"
    assert "http://www.yanjiang.gov.cn/" in portals("show", "512002").output
    assert portals("list", "no such place").exit_code == 1
    hint = portals("show", "51200")
    assert hint.exit_code == 1
    assert "512002" in hint.output


def test_a_portal_has_a_name() -> None:
    """In full, or as its area is called where one area alone is called so; half a name is none."""
    assert portals("show", "雁江区").output == portals("show", "四川省资阳市雁江区").output == portals("show", "512002").output
    several = portals("show", "鼓楼区")
    assert several.exit_code == 1
    assert "320106 (江苏省南京市鼓楼区), 320302 (江苏省徐州市鼓楼区)" in several.output
    assert portals("show", "江区").exit_code == 1


def test_a_portal_is_added(tmp_path: Path) -> None:
    """A home page, or a column below it; a key once."""
    path = tmp_path / "portals.csv"
    assert portals("add", "http://www.jia.gov.cn/", "--name", "甲县", "--code", "512002", "--portals", str(path)).exit_code == 0
    assert portals("add", "http://www.yi.gov.cn/nb/", "--key", "yi", "--portals", str(path)).exit_code == 0
    (jia, yi) = read_registry(path)
    assert (jia.key, jia.name, jia.division_code, jia.reports_urls) == ("www.jia.gov.cn", "甲县", "512002", ())
    assert (yi.home_url, yi.reports_urls) == ("http://www.yi.gov.cn/", ("http://www.yi.gov.cn/nb/",))
    assert portals("show", "512002", "--portals", str(path)).output.split()[1] == "www.jia.gov.cn"
    assert portals("add", "http://www.bing.gov.cn/", "--name", "丙", "--code", "512002", "--portals", str(path)).exit_code == 0
    two = portals("show", "512002", "--portals", str(path))
    assert (two.exit_code, "www.bing.gov.cn (丙), www.jia.gov.cn (甲县)" in two.output) == (1, True)
    taken = portals("add", "http://www.yi.gov.cn/", "--key", "yi", "--portals", str(path))
    assert (taken.exit_code, "--key" in taken.output) == (1, True)


@pytest.mark.parametrize(
    "url", ["http://www.jia.gov.cn.evil.example/", "http://jiagov.cn/", "http://1.25.240.11:8082/", "http://127.0.0.1:8000/"]
)
def test_hosts_outside_gov_cn_need_a_word(tmp_path: Path, url: str) -> None:
    """Look-alikes and bare addresses are refused; the row of one that is the portal's own names its host."""
    path = tmp_path / "portals.csv"
    refused = portals("add", url, "--portals", str(path))
    assert (refused.exit_code, "--own-host" in refused.output, path.exists()) == (1, True, False)
    assert portals("add", url, "--own-host", "--portals", str(path)).exit_code == 0
    (portal,) = read_registry(path)
    assert portal.allows(url + "a.html")


def test_rows_are_checked(tmp_path: Path) -> None:
    """Codes that no register knows, homes that stand twice, hosts outside gov.cn."""
    path = tmp_path / "portals.csv"
    for key, code in (("a", "512002"), ("b", "999999")):
        portals("add", "http://www.jia.gov.cn/", "--key", key, "--code", code, "--portals", str(path))
    found = portals("check", "--portals", str(path))
    assert found.exit_code == 1
    assert "b: division code 999999" in found.output
    assert "home page of a" in found.output
    assert portals("check", "a", "--portals", str(path)).exit_code == 0


def test_the_committed_registry_has_few_doubts() -> None:
    """Every division code is known; what is left are homes that two places share, and the two hosts outside gov.cn."""
    lines = [line for line in portals("check").output.splitlines() if line.startswith("nianbao:")]
    assert not [line for line in lines if "division code" in line]
    assert len(lines) < 10


def test_a_page_is_detected() -> None:
    """One request: platform with evidence, reports, what would be asked next; nothing is kept."""
    with TestPortals(["hanweb-jpaas"], years=(2022,)) as served:
        (host,) = served.hosts.values()
        home = portals("detect", host.portal.home_url, "--own-host")
        column = portals("detect", f"{host.portal.home_url}col/col2522/index.html", "--own-host")
        refused = portals("detect", host.portal.home_url)
    assert "政府信息公开" in home.output
    assert "family:     hanweb (jpaas-publish-server in the page)" in column.output
    assert "of certain title; 5 neighbours left aside" in column.output
    assert "GET        http" in column.output
    assert re.search(r"^  20\d\d-\d\d-\d\d \S+ http", column.output, re.MULTILINE)
    assert (refused.exit_code, "--own-host" in refused.output) == (1, True)
