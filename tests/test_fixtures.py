"""Every folder of tests/fixtures: the page is read as its reviewed report.json says, or its figures as figures.json knows them from elsewhere.

`figures.json` holds what a person read off the page, or what was planted in it: cell keys with their number, null where the page holds none,
and beside them kind, form, year or published_on where the page is about these.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nianbao.documents import identified

FIXTURES = Path(__file__).parent / "fixtures"


CASES = sorted(FIXTURES.iterdir())
KNOWN = [case for case in CASES if (case / "figures.json").exists()]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case.name)
def test_figures(case: Path) -> None:
    """Each cell holds its own figure, or none where the page holds none there."""
    expected = json.loads((case / "figures.json").read_text("utf-8"))
    got = read(case)
    read_off = {key: got["cells"].get(key, {}).get("value") if "." in key else got[key] for key in expected}
    assert read_off == expected


@pytest.mark.parametrize("case", [case for case in CASES if case not in KNOWN], ids=lambda case: case.name)
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
