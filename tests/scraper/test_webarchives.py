"""Archives as sources: what is gone or walled is read from there, marked as such, and only where it is the portal's own."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import scraper.captures
import scraper.commoncrawl
from scraper.archive import Snapshot, read_archive
from scraper.captures import MOST_CAPTURES, MOST_LISTS, ArchivedPortal, Capture, WebArchive, original
from scraper.commoncrawl import MOST_COLLECTIONS, CommonCrawl
from scraper.crawl import Options, PortalSummary, crawl
from scraper.errors import BrokenBody, NotArchived, TooLarge
from scraper.exchange import Exchange
from scraper.links import Request
from scraper.registry import Portal
from scraper.status import read_known, read_runs, read_status
from scraper.wayback import Wayback

from .conftest import Site, rows
from .webarchives import Archive, Held, serving

TITLE = "丹山镇{}年政府信息公开工作年度报告"
COLUMN = "http://www.jia.gov.cn/zfxxgk/nb/"
PORTAL = Portal("jia", "甲县", "512002", "county", "http://www.jia.gov.cn/", "", (COLUMN,), frozenset(), "")
CHALLENGE = b'<html><body><script>document.cookie="C3VK=a;path=/";location.reload()</script></body></html>'


def page(year: int, figure: int = 7) -> bytes:
    """A report; long enough to be no error page."""
    prose = "<p>根据条例规定，编制本报告。</p>" * 60
    return (
        f"<html><head><title>{TITLE.format(year)}</title></head><body><h1>{TITLE.format(year)}</h1>{prose}"
        f"<table><tr><td>本年新收</td><td>{figure}</td></tr><tr><td>申请人情况</td></tr><tr><td>结转下年度</td></tr></table></body></html>"
    ).encode()


LISTED = Held(COLUMN, "20230301010203", rows(("a.html", TITLE.format(2022)), ("b.html", TITLE.format(2021))))
HELD = (
    LISTED,
    Held("http://www.jia.gov.cn:80/zfxxgk/nb/a.html", "20230302000000", page(2022)),
    Held("https://www.jia.gov.cn/zfxxgk/nb/a.html", "20230303000000", page(2022)),
    Held(f"{COLUMN}b.html", "20220202020202", page(2021)),
    Held(f"{COLUMN}c.html", "20220202030303", page(2020)),
    Held(f"{COLUMN}d.html", "20220202030303", "<html><body><h1>关于开会的通知</h1>".encode() + b"<p>x</p>" * 200),
)

Via = Callable[[Archive], WebArchive]
VIA: dict[str, Via] = {
    "wayback": lambda archive: Wayback(archive.base),
    "commoncrawl": lambda archive: CommonCrawl(archive.base, archive.base),
}
each = pytest.mark.parametrize("via", VIA.values(), ids=list(VIA))


def run(via: WebArchive, home: Path, portal: Portal = PORTAL, *, only_failed: bool = False) -> PortalSummary:
    (summary,) = crawl([portal], home, delay=0, options=Options(via=via, only_failed=only_failed)).portals
    return summary


def reports(home: Path) -> dict[str, Snapshot]:
    return {snapshot.url: snapshot for snapshot in read_archive(home / "archive")}


@each
def test_a_portal_is_read_from_an_archive(via: Via, tmp_path: Path) -> None:
    """Listed reports under their own addresses, and one that the captured list does not name; each once, with its time and source."""
    with serving(*HELD) as archive:
        summary = run(via(archive), tmp_path)
    found = reports(tmp_path)
    assert (summary.fetched, summary.failed, summary.error, summary.source) == (3, (), None, via(archive).name)
    assert {url: s.body for url, s in found.items()} == {
        f"{COLUMN}a.html": page(2022),
        f"{COLUMN}b.html": page(2021),
        f"{COLUMN}c.html": page(2020),
    }
    assert {(s.source, s.portal, s.status) for s in found.values()} == {(via(archive).name, "jia", 200)}
    assert [found[f"{COLUMN}{name}.html"].fetched_at for name in "abc"] == [
        "2023-03-03T00:00:00.000000Z",
        "2022-02-02T02:02:02.000000Z",
        "2022-02-02T03:03:03.000000Z",
    ]


@each
def test_an_archive_that_is_busy_is_asked_again(via: Via, tmp_path: Path) -> None:
    """503 from the index, then rows."""
    with serving(*HELD) as archive:
        archive.busy.update({"/cdx/search/cdx": 2, "/CC-MAIN-2023-06-index": 2})
        assert run(via(archive), tmp_path).fetched == 3


@each
def test_an_index_that_holds_nothing(via: Via, tmp_path: Path) -> None:
    """`[]` and 404: the column is named as not archived, and the portal's own state is untouched."""
    with serving() as archive:
        summary = run(via(archive), tmp_path)
    assert [failure.kind for failure in summary.failed] == ["not archived"]
    assert (summary.fetched, read_status(tmp_path)) == (0, {})


@each
def test_captures_of_other_hosts_do_not_count(via: Via, tmp_path: Path) -> None:
    """A mirror whose captures the index gives out with the portal's is not read."""
    mirror = [replace(h, url=h.url.replace("www.jia.gov.cn", "www.jia.gov.cn.mirror.example")) for h in HELD[1:]]
    for held in mirror:
        object.__setattr__(held, "is_asked", lambda query: True)
    with serving(LISTED, *mirror) as archive:
        summary = run(via(archive), tmp_path)
    assert (summary.fetched, reports(tmp_path)) == (0, {})
    assert len(summary.failed) == 2


@each
def test_captures_of_walls_and_error_pages_are_passed_over(via: Via, tmp_path: Path) -> None:
    """The newest capture is a challenge, the next an error page, the third the report; the archive is not held to be walled."""
    gone = "<html><body>您访问的页面不存在</body></html>".encode()
    captures = [("20230909000000", CHALLENGE), ("20230808000000", gone), ("20230707000000", page(2022))]
    with serving(LISTED, *(Held(f"{COLUMN}a.html", at, body) for at, body in captures), HELD[3]) as archive:
        summary = run(via(archive), tmp_path)
    assert (summary.fetched, summary.blocked, summary.failed) == (2, 0, ())
    assert reports(tmp_path)[f"{COLUMN}a.html"].body == page(2022)
    assert [s.body for s in read_archive(tmp_path / "archive", role="blocked")] == [CHALLENGE]


@each
def test_what_failed_at_the_portal_is_fetched_from_an_archive(via: Via, site: Site, tmp_path: Path) -> None:
    """--failed --via: what was walled, and is archived; what is not stays what it was, and a later crawl of the portal goes on."""
    names = ("a.html", "b.html", "x.html")
    site.answers = {"/nb/": rows(*((name, TITLE.format(2000 + n)) for n, name in enumerate(names))), "/nb/a.html": page(2020)}
    site.answers |= {"/nb/b.html": (403, {}, b""), "/nb/x.html": (403, {}, b"")}
    portal = site.portal("/nb/")
    crawl([portal], tmp_path, delay=0)
    with serving(Held(site.url("/nb/b.html"), "20230301010203", page(2021))) as archive:
        for held in archive.held:
            object.__setattr__(held, "is_asked", lambda query: True)
        summary = run(via(archive), tmp_path, portal, only_failed=True)
    assert (summary.fetched, [f.kind for f in summary.failed]) == (1, ["not archived"])
    assert {k.link.url[-6:]: k.state for k in read_known(tmp_path, "test")} == {
        "a.html": "done",
        "b.html": "done",
        "x.html": "due",
    }
    site.answers |= {"/nb/b.html": page(2021, 8), "/nb/x.html": page(2022)}
    (again,) = crawl([portal], tmp_path, delay=0).portals
    assert (again.fetched, again.changed, again.error) == (1, 1, None)
    assert len([s for s in read_archive(tmp_path / "archive") if s.url == site.url("/nb/b.html")]) == 2


def test_an_archive_run_is_compared_with_its_own_kind(tmp_path: Path) -> None:
    """A run over an archive that holds little is no alarm for the portal's own."""
    with serving(*HELD) as archive:
        run(Wayback(archive.base), tmp_path)
        assert run(Wayback(archive.base), tmp_path).found_before == 3
        (other,) = crawl([PORTAL], tmp_path, delay=0, options=Options(via=CommonCrawl(archive.base, archive.base))).portals
    assert (other.found_before, len(read_runs(tmp_path))) == (None, 3)


def test_the_wayback_may_lead_to_another_moment(tmp_path: Path) -> None:
    """The time is that of the capture that answered."""
    with serving(LISTED, HELD[3], Held(f"{COLUMN}a.html", "20230101000000", page(2022))) as archive:
        archive.elsewhere[f"/web/20230101000000id_/{COLUMN}a.html"] = f"/web/20230102000000id_/{COLUMN}a.html"
        archive.held.append(Held(f"{COLUMN}a.html", "20230102000000", page(2022), status=200))
        object.__setattr__(archive.held[-1], "is_asked", lambda query: False)
        run(Wayback(archive.base), tmp_path)
    assert reports(tmp_path)[f"{COLUMN}a.html"].fetched_at == "2023-01-02T00:00:00.000000Z"


def test_the_wayback_may_not_lead_to_another_host(tmp_path: Path) -> None:
    """A capture of a mirror is no capture of the portal."""
    mirror = Held("http://www.jia.gov.cn.mirror.example/a.html", "20230102000000", page(2022))
    with serving(LISTED, HELD[3], Held(f"{COLUMN}a.html", "20230101000000", page(2022)), mirror) as archive:
        archive.elsewhere[f"/web/20230101000000id_/{COLUMN}a.html"] = f"/web/20230102000000id_/{mirror.url}"
        summary = run(Wayback(archive.base), tmp_path)
    assert (set(reports(tmp_path)), "mirror.example" in summary.failed[0].reason) == ({f"{COLUMN}b.html"}, True)


def test_an_index_whose_key_leads_in_a_circle_ends(tmp_path: Path) -> None:
    """The same resume key for ever: its rows are read once more, then no longer."""
    with serving(*HELD) as archive:
        whole = archive._cdx
        archive._cdx = lambda query, raw: whole(query, "")  # type: ignore[method-assign]
        run(Wayback(archive.base), tmp_path)
        assert archive.asked["/cdx/search/cdx"] < 12


def test_an_archive_without_ranges_is_refused(tmp_path: Path) -> None:
    """A whole file in place of a record is not read."""
    with serving(*HELD) as archive:
        archive.ranges = False
        summary = run(CommonCrawl(archive.base, archive.base), tmp_path)
    assert summary.fetched == 0
    assert "HTTP 200 from the archive for a part of a file" in summary.failed[0].reason


@pytest.mark.parametrize("damage", [b"", b"no gzip at all", b"\x1f\x8b\x08\x00"])
def test_a_slice_that_is_no_record_is_named(damage: bytes, tmp_path: Path) -> None:
    """A file that holds something else at the place: no page, no crash."""
    with serving(*HELD) as archive:
        archive.file = damage.ljust(len(archive.file), b"\0")
        summary = run(CommonCrawl(archive.base, archive.base), tmp_path)
    assert (summary.fetched, reports(tmp_path)) == (0, {})
    assert "no whole record" in summary.failed[0].reason


def test_a_record_of_another_page_is_refused(tmp_path: Path) -> None:
    """An index whose places are wrong would put one town's figures under another's address."""
    with serving(*HELD) as archive:
        archive.places = dict.fromkeys(archive.places, archive.places[3])
        run(CommonCrawl(archive.base, archive.base), tmp_path)
    assert set(reports(tmp_path)) == {f"{COLUMN}b.html"}


@pytest.mark.parametrize("answer", [b"<html>busy</html>", b"{}", b'[["a"],["b","c"]]', b'[["timestamp"],["1"]]', b"7"])
def test_an_index_that_answers_otherwise_is_named(answer: bytes, site: Site, tmp_path: Path) -> None:
    """HTML, an object, rows that do not fit: one failure with its reason."""
    site.answer = lambda path: (200, {}, answer)  # type: ignore[method-assign]
    summary = run(Wayback(f"http://{site.host}"), tmp_path)
    assert [failure.kind for failure in summary.failed] == ["broken"]


def test_the_public_archive_may_not_have_a_private_address() -> None:
    """Only a server that the user names may stand on loopback."""
    assert (Wayback().own_hosts, CommonCrawl().own_hosts) == (frozenset(), frozenset())
    assert Wayback("http://127.0.0.1:9").own_hosts == {"127.0.0.1:9"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://www.jia.gov.cn:80/a", "http://www.jia.gov.cn/a"),
        ("https://www.jia.gov.cn:443", "https://www.jia.gov.cn"),
        ("http://www.jia.gov.cn:8080/a", "http://www.jia.gov.cn:8080/a"),
        ("http://www.jia.gov.cn/:80/a", "http://www.jia.gov.cn/:80/a"),
    ],
)
def test_ports_that_go_without_saying_are_dropped(written: str, meant: str) -> None:
    """And no others."""
    assert original(written) == meant


@each
def test_reports_that_fell_off_a_list_are_found_in_its_older_captures(via: Via, tmp_path: Path) -> None:
    """Three states of one list, the first captured twice: what any of them named is read once, under the titles of the newest that names it."""
    old = rows(("/gk/old.html", TITLE.format(2017)), ("a.html", TITLE.format(2018)))
    middle = rows(("/gk/middle.html", TITLE.format(2019)), ("https://www.jia.gov.cn/gk//old.html", TITLE.format(2017)))
    held = (
        Held(COLUMN, "20220101000000", old),
        Held(COLUMN, "20220201000000", old),
        Held(COLUMN, "20220601000000", middle),
        Held(COLUMN, "20221201000000", CHALLENGE),
        Held(COLUMN, "20230101000000", rows(("b.html", TITLE.format(2022)))),
        *(
            Held(f"http://www.jia.gov.cn{path}.html", "20230101000000", page(year))
            for path, year in (("/gk/old", 2017), ("/zfxxgk/nb/a", 2018), ("/gk/middle", 2019), ("/zfxxgk/nb/b", 2022))
        ),
    )
    with serving(*held) as archive:
        summary = run(via(archive), tmp_path)
    assert (summary.found, summary.fetched, summary.failed) == (4, 4, ())
    assert sorted(found.body for found in reports(tmp_path).values()) == sorted(map(page, (2017, 2018, 2019, 2022)))
    lists = [snapshot.body for snapshot in read_archive(tmp_path / "archive", role="list")]
    assert lists == [rows(("b.html", TITLE.format(2022))), middle, old]


def test_of_many_captures_of_a_list_some_of_all_years_are_read(tmp_path: Path) -> None:
    """A list with a counter has another digest at each capture: the first, the last, and some between."""
    held = [
        Held(COLUMN, f"20{n:02}0101000000", rows(("a.html", TITLE.format(2022)), more=f"<p>访问量 {n}</p>")) for n in range(1, 24)
    ]
    held[0] = Held(COLUMN, "20010101000000", rows(("/gk/first.html", TITLE.format(2000))))
    reports_held = [
        Held("http://www.jia.gov.cn/gk/first.html", "20050101000000", page(2000)),
        Held(f"{COLUMN}a.html", "20230101000000", page(2022)),
    ]
    with serving(*held, *reports_held) as archive:
        summary = run(Wayback(archive.base), tmp_path)
    assert (summary.fetched, summary.failed) == (2, ())
    assert len(list(read_archive(tmp_path / "archive", role="list"))) == MOST_LISTS


def test_a_large_directory_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a number of rows each page is looked up by itself, and is found all the same."""
    monkeypatch.setattr(scraper.captures, "MOST_ROWS", 2)
    with serving(*HELD) as archive:
        summary = run(Wayback(archive.base), tmp_path)
    assert (summary.fetched, summary.failed, archive.queries.count("prefix")) == (2, (), 1)


def test_captures_of_a_page_are_tried_a_bounded_number_of_times(tmp_path: Path) -> None:
    """Challenges all the way down: the newest are looked at, and no more."""
    walls = [
        Held(f"{COLUMN}a.html", f"20230{n}01000000", CHALLENGE.replace(b"C3VK=a", b"C3VK=%d" % n))
        for n in range(1, MOST_CAPTURES + 4)
    ]
    with serving(LISTED, HELD[3], *walls) as archive:
        summary = run(Wayback(archive.base), tmp_path)
    assert (summary.fetched, [failure.kind for failure in summary.failed]) == (1, ["not archived"])
    assert len(list(read_archive(tmp_path / "archive", role="blocked"))) == MOST_CAPTURES


@pytest.mark.parametrize(("shells", "fetched"), [(3, 2), (4, 1)])
def test_captured_shells_are_followed_a_bounded_number_of_times(tmp_path: Path, shells: int, fetched: int) -> None:
    """Literal jumps lead from capture to capture, as from page to page on the portal itself; the fourth is one too many."""
    way = [f"{COLUMN}a.html", *(f"http://www.jia.gov.cn/x/{n}.html" for n in range(shells))]
    held = [
        Held(url, "20230101000000", f"<html><script>location.href='{to}'</script></html>".encode())
        for url, to in itertools.pairwise(way)
    ]
    with serving(LISTED, HELD[3], *held, Held(way[-1], "20230101000000", page(2022))) as archive:
        summary = run(Wayback(archive.base), tmp_path)
    assert (summary.fetched, len(reports(tmp_path))) == (fetched, fetched)
    assert ["more than 3 jumps" in failure.reason for failure in summary.failed] == [True] * (2 - fetched)


def record(kind: str = "response", body: bytes = b"<html>page</html>", coding: str = "identity", **headers: str) -> bytes:
    """A record of Common Crawl about a.html, as a gzip member."""
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n\r\n".encode() + body
    named = {
        "WARC-Type": kind,
        "WARC-Target-URI": f"{COLUMN}a.html",
        "WARC-Date": "2023-03-02T00:00:00Z",
        "WARC-Record-ID": "<urn:uuid:1>",
    }
    named |= {"Content-Type": "application/http; msgtype=response", "Content-Length": str(len(http))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in named.items()) + "\r\n"
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (record("revisit"), "another record"),
        (record("request"), "another record"),
        (record(WARC_Truncated="length"), "a part of the page only"),
        (record()[:-9], "another record|no whole record"),
        (record(body=b"<html>" + b" " * 300_000), "record of more than"),
        (record(body=gzip.compress(b"<html>" + b" " * 300_000), coding="gzip"), "when inflated"),
    ],
)
def test_a_record_that_is_no_whole_response_is_refused(sent: bytes, error: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests, pointers, parts of pages, members that are cut, and records that would not fit."""
    monkeypatch.setattr(scraper.commoncrawl, "LARGEST_PAGE", 200_000)
    assert fetched(record()) == b"<html>page</html>"
    with pytest.raises((BrokenBody, TooLarge), match=error):
        fetched(sent)


def fetched(sent: bytes) -> bytes:
    """The body of the page in a slice of a file."""

    async def ask(url: str, headers: Mapping[str, str]) -> Exchange:
        return Exchange(url, [], 206, "Partial Content", [], sent, "2026-01-02T03:04:05.000006Z")

    capture = Capture(f"{COLUMN}a.html", "20230302000000", "", file="x.warc.gz", length=len(sent))
    return asyncio.run(CommonCrawl("http://a", "http://a").page(capture, ask)).body


def test_the_public_archives_are_asked_slowly() -> None:
    """As their keepers ask; a server of one's own needs no such pause."""
    assert (Wayback().pause, CommonCrawl().pause) == (5.0, 2.0)
    assert (Wayback("http://127.0.0.1:9").pause, CommonCrawl("http://127.0.0.1:9").pause) == (0.0, 0.0)


def test_the_pause_of_an_archive_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two questions to it, however short the delay of portals is."""
    monkeypatch.setattr(Wayback, "pause", 0.2)
    with serving(*HELD) as archive:
        begun = time.monotonic()
        run(Wayback(archive.base), tmp_path)
        assert time.monotonic() - begun >= 0.2 * (sum(archive.asked.values()) - 1)


def test_archives_hold_no_answers_to_a_post() -> None:
    """A capture of the same address is the answer to another question; nothing is asked."""
    asked: list[str] = []

    async def ask(url: str, headers: Mapping[str, str]) -> Exchange:
        asked.append(url)
        return Exchange(url, [], 200, "OK", [], b"[]", "2026-01-02T03:04:05.000006Z")

    source = ArchivedPortal(PORTAL, Wayback("http://a"), ask, lambda *_: None)
    with pytest.raises(NotArchived, match="POST"):
        asyncio.run(source.get(Request.of_form(f"{COLUMN}a.html", {"page": "1"})))
    assert asked == []


def test_the_newest_crawls_are_asked_and_not_all() -> None:
    """An index for each crawl since 2008 would be more questions than its keepers like."""
    asked: list[str] = []

    async def ask(url: str, headers: Mapping[str, str]) -> Exchange:
        asked.append(url)
        names = [{"id": f"CC-MAIN-{n}"} for n in range(MOST_COLLECTIONS + 9)]
        body = json.dumps(names if url.endswith("collinfo.json") else {"pages": 0}).encode()
        return Exchange(url, [], 200, "OK", [], body, "2026-01-02T03:04:05.000006Z")

    async def look() -> None:
        async for _ in CommonCrawl("http://a", "http://a").captures(COLUMN, ask, prefix=True):
            pass

    asyncio.run(look())
    assert [url.partition("-index")[0] for url in asked[1:]] == [f"http://a/CC-MAIN-{n}" for n in range(MOST_COLLECTIONS)]
