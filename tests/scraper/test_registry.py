"""The registry: rows are checked, look-alikes refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scraper.errors import RegistryError
from scraper.registry import COLUMNS, Portal, host_of, is_government, read_registry, write_registry

HEAD = ",".join(COLUMNS)


def registry(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "portals.csv"
    path.write_text("\n".join([HEAD, *lines]), "utf-8")
    return path


def test_a_row_is_read_and_written_back(tmp_path: Path) -> None:
    """Blank-separated addresses and hosts; the same rows come back."""
    path = registry(
        tmp_path,
        "jia,甲县,512002,county,http://www.jia.gov.cn/,,http://www.jia.gov.cn/a/ http://www.jia.gov.cn/b/,1.2.3.4:80,since 2020",
    )
    (portal,) = read_registry(path)
    assert portal.start_urls == ("http://www.jia.gov.cn/a/", "http://www.jia.gov.cn/b/")
    assert portal.allowed_hosts == {"1.2.3.4:80"}
    write_registry(path, [portal])
    assert read_registry(path) == (portal,)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("jia,甲,1,county,http://www.jia-gov.cn/,,,,", "allowed_hosts"),
        ("jia,甲,1,county,http://127.0.0.1:8000/,,,,", "allowed_hosts"),
        ("jia,甲,1,county,http://www.gov.cn.example/,,,,", "allowed_hosts"),
        ("jia,甲,1,county,ftp://www.jia.gov.cn/,,,,", "not a web address"),
        (",甲,1,county,http://www.jia.gov.cn/,,,,", "key is empty"),
        ("jia,甲,1,county,http://www.jia.gov.cn/,trs9,,,", "family trs9 is unknown"),
        ("jia,甲,1,county,http://[www.jia.gov.cn/,,,,", "not a web address"),
    ],
)
def test_wrong_rows_are_named(tmp_path: Path, line: str, says: str) -> None:
    """The message names file, line and what is wrong."""
    with pytest.raises(RegistryError, match=rf"portals\.csv: line 2.*{says}"):
        read_registry(registry(tmp_path, line))


def test_files_that_are_no_registry(tmp_path: Path) -> None:
    """A missing file, a missing column, bytes that are no text, a key that stands twice."""
    with pytest.raises(RegistryError, match="cannot be read"):
        read_registry(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_text("key,name\n")
    with pytest.raises(RegistryError, match="column allowed_hosts is missing"):
        read_registry(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RegistryError, match="not a CSV file"):
        read_registry(tmp_path / "b.csv")
    row = "jia,甲,1,county,http://www.jia.gov.cn/,,,,"
    with pytest.raises(RegistryError, match="stands twice"):
        read_registry(registry(tmp_path, row, row))


def test_hosts() -> None:
    """Ports of the scheme are left out; what is under gov.cn and what only looks so."""
    assert [host_of(u) for u in ("http://A.gov.cn:80/", "https://a.gov.cn:8443/x", "javascript:1", "//a")] == [
        "a.gov.cn",
        "a.gov.cn:8443",
        "",
        "",
    ]
    assert [is_government(h) for h in ("www.jia.gov.cn", "gov.cn", "jiagov.cn", "gov.cn.example", "1.2.3.4", "1.2.3.4:80")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_portal_owns_what_is_below_its_name() -> None:
    """The disclosure site beside the home page is followed; a neighbour's, a look-alike's and gov.cn at large are not."""
    portal = Portal("jia", "甲", "1", "county", "http://www.jia.gov.cn/", "", (), frozenset({"1.2.3.4:80"}), "")
    allowed = ("https://gk.jia.gov.cn/a", "http://jia.gov.cn/", "http://www.jia.gov.cn:8080/", "http://1.2.3.4:80/x")
    refused = (
        "http://yijia.gov.cn/",
        "http://www.gov.cn/",
        "http://jia.gov.cn.evil.example/",
        "http://jiagov.cn/",
        "http://1.2.3.4:81/",
    )
    assert [portal.allows(url) for url in allowed[:3]] == [True] * 3
    assert not any(map(portal.allows, refused))
    assert portal.hosts == ("*.jia.gov.cn", "1.2.3.4:80")
    nation = Portal("nation", "国", "", "province", "http://www.gov.cn/", "", (), frozenset(), "")
    assert nation.allows("http://www.gov.cn/a")
    assert not nation.allows("http://www.jia.gov.cn/")


def test_the_registry_that_is_committed() -> None:
    """Every row can be read, keys of counties are their division codes, and only named hosts lie outside gov.cn."""
    portals = read_registry(Path(__file__).parents[2] / "data" / "portals.csv")
    assert len(portals) > 3200
    assert {portal.key for portal in portals} >= {"512002", "110105", "ziyang-gk"}
    assert all(portal.key == portal.division_code for portal in portals if portal.level == "county" and portal.division_code)
    outside = {host for portal in portals for host in portal.allowed_hosts}
    assert outside == {"1.25.240.11:8082", "218.22.184.155:8231"}
    assert all(is_government(host_of(portal.home_url)) for portal in portals)
