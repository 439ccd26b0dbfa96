"""The dictionary: complete, the same as the database, and the page in docs/ made from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import pytest

from nianbao import dictionary, wording
from nianbao.dictionarypage import markdown
from nianbao.measures import measures
from nianbao.schema import RESULTS, Column
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
    words = ("english", "chinese", "meaning", "chinese_meaning")
    assert [(row["table"], row["name"]) for row in rows if not all(row[word] for word in words)] == []
    assert [row["name"] for row in rows if bool(row["notes"]) != bool(row["chinese_notes"])] == []
    assert set(meta) >= FACTS and "" not in meta.values()


def missing_words() -> list[str]:
    """Everything that the dictionary lacks: each name and sentence, with the file to write it in."""
    asked: list[Callable[[], str]] = []
    for table, column in dictionary.described():
        asked.append(partial(wording.english_name, table, column.name))
        if not column.chinese:
            asked.append(partial(wording.chinese_name, table, column.name))
        asked += [partial(wording.chinese_of, column.meaning), partial(wording.chinese_of, column.notes)]
    return list(dict.fromkeys(filter(None, map(complaint, asked))))


def complaint(ask: Callable[[], str]) -> str:
    try:
        ask()
    except wording.MissingWords as error:
        return str(error)
    return ""


def test_no_name_and_no_chinese_is_missing() -> None:
    """For a new column: a name in english.toml, one in chinese.toml, and its meaning in Chinese in meanings.toml."""
    missing = missing_words()
    assert not missing, "the dictionary lacks words; write them in these files:\n" + "\n".join(missing)


def test_what_lacks_words_is_told_with_its_file() -> None:
    """The name and the sentence that are missing, and where they belong."""
    with pytest.raises(wording.MissingWords, match=r'meanings\.toml: no Chinese for: "Height of the wall"'):
        dictionary.entry("units", Column("level", "TEXT", "Height of the wall"))
    with pytest.raises(wording.MissingWords, match=r"english\.toml: no name under \[units\] or \[columns\]: height"):
        dictionary.entry("units", Column("height", "REAL", "Newest name"))
    with pytest.raises(wording.MissingWords, match=r"english\.toml: no name under \[tables\]: walls"):
        dictionary.about("walls", "Newest name")


def test_no_words_are_left_over() -> None:
    """Every Chinese sentence is one that the schema says in English, and every note stands with something."""
    said = {text for _, column in dictionary.described() for text in (column.meaning, column.notes)}
    recalled = "the wording of the label is not verified"
    assert sorted(wording.sentences().keys() - said - {recalled}) == []
    names = {row["name"] if "." in row["name"] else f"{row['table']}.{row['name']}".rstrip(".") for row in dictionary.rows()}
    patterns = [pattern for note in wording.notes() for pattern in note.columns]
    assert [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in names)] == []


def test_figures_say_what_they_are_and_what_they_are_not() -> None:
    """Names, articles and the do-not-merge list, of columns and of lines of the older forms."""
    told = {(row["table"], row["name"]): row for row in dictionary.rows()}
    granted = told["requests", "granted"]
    assert (granted["english"], granted["chinese"]) == ("Granted", "（一）予以公开")
    assert granted["source"] == "国办公开办函〔2019〕60号、国办公开办函〔2021〕30号 表三；条例第三十六条（一）（二）"
    assert told["requests", "unavailable_not_held"]["source"].endswith("（推断）")
    in_force = told["proactive", "t2_1_normative_documents_in_force"]
    assert "never to be joined" in in_force["notes"] and "不得" in in_force["chinese_notes"]
    assert "第二十条第（一）项" in in_force["source"]
    assert "〔2016〕201号" in told["reviews", "total"]["source"]
    fee = told["indicators", "sh.fee_search"]
    assert (fee["english"], fee["unit"]) == ("On request: search", "元") and "`amounts`" in fee["notes"]
    assert told["comparison", "year"]["meaning"] == "The year reported on"


def test_every_measure_says_what_to_keep_in_mind(demo_db: Path) -> None:
    """In both languages, in the database too; sums have the sources of their terms, and nothing else has none but the share of cells read."""
    with closing(sqlite3.connect(demo_db)) as db:
        rows = dicts(db, "select * from measure_definitions")
    assert {row["measure"] for row in rows} == set(measures())
    assert [row["measure"] for row in rows if not row["caveat"] or not row["chinese_caveat"]] == []
    assert {row["measure"] for row in rows if not row["source"]} == {"report_completeness"}
    sources = {(row["measure"], row["form"]): row["source"] for row in rows}
    assert "条例第三十六条（四）（五）（推断）" in sources["not_held_share", "e2021"]
    assert sources["requests", "s2014"] == "国办发〔2014〕32号 and yearly follow-ups · 3.1"
    assert "条例第四十二条" in sources["other_handling", "e2021"] and "条例" not in sources["other_handling", "e2019"]


def test_the_data_readme_names_every_file() -> None:
    """What is committed under data/ is told with where it comes from."""
    readme = (ROOT / "data" / "README.md").read_text("utf-8")
    files = [path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data" / "units").iterdir()]
    assert [name for name in files if f"`{name}`" not in readme] == []


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
    assert all(measure.chinese_caveat in page for measure in measures().values())
    assert "截至年底累计对外公开的规章件数" in page and "不得与 e2021 的现行有效件数相接" in page
