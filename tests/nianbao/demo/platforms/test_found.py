"""All platforms at once: every report and nothing else, each once, with its year; a second crawl asks for none again."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.bench.families import Trials, lines, run
from nianbao.demo.platforms.catalogue import PLATFORMS
from nianbao.demo.platforms.server import TestPortals
from nianbao.demo.platforms.vsb import has_file
from scraper.archive import read_archive
from scraper.crawl import crawl

NEIGHBOURS_A_YEAR = 3


def test_every_report_of_every_platform(tmp_path: Path) -> None:
    """From the home pages alone; pages are read for their year, which addresses and folders lie about."""
    course, outcomes = run(tmp_path, years=(2021, 2022))
    assert [line for outcome in outcomes for line in lines([outcome], course) if not outcome.is_whole] == []
    assert {o.key: o.family for o in outcomes} == {key: platform.family for key, platform in PLATFORMS.items()}
    assert len(outcomes) >= 12
    assert sum(o.published for o in outcomes) > 700
    assert {portal.error for portal in course.summary.portals} == {None}


def test_each_way_of_paging(tmp_path: Path) -> None:
    """A TRS column for each year, each counted in another way; the last from a JSON file beside rows that are tests."""
    course, (outcome,) = run(tmp_path, keys=["trs"], read=False)
    assert list(lines([outcome], course))[5:] == []
    assert outcome.is_whole
    assert outcome.published == 96


def test_the_same_is_found_in_a_bad_hour(tmp_path: Path) -> None:
    """A random mix of failures, six kills, and reports that are published again: each version once, in order, and nothing else."""
    keys = ["trs", "hanweb-jpage", "vsb", "epoint-1", "openness", "yueyang"]
    course, outcomes = run(tmp_path, keys=keys, years=(2021, 2022), trials=Trials(bad_hour=3, kills=6, corrections=True))
    assert [line for outcome in outcomes for line in lines([outcome], course) if not outcome.is_whole] == []
    assert (course.killed, course.struck > 10, sum(o.versions for o in outcomes) > 10) == (6, True, True)


@pytest.mark.parametrize("key", ["trs", "hanweb-jpage", "vsb", "openness", "epoint-1"])
def test_a_second_crawl_finds_nothing_new(key: str, tmp_path: Path) -> None:
    """Reports that were looked at, and twins of theirs, are known by their address."""
    with TestPortals([key], years=(2022,)) as served:
        (first,) = crawl(served.portals, tmp_path, delay=0).portals
        (second,) = crawl(served.portals, tmp_path, delay=0).portals
    assert first.fetched > 5
    assert (second.fetched, second.already) == (0, first.fetched)


def test_neighbours_are_counted_and_not_fetched(tmp_path: Path) -> None:
    """网站年度报表, 法治政府建设年度报告 and 一图读懂 stand on the list; their pages and the menu's are not asked for."""
    with TestPortals(["yueyang"], years=(2021, 2022)) as served:
        (host,) = served.hosts.values()
        (portal,) = crawl(served.portals, tmp_path, delay=0).portals
    beside = [f"/31185/32016/content_{2150541 + a.number}.html" for a in host.articles if not a.is_report]
    assert len(beside) == 2 * NEIGHBOURS_A_YEAR
    assert [host.asked[path] for path in (*beside, "/wzbb/", "/fzzf/", "/xw/")] == [0] * (len(beside) + 3)
    assert portal.left_aside == len(beside) + 2  # the menu names two more


def test_look_alikes_are_not_asked(tmp_path: Path) -> None:
    """A row that leads to another host is counted and refused."""
    with TestPortals(["gongkai"], years=(2022,)) as served:
        (portal,) = crawl(served.portals, tmp_path, delay=0).portals
    assert portal.foreign == 1
    assert all("mirror" not in snapshot.url for snapshot in read_archive(tmp_path / "archive"))


def test_files_come_with_their_referrer(tmp_path: Path) -> None:
    """A report that is nothing but a file: its file is fetched from the page that links to it."""
    with TestPortals(["vsb"]) as served:
        (host,) = served.hosts.values()
        with_file = [a for a in host.articles if has_file(a)]
        crawl(served.portals, tmp_path, delay=0)
    found = [snapshot.body for snapshot in read_archive(tmp_path / "archive", role="part")]
    assert sorted(found) == sorted(b"PK\x03\x04" + a.title.encode() for a in with_file)
    assert len(with_file) > 3


def test_unpublished_articles_are_not_asked(tmp_path: Path) -> None:
    """`content.jsp` answers with a log-in page."""
    with TestPortals(["vsb"], years=(2022,)) as served:
        (host,) = served.hosts.values()
        crawl(served.portals, tmp_path, delay=0)
    assert not [path for path in host.asked if path.startswith("/content.jsp")]
