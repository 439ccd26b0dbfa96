"""nianbao bench crawl: what it prints is what the hosts saw."""

from __future__ import annotations

import pytest

from nianbao.bench.crawl import lines, measure
from nianbao.errors import BenchError


def test_every_report_of_every_host_is_counted() -> None:
    """Three hosts with four reports: list, robots.txt and reports are six requests each, one at a time, no closer than the delay."""
    first = next(iter(measure(hosts=3, reports=4, delay=0.05)))
    assert (first.crawler, first.reports, first.requests, first.at_once) == ("nianbao", 12, 18, 1)
    assert 0.25 < first.allowed < 0.35  # five delays, and what the answers took
    assert first.seconds > first.allowed
    assert first.shortest_gap >= 0.05
    assert first.megabytes > 10
    (row,) = [line for line in lines([first], hosts=3, reports=4, delay=0.05, load=0) if line.startswith("| nianbao")]
    assert "| 12 of 12 | 18 |" in row


def test_more_hosts_than_addresses_are_refused() -> None:
    """A /24 of loopback has room for 254."""
    with pytest.raises(BenchError, match="254"):
        next(measure(hosts=255, reports=1, delay=0))
