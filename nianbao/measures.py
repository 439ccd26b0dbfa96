"""Measures as reviewed data: `measures.toml` -> records -> SQL over `requests` and `reviews`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from parsers.forms import forms


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator: the sum of its numerator's cells, divided by that of its denominator's where it has one."""

    key: str
    english: str
    chinese: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    minimum_n: int = 0
    """Below this denominator a share says nothing and is null."""
    caveat: str = ""

    @property
    def is_share(self) -> bool:
        return bool(self.denominator)

    def sql(self) -> str:
        """A query for this measure over current reports, aliases as in `_source`: report_id, measure, value, n."""
        top = _sum(self.numerator)
        if not self.is_share:
            return f"select report_id, '{self.key}' as measure, cast({top} as real) as value, null as n from _figures"
        n = _sum(self.denominator)
        value = f"case when {n} >= {self.minimum_n} and {n} > 0 then 1.0 * ({top}) / ({n}) end"
        return f"select report_id, '{self.key}' as measure, {value} as value, {n} as n from _figures"


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by key, in the order of the file."""
    entries = tomllib.loads((Path(__file__).parent / "measures.toml").read_text("utf-8"))
    return {key: _measure(key, entry) for key, entry in entries.items()}


def _measure(key: str, entry: Mapping[str, Any]) -> Measure:
    cells = {name: tuple(entry.get(name, ())) for name in ("numerator", "denominator")}
    measure = Measure(key=key, **{**entry, **cells})
    known = {cell for form in forms().values() for cell in form.cell_keys}
    unknown = [cell for cell in measure.numerator + measure.denominator if cell not in known]
    if unknown:
        raise ValueError(f"measures.toml: [{key}]: {unknown[0]} is no cell of any form")
    return measure


def figures_sql(of: Iterable[Measure]) -> str:
    """The figures that measures need, one row a current report: a column for each cell key."""
    keys = sorted({key for measure in of for key in measure.numerator + measure.denominator})
    columns = ",\n    ".join(f"{_column(key)} as [{key}]" for key in keys)
    channels = "\n".join(
        f"    left join reviews as {channel} on {channel}.report_id = r.report_id and {channel}.channel = '{channel}'"
        for channel in ("review", "litigation_direct", "litigation_after_review")
    )
    return (
        f"select r.report_id,\n    {columns}\n  from reports r\n"
        f"    join requests as total on total.report_id = r.report_id and total.applicant = 'total'\n{channels}\n  where r.is_current"
    )


def _column(key: str) -> str:
    """`t3.granted.total` -> total.granted; `t4.review_upheld` -> review.upheld."""
    table, _, rest = key.partition(".")
    if table == "t4":
        channel, _, result = rest.rpartition("_")
        return f"{channel}.[{result}]"
    row, _, applicant = rest.partition(".")
    if applicant != "total":
        raise ValueError(f"{key}: measures use the column 总计 of table 三")
    return f"total.[{row}]"


def _sum(keys: Iterable[str]) -> str:
    """A sum that is null as soon as one term is: what was not read is never counted as zero."""
    return " + ".join(f"[{key}]" for key in keys)
