"""Words in the prose of reports, without segmentation: by the command, and by a plain MATCH as any SQLite tool asks it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from nianbao.search import AROUND, INDEX, excerpt, search


@pytest.mark.parametrize("words", ["监督保障情况", "行政处罚", "收到", "1季度", "解读形式单一；改进"])
def test_words_are_found_where_they_stand(demo_db: Path, words: str) -> None:
    """The same sections as reading all texts finds, for long words and for short ones."""
    with closing(sqlite3.connect(demo_db)) as db:
        expected = {(r, s) for r, s, text in db.execute("select report_id, section, text from sections") if words in text}
    hits = search(demo_db, words, limit=5000)
    assert expected
    assert {(hit.report_id, hit.section) for hit in hits} == expected
    assert all(words in hit.excerpt for hit in hits)


@pytest.mark.parametrize("vacuum", ["vacuum", "vacuum into 'packed.db'"], ids=["vacuum", "vacuum into"])
def test_a_vacuum_leaves_search_right(demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vacuum: str) -> None:
    """The index refers to row numbers; with gaps among them, every text is still found where it stands after the file was packed by any SQLite tool."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(demo_db, "nianbao.db")
    with closing(sqlite3.connect("nianbao.db")) as db:
        db.execute("delete from sections where rowid % 7 = 1")
        db.execute(f"insert into [{INDEX}] ([{INDEX}]) values ('rebuild')")
        db.commit()
        db.execute(vacuum)
    packed = Path("packed.db" if Path("packed.db").exists() else "nianbao.db")
    for words in ("监督保障情况", "更新不够及时"):
        with closing(sqlite3.connect(packed)) as db:
            expected = set(db.execute("select report_id, section from sections where instr(text, ?)", [words]))
            db.execute(f"insert into [{INDEX}] ([{INDEX}], rank) values ('integrity-check', 1)")
        assert expected and {(hit.report_id, hit.section) for hit in search(packed, words, limit=5000)} == expected


def test_any_tool_may_match(demo_db: Path) -> None:
    """Chinese of more than three characters is no syntax error, and words apart from each other can be asked for together."""
    sql = "select count(*) from sections_fts where sections_fts match ?"
    with closing(sqlite3.connect(demo_db)) as db:
        found = [db.execute(sql, [words]).fetchone()[0] for words in ("更新不够及时", "更新不够 AND 解读形式", "没有这样的话")]
        held = db.execute("select count(*) from sections where text like '%更新不够及时%'").fetchone()[0]
    assert found == [held, held, 0] and held > 0


@pytest.mark.parametrize("words", ['"', "100%", "_", "' or 1=1", "AND", ""])
def test_what_is_no_word_does_no_harm(demo_db: Path, words: str) -> None:
    """Signs of the query language stand for themselves."""
    with closing(sqlite3.connect(demo_db)) as db:
        held = [text for (text,) in db.execute("select text from sections") if words in text]
    assert len(search(demo_db, words, limit=5000)) == len(held)


def test_the_command(demo_home: Path) -> None:
    """JSON has one object a section."""
    command = [
        sys.executable,
        "-m",
        "nianbao",
        "search",
        "更新不够及时",
        "--limit",
        "3",
        "--format",
        "json",
        "--home",
        str(demo_home),
    ]
    result = subprocess.run(command, capture_output=True, check=True)
    found = json.loads(result.stdout)
    assert len(found) == 3 and all("更新不够及时" in hit["excerpt"] for hit in found)


def test_an_excerpt_is_what_stands_around_the_words() -> None:
    """Of the command line and the site alike: on one line, cut on both sides, the words as the text has them; the beginning where they are not there."""
    assert excerpt("前文\n 收到申请\n后文", "收到申请") == ("前文 ", "收到申请", " 后文")
    assert excerpt("甲" * 100 + "APP" + "乙" * 100, "app") == ("…" + "甲" * AROUND, "APP", "乙" * AROUND + "…")
    assert excerpt("甲" * AROUND + "词" + "乙" * AROUND, "词") == ("甲" * AROUND, "词", "乙" * AROUND)
    assert excerpt("甲" * 100, "词") == ("", "", "甲" * AROUND + "…")
