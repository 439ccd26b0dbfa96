"""Rules across reports: year against year, a government's roll-up against its bodies, and who the text says compiled it.

The rules from one year to the next are those of `forms.json` (scope cross_year). Where a figure has no state of its own in `flags`, it was plainly read, so a
contradiction is the source's; otherwise the page is to be looked at first. A unit that grew or shrank in between is not held to its old figures. A figure of which
two reports of one unit and year say different things is neither right nor wrong: what hangs on it is not assessable.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import sqlite_utils

from nianbao.cells import cells_of, column_of
from parsers.forms import forms, reference_file

ROLLED_UP = (
    "t3.new_requests.total",
    "t3.carried_over_in.total",
    "t3.granted.total",
    "t3.partially_granted.total",
    "t3.processed_total.total",
    "t3.carried_forward.total",
    "t4.review_total",
    "t4.litigation_direct_total",
    "t4.litigation_after_review_total",
)
_BEFORE = "prev:"
_COLUMNS = "report_id, rule, other_report_id, verdict, strength, cells, share, message, evidence, fault"


@dataclass(frozen=True, slots=True)
class YearRule:
    """sum(left) = sum(right), each term (factor, cell key), `prev:` in front of a key of the year before; for reports on `form`."""

    id: str
    form: str
    left: tuple[tuple[int, str], ...]
    right: tuple[tuple[int, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for _, key in self.left + self.right)


@cache
def year_rules() -> Sequence[YearRule]:
    """The cross-year identities of all editions."""
    entries = json.loads(reference_file("forms.json").read_text("utf-8"))["editions"]
    return [
        YearRule(rule["id"], entry["id"], *(tuple((factor, key) for factor, key in rule[side]) for side in ("lhs", "rhs")))
        for entry in entries
        for rule in entry.get("identities", ())
        if rule["scope"] == "cross_year"
    ]


def write_across(db: sqlite_utils.Database) -> None:
    """Apply every rule anew to all current reports."""
    db.execute("delete from cross_findings")
    db.execute("create temp table disputed_cells (report_id text, key text, primary key (report_id, key)) without rowid")
    db.conn.executemany("insert into disputed_cells values (?, ?)", _disputed_cells(db))
    for rule in year_rules():
        db.execute(_year_sql(rule))
    db.execute(f"create temp table rolled_up as {ROLLED_UP_BODIES}")
    for key in ROLLED_UP:
        db.execute(_rollup_sql(key))
    db.execute("drop table rolled_up")
    db.execute("drop table disputed_cells")
    db.execute(_OTHER_AUTHORITY)
    rules: Iterator[dict[str, Any]] = (
        {"form": rule.form, "rule": rule.id, "strength": "soft", "cells": json.dumps(rule.keys)} for rule in year_rules()
    )
    db.table("rules").insert_all([*rules, *_rollup_rules()], ignore=True)


def _disputed_cells(db: sqlite_utils.Database) -> list[tuple[str, str]]:
    """Report and key of each figure that a rival report of the same unit, year and scope prints differently."""
    rows = db.execute(
        "select unit_code, year, scope, report_id from conflicts where unit_code is not null order by 1, 2, 3, 4"
    ).fetchall()
    found: list[tuple[str, str]] = []
    for _, rivals in groupby(rows, key=lambda row: row[:3]):
        ids = [row[3] for row in rivals]
        found += ((report_id, key) for key in _keys_apart(db, ids) for report_id in ids)
    return found


def _keys_apart(db: sqlite_utils.Database, rivals: Sequence[str]) -> list[str]:
    """The cells for which these reports have more than one figure."""
    said: dict[str, set[float]] = {}
    for report_id in rivals:
        for key, cell in cells_of(db, report_id).items():
            if cell.value is not None:
                said.setdefault(key, set()).add(cell.value)
    return [key for key, values in said.items() if len(values) > 1]


def _rollup_rules() -> Iterator[dict[str, Any]]:
    for key in ROLLED_UP:
        yield {"form": "", "rule": f"rollup.{key}", "strength": "strong", "cells": json.dumps([key])}


def _year_sql(rule: YearRule) -> str:
    left, right = (_sum(side) for side in (rule.left, rule.right))
    zero = " and ".join(f"{_term(key)} = 0" for key in rule.keys)
    disputed = f"({_has('disputed_cells', 'r', rule, before=False)} or {_has('disputed_cells', 'b', rule, before=True)})"
    grown = "exists (select 1 from territory_changes t where t.unit_code = r.unit_code and t.year = r.year)"
    verdict = (
        f"case when {left} is null or {right} is null or {disputed} then 'not_assessable' when {zero} then 'vacuous' when {left} = {right} then 'pass'"
        f" when {grown} then 'not_assessable' else 'fail' end"
    )
    figures = ", ".join(f"'{key}', {_term(key)}" for key in rule.keys)
    forms_before = ", ".join(f"'{form}'" for form in _forms_with([k for k in rule.keys if k.startswith(_BEFORE)]))
    return f"""insert into cross_findings ({_COLUMNS})
select report_id, rule, other, verdict, 'soft', case when verdict in ('fail', 'not_assessable') then {_quoted(json.dumps(rule.keys))} else '[]' end, null,
  case verdict when 'vacuous' then '' when 'pass' then printf('%g = %g', left_side, right_side)
    when 'fail' then printf('%g from {{}} %d, %g in %d', left_side, year - 1, right_side, year)
    else case when left_side is null or right_side is null then 'a figure is not known'
      when disputed then 'reports contradict each other here' else 'the territory changed in between' end end,
  case when verdict = 'fail' then evidence end, case when verdict = 'fail' then fault end
from (
  select r.report_id, '{rule.id}' as rule, b.report_id as other, r.year, {left} as left_side, {right} as right_side, {verdict} as verdict, {disputed} as disputed,
    json_object('figures', json_object({figures}), 'urls', json_array(r.url, b.url)) as evidence,
    case when {_has("flags", "r", rule, before=False)} or {_has("flags", "b", rule, before=True)} then 'reading' else 'source' end as fault
  from reports r join reports b on b.unit_code = r.unit_code and b.year = r.year - 1 and b.scope is r.scope and b.is_current
  {_joins(rule.keys)}
  where r.is_current and r.form = '{rule.form}' and b.form in ({forms_before})
)""".replace("{}", "the report of")


def _forms_with(keys: Sequence[str]) -> Iterator[str]:
    wanted = {key.removeprefix(_BEFORE) for key in keys}
    return (form.id for form in forms().values() if wanted <= set(form.cell_keys))


def _sum(terms: Sequence[tuple[int, str]]) -> str:
    return "(" + " + ".join(f"{factor} * {_term(key)}" for factor, key in terms) + ")"


def _term(key: str) -> str:
    """`prev:t3.carried_forward.total` -> the column of its row, with the alias that `_joins` gives it."""
    _, alias, column = _place(key)
    return f"{alias}.[{column}]"


def _place(key: str) -> tuple[str, str, str]:
    """Table, alias and column of a cell."""
    side = "b" if key.startswith(_BEFORE) else "r"
    plain = key.removeprefix(_BEFORE)
    if plain.startswith("t2_"):
        return "proactive", f"{side}_proactive", column_of(plain)
    if plain.startswith("t3."):
        _, row, applicant = plain.split(".")
        return "requests", f"{side}_{applicant}", row
    channel, _, result = plain.removeprefix("t4.").rpartition("_")
    return "reviews", f"{side}_{channel}", result


def _joins(keys: Sequence[str]) -> str:
    joins: dict[str, str] = {}
    for key in keys:
        table, alias, _ = _place(key)
        side, _, which = alias.partition("_")
        kind = {"requests": f" and {alias}.applicant = '{which}'", "reviews": f" and {alias}.channel = '{which}'"}.get(table, "")
        joins[alias] = f"join {table} {alias} on {alias}.report_id = {side}.report_id{kind}"
    return "\n  ".join(joins.values())


def _has(table: str, alias: str, rule: YearRule, *, before: bool) -> str:
    """Whether a table of report_id and key has one of the rule's cells of this year, or of the year before."""
    keys = [key.removeprefix(_BEFORE) for key in rule.keys if key.startswith(_BEFORE) is before]
    return (
        f"exists (select 1 from {table} f where f.report_id = {alias}.report_id and f.key in ({', '.join(map(_quoted, keys))}))"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rollup_sql(key: str) -> str:
    """The bodies below can together have no more than the roll-up; equality is not to be expected, since not all bodies are known."""
    table, alias, column = _place(key)
    kind = {"requests": "applicant = 'total'", "reviews": f"channel = '{alias.partition('_')[2]}'"}[table]
    return f"""insert into cross_findings ({_COLUMNS})
select report_id, 'rollup.{key}', '', verdict, 'strong', case when verdict in ('fail', 'not_assessable') then '["{key}"]' else '[]' end, null,
  case verdict when 'vacuous' then '' when 'not_assessable' then case when disputed then 'reports contradict each other here' else 'a figure is not known' end
    else printf('the roll-up says %d, the %d bodies found add up to %d', whole, bodies, parts) end,
  case when verdict = 'fail' then json_object('rollup', whole, 'sum', parts, 'bodies', bodies, 'with_figure', known, 'url', url) end,
  case when verdict = 'fail' then case when flagged then 'reading' else 'source' end end
from (
  select *, case when disputed or whole is null or known = 0 then 'not_assessable' when whole = 0 and parts = 0 then 'vacuous'
    when parts > whole then 'fail' else 'pass' end as verdict
  from (
    select r.report_id, r.url, w.[{column}] as whole, count(*) as bodies, count(v.[{column}]) as known, sum(v.[{column}]) as parts,
      max(exists (select 1 from flags f where f.report_id in (u.report_id, u.body_id) and f.key = '{key}')) as flagged,
      max(exists (select 1 from disputed_cells d where d.report_id in (u.report_id, u.body_id) and d.key = '{key}')) as disputed
    from rolled_up u cross join reports r on r.report_id = u.report_id
    join {table} w on w.report_id = u.report_id and w.{kind}
    join {table} v on v.report_id = u.body_id and v.{kind}
    group by u.report_id
  )
)"""


ROLLED_UP_BODIES = """select r.report_id, p.report_id as body_id from reports r cross join reports p on p.county_code = r.unit_code and p.year = r.year
  and p.level in ('town', 'department') and p.scope = 'own' and p.is_current and p.form = r.form
where r.is_current and r.scope = 'aggregate' and r.level = 'county'
union all
select r.report_id, p.report_id from reports r cross join reports p on p.year = r.year and p.unit_code > r.unit_code and p.unit_code < r.unit_code || ':'
  and p.level = 'county' and p.scope = 'aggregate' and p.is_current and p.form = r.form
where r.is_current and r.scope = 'aggregate' and r.level = 'prefecture'"""
"""A roll-up and each body that it takes in: a county's towns and departments, a prefecture's counties. Found through keys, once for all figures."""
# Whose fault it is comes from the finding: both names are cut out of running words, so that the page is to be looked at first.
_OTHER_AUTHORITY = f"""insert into cross_findings ({_COLUMNS})
select f.report_id, 'other_authority', '', 'fail', f.strength, '[]', null, f.message, json_object('url', r.url, 'title', r.title), f.fault
from findings f join reports r using (report_id) where f.rule = 'body_identity_mismatch' and f.verdict = 'fail' and r.is_current"""
