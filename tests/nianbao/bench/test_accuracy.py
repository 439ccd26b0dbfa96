"""Generated pages in every layout, damaged: no wrong cell, and no layout below its floor."""

from __future__ import annotations

import pytest

from nianbao.bench.accuracy import LAYOUTS, Trial, floor, scores, trials
from parsers import parse_report, settling

PAGES, SEED = 2000, 1


def test_no_wrong_figure_and_no_step_back() -> None:
    """2,000 pages. A value that a page does not hold is a defect whatever the rest reads; the shares read may only go up."""
    done = list(trials(PAGES, seed=SEED))
    assert not [_named(page) for page in done if page.wrong]
    by_layout, _ = scores(done)
    below = {
        name: (score.share("right"), floor()[name]) for name, score in by_layout.items() if score.share("right") < floor()[name]
    }
    assert not below


def _named(page: Trial) -> str:
    return f"page {page.number} ({page.layout}, {', '.join(page.damages)}): {', '.join(page.wrong[:3])}"


def test_undamaged_pages_are_read_whole() -> None:
    """Every layout, without damage, gives every figure."""
    whole = [page for page in trials(10 * len(LAYOUTS), seed=SEED) if page.damages == ("none",)]
    assert len({page.layout for page in whole}) > len(LAYOUTS) / 2
    assert not [page.layout for page in whole if page.refused or page.wrong]


def test_a_row_that_stands_straight_is_read_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of rows with a figure under each column grid and count are not asked; asked, they would say the same."""
    pages = [page.data for page in trials(6 * len(LAYOUTS), seed=SEED + 1)]
    read = [parse_report(page) for page in pages]
    monkeypatch.setattr(settling, "is_straight", lambda run, heads: False)
    assert [parse_report(page) for page in pages] == read
