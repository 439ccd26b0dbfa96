"""Measures as reviewed data: `measures.toml` -> records that compute a value and its n from the figures of one report."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from nianbao.cellkeys import all_cell_keys

Figures = Mapping[str, Decimal | None]
NEWER_FORMS = ("e2019", "e2021")
SHARED_SERIES = "2019"
"""The name of the series that e2019 and e2021 make together."""
MINIMUM_N = 5


@dataclass(frozen=True, slots=True)
class Value:
    """What a measure comes to: the value, and of a share its denominator; both None where a term has no figure."""

    value: Decimal | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator: the sum of its numerator's terms, divided by that of its denominator's where it has one."""

    key: str
    english: str
    chinese: str
    formula: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    numerator_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Terms of single editions, instead of `numerator`."""
    denominator_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    editions: tuple[str, ...] = NEWER_FORMS
    same_series: tuple[str, ...] = ()
    """Editions comparable with e2019 and e2021."""
    minimum_n: int = 0
    """Below this denominator a share says nothing and is null."""
    proper: bool = True
    """Whether a share is a part of a whole."""
    unit: str = "件"
    caveat: str = ""
    chinese_caveat: str = ""
    source: str = ""
    """Of a fact about the report, where the regulation speaks of it; of sums the dictionary knows by their cells."""

    @property
    def is_share(self) -> bool:
        return bool(self.denominator)

    def terms(self, form: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Numerator and denominator on this edition."""
        return self.numerator_by.get(form, self.numerator), self.denominator_by.get(form, self.denominator)

    def keys(self, form: str) -> tuple[str, ...]:
        """What it is made of on this edition, cells or a fact, those taken off among them."""
        return tuple(key for side in self.terms(form) for key, _ in signed(side))

    def series(self, form: str) -> str:
        """Editions with the same series may be subtracted from each other."""
        return SHARED_SERIES if form in NEWER_FORMS or form in self.same_series else form

    def of(self, figures: Figures, form: str) -> Value:
        """Its value for a report with these figures, by cell key or name of fact."""
        top, bottom = (_sum(keys, figures) for keys in self.terms(form))
        if not self.is_share:
            return Value(top, None)
        if top is None or bottom is None:
            return Value(None, None if bottom is None else int(bottom))
        return Value(self._share(top, bottom), int(bottom))

    def _share(self, top: Decimal, bottom: Decimal) -> Decimal | None:
        if bottom <= 0 or bottom < self.minimum_n:
            return None
        share = top / bottom
        return None if self.proper and not 0 <= share <= 1 else share


@cache
def measures() -> Mapping[str, Measure]:
    """All measures by key, in the order of the file."""
    entries = tomllib.loads(_data("measures.toml"))
    return {key: _measure(key, entry) for key, entry in entries.items()}


@cache
def measure_numbers() -> Mapping[str, int]:
    """The number of each measure in the database."""
    return {key: number for number, key in enumerate(measures(), 1)}


def measured(figures: Figures, form: str) -> dict[str, Value]:
    """The value of every measure that exists on the edition."""
    return {measure.key: measure.of(figures, form) for measure in _of_edition(form)}


@cache
def _of_edition(form: str) -> Sequence[Measure]:
    return [measure for measure in measures().values() if form in measure.editions]


def _measure(key: str, entry: Mapping[str, Any]) -> Measure:
    words = {name: value for name, value in entry.items() if name not in _SPECIAL}
    measure = Measure(
        key=key,
        **words,
        numerator_by=_by_edition(entry.get("numerator_by", {})),
        denominator_by=_by_edition(entry.get("denominator_by", {})),
        numerator=tuple(entry.get("numerator", [entry["fact"]] if "fact" in entry else ())),
        denominator=tuple(entry.get("denominator", [entry["per"]] if "per" in entry else ())),
        editions=tuple(entry.get("editions", (*NEWER_FORMS, *entry.get("numerator_by", ())))),
        same_series=tuple(entry.get("same_series", ())),
        minimum_n=entry.get("minimum_n", MINIMUM_N if "denominator" in entry else 0),
        unit=entry.get("unit", "share" if "denominator" in entry or "per" in entry else "件"),
    )
    if "fact" not in entry:
        check_terms(measure)
    return measure


def _by_edition(entry: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return {form: tuple(keys) for form, keys in entry.items()}


_SPECIAL = frozenset(
    {
        "numerator",
        "denominator",
        "numerator_by",
        "denominator_by",
        "editions",
        "same_series",
        "minimum_n",
        "unit",
        "fact",
        "per",
    }
)


def check_terms(measure: Measure) -> None:
    """Raises ValueError where a term is no cell of any form, or where columns meet that `apart.toml` keeps apart."""
    terms = {key.lstrip("-") for form in measure.editions for keys in measure.terms(form) for key in keys}
    unknown = sorted(terms - all_cell_keys())
    if unknown:
        raise ValueError(f"measures.toml: [{measure.key}]: {unknown[0]} is no cell of any form")
    for sides, why in apart():
        if sum(bool(terms & side) for side in sides) > 1:
            raise ValueError(f"measures.toml: [{measure.key}]: {', '.join(sorted(terms))} never meet: {why}")


@cache
def apart() -> Sequence[tuple[tuple[frozenset[str], ...], str]]:
    """The cells that never meet in one series, side against side, and why."""
    entries = tomllib.loads(_data("apart.toml"))["apart"]
    return [(tuple(map(frozenset, entry["sides"])), entry["why"]) for entry in entries]


def _data(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")


def _sum(keys: tuple[str, ...], figures: Figures) -> Decimal | None:
    """A sum that is None as soon as one term is: what was not read is never counted as zero."""
    total = Decimal(0)
    for key, subtracted in signed(keys):
        value = figures.get(key)
        if value is None:
            return None
        total += -value if subtracted else value
    return total


@cache
def signed(keys: tuple[str, ...]) -> Sequence[tuple[str, bool]]:
    """Each term without its sign, and whether it is subtracted: worked out once, asked for every report."""
    return [(key.lstrip("-"), key.startswith("-")) for key in keys]


def all_digits(value: float, *, grouped: bool = False) -> str:
    """A figure with all its digits and no exponent: 4512.504079, 1234567; grouped 1,234,567."""
    return format(Decimal(str(value)).normalize() + 0, ",f" if grouped else "f")
