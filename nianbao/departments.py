"""Departments of counties and cities: what a body is for, in one word that is the same everywhere.

教育和体育局, 教体局 and 教育体育局 are one function, 教育体育. Names and functions stand in the reviewed file `data/units/functions.csv`; a body that it does not
have keeps its name and has no function.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Protocol

from nianbao.unitfiles import reference_rows

_ENDING = re.compile(r"(?:管理委员会|委员会|办公室|管委会|执法大队|大队|支队|分局|总局|中心|局|办|委|厅|处|会)$")
_JOINING = re.compile(r"[和与及、·]")


class Found(Protocol):
    """What of a resolution is needed here."""

    @property
    def level(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def candidates(self) -> tuple[str, ...]: ...


def department_code(found: Found) -> str | None:
    """The area's code, a colon and the department's name; None where the area is not settled or it is no department."""
    if found.level != "department" or not found.name or len(found.candidates) != 1:
        return None
    return f"{found.candidates[0]}:{found.name}"


def function_of(name: str) -> str | None:
    """The function of a body by its name without its area: 教育和体育局 -> 教育体育; None for one that the reviewed file does not have."""
    known = _functions()
    stem = _JOINING.sub("", name)
    while stem:
        if stem in known:
            return known[stem]
        shorter = _ENDING.sub("", stem)
        if shorter == stem:
            return None
        stem = shorter
    return None


@cache
def _functions() -> Mapping[str, str]:
    """Name without ending and joining words -> function, the function itself included."""
    found: dict[str, str] = {}
    for row in reference_rows("functions.csv"):
        for name in (row["function"], *row["names"].split()):
            if found.setdefault(name, row["function"]) != row["function"]:
                raise ValueError(f"functions.csv: {name} stands under {found[name]} and {row['function']}")
    return found
