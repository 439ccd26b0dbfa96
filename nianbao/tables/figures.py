"""Tables of figures, their columns made from the editions of the form."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.cells import column_of
from nianbao.schema import APPLICANTS, CHANNELS, FLAG_STATES, LEVELS, RESULTS, Column, Table, a_year, counted, one_of
from nianbao.tables.reference import TO_MEASURE
from nianbao.tables.reports import REPORT, TO_REPORT
from parsers.forms import Column as FormColumn
from parsers.forms import Form, forms
from parsers.forms import Row as FormRow
from parsers.forms import Table as FormTable

_RESULTS = {
    "upheld": ("结果维持", "Decision upheld"),
    "corrected": ("结果纠正", "Decision corrected"),
    "other": ("其他结果", "Other outcome"),
    "pending": ("尚未审结", "Not concluded by the end of the year"),
    "total": ("总计", "All cases"),
}
_COLUMNS = {
    "newly_made": "made in the year",
    "newly_disclosed": "disclosed for the first time in the year",
    "total_disclosed": "disclosed in all, by the end of the year",
    "issued": "issued in the year",
    "repealed": "repealed in the year",
    "in_force": "in force at the end of the year",
    "items_prior_year": "number of items the year before",
    "items_net_change": "items added or, negative, removed in the year",
    "decisions": "decisions taken in the year",
    "fee_amount": "amount charged in the year",
    "project_count": "procurement projects",
    "total_amount": "total amount of procurement",
}


def _editions(present: list[Form]) -> str:
    return " ".join(form.id for form in present)


def _place(present: list[Form], place: str) -> str:
    """The notices that prescribe it, and where on the form it stands."""
    return f"{'、'.join(form.notice.partition(' ')[0] for form in present)} {place}"


def _proactive() -> Iterator[Column]:
    """One column for each cell of table 二, of all editions; amounts REAL in 万元, counts INTEGER."""
    found: dict[str, tuple[FormColumn, FormRow, FormTable, list[Form]]] = {}
    for form in forms().values():
        for table in (t for t in form.tables if t.id.startswith("t2")):
            for row in table.rows:
                for key, column in zip(table.keys_of(row), table.columns, strict=True):
                    found.setdefault(key, (column, row, table, []))[3].append(form)
    for key, (column, row, table, present) in found.items():
        name = column_of(key)
        yield Column(
            name,
            "REAL" if column.is_decimal else "INTEGER",
            f"{row.english}: {_COLUMNS.get(column.key, column.key)}",
            "" if column.is_decimal or column.is_signed else counted(name, required=False),
            chinese=f"{table.captions[0]} {row.labels[0]} · {column.labels[0]}",
            unit="万元" if column.is_decimal else column.unit or "件",
            editions=_editions(present),
            source=_place(present, f"表二；条例{table.captions[0]}"),
        )


def _outcomes() -> Iterator[Column]:
    """One column for each row of table 三, of all editions."""
    found: dict[str, tuple[FormRow, list[Form]]] = {}
    for form in forms().values():
        for row in next(table for table in form.tables if table.id == "t3").rows:
            found.setdefault(row.key, (row, []))[1].append(form)
    for key, (row, present) in found.items():
        yield Column(
            key,
            "INTEGER",
            row.english,
            counted(key, required=False),
            chinese=row.labels[0],
            unit="件",
            editions=_editions(present),
            source=_place(present, f"表三；条例{row.article}" if row.article else "表三"),
        )


def _results() -> Iterator[Column]:
    for name in RESULTS:
        chinese, english = _RESULTS[name]
        yield Column(
            name,
            "INTEGER",
            english,
            counted(name, required=False),
            chinese=chinese,
            unit="件",
            editions="e2019 e2021",
            source=_place([*forms().values()], "表四；国办公开办函〔2016〕201号"),
        )


FIGURES: tuple[Table, ...] = (
    Table(
        "proactive",
        "Table 二: disclosure on the authority's own initiative; one row a report",
        (REPORT, *_proactive()),
        ("report_id",),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "requests",
        "Table 三: requests received and what became of them; seven rows a report on e2019 and e2021",
        (REPORT, Column("applicant", "TEXT", "Kind of applicant, or total", one_of("applicant", APPLICANTS)), *_outcomes()),
        ("report_id", "applicant"),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "reviews",
        "Table 四: reviews and lawsuits against the authority; three rows a report on e2019 and e2021",
        (
            REPORT,
            Column(
                "channel",
                "TEXT",
                "review 行政复议, litigation_direct 未经复议直接起诉, litigation_after_review 复议后起诉",
                one_of("channel", CHANNELS),
                notes="lawsuits after review go on with a review already counted: leave them out of contest rates",
            ),
            *_results(),
        ),
        ("report_id", "channel"),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "indicators",
        "Figures of the older forms s2014 and sh2004: one row a cell with a figure",
        (
            REPORT,
            Column("key", "TEXT", "The cell: s14.… of the form of 2014, sh.… of the Shanghai form", "NOT NULL"),
            Column(
                "value",
                "REAL",
                "The figure, in the unit that the dictionary says of its key: 件 / 条 / 次 / 人, 万元, or 元 for the fees of the Shanghai form",
                "NOT NULL",
            ),
        ),
        ("report_id", "key"),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "amounts",
        "Amounts of money exactly: sum `fen`, not the REAL columns, where every 分 counts",
        (
            REPORT,
            Column("key", "TEXT", "The cell", "NOT NULL"),
            Column("wanyuan", "TEXT", "The amount as a decimal number in 万元, digit for digit", "NOT NULL", unit="万元"),
            Column(
                "fen",
                "INTEGER",
                "The amount in 分; empty where it is no whole number of 分, or larger than an integer of SQLite",
                unit="分",
            ),
        ),
        ("report_id", "key"),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "flags",
        "One row for each cell that is not plainly read",
        (
            REPORT,
            Column("key", "TEXT", "The cell", "NOT NULL"),
            Column("state", "TEXT", "inferred, blank, mark, ambiguous or unread", one_of("state", FLAG_STATES)),
            Column("raw", "TEXT", "The print as found"),
            Column("candidates", "TEXT", "JSON list of the figures it may be"),
            Column("place", "TEXT", "Where on the page"),
        ),
        ("report_id", "key"),
        {"report_id": TO_REPORT},
        clustered=True,
    ),
    Table(
        "places",
        "Where each report's cells were found on its page, line by line; read it through the view `printed_at`",
        (
            REPORT,
            Column(
                "lines",
                "TEXT",
                "JSON object: number of the line in `form_cells` -> [table, row, column of its first cell], [words, number of its first cell], or all places",
                "NOT NULL",
            ),
        ),
        ("report_id",),
        {"report_id": TO_REPORT},
    ),
    Table(
        "measure_values",
        "Measures computed from each report; read them through the views `measures` and `comparison`",
        (
            Column("county_code", "TEXT", "County of the unit; empty where it has none", "NOT NULL"),
            Column("year", "INTEGER", "Year reported on", a_year("year", required=True)),
            Column("level", "TEXT", "Level of the unit; empty where it is not known", one_of("level", ("", *LEVELS))),
            Column("scope", "TEXT", "own or aggregate; empty where it is not known", one_of("scope", ("", "own", "aggregate"))),
            Column("measure_id", "INTEGER", "The measure, as `measure_keys` numbers it", "NOT NULL"),
            REPORT,
            Column("is_current", "INTEGER", "As in `reports`", "NOT NULL CHECK ([is_current] IN (0, 1))"),
            Column(
                "disputed",
                "INTEGER",
                "1 where a report at another address contradicts this value: the views withhold it, and it counts for nobody's rank",
                "NOT NULL CHECK ([disputed] IN (0, 1))",
            ),
            Column("value", "REAL", "The count, share or amount; null where a term was not read or n is too small"),
            Column("n", "INTEGER", "The denominator of a share"),
            Column(
                "larger",
                "INTEGER",
                "How many of the county's units of this level and scope have a larger value; null where the value is null or disputed",
            ),
            Column("equal", "INTEGER", "How many others of them have the same value"),
        ),
        ("county_code", "year", "level", "scope", "measure_id", "report_id"),
        {"report_id": TO_REPORT, "measure_id": TO_MEASURE},
        clustered=True,
    ),
)
