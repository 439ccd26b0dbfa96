"""Tables with one row, or a few rows of words, for each report."""

from __future__ import annotations

from nianbao.schema import EDITIONS, FLAG_STATES, LEVELS, Column, Table, a_year, counted, one_of
from nianbao.tables.archive import TO_PORTAL, TO_UNIT

TO_REPORT = ("reports", "report_id")
REPORT = Column("report_id", "TEXT", "The report", "NOT NULL")
_TRUTH = "NOT NULL CHECK ([{0}] IN (0, 1))"

REPORTS: tuple[Table, ...] = (
    Table(
        "reports",
        "What was reported: one row for each unit, year and set of figures, however many pages print it",
        (
            Column("report_id", "TEXT", "First 16 hex digits of SHA-256 over unit, year, scope and figures", "NOT NULL"),
            Column("document_id", "TEXT", "The archived page it was read from, the first that printed it", "NOT NULL"),
            Column("portal", "TEXT", "The portal that published it"),
            Column("unit_code", "TEXT", "The unit, where the printed name settles it"),
            Column("unit", "TEXT", "Its name in the register, or else as read"),
            Column("unit_printed", "TEXT", "Its name as published"),
            Column("unit_reason", "TEXT", "Why this unit, or why none"),
            Column("county_code", "TEXT", "The county it belongs to, or is"),
            Column("function", "TEXT", "Of departments: the normalised function (应急管理, 教育体育), the same across counties"),
            Column("level", "TEXT", "town, county, prefecture, province, department", one_of("level", LEVELS, required=False)),
            Column("year", "INTEGER", "The year reported on", a_year("year")),
            Column(
                "form",
                "TEXT",
                "Edition of the form: e2019, e2021, s2014, sh2004, or free where there is no table",
                one_of("form", EDITIONS, required=False),
            ),
            Column("kind", "TEXT", "Always report", one_of("kind", ("report",))),
            Column(
                "scope",
                "TEXT",
                "own: the unit's own business; aggregate: with all bodies below it (never add the two)",
                one_of("scope", ("own", "aggregate"), required=False),
            ),
            Column("title", "TEXT", "Title as printed"),
            Column("published_on", "TEXT", "Day of publication as the page says"),
            Column("listed_on", "TEXT", "Day of publication as the list of the portal says"),
            Column("period_start", "TEXT", "First day covered"),
            Column("period_end", "TEXT", "Last day covered"),
            Column("url", "TEXT", "Where it was fetched; all addresses are in `addresses`", "NOT NULL"),
            Column(
                "version",
                "INTEGER",
                "1 for what its addresses showed first, counted on with each change there; what came back counts anew",
                counted("version", least=1),
            ),
            Column(
                "is_current",
                "INTEGER",
                "1 for the report in use: the newest version, and of several readings of the same figures the fullest",
                _TRUTH.format("is_current"),
            ),
            Column(
                "conflict",
                "INTEGER",
                "1 where pages at different addresses claim this unit and year with different figures",
                _TRUTH.format("conflict"),
            ),
            Column("cells_total", "INTEGER", "Cells of the form", "NOT NULL CHECK ([cells_total] >= [cells_located])"),
            Column("cells_read", "INTEGER", "Cells with a figure (read or inferred)", counted("cells_read")),
            Column(
                "cells_located",
                "INTEGER",
                "Cells found on the page, with a figure or without",
                "NOT NULL CHECK ([cells_located] >= [cells_read])",
            ),
            Column(
                "checks_failed", "INTEGER", "Hard or strong rules of the form that the figures break", counted("checks_failed")
            ),
        ),
        ("report_id",),
        {"document_id": ("documents", "document_id"), "portal": TO_PORTAL, "unit_code": TO_UNIT},
        indexes=(("unit_code", "year"), ("county_code", "year", "level", "scope"), ("year", "level"), ("year", "unit_code")),
    ),
    Table(
        "county_totals",
        "What there is of each county, counted when the database is built: reports in use, their units, years, and cells by state",
        (
            Column("county_code", "TEXT", "The county; empty for units that belong to none", "NOT NULL"),
            Column("units", "INTEGER", "Units with reports", counted("units")),
            Column("reports", "INTEGER", "Reports in use", counted("reports")),
            Column("first_year", "INTEGER", "First year reported on"),
            Column("last_year", "INTEGER", "Last year reported on"),
            Column("figures", "INTEGER", "Cells with a figure, the inferred among them", counted("figures")),
            *(Column(state, "INTEGER", f"Cells that are {state}", counted(state)) for state in FLAG_STATES),
        ),
        ("county_code",),
    ),
    Table(
        "addresses",
        "All addresses at which each report was found",
        (
            REPORT,
            Column("url", "TEXT", "The address", "NOT NULL"),
            Column("portal", "TEXT", "The portal it belongs to", "NOT NULL"),
            Column("first_fetched_at", "TEXT", "UTC", "NOT NULL"),
            Column("last_fetched_at", "TEXT", "UTC; last time these figures stood there", "NOT NULL"),
            Column(
                "documents",
                "INTEGER",
                "Different bytes at this address that print the same figures",
                counted("documents", least=1),
            ),
        ),
        ("report_id", "url", "portal"),
        {"report_id": TO_REPORT, "portal": TO_PORTAL},
    ),
    Table(
        "conflicts",
        "Reports that claim one unit and year with different figures at different addresses; the views withhold what they do not agree on",
        (
            REPORT,
            Column("unit_code", "TEXT", "The unit"),
            Column("unit", "TEXT", "Its name"),
            Column("year", "INTEGER", "The year", a_year("year", required=True)),
            Column("scope", "TEXT", "own or aggregate"),
            Column("is_current", "INTEGER", "1 for the one in use", _TRUTH.format("is_current")),
            Column("url", "TEXT", "Where it was fetched", "NOT NULL"),
            Column("fetched_at", "TEXT", "UTC; the first time", "NOT NULL"),
        ),
        ("report_id",),
        {"report_id": TO_REPORT, "unit_code": TO_UNIT},
    ),
    Table(
        "sections",
        "The prose of each section; `nianbao search` finds words in it",
        (
            REPORT,
            Column("section", "TEXT", "overview, proactive_disclosure, requests, …", "NOT NULL"),
            Column("text", "TEXT", "The prose", "NOT NULL"),
        ),
        ("report_id", "section"),
        {"report_id": TO_REPORT},
    ),
    Table(
        "narrative",
        "Figures told in the prose; never merged into the tables",
        (
            REPORT,
            Column("position", "INTEGER", "Order in the report", counted("position", least=1)),
            Column("topic", "TEXT", "What the figure counts", "NOT NULL"),
            Column("value", "REAL", "The figure", "NOT NULL"),
            Column("sentence", "TEXT", "The sentence that tells it", "NOT NULL"),
            Column("place", "TEXT", "Where on the page", "NOT NULL"),
            Column(
                "is_current_year",
                "INTEGER",
                "1 where the sentence is about the year reported on, 0 where it is about another",
                _TRUTH.format("is_current_year"),
            ),
            Column(
                "is_approximate",
                "INTEGER",
                "1 where the sentence says that the number is only about right (260余条)",
                _TRUTH.format("is_approximate"),
            ),
        ),
        ("report_id", "position"),
        {"report_id": TO_REPORT},
    ),
)
