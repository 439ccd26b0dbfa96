"""The statutory form, one `Form` per edition, read from `data/forms.json`.

A form is data: nothing else in the package knows an edition by name. Adding an edition is adding an entry to that file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A printed column: `key` in the cell key, `labels` as printed and as seen, canonical first."""

    key: str
    labels: tuple[str, ...]
    unit: str | None
    is_decimal: bool
    is_signed: bool
    over: tuple[str, ...] = ()
    """The wordings of the label that the form prints over it and its neighbours (行政复议)."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A printed row with its labels, canonical first."""

    key: str
    labels: tuple[str, ...]
    english: str
    group: str | None = None
    """The key of the group that the form prints beside it, None where none is."""
    article: str = ""
    """The article of the regulation that it goes back to (第三十七条), empty where none is known."""
    code: str = ""
    """The number of the line that a statistics form prints beside it (`01`), or that it is known by (`3.3.4a`)."""


@dataclass(frozen=True, eq=False)
class Table:
    """A block of rows × columns under one caption: `t2_1` … `t2_9`, `t3`, or `t4` (one row without a label of its own)."""

    id: str
    captions: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    group_labels: tuple[str, ...]
    """Labels printed beside or above the rows that carry no figures: 信息内容, 申请人情况, （三）不予公开 …"""
    group_keys: tuple[tuple[str, str], ...] = ()
    """The groups of rows, each (label, key)."""

    def keys_of(self, row: Row) -> tuple[str, ...]:
        """The cell keys of a row, in the order of the columns."""
        return self._keys_by_row[row.key]

    @cached_property
    def _keys_by_row(self) -> Mapping[str, tuple[str, ...]]:
        prefixes = {row.key: f"{self.id}.{row.key}." if row.key else f"{self.id}." for row in self.rows}
        return {key: tuple(prefix + column.key for column in self.columns) for key, prefix in prefixes.items()}

    @cached_property
    def head_labels(self) -> tuple[str, ...]:
        """The labels of its columns, and those of what stands over or beside them, as the form prints them."""
        return (*(label for column in self.columns for label in column.labels), *self.group_labels)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """All its labels, of the head, of rows, and the captions."""
        return (*self.head_labels, *(label for row in self.rows for label in row.labels), *self.captions)

    @cached_property
    def part(self) -> str:
        """The table it belongs to: `t2` for each of the blocks of table 二."""
        return self.id.partition("_")[0]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """All cell keys, row by row."""
        return tuple(key for row in self.rows for key in self.keys_of(row))


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """An equation or inequality between cells of one report: sum(lhs) `op` sum(rhs), each term (factor, cell key)."""

    id: str
    status: str
    """`stated` on the form itself, or `inferred` from a label such as 总计."""
    lhs: tuple[tuple[int, str], ...]
    rhs: tuple[tuple[int, str], ...]
    op: str
    is_soft: bool
    cells: tuple[str, ...]
    """The keys of all cells concerned, left side first."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A numbered heading of the report: `overview`, `proactive_disclosure`, …"""

    key: str
    titles: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One edition: its tables, identities within a report, sections, and the labels that tell it from the others."""

    id: str
    name: str
    notice: str
    first_year: int
    last_year: int | None
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    identities: tuple[Identity, ...]
    telling_labels: tuple[str, ...]

    @property
    def cell_keys(self) -> tuple[str, ...]:
        """Keys of every cell, in the order of print: 198 for e2019, 200 for e2021."""
        return _form_keys(self)


@cache
def _form_keys(form: Form) -> tuple[str, ...]:
    return tuple(key for table in form.tables for key in table.keys)


def reference_file(name: str) -> Path:
    """A committed data file: beside the package when installed, in the checkout's `data/` otherwise."""
    installed = Path(__file__).parent / "data" / name
    return installed if installed.exists() else Path(__file__).parents[1] / "data" / name


@cache
def forms() -> Mapping[str, Form]:
    """All editions with six sections and three tables, by id, oldest first."""
    entries = json.loads(reference_file("forms.json").read_text("utf-8"))["editions"]
    return {entry["id"]: _form(entry) for entry in entries if "tables" in entry}


@cache
def statistics_forms() -> Mapping[str, Form]:
    """The forms before 2019 by id: lists of indicators, each a table of one row and one column, their groups tables without rows (forms.md §4-5)."""
    entries = json.loads(reference_file("forms.json").read_text("utf-8"))["editions"]
    return {entry["id"]: _statistics_form(entry) for entry in entries if "indicators" in entry}


def form_of(form_id: str) -> Form:
    """The form of any edition. Raises KeyError for `free`, which has none."""
    return statistics_forms().get(form_id) or forms()[form_id]


def _statistics_form(entry: Mapping[str, Any]) -> Form:
    first, last = entry["report_years"]
    return Form(
        id=entry["id"],
        name=entry["name_zh"],
        notice=entry["notice"],
        first_year=first,
        last_year=last,
        sections=(),
        tables=tuple(_indicator(entry["prefix"], indicator) for indicator in entry["indicators"]),
        identities=tuple(_identity(i) for i in entry.get("identities", [])),
        telling_labels=(),
    )


def _indicator(prefix: str, entry: Mapping[str, Any]) -> Table:
    labels = (entry["label"], *entry.get("aliases", []))
    if entry.get("is_group"):
        return Table(prefix, labels, (), (), ())
    column = Column(entry["key"], (), entry["unit"], is_decimal=entry["type"] == "decimal", is_signed=False)
    return Table(prefix, (), (column,), (Row("", labels, "", code=entry["code"]),), ())


def _form(entry: Mapping[str, Any]) -> Form:
    first, last = entry["report_years"]
    return Form(
        id=entry["id"],
        name=entry["name_zh"],
        notice=entry["notice"],
        first_year=first,
        last_year=last if entry["status"] == "superseded" else None,
        sections=tuple(Section(s["key"], (s["title"], *s["aliases"]), s["n"]) for s in entry["sections"]),
        tables=tuple(_tables(entry)),
        identities=tuple(_identity(i) for i in entry["identities"] if i["scope"] != "cross_year"),
        telling_labels=tuple(entry["detect"]["positive"]),
    )


def _tables(entry: Mapping[str, Any]) -> list[Table]:
    t2, t3, t4 = entry["tables"]
    return [*(_subtable(s) for s in t2["subtables"]), _requests_table(t3), _reviews_table(t4)]


def _subtable(entry: Mapping[str, Any]) -> Table:
    return Table(
        id=entry["id"],
        captions=(entry["caption"], *entry["caption_aliases"]),
        columns=_columns(entry["columns"]),
        rows=_rows(entry["rows"]),
        group_labels=(entry["row_label_header"],),
    )


def _requests_table(entry: Mapping[str, Any]) -> Table:
    heads = ("申请人情况", "法人或其他组织", "（" + entry["header_note"].strip("（）") + "）")
    groups = tuple(group["label"] for group in entry["row_groups"])
    keys = tuple((group["label"], group["key"]) for group in entry["row_groups"])
    return Table(entry["id"], (entry["title"],), _columns(entry["columns"]), _rows(entry["rows"]), heads + groups, keys)


def _reviews_table(entry: Mapping[str, Any]) -> Table:
    parents = dict.fromkeys(
        label for row in entry["header_rows"][:2] for label in row if label.startswith(("行政", "未经", "复议"))
    )
    aliases = dict.fromkeys(alias for column in entry["columns"] for alias in column["parent_aliases"])
    return Table(
        entry["id"],
        (entry["title"],),
        _columns(entry["columns"]),
        (Row("", (), "Reviews and litigation"),),
        tuple(parents | aliases),
    )


def _columns(entries: list[Mapping[str, Any]]) -> tuple[Column, ...]:
    return tuple(
        Column(
            key=entry["key"],
            labels=(entry["label"], *entry["aliases"]),
            unit=entry["unit"],
            is_decimal=entry["type"] == "decimal",
            is_signed=entry.get("signed", False),
            over=tuple(dict.fromkeys(label for label in (entry.get("parent_label"), *entry.get("parent_aliases", ())) if label)),
        )
        for entry in entries
    )


def _rows(entries: list[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        Row(entry["key"], (entry["label"], *entry["aliases"]), entry["en"], entry.get("parent"), entry.get("article", ""))
        for entry in entries
    )


def _identity(entry: Mapping[str, Any]) -> Identity:
    terms = {side: tuple((factor, key) for factor, key in entry[side]) for side in ("lhs", "rhs")}
    cells = tuple(key for _, key in terms["lhs"] + terms["rhs"])
    return Identity(entry["id"], entry["status"], terms["lhs"], terms["rhs"], entry["op"], entry.get("severity") == "soft", cells)
