"""The demo portals: the same everywhere, sound where they should be, and said to be a demo."""

from __future__ import annotations

import socket

import httpx
import pytest

from nianbao.demo.pages import NOTICE, render
from nianbao.demo.plan import demo_reports
from nianbao.demo.portal import DemoPortal, demo_portals
from nianbao.errors import DemoError

from .conftest import free_ports


def test_every_cell_of_the_form_is_planned() -> None:
    """With a figure, or blank on purpose."""
    for report in demo_reports():
        assert set(report.cells) == set(report.form.cell_keys)


def test_what_is_carried_forward_is_carried_in() -> None:
    """Year on year, for every unit that reported in both."""
    reports = {(r.unit_code, r.year): r for r in demo_reports() if len(r.unit_code) == 9}
    for (unit, year), report in reports.items():
        before = reports.get((unit, year - 1))
        if before and not before.mistakes:
            assert report.cells["t3.carried_over_in.total"] == before.cells["t3.carried_forward.total"]


def test_every_page_says_it_is_a_demo() -> None:
    """No one can take a page, or an archive of it, for a publication."""
    for report in demo_reports():
        assert NOTICE in render(report).decode(report.charset)


def test_the_plan_is_the_same_on_every_machine() -> None:
    """Pinned: a change of the generator is a change of the demo and belongs in the changelog."""
    first = demo_reports()[0]
    figures = [int(value or 0) for key, value in first.cells.items() if key.startswith("t3.") and key.endswith(".total")]
    assert (first.unit, first.year, first.published_on.year) == ("莲花街道", 2019, 2020)
    assert figures[0] == figures[-2] + figures[-1]
    assert sum(figures) > 0


def test_pages_come_over_http() -> None:
    """Both portals answer their columns; an unknown address is 404."""
    port = free_ports()
    with DemoPortal(port=port):
        for portal in demo_portals(port):
            assert all(httpx.get(url, trust_env=False).status_code == 200 for url in portal.start_urls)
            assert httpx.get(f"{portal.home_url}none", trust_env=False).status_code == 404


def test_a_taken_port_is_said() -> None:
    """One line that says what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DemoError, match="--port"):
            DemoPortal(port=taken.getsockname()[1])
