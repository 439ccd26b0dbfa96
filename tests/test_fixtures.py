"""Every folder of tests/fixtures: the page is read as its reviewed report.json says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nianbao.documents import identified

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("case", sorted(FIXTURES.iterdir()), ids=lambda case: case.name)
def test_fixture(case: Path) -> None:
    """A folder without report.json gets one and fails, until someone has read it beside the page."""
    got = read(case)
    expected = case / "report.json"
    if not expected.exists():
        expected.write_text(json.dumps(got, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{expected} was written: review it figure by figure, then run again")
    assert got == json.loads(expected.read_text("utf-8"))


def read(case: Path) -> dict[str, Any]:
    """What the page of a fixture says, without where this checkout lies."""
    (page,) = case.glob("page.*")
    source = json.loads((case / "source.json").read_text("utf-8"))
    return identified(page.read_bytes(), source=page.name, within=source.get("within")).to_dict()
