"""Where the reports of a unit go over to another edition of the form: one answer for the site and for `nianbao.compare`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise


def edition_breaks(forms: Mapping[int, str]) -> frozenset[int]:
    """The years whose report is on another edition than the report before it, of whichever year: one that is missing hides no break.

    `forms` has the edition of each year with a report on a known one.
    """
    return frozenset(year for (_, before), (year, form) in pairwise(sorted(forms.items())) if form != before)
