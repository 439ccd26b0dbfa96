"""Two builds held against each other: every kind of difference with what it was and what it is."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from nianbao.build import build
from nianbao.differences import differences, lines
from nianbao.errors import DatabaseError

from .archives import PAGE, TOWN, Page, archive, page

FIRST, SECOND = "20240501T000000Z", "20250501T000000Z"
CELL = "t2_9.centralized_procurement.total_amount"
OTHER_YEAR = PAGE.replace("2020", "2019").replace("2021-01-26", "2020-02-03").replace("272.13", "13.5")


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A first build, and one in which a figure changed, a report came, another went, and a page cannot be read any more."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    gone = PAGE.replace("2020", "2018").replace("2021-01-26", "2019-02-03").replace("272.13", "8.25")
    archive(first, FIRST, [Page(page(1), PAGE), Page(page(3), gone)])
    archive(second, FIRST, [Page(page(1), PAGE), Page(page(5), b"%PDF-1.4")])
    archive(second, SECOND, [Page(page(1), PAGE.replace("272.13", "272.14"), "2025-05-01T00:00:00Z"), Page(page(4), OTHER_YEAR)])
    build(first)
    build(second)
    return first, second


def test_what_changed(homes: tuple[Path, Path]) -> None:
    """Each difference once, with unit, year, cell and both figures."""
    told = differences(*(home / "nianbao.db" for home in homes))
    found = {(d.kind, d.unit_code, d.year, d.key): (d.before, d.after) for d in told.found if d.kind != "document"}
    assert found == {
        ("added", TOWN, 2019, ""): (None, None),
        ("removed", TOWN, 2018, ""): (None, None),
        ("fact", TOWN, 2020, "version"): (1, 2),
        ("figure", TOWN, 2020, CELL): (272.13, 272.14),
    }
    (document,) = [d for d in told.found if d.kind == "document"]
    assert (document.url, document.before) == (page(5), "not there")
    assert told.counts == {"added": 1, "removed": 1, "figure": 1, "state": 0, "fact": 1, "document": 1}
    assert f"{CELL}: 272.13 -> 272.14" in "\n".join(lines(told))


def test_a_database_does_not_differ_from_itself(homes: tuple[Path, Path]) -> None:
    """Nothing is found."""
    assert differences(homes[1] / "nianbao.db", homes[1] / "nianbao.db").found == ()


def test_the_command(homes: tuple[Path, Path], tmp_path: Path) -> None:
    """Home folders do for databases; CSV has a row a difference; what is no database is one line."""
    command = [sys.executable, "-m", "nianbao", "diff", *map(str, homes), "--format", "csv"]
    result = subprocess.run(command, capture_output=True, check=True)
    assert len(list(csv.DictReader(io.StringIO(result.stdout.decode())))) == 5
    with pytest.raises(DatabaseError, match="no such database"):
        differences(homes[0] / "nianbao.db", tmp_path / "nothing.db")
