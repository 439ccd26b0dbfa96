"""Tables of what does not agree: within a report, between reports, and between versions of one."""

from __future__ import annotations

from nianbao.schema import FAULTS, STATES, STRENGTHS, VERDICTS, Column, Table, a_year, counted, one_of
from nianbao.tables.reference import TO_MEASURE
from nianbao.tables.reports import REPORT, TO_REPORT

_FAULT = Column(
    "fault",
    "TEXT",
    "Of a fail: source where every figure concerned was plainly read, and of copied prose, which is compared as it stands on both pages; reading where a"
    " figure was not plainly read, or the rule is about names cut out of running words (body_identity_mismatch, other_authority): the page is to be looked at first",
    one_of("fault", FAULTS, required=False),
)

FINDINGS: tuple[Table, ...] = (
    Table(
        "findings",
        "Rules applied to a report, with their verdict",
        (
            REPORT,
            Column("rule", "TEXT", "The rule", "NOT NULL"),
            Column("verdict", "TEXT", "vacuous: held on zeros or blanks alone", one_of("verdict", VERDICTS)),
            Column(
                "strength",
                "TEXT",
                "hard: stated on the form; strong: follows from a label; soft: practice may differ",
                one_of("strength", STRENGTHS),
            ),
            Column("cells", "TEXT", "JSON list of the cells concerned; empty where the rule held: `rules` has them", "NOT NULL"),
            Column("message", "TEXT", "One sentence; empty where the verdict says it all: vacuous", "NOT NULL"),
            Column(
                "blank_as_zero",
                "TEXT",
                "The verdict if the blanks among the terms stood for zero",
                one_of("blank_as_zero", VERDICTS, required=False),
            ),
            Column("hypotheses", "TEXT", "JSON list of the slips that would each explain a fail; figures stay as printed"),
            _FAULT,
        ),
        ("report_id", "rule"),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "cross_findings",
        "Rules applied to two reports or more: year against year, county against its bodies, prose against prose",
        (
            REPORT,
            Column(
                "rule",
                "TEXT",
                "t3.xyear_carry.…, t2_1.stock.…, t2.xyear.…, rollup.…; copied_narrative and other_authority, of which only what fails has a row",
                "NOT NULL",
            ),
            Column("other_report_id", "TEXT", "The report it is held against; empty where there are many", "NOT NULL"),
            Column("verdict", "TEXT", "vacuous: held on zeros alone", one_of("verdict", VERDICTS)),
            Column("strength", "TEXT", "As in `findings`", one_of("strength", STRENGTHS)),
            Column(
                "cells",
                "TEXT",
                "JSON list of the cells concerned, prev: those of the other report; empty where the rule held",
                "NOT NULL",
            ),
            Column("share", "REAL", "Of copied prose: how much of the text is the same, 0 to 1"),
            Column("message", "TEXT", "One sentence with the figures; empty where vacuous", "NOT NULL"),
            Column("evidence", "TEXT", "JSON: figures, addresses and counts behind a fail; null for every other verdict"),
            _FAULT,
        ),
        ("report_id", "rule", "other_report_id"),
        # `other_report_id` refers to a report too, but not by a foreign key: part of the key of a clustered table, it is empty and not null where there are many.
        {"report_id": TO_REPORT},
        sparse=("share",),
        clustered=True,
    ),
    Table(
        "peers",
        "Each measure over a county's units of one level in one year: what `comparison` ranks against",
        (
            Column("county_code", "TEXT", "The county", "NOT NULL"),
            Column("year", "INTEGER", "Year reported on", a_year("year", required=True)),
            Column("level", "TEXT", "Level of the units", "NOT NULL"),
            Column("scope", "TEXT", "own or aggregate", "NOT NULL"),
            Column("measure_id", "INTEGER", "The measure, as `measure_keys` numbers it", "NOT NULL"),
            Column("count", "INTEGER", "Units with a value", counted("count", least=1)),
            Column("median", "REAL", "The middle value", "NOT NULL"),
        ),
        ("county_code", "year", "level", "scope", "measure_id"),
        {"measure_id": TO_MEASURE},
        clustered=True,
    ),
    Table(
        "revisions",
        "Cells in which a report published again differs from the version before",
        (
            REPORT,
            Column("key", "TEXT", "The cell", "NOT NULL"),
            Column("previous_report_id", "TEXT", "The version before", "NOT NULL"),
            Column(
                "kind",
                "TEXT",
                "figure: both versions have a figure; state: one of them has none",
                one_of("kind", ("figure", "state")),
            ),
            Column("value_before", "REAL", "The figure of the version before"),
            Column("value_after", "REAL", "The figure of this version"),
            Column("state_before", "TEXT", "How it was obtained", one_of("state_before", STATES)),
            Column("state_after", "TEXT", "How it was obtained", one_of("state_after", STATES)),
            Column(
                "seen_at",
                "TEXT",
                "UTC; when this version was first fetched; of one that came back, when it was last fetched",
                "NOT NULL",
            ),
        ),
        ("report_id", "key", "previous_report_id"),
        {"report_id": TO_REPORT, "previous_report_id": TO_REPORT},
    ),
)
