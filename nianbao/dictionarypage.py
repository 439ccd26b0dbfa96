"""The data dictionary as a page: docs/data-dictionary.md, made from the schema, the form and the measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from nianbao import dictionary
from nianbao.measures import Measure, apart, measures
from nianbao.tables import TABLES
from nianbao.views import VIEWS

_HEAD = """# Data dictionary

Made by `nianbao dictionary` from the schema, the statutory form and the measures; the table `dictionary` of every database holds the same words. Names in
Chinese are the labels of the form where it has one.

A figure that was not read is null, and `flags` says why: `inferred` (computed from the sums of the form, with a value), `blank` (printed empty), `mark` (holds
something that is no figure), `ambiguous` (more than one placement fits), `unread` (nothing was found). A cell without a row in `flags` was plainly read.
Amounts are REAL in the tables and exact in `amounts`: decimal text in 万元, and whole 分 that can be summed without rounding. That holds for the fees and the
procurement of table 二 and for the fees, funding and spending of the forms before 2019, whose REAL figures stand in `indicators` in the unit that their line below
says (the Shanghai form counts its fees in 元). A binary REAL cannot hold most decimal fractions: sum `fen` where every 分 counts.

An article of the regulation (条例, as revised in 2019 where nothing else is said) stands in `source` where the form or the regulation settles it; （推断） stands
behind an article where the match is inferred. `english` and `chinese` are short names, `meaning` and `chinese_meaning` say what is counted.
"""
_APART = """## What never meets in one series

| cells | and | why |
|---|---|---|
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_relations(), "## Measures\n", *_measures(), "", _APART + "\n".join(_never()), ""])


def _relations() -> Iterator[str]:
    keys = {table.name: table.key for table in TABLES}
    for name, found in groupby(dictionary.rows(), key=lambda row: row["table"]):
        rows = list(found)
        if rows[0]["name"] == "":
            key = "" if name in VIEWS else f"Key: {', '.join(keys[name])}."
            yield f"## {name}: {rows[0]['english']} {rows[0]['chinese']}\n\n{_told(rows[0], key)}\n"
            rows = rows[1:]
        else:
            yield f"## Cells of {name}\n"
        yield "\n".join([*_table(rows), ""])


def _told(row: Mapping[str, str], key: str) -> str:
    """A table or view in both languages, with what may be compared."""
    english, chinese = dictionary.told(row)
    return f"{f'{english} {key}'.strip()}\n\n{chinese}"


def _table(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    yield "| column | name | 名称 | meaning | 含义 | type | unit | editions | source | comparability | 可比性 |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    columns = (
        "name",
        "english",
        "chinese",
        "meaning",
        "chinese_meaning",
        "type",
        "unit",
        "editions",
        "source",
        "notes",
        "chinese_notes",
    )
    for row in rows:
        yield _line(f"`{row[column]}`" if column == "name" else row[column] for column in columns)


def _measures() -> Iterator[str]:
    yield "| measure | 名称 | meaning | formula | unit | editions (series) | minimum n | caveat | 使用注意 | source |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for key, measure in measures().items():
        least = str(measure.minimum_n) if measure.is_share else ""
        yield _line(
            (
                f"`{key}`",
                measure.chinese,
                measure.english,
                measure.formula,
                measure.unit,
                _series(measure),
                least,
                measure.caveat,
                measure.chinese_caveat,
                dictionary.sources_of_measure(measure),
            )
        )


def _series(measure: Measure) -> str:
    return ", ".join(f"{form} ({measure.series(form)})" for form in measure.editions)


def _never() -> Iterator[str]:
    for sides, why in apart():
        first, *others = (", ".join(f"`{key}`" for key in sorted(side)) for side in sides)
        yield _line((first, " / ".join(others), why))


def _line(cells: Iterator[str] | Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
