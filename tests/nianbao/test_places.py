"""Where a cell was found: written in few bytes, and the same again for each cell."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.cellkeys import all_cell_keys, form_cells, lines
from nianbao.documents import identified
from nianbao.places import SQL_PLACE, written
from nianbao.show import archived_report
from parsers.forms import forms

PAGES = sorted((Path(__file__).parents[1] / "fixtures").glob("*/page.*"))
OF_A_PAGE = st.builds(
    "{} {}".format,
    st.sampled_from(
        [
            "table 1 row 2 column",
            "table 2 row 10 column",
            "paragraph",
            "line 3 cell",
            "table 01 row 2 column",
            "table 1 row x column",
        ]
    ),
    st.integers(0, 12) | st.integers(10**8, 10**20) | st.sampled_from(["", "03", "٣"]),
)

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
"""No place holds what readers take out of a page, such as NUL."""


@pytest.fixture(scope="module")
def cells() -> sqlite3.Connection:
    """The cells of the forms, as the database has them."""
    db = sqlite3.connect(":memory:")
    db.execute("create table form_cells (key text primary key, line integer, position integer)")
    db.executemany("insert into form_cells values (:key, :line, :position)", map(asdict, form_cells()))
    return db


def read_again(cells: sqlite3.Connection, places: Mapping[str, str]) -> dict[str, str]:
    found = cells.execute(f"select c.key, {SQL_PLACE} from (select ? as lines) p cross join form_cells c", [written(places)])
    return {key: place for key, place in found if place is not None}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_places_of_pages(cells: sqlite3.Connection, page: Path) -> None:
    """Every place of every fixture."""
    report = identified(page.read_bytes(), source=page.name)
    places = {key: cell.place for key, cell in report.cells.items() if cell.place}
    assert read_again(cells, places) == places


@given(data=st.data())
def test_any_places(cells: sqlite3.Connection, data: st.DataObject) -> None:
    """Places that count on, places that do not, words of any kind, and cells without one."""
    places: dict[str, str] = {}
    for line in data.draw(st.lists(st.sampled_from(lines()), max_size=4, unique=True)):
        stem, first = data.draw(OF_A_PAGE).rsplit(" ", 1)
        counted = (
            [f"{stem} {int(first) + at}" for at in range(len(line))] if first.isdecimal() and data.draw(st.booleans()) else []
        )
        any_ = st.lists(OF_A_PAGE | WORDS, min_size=len(line), max_size=len(line))
        places |= dict(zip(line, counted or data.draw(any_), strict=True))
    for key in data.draw(st.lists(st.sampled_from(sorted(places)), unique=True)) if places else ():
        del places[key]
    assert read_again(cells, places) == places


def test_a_line_that_counts_on_is_short() -> None:
    """Seven cells beside each other: three numbers; without a table two entries; a cell that stands apart: all places."""
    line = lines()[10]
    assert written({key: f"table 2 row 6 column {at}" for at, key in enumerate(line, 3)}) == '{"11":[2,6,3]}'
    assert written({key: f"paragraph {at}" for at, key in enumerate(line, 47)}) == '{"11":["paragraph ",47]}'
    assert written({line[0]: "line 1"}) == '{"11":["line 1",null,null,null,null,null,null]}'
    assert written({}) is None


def test_each_cell_has_one_line() -> None:
    """All cells of all editions, each once, those of the statutory tables with their labels."""
    found = list(form_cells())
    assert sorted(cell.key for cell in found) == sorted(all_cell_keys())
    assert {key for form in forms().values() for key in form.cell_keys} <= {cell.key for cell in found if " › " in cell.label}
    assert next(cell.editions for cell in found if cell.key == "t3.granted.total") == ("e2019", "e2021")


def test_the_database_says_where_a_figure_was_printed(demo_db: Path) -> None:
    """For each cell of a report the place that parsing the archived page gives, with the page's address and its record in the archive."""
    with closing(sqlite3.connect(demo_db)) as db:
        (report_id,) = db.execute(
            "select report_id from reports where unit_code = '512002107' and year = 2022 and is_current"
        ).fetchone()
        found = db.execute("select key, place from printed_at where report_id = ?", [report_id]).fetchall()
        asked = "select r.url = p.url and d.warc_file = p.warc_file and d.warc_offset = p.warc_offset from printed_at p join reports r using (report_id) join documents d using (document_id) where p.report_id = ? and key = 't3.granted.total'"
        plan = [row[3] for row in db.execute(f"explain query plan {asked}", [report_id])]
        assert db.execute(asked, [report_id]).fetchall() == [(1,)]
    report = archived_report(demo_db, report_id).report
    assert dict(found) == {key: cell.place for key, cell in report.cells.items() if cell.place}
    assert len(found) > 190
    assert not [step for step in plan if step.startswith("SCAN")]
