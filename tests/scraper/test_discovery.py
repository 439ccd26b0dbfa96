"""From the home page to the reports: link texts decide, neighbours are left aside, pages are bounded."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.archive import read_archive
from scraper.crawl import PortalSummary, crawl
from scraper.discovery import DEEPEST, MOST_PAGES, Place, Survey, Visit, is_certain, place_of
from scraper.links import Link, Request
from scraper.state import CrawlState, Found, Missed
from scraper.status import read_known, read_status

from .conftest import Answer, Site, rows

TITLE = "丹山镇{}年政府信息公开工作年度报告"
REPORT = "<h1>{}</h1><table><tr><td>申请人情况</td></tr><tr><td>本年新收政府信息公开申请数量</td><td>3</td></tr></table>"


def run(site: Site, home: Path) -> PortalSummary:
    (summary,) = crawl([site.portal()], home, delay=0).portals
    return summary


def archived(home: Path) -> list[str]:
    return sorted(snapshot.url.partition("//")[2].partition("/")[2] for snapshot in read_archive(home / "archive"))


def report(title: str) -> bytes:
    return REPORT.format(title).encode()


@pytest.mark.parametrize(
    ("title", "within", "place"),
    [
        ("政府信息公开年报", None, Place.COLUMN),
        ("政府信息公开工作年度报告", None, Place.COLUMN),
        ("信息公开年度报告", None, Place.COLUMN),
        ("年 报", None, Place.COLUMN),
        ("各乡镇（街道）政府信息公开年报", None, Place.COLUMN),
        ("县直部门年报", None, Place.COLUMN),
        ("2022年政府信息公开年报", None, Place.MAYBE),
        ("丹山镇政府信息公开年度报告", Place.AREA, Place.MAYBE),
        ("政府信息公开年度报告（镇街）", None, Place.COLUMN),
        ("丹山镇政府信息公开", Place.AREA, Place.UNIT),
        ("雁江区", Place.COLUMN, Place.COLUMN),
        ("政府信息公开", None, Place.AREA),
        ("政务公开", None, Place.AREA),
        ("丹山镇", None, None),
        ("丹山镇", Place.AREA, Place.UNIT),
        ("丹山镇", Place.COLUMN, Place.COLUMN),
        ("2022年", Place.COLUMN, Place.COLUMN),
        ("2022年", Place.AREA, None),
        ("乡镇（街道）", Place.COLUMN, Place.COLUMN),
        ("甲区乙街道2023年…", Place.COLUMN, Place.MAYBE),
        ("丹山镇2022年年度报告", Place.COLUMN, Place.MAYBE),
        ("政府网站年度报表", None, None),
        ("法治政府建设年度报告", None, None),
        ("2022年政府网站年度报表丹山镇", Place.AREA, None),
        ("2022年法治政府建设年度报告", Place.COLUMN, None),
        ("一图读懂2022年政府信息公开工作年度报告", Place.COLUMN, None),
        ("2022年部门决算", Place.COLUMN, None),
    ],
)
def test_link_texts_say_where_they_lead(title: str, within: Place | None, place: Place | None) -> None:
    """Columns, folders, areas and units by their names; what is none of these is not visited."""
    assert place_of(title, within=within) is place


def test_certain_titles() -> None:
    """A unit and a year beside the words make a report; a column's name does not."""
    assert is_certain(TITLE.format(2022))
    assert is_certain("丹山镇二〇二二年政府信息公开年度报告")
    assert not is_certain("丹山镇政府信息公开年度报告")
    assert not is_certain("政府信息公开年报")
    assert not is_certain("2022年政府信息公开工作年度报告")
    assert not is_certain("丹山镇2022年政府信息公开工…")


@given(st.text(alphabet="县级乡镇街道各部门公开年报度告信息政府工作20 2年…（）及", max_size=200), st.sampled_from([None, *Place]))
def test_any_title_is_placed_quickly(title: str, within: Place | None) -> None:
    """No title of the words that patterns are made of raises or hangs."""
    place_of(title, within=within)
    is_certain(title)


def test_reports_are_found_from_the_home_page_alone(site: Site, tmp_path: Path) -> None:
    """Area, column, a year folder whose address lies, a unit's folder; each report once, neighbours counted and not fetched."""
    site.answers = {
        "/": rows(("/zwgk/", "政府信息公开"), ("/news/", "要闻"), ("/wz/", "政府网站年度报表")),
        "/zwgk/": rows(("/nb/", "政府信息公开年报"), ("/zn/", "政府信息公开指南")),
        "/nb/": rows(("/nb/2020/", "2022年"), ("/nb/ds/", "丹山镇"), ("/nb/fz.html", "2022年法治政府建设年度报告")),
        "/nb/2020/": rows(("/nb/2020/a.html", "甲局2022年政府信息公开工作年度报告"), ("/nb/ds/1.html", TITLE.format(2022))),
        "/nb/ds/": rows(("/nb/ds/1.html", "2022年政府信息公开工作年度报告"), ("/nb/ds/2.html", "2021年政府信息公开工作年度报告")),
        "/nb/2020/a.html": report("甲局2022年政府信息公开工作年度报告"),
        "/nb/ds/1.html": report(TITLE.format(2022)),
        "/nb/ds/2.html": report(TITLE.format(2021)),
    }
    summary = run(site, tmp_path)
    assert archived(tmp_path) == ["nb/2020/a.html", "nb/ds/1.html", "nb/ds/2.html"]
    assert (summary.found, summary.fetched, summary.left_aside, summary.failed) == (3, 3, 2, ())
    assert [site.asked[path] for path in ("/news/", "/wz/", "/nb/fz.html", "/zn/")] == [0, 0, 0, 0]
    assert [site.asked[path] for path in ("/nb/ds/1.html", "/nb/ds/2.html")] == [1, 1]


def test_units_that_have_columns_of_their_own_are_visited(site: Site, tmp_path: Path) -> None:
    """The area lists units; each unit's page names its own column."""
    site.answers = {
        "/": rows(("/xxgk/", "政务公开")),
        "/xxgk/": rows(("/ds/", "丹山镇"), ("/bj/", "甲局")),
        "/ds/": rows(("/ds/nb/", "政府信息公开年报"), ("/ds/x.html", "2022年部门预算")),
        "/bj/": rows(("/bj/nb/", "政府信息公开年报")),
        "/ds/nb/": rows(("/ds/1.html", TITLE.format(2022))),
        "/bj/nb/": rows(("/bj/1.html", "甲局2022年政府信息公开工作年度报告")),
        "/ds/1.html": report(TITLE.format(2022)),
        "/bj/1.html": report("甲局2022年政府信息公开工作年度报告"),
    }
    assert run(site, tmp_path).fetched == 2


def test_a_cut_title_in_the_column_is_looked_at(site: Site, tmp_path: Path) -> None:
    """The page itself says whether it is a report; what is none is not kept."""
    site.answers = {
        "/": rows(("/nb/", "政府信息公开年报")),
        "/nb/": rows(("/1.html", "甲区乙街道2023年…"), ("/2.html", "甲区乙街道2022年…"), ("/3.html", "甲区乙街道2021年…")),
        "/1.html": report("甲区乙街道2023年政府信息公开工作年度报告"),
        "/2.html": b'<meta content="x" name="articletitle"><h1>2022</h1>',
        "/3.html": report("甲区乙街道2021年政府网站工作年度报告"),
    }
    assert (run(site, tmp_path).fetched, archived(tmp_path)) == (1, ["1.html"])
    assert site.url("/2.html") in {snapshot.url for snapshot in read_archive(tmp_path / "archive", role="list")}


def test_a_page_that_is_no_report_in_the_end_is_no_failure_for_ever(site: Site, tmp_path: Path) -> None:
    """It failed when it was first looked at, and said another time what it is."""
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(("/1.html", "甲区乙街道2023年…"))}
    site.answers["/1.html"] = once((404, {}, b""), '<meta content="x" name="articletitle"><h1>2023年总结</h1>'.encode())
    assert len(run(site, tmp_path).failed) == 1
    assert (run(site, tmp_path).failed, read_status(tmp_path)["test"].failed) == ((), 0)


def test_a_second_run_asks_for_no_report_again(site: Site, tmp_path: Path) -> None:
    """What was looked at and kept is known by its address."""
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(("/1.html", "2022年政府信息公开工作年度报告"))}
    site.answers["/1.html"] = report(TITLE.format(2022))
    run(site, tmp_path)
    summary = run(site, tmp_path)
    assert (summary.fetched, summary.already, site.asked["/1.html"]) == (0, 1, 1)


WALL = (412, {}, b"<html><script>var a=1</script></html>")
LOST = "<html><head><title>提示</title></head><body><p>您访问的页面不存在或已被删除</p></body></html>".encode()


def once(first: Answer, then: bytes) -> Answer:
    """An address that answers as it should from the second time on."""
    return lambda n: (first if isinstance(first, tuple) else (200, {}, bytes(first))) if n == 1 else (200, {}, then)


@pytest.mark.parametrize("first", [WALL, (404, {}, b""), LOST, b""], ids=["wall", "404", "says it is lost", "empty"])
def test_a_report_that_failed_when_it_was_looked_at_is_kept_when_it_answers(site: Site, tmp_path: Path, first: Answer) -> None:
    """It was asked for as a page that may be a list; that it failed as one is told, and does not make it one."""
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(("/1.html", "2022年政府信息公开工作年度报告"))}
    site.answers["/1.html"] = once(first, report(TITLE.format(2022)))
    summary = run(site, tmp_path)
    assert summary.failed or summary.error
    assert (run(site, tmp_path).fetched, archived(tmp_path)) == (1, ["1.html"])
    assert (read_status(tmp_path)["test"].failed, read_status(tmp_path)["test"].blocked) == (0, 0)
    assert (run(site, tmp_path).fetched, site.asked["/1.html"]) == (0, 2)


def test_a_report_that_failed_when_it_was_looked_at_is_kept_when_a_list_names_it(site: Site, tmp_path: Path) -> None:
    """The list says the whole title later: what was looked at in vain is asked for as the report that it is, again until it answers."""
    report_page = report(TITLE.format(2022))
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(("/1.html", "丹山镇2022年…"))}
    site.answers["/1.html"] = lambda n: WALL if n < 3 else (200, {}, report_page)
    run(site, tmp_path)
    site.answers["/nb/"] = rows(("/1.html", TITLE.format(2022)))
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["blocked:412"]
    assert (run(site, tmp_path).fetched, archived(tmp_path)) == (1, ["1.html"])


def test_a_report_that_failed_under_one_title_and_is_named_by_another_in_one_run(site: Site, tmp_path: Path) -> None:
    """Looked at in vain from one list and named by the next: it stays a report to the next run."""
    report_page = report(TITLE.format(2022))
    site.answers = {
        "/": rows(("/nb/", "政府信息公开年报"), ("/zwgk/", "政府信息公开")),
        "/nb/": rows(("/1.html", "丹山镇2022年…")),
        "/zwgk/": rows(("/1.html", TITLE.format(2022))),
        "/1.html": lambda n: (404, {}, b"") if n < 3 else (200, {}, report_page),
    }
    assert run(site, tmp_path).fetched == 0
    (known,) = read_known(tmp_path, "test")
    assert (known.role, known.state) == ("report", "failed")
    del site.answers["/nb/"], site.answers["/zwgk/"]
    assert (run(site, tmp_path).fetched, archived(tmp_path)) == (1, ["1.html"])


def test_a_report_that_was_filed_as_a_list_is_filed_anew(site: Site, tmp_path: Path) -> None:
    """State and archive as an earlier version left them: the page is asked for whole, and no 304 stands for it."""
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(("/1.html", TITLE.format(2022)))}
    body = report(TITLE.format(2022))

    def page(_: int) -> tuple[int, dict[str, str], bytes]:
        known = site.headers["/1.html"]["If-None-Match"]
        return (304, {}, b"") if known else (200, {"ETag": '"1"'}, body)

    site.answers["/1.html"] = page
    run(site, tmp_path)
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
        db.execute("update links set role = 'list', title = ''")
    for path in (tmp_path / "archive").glob("*.warc.gz"):
        path.unlink()
    (tmp_path / "archive" / "index.db").unlink()
    assert (run(site, tmp_path).fetched, archived(tmp_path)) == (1, ["1.html"])


def test_a_list_that_fails_at_the_address_of_a_report_leaves_the_report(tmp_path: Path) -> None:
    """A report that is in the archive stays done; only what is known as a list fails as one."""
    with closing(CrawlState(tmp_path)) as state:
        state.apply(Found("test", (Link("http://a/1", TITLE.format(2022)),), "", "report", "1"))
        for url in ("http://a/1", "http://a/2"):
            state.apply(Missed("test", url, "list", "failed", "http 500", "HTTP 500", "2026-01-01T00:00:00Z", "1"))
        assert [(known.role, known.state) for known in state.known("test")] == [("report", "due"), ("list", "failed")]


def test_a_report_found_in_the_archive_is_a_report_whatever_the_state_says(site: Site, tmp_path: Path) -> None:
    """A state that lost its last entries holds the address as a list that failed; the page is not fetched and filed twice."""
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(("/1.html", "2022年政府信息公开工作年度报告"))}
    site.answers["/1.html"] = report(TITLE.format(2022))
    run(site, tmp_path)
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
        db.execute(
            "update links set role = 'list', state = 'blocked', fetched_at = null, article_digest = null, warc_file = null"
        )
    assert (run(site, tmp_path).fetched, archived(tmp_path), site.asked["/1.html"]) == (0, ["1.html"], 1)


def test_a_folder_that_leads_home_or_says_it_is_lost_is_a_failure(site: Site, tmp_path: Path) -> None:
    """Its reports are missing, and the summary says so; the answer is in the archive as it came."""
    site.answers = {
        "/": rows(("/nb/", "政府信息公开年报")),
        "/nb/": rows(("/nb/2022/", "2022年"), ("/nb/2021/", "2021年")),
        "/nb/2022/": LOST,
        "/nb/2021/": (302, {"Location": "/"}, b""),
    }
    reasons = sorted(failure.reason for failure in run(site, tmp_path).failed)
    assert [reason.partition("page: ")[2][:9] for reason in reasons] == ["it leads ", "it says 页"]
    errors = list(read_archive(tmp_path / "archive", role="error"))
    assert LOST in [snapshot.body for snapshot in errors]


def test_twins_of_a_page_are_one_report(site: Site, tmp_path: Path) -> None:
    """Mobile pages, doubled slashes and queries that change nothing."""
    twins = (
        "/a/t1.html",
        "/a/t1_wap.html",
        "/a//t1.html",
        "/a/t1.html?isMobile=false",
        "/a/b/../t1.html",
        "/a/t1.html?number=02",
    )
    site.answers = {"/": rows(("/nb/", "政府信息公开年报")), "/nb/": rows(*((path, TITLE.format(2022)) for path in twins))}
    site.answers["/a/t1.html"] = report(TITLE.format(2022))
    assert run(site, tmp_path).found == 1
    assert archived(tmp_path) == ["a/t1.html"]


def test_the_menu_of_the_portal_is_no_part_of_a_column_that_repeats_it(site: Site, tmp_path: Path) -> None:
    """Units that the home page lists too, and the home page itself under the name of the county, are no folders."""
    menu = (("/ds/", "丹山镇"), ("/", "甲县人民政府"))
    site.answers = {
        "/": rows(("/nb/", "政府信息公开年报"), *menu),
        "/nb/": rows(("/nb/1.html", TITLE.format(2022)), ("/nb/bj/", "甲局"), *menu),
        "/nb/bj/": rows(("/nb/2.html", "甲局2022年政府信息公开工作年度报告"), *menu),
    }
    site.answers |= {"/nb/1.html": report(TITLE.format(2022)), "/nb/2.html": report("甲局2022年政府信息公开工作年度报告")}
    assert run(site, tmp_path).failed == ()
    assert archived(tmp_path) == ["nb/1.html", "nb/2.html"]
    assert (site.asked["/ds/"], site.asked["/"]) == (0, 1)


def test_the_home_page_is_no_folder_of_a_column_that_the_row_names(site: Site, tmp_path: Path) -> None:
    """Where the crawl begins at the column, the way home is not gone."""
    site.answers = {"/": rows(), "/nb/": rows(("/", "甲县人民政府"), ("/nb/1.html", TITLE.format(2022)))}
    site.answers["/nb/1.html"] = report(TITLE.format(2022))
    (summary,) = crawl([site.portal("/nb/")], tmp_path, delay=0).portals
    assert (summary.fetched, site.asked["/"]) == (1, 0)


def test_a_report_beside_its_neighbours_is_no_list(site: Site, tmp_path: Path) -> None:
    """A report whose tables are pictures links to those of other years; a page that bears the same title and lists more is a list."""
    page = "<h1>{}</h1><p>发布时间：2023-01-20</p><img src=t.png>{}"
    years = {year: (f"/nb/{year}.html", TITLE.format(year)) for year in range(2017, 2022)}
    site.answers = {
        "/": rows(("/nb/", "政府信息公开年报")),
        "/nb/": rows(("/nb/one.html", "2022年政府信息公开工作年度报告"), ("/nb/all.html", "2021年政府信息公开工作年度报告")),
        "/nb/one.html": page.format(TITLE.format(2022), rows(years[2021], years[2020]).decode()).encode(),
        "/nb/all.html": page.format(
            "丹山镇历年政府信息公开工作年度报告", rows(years[2019], years[2018], years[2017]).decode()
        ).encode(),
    }
    site.answers |= {path: report(title) for path, title in years.values()}
    run(site, tmp_path)
    assert archived(tmp_path) == ["nb/2017.html", "nb/2018.html", "nb/2019.html", "nb/one.html"]


def test_a_portal_without_a_column_is_said(site: Site, tmp_path: Path) -> None:
    """Nothing found is no silence."""
    site.answers = {"/": rows(("/news/", "要闻"))}
    (failure,) = run(site, tmp_path).failed
    assert "reports_urls" in failure.reason


def test_a_survey_ends() -> None:
    """A portal whose every page names another column is left after a bounded number of pages, and that is said."""
    survey = Survey([Visit(Request("http://a/"), Place.COLUMN)], home_url="http://a/", allows=lambda _: True)
    visits = 0
    while visit := survey.next():
        visits += 1
        survey.take(Visit(visit.request, visit.place), [Link(f"http://a/{visits}/{n}", f"{2000 + n}年") for n in range(3)])
    assert visits == MOST_PAGES
    assert any("lists" in reason for reason in survey.shortcomings())


def test_folders_within_folders_are_not_followed_for_ever() -> None:
    """What stands deeper than any portal was seen to go is not visited."""
    survey = Survey([Visit(Request("http://a/0/"), Place.COLUMN)], home_url="http://a/", allows=lambda _: True)
    visited = []
    while visit := survey.next():
        visited.append(visit.depth)
        survey.take(visit, [Link(f"http://a/{len(visited)}/", "2022年")])
    assert visited == list(range(DEEPEST + 1))
