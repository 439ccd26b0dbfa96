"""Reports that are nothing but a file: found however the page names it, told by content, and from the portal's own hosts alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import read_archive
from scraper.crawl import HostWork, Options, PortalSummary, crawl, crawl_host
from scraper.state import Fetched, Found

from .conftest import Answer, Site, rows, serving

TITLE = "甲镇2020年政府信息公开工作年度报告"
DOCX, PDF = b"PK\x03\x04" + b"d" * 2000, b"%PDF-1.4\n" + b"p" * 2000
SAVED = b'<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><table><tr><td>1</td></tr></table></body></html>'
FORM = "<html><body><table><tr><td>申请人情况</td></tr><tr><td>本年新收</td></tr></table></body></html>"


def crawled(site: Site, home: Path, body: str, *, charset: str = "utf-8", hosts: frozenset[str] = frozenset()) -> PortalSummary:
    """Crawl one report whose page says this."""
    shown = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>发布时间：2021-01-20</p>{body}</body></html>"
    site.answers |= {"/nb/": rows(("a.html", TITLE)), "/nb/a.html": shown.encode(charset)}
    portal = site.portal("/nb/")
    (summary,) = crawl([replace(portal, allowed_hosts=portal.allowed_hosts | hosts)], home, delay=0).portals
    return summary


def parts(home: Path) -> list[bytes]:
    return [snapshot.body for snapshot in read_archive(home / "archive", role="part")]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        *((f'<a href="f.{ending}">附件</a>', f"/nb/f.{ending}") for ending in ["doc", "docx", "pdf", "rtf", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar", "7z", "DOCX"]),
        ("<a href=f.docx>附件</a>", "/nb/f.docx"),
        ('<a href=" 2020 年.docx ">附件</a>', "/nb/2020%20%E5%B9%B4.docx"),
        ('<a href="年报.docx">附件</a>', "/nb/%E5%B9%B4%E6%8A%A5.docx"),
        ('<a href="%E5%B9%B4%E6%8A%A5.docx">附件</a>', "/nb/%E5%B9%B4%E6%8A%A5.docx"),
        ('<a href="%C4%EA%B1%A8.docx">附件</a>', "/nb/%C4%EA%B1%A8.docx"),
        ('<a href="files\\f.docx">附件</a>', "/nb/files/f.docx"),
        ('<a href="/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=2">附件【年报.docx】</a>', "/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=2"),
        ('<a href="/attachment/0/1/2439320">2020年年报.docx</a>', "/attachment/0/1/2439320"),
        ('<embed src="f.pdf">', "/nb/f.pdf"),
        ('<object data="f.pdf"></object>', "/nb/f.pdf"),
        ('<iframe src="/pdfjs/viewer.html?file=%2Fnb%2Ff.pdf"></iframe>', "/nb/f.pdf"),
    ],
)  # fmt: skip
def test_a_file_is_found_as_the_page_names_it(site: Site, tmp_path: Path, body: str, path: str) -> None:
    """Blanks, Chinese, percent-encoding of both charsets, backslashes, scripts that hand files out, viewers."""
    site.answers = {path: DOCX}
    summary = crawled(site, tmp_path, body)
    assert (parts(tmp_path), summary.parts, summary.failed) == ([DOCX], 1, ())


def test_addresses_are_relative_to_the_base_that_the_page_names(site: Site, tmp_path: Path) -> None:
    """As browsers read it, where it stands in the head."""
    page = f'<html><head><base href="/files/x.html"><title>{TITLE}</title></head><body><h1>{TITLE}</h1>发布时间<a href="f.docx">附件</a></body></html>'
    site.answers = {"/nb/": rows(("a.html", TITLE)), "/nb/a.html": page.encode(), "/files/f.docx": DOCX}
    crawl([site.portal("/nb/")], tmp_path, delay=0)
    assert parts(tmp_path) == [DOCX]


def test_a_page_in_gbk_names_its_file_in_utf_8(site: Site, tmp_path: Path) -> None:
    """A path is sent in UTF-8, whatever the charset of the page (WHATWG URL)."""
    site.answers = {"/nb/%E5%B9%B4%E6%8A%A5.docx": DOCX}
    crawled(site, tmp_path, '<a href="年报.docx">附件</a>', charset="gbk")
    assert parts(tmp_path) == [DOCX]


@pytest.mark.parametrize(
    "sent", [SAVED, FORM.encode(), FORM.encode("gb18030"), rb"{\rtf1 a}", b"MIME-Version: 1.0\r\n\r\n", PDF, DOCX]
)
@pytest.mark.parametrize("type_said", ["application/msword", "text/html"])
def test_a_file_is_what_it_holds(site: Site, tmp_path: Path, sent: bytes, type_said: str) -> None:
    """Under .doc stand web pages of word processors, RTF, archives of mail and newer formats; the type that is said does not count."""
    site.answers = {
        "/nb/f.doc": (200, {"Content-Type": type_said, "Content-Disposition": 'attachment; filename="../../f.doc"'}, sent)
    }
    summary = crawled(site, tmp_path, '<a href="f.doc">附件</a>')
    assert (parts(tmp_path), summary.failed) == ([sent], ())
    assert not list(tmp_path.rglob("f.doc"))


@pytest.mark.parametrize("sent", ["<html><body>请稍后再下载<a href=/>首页</a>", "<html><body>您访问的页面不存在"])
def test_a_web_page_in_place_of_a_file_is_none(site: Site, tmp_path: Path, sent: str) -> None:
    """It is named as not obtained, and no part."""
    site.answers = {"/nb/f.pdf": sent.encode()}
    summary = crawled(site, tmp_path, '<a href="f.pdf">附件</a>')
    assert ([failure.kind for failure in summary.failed], parts(tmp_path)) == (["soft error"], [])


def test_a_captcha_before_a_file_blocks_the_file_alone(site: Site, tmp_path: Path) -> None:
    """The pages of the site ask for none: what else is due is fetched."""
    site.answers = {"/nb/f.docx": "<html><body>请输入验证码后下载</body></html>".encode(), "/nb/g.docx": DOCX}
    summary = crawled(site, tmp_path, '<a href="f.docx">附件1</a><a href="g.docx">附件2</a>')
    assert ([failure.kind for failure in summary.failed], summary.error) == (["blocked:captcha"], None)
    assert parts(tmp_path) == [DOCX]


@pytest.mark.parametrize("named", [True, False])
def test_a_file_on_another_host_needs_the_host_to_be_named(site: Site, tmp_path: Path, named: bool) -> None:
    """By link, in a frame, by a viewer, by the base: asked where the row names the host, else counted."""
    files: dict[str, Answer] = {f"/{name}.pdf": PDF + name.encode() for name in "abc"}
    with serving(Site(answers=files)) as other:
        body = f'<a href="{other.url("/a.pdf")}">附件</a><iframe src="{other.url("/b.pdf")}"></iframe><embed src="/v.html?file={other.url("/c.pdf")}">'
        summary = crawled(site, tmp_path, body, hosts=frozenset({other.host} if named else ()))
        assert len(parts(tmp_path)) == (3 if named else 0)
        assert (summary.foreign, summary.failed) == (0 if named else 3, ())
        assert bool(other.asked) is named


@pytest.mark.parametrize("title", ["一图读懂甲镇2020年年报.pdf", "2020年网站年度报表.xlsx", "年报解读.docx"])
def test_companions_of_a_report_are_no_parts(site: Site, tmp_path: Path, title: str) -> None:
    """Pictures, explanations and the report on the web site stand beside it as files too."""
    site.answers = {"/nb/x.pdf": PDF}
    assert crawled(site, tmp_path, f'<a href="x.pdf">{title}</a>').parts == 0
    assert "/nb/x.pdf" not in site.asked


@pytest.mark.parametrize("has_page", [True, False])
def test_a_file_that_the_list_alone_names_is_fetched(site: Site, tmp_path: Path, has_page: bool) -> None:
    """On the pc/list platform; a row without a page leads to its file, and a report whose page holds the tables needs none."""
    urls = {"pc": "/s/c1/pc/content/content_1.html"}
    files = [{"fileName": "年报.docx", "filePath": "/group1/f.docx", "domainName": "", "fileId": "1"}]
    row = {"title": TITLE, "pubDate": "2021-01-26", "urls": json.dumps(urls) if has_page else "{}", "articleFiles": files}
    whole = {
        "title": TITLE.replace("甲", "乙"),
        "urls": json.dumps({"pc": "/s/c1/pc/content/content_2.html"}),
        "articleFiles": [{"filePath": "/group1/g.docx"}],
    }
    site.answers = {
        "/s/c1/pc/list.html": f"<script>var articleList = {json.dumps([row, whole])}</script>".encode(),
        "/s/c1/pc/content/content_1.html": f"<html><h1>{TITLE}</h1><p>详见附件</p></html>".encode(),
        "/s/c1/pc/content/content_2.html": FORM.encode(),
        "/group1/f.docx": DOCX,
        "/group1/g.docx": PDF,
    }
    (summary,) = crawl([site.portal("/s/c1/pc/list.html")], tmp_path, delay=0).portals
    reports = [snapshot.body for snapshot in read_archive(tmp_path / "archive")]
    assert (summary.fetched, summary.failed, site.asked["/group1/g.docx"]) == (2, (), 0)
    assert (parts(tmp_path), DOCX in reports) == (([DOCX], False) if has_page else ([], True))


@pytest.mark.parametrize("moved", [False, True])
def test_the_file_of_a_page_that_a_crash_kept_from_being_marked_is_fetched(site: Site, tmp_path: Path, moved: bool) -> None:
    """The page stands in the archive and nothing of it in the state: it is not asked for again, and its file is, from where the page stood."""
    shown = f'<html><body><h1>{TITLE}</h1><p>发布时间：2021-01-20</p><a href="f.docx">附件</a></body></html>'.encode()
    place = "/new/a.html" if moved else "/nb/a.html"
    site.answers = {"/nb/": rows(("a.html", TITLE)), "/nb/a.html": (302, {"Location": "/new/a.html"}, b"")}
    site.answers |= {place: shown, place.replace("a.html", "f.docx"): DOCX}
    crawl([site.portal("/nb/")], tmp_path, delay=0, options=Options(run_budget=3 + moved))
    assert (site.asked[place], parts(tmp_path)) == (1, [])
    for path in tmp_path.glob("crawl.db*"):
        path.unlink()
    for _ in range(2):
        crawl([site.portal("/nb/")], tmp_path, delay=0)
    assert (site.asked[place], parts(tmp_path)) == (1, [DOCX])


def test_a_page_is_marked_after_its_files_are_entered(site: Site, tmp_path: Path) -> None:
    """A crash between the two leaves files that are due, and not a page that is done without them."""
    shown = f'<html><body><h1>{TITLE}</h1><p>发布时间：2021-01-20</p><a href="f.docx">附件</a></body></html>'.encode()
    site.answers = {"/nb/": rows(("a.html", TITLE)), "/nb/a.html": shown, "/nb/f.docx": DOCX}
    result = crawl_host(HostWork((site.portal("/nb/"),), {}, tmp_path, "1", 0.0, None))
    assert [type(change) for change in result.changes if isinstance(change, Found | Fetched)] == [Found, Found, Fetched, Fetched]
