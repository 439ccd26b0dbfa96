"""The measurement of reading: what is measured is read whole, and each reader is there beside lxml."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from nianbao.bench.pages import bench_pages
from nianbao.bench.parse import READERS
from nianbao.cli import main
from parsers import State, parse_report


@pytest.mark.parametrize("name", ["word", "table", "text"])
def test_the_pages_are_read_whole(name: str) -> None:
    """Nothing is fast because it is left out; all three tell the same figures."""
    cells = parse_report(bench_pages()[name]).cells
    assert {cell.state for cell in cells.values()} == {State.READ}
    assert [c.value for c in cells.values()] == [c.value for c in parse_report(bench_pages()["table"]).cells.values()]


def test_the_word_export_is_of_the_size_that_is_claimed() -> None:
    """About 100 KB of which most is markup."""
    assert 90_000 < len(bench_pages()["word"]) < 120_000


def test_every_reader_is_named_with_its_times(tmp_path: Path) -> None:
    """One run prints a line for each reader and page, and how memory grows."""
    page = tmp_path / "mine.html"
    page.write_bytes(bench_pages()["table"])
    result = CliRunner().invoke(main, ["bench", "parse", str(page), "--runs", "1"])
    assert result.exit_code == 0, result.output
    rows = [line for line in result.output.splitlines() if line.startswith("mine.html")]
    assert [line.split()[2] for line in rows] == list(READERS)
    assert "200 figures" in result.output
    assert "nianbao on mine.html: peak +" in result.output
