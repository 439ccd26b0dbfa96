"""What the tables refuse: references to what is not there, words that are none of theirs, counts below nought."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nianbao.schema import EDITIONS
from nianbao.tables import TABLES
from nianbao.unitfiles import TOWN_KINDS
from nianbao.unitrows import name_rows, unit_row
from nianbao.units import register
from parsers.forms import forms, statistics_forms
from parsers.parse import FREE

REFUSED = {
    "reports": (
        "form = 'e2022'",
        "kind = 'guide'",
        "version = 0",
        "year = 20204",
        "cells_read = cells_located + 1",
        "cells_located = cells_total + 1",
        "checks_failed = -1",
        "unit_code = 'none'",
    ),
    "documents": ("role = 'list'", "kind = 'other'", "year = 204", "bytes = -1", "unit_code = 'none'", "report_id = 'none'"),
    "addresses": ("portal = 'none'", "documents = 0"),
    "successions": ("village_share = 1.1", "year_seen = 20203"),
    "units": ("kind = 'village'", "ended_after = 9", "parent_code = 'none'", "county_code = 'none'"),
    "looks": ("portal = 'none'", "failed = -1"),
    "findings": ("blank_as_zero = 'maybe'",),
    "requests": ("granted = -1",),
    "reviews": ("upheld = -1",),
    "proactive": ("t2_1_rules_issued = -1",),
    "revisions": ("state_before = 'gone'", "state_after = ''"),
    "peers": ("measure_id = 0", "count = 0"),
    "unit_names": ("unit_code = 'none'", "source = 'other'", "last_year = first_year - 1"),
    "territory_changes": ("unit_code = 'none'", "year = 19"),
    "measure_definitions": ("measure = 'none'", "form = 'e2022'"),
}


@pytest.fixture
def db(demo_db: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as copy, closing(sqlite3.connect(demo_db)) as source:
        source.backup(copy)
        copy.execute("pragma foreign_keys = on")
        # No report of the demo was published twice.
        copy.execute(
            """insert into revisions select report_id, 't3.granted.total', report_id, 'figure', 1, 2, 'read', 'inferred', fetched_at
from reports join documents using (report_id) limit 1"""
        )
        yield copy


@pytest.mark.parametrize(("table", "change"), [(table, change) for table, changes in REFUSED.items() for change in changes])
def test_what_cannot_be_is_refused(db: sqlite3.Connection, table: str, change: str) -> None:
    assert db.execute(f"select count(*) from [{table}]").fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(f"update [{table}] set {change}")


def test_a_change_may_be_below_nought(db: sqlite3.Connection) -> None:
    names = [column.name for table in TABLES if table.name == "proactive" for column in table.columns]
    changes = [name for name in names if name.endswith("items_net_change")]
    assert changes
    for name in changes:
        db.execute(f"update proactive set [{name}] = -1")


def test_every_reference_leads_to_a_row(db: sqlite3.Connection) -> None:
    """Also that of `cross_findings`, which no foreign key holds."""
    assert db.execute("pragma foreign_key_check").fetchall() == []
    lost = "select 1 from cross_findings where other_report_id <> '' and other_report_id not in (select report_id from reports)"
    assert db.execute(lost).fetchall() == []
    assert db.execute("select count(*) from documents where report_id is not null").fetchone()[0]


def test_the_words_are_those_of_forms_and_register() -> None:
    assert set(EDITIONS) == {*forms(), *statistics_forms(), FREE}
    assert {unit.kind for unit in register() if unit.level == "town"} == set(TOWN_KINDS)


def test_the_area_above_a_unit_is_a_place() -> None:
    """东城区 lies in 北京市, not in 市辖区; a farm of 三亚 under the pseudo county has no county."""
    assert unit_row(register().get("110101"))["parent_code"] == "11"
    farm = unit_row(register().get("460201400"))
    assert (farm["parent_code"], farm["county_code"]) == ("4602", None)
    assert unit_row(register().get("512002107"))["parent_code"] == "512002"


def test_a_former_name_leads_to_its_unit() -> None:
    """桥东区 of 邢台 is 襄都区 since 2020; 芦台 was named otherwise before 2019. A department is in no register."""
    rows = list(name_rows(["130502", "130271", "512002107", "512002:教育和体育局"]))
    assert [(row["unit_code"], row["name"], row["first_year"], row["last_year"]) for row in rows] == [
        ("130502", "桥东区", 2015, 2019),
        ("130502", "襄都区", 2020, 2023),
        ("130271", "唐山市芦台经济技术开发区", 2017, 2018),
        ("130271", "河北唐山芦台经济开发区", 2019, 2023),
        ("512002107", "丹山镇", 2015, 2023),
    ]
    assert {row["source"] for row in rows} == {"snapshots"}


def test_every_unit_of_the_register_has_its_names_in_the_database(db: sqlite3.Connection) -> None:
    lost = "select unit_code from units u where level <> 'department' and not exists (select 1 from unit_names n where n.unit_code = u.unit_code and n.name = u.name)"
    assert db.execute(lost).fetchall() == []
