"""`nianbao bench families` as a command: what it prints, and that it does not pass where fewer crawls were killed than was asked for."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from nianbao.bench import families
from nianbao.cli import main

SMALL = ("bench", "families", "numbered", "--years", "1")


def test_kills_that_found_no_crawl_at_work_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crawl that had ended before it was to be killed shows nothing."""
    monkeypatch.setattr(families, "_crawl_and_kill", lambda served, home, *, kills, seed: kills - 1)
    result = CliRunner().invoke(main, [*SMALL, "--kills", "4"])
    assert result.exit_code == 1
    assert "3 of 4 kills found a crawl at work" in result.stderr


def test_a_calm_crawl_of_one_portal_passes() -> None:
    """The table, the sum, and that no live portal was asked."""
    result = CliRunner().invoke(main, list(SMALL))
    assert result.exit_code == 0, result.output
    assert "| numbered | static_list | 9 | 9 | 0 |" in result.stdout
    assert "no live portal was asked" in result.stdout
