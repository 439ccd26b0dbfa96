"""Where each value stands among those of its peers: the county's units of the same level and scope in the same year.

Stored by the build, since a rank counted by the reader grows with the square of a county's units. County by county: a window over the whole country would be
held in memory.
"""

from __future__ import annotations

import sqlite_utils

_COMPARABLE = "is_current and not disputed and value is not null"
_GROUP = "year, level, scope, measure_id"
_FORGET = (
    f"update measure_values set larger = null, equal = null where county_code = ?1 and larger is not null and not ({_COMPARABLE})"
)
_RANK = f"""
update measure_values as v set larger = found.larger, equal = found.equal from (
  select {_GROUP}, report_id, rank() over (partition by {_GROUP} order by value desc) - 1 as larger,
    count(*) over (partition by {_GROUP}, value) - 1 as equal
  from measure_values where county_code = ?1 and {_COMPARABLE}
) found
where v.county_code = ?1 and v.year = found.year and v.level = found.level and v.scope = found.scope and v.measure_id = found.measure_id
  and v.report_id = found.report_id and (v.larger is not found.larger or v.equal is not found.equal)
"""
_PEERS = f"""
insert into peers (county_code, {_GROUP}, count, median)
select ?1, {_GROUP}, n, avg(value) from (
  select {_GROUP}, value, row_number() over (partition by {_GROUP} order by value) as at, count(*) over (partition by {_GROUP}) as n
  from measure_values where county_code = ?1 and {_COMPARABLE}
) where at in ((n + 1) / 2, (n + 2) / 2) group by {_GROUP}
"""


def write_ranks(db: sqlite_utils.Database) -> None:
    """Write `larger` and `equal` of every value that has peers, and `peers`: how many there are, and their median."""
    db.execute("delete from peers")
    for county in db.execute("select distinct county_code from reports where county_code is not null").fetchall():
        for statement in (_FORGET, _RANK, _PEERS):
            db.execute(statement, county)
