"""Walls: told by shape, recorded with their evidence, never stored as a report, never worked around."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import read_archive
from scraper.crawl import Options, PortalSummary, crawl
from scraper.exchange import Exchange
from scraper.walls import Wall, soft_error, wall

from .conftest import Answer, Site, rows, serving

TITLE = "丹山镇{}年政府信息公开工作年度报告"
C3VK = b'<html><body><script>document.cookie="C3VK=a1b2c3;max-age=300;path=/";setTimeout(function(){location.reload()},0)</script></body></html>'
JSL = b"<script>document.cookie=('_')+('_')+('jsl_clearance_s')+'=1';location.href=location.pathname+location.search</script>"
GO = b'<script>function go(a){}go({"bts":["1"],"chars":"ab","ct":"x","ha":"md5","is":true,"tn":"__jsl_clearance_s","vt":"3600","wt":"1500"})</script>'
WALLS: list[tuple[str, Answer]] = [
    ("412", (412, {"Set-Cookie": "FSSBBIl1UgzbN7N80S=abc; path=/"}, b"<html><script>var a=1</script></html>")),
    ("468", (468, {}, b"")),
    ("521", (521, {"Set-Cookie": "__jsluid_s=abc"}, JSL)),
    ("521", (521, {}, GO)),
    ("403", (403, {}, b"<h1>403 Forbidden</h1>")),
    ("422", (422, {}, b"")),
    ("login", (401, {"WWW-Authenticate": "Basic"}, b"")),
    ("login", (407, {}, b"")),
    ("login", (511, {}, b"")),
    ("geo", (451, {}, b"")),
    ("script_cookie", C3VK),
    ("script_cookie", GO),
    ("script_cookie", b"<html><script>document.cookie='any=1;path=/';location.reload()</script></html>"),
    ("captcha", "<html><title>安全验证</title><body>请输入验证码后继续访问</body></html>".encode()),
    ("captcha", "<html><body><p>亲，请拖动滑块完成验证</p></body></html>".encode()),
    ("geo", "<html><body>抱歉，您所在的地区无法访问本网站</body></html>".encode()),
    ("waf", b"<html><body><h1>Access Denied</h1></body></html>"),
    ("waf", "<html><body>您的请求疑似攻击行为，已被拦截</body></html>".encode("gb18030")),
]


def run(site: Site, home: Path, options: Options = Options()) -> PortalSummary:  # noqa: B008
    (summary,) = crawl([site.portal("/list.html")], home, delay=0, options=options).portals
    return summary


def answers(names: str, **pages: Answer) -> dict[str, Answer]:
    """A list of the named pages, and their answers."""
    listed = rows(*((f"{name}.html", TITLE.format(2000 + number)) for number, name in enumerate(names)))
    return {"/list.html": listed} | {f"/{name}.html": answer for name, answer in pages.items()}


@pytest.mark.parametrize(("kind", "answer"), WALLS)
def test_a_wall_in_place_of_a_report_parks_the_host(site: Site, tmp_path: Path, kind: str, answer: Answer) -> None:
    """The page is archived as blocked, nothing behind it is asked for, and no report is stored."""
    site.answers = answers("abc", a=b"A", b=answer, c=b"C")
    summary = run(site, tmp_path)
    assert (summary.error_kind, summary.fetched, summary.blocked) == (f"blocked:{kind}", 1, 1)
    assert [failure.kind for failure in summary.failed] == [f"blocked:{kind}"]
    assert (site.asked["/b.html"], site.asked["/c.html"]) == (1, 0)
    archive = list(read_archive(tmp_path / "archive", role=None))
    assert [s.url for s in archive if s.role == "blocked"] == [site.url("/b.html")]
    assert [s.url for s in archive if s.role == "report"] == [site.url("/a.html")]


@pytest.mark.parametrize(("kind", "answer"), WALLS)
def test_a_wall_in_place_of_the_column_ends_the_portal(site: Site, tmp_path: Path, kind: str, answer: Answer) -> None:
    """A walled column is no column without reports."""
    site.answers = {"/list.html": answer}
    summary = run(site, tmp_path)
    assert (summary.error_kind, summary.found, site.asked["/list.html"]) == (f"blocked:{kind}", 0, 1)
    assert "list.html: blocked:" in str(summary.error)


def test_a_wall_holds_for_all_portals_of_a_group(site: Site, tmp_path: Path) -> None:
    """The next portal of the same host asks for nothing, and says why."""
    site.answers = {"/list.html": C3VK, "/two.html": rows(("a.html", TITLE.format(2020))), "/a.html": b"A"}
    portals = [site.portal("/list.html", key="one"), site.portal("/two.html", key="two")]
    summaries = crawl(portals, tmp_path, delay=0).portals
    assert [summary.error_kind for summary in summaries] == ["blocked:script_cookie"] * 2
    assert site.asked["/two.html"] == 0


def test_a_wall_around_one_host_of_a_portal_leaves_the_others(site: Site, tmp_path: Path) -> None:
    """What stands behind it is not asked for, what stands elsewhere is."""
    with serving(Site(answers={"/b.html": C3VK, "/c.html": b"C"})) as other:
        site.answers = {"/a.html": b"A", "/d.html": b"D"}
        paths = ("/a.html", other.url("/b.html"), other.url("/c.html"), "/d.html")
        site.answers["/list.html"] = rows(*((path, TITLE.format(2000 + n)) for n, path in enumerate(paths)))
        portal = site.portal("/list.html")
        portal = replace(portal, allowed_hosts=portal.allowed_hosts | {other.host})
        (summary,) = crawl([portal], tmp_path, delay=0).portals
        assert (summary.fetched, summary.blocked, summary.error, other.asked["/c.html"]) == (2, 1, None, 0)
        assert [failure.kind for failure in summary.failed] == ["blocked:script_cookie"]
    assert summary.waiting == 2


def test_what_was_blocked_is_tried_again_on_request(site: Site, tmp_path: Path) -> None:
    """--failed asks for the page behind the wall, and not for the list."""
    site.answers = answers("ab", a=b"A", b=C3VK)
    run(site, tmp_path)
    site.answers["/b.html"] = b"B"
    assert run(site, tmp_path, Options(only_failed=True)).fetched == 1
    assert site.asked["/list.html"] == 1


def test_a_login_page_blocks_itself_alone(site: Site, tmp_path: Path) -> None:
    """An article that was taken back asks to log in (VSB content.jsp); the site around it is open."""
    login = "<html><title>系统提示</title><body>您没有访问权限，请先登录</body></html>".encode()
    form = b"<html><body><form>name <input name=u> <input type='password' name=p></form></body></html>"
    site.answers = answers("abc", a=login, b=form, c=b"C")
    summary = run(site, tmp_path)
    assert (summary.fetched, summary.error) == (1, None)
    assert [failure.kind for failure in summary.failed] == ["blocked:login", "blocked:login"]


def test_a_closed_directory_is_not_a_closed_host(site: Site, tmp_path: Path) -> None:
    """Directories answer 403 where their pages are open."""
    site.answers = {
        "/list.html": rows(("/x/", TITLE.format(2020)), ("a.html", TITLE.format(2019))),
        "/x/": (403, {}, b"403 Forbidden"),
        "/a.html": b"A",
    }
    summary = run(site, tmp_path)
    assert (summary.fetched, summary.blocked, summary.error) == (1, 1, None)


def test_the_index_page_of_a_closed_directory_is_the_list(site: Site, tmp_path: Path) -> None:
    """Some servers show the page by its name alone; the answer for the directory is kept as it came."""
    site.answers = {
        "/nb/": (403, {}, b"403 Forbidden"),
        "/nb/index.html": rows(("a.html", TITLE.format(2020))),
        "/nb/a.html": b"A",
    }
    (summary,) = crawl([site.portal("/nb/")], tmp_path, delay=0).portals
    assert (summary.fetched, summary.failed, summary.error) == (1, (), None)
    assert [snapshot.status for snapshot in read_archive(tmp_path / "archive", role="blocked")] == [403]


@pytest.mark.parametrize("index", [(403, {}, b"403 Forbidden"), (404, {}, b"")])
def test_a_directory_that_is_closed_with_its_index_page_is_not_a_closed_host(site: Site, tmp_path: Path, index: Answer) -> None:
    """One more request, and no more; the other column is read."""
    site.answers = {"/nb/": (403, {}, b"403 Forbidden"), "/nb/index.html": index}
    site.answers |= {"/list.html": rows(("a.html", TITLE.format(2020))), "/a.html": b"A"}
    (summary,) = crawl([site.portal("/nb/", "/list.html")], tmp_path, delay=0).portals
    assert (summary.fetched, [failure.kind for failure in summary.failed]) == (1, ["blocked:403"])
    assert (site.asked["/nb/"], site.asked["/nb/index.html"]) == (1, 1)


def test_the_closed_root_of_a_host_is_a_wall(site: Site, tmp_path: Path) -> None:
    """Nothing is tried beside it, and nothing beside another wall in place of a directory."""
    site.answers = {"/": (403, {}, b"403 Forbidden"), "/nb/": (412, {}, b"")}
    crawl([site.portal()], tmp_path / "root", delay=0)
    crawl([site.portal("/nb/")], tmp_path / "column", delay=0)
    assert (site.asked["/index.html"], site.asked["/nb/index.html"]) == (0, 0)


def test_a_redirect_to_itself_with_a_cookie_is_followed(site: Site, tmp_path: Path) -> None:
    """A jar is what ordinary sessions need: the second request brings the cookie back and gets the page."""
    site.answers = answers(
        "a", a=lambda n: (302, {"Location": "/a.html", "Set-Cookie": "CT6T=1; path=/"}, b"") if n == 1 else (200, {}, b"A")
    )
    assert run(site, tmp_path).fetched == 1
    assert site.headers["/a.html"]["Cookie"] == "CT6T=1"


def test_nothing_computes_a_cookie(site: Site, tmp_path: Path) -> None:
    """After a challenge no request carries what its script would have set."""
    site.answers = answers("a", a=C3VK)
    run(site, tmp_path)
    run(site, tmp_path, Options(only_failed=True))
    assert site.asked["/a.html"] == 2
    assert site.headers["/a.html"]["Cookie"] is None


SOFT: list[tuple[str, str, Answer]] = [
    ("it says", "/b.html", "<html><title>提示</title><body>您访问的页面不存在或已被删除</body></html>".encode()),
    ("it says 404", "/b.html", b"<html><head><title>404</title></head><body><img src=x></body></html>"),
    ("it says NotFound", "/b.html", b"<html><body><center><h1>404 Not Found</h1></center><hr>nginx</body></html>"),
    ("nothing stands on it", "/b.html", b"<html><head><script>var a=1</script></head><body></body></html>"),
    ("the answer is empty", "/b.html", b""),
    ("it leads to the home page", "/b.html", (301, {"Location": "/"}, b"")),
    ("it leads to /404.html", "/b.html", (302, {"Location": "/404.html"}, b"")),
]


@pytest.mark.parametrize(("reason", "path", "answer"), SOFT)
def test_soft_errors_are_no_reports(site: Site, tmp_path: Path, reason: str, path: str, answer: Answer) -> None:
    """Status 200 with something else than the page: named, archived as an error, tried again later."""
    site.answers = answers("ab", a=b"A") | {path: answer, "/": b"<p>home</p>", "/404.html": b"<p>sorry</p>"}
    summary = run(site, tmp_path)
    assert [failure.kind for failure in summary.failed] == ["soft error"]
    assert reason in summary.failed[0].reason
    assert [s.url for s in read_archive(tmp_path / "archive")] == [site.url("/a.html")]
    site.answers["/b.html"] = b"B"
    assert run(site, tmp_path).fetched == 1


def exchange(body: bytes, status: int = 200, url: str = "http://www.jia.gov.cn/a.html") -> Exchange:
    return Exchange(url, [], status, "OK", [], body, "2026-01-02T03:04:05.000006Z")


REPORT = ("<html><head><title>乙镇2020年政府信息公开工作年度报告</title></head><body><script>document.cookie='a=1';</script>"
          "<div>用户登录 验证码 <a href='/404.html'>纠错</a></div><p>" + "根据规定，编制本报告。收到申请3件。" * 60 + "</p></body></html>").encode()  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        REPORT,
        REPORT.decode().encode("gb18030"),
        b'{"code": 404, "msg": "\xe9\xaa\x8c\xe8\xaf\x81\xe7\xa0\x81"}',
        b"%PDF-1.4 not found",
        "<?xml version='1.0'?><rows><row>请先登录</row></rows>".encode(),
        "<datastore><recordset><record><![CDATA[<li>验证码</li>]]></record></recordset></datastore>".encode(),
        "<recordset><record>信息不存在</record></recordset>".encode(),
        f"<html><p>其中3件所申请的信息不存在。</p><p>{'编制本报告。' * 120}</p></html>".encode(),
    ],
)
def test_reports_and_files_are_no_walls(body: bytes) -> None:
    """Log-in boxes, cookies of counters and words of walls stand on ordinary pages and in interfaces too."""
    assert wall(exchange(body)) is None
    assert soft_error(exchange(body), "http://www.jia.gov.cn/a.html") is None


def test_a_page_of_pictures_is_a_page() -> None:
    """A report whose tables are pictures has next to no text, or none."""
    for heading in ("<h1>年度报告</h1>", ""):
        body = f"<html><body>{heading}<img src='1.jpg'><img src='2.jpg'></body></html>".encode()
        assert (wall(exchange(body)), soft_error(exchange(body), "http://www.jia.gov.cn/a.html")) == (None, None)


CHALLENGES = (
    "FSSBBIl1UgzbN7N80S", "FSSBBIl1UgzbN7N80T", "4hP44ZykCTt5O", "4hP44ZykCTt5P", "5uRo8RWcod0K", "5uRo8RWcod0KT",
    "__jsl_clearance", "__jsl_clearance_s", "__jsluid_h", "__jsluid_s", "C3VK", "CT6T", "CT6TS", "acw_sc__v2", "acw_sc__v3",
)  # fmt: skip


@pytest.mark.parametrize("cookie", CHALLENGES)
def test_a_challenge_is_told_by_its_cookie_alone(cookie: str) -> None:
    """The script that sets it may be scrambled beyond telling; a page of some length that names it is none."""
    script = f'<html><script>var _$ts="{cookie}";eval(_$ts)</script>'
    assert wall(exchange(script.encode())) == Wall(
        "script_cookie", f"script for cookie {cookie} in a page of {len(script)} characters"
    )
    assert wall(exchange((script + "根据规定，编制本报告。" * 60).encode())) is None


WORDS: list[tuple[str, str]] = [
    *(("captcha", words) for words in (
        "请完成人机验证", "请输入验证码", "本站正在做安全验证", "请移动滑块", "请滑动验证", "请点击验证", "请拖动图片完成验证", "请先进行验证", "Captcha",
        "Are you human?", "Are you a human?",
    )),
    *(("geo", words) for words in (
        "您所在的地区被限制", "来自位置限制", "您的区域禁止浏览", "当前国家无法浏览", "当前位置不能浏览", "来自地区不支持", "所在国家不允许",
        "境外用户受限制", "境外网络禁止浏览", "境外无法浏览", "境外不能浏览", "Not available in your region", "not available in your country",
    )),
    *(("login", words) for words in (
        "请登录", "请先登录", "用户登录", "登录后可见", "您没有权限", "没有访问权限", "无权访问", "无权限查看", "需要身份认证",
    )),
    *(("waf", words) for words in (
        "您的请求被拦截", "该访问被阻断", "此操作被拒绝", "您的IP被禁止", "您的IP已被限制", "请求存在风险", "请求存在安全威胁", "请求不合法", "访问过于频繁",
        "网站防火墙", "Access Denied", "Request blocked",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), WORDS)
def test_a_short_page_is_a_wall_by_any_of_its_words(kind: str, words: str) -> None:
    """Each wording alone; the same words on a page with a text of its own are none."""
    page = f"<html><body><p>{words}</p>{{}}</body></html>"
    assert [found and found.kind for found in (wall(exchange(page.format("").encode())),)] == [kind]
    assert wall(exchange(page.format("<p>根据规定，编制本报告。</p>" * 60).encode())) is None


@pytest.mark.parametrize(
    "reload",
    [
        "location.reload()",
        "location=location",
        "location.href=location.href",
        "window.location=window.location.href",
        "location.href=document.location",
        "go({'a':1})",
    ],
)
def test_a_cookie_of_any_name_and_a_reload_are_a_challenge(reload: str) -> None:
    """What sets a cookie by script and comes again, whatever the cookie is called; one that does either alone is none."""
    page = f"<html><script>document.cookie='any=1';{reload}</script></html>"
    found = wall(exchange(page.encode()))
    assert found == Wall("script_cookie", f"a page of {len(page)} characters sets a cookie by script and reloads")
    assert wall(exchange(f"<html><script>{reload}</script></html>".encode())) is None
    assert wall(exchange(b"<html><script>document.cookie='any=1'</script></html>")) is None


GONE = (
    *(f"该{what}不存在" for what in ("页面", "网页", "文章", "信息", "内容", "栏目", "链接", "文件", "地址")),
    *(f"页面{what}" for what in ("找不到", "未找到", "已删除", "已被删除", "已失效", "已经失效", "走丢了", "丢失", "失联了", "已下线", "已撤销")),
    *(f"{what}您要的页面" for what in ("找不到", "无法找到", "未找到", "没有找到")),
    *(f"找不到您要的{what}" for what in ("网页", "文章", "信息", "内容", "文件")),
    "404", "错误！404", "404返回", "404首页", "404错误", "404抱歉", "404很抱歉", "404对不起", "404您好", "Not Found", "The page does not exist",
)  # fmt: skip


@pytest.mark.parametrize("words", GONE)
def test_a_short_page_that_says_it_is_not_there_is_a_soft_error(words: str) -> None:
    """Each wording alone; a report that uses the words has them in a text."""
    page = f"<html><body><p>{words}</p><a href='/'>首页</a>{{}}</body></html>"
    found = soft_error(exchange(page.format("").encode()), "http://www.jia.gov.cn/a.html")
    assert (found or "").startswith("it says ")
    long = page.format("<p>根据规定，编制本报告。</p>" * 60).encode()
    assert soft_error(exchange(long), "http://www.jia.gov.cn/a.html") is None


def test_a_count_is_no_404() -> None:
    """A list that holds as many says how many."""
    page = f"<html><body><p>404条记录，共404页，40.404</p><a href='/a.html'>{TITLE.format(2020)}</a></body></html>"
    assert soft_error(exchange(page.encode()), "http://www.jia.gov.cn/") is None


def test_the_evidence_names_status_and_cookie() -> None:
    """What a wall was told by can be looked up."""
    sent = Exchange("http://a.gov.cn/x.html", [], 412, "", [("Set-Cookie", "4hP44ZykCTt5S=abc"), ("Server", "sec")], b"", "")
    assert wall(sent) == Wall("412", "HTTP 412, cookie 4hP44ZykCTt5S, server sec")
