"""What a request may lead to: each way in or out but the portal's own is closed, and each wait and chain has an end."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import stamina

import scraper.bodies
import scraper.http
from scraper.archive import read_archive
from scraper.crawl import Options, PortalSummary, crawl
from scraper.errors import TooLarge
from scraper.fetch import Fetcher, HostGroup
from scraper.http import client, send, tls_context
from scraper.links import Request
from scraper.pace import Pace
from scraper.registry import Portal

from .conftest import Answer, Site, rows, serving

TITLE = "丹山镇{}年政府信息公开工作年度报告"
ONE = {"/list.html": rows(("a.html", TITLE.format(2020)))}
PAGE = b"<html><p>" + b"a" * 900 + b"</html>"


def run(site: Site, home: Path) -> PortalSummary:
    (summary,) = crawl([site.portal("/list.html")], home, delay=0).portals
    return summary


def archived(home: Path, role: str = "report") -> list[bytes]:
    return [snapshot.body for snapshot in read_archive(home / "archive", role=role)]


@pytest.mark.parametrize("second", ["127.0.0.1", "169.254.169.254"])
def test_a_government_name_that_leads_inside_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """Whatever a name was resolved to before, the connection is judged by what it is resolved to then: nothing inside is asked."""
    found = iter(["113.200.1.1"])
    resolved: list[str] = []
    system: Callable[..., Any] = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: object, **named: object) -> object:
        if host != "www.jia.gov.cn":
            return system(host, port, *rest, **named)
        resolved.append(next(found, second))
        return system(resolved[-1], port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    site.answers = dict(ONE)
    home = f"http://www.jia.gov.cn:{site.host.partition(':')[2]}/"
    portal = Portal("jia", "甲县", "512002", "county", home, "", (f"{home}list.html",), frozenset(), "")
    (summary,) = crawl([portal], tmp_path, delay=0).portals
    assert (summary.fetched, site.asked.total()) == (0, 0)
    assert f"www.jia.gov.cn resolves to {second}" in str(summary.to_dict())
    assert resolved[:2] == ["113.200.1.1", second]


def test_a_proxy_of_the_machine_is_not_used(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would connect to addresses that nobody judged."""
    site.answers = ONE | {"/a.html": PAGE}
    with serving(Site()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url("/"))
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert run(site, tmp_path).fetched == 1
        assert proxy.asked.total() == 0


@pytest.mark.parametrize("where", ["another portal", "itself"])
def test_robots_txt_is_followed_to_hosts_of_the_portal_a_bounded_number_of_times(site: Site, tmp_path: Path, where: str) -> None:
    """Another portal's rules are nobody's permission, and are not asked for; a loop is none either."""
    with serving(Site(answers={"/rules.txt": b"User-agent: *\nAllow: /"})) as other:
        to = other.url("/rules.txt") if where == "another portal" else "/robots.txt"
        site.answers = ONE | {"/robots.txt": (301, {"Location": to}, b""), "/a.html": PAGE}
        # Of one run and one address, so that a connection there would be open.
        portals = [site.portal("/list.html"), other.portal("/list.html", key="other")]
        summary = crawl(portals, tmp_path, delay=0).portals[0]
        assert (summary.error_kind, summary.fetched, other.asked["/rules.txt"]) == ("robots", 0, 0)
    assert (site.asked["/list.html"], site.asked["/robots.txt"] < 8) == (0, True)


def test_a_page_of_html_is_no_robots_txt(site: Site, tmp_path: Path) -> None:
    """Portals send their error page with status 200: it forbids nothing."""
    page = "<html><body><p>您访问的页面不存在</p>\nDisallow: /\n</body></html>".encode()
    site.answers = ONE | {"/robots.txt": page, "/a.html": PAGE}
    assert run(site, tmp_path).fetched == 1


def test_a_mark_before_the_first_rule_hides_none(site: Site, tmp_path: Path) -> None:
    """Editors of Windows put one before the first line."""
    site.answers = ONE | {"/robots.txt": b"\xef\xbb\xbfUser-agent: *\nDisallow: /a.html\n", "/a.html": PAGE}
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["robots"]


def test_a_wall_in_place_of_robots_txt_is_no_permission(site: Site, tmp_path: Path) -> None:
    """A challenge with status 200 holds no rules: nothing on the host is asked for."""
    wall = b'<html><script>document.cookie="C3VK=a1;path=/";location.reload()</script></html>'
    site.answers = ONE | {"/robots.txt": wall, "/a.html": PAGE}
    summary = run(site, tmp_path)
    assert (summary.error_kind, site.asked["/list.html"]) == ("robots", 0)
    assert "script_cookie" in str(summary.error)


def test_a_retry_after_that_is_a_date_is_waited_for(site: Site, tmp_path: Path) -> None:
    """The second request comes no sooner than the day and second that the server named."""
    times: list[float] = []
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)

    def busy(asked: int) -> tuple[int, dict[str, str], bytes]:
        times.append(time.time())
        return (429, {"Retry-After": format_datetime(until, usegmt=True)}, b"") if asked == 1 else (200, {}, PAGE)

    site.answers = ONE | {"/a.html": busy}
    with stamina.set_testing(False):  # tests wait nothing between tries otherwise
        assert run(site, tmp_path).fetched == 1
    assert times[1] >= until.timestamp() - 0.1


def test_an_absurd_date_parks_the_host(site: Site, tmp_path: Path) -> None:
    """Tomorrow is beyond what a run waits."""
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    site.answers = ONE | {"/a.html": (503, {"Retry-After": tomorrow}, b"")}
    assert (run(site, tmp_path).error_kind, site.asked["/a.html"]) == ("busy", 1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_the_server_is_asked_again(site: Site, tmp_path: Path, status: int) -> None:
    """Once is a page later."""
    site.answers = ONE | {"/a.html": lambda n: (status, {}, b"") if n == 1 else (200, {}, PAGE)}
    assert (run(site, tmp_path).fetched, site.asked["/a.html"]) == (1, 2)


JUMP = '<html><script>location.href="{}"</script></html>'


@pytest.mark.parametrize(("shells", "fetched"), [(3, 1), (4, 0)])
def test_literal_jumps_are_followed_three_times(site: Site, tmp_path: Path, shells: int, fetched: int) -> None:
    """Each of them within the portal; the fourth is one too many."""
    chain: dict[str, Answer] = {f"/{n}.html": JUMP.format(f"/{n + 1}.html").encode() for n in range(1, shells)}
    site.answers = ONE | {"/a.html": JUMP.format("/1.html").encode(), **chain, f"/{shells}.html": PAGE}
    summary = run(site, tmp_path)
    assert (summary.fetched, site.asked[f"/{shells}.html"]) == (fetched, fetched)
    assert [failure.kind for failure in summary.failed] == ["redirects"] * (1 - fetched)


@pytest.mark.parametrize(
    "page",
    [
        '<script>document.cookie="C3VK=a1;path=/";location.href="/b.html"</script>',
        "<p>请输入验证码</p><script>location.href='/b.html'</script>",
    ],
)
def test_the_way_on_that_a_wall_names_is_not_gone(site: Site, tmp_path: Path, page: str) -> None:
    """Where the challenge leads once its cookie is set is behind the wall."""
    site.answers = ONE | {"/a.html": f"<html><body>{page}</body></html>".encode(), "/b.html": PAGE}
    summary = run(site, tmp_path)
    assert (summary.blocked, summary.fetched, site.asked["/b.html"]) == (1, 0, 0)


@pytest.mark.parametrize(
    "page",
    [
        f'<p>{"根据条例规定，编制本报告。" * 20}</p><script>function old(){{location.href="/b.html"}}</script>',
        f'<meta http-equiv="refresh" content="600;url=/b.html"><p>{"根据条例规定。" * 10}</p>',
        '<p>年度报告</p><img src=t.png><script>location.href="http://[x"</script>',
        '<p>年度报告</p><img src=t.png><script>location.href="/a.html"</script>',
    ],
)
def test_pages_that_lead_nowhere_are_kept(site: Site, tmp_path: Path, page: str) -> None:
    """A function of a whole page, a page that renews itself, an address that is none, and the page's own."""
    body = f"<html><body>{page}</body></html>".encode()
    site.answers = ONE | {"/a.html": body, "/b.html": PAGE}
    assert (run(site, tmp_path).failed, archived(tmp_path), site.asked["/a.html"]) == ((), [body], 1)


def test_a_redirect_in_chinese_is_followed(site: Site, tmp_path: Path) -> None:
    """Bytes beyond ASCII in a Location are UTF-8, whatever the standard says."""
    site.answers = ONE | {"/a.html": (302, {"Location": "/年报.html".encode().decode("latin-1")}, b"")}
    site.answers["/%E5%B9%B4%E6%8A%A5.html"] = PAGE
    assert run(site, tmp_path).fetched == 1


@pytest.mark.parametrize(
    ("status", "sent"), [(307, ("POST", b"page=1")), (308, ("POST", b"page=1")), (302, ("GET", b"")), (303, ("GET", b""))]
)
def test_a_redirected_question_is_asked_as_the_status_says(site: Site, status: int, sent: tuple[str, bytes]) -> None:
    """307 and 308 ask the same again, the others for a page; what such an answer would jump to is no page of the portal."""
    site.answers = {"/old": (status, {"Location": "/new"}, b""), "/new": JUMP.format("/b.html").encode(), "/b.html": PAGE}
    answer = asked(site, Request.of_form(site.url("/old"), {"page": "1"}))
    assert site.sent["/new"] == sent
    assert answer.endswith("/new" if sent[0] == "POST" else "/b.html")


def asked(site: Site, request: Request) -> str:
    """The address that answered."""

    async def ask() -> str:
        async with client("test", tls_context(), lambda *_: True) as opened:
            fetcher = Fetcher(site.portal(), HostGroup("test", Pace(0)), lambda *given: send(opened, *given), lambda *_: None)
            return (await fetcher.get(request)).url

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("body", "kinds"), [(PAGE, []), (PAGE[:-7], ["broken"]), ("年".encode() * 300 + b"\xe5\xb9", ["broken"])]
)
def test_a_page_that_ends_with_the_connection_must_be_whole(site: Site, tmp_path: Path, body: bytes, kinds: list[str]) -> None:
    """Where no length is said, only the page itself can tell that nothing is missing."""
    page = body if body.startswith(b"<html") else b"<html><p>" + body
    site.answers = ONE | {"/a.html": (200, {"Content-Length": "", "Connection": "close"}, page)}
    assert [failure.kind for failure in run(site, tmp_path).failed] == kinds
    assert archived(tmp_path) == ([] if kinds else [page])


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_page_cut_within_its_last_character_is_broken(site: Site, tmp_path: Path, charset: str) -> None:
    """The length is right, and the page is not: in both charsets of the country."""
    site.answers = ONE | {"/a.html": f"<html><p>{'年度报告' * 300}".encode(charset)[:-1]}
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["broken"]


def test_a_host_that_takes_no_connection_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that is full answers nothing at all."""
    monkeypatch.setattr(scraper.http, "CONNECT", 0.2)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        host = f"127.0.0.1:{full.getsockname()[1]}"
        held = [socket.socket() for _ in range(4)]
        for waiting in held:
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        begun = time.monotonic()
        (summary,) = crawl([Site(host).portal("/list.html")], tmp_path, delay=0).portals
        for waiting in held:
            waiting.close()
    assert (summary.error_kind, "ConnectTimeout" in str(summary.error)) == ("out of reach", True)
    assert time.monotonic() - begun < 20


def test_slow_portals_are_waited_for_and_silent_ones_are_not() -> None:
    """Portals take up to 14.5 s, and 20 s are to be borne; a minute without a byte is not, nor a request without end (portals.md 2.4, 7)."""
    assert 20 < scraper.http.SILENCE < 60 <= scraper.http.DEADLINE <= 120
    assert 5 <= scraper.http.CONNECT < scraper.http.SILENCE


def test_conditions_are_those_of_the_address_alone(site: Site, tmp_path: Path) -> None:
    """Behind a redirect stands another page: its ETag is not kept, and no ETag is sent there."""
    site.answers = ONE | {"/a.html": (302, {"Location": "/new.html"}, b""), "/new.html": (200, {"ETag": '"new"'}, PAGE)}
    run(site, tmp_path)
    crawl([site.portal("/list.html")], tmp_path, delay=0, options=Options(recheck=True))
    assert site.asked["/new.html"] == 2
    assert [site.headers[path]["If-None-Match"] for path in ("/a.html", "/new.html")] == [None, None]


def test_tries_are_counted(site: Site, tmp_path: Path) -> None:
    """Four, with pauses that grow; the rest of the tests wait nothing between them."""
    times: list[float] = []

    def busy(asked: int) -> tuple[int, dict[str, str], bytes]:
        times.append(time.monotonic())
        return 503, {}, b""

    site.answers = ONE | {"/a.html": busy}
    with stamina.set_testing(False):
        assert [failure.kind for failure in run(site, tmp_path).failed] == ["http 503"]
    assert len(times) == 4
    assert times[3] - times[2] > times[1] - times[0] >= 0.5


def test_a_bomb_in_pieces_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap is on the whole body, not on each of its gzip members."""
    monkeypatch.setattr(scraper.bodies, "LARGEST_PAGE", 1000)
    assert len(scraper.bodies.decoded(gzip.compress(b"x" * 500) * 2, "gzip")) == 1000
    with pytest.raises(TooLarge):
        scraper.bodies.decoded(gzip.compress(b"x" * 501) * 2, "gzip")


def test_a_redirect_to_a_port_that_is_a_word_is_archived(site: Site, tmp_path: Path) -> None:
    """httpx, which follows none, would drop an answer whose Location it cannot read."""
    site.answers = ONE | {"/a.html": (302, {"Location": "http://www.jia.gov.cn:port/"}, b"moved")}
    assert [failure.kind for failure in run(site, tmp_path).failed] == ["host not allowed"]
    assert (archived(tmp_path, "redirect"), site.asked["/a.html"]) == ([b"moved"], 1)


def test_a_page_whose_length_was_said_wrongly_at_first_is_read_whole(site: Site, tmp_path: Path) -> None:
    """The same bytes came before under another length, and were archived as broken: the page does not point there."""
    body = PAGE * 2
    site.answers = ONE | {
        "/a.html": lambda n: (200, {"Content-Length": "9000", "Connection": "close"} if n == 1 else {}, body),
    }
    assert (run(site, tmp_path).fetched, archived(tmp_path)) == (1, [body])


def test_a_page_is_on_the_disk_before_it_is_marked(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that loses its power loses no page that the state holds to be done."""
    synced = 0
    fsync = os.fsync

    def counted(file: int) -> None:
        nonlocal synced
        synced += 1
        fsync(file)

    monkeypatch.setattr(os, "fsync", counted)
    site.answers = {"/list.html": rows(*((f"{n}.html", TITLE.format(2010 + n)) for n in range(4)))}
    site.answers |= {f"/{n}.html": PAGE + b"%d" % n for n in range(4)}
    told: list[tuple[int, int]] = []
    crawl([site.portal("/list.html")], tmp_path, delay=0, progress=lambda so_far: told.append((so_far.fetched, synced)))
    assert told[-1][0] == 4
    assert all(seen >= fetched for fetched, seen in told)


@pytest.mark.parametrize(
    ("answer", "fetched"),
    [((404, {}, b""), 1), ((410, {}, b""), 1), ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"User-agent: *")[:-9]), 0)],
)
def test_robots_that_are_not_there_allow_all_and_broken_ones_nothing(
    site: Site, tmp_path: Path, answer: Answer, fetched: int
) -> None:
    """What cannot be read may hold a no."""
    site.answers = ONE | {"/robots.txt": answer, "/a.html": PAGE}
    assert run(site, tmp_path).fetched == fetched


def test_conditions_are_not_taken_along(site: Site, tmp_path: Path) -> None:
    """A page that has moved since: what was known of the old address says nothing of the new."""
    site.answers = ONE | {"/a.html": (200, {"ETag": '"old"'}, PAGE), "/new.html": PAGE + b"new"}
    run(site, tmp_path)
    site.answers["/a.html"] = (302, {"Location": "/new.html"}, b"")
    (summary,) = crawl([site.portal("/list.html")], tmp_path, delay=0, options=Options(recheck=True)).portals
    assert [site.headers[path]["If-None-Match"] for path in ("/a.html", "/new.html")] == ['"old"', None]
    assert (summary.failed, site.asked["/new.html"]) == ((), 1)
