"""Every word, rule and sentence that the code can produce, in Chinese."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nianbao import across, copied, fonts
from nianbao.across import ROLLED_UP, year_rules
from nianbao.cellkeys import all_cell_keys
from nianbao.documents import REASONS
from nianbao.site.report import STATES
from nianbao.site.vocabulary import (
    cell_label,
    cell_name,
    chinese,
    in_chinese,
    labelled,
    rule_name,
    rules,
    sentences,
    told,
    word,
    words,
)
from nianbao.status import MARKS
from nianbao.tables import TABLES
from nianbao.unitfiles import reference_rows
from nianbao.views import VIEWS
from parsers import messages, plausibility
from parsers.agreement import COUNTERPARTS
from parsers.forms import form_of, forms, statistics_forms
from parsers.narrative import WORDINGS
from parsers.report import Kind, Scope, Slip, State, Strength, Verdict

FIXTURES = Path(__file__).parents[2] / "fixtures"
HAN = re.compile(r"[一-鿿]")
KEY = re.compile(r"\b[a-z]\w*(?:\.\w+)+")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def produced() -> dict[str, set[str]]:
    """By column, every word that the code can store: from the CHECKs of the schema, the views, the records and the reference data."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in TABLES:
        for column in table.columns:
            found[column.name] |= set(re.findall(rf"\[{column.name}\] = '([^']+)'", column.constraint))
    found["status"] |= set(re.findall(r"(?:then|else) '([a-z ]+)'", VIEWS["coverage"].sql.partition("end as status")[0])) | set(
        MARKS
    )
    found["dated_by"] = {"page", "list"}
    found["flags"] |= set(re.findall(r"then '(\w+) ' else ''", VIEWS["comparison"].sql))
    found["kind"] |= {*Kind, "unreadable"} | {row["kind"] for row in reference_rows("township_panel.csv.gz")}
    found["kind"] |= {row["level"] for row in reference_rows("upper_panel.csv.gz")} | {"department"}
    found["state"] |= {*State, *STATES}
    found["role"] = {"report", "part"}
    found["section"] = {section.key for form in forms().values() for section in form.sections}
    found["topic"] = {wording.topic for wording in WORDINGS} | set(COUNTERPARTS)
    found["form"] = {*forms(), *statistics_forms(), "free"}
    for column, record in (("verdict", Verdict), ("strength", Strength), ("slip", Slip), ("scope", Scope)):
        found[column] |= set(record)
    return {column: {str(stored) for stored in stored_words} for column, stored_words in found.items() if stored_words}


def test_every_stored_word_has_a_chinese_one() -> None:
    """None is missing, none is there that nothing produces, and each is Chinese."""
    assert len(produced()["status"]) == 8
    assert len(produced()["flags"]) == 9
    assert {column: set(known) for column, known in words().items()} == produced()
    for column, known in words().items():
        assert all(HAN.search(said) for said in known.values())
        for stored in known:
            assert word(column, stored, "en") == stored


def every_rule() -> Iterator[str]:
    """Identities of all forms, rules of year against year, roll-ups, text against table, amounts without a unit, and those with a name of their own."""
    for name in (*forms(), *statistics_forms()):
        form = form_of(name)
        yield from (identity.id for identity in form.identities)
        yield from (
            f"unit.{key}" for table in form.tables for row in table.rows for key in table.keys_of(row) if is_amount(name, key)
        )
    yield from (rule.id for rule in year_rules())
    yield from (f"rollup.{key}" for key in ROLLED_UP)
    yield from (f"text.{topic}" for topic in COUNTERPARTS)
    sources = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (plausibility, across, copied))
    single = re.findall(r"""Finding\(\s*"(\w+)"|"rule": "(\w+)"|select f\.report_id, '(\w+)'""", sources)
    yield from ("".join(groups) for groups in single)


def is_amount(form: str, key: str) -> bool:
    return any(column.unit == "万元" for table in form_of(form).tables for column in table.columns if key.endswith(column.key))


def test_every_rule_has_a_name_in_both_languages() -> None:
    """Of its own, told from the names of all others, with nothing left to be filled in; no name is there that no rule has."""
    listed = set(every_rule())
    assert {
        "township_rules_nonzero",
        "only_total_filled",
        "body_identity_mismatch",
        "other_authority",
        "copied_narrative",
    } <= listed
    assert len(listed) > 90
    for language in ("en", "zh"):
        names = {rule: rule_name(rule, language) for rule in listed}
        assert all(name and "{" not in name for name in names.values())
        assert all(bool(HAN.search(str(name))) is (language == "zh") for name in names.values())
        items = {(name, rule.rpartition(".")[2]) for rule, name in names.items()}
        assert len(items) == len(set(names.values())), "two rules of one name that are not of the same item of two forms"
    used = {name for rule in listed for name in rules() if rule == name or rule.startswith(f"{name}.")}
    assert used == set(rules())
    assert rule_name("a_rule_of_tomorrow", "zh") is None


def test_every_sentence_of_the_parsers_is_known() -> None:
    """Each template of `parsers.messages` is one that the Chinese page reads."""
    templates = {name: text for name, text in vars(messages).items() if name.isupper()}
    assert len(templates) > 10
    planted = {
        "left": "1 + 2", "op": "==", "right": "4", "key": "t4.review_total", "keys": "t4.review_total, t4.review_other", "state": "blank",
        "sides": "1 + 2 == 4", "message": "1 + 2 == 4", "slip": "swap", "changes": "t4.review_total 4 for blank", "count": "3",
        "printed": "4", "would_be": "3", "unit": "丹山镇", "figures": "1, 2, 3", "issuer": "民政局", "told": "7", "figure": "8", "raw": "9.5",
    }  # fmt: skip
    for template in templates.values():
        message = template.format(**planted)
        said = chinese(message, "fail")
        assert said, message
        assert not re.search(r"[A-Za-z]", said), said
        assert figures(message) == figures(said)


def figures(text: str) -> Counter[str]:
    """The numbers of a sentence, without those in keys of cells and in the labels printed for them."""
    return Counter(NUMBER.findall(re.sub(r"“[^”]*”", "", KEY.sub("", text))))


def every_message(db: Path) -> Iterator[tuple[str, str]]:
    """(message, verdict) of all findings of the fixtures and of the demo, within reports and across them."""
    for file in sorted(FIXTURES.glob("*/report.json")):
        yield from (
            (finding["message"], finding["verdict"]) for finding in json.loads(file.read_text("utf-8")).get("findings", ())
        )
    with closing(sqlite3.connect(db)) as connection:
        yield from connection.execute(
            "select message, verdict from findings union select message, verdict from cross_findings where message <> ''"
        )


def test_findings_say_the_same_in_chinese(demo_db: Path) -> None:
    """Every message of the fixtures and the demo has a sentence; it holds the same figures, no English word, and its relation is that of the verdict."""
    found = {pair for pair in every_message(demo_db) if pair[0]}
    assert len(found) > 300
    for message, verdict in found:
        said = chinese(message, verdict)
        assert said, message
        assert not re.search(r"[A-Za-z]{2}", said), said
        assert figures(message) == figures(said), (message, said)
        assert ("≠" in said or " > " in said) == (verdict == "fail" and ("==" in message or "<=" in message)), said


@pytest.mark.parametrize(
    ("message", "verdict", "said"),
    [
        ("0 == 1", "fail", "0 ≠ 1"),
        ("3 <= 1", "fail", "3 > 1"),
        ("1 <= 3", "pass", "1 ≤ 3"),
        (
            "t3.granted.total has no figure (blank); printed: 1 + 2 == 0",
            "not_assessable",
            "“（一）予以公开 · 总计”无数字（空白）；表中所印：左边 1 + 2，右边 0",
        ),
        (
            "0 == 1; one shift would explain it: t4.review_upheld blank for 7, t4.review_other 7 for blank",
            "fail",
            "0 ≠ 1；可由一处错移一格解释：“行政复议 · 结果维持”把 7 印成 空白，“行政复议 · 其他结果”把 空白 印成 7",
        ),
        ("the text tells 1, 2, the table a figure that is not known", "not_assessable", "正文所述为 1, 2，表中为 不明数字"),
        ("3 from the report of 2020, 4 in 2021", "fail", "据 2020 年报告为 3，2021 年为 4"),
        ("the roll-up says 9, the 22 bodies found add up to 10", "fail", "汇总数为 9，已找到的 22 个机关合计为 10"),
        ("90% of the prose is that of 丹山镇 2020", "fail", "正文的 90% 与丹山镇 2020 年报告相同"),
        ("after table 2 row 3 column 4 part 5", "", "第 2 个表格第 3 行第 4 列之后第 5 部分"),
    ],
)
def test_sentences_by_hand(message: str, verdict: str, said: str) -> None:
    """Figures keep their places, and a failed sum is said to fail."""
    assert told(message, verdict, "zh") == said
    assert told(message, verdict, "en") == labelled(message, "en")


def test_cells_are_named_by_their_keys() -> None:
    """In both languages, each cell of a form by a name of its own, whatever the sentence around it; what only looks like a key stays."""
    for language in ("en", "zh"):
        for form in forms().values():
            names = {cell_name(key, language) for key in form.cell_keys}
            assert len(names) == len(form.cell_keys)
            assert all(bool(HAN.search(name)) is (language == "zh") for name in names)
        assert all(cell_name(key, language) != key for key in all_cell_keys())
    said = "of another version: t3.granted.total, t4.litigation_direct_upheld, t9.granted.total, www.gov.cn"
    assert told(said, "fail", "zh") == (
        "of another version: “（一）予以公开 · 总计”, “未经复议直接起诉 · 结果维持”, t9.granted.total, www.gov.cn"
    )
    assert told(said, "fail", "en") == (
        "of another version: “Granted · total”, “Upheld · litigation direct”, t9.granted.total, www.gov.cn"
    )


def test_what_is_not_known_stays_as_it_is() -> None:
    """A message, a word, a cell and a rule of another version are shown as they are stored."""
    assert told("something else altogether", "fail", "zh") == "something else altogether"
    assert word("verdict", "perhaps", "zh") == "perhaps"
    assert cell_label("t9.nothing", "zh") == cell_name("t9.nothing", "en") == "t9.nothing"
    assert in_chinese("unit", "雁江区", "fail") is None
    assert in_chinese("message", "1 == 1", "pass") is None
    assert in_chinese("flags", "small_n revised", "") == "件数过少、已修订"


def test_every_letter_is_in_the_font_that_comes_along() -> None:
    """Where no Chinese font is installed, no box stands for a letter of what the site says in Chinese."""
    package = Path(fonts.__file__).parents[1]
    said = "".join(path.read_text("utf-8") for path in (*package.rglob("*.toml"), package / "canned.py"))
    assert fonts.lacking(said.replace("\u3000", "")) == []


def test_reasons_have_a_sentence() -> None:
    """Why a document gave no figures, for each kind of document that gives none; and every sentence is read by itself."""
    assert set(REASONS) == set(Kind) - {Kind.REPORT}
    assert all(HAN.search(chinese(reason, "") or "") for reason in REASONS.values())
    assert len({sentence.pattern.pattern for sentence in sentences()}) == len(sentences())
