"""Every way in which a portal fails, set for one report of one portal: what is stored, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import scraper.http
from nianbao.demo.platforms.faults import MODES
from nianbao.demo.platforms.server import Host, TestPortals
from parsers import parse_report
from scraper.archive import read_archive
from scraper.crawl import PortalSummary, crawl

KEPT = (
    "slow", "drip", "gzip", "latin-1", "gbk-by-meta", "gbk-that-is-utf-8", "byte-order-mark", "as-pdf", "cookie-redirect",
)  # fmt: skip
"""Modes that a crawl copes with: the report is stored, and reads as it should."""
NAMED = {
    "reset": "broken",
    "500": "http 500",
    "502": "http 502",
    "503": "http 503",
    "429-silent": "http 429",
    "429-absurd": "busy",
    "403": "blocked:403",
    "468": "blocked:468",
    "412": "blocked:412",
    "521": "blocked:521",
    "script-cookie": "blocked:script_cookie",
    "loop": "redirects",
    "mirror": "host not allowed",
    "metadata": "host not allowed",
    "refresh-to-mirror": "host not allowed",
    "home": "soft error",
    "missing": "soft error",
    "stub": "soft error",
    "empty": "soft error",
    "404": "http 404",
    "410": "http 410",
    "truncated": "broken",
    "cut-gzip": "broken",
    "cut-character": "broken",
    "unasked-coding": "broken",
    "bomb": "too large",
    "huge": "too large",
    "deep": "soft error",  # the parser stops at 256 levels, and nothing stands above that
}
"""Modes that end in a failure, by its kind; the report is not stored, and the next crawl obtains it."""
MOST_TRIES = 6
"""Requests to one address in one run, redirects included."""


def struck(served: TestPortals, mode: str) -> tuple[Host, str]:
    """A portal whose first listed report is struck, and the report's address."""
    (host,) = served.hosts.values()
    path = next(path for path in host.site.pages if path.startswith("/zfxxgk/zfxxgknb/xj/"))
    host.faults[path] = MODES[mode]
    return host, path


def run(served: TestPortals, home: Path) -> PortalSummary:
    (portal,) = crawl(served.portals, home, delay=0).portals
    return portal


def stored(home: Path, path: str) -> list[bytes]:
    return [s.body for s in read_archive(home / "archive") if s.url.endswith(path)]


def test_every_mode_has_its_outcome() -> None:
    """None is left out."""
    timed = {"429", "429-date"}  # waited for: tests/scraper/test_crawl.py and test_fetch.py
    assert set(KEPT) | set(NAMED) | timed == set(MODES)


@pytest.mark.parametrize("mode", KEPT)
def test_a_report_is_stored_however_it_is_sent(mode: str, tmp_path: Path) -> None:
    """Slowly, byte by byte, compressed, in another charset than is said, under another type, behind a cookie: the same report."""
    with TestPortals(["numbered"], years=(2022,)) as served:
        host, path = struck(served, mode)
        summary = run(served, tmp_path)
    whole = parse_report(host.site.pages[path]() if callable(host.site.pages[path]) else host.site.pages[path])  # type: ignore[operator,arg-type]
    (body,) = stored(tmp_path, path)
    assert (summary.failed, summary.error) == ((), None)
    assert {key: cell.value for key, cell in parse_report(body).cells.items()} == {k: c.value for k, c in whole.cells.items()}
    assert parse_report(body).title == whole.title


@pytest.mark.parametrize(("mode", "kind"), NAMED.items(), ids=list(NAMED))
def test_a_failure_is_named_and_nothing_is_stored(mode: str, kind: str, tmp_path: Path) -> None:
    """The kind that the status counts, a bounded number of tries, no report; and when it has passed, the report, each once."""
    with TestPortals(["numbered"], years=(2022,)) as served:
        host, path = struck(served, mode)
        summary = run(served, tmp_path)
        assert [failure.kind for failure in summary.failed] == [kind]
        assert (stored(tmp_path, path), host.asked[path] <= MOST_TRIES) == ([], True)
        host.faults.clear()
        run(served, tmp_path)
    reports = sum(article.is_report for article in host.articles)
    assert (len(stored(tmp_path, path)), len(list(read_archive(tmp_path / "archive")))) == (1, reports)


@pytest.mark.parametrize(
    ("mode", "limit", "reason"),
    [("slow", "SILENCE", "ReadTimeout"), ("drip", "DEADLINE", "the answer took too long")],
)
def test_a_portal_that_takes_for_ever_stops_no_other(
    mode: str, limit: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds without a byte are bounded, and so is a request as a whole; the other portal is read meanwhile."""
    monkeypatch.setattr(scraper.http, limit, 0.3)
    with TestPortals(["numbered", "hebei"], years=(2022,)) as served:
        path = next(path for path in served.hosts["numbered"].site.pages if path.startswith("/zfxxgk/zfxxgknb/xj/"))
        served.hosts["numbered"].faults[path] = MODES[mode]
        slow, other = crawl(served.portals, tmp_path, delay=0).portals
    assert [(failure.url.endswith(path), reason in failure.reason) for failure in slow.failed] == [(True, True)]
    assert (stored(tmp_path, path), other.failed, other.fetched > 5) == ([], (), True)


UNCERTAIN = ("reset", "500", "502", "503", "truncated", "cut-gzip", "cut-character", "script-cookie", "412")
"""Modes that leave open whether a page is there."""
SECOND = {"numbered": "/zfxxgk/zfxxgknb/2.html", "content-n": "/gk/zfxxgknb/bmxxgknb/index_2.html"}
"""The second page of a column: where it can only be guessed that there is one, and where the first links to it."""


@pytest.mark.parametrize(
    ("key", "mode"),
    [("numbered", mode) for mode in UNCERTAIN]
    + [("content-n", mode) for mode in (*UNCERTAIN, "missing", "stub", "empty", "404", "mirror", "home", "loop")],
)
def test_a_list_that_fails_is_no_shorter_list(key: str, mode: str, tmp_path: Path) -> None:
    """What it would have named is not taken for all there is, and is found by the next crawl."""
    with TestPortals([key], years=(2021, 2022)) as served:
        (host,) = served.hosts.values()
        assert SECOND[key] in host.site.pages
        host.faults[SECOND[key]] = MODES[mode]
        first = run(served, tmp_path)
        host.faults.clear()
        run(served, tmp_path)
    reports = sum(article.is_report for article in host.articles)
    assert len(list(read_archive(tmp_path / "archive"))) == reports > first.found
    assert first.error or first.failed
