"""A real headless Chromium, and the site served by `nianbao serve` over the demo database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from nianbao.overrides import Override, add_override

from .addresses import TOWN, report_id

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ABSENT = "Chromium is not installed, the pages are not tested in a browser: sudo apt-get install --no-install-recommends chromium"


def chromium() -> str:
    """The browser's path. Without one the tests are skipped, or fail where NIANBAO_BROWSER=required."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("NIANBAO_BROWSER") == "required":
        pytest.fail(ABSENT)
    if path is None:
        pytest.skip(ABSENT)
    return path


@pytest.fixture(scope="module")
def browser(demo_home: Path, hostile_home: Path, drawn: Mapping[str, str]) -> Iterator[Browser]:
    """One browser for these tests. Databases and pictures come first, and it closes behind them: while Playwright runs, its thread has no room for another loop."""
    path = chromium()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor without cookies, on a desk screen."""
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield made
    made.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """`nianbao serve` as a process of its own; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "nianbao", "serve", "--home", str(home), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


@pytest.fixture(scope="module")
def site(browser: Browser, demo_home: Path) -> Iterator[str]:
    """The address of the site over the demo database."""
    with served(demo_home) as address:
        yield address


@pytest.fixture(scope="module")
def corrected_site(browser: Browser, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site over the demo database, a figure of it corrected."""
    home = tmp_path_factory.mktemp("corrected")
    shutil.copy(demo_home / "nianbao.db", home)
    (home / "archive").symlink_to(demo_home / "archive")
    report = report_id(demo_home)
    add_override(
        home, Override(report, TOWN, "2023", "t3.granted.total", "7", "read", "987654", "see the page", "reviewer", "2026-01-02")
    )
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def hostile_site(browser: Browser, hostile_home: Path) -> Iterator[str]:
    """The address of the site over a hostile archived page."""
    with served(hostile_home) as address:
        yield address


@pytest.fixture(scope="module")
def notebook_page(browser: Browser, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first notebook as `nianbao notebooks` writes it."""
    folder = tmp_path_factory.mktemp("pages")
    options = ["--county", "512002", "--year", "2023", "--home", str(demo_home), "-o", str(folder)]
    subprocess.run([sys.executable, "-m", "nianbao", "notebooks", "01", *options], check=True, capture_output=True)
    return folder / "01_coverage_and_timeliness.html"


@pytest.fixture
def browser_context_narrow(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor with a telephone."""
    made = browser.new_context(viewport={"width": 390, "height": 800}, locale="en-GB")
    yield made
    made.close()
