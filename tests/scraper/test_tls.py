"""TLS: what cannot be trusted is named and not asked, and old TLS is spoken only where a row says so."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import trustme

from scraper.archive import read_archive
from scraper.crawl import OLD_TLS, Options, PortalSummary, crawl
from scraper.http import tls_context
from scraper.wayback import Wayback

from .conftest import Site, rows, serving

TITLE = "丹山镇2020年政府信息公开工作年度报告"
ANSWERS = {"/list.html": rows(("a.html", TITLE)), "/a.html": b"A"}
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """A certificate authority that this machine trusts for one test."""
    from scraper.crawl import _tls  # noqa: PLC0415

    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    _tls.cache_clear()
    yield made
    _tls.cache_clear()


def modern(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server of today."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def ancient(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """A server that speaks TLS 1.0 and 1.1 alone."""
    context = modern(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def run(site: Site, home: Path, note: str = "") -> PortalSummary:
    site.answers = dict(ANSWERS)
    (summary,) = crawl([replace(site.portal("/list.html"), note=note)], home, delay=0).portals
    return summary


def test_a_trusted_certificate_is_accepted(authority: trustme.CA, tmp_path: Path) -> None:
    """What follows would mean nothing if no certificate were."""
    with serving(Site(), modern(authority.issue_cert("127.0.0.1"))) as site:
        summary = run(site, tmp_path / "home")
    assert (summary.fetched, summary.error) == (1, None)
    assert [s.url for s in read_archive(tmp_path / "home" / "archive")] == [site.url("/a.html")]


UNTRUSTED: list[tuple[str, Callable[[trustme.CA], trustme.LeafCert]]] = [
    ("unable to get local issuer certificate", lambda _: trustme.CA().issue_cert("127.0.0.1")),
    ("expired", lambda trusted: trusted.issue_cert("127.0.0.1", not_after=YESTERDAY)),
    ("IP address mismatch", lambda trusted: trusted.issue_cert("www.yi.gov.cn")),
]


@pytest.mark.parametrize("note", ["", OLD_TLS])
@pytest.mark.parametrize(("reason", "certificate"), UNTRUSTED, ids=[reason for reason, _ in UNTRUSTED])
def test_a_certificate_that_cannot_be_trusted_is_named(
    authority: trustme.CA, tmp_path: Path, reason: str, certificate: Callable[[trustme.CA], trustme.LeafCert], note: str
) -> None:
    """Nothing is asked, neither with a note in the row: old TLS does not mean any certificate."""
    with serving(Site(), modern(certificate(authority))) as site:
        summary = run(site, tmp_path / "home", note)
    assert (summary.error_kind, site.asked.total()) == ("tls", 0)
    assert reason in str(summary.error)


def test_old_tls_needs_a_note_in_the_row(authority: trustme.CA, tmp_path: Path) -> None:
    """Refused by name without it, spoken with it, and for that portal alone."""
    with serving(Site(), ancient(authority.issue_cert("127.0.0.1"))) as site:
        refused = run(site, tmp_path / "home")
        assert (refused.error_kind, site.asked.total()) == ("tls", 0)
        assert OLD_TLS in str(refused.error)
        assert run(site, tmp_path / "home", f"seen in 2026; {OLD_TLS}").fetched == 1
        again = crawl([site.portal("/list.html", key="without")], tmp_path / "other", delay=0).portals[0]
    assert again.error_kind == "tls"


def test_contexts_check_certificates() -> None:
    """Both of them."""
    for old in (False, True):
        context = tls_context(old=old)
        assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


def test_old_tls_is_no_way_to_an_archive(authority: trustme.CA, tmp_path: Path) -> None:
    """The note is about the hosts of the row, and not about what is asked in their place."""
    with serving(Site(), ancient(authority.issue_cert("127.0.0.1"))) as site:
        portal = replace(site.portal("/list.html"), note=OLD_TLS)
        options = Options(via=Wayback(f"https://{site.host}"))
        (summary,) = crawl([portal], tmp_path / "home", delay=0, options=options).portals
    assert (summary.error_kind, site.asked.total()) == ("tls", 0)


def test_what_speaks_no_tls_is_asked_once(tmp_path: Path) -> None:
    """A connection that cannot be trusted is not better the second time."""
    connections: list[int] = []

    def answer(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connections.append(1)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=answer, args=(listening,), daemon=True).start()
        site = Site(f"127.0.0.1:{listening.getsockname()[1]}", "https")
        (summary,) = crawl([site.portal("/list.html")], tmp_path, delay=0).portals
        listening.shutdown(socket.SHUT_RDWR)
    assert (summary.error_kind, len(connections)) == ("tls", 1)
