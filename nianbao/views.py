"""The views that readers ask: `measures`, `comparison` and `coverage`.

A year before is joined on year - 1, never on the row before; a unit's own business and a government's roll-up are ranked apart.
"""

from __future__ import annotations

import sqlite_utils

from nianbao.measures import figures_sql, measures


def create_views(db: sqlite_utils.Database) -> None:
    """Create all views; their names and columns are part of the contract."""
    for name, sql in views().items():
        db.create_view(name, sql, replace=True)


def views() -> dict[str, str]:
    """Name -> query, in the order they build on each other."""
    return {"measures": _measures(), "comparison": _COMPARISON, "coverage": _COVERAGE}


def _measures() -> str:
    """Unit × year × measure, current reports only; a value that cannot be known is null."""
    unions = "\n  union all ".join(measure.sql() for measure in measures().values())
    return f"""with _figures as (
  {figures_sql(measures().values())}
), _values as (
  {unions}
)
select r.report_id, r.unit_code, r.unit, u.county_code, r.level, r.scope, r.year, r.form, v.measure, v.value, v.n
from _values v join reports r using (report_id) left join units u using (unit_code)"""


_COMPARISON = """with _now as (
  select m.*, cast(r.cells_read as real) / r.cells_total as completeness
  from measures m join reports r using (report_id)
)
select now.report_id, now.unit_code, now.unit, now.county_code, now.level, now.scope, now.year, now.form, now.measure, now.value, now.n,
  before.value as previous_value,
  now.value - before.value as change,
  before.form is not null and before.form <> now.form as edition_break,
  case when now.value is not null then rank() over (
    partition by now.county_code, now.level, now.scope, now.year, now.measure, now.value is null order by now.value desc
  ) end as rank,
  now.completeness
from _now now
left join measures before on before.unit_code = now.unit_code and before.year = now.year - 1
  and before.measure = now.measure and before.scope is now.scope"""

_COVERAGE = """with _years as (
  select distinct u.county_code, r.year from reports r join units u using (unit_code) where r.year is not null and u.county_code is not null
)
select u.unit_code, u.name as unit, u.county_code, u.level, y.year,
  case when r.report_id is null then 'not found' when r.cells_read < r.cells_total then 'partly read' else 'found' end as status,
  r.report_id, r.published_on,
  case when r.published_on is not null
       then max(0, cast(julianday(r.published_on) - julianday((y.year + 1) || '-03-31') as integer)) end as days_late
from units u
join _years y on y.county_code = u.county_code
left join reports r on r.unit_code = u.unit_code and r.year = y.year and r.is_current
where u.level in ('county', 'town') and coalesce(u.kind, '') <> 'quasi'
  and u.first_year <= y.year and (u.last_year >= y.year or u.last_year = 2023)"""
