"""The tables of nianbao.db as data: columns with type, meaning and constraints, from which both the SQL and the dictionary are made.

A change here raises SCHEMA_VERSION; a database of another version is rebuilt from the archive, never migrated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlite_utils

from parsers.forms import Column as FormColumn
from parsers.forms import Form, forms
from parsers.forms import Table as FormTable

SCHEMA_VERSION = "2"
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_org",
    "legal_service_org",
    "other_org",
    "total",
)
CHANNELS = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other", "pending", "total")
FLAG_STATES = ("inferred", "blank", "mark", "ambiguous", "unread")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: SQL type, what it means, and an optional constraint behind the type."""

    name: str
    type: str
    meaning: str
    constraint: str = ""
    chinese: str = ""
    unit: str = ""
    editions: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A STRICT table with its primary key and foreign keys (column -> table and column)."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]

    def sql(self) -> str:
        """The CREATE TABLE statement; sqlite-utils has no words for CHECK."""
        lines = [f"  [{c.name}] {c.type} {c.constraint}".rstrip() for c in self.columns]
        lines.append(f"  PRIMARY KEY ({', '.join(f'[{name}]' for name in self.key)})")
        # The referenced column is written out: Datasette shows no page for a foreign key that leaves it to be understood.
        lines += [
            f"  FOREIGN KEY ([{column}]) REFERENCES [{table}] ([{key}])" for column, (table, key) in self.references.items()
        ]
        return f"CREATE TABLE [{self.name}] (\n" + ",\n".join(lines) + "\n) STRICT"


def create_tables(db: sqlite_utils.Database) -> None:
    """Create every table in an empty database."""
    for table in TABLES:
        db.execute(table.sql())


def _one_of(name: str, values: tuple[str, ...]) -> str:
    return f"NOT NULL CHECK ([{name}] IN ({', '.join(repr(value) for value in values)}))"


def _editions(present: list[Form]) -> str:
    return " ".join(form.id for form in present)


def _proactive() -> Iterator[Column]:
    """One column for each cell of table 二, of all editions; amounts REAL in 万元, counts INTEGER."""
    found: dict[str, tuple[FormColumn, str, list[Form]]] = {}
    for form in forms().values():
        for table in (t for t in form.tables if t.id.startswith("t2")):
            for row in table.rows:
                for key, column in zip(table.keys_of(row), table.columns, strict=True):
                    label = f"{table.captions[0]} {row.labels[0]} · {column.labels[0]}"
                    found.setdefault(key, (column, label, []))[2].append(form)
    for key, (column, label, present) in found.items():
        kind, unit = ("REAL", "万元") if column.is_decimal else ("INTEGER", column.unit or "件")
        yield Column(key.replace(".", "_"), kind, "Figure of table 二", "", label, unit, _editions(present), present[-1].notice)


def _outcomes() -> Iterator[Column]:
    """One column for each row of table 三, of all editions."""
    found: dict[str, tuple[str, str, list[Form]]] = {}
    for form in forms().values():
        for row in _table(form, "t3").rows:
            found.setdefault(row.key, (row.english, row.labels[0], []))[2].append(form)
    for key, (english, label, present) in found.items():
        yield Column(key, "INTEGER", english, "", label, "件", _editions(present), present[-1].notice)


def _table(form: Form, name: str) -> FormTable:
    return next(table for table in form.tables if table.id == name)


_TO_PORTAL, _TO_REPORT = ("portals", "portal"), ("reports", "report_id")
_REPORT = Column("report_id", "TEXT", "The report", "NOT NULL")
_RESULT_LABELS = dict(zip(RESULTS, ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"), strict=True))

TABLES: tuple[Table, ...] = (
    Table(
        "meta",
        "What this database is and when it was built",
        (Column("key", "TEXT", "Name of the fact", "NOT NULL"), Column("value", "TEXT", "The fact", "NOT NULL")),
        ("key",),
        {},
    ),
    Table(
        "portals",
        "Government sites that were crawled: one row of the registry each",
        (
            Column("portal", "TEXT", "Key of the registry", "NOT NULL"),
            Column("name", "TEXT", "Name of the site", "NOT NULL"),
            Column("division_code", "TEXT", "Code of the area whose site it is"),
            Column("level", "TEXT", "province, prefecture or county"),
            Column("home_url", "TEXT", "Address of the home page"),
            Column("family", "TEXT", "The platform it runs on"),
            Column("note", "TEXT", "What is known of it, and when"),
        ),
        ("portal",),
        {},
    ),
    Table(
        "runs",
        "Crawls, each with its summary of what was and was not obtained",
        (
            Column("run_id", "TEXT", "The run", "NOT NULL"),
            Column("started_at", "TEXT", "UTC"),
            Column("finished_at", "TEXT", "UTC; empty where the run was interrupted"),
            Column("summary", "TEXT", "JSON: by portal found, fetched, left aside, failed"),
        ),
        ("run_id",),
        {},
    ),
    Table(
        "units",
        "Administrative units of the crawled areas, under their newest name",
        (
            Column("unit_code", "TEXT", "Division code: 2, 4, 6 or 9 digits", "NOT NULL"),
            Column("name", "TEXT", "Newest name", "NOT NULL"),
            Column(
                "level",
                "TEXT",
                "province, prefecture, county or town",
                _one_of("level", ("province", "prefecture", "county", "town")),
            ),
            Column("kind", "TEXT", "At town level: town, township, ethnic_township, sumu, subdistrict, quasi"),
            Column("parent_code", "TEXT", "The area directly above"),
            Column("county_code", "TEXT", "The county it belongs to, or is"),
            Column("first_year", "INTEGER", "First snapshot with this code (2015 is the first there is)"),
            Column("last_year", "INTEGER", "Last snapshot with this code (2023 is the last there is)"),
        ),
        ("unit_code",),
        {},
    ),
    Table(
        "documents",
        "Archived pages fetched as reports, whatever they turned out to be",
        (
            Column("document_id", "TEXT", "First 16 hex digits of SHA-256 over URL and content digest", "NOT NULL"),
            Column("portal", "TEXT", "The portal that published it"),
            Column("url", "TEXT", "Where it was fetched", "NOT NULL"),
            Column("title", "TEXT", "Its title, or else the link's"),
            Column("kind", "TEXT", "report, blank_form, tables_missing, not_a_report, or unreadable", "NOT NULL"),
            Column("sha256", "TEXT", "Digest of the archived bytes", "NOT NULL"),
            Column("charset", "TEXT", "The charset it was read with"),
            Column("fetched_at", "TEXT", "UTC", "NOT NULL"),
            Column("status", "INTEGER", "HTTP status"),
            Column("bytes", "INTEGER", "Length of the body"),
            Column("warc_file", "TEXT", "File of the archive"),
            Column("warc_offset", "INTEGER", "Where its record begins"),
        ),
        ("document_id",),
        {"portal": _TO_PORTAL},
    ),
    Table(
        "reports",
        "What each document says: one row a report",
        (
            _REPORT,
            Column("document_id", "TEXT", "The archived page", "NOT NULL"),
            Column("portal", "TEXT", "The portal that published it"),
            Column("unit_code", "TEXT", "The unit, where the printed name settles it"),
            Column("unit", "TEXT", "Its name in the register, or else as read"),
            Column("unit_printed", "TEXT", "Its name as published"),
            Column("unit_reason", "TEXT", "Why this unit, or why none"),
            Column("level", "TEXT", "town, county, prefecture, province, department"),
            Column("year", "INTEGER", "The year reported on"),
            Column("form", "TEXT", "Edition of the form: e2019, e2021"),
            Column("kind", "TEXT", "Always report", "NOT NULL"),
            Column("scope", "TEXT", "own: the unit's own business; aggregate: with all bodies below it (never add the two)"),
            Column("title", "TEXT", "Title as printed"),
            Column("published_on", "TEXT", "Day of publication as the page says"),
            Column("period_start", "TEXT", "First day covered"),
            Column("period_end", "TEXT", "Last day covered"),
            Column("url", "TEXT", "Where it was fetched", "NOT NULL"),
            Column(
                "version", "INTEGER", "1 for the first reading of this unit and year, counted by time of fetching", "NOT NULL"
            ),
            Column("is_current", "INTEGER", "1 for the newest version", "NOT NULL CHECK ([is_current] IN (0, 1))"),
            Column("cells_total", "INTEGER", "Cells of the form", "NOT NULL"),
            Column("cells_read", "INTEGER", "Cells with a figure (read or inferred)", "NOT NULL"),
            Column("cells_located", "INTEGER", "Cells found on the page, with a figure or without", "NOT NULL"),
        ),
        ("report_id",),
        {"document_id": ("documents", "document_id"), "portal": _TO_PORTAL, "unit_code": ("units", "unit_code")},
    ),
    Table(
        "proactive",
        "Table 二: disclosure on the authority's own initiative; one row a report",
        (_REPORT, *_proactive()),
        ("report_id",),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "requests",
        "Table 三: requests received and what became of them; seven rows a report",
        (_REPORT, Column("applicant", "TEXT", "Kind of applicant, or total", _one_of("applicant", APPLICANTS)), *_outcomes()),
        ("report_id", "applicant"),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "reviews",
        "Table 四: reviews and lawsuits against the authority; three rows a report",
        (
            _REPORT,
            Column(
                "channel",
                "TEXT",
                "review 行政复议, litigation_direct 未经复议直接起诉, litigation_after_review 复议后起诉",
                _one_of("channel", CHANNELS),
            ),
            *(Column(r, "INTEGER", f"Cases: {r}", "", _RESULT_LABELS[r], "件", "e2019 e2021", "table 四") for r in RESULTS),
        ),
        ("report_id", "channel"),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "flags",
        "One row for each cell that is not plainly read",
        (
            _REPORT,
            Column("key", "TEXT", "The cell", "NOT NULL"),
            Column("state", "TEXT", "inferred, blank, mark, ambiguous or unread", _one_of("state", FLAG_STATES)),
            Column("raw", "TEXT", "The print as found"),
            Column("candidates", "TEXT", "JSON list of the figures it may be"),
            Column("place", "TEXT", "Where on the page"),
        ),
        ("report_id", "key"),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "sections",
        "The prose of each section",
        (
            _REPORT,
            Column("section", "TEXT", "overview, proactive_disclosure, requests, …", "NOT NULL"),
            Column("text", "TEXT", "The prose", "NOT NULL"),
        ),
        ("report_id", "section"),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "narrative",
        "Figures told in the prose; never merged into the tables",
        (
            _REPORT,
            Column("position", "INTEGER", "Order in the report", "NOT NULL"),
            Column("topic", "TEXT", "What the figure counts", "NOT NULL"),
            Column("value", "REAL", "The figure", "NOT NULL"),
            Column("sentence", "TEXT", "The sentence that tells it", "NOT NULL"),
        ),
        ("report_id", "position"),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "findings",
        "Rules applied to a report, with their verdict",
        (
            _REPORT,
            Column("rule", "TEXT", "The rule", "NOT NULL"),
            Column(
                "verdict",
                "TEXT",
                "vacuous: held on zeros or blanks alone",
                _one_of("verdict", ("pass", "fail", "vacuous", "not_assessable")),
            ),
            Column(
                "strength",
                "TEXT",
                "hard: stated on the form; strong: follows from a label; soft: practice may differ",
                _one_of("strength", ("hard", "strong", "soft")),
            ),
            Column("cells", "TEXT", "JSON list of the cells concerned", "NOT NULL"),
            Column("message", "TEXT", "One sentence", "NOT NULL"),
            Column("blank_as_zero", "TEXT", "The verdict if the blanks among the terms stood for zero"),
            Column("hypotheses", "TEXT", "JSON list of the slips that would each explain a fail; figures stay as printed"),
        ),
        ("report_id", "rule"),
        {"report_id": _TO_REPORT},
    ),
    Table(
        "dictionary",
        "What every table and column means",
        (
            Column("table", "TEXT", "The table or view", "NOT NULL"),
            Column("name", "TEXT", "The column; empty for the table itself", "NOT NULL"),
            Column("english", "TEXT", "Meaning", "NOT NULL"),
            Column("chinese", "TEXT", "Label as printed on the form"),
            Column("unit", "TEXT", "Unit of the figure"),
            Column("editions", "TEXT", "Editions of the form that have it"),
            Column("source", "TEXT", "The notice that prescribes it"),
        ),
        ("table", "name"),
        {},
    ),
)
