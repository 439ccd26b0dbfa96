"""What a claim needs of the data. Each raises ClaimError, loudly and by name, where the data cannot carry it; notebooks ask before they draw."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nianbao.errors import ClaimError

NAMED = 8
"""Units that a message names."""


def enough_coverage(found: pd.DataFrame, *, at_least: float = 0.8, level: str = "town") -> str:
    """How many of the units that should have reported have a report, in words: `21 of 22`. `found` is a frame of `coverage`, the share is taken in each year.

    Raises ClaimError for a year below `at_least` (0 to 1), naming units without a report, and where nothing was expected at all.

    >>> enough_coverage(coverage(db, "512002", year=2022))
    '22 of 22'
    """
    units = found[found["level"] == level]
    if units.empty:
        raise ClaimError(f"no {level} was expected to report: there is nothing to compare")
    for year, of in units.groupby("year"):
        lacking = of[of["report_id"].isna()]
        share = 1 - len(lacking) / len(of)
        if share < at_least:
            raise ClaimError(
                f"{year}: {len(of) - len(lacking)} of {len(of)} reports were found ({share:.0%}, needed are {at_least:.0%}); without: {_listed(lacking['unit'])}"
            )
    return f"{int(units['report_id'].notna().sum())} of {len(units)}"


def one_edition(found: pd.DataFrame) -> str:
    """The one edition of the form on which all years of a frame with `year` and `form` were printed.

    Raises ClaimError where there are several: a difference may then be one of the form. Numbers that mean the same on both are named by `measure_definitions`.

    >>> one_edition(panel(db, "512002", year=2022, named=["requests"]))
    'e2021'
    """
    editions = found.dropna(subset=["form"]).groupby("form")["year"].agg(["min", "max"])
    if len(editions) != 1:
        spans = ", ".join(f"{form} {of['min']}-{of['max']}" for form, of in editions.iterrows()) or "none"
        raise ClaimError(f"the form changed within these years: {spans}; take the years of one edition")
    return str(editions.index[0])


def enough_values(found: pd.DataFrame, column: str = "value", *, at_least: int = 5) -> str:
    """How many rows of a frame have a figure, in words: `20 of 22`. Raises ClaimError below `at_least`, naming units without one.

    >>> enough_values(panel(db, "512002", year=2022, named=["requests"]))
    '22 of 22'
    """
    lacking = found[found[column].isna()]
    if len(found) - len(lacking) < at_least:
        names = lacking["unit"] if "unit" in lacking else pd.Series(dtype="str")
        raise ClaimError(
            f"{column}: {len(found) - len(lacking)} of {len(found)} have a figure, needed are {at_least}; without: {_listed(names)}"
        )
    return f"{len(found) - len(lacking)} of {len(found)}"


def enough_cases(n: float | int | None, *, at_least: int, of: str) -> int:
    """The number of cases behind a share or a sum. Raises ClaimError below `at_least`, or where it is not known; `of` says of what.

    >>> enough_cases(109, at_least=30, of="requests concluded")
    109
    """
    if n is None or pd.isna(n) or n < at_least:
        raise ClaimError(f"{of}: n = {'not known' if n is None or pd.isna(n) else int(n)}, needed are {at_least}")
    return int(n)


def _listed(names: Sequence[str] | pd.Series[str]) -> str:
    found = list(dict.fromkeys(map(str, names)))
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return ("、".join(found[:NAMED]) or "none") + more
