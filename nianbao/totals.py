"""What there is of each county and in each table, counted once in a build: a page that says so would otherwise count the whole country each time."""

from __future__ import annotations

import sqlite_utils

from nianbao.schema import FLAG_STATES

_TOTALS = f"""
with states as (
  select coalesce(r.county_code, '') as county_code, {", ".join(f"sum(f.state = '{state}') as {state}" for state in FLAG_STATES)}
  from reports r cross join flags f on f.report_id = r.report_id where r.is_current group by 1
), counted as (
  select coalesce(county_code, '') as county_code, count(distinct unit_code) as units, count(*) as reports, min(year) as first_year,
    max(year) as last_year, sum(cells_read) as figures
  from reports where is_current group by 1
)
insert into county_totals (county_code, units, reports, first_year, last_year, figures, {", ".join(FLAG_STATES)})
select county_code, units, reports, first_year, last_year, figures, {", ".join(f"coalesce({state}, 0)" for state in FLAG_STATES)}
from counted left join states using (county_code)
"""


_TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'row_counts' order by 1"


def write_totals(db: sqlite_utils.Database) -> None:
    """Count anew; done when it is known which reports are in use."""
    db.execute("delete from county_totals")
    db.execute(_TOTALS)


def write_row_counts(db: sqlite_utils.Database) -> None:
    """Count the rows of every other table anew; done last."""
    db.execute("delete from row_counts")
    for (name,) in db.execute(_TABLES).fetchall():
        db.execute(f"insert into row_counts select ?, count(*) from [{name}]", [name])
