"""What the rules say of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from nianbao.compare.frames import area_of, frame, opened, unit_of
from nianbao.errors import CompareError

VERDICTS = ("fail", "pass", "vacuous", "not_assessable")


def findings(
    db: Path,
    of: str | None = None,
    *,
    years: Sequence[int] | None = None,
    rule: str | None = None,
    verdicts: Sequence[str] = ("fail",),
) -> pd.DataFrame:
    """The rules applied to reports in use, with their verdicts; failed ones of all reports by default.

    `of` is an area or a unit, by code or name; `rule` a rule's name or the beginning of one (`t3.`). One row a report and rule. Columns: unit_code,
    unit, year, rule, strength (hard: stated on the form; strong: follows from a label; soft: practice may differ), verdict, message, cells (JSON),
    report_id, url. The published figures stay as they are. Source: the table `findings`. Raises CompareError for an area or unit that is not there,
    DatabaseError.

    >>> findings(db, "512002", years=[2022])["verdict"].unique().tolist()
    ['fail']
    """
    data = opened(db)
    where, parameters = ["r.is_current"], list[str | int]()
    if of is not None:
        where.append("r.unit_code like ?")
        parameters.append(_pattern(db, of))
    for column, values in (("r.year", years), ("f.verdict", verdicts)):
        if values is not None:
            where.append(f"{column} in ({','.join('?' * len(values))})")
            parameters += list(values)
    if rule is not None:
        where.append("f.rule glob ?")
        parameters.append(f"{rule}*")
    sql = (
        "select r.unit_code, r.unit, r.year, f.rule, f.strength, f.verdict, f.message, f.cells, r.report_id, r.url"  # noqa: S608
        f" from findings f join reports r using (report_id) where {' and '.join(where)} order by r.year, r.unit_code, f.rule"
    )
    return frame(data, sql, parameters)


def _pattern(db: Path, of: str) -> str:
    """A pattern for the codes of an area with all below it, or of one unit."""
    data = opened(db)
    try:
        return area_of(data, of, db).code + "%"
    except CompareError:
        return unit_of(data, of, db)[0]


def across(db: Path, of: str | None = None, *, rule: str | None = None, verdicts: Sequence[str] = ("fail",)) -> pd.DataFrame:
    """The rules across reports: year against year, a county's roll-up against its bodies, copied prose; failed ones of all reports by default.

    `of` is an area or a unit, `rule` a rule's name or the beginning of one (`copied_narrative`, `t3.xyear`). One row a report and rule. Columns:
    unit_code, unit, year, rule, strength, verdict, message, other_unit and other_year (of the report it was held against; missing for a roll-up), share
    (0 to 1, of copied prose), fault (`source`: the pages say so; `reading`: look at the page first), report_id, other_report_id. Source: the table
    `cross_findings`. Raises CompareError for an area or unit that is not there, DatabaseError.

    >>> across(db, "512002", rule="t3.xyear_carry.total")[["unit", "year", "message"]].head(1).to_dict("records")
    [...]
    """
    data = opened(db)
    where, parameters = ["r.is_current", f"c.verdict in ({','.join('?' * len(verdicts))})"], list[str | int](verdicts)
    if of is not None:
        where.append("r.unit_code like ?")
        parameters.append(_pattern(db, of))
    if rule is not None:
        where.append("c.rule glob ?")
        parameters.append(f"{rule}*")
    sql = (
        "select r.unit_code, r.unit, r.year, c.rule, c.strength, c.verdict, c.message, o.unit as other_unit, o.year as other_year, c.share, c.fault,"  # noqa: S608
        " r.report_id, c.other_report_id from cross_findings c join reports r using (report_id) left join reports o on o.report_id = c.other_report_id"
        f" where {' and '.join(where)} order by r.year, r.unit_code, c.rule"
    )
    return frame(data, sql, parameters)
