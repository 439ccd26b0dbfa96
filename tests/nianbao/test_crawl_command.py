"""`nianbao crawl` and `nianbao schedule` on the command line."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nianbao.cli import main
from nianbao.demo.portal import DemoPortal, write_demo_registry

from .conftest import free_ports


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo portals, up, and the registry file that names them."""
    path = tmp_path_factory.mktemp("registry") / "portals.csv"
    port = free_ports()
    with DemoPortal(port=port):
        write_demo_registry(path, port)
        yield path


def nianbao(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def crawl(registry: Path, home: Path, *words: object) -> Result:
    return nianbao("crawl", *words, "--portals", registry, "--home", home, "--delay", 0)


def keys(registry: Path) -> list[str]:
    return [line.partition(",")[0] for line in registry.read_text().splitlines()[1:]]


def test_a_budget_then_the_rest(registry: Path, tmp_path: Path) -> None:
    """A run within a budget exits 1 and says what waits; the next ends whole; the one after finds nothing new."""
    key = keys(registry)[0]
    first = crawl(registry, tmp_path, key, "--host-budget", 20, "--json")
    assert first.exit_code == 1
    (portal,) = json.loads(first.stdout)["portals"]
    assert (portal["error_kind"], portal["new"] + portal["waiting"], portal["failed"]) == ("budget", portal["found"], [])
    assert crawl(registry, tmp_path, key).exit_code == 0
    (again,) = json.loads(crawl(registry, tmp_path, key, "--json").stdout)["portals"]
    assert (again["new"], again["found"], again["found_before"]) == (0, again["already"], again["found"])


def test_status_and_dry_run(registry: Path, tmp_path: Path) -> None:
    """Before a crawl the columns would be asked for; after it nothing is due but for them."""
    key = keys(registry)[1]
    before = crawl(registry, tmp_path, key, "--dry-run")
    assert {line.split("\t")[1] for line in before.stdout.splitlines()} == {"list"}
    assert not (tmp_path / "crawl.db").exists()
    assert crawl(registry, tmp_path, key).exit_code == 0
    assert crawl(registry, tmp_path, "--dry-run", "--due", key).stdout == ""
    again = crawl(registry, tmp_path, "--dry-run", "--recheck", key).stdout
    (status,) = json.loads(nianbao("crawl", "status", "--home", tmp_path, "--json").stdout)
    assert (status["portal"], status["state"], status["waiting"], status["failed"]) == (key, "done", 0, 0)
    assert again.count("\tagain\t") == status["fetched"] == status["found"] > 50
    table = nianbao("crawl", "status", "--home", tmp_path)
    assert (table.exit_code, key in table.stdout, "1 portals" in table.stdout) == (0, True, True)


def test_off_a_terminal_a_quiet_line_for_each_portal(registry: Path, tmp_path: Path) -> None:
    """No bars in a log."""
    words = [sys.executable, "-m", "nianbao", "crawl", "--portals", registry, "--home", tmp_path, "--delay", "0"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    for key in keys(registry):
        assert sum(line.startswith(f"{key}: ") for line in done.stderr.splitlines()) == 1
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr


def test_on_a_terminal_one_line_moves(registry: Path, tmp_path: Path) -> None:
    """Portals, pages, rate and what waits, drawn over itself, and gone at the end."""
    words = [
        sys.executable,
        "-m",
        "nianbao",
        "crawl",
        keys(registry)[0],
        "--portals",
        registry,
        "--home",
        tmp_path,
        "--delay",
        "0",
    ]
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*map(str, words)], stderr=theirs, env=os.environ | {"COLUMNS": "160", "TERM": "xterm"})
    os.close(theirs)
    drawn = bytearray()
    with contextlib.suppress(OSError):  # how a terminal says that its other end is closed
        while chunk := os.read(ours, 65536):
            drawn += chunk
    os.close(ours)
    assert process.wait() == 0
    text = drawn.decode()
    assert re.search(r"0/1 portals · \d+ pages · \d+\.\d/s · \d+ waiting", text)
    assert f"{keys(registry)[0]}: " not in text


def test_hours_that_are_none_are_named(registry: Path, tmp_path: Path) -> None:
    """One line, nothing asked."""
    done = crawl(registry, tmp_path, "--hours", "evening")
    assert (done.exit_code, "19:00-07:00" in done.stderr) == (1, True)


def test_the_schedule_is_what_systemd_and_cron_read(tmp_path: Path) -> None:
    """Units with whole paths and escaped signs; a cron line in China's time."""
    words = ("schedule", "--home", tmp_path / "100% home", "--contact", "a@example.org")
    done = nianbao(*words, "--write", tmp_path / "units")
    service = (tmp_path / "units" / "nianbao.service").read_text()
    assert (done.exit_code, "100%% home" in service, "--due" in service) == (0, True, True)
    assert "Asia/Shanghai" in (tmp_path / "units" / "nianbao.timer").read_text()
    cron = nianbao(*words, "--cron").stdout.splitlines()
    assert cron[0] == "CRON_TZ=Asia/Shanghai"
    assert cron[1].startswith("30 19 * * * ")
    assert r"100\% home" in cron[1]
    assert nianbao(*words).stdout.startswith("# nianbao.service\n[Unit]")
    assert " crawl 512002 --due " in nianbao(*words, "512002", "--cron").stdout


def test_a_key_of_no_portal_is_not_scheduled(registry: Path, tmp_path: Path) -> None:
    """The error is that of crawl, and nothing is written; a key of the registry given is."""
    words = ("--portals", registry, "--home", tmp_path)
    refused = nianbao("schedule", "nowhere", *words, "--write", tmp_path / "units")
    assert refused.exit_code == 1
    assert "nowhere" in refused.stderr
    assert refused.stderr == nianbao("crawl", "nowhere", *words).stderr
    assert not (tmp_path / "units").exists()
    (key, *_) = keys(registry)
    assert f" crawl {key} --due " in nianbao("schedule", key, *words, "--cron").stdout


def test_the_help_adds_to_a_crontab() -> None:
    """What is piped into `crontab -` replaces all that is there, so it holds that too."""
    piped = [line.strip() for line in nianbao("schedule", "--help").stdout.splitlines() if line.endswith("| crontab -")]
    assert piped
    assert all(line.startswith("(crontab -l; ") for line in piped)
