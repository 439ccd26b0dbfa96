"""Looking again: what changed, what only looks so, what is gone, and what a run may not do."""

from __future__ import annotations

import itertools
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.archive import read_archive
from scraper.crawl import HostWork, Options, PortalSummary, crawl, crawl_host
from scraper.index import Index, find_snapshots
from scraper.members import member, mended
from scraper.pace import CHINA, Hours
from scraper.pages import article_digest
from scraper.plan import due_portals, planned
from scraper.season import portal_is_due, report_is_due
from scraper.state import CrawlState
from scraper.status import PortalStatus, read_known, read_runs, read_status

from .conftest import Site, rows

TITLE = "丹山镇{}年政府信息公开工作年度报告"
LIST = {"/list.html": rows(("a.html", TITLE.format(2020)), ("b.html", TITLE.format(2019)))}
AGAIN = Options(recheck=True)


def page(figure: int, *, views: int = 0, day: int = 1, beside: str = "") -> bytes:
    """A report with furniture that differs from visit to visit."""
    return (
        f"<html><head><title>{TITLE.format(2020)}</title></head><body><div class=top>今天是2026年3月{day}日 星期一</div>"
        f"<div class=nav><a href=/>首页</a></div><div class=main><h1>{TITLE.format(2020)}</h1><p>浏览次数：{views}</p>"
        f"<p>{'根据条例规定，编制本报告。' * 20}</p><table><tr><td>本年新收</td><td>{figure}</td></tr></table></div>"
        f"<div class=side><ul><li><a href=x.html>{beside}最新动态</a></li></ul></div></body></html>"
    ).encode()


def run(site: Site, home: Path, options: Options = Options()) -> PortalSummary:  # noqa: B008
    (summary,) = crawl([site.portal("/list.html")], home, delay=0, options=options).portals
    return summary


def versions(home: Path, url: str) -> list[bytes]:
    return [snapshot.body for snapshot in read_archive(home / "archive") if snapshot.url == url]


def test_a_corrected_report_is_a_new_version(site: Site, tmp_path: Path) -> None:
    """Another figure at the same address: both stand in the archive, in order."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    assert run(site, tmp_path).fetched == 2
    site.answers["/a.html"] = page(4)
    summary = run(site, tmp_path, AGAIN)
    assert (summary.fetched, summary.changed, summary.unchanged, summary.failed) == (0, 1, 1, ())
    assert versions(tmp_path, site.url("/a.html")) == [page(3), page(4)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "<div>" + "甲" * 900 + "</div><div>本年新收</div><div>3</div>",
            "<div>" + "甲" * 900 + "</div><div>本年新收</div><div>4</div>",
        ),
        (
            "<table><tr><td>" + "甲" * 900 + "</td></tr><tr><td>3</td></tr></table>",
            "<table><tr><td>" + "甲" * 900 + "</td></tr><tr><td>4</td></tr></table>",
        ),
        ("<p>" + "甲" * 900 + "</p><p>一、总体情况</p>", "<p>" + "甲" * 900 + "</p><p>一、总体状况</p>"),
    ],
)
def test_no_figure_is_taken_for_furniture(before: str, after: str) -> None:
    """A figure far from the bulk of the text is part of the report."""
    assert article_digest(f"<html><body>{before}</body></html>".encode()) != article_digest(
        f"<html><body>{after}</body></html>".encode()
    )


@pytest.mark.parametrize("again", [page(3, views=999), page(3, day=9), page(3, beside="又一条")])
def test_counters_and_furniture_are_no_change(site: Site, tmp_path: Path, again: bytes) -> None:
    """A view counter, the date in the head, a neighbour's link: archived as unchanged, no new version."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    run(site, tmp_path)
    site.answers["/a.html"] = again
    summary = run(site, tmp_path, AGAIN)
    assert (summary.changed, summary.unchanged) == (0, 2)
    assert versions(tmp_path, site.url("/a.html")) == [page(3)]
    assert again in [s.body for s in read_archive(tmp_path / "archive", role="unchanged")]


def test_unchanged_pages_answer_conditional_requests(site: Site, tmp_path: Path) -> None:
    """ETag and Last-Modified are sent back; a 304 is a revisit record and no page."""

    def conditional(asked: int) -> tuple[int, dict[str, str], bytes]:
        tagged = {"ETag": '"one"', "Last-Modified": "Wed, 20 Jan 2021 08:00:00 GMT"}
        return (304, tagged, b"") if site.headers["/a.html"]["If-None-Match"] == '"one"' else (200, tagged, page(3))

    site.answers = LIST | {"/a.html": conditional, "/b.html": page(5)}
    run(site, tmp_path)
    assert run(site, tmp_path, AGAIN).unchanged == 2
    assert site.headers["/a.html"]["If-Modified-Since"] == "Wed, 20 Jan 2021 08:00:00 GMT"
    assert [entry.status for entry in find_snapshots(tmp_path / "archive", url=site.url("/a.html"))] == [304, 200]


def test_what_was_not_modified_points_to_the_page_and_keeps_its_own_head(site: Site, tmp_path: Path) -> None:
    """The record has the digest of the page that it stands for and no head, which replay would show; what the server sent is kept beside it."""
    site.answers = LIST | {
        "/a.html": lambda asked: (200 if asked == 1 else 304, {"ETag": f'"{asked}"'}, page(3) if asked == 1 else b"")
    }
    run(site, tmp_path)
    run(site, tmp_path, AGAIN)
    first, second = sorted((tmp_path / "archive").glob("*.warc.gz"))
    (told,) = [record for record in _records(first) if _is_of(record, site.url("/a.html"), "response")]
    (revisit,) = [record for record in _records(second) if _is_of(record, site.url("/a.html"), "revisit")]
    for name in ("WARC-Payload-Digest", "WARC-Target-URI"):
        assert revisit[0][name] == told[0][name]
    assert revisit[0]["WARC-Refers-To-Date"] == told[0]["WARC-Date"]
    assert revisit[1] == b""
    heads = [
        block for headers, block in _records(second) if headers["WARC-Type"] == "metadata" and block.startswith(b"HTTP/1.1 304")
    ]
    assert len(heads) == 1
    assert b'"2"' in heads[0]
    assert run(site, tmp_path, AGAIN).unchanged == 1


def test_a_file_torn_within_a_page_is_cut_before_it(site: Site, tmp_path: Path) -> None:
    """The head of a 304 is no end of a page, though its record is of the type that ends one."""
    site.answers = LIST | {"/a.html": lambda asked: (200 if asked == 1 else 304, {"ETag": '"1"'}, page(3) if asked == 1 else b"")}
    run(site, tmp_path)
    run(site, tmp_path, AGAIN)
    path = max((tmp_path / "archive").glob("*.warc.gz"))
    last = len(list(_records(path)))
    whole = path.read_bytes()
    with path.open("rb") as file:
        end = 0
        for _ in range(last - 1):
            found = member(file, end)
            assert found is not None
            end = found[1]
    torn = path.with_name(path.name + ".open")
    path.unlink()
    torn.write_bytes(whole[:end])
    assert mended(torn) == path
    assert len(list(_records(path))) == last - 4  # request, revisit, head and what led there


def _records(path: Path) -> Iterator[tuple[dict[str, str], bytes]]:
    """Headers and block of the records of a file, as they stand there."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            yield dict(record.rec_headers.headers), record.raw_stream.read()


def _is_of(record: tuple[dict[str, str], bytes], url: str, kind: str) -> bool:
    return record[0]["WARC-Type"] == kind and record[0]["WARC-Target-URI"] == url


def test_an_etag_that_never_changes_is_not_trusted_for_ever(site: Site, tmp_path: Path) -> None:
    """A year after the last whole answer the page is asked for without conditions."""
    tagged = {"ETag": '"same"'}

    def unmoved(asked: int) -> tuple[int, dict[str, str], bytes]:
        """A server that holds every page to be the one that is known."""
        return (304, tagged, b"") if site.headers["/a.html"]["If-None-Match"] else (200, tagged, page(3 if asked == 1 else 4))

    site.answers = LIST | {"/a.html": unmoved, "/b.html": page(5)}
    run(site, tmp_path)
    assert run(site, tmp_path, AGAIN).changed == 0
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
        db.execute("update links set whole_at = '2020-01-01T00:00:00.000000Z'")
    assert run(site, tmp_path, AGAIN).changed == 1


@pytest.mark.parametrize(
    "answer", [(404, {}, b""), (410, {}, b""), (301, {"Location": "/"}, b""), "<html><body>您访问的页面不存在".encode()]
)
def test_a_vanished_page_is_gone_and_its_data_stays(site: Site, tmp_path: Path, answer: bytes) -> None:
    """Told once, not again; when it comes back unchanged it is simply there."""
    site.answers = LIST | {"/": b"<p>home</p>", "/a.html": page(3), "/b.html": page(5)}
    run(site, tmp_path)
    site.answers["/a.html"] = answer
    assert run(site, tmp_path, AGAIN).gone == (site.url("/a.html"),)
    assert run(site, tmp_path, AGAIN).gone == ()
    assert read_status(tmp_path)["test"].gone == 1
    assert versions(tmp_path, site.url("/a.html")) == [page(3)]
    site.answers["/a.html"] = page(3)
    assert (run(site, tmp_path, AGAIN).unchanged, read_status(tmp_path)["test"].gone) == (2, 0)


def test_a_check_that_fails_leaves_the_page_done(site: Site, tmp_path: Path) -> None:
    """A portal that is down while pages are checked loses none of them."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    run(site, tmp_path)
    site.answers["/a.html"] = (500, {}, b"")
    assert [failure.kind for failure in run(site, tmp_path, AGAIN).failed] == ["http 500"]
    assert read_status(tmp_path)["test"].fetched == 2
    assert [known.state for known in read_known(tmp_path, "test")] == ["done", "done"]


def test_a_repeated_body_is_a_revisit_and_reads_like_a_page(site: Site, tmp_path: Path) -> None:
    """The city's column and the county's serve the same report: stored once, read at both addresses."""
    body = page(3, beside="长" * 800)
    site.answers = LIST | {"/a.html": body, "/b.html": body}
    run(site, tmp_path)
    assert [s.body for s in read_archive(tmp_path / "archive")] == [body, body]
    found = find_snapshots(tmp_path / "archive", url=site.url("/b.html"))
    assert [entry.kind for entry in found] == ["revisit"]
    assert len(find_snapshots(tmp_path / "archive", digest=found[0].digest)) == 2
    run(site, tmp_path / "again")
    run(site, tmp_path, AGAIN)
    assert {entry.kind for entry in find_snapshots(tmp_path / "archive", url=site.url("/a.html"))} == {"response", "revisit"}


def test_the_index_finds_by_time(site: Site, tmp_path: Path) -> None:
    """The snapshot that stood at a moment."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    run(site, tmp_path)
    between = datetime.now(UTC).isoformat()
    site.answers["/a.html"] = page(4)
    run(site, tmp_path, AGAIN)
    url, folder = site.url("/a.html"), tmp_path / "archive"
    assert len(find_snapshots(folder, url=url)) == 2
    assert len(find_snapshots(folder, url=url, at=between)) == 1
    (folder / "index.db").unlink()
    assert len(find_snapshots(folder, url=url)) == 2


def test_a_portal_that_yields_far_less_is_an_alarm(site: Site, tmp_path: Path) -> None:
    """Six reports listed, then two: said with both counts, and the run is no success."""
    pages = {f"/{n}.html": page(n) for n in range(6)}
    site.answers = pages | {"/list.html": rows(*((f"{n}.html", TITLE.format(2015 + n)) for n in range(6)))}
    assert run(site, tmp_path).alarm == ""
    site.answers["/list.html"] = rows(*((f"{n}.html", TITLE.format(2015 + n)) for n in range(2)))
    summary = crawl([site.portal("/list.html")], tmp_path, delay=0)
    assert (summary.portals[0].found_before, summary.portals[0].found, summary.is_whole) == (6, 2, False)
    assert "6 in the run before" in summary.portals[0].alarm
    assert run(site, tmp_path).found_before == 6


def test_budgets_end_a_run_and_the_next_goes_on(site: Site, tmp_path: Path) -> None:
    """robots, list and one page are three requests; what is left waits and is no failure."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    for options in (Options(host_budget=3), Options(run_budget=2)):
        summary = run(site, tmp_path / str(options.host_budget), options)
        assert (summary.error_kind, summary.failed) == ("budget", ())
    assert sum(site.asked.values()) == 5
    assert read_status(tmp_path / "3")["test"].state == "unfinished"
    assert run(site, tmp_path / "3").fetched == 1


def test_hours_are_kept(site: Site, tmp_path: Path) -> None:
    """Outside of them nothing is asked, inside everything."""
    now = datetime.now(CHINA)
    later, long_ago = (now + timedelta(hours=2)).time(), (now - timedelta(hours=2)).time()
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    assert run(site, tmp_path, Options(hours=Hours(later, (now + timedelta(hours=3)).time()))).error_kind == "hours"
    assert site.asked.total() == 0
    assert run(site, tmp_path, Options(hours=Hours(long_ago, later))).fetched == 2


@pytest.mark.parametrize(("hour", "inside"), [(18, False), (19, True), (23, True), (3, True), (7, False), (12, False)])
def test_hours_go_over_midnight(hour: int, inside: bool) -> None:
    """19:00-07:00 is the night."""
    assert Hours.of("19:00-07:00").hold(datetime(2026, 3, 1, hour, 30 if hour != 7 else 0, tzinfo=CHINA)) is inside


@pytest.mark.parametrize(("hour", "inside"), [(10, False), (11, True), (22, True), (23, False)])
def test_hours_are_those_of_china(hour: int, inside: bool) -> None:
    """11:00 UTC is 19:00 there."""
    assert Hours.of("19:00-07:00").hold(datetime(2026, 3, 1, hour, tzinfo=UTC)) is inside


def test_season_decides_what_is_due() -> None:
    """Weekly from January to March, else monthly; rarely behind a wall; at once where a run was cut off."""

    def due(month: int, days: int, state: str = "done") -> bool:
        now = datetime(2026, month, 28, tzinfo=UTC)
        status = PortalStatus("x", state, crawled_at=(now - timedelta(days=days)).isoformat())
        return bool(due_portals([_portal("x")], {"x": status}, now))

    assert [due(2, 6), due(2, 7), due(7, 7), due(7, 30)] == [False, True, False, True]
    assert [due(2, 30, "blocked"), due(2, 90, "blocked"), due(2, 0, "unfinished"), due(2, 0, "failed")] == [
        False,
        True,
        True,
        True,
    ]
    assert due_portals([_portal("new")], {}, datetime(2026, 7, 1, tzinfo=UTC))
    assert portal_is_due(datetime(2026, 7, 1, tzinfo=UTC), None, blocked=True)


def _portal(key: str):  # noqa: ANN202
    return Site("127.0.0.1:1").portal("/list.html", key=key)


def test_reports_are_checked_when_corrections_come() -> None:
    """A report of this year with its portal, an old one twice a year."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    fresh, old = now - timedelta(days=30), now - timedelta(days=2000)
    week, half = now - timedelta(days=8), now - timedelta(days=181)
    assert [report_is_due(now, week, fresh), report_is_due(now, week, old), report_is_due(now, half, old)] == [True, False, True]


def test_what_a_run_would_ask_is_listed_without_asking(site: Site, tmp_path: Path) -> None:
    """Lists, what failed, what has not been tried, and what may have changed."""
    portal = site.portal("/list.html")
    assert [(p.why, p.url) for p in planned(portal, read_known(tmp_path, "test"))] == [("list", site.url("/list.html"))]
    site.answers = LIST | {"/a.html": page(3)}
    run(site, tmp_path)
    asked = site.asked.total()
    assert [(p.why, p.url[-6:]) for p in planned(portal, read_known(tmp_path, "test"))] == [
        ("list", "t.html"),
        ("failed", "b.html"),
    ]
    assert [p.why for p in planned(portal, read_known(tmp_path, "test"), only_failed=True)] == ["failed"]
    assert [p.why for p in planned(portal, read_known(tmp_path, "test"), recheck=True)] == ["list", "failed", "again"]
    assert site.asked.total() == asked


def test_failed_lists_are_read_again(site: Site, tmp_path: Path) -> None:
    """--failed after a broken list reads the list; after a failed page the page alone."""
    site.answers = {"/list.html": (500, {}, b""), "/a.html": page(3), "/b.html": page(5)}
    assert run(site, tmp_path).fetched == 0
    assert read_status(tmp_path)["test"].kinds == {"http 500": 1}
    site.answers |= LIST
    assert run(site, tmp_path, Options(only_failed=True)).fetched == 2
    assert (run(site, tmp_path, Options(only_failed=True)).fetched, read_status(tmp_path)["test"].failed) == (0, 0)


def test_a_lost_state_is_read_back_from_the_archive(site: Site, tmp_path: Path) -> None:
    """Without crawl.db no archived page is fetched again, and what changed is still told."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    run(site, tmp_path)
    for path in tmp_path.glob("crawl.db*"):
        path.unlink()
    summary = run(site, tmp_path)
    assert (summary.fetched, summary.already, site.asked["/a.html"]) == (0, 2, 1)
    site.answers["/a.html"] = page(4)
    assert (run(site, tmp_path, AGAIN).changed, len(read_runs(tmp_path))) == (1, 2)


def test_a_host_is_one_function_of_plain_values(site: Site, tmp_path: Path) -> None:
    """Handed to another process, pickled both ways, it yields what a crawl here yields; its changes make the same state."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    here = run(site, tmp_path / "here")
    home = tmp_path / "there"
    (home / "archive").mkdir(parents=True)
    work = HostWork((site.portal("/list.html"),), {}, home / "archive", "run", 0, None)
    assert pickle.loads(pickle.dumps(work)) == work  # noqa: S301 (our own)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        (result,) = pool.map(crawl_host, [work])
    assert replace(result.summaries[0], found_before=None) == here
    with closing(CrawlState(home)) as state:
        for change in result.changes:
            state.apply(change)
    assert [known.state for known in read_known(home, "test")] == ["done", "done"]
    assert len(list(read_archive(home / "archive"))) == 2


def test_portals_of_one_address_take_turns(site: Site, tmp_path: Path) -> None:
    """Two portals on one address: never two requests at once, and one pace for both."""
    times: list[datetime] = []

    def at(body: bytes) -> Callable[[int], tuple[int, dict[str, str], bytes]]:
        def answer(asked: int) -> tuple[int, dict[str, str], bytes]:
            times.append(datetime.now(UTC))
            return 200, {}, body

        return answer

    site.answers = {"/one.html": at(rows(("a.html", TITLE.format(2020)))), "/two.html": at(rows(("b.html", TITLE.format(2020))))}
    site.answers |= {"/a.html": at(page(1)), "/b.html": at(page(2))}
    crawl([site.portal("/one.html", key="one"), site.portal("/two.html", key="two")], tmp_path, delay=0.3)
    assert len(times) == 4
    assert all((later - earlier).total_seconds() >= 0.25 for earlier, later in itertools.pairwise(times))


def test_the_index_is_a_mapping_of_bodies(site: Site, tmp_path: Path) -> None:
    """Each body once, with its first place."""
    site.answers = LIST | {"/a.html": page(3), "/b.html": page(5)}
    run(site, tmp_path)
    with Index(tmp_path / "archive") as index:
        index.update()
        assert len(index) == len(list(index)) == 4
        assert {index[digest].warc_file for digest in index} == {next((tmp_path / "archive").glob("*.warc.gz")).name}
