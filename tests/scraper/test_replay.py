"""The archive as others replay it: pywb, where it is installed (a tool of its own under the GPL, no part of this project)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from scraper.crawl import Options, crawl
from scraper.index import find_snapshots
from tests.scraper.conftest import Site, rows

TITLE = "甲镇{}年政府信息公开工作年度报告"
PATIENCE = 30.0
"""Seconds for pywb to begin."""

pytestmark = pytest.mark.skipif(
    not (shutil.which("wb-manager") and shutil.which("wayback")),
    reason="pywb is not installed, the replay of the archive is not tested: pipx install pywb",
)


@contextmanager
def replaying(archive: Path, folder: Path) -> Iterator[str]:
    """The address under which pywb shows the files of an archive."""
    folder.mkdir()
    files = [str(path) for path in archive.glob("*.warc.gz")]
    for words in (["wb-manager", "init", "gov"], ["wb-manager", "add", "gov", *files]):
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(["wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/gov"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"pywb did not begin within {PATIENCE} seconds")


def test_pages_repeated_bodies_and_unchanged_pages_are_replayed(site: Site, tmp_path: Path) -> None:
    """Bodies as they were sent: in GBK, the same at two addresses, under an address in GBK, and one that the server said had not changed."""
    told = f"<html><title>{TITLE.format(2020)}</title><p>{'正文' * 1000}</p></html>"
    site.answers = {
        "/nb/": rows(*((f"{name}.html", TITLE.format(2015 + n)) for n, name in enumerate(("a", "b", "%D6%D0", "c")))),
        "/nb/a.html": told.encode("gbk"),
        "/nb/b.html": told.encode("gbk"),
        "/nb/%D6%D0.html": f"{told}<p>一".encode(),
        "/nb/c.html": lambda asked: (200 if asked == 1 else 304, {"ETag": '"1"'}, f"{told}<p>二".encode() if asked == 1 else b""),
    }
    portal, home = site.portal("/nb/"), tmp_path / "home"
    crawl([portal], home, delay=0)
    time.sleep(1.1)  # replay tells times by the second
    crawl([portal], home, delay=0, options=Options(recheck=True))
    with replaying(home / "archive", tmp_path / "pywb") as shown:
        for path in ("/nb/a.html", "/nb/b.html", "/nb/%D6%D0.html", "/nb/c.html"):
            first = site.answers[path] if isinstance(site.answers[path], bytes) else f"{told}<p>二".encode()
            for entry in find_snapshots(home / "archive", url=site.url(path)):
                at = "".join(sign for sign in entry.fetched_at.partition(".")[0] if sign.isdigit())
                answer = httpx.get(f"{shown}/{at}id_/{site.url(path)}", trust_env=False)
                assert (answer.status_code, answer.content) == (200, first), (path, at)
