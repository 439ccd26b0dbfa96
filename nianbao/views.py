"""The views that readers ask: `measures`, `comparison` and `coverage`.

A year before is joined on year - 1, never on the row before; a unit's own business and a government's roll-up are ranked apart. None of them uses a window, so
that a question about one unit reads the rows of one unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlite_utils

from nianbao.places import SQL_PLACE
from nianbao.schema import Column
from nianbao.units import PLACEHOLDERS


@dataclass(frozen=True, slots=True)
class View:
    """A view: what it says, its query, and what its columns mean where no table says so."""

    meaning: str
    sql: str
    columns: tuple[Column, ...]
    """Those that no table explains; an entry here comes before the tables."""


def create_views(db: sqlite_utils.Database) -> None:
    """Create all views; their names and columns are part of the contract."""
    for name, view in VIEWS.items():
        db.create_view(name, view.sql, replace=True)


_VALUES = """reports r cross join measure_keys k cross join measure_values v on v.measure_id = k.measure_id and v.county_code = coalesce(r.county_code, '') and v.year = r.year
  and v.level = coalesce(r.level, '') and v.scope = coalesce(r.scope, '') and v.report_id = r.report_id"""

_MEASURES = f"""select r.report_id, r.unit_code, r.unit, r.county_code, r.function, r.level, r.scope, r.year, r.form, k.measure,
  case when not v.disputed then v.value end as value, v.n
from {_VALUES}
where r.is_current"""

_FLAGS = {
    "edition_break": "before.form is not null and before.form <> now.form",
    "series_break": "before_definition.series is not null and before_definition.series <> definition.series",
    "territory_changed": "exists (select 1 from territory_changes t where t.unit_code = now.unit_code and t.year = now.year)",
    "conflict": "now.conflict",
    "no_figure": "now.value is null and not now.disputed and not (now.n is not null and now.n < definition.minimum_n)",
    "small_n": "now.value is null and now.n is not null and now.n < definition.minimum_n",
    "partly_read": "now.cells_located < now.cells_total",
    "checks_failed": "now.checks_failed > 0",
    "revised": "now.version > 1",
}
"""Word of `flags` -> when it stands there."""

# Cross joins keep the order: from the reports on. SQLite would begin with the definitions of measures, and look through all reports for each.
_COMPARISON = f"""with _now as (
  select r.report_id, r.unit_code, r.unit, r.county_code, r.function, r.level, r.scope, r.year, r.form, r.conflict, r.version, r.checks_failed,
    r.cells_located, r.cells_total, cast(r.cells_read as real) / nullif(r.cells_total, 0) as completeness, v.measure_id, k.measure, v.n, v.larger, v.equal,
    v.disputed, case when not v.disputed then v.value end as value
  from {_VALUES}
  where r.is_current
)
select now.report_id, now.unit_code, now.unit, now.county_code, now.function, now.level, now.scope, now.year, now.form, now.measure, now.value,
  now.n, case when not earlier.disputed then earlier.value end as previous_value,
  case when before_definition.series = definition.series and not earlier.disputed then now.value - earlier.value end as change,
  coalesce({_FLAGS["edition_break"]}, 0) as edition_break,
  now.larger + 1 as rank,
  case when peers.count > 1 then round(100.0 * (peers.count - 1 - now.larger - now.equal / 2.0) / (peers.count - 1), 1) end as percentile,
  peers.count as peers, peers.median as county_median,
  trim({" || ".join(f"case when {when} then '{word} ' else '' end" for word, when in _FLAGS.items())}) as flags,
  now.completeness
from _now now
cross join measure_definitions definition on definition.measure = now.measure and definition.form = now.form
left join reports before on before.unit_code = now.unit_code and before.year = now.year - 1 and before.scope is now.scope and before.is_current
left join measure_values earlier on earlier.county_code = coalesce(before.county_code, '') and earlier.year = before.year
  and earlier.level = coalesce(before.level, '') and earlier.scope = coalesce(before.scope, '') and earlier.measure_id = now.measure_id
  and earlier.report_id = before.report_id
left join measure_definitions before_definition on before_definition.measure = now.measure and earlier.report_id is not null and before_definition.form = before.form
left join peers on peers.county_code = now.county_code and peers.year = now.year and peers.level = coalesce(now.level, '')
  and peers.scope = coalesce(now.scope, '') and peers.measure_id = now.measure_id"""

_GONE = """not exists (select 1 from documents d where d.report_id = r.report_id
    and not exists (select 1 from gone g where g.url = d.url and g.seen_at > d.last_fetched_at))"""


def deadline(year: str, level: str) -> str:
    """The day by which a report of this year is due at this level (条例第四十九条), as an expression of SQL over the names of two columns."""
    return f"({year} + 1) || case {level} when 'department' then '-01-31' else '-03-31' end"


_DEADLINE = deadline("y.year", "u.level")
_LOOKED = """(select 1 from looks l where l.outcome = '{outcome}' and {when} and l.portal in (
      select p.portal from portals p where p.area_code = coalesce(u.county_code, u.unit_code)
      union select carried.portal from reports carried where carried.county_code = u.county_code))"""
_COMPLETE = _LOOKED.format(outcome="complete", when=f"date(l.finished_at) > {_DEADLINE}")
_REFUSED = _LOOKED.format(
    outcome="refused", when="l.run_id = (select max(run_id) from looks newest where newest.portal = l.portal)"
)

# A government of a county and above owes the report on all its bodies (forms.md section 6), a town that on its own business.
# Two questions by key: SQLite does not know the unit in the order of a subquery that a join is made on.
_OF_UNIT = "select min(x.report_id) from reports x where x.unit_code = u.unit_code and x.year = y.year and x.is_current"
_DUE = f"coalesce(({_OF_UNIT} and x.scope = case u.level when 'town' then 'own' else 'aggregate' end), ({_OF_UNIT}))"
DATED = "coalesce(r.published_on, nullif(r.listed_on, ''))"
"""The day of a report `r`: that of its page, or of the portal's list where the page has none."""
_NO_PLACES = ", ".join(f"'{name}'" for name in sorted(PLACEHOLDERS))
"""Names under which the register keeps counties that no prefecture governs."""

# From one year to the next through the index, which holds every report: a distinct would read all of it.
_COVERAGE = f"""with recursive _years(year) as (
  select min(year) from reports
  union all select (select min(year) from reports where year > _years.year) from _years where year is not null
)
select u.unit_code, u.name as unit, u.county_code, u.level, y.year,
  case
    when r.report_id is not null and {_GONE} then 'withdrawn'
    when r.report_id is not null and r.cells_located < r.cells_total then 'partly read'
    when r.report_id is not null and {DATED} > {_DEADLINE} then 'late'
    when r.report_id is not null then 'found'
    when exists (select 1 from documents d where d.unit_code = u.unit_code and d.year = y.year and d.reason is not null
      and d.kind in ('unreadable', 'tables_missing', 'blank_form', 'attachment_only')) then 'unreadable'
    when exists (select 1 from documents d where d.unit_code = u.unit_code and d.year = y.year and d.kind = 'challenge_page') then 'blocked'
    when exists {_REFUSED} then 'blocked'
    when exists {_COMPLETE} then 'missing'
    else 'not known'
  end as status,
  r.report_id, r.scope,
  (select group_concat(x.report_id, ' ') from reports x where x.unit_code = u.unit_code and x.year = y.year and x.is_current and x.report_id <> r.report_id)
    as other_reports,
  r.published_on, r.listed_on,
  case when r.published_on is not null then 'page' when r.listed_on <> '' then 'list' end as dated_by,
  case when {DATED} is not null then max(0, cast(julianday({DATED}) - julianday({_DEADLINE}) as integer)) end as days_late,
  {_DEADLINE} as deadline,
  (select d.reason from documents d where r.report_id is null and d.unit_code = u.unit_code and d.year = y.year
    order by d.reason is null, d.kind = 'challenge_page', d.document_id limit 1) as reason
from units u
cross join _years y on y.year is not null
left join reports r on r.report_id = {_DUE}
where u.level in ('province', 'prefecture', 'county', 'town') and u.name not in ({_NO_PLACES}) and coalesce(u.kind, '') <> 'quasi'
  and u.first_year <= max(y.year, 2015) and (u.ended_after is null or u.ended_after >= y.year)
  and exists (select 1 from portals p where p.area_code in (substr(u.unit_code, 1, 2), substr(u.unit_code, 1, 4), substr(u.unit_code, 1, 6), u.unit_code))"""

_PRINTED_AT = f"""select r.report_id, r.unit_code, r.year, c.key, c.label, {SQL_PLACE} as place, r.url, d.sha256, d.warc_file, d.warc_offset
from reports r
cross join places p on p.report_id = r.report_id
cross join documents d on d.document_id = r.document_id
cross join form_cells c on json_type(p.lines, '$."' || c.line || '"') is not null
where place is not null"""

_OF_REPORT = (
    Column("measure", "TEXT", "Key of the measure; `measure_definitions` has its formula and caveats"),
    Column(
        "value",
        "REAL",
        "The measure; null where a term was not read, where n is too small for a share, or where reports contradict each other",
        unit="as `measure_definitions` says",
    ),
    Column("n", "INTEGER", "The denominator of a share", unit="件"),
)

VIEWS: Mapping[str, View] = {
    "measures": View("Unit × year × measure, current reports only", _MEASURES, _OF_REPORT),
    "comparison": View(
        "Measures with the year before (year - 1), change, rank among the county's units of the same level, and what to keep in mind",
        _COMPARISON,
        (
            *_OF_REPORT,
            Column(
                "previous_value",
                "REAL",
                "The same measure of the same unit in year - 1, whatever its edition; null where reports of that year contradict each other",
            ),
            Column("change", "REAL", "value - previous_value; null where one of them is, or the editions are no one series"),
            Column("edition_break", "INTEGER", "1 where the year before was reported on another edition of the form"),
            Column(
                "rank",
                "INTEGER",
                "1 for the largest value among the county's units of the same level and scope; equal values share a rank",
            ),
            Column(
                "percentile",
                "REAL",
                "0 for the smallest and 100 for the largest value of the county; equal values share the middle",
            ),
            Column("peers", "INTEGER", "Units of the county, level and scope with a value that no other report contradicts"),
            Column("county_median", "REAL", "The middle value of these units"),
            Column("flags", "TEXT", "Words, blank-separated: " + ", ".join(_FLAGS)),
            Column("completeness", "REAL", "Share of the form's cells with a figure, 0 to 1"),
        ),
    ),
    "printed_at": View(
        "Each cell that was found on a page, and where: the place on the page, its address, and where the archive keeps it",
        _PRINTED_AT,
        (
            Column("label", "TEXT", "Caption, row and column as the newest form that has the cell prints them"),
            Column(
                "place", "TEXT", "Where on the page, as `nianbao show` says it: table 2 row 6 column 3, paragraph 47, line 12"
            ),
        ),
    ),
    "coverage": View(
        "Units that should have published, one row a unit and year, with what was found; nothing is said of where nobody looked. Governments from the province"
        " to the town, where they or one above them have a portal; departments are left out: no register lists them, and one that published in one year may"
        " not have existed in the next",
        _COVERAGE,
        (
            Column(
                "status",
                "TEXT",
                "found, late, partly read, withdrawn (found, and gone since), unreadable, blocked, missing (looked for after the deadline in a crawl"
                " that read all lists), not known. blocked: nobody was let in, or the page that came was a challenge",
            ),
            Column(
                "report_id",
                "TEXT",
                "The report that the unit owes: on its own business for a town, with all its bodies for a county and above; the other where that was not found",
            ),
            Column("other_reports", "TEXT", "Reports in use of the unit and year with another scope, blank-separated"),
            Column(
                "dated_by",
                "TEXT",
                "page: late by the day on the page; list: by the day in the portal's list, where the page has none",
            ),
            Column("deadline", "TEXT", "31 March of the year after; for departments 31 January", source="条例第四十九条"),
            Column("days_late", "INTEGER", "Days after the deadline, 0 where in time; `dated_by` says by which day"),
            Column("reason", "TEXT", "Why the page found for it gave no figures"),
        ),
    ),
}


def views() -> dict[str, str]:
    """Name -> query, in the order they build on each other."""
    return {name: view.sql for name, view in VIEWS.items()}
