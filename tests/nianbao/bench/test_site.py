"""What `nianbao bench site` measures and says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from nianbao.bench.site import LIMIT_BYTES, LIMIT_MS, Timing, lines, measure, pages_of
from nianbao.canned import QUERIES
from nianbao.cli import main

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::PendingDeprecationWarning"
)


def test_every_kind_of_page_is_light(demo_db: Path) -> None:
    """All pages and prepared queries answer; none with its styles weighs more than 300 KB. Times are printed, not asserted."""
    timings = measure(demo_db, runs=1)
    assert [page.name for page in timings] == list(pages_of(demo_db))
    assert set(QUERIES) < set(pages_of(demo_db))
    assert [page.name for page in timings if page.weight > LIMIT_BYTES] == []
    assert all(0 < page.median_ms <= page.longest_ms for page in timings)


def test_what_is_over_is_said() -> None:
    """By time or by weight; the last line names the worst of each."""
    told = list(lines([Timing("a", LIMIT_MS + 1, 400, 9), Timing("b", 1, 2, LIMIT_BYTES + 1), Timing("c", 3, 4, 5)], LIMIT_MS))
    assert [line.split(" | ")[0] for line in told[2:5]] == ["| a **over**", "| b **over**", "| c"]
    assert told[5].startswith("slowest: a, 301 of 300 ms; heaviest: b, 300 of 300 KB")


def test_a_database_without_reports_is_named(tmp_path: Path) -> None:
    """One line, no traceback."""
    result = CliRunner().invoke(main, ["bench", "site", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "no such database" in result.stderr
