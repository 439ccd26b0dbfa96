"""Crawls of real servers: what is found, fetched once, refused, and gone on with."""

from __future__ import annotations

import gzip
import html
import itertools
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from pathlib import Path

import pytest
import stamina

import scraper.http
from scraper.archive import read_archive, read_snapshot
from scraper.bodies import LARGEST_PAGE
from scraper.crawl import CrawlSummary, PortalSummary, crawl
from scraper.errors import HomeBusy, HomeNotWritable, StateError
from scraper.members import mend
from scraper.registry import Portal, read_registry, write_registry
from scraper.robots import LARGEST
from scraper.state import CrawlState
from scraper.status import read_runs

from .conftest import Answer, Site, rows, serving

TITLE = "丹山镇{}年政府信息公开工作年度报告"
LIST = {"/": b"home", "/list.html": rows(("a.html", TITLE.format(2020)), ("b.html", TITLE.format(2019)))}


def run(site: Site, home: Path, *columns: str, family: str = "") -> PortalSummary:
    (summary,) = crawl([site.portal(*(columns or ("/list.html",)), family=family)], home, delay=0).portals
    return summary


def archived(home: Path) -> list[str]:
    return [snapshot.url.rpartition("/")[2] for snapshot in read_archive(home / "archive")]


def test_reports_are_found_over_pages_and_neighbours_left_aside(site: Site, tmp_path: Path) -> None:
    """The next page is followed; 网站年度报表, 法治政府 and 图解 are counted and not fetched."""
    site.answers = {
        "/list.html": rows(
            ("a.html", TITLE.format(2020)),
            ("w.html", "雁江区2020年政府网站工作年度报表"),
            more='<a href="list_1.html">下一页</a>',
        ),
        "/list_1.html": rows(
            ("b.html", TITLE.format(2019)),
            ("t.html", "一图读懂丹山镇2020年政府信息公开年度报告"),
            ("f.html", "2020年法治政府建设年度报告"),
        ),
        "/a.html": b"A",
        "/b.html": b"B",
    }
    summary = run(site, tmp_path)
    assert (summary.found, summary.fetched, summary.left_aside, summary.failed) == (2, 2, 3, ())
    assert archived(tmp_path) == ["a.html", "b.html"]
    assert site.asked["/w.html"] == 0


def test_a_pager_printed_by_script_is_turned(site: Site, tmp_path: Path) -> None:
    """createPageHTML(3, 0, "index", "html"): page 2 is index_1.html."""
    pager = '<script>createPageHTML(3, {}, "index", "html")</script>'
    site.answers = {
        f"/index{f'_{n}' if n else ''}.html": rows((f"{n}.html", TITLE.format(2019 + n)), more=pager.format(n)) for n in range(3)
    }
    site.answers |= {f"/{n}.html": b"page" for n in range(3)}
    assert run(site, tmp_path, "/index.html").fetched == 3


def test_a_guessed_page_that_leads_home_is_no_page_of_the_list(site: Site, tmp_path: Path) -> None:
    """Of two addresses for page 2 one sends home: the reports that stand there are not the column's, and the other address is asked."""
    site.answers = {
        "/": rows(("x.html", "乙局2020年政府信息公开工作年度报告")),
        "/nb/index.html": rows(("a.html", TITLE.format(2020)), more='<script>createPageHTML(2, 2, 1, "index", "html")</script>'),
        "/nb/index_1.html": (302, {"Location": "/"}, b""),
        "/nb/index_2.html": rows(("b.html", TITLE.format(2019))),
        "/nb/a.html": b"A",
        "/nb/b.html": b"B",
        "/x.html": b"X",
    }
    summary = run(site, tmp_path, "/nb/index.html")
    assert (archived(tmp_path), summary.failed) == (["a.html", "b.html"], ())


@pytest.mark.parametrize("columns", [(), ("/nb/index.html",)])
def test_a_list_in_place_of_a_report_is_none(site: Site, tmp_path: Path, columns: tuple[str, ...]) -> None:
    """After many requests some portals answer with their home page or their index, under the address of the article and with status 200."""
    shown = "<html><head><title>甲县人民政府</title></head><body><p>{}</p>{}</body></html>"
    listed = rows(("/nb/a.html", TITLE.format(2020)), ("/nb/b.html", TITLE.format(2019))).decode()
    pages = {
        "/": shown.format("甲县人民政府办公室主办" * 90, rows(("/nb/index.html", "政府信息公开年报")).decode()).encode(),
        "/nb/index.html": shown.format("政府信息公开年报" * 90, listed).encode(),
    }
    site.answers = pages | {"/nb/a.html": b"<p>" + b"a" * 900, "/nb/b.html": pages[columns[0] if columns else "/"]}
    (summary,) = crawl([site.portal(*columns)], tmp_path, delay=0).portals
    assert ([failure.kind for failure in summary.failed], archived(tmp_path)) == (["soft error"], ["a.html"])
    site.answers["/nb/b.html"] = b"<p>" + b"b" * 900
    crawl([site.portal(*columns)], tmp_path, delay=0)
    assert archived(tmp_path) == ["a.html", "b.html"]


def test_what_leads_to_another_host_is_counted_and_no_failure(site: Site, tmp_path: Path) -> None:
    """Reports, columns and frames of a look-alike are neither asked for nor missed."""
    site.answers = LIST | {
        "/list.html": rows(
            ("a.html", TITLE.format(2020)),
            ("http://mirror.example/b.html", TITLE.format(2019)),
            ("http://mirror.example/nb/", "政府信息公开年报"),
            more='<iframe src="http://mirror.example/list.html"></iframe>',
        ),
        "/a.html": b"A",
    }
    summary = run(site, tmp_path)
    assert (summary.found, summary.foreign, summary.failed, summary.waiting) == (1, 2, (), 0)


def test_each_page_is_asked_for_from_the_page_that_leads_there(site: Site, tmp_path: Path) -> None:
    """Some platforms answer nothing to a request without its Referer, or with that of another page."""
    site.answers = {
        "/": rows(("/年报/", "政府信息公开年报")),
        "/%E5%B9%B4%E6%8A%A5/": b"<script>location.href='/nb/index.html'</script>",
        "/nb/index.html": rows(
            ("a.html", TITLE.format(2020)), more='<a href="index_1.html">下一页</a><iframe src="frame.html"></iframe>'
        ),
        "/nb/index_1.html": rows(("b.html", TITLE.format(2019))),
        "/nb/frame.html": rows(("c.html", TITLE.format(2018)), more='<a href="frame_1.html">下一页</a>'),
        "/nb/frame_1.html": rows(("d.html", TITLE.format(2017))),
    }
    site.answers |= {f"/nb/{name}.html": name.encode() for name in "abcd"}
    assert run(site, tmp_path, "/").fetched == 4
    column = "/%E5%B9%B4%E6%8A%A5/"
    wanted = {
        column: "/",
        "/nb/index.html": column,
        "/nb/index_1.html": column,
        "/nb/frame.html": column,
        "/nb/frame_1.html": column,
        "/nb/a.html": column,
        "/nb/c.html": "/nb/frame.html",
        "/nb/d.html": "/nb/frame.html",
    }
    assert {path: site.headers[path]["Referer"] for path in wanted} == {path: site.url(by) for path, by in wanted.items()}


def test_two_categories_of_one_address_are_two_columns(site: Site, tmp_path: Path) -> None:
    """`/gkmlpt/index#1` and `#2` are one page to the server, whose script shows what the fragment names."""
    row = '{{"articles": [{{"title": "{}", "url": "/gkmlpt/content/post_{}.html"}}]}}'
    site.answers = {"/gkmlpt/index": b"<script>window._CONFIG = {SID: '7', TREE: []}</script>"}
    for number in (1, 2):
        site.answers |= {
            f"/gkmlpt/api/all/{number}?page=1&sid=7": row.format(TITLE.format(2020 + number), number).encode(),
            f"/gkmlpt/content/post_{number}.html": f"{number}".encode(),
        }
    summary = run(site, tmp_path, "/gkmlpt/index#1", "/gkmlpt/index#2")
    assert (summary.failed, archived(tmp_path)) == ((), ["post_1.html", "post_2.html"])


def test_a_pager_without_end_stops(site: Site, tmp_path: Path) -> None:
    """A next page that brings no new link is the last."""
    site.answers = LIST | {
        "/list.html": rows(("a.html", TITLE.format(2020)), more='<a href="again.html">下一页</a>'),
        "/a.html": b"A",
    }
    site.answers["/again.html"] = rows(("a.html", TITLE.format(2020)), more='<a href="again.html?x">下一页</a>')
    assert run(site, tmp_path).fetched == 1
    assert sum(site.asked.values()) < 8


def test_pc_list_rows_are_read_from_the_script(site: Site, tmp_path: Path) -> None:
    """`urls` is JSON written as a string inside JSON; the family is found by its fingerprint."""
    script = '<script>var articleList = [{"id":"1","title":"%s","pubDate":"2021-01-26 10:00","urls":"{\\"pc\\":\\"/s/c1/pc/content/content_1.html\\"}"}];</script>'
    site.answers = {"/s/c1/pc/list.html": (script % TITLE.format(2020)).encode(), "/s/c1/pc/content/content_1.html": b"A"}
    summary = run(site, tmp_path, "/s/c1/pc/list.html")
    (snapshot,) = read_archive(tmp_path / "archive")
    assert (summary.family, summary.fetched) == ("pc_list", 1)
    assert (snapshot.link_title, snapshot.listed_on) == (TITLE.format(2020), "2021-01-26")


def test_a_second_run_fetches_only_what_is_new(site: Site, tmp_path: Path) -> None:
    """Lists are read again, archived pages are not."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B"}
    run(site, tmp_path)
    site.answers["/list.html"] = rows(("a.html", TITLE.format(2020)), ("c.html", TITLE.format(2021)))
    site.answers["/c.html"] = b"C"
    summary = run(site, tmp_path)
    assert (summary.fetched, summary.already) == (1, 2)
    assert (site.asked["/a.html"], site.asked["/list.html"]) == (1, 2)
    assert len(read_runs(tmp_path)) == 2


def test_a_failed_page_is_named_and_tried_again(site: Site, tmp_path: Path) -> None:
    """A missing page never stops the run, and the next run asks once more."""
    site.answers = LIST | {"/a.html": b"A"}
    summary = run(site, tmp_path)
    assert [(failure.url, failure.reason) for failure in summary.failed] == [(site.url("/b.html"), "HTTP 404")]
    site.answers["/b.html"] = b"B"
    assert run(site, tmp_path).fetched == 1
    assert sorted(archived(tmp_path)) == ["a.html", "b.html"]


def test_busy_servers_are_asked_again_a_bounded_number_of_times(site: Site, tmp_path: Path) -> None:
    """503 once is a page later; 503 for ever is a failure."""
    site.answers = LIST | {"/a.html": lambda n: (503, {}, b"") if n == 1 else (200, {}, b"A"), "/b.html": (503, {}, b"")}
    summary = run(site, tmp_path)
    assert summary.fetched == 1
    assert [failure.reason for failure in summary.failed] == ["HTTP 503"]
    assert (site.asked["/a.html"], site.asked["/b.html"]) == (2, 4)


def test_an_absurd_retry_after_parks_the_host(site: Site, tmp_path: Path) -> None:
    """A server that asks for a day is left alone until the next run, which goes on."""
    site.answers = LIST | {
        "/a.html": lambda n: (429, {"Retry-After": "86400"}, b"") if n == 1 else (200, {}, b"A"),
        "/b.html": b"B",
    }
    summary = run(site, tmp_path)
    assert (site.asked["/a.html"], site.asked["/b.html"], summary.waiting) == (1, 0, 2)
    assert "86400 seconds" in str(summary.error)
    assert run(site, tmp_path).fetched == 2


def test_a_busy_server_is_asked_a_bounded_number_of_times(site: Site, tmp_path: Path) -> None:
    """A Retry-After of nothing is obeyed four times."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": (429, {"Retry-After": "0"}, b"")}
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["http 429"]
    assert site.asked["/b.html"] == 4


def test_robots_are_obeyed(site: Site, tmp_path: Path) -> None:
    """A page that robots.txt disallows is not asked for."""
    site.answers = LIST | {"/robots.txt": b"User-agent: *\nDisallow: /b.html", "/a.html": b"A", "/b.html": b"B"}
    summary = run(site, tmp_path)
    assert (summary.fetched, site.asked["/b.html"]) == (1, 0)
    assert summary.failed[0].reason == "robots.txt does not allow it"


@pytest.mark.parametrize("status", [401, 403, 500])
def test_unreadable_robots_mean_no(site: Site, tmp_path: Path, status: int) -> None:
    """Where permission cannot be established, nothing is fetched."""
    site.answers = LIST | {"/robots.txt": (status, {}, b"")}
    summary = run(site, tmp_path)
    assert summary.error is not None
    assert "robots.txt" in summary.error
    assert site.asked["/list.html"] == 0


def test_redirects_are_followed_within_the_portal_only(site: Site, tmp_path: Path) -> None:
    """A redirect on the host is followed and keeps the link's address; one to another host is refused, a loop is cut."""
    site.answers = LIST | {
        "/a.html": (301, {"Location": "/new/a.html"}, b""),
        "/new/a.html": b"A",
        "/b.html": (302, {"Location": "http://mirror.example/b.html"}, b""),
    }
    summary = run(site, tmp_path)
    assert archived(tmp_path) == ["a.html"]
    assert "mirror.example" in summary.failed[0].reason
    site.answers["/b.html"] = (302, {"Location": "/b.html"}, b"")
    assert "redirects" in run(site, tmp_path).failed[0].reason


@pytest.mark.parametrize("path", ["/b.html", "/robots.txt"])
def test_a_redirect_to_no_address_is_archived_as_it_came(site: Site, tmp_path: Path, path: str) -> None:
    """httpx gives up the whole answer, which is kept like any other and named."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B", path: (302, {"Location": "http://[nowhere"}, b"moved")}
    summary = run(site, tmp_path)
    (kept,) = read_archive(tmp_path / "archive", role="error")
    assert (kept.url, kept.status, kept.body) == (site.url(path), 302, b"moved")
    assert b"Location: http://[nowhere" in b"".join(
        gzip.decompress(f.read_bytes()) for f in (tmp_path / "archive").glob("*.warc.gz")
    )
    assert "'http://[nowhere', which is no address" in str(summary.error or summary.failed[0].reason)


def test_links_to_other_hosts_are_not_followed(site: Site, tmp_path: Path) -> None:
    """A look-alike on the list is not fetched."""
    site.answers = {
        "/list.html": rows(("http://mirror.example/a.html", TITLE.format(2020)), ("b.html", TITLE.format(2019))),
        "/b.html": b"B",
    }
    assert run(site, tmp_path).found == 1


def test_private_addresses_need_to_be_named(site: Site, tmp_path: Path) -> None:
    """A row that does not name the loopback address in allowed_hosts gets nothing from it."""
    named = site.portal("/list.html")
    bare = Portal(
        named.key, named.name, named.division_code, named.level, named.home_url, "", named.reports_urls, frozenset(), ""
    )
    (summary,) = crawl([bare], tmp_path, delay=0).portals
    assert summary.fetched == 0
    assert site.asked.total() == 0


def test_compressed_pages_are_archived_as_sent_and_read_as_meant(site: Site, tmp_path: Path) -> None:
    """The archive keeps the gzip body; a reader of the snapshot gets the page."""
    page = "年报".encode() * 500
    site.answers = LIST | {"/a.html": (200, {"Content-Encoding": "gzip"}, gzip.compress(page)), "/b.html": b"B"}
    run(site, tmp_path)
    first = next(iter(read_archive(tmp_path / "archive")))
    assert first.body == page


def test_one_dead_portal_does_not_stop_the_others(site: Site, tmp_path: Path) -> None:
    """A refused connection is the portal's error, named with its address."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B"}
    dead = Portal("dead", "死", "512002", "county", "http://127.0.0.1:9/", "", (), frozenset({"127.0.0.1:9"}), "")
    summary = crawl([dead, site.portal("/list.html")], tmp_path, delay=0)
    assert [(p.portal, p.fetched) for p in summary.portals] == [("dead", 0), ("test", 2)]
    assert "127.0.0.1:9" in str(summary.portals[0].error)


def test_robots_are_obeyed_however_they_are_sent(site: Site, tmp_path: Path) -> None:
    """Compressed or moved, the rules hold, and they are in the archive."""
    rules = b"User-agent: *\nDisallow: /b.html"
    site.answers = LIST | {
        "/robots.txt": (301, {"Location": "/rules.txt"}, b""),
        "/rules.txt": (200, {"Content-Encoding": "gzip"}, gzip.compress(rules)),
        "/a.html": b"A",
        "/b.html": b"B",
    }
    assert run(site, tmp_path).fetched == 1
    assert site.asked["/b.html"] == 0
    assert [snapshot.body for snapshot in read_archive(tmp_path / "archive", role="robots")] == [rules]


def test_a_column_that_robots_disallow_leaves_the_others(site: Site, tmp_path: Path) -> None:
    """The disallowed column is named; the portal's other columns are read."""
    site.answers = LIST | {"/robots.txt": b"User-agent: *\nDisallow: /x/", "/a.html": b"A", "/b.html": b"B"}
    summary = run(site, tmp_path, "/x/list.html", "/list.html")
    assert summary.fetched == 2
    assert [failure.url for failure in summary.failed] == [site.url("/x/list.html")]


def test_a_crawl_delay_beyond_reason_is_a_no(site: Site, tmp_path: Path) -> None:
    """A host that asks for a day between two requests is left alone and named."""
    site.answers = LIST | {"/robots.txt": b"User-agent: *\nCrawl-delay: 86400"}
    assert "86400 seconds" in str(run(site, tmp_path).error)
    assert site.asked["/list.html"] == 0


def test_addresses_that_are_none_do_not_end_the_run(site: Site, tmp_path: Path) -> None:
    """Hand-written links hold `http://[` and ports that are words; both families pass over them."""
    bad = ("http://[x/a.html", "http://a.gov.cn:port/")
    site.answers = {"/list.html": rows(*((address, TITLE.format(2020)) for address in bad), ("a.html", TITLE.format(2019)))}
    cells = ",".join(f'{{"title":"{TITLE.format(2020)}","urls":"{{\\"pc\\":\\"{url}\\"}}"}}' for url in (*bad, "/a.html"))
    site.answers |= {"/s/c/pc/list.html": f"<script>var articleList = [{cells}]</script>".encode(), "/a.html": b"A"}
    assert run(site, tmp_path / "static").fetched == 1
    assert run(site, tmp_path / "pc", "/s/c/pc/list.html").fetched == 1


def test_rows_in_an_attribute_are_read(site: Site, tmp_path: Path) -> None:
    """The array may stand outside of scripts, its quotes as entities; without an address in the row's family it is found out."""
    array = f'{{"articleList": [{{"title":"{TITLE.format(2020)}","urls":"{{\\"pc\\":\\"/a.html\\"}}"}}]}}'
    site.answers = {"/c/pc/list.html": f"<div data-rows='{html.escape(array)}'></div>".encode(), "/a.html": b"A"}
    summary = run(site, tmp_path, "/c/pc/list.html")
    assert (summary.fetched, summary.family) == (1, "pc_list")
    assert "/c/pc/list.html" in summary.evidence


def test_a_column_without_links_is_named(site: Site, tmp_path: Path) -> None:
    """A shell or challenge page is not a column without reports."""
    site.answers = {"/list.html": b"<script>location.reload()</script>"}
    (failure,) = run(site, tmp_path).failed
    assert (failure.url, failure.reason[:9]) == (site.url("/list.html"), "list page")


@pytest.mark.parametrize(
    ("encoding", "body", "says"),
    [
        ("gzip", gzip.compress(b"page" * 5000, mtime=0)[:-12], "does not inflate"),
        ("gzip", gzip.compress(b"\0" * (LARGEST_PAGE + 1), mtime=0), "bytes when inflated"),
        ("br", b"\x0b\x02\x80", "was not asked for"),
    ],
)
def test_bodies_that_do_not_inflate_are_no_pages(site: Site, tmp_path: Path, encoding: str, body: bytes, says: str) -> None:
    """A body cut in the middle, a bomb, an encoding nobody asked for: named, never stored as complete."""
    site.answers = LIST | {"/a.html": (200, {"Content-Encoding": encoding}, body), "/b.html": b"B"}
    (failure,) = run(site, tmp_path).failed
    assert says in failure.reason
    assert archived(tmp_path) == ["b.html"]


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [("deflate", zlib.compress(b"page")), ("deflate", zlib.compress(b"page")[2:-4]), ("gzip", b"page"), ("identity", b"page")],
)
def test_encodings_are_undone_as_servers_mean_them(site: Site, tmp_path: Path, encoding: str, sent: bytes) -> None:
    """Deflate with and without its header, and pages that say gzip and are not."""
    site.answers = LIST | {"/a.html": (200, {"Content-Encoding": encoding}, sent), "/b.html": b"B"}
    run(site, tmp_path)
    assert next(iter(read_archive(tmp_path / "archive"))).body == b"page"


@pytest.mark.parametrize("when", ["Wed, 21 Oct 999999 07:28:00 GMT", "soon"])
def test_a_retry_after_that_is_no_time_is_no_wait(site: Site, tmp_path: Path, when: str) -> None:
    """It is asked again as if nothing were said, and does not end the run."""
    site.answers = LIST | {"/a.html": lambda n: (429, {"Retry-After": when}, b"") if n == 1 else (200, {}, b"A"), "/b.html": b"B"}
    assert run(site, tmp_path).fetched == 2


def test_a_retry_after_is_waited_for(site: Site, tmp_path: Path) -> None:
    """The second request comes no sooner than the server asked."""
    times: list[float] = []

    def busy(asked: int) -> tuple[int, dict[str, str], bytes]:
        times.append(time.monotonic())
        return (429, {"Retry-After": "2"}, b"") if asked == 1 else (200, {}, b"A")

    site.answers = {"/list.html": rows(("a.html", TITLE.format(2020))), "/a.html": busy}
    with stamina.set_testing(False):  # tests wait nothing between tries otherwise
        assert run(site, tmp_path).fetched == 1
    assert times[1] - times[0] >= 1.9


def test_one_crawl_at_a_time(site: Site, tmp_path: Path) -> None:
    """A second crawl of the same home says so and touches nothing; when the first ends, the next may begin."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B"}
    with closing(CrawlState(tmp_path)), pytest.raises(HomeBusy, match="another crawl"):
        run(site, tmp_path)
    assert run(site, tmp_path).fetched == 2


def test_a_state_that_is_none_is_named(site: Site, tmp_path: Path) -> None:
    """A file of another kind under the state's name ends in one line, reading and writing."""
    (tmp_path / "crawl.db").write_bytes(b"no database, but long enough to be looked at" * 30)
    with pytest.raises(StateError, match=r"crawl\.db"):
        read_runs(tmp_path)
    with pytest.raises(HomeNotWritable, match=r"crawl\.db"):
        run(site, tmp_path)


def test_the_rows_crawled_stand_beside_the_archive(site: Site, tmp_path: Path) -> None:
    """portals.csv gathers the rows of all crawls by key, the latest of each."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B"}
    for key, family in (("one", ""), ("two", ""), ("one", "static_list")):
        crawl([site.portal("/list.html", key=key, family=family)], tmp_path, delay=0)
    kept = read_registry(tmp_path / "archive" / "portals.csv")
    assert [(portal.key, portal.family) for portal in kept] == [("one", "static_list"), ("two", "")]


CRAWL = """
import sys
from pathlib import Path
from scraper.crawl import crawl
from scraper.registry import read_registry
crawl(read_registry(Path(sys.argv[1])), Path(sys.argv[2]), delay=0)
"""


def test_killed_at_any_moment_nothing_is_lost(site: Site, tmp_path: Path) -> None:
    """SIGKILL between any two pages: what is done is in the archive under its place, and the end is that of a calm crawl."""
    names = [f"{number}.html" for number in range(40)]
    pages = {f"/{name}": f"page {name}".encode() for name in names}
    site.answers = {"/list.html": rows(*((name, TITLE.format(2020)) for name in names)), **pages}
    registry, home = tmp_path / "portals.csv", tmp_path / "home"
    write_registry(registry, [site.portal("/list.html")])
    kills = [3, 4, 11, 25, 38]
    for kill_at in kills:
        process = subprocess.Popen([sys.executable, "-c", CRAWL, str(registry), str(home)])
        deadline = time.monotonic() + 30
        while sum(site.asked[path] > 0 for path in pages) < kill_at and time.monotonic() < deadline:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with closing(sqlite3.connect(home / "crawl.db")) as db:
            done = db.execute("select warc_file, warc_offset, url, sha256 from links where state = 'done'").fetchall()
        folder = tmp_path / f"killed_{kill_at}"
        shutil.copytree(home / "archive", folder)
        mend(folder)
        for warc_file, offset, url, sha256 in done:
            snapshot = read_snapshot(folder, warc_file, offset)
            assert (snapshot.url, snapshot.sha256) == (url, sha256)
    (summary,) = crawl(read_registry(registry), home, delay=0).portals
    assert summary.already + summary.fetched == len(names)
    bodies = {snapshot.url.rpartition("/")[2]: snapshot.body for snapshot in read_archive(home / "archive")}
    assert bodies == {name: pages[f"/{name}"] for name in names}
    assert all(site.asked[path] <= 1 + len(kills) for path in pages)
    assert sum(site.asked[path] for path in pages) <= len(names) + len(kills)
    assert [run.finished_at is None for run in read_runs(home)] == [True] * len(kills) + [False]


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))" + CRAWL
"""No file may grow beyond 150 KB: the write that does fails in its middle, as on a full disk."""


def test_a_full_disk_ends_the_run_and_loses_nothing(site: Site, tmp_path: Path) -> None:
    """One line that says so; what was finished is kept and is not fetched again when there is room."""
    names = [f"{number}.html" for number in range(30)]
    site.answers = {f"/{name}": random.Random(name).randbytes(9_000) for name in names}  # noqa: S311 (does not compress)
    site.answers["/list.html"] = rows(*((name, TITLE.format(2020)) for name in names))
    registry, home = tmp_path / "portals.csv", tmp_path / "home"
    write_registry(registry, [site.portal("/list.html")])
    full = subprocess.run([sys.executable, "-c", FULL, str(registry), str(home)], capture_output=True, text=True, check=False)
    assert "HomeNotWritable" in full.stderr.splitlines()[-1]
    mend(home / "archive")
    kept = {snapshot.url for snapshot in read_archive(home / "archive")}
    assert 5 < len(kept) < len(names)
    (summary,) = crawl(read_registry(registry), home, delay=0).portals
    assert (summary.already, summary.fetched, summary.failed) == (len(kept), len(names) - len(kept), ())
    assert {site.asked[url.removeprefix(site.url(""))] for url in kept} == {1}
    assert len(list(read_archive(home / "archive"))) == len(names)


def test_a_lost_network_leaves_the_rest_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes any more in the middle of a run: three pages are tried, no more, and the next run goes on with what is left."""
    monkeypatch.setattr(scraper.http, "SILENCE", 0.2)
    names = [f"{number}.html" for number in range(20)]
    pages: dict[str, Answer] = {f"/{name}": f"page {name}".encode() for name in names}
    with serving(Site(answers=pages | {"/list.html": rows(*((name, TITLE.format(2020)) for name in names))})) as site:
        up, tried = site.answer, set()

        def down(path: str) -> tuple[int, dict[str, str], bytes]:
            tried.add(path)
            return 200, {"Content-Length": "9"}, b""

        site.answer = lambda path: up(path) if sum(site.asked.values()) < 8 else down(path)  # type: ignore[method-assign]
        (cut,) = crawl([site.portal("/list.html")], tmp_path, delay=0).portals
        assert (cut.fetched, cut.waiting, len(tried)) == (6, len(names) - 6, 3)
        site.answer = up  # type: ignore[method-assign]
        (rest,) = crawl([site.portal("/list.html")], tmp_path, delay=0).portals
    assert (rest.already, rest.fetched) == (6, len(names) - 6)


def test_the_agent_names_project_and_contact(site: Site, tmp_path: Path) -> None:
    """Portals can see who asks."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B"}
    summary: CrawlSummary = crawl([site.portal("/list.html")], tmp_path, delay=0, contact="team@example.org")
    assert summary.portals[0].fetched == 2
    assert all("nianbao" in agent and "team@example.org" in agent for agent in site.agents)


def test_requests_keep_their_distance(site: Site, tmp_path: Path) -> None:
    """Between two requests to a host lies at least the delay."""
    site.answers = LIST | {"/a.html": b"A", "/b.html": b"B"}
    crawl([site.portal("/list.html")], tmp_path, delay=0.2)
    times = sorted(s.fetched_at for role in ("list", "report") for s in read_archive(tmp_path / "archive", role=role))
    gaps = [_seconds(later) - _seconds(earlier) for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == 2
    assert all(gap >= 0.18 for gap in gaps)


def _seconds(stamp: str) -> float:
    minutes, seconds = stamp.removesuffix("Z").split(":")[1:]
    return int(minutes) * 60 + float(seconds)


def test_a_home_that_is_a_file_is_refused(site: Site, tmp_path: Path) -> None:
    """One clear error, before anything is fetched."""
    home = tmp_path / "home"
    home.write_text("")
    with pytest.raises(HomeNotWritable, match="home"):
        crawl([site.portal("/list.html")], home)
    assert site.asked.total() == 0


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        ((404, {}, b"not found"), []),
        ((200, {}, b"<html><body>" + b" " * 300 + b"</body></html>"), []),
        ((500, {}, b"broken"), ["http 500"]),
        ((502, {}, b"broken"), ["http 502"]),
        ((429, {"Retry-After": "0"}, b""), ["http 429"]),
        ((200, {"Content-Length": "900", "Connection": "close"}, b"<html>"), ["broken"]),
        ((200, {"Content-Length": "900"}, b"<html>"), ["out of reach"]),
    ],
)
def test_only_a_page_that_is_not_there_ends_a_list(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, dict[str, str], bytes], kinds: list[str]
) -> None:
    """A list of two pages may end at `index_1` or at `index_2`: what cannot be had where it may end is named, what is not there is the end."""
    monkeypatch.setattr(scraper.http, "SILENCE", 0.3)
    counted = "<script>var countPage = 2;</script>"
    site.answers = {
        "/nb/": rows(("a.html", TITLE.format(2020)), more=counted),
        "/nb/index_1.html": rows(("b.html", TITLE.format(2019)), more=counted),
        "/nb/index_2.html": lambda _: answer,
        "/nb/a.html": b"<p>" + b"a" * 900,
        "/nb/b.html": b"<p>" + b"b" * 900,
    }
    (summary,) = crawl([site.portal("/nb/")], tmp_path, delay=0).portals
    assert (summary.fetched, [failure.kind for failure in summary.failed]) == (2, kinds)
    assert site.asked["/nb/index_2.html"] >= 1


def test_a_304_that_was_not_asked_for_is_no_page(site: Site, tmp_path: Path) -> None:
    """A page that was never had cannot be unchanged: it is named, and the next run asks again."""
    site.answers = LIST | {"/a.html": (304, {}, b""), "/b.html": b"<p>" + b"b" * 900}
    assert [(failure.kind, failure.url) for failure in run(site, tmp_path).failed] == [("http 304", site.url("/a.html"))]
    site.answers["/a.html"] = b"<p>" + b"a" * 900
    assert run(site, tmp_path).failed == ()
    assert sorted(archived(tmp_path)) == ["a.html", "b.html"]


def test_a_body_in_several_gzip_members_is_read_whole(site: Site, tmp_path: Path) -> None:
    """Caches put compressed parts together; the second is no rubbish behind the first, what is none is."""
    first, second = b"<html><p>" + b"1" * 900, b"<p>" + b"2" * 900 + b"</html>"
    sent = gzip.compress(first) + gzip.compress(second)
    site.answers = LIST | {
        "/a.html": (200, {"Content-Encoding": "gzip"}, sent),
        "/b.html": (200, {"Content-Encoding": "gzip"}, gzip.compress(first + b"b") + b"\n"),
    }
    assert run(site, tmp_path).failed == ()
    assert {snapshot.body for snapshot in read_archive(tmp_path / "archive")} == {first + second, first + b"b"}


def test_an_endless_robots_txt_is_read_as_far_as_asked(site: Site, tmp_path: Path) -> None:
    """Half a megabyte: what stands there holds, and the rest is not read."""
    filler = b"Disallow: /x\n" * 45_000
    robots = b"User-agent: *\nDisallow: /a.html\n" + filler + b"Disallow: /b.html\n"
    assert len(robots) > LARGEST
    site.answers = LIST | {"/robots.txt": robots, "/a.html": b"<p>" + b"a" * 900, "/b.html": b"<p>" + b"b" * 900}
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["robots"]
    assert archived(tmp_path) == ["b.html"]


@pytest.mark.parametrize(
    ("encoding", "sent"), [("br", b"brotli"), ("gzip", gzip.compress(b"no" * 900, mtime=0)[:20]), ("gzip, gzip", b"x")]
)
def test_an_error_page_that_cannot_be_read_spoils_no_archive(site: Site, tmp_path: Path, encoding: str, sent: bytes) -> None:
    """Nobody needs what it says; it stands in the archive as it was sent, and the next run reads past it."""
    site.answers = LIST | {"/a.html": (404, {"Content-Encoding": encoding}, sent), "/b.html": b"<p>" + b"b" * 900}
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["http 404"]
    assert [snapshot.body for snapshot in read_archive(tmp_path / "archive", role="error")] == [sent]
    assert run(site, tmp_path).already == 1
