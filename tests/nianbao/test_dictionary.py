"""The dictionary: complete, the same as the database, and the page in docs/ made from it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from nianbao import dictionary
from nianbao.dictionarypage import markdown
from nianbao.measures import measures
from nianbao.schema import RESULTS
from nianbao.stored import dicts
from parsers.forms import forms

ROOT = Path(__file__).parents[2]
FACTS = {
    "schema_version",
    "nianbao_version",
    "code_digest",
    "archive_digest",
    "last_run",
    "built_at",
    "reports",
    "first_year",
    "last_year",
}


def test_every_column_of_the_database_is_explained(demo_db: Path) -> None:
    """Tables, views and columns as SQLite has them, no more and no less; each with an English and a Chinese name."""
    with closing(sqlite3.connect(demo_db)) as db:
        names = [name for (name,) in db.execute("select name from sqlite_master where type in ('table', 'view')")]
        own = [name for name in names if not name.startswith(("sqlite_", "sections_fts"))]
        columns = {(name, column[1]) for name in own for column in db.execute(f"pragma table_info([{name}])")}
        rows = dicts(db, "select * from dictionary")
        meta = dict(db.execute("select key, value from meta").fetchall())
    told = {(row["table"], row["name"]) for row in rows if "." not in row["name"]}
    assert told == columns | {(name, "") for name in own}
    assert [row for row in rows if not row["english"] or not row["chinese"]] == []
    assert set(meta) >= FACTS and "" not in meta.values()


def test_figures_have_unit_edition_and_source() -> None:
    """Every column of the statutory tables, and every cell of the older forms that counts something."""
    rows = list(dictionary.rows())
    figures = [row for row in rows if row["table"] in ("proactive", "requests", "reviews") and row["type"] in ("INTEGER", "REAL")]
    keys = {key for form in forms().values() for key in form.cell_keys}
    proactive = {key for key in keys if key.startswith("t2_")}
    outcomes = {key.split(".")[1] for key in keys if key.startswith("t3.")}
    assert len(figures) == len(proactive) + len(outcomes) + len(RESULTS)
    assert [row for row in figures if not (row["unit"] and row["editions"] and row["source"])] == []
    older = [row for row in rows if "." in row["name"]]
    assert {row["editions"] for row in older} == {"s2014", "sh2004"}
    assert [row for row in older if not (row["source"] and row["chinese"])] == []


def test_columns_of_views_have_types() -> None:
    """Also those that a view computes, which SQLite does not say; a value is a number, a status a word."""
    types = {(row["table"], row["name"]): row["type"] for row in dictionary.rows() if row["name"] and "." not in row["name"]}
    assert set(types.values()) == {"TEXT", "INTEGER", "REAL"}
    assert (types["comparison", "value"], types["comparison", "change"], types["coverage", "status"]) == ("REAL", "REAL", "TEXT")


def test_the_page_in_docs_is_current() -> None:
    """After a change of schema, form or measures: `nianbao dictionary > docs/data-dictionary.md`."""
    page = markdown()
    assert (ROOT / "docs" / "data-dictionary.md").read_text("utf-8") == page
    assert all(f"| `{key}` |" in page for key in measures())
    assert "总计" in page and "现行有效" in page
