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
Amounts are REAL in 万元 in the tables and exact in `amounts`: decimal text, and whole 分 that can be summed without rounding.
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
            kind = "view" if name in VIEWS else f"key: {', '.join(keys[name])}"
            yield f"## {name} {rows[0]['chinese']}\n\n{rows[0]['english']} ({kind}).\n"
            rows = rows[1:]
        else:
            yield f"## Cells of {name}\n"
        yield "\n".join([*_table(rows), ""])


def _table(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    yield "| name | 中文 | meaning | type | unit | editions | source | notes |"
    yield "|---|---|---|---|---|---|---|---|"
    columns = ("name", "chinese", "english", "type", "unit", "editions", "source", "notes")
    for row in rows:
        yield _line(f"`{row[column]}`" if column == "name" else row[column] for column in columns)


def _measures() -> Iterator[str]:
    yield "| measure | 中文 | meaning | formula | unit | editions (series) | minimum n | caveat |"
    yield "|---|---|---|---|---|---|---|---|"
    for key, measure in measures().items():
        least = str(measure.minimum_n) if measure.is_share else ""
        yield _line(
            (f"`{key}`", measure.chinese, measure.english, measure.formula, measure.unit, _series(measure), least, measure.caveat)
        )


def _series(measure: Measure) -> str:
    return ", ".join(f"{form} ({measure.series(form)})" for form in measure.editions)


def _never() -> Iterator[str]:
    for sides, why in apart():
        first, *others = (", ".join(f"`{key}`" for key in sorted(side)) for side in sides)
        yield _line((first, " / ".join(others), why))


def _line(cells: Iterator[str] | Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
