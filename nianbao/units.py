"""The register of administrative units 2015–2023, and names as published resolved to codes.

Codes are text: 2 digits a province, 4 a prefecture, 6 a county, 9 a township-level unit. The last snapshot is of 2023; a unit seen in it counts as
still existing. A bare town name is never guessed: 城关镇 stands 88 times in the register, so the portal's own county has to say which.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nianbao.errors import UnitsError

LAST_SNAPSHOT = 2023
PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Rows that stand for no place: prefecture codes such as 1101, and the pseudo county 市辖区."""

_GOVERNMENT = re.compile(r"(?:人民政府|政府)?(?:办公室|办公厅|党政办|党政综合办公室)?$|(?<=街道)(?:办事处|办)?$")
_STREET = re.compile(r"街道办事处$|街道办$")
_DISTRICT = re.compile(r"地区办事处$")
_SHORT = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|地区|新区|省|市|县|区|旗|州|盟)$"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit under one name; a renamed unit stands once for each name."""

    code: str
    name: str
    level: str
    """province, prefecture, county or town (all township-level units)."""
    kind: str
    """At town level: town, township, ethnic_township, sumu, subdistrict, or quasi (statistical areas that are no governments)."""
    first_year: int
    last_year: int

    @property
    def parent(self) -> str | None:
        return {9: self.code[:6], 6: self.code[:4], 4: self.code[:2]}.get(len(self.code))

    def existed_in(self, year: int) -> bool:
        return self.first_year <= year and (year <= self.last_year or self.last_year == LAST_SNAPSHOT)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name as published stands for: a code with the reason, or none with the candidates that were left."""

    code: str | None
    name: str | None
    level: str | None
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    unit: Unit
    ancestors: int
    """How many areas above the unit the wording names."""


class Register:
    """All units, by code and by name."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._by_code: dict[str, list[Unit]] = {}
        self._towns: dict[str, list[Unit]] = {}
        self._areas: dict[str, list[Unit]] = {}
        self._children: dict[str, list[str]] = {}
        for unit in units:
            if unit.code not in self._by_code and unit.parent:
                self._children.setdefault(unit.parent, []).append(unit.code)
            self._by_code.setdefault(unit.code, []).append(unit)
            if unit.name not in PLACEHOLDERS:
                index = self._towns if unit.level == "town" else self._areas
                index.setdefault(normal_name(unit.name), []).append(unit)

    def __iter__(self) -> Iterator[Unit]:
        """Every unit once, under its newest name."""
        return map(self.get, self._by_code)

    def has(self, code: str) -> bool:
        """Whether a unit bears this code."""
        return code in self._by_code

    def get(self, code: str, *, year: int | None = None) -> Unit:
        """The unit of this code under its name of that year, or else its newest name. Raises UnitsError."""
        if code not in self._by_code:
            raise UnitsError(f"{code}: no unit of this code in the register of 2015-{LAST_SNAPSHOT}")
        names = sorted(self._by_code[code], key=lambda unit: unit.last_year)
        return next((unit for unit in names if year is not None and unit.existed_in(year)), names[-1])

    def all_names(self, code: str) -> tuple[Unit, ...]:
        """The unit under each name it bore."""
        return tuple(self._by_code[code])

    def children(self, code: str) -> tuple[Unit, ...]:
        """The units directly below, each under every name it bore, in order of code."""
        return tuple(unit for child in sorted(self._children.get(code, ())) for unit in self._by_code[child])

    def ancestors(self, code: str) -> tuple[Unit, ...]:
        """The areas above a unit, province first, without placeholders."""
        codes = [code[:length] for length in (2, 4, 6) if length < len(code)]
        return tuple(unit for above in codes if above in self._by_code and (unit := self.get(above)).name not in PLACEHOLDERS)

    def find(self, name_or_code: str) -> Unit:
        """One area or town for the command line: a code, a full name, or a path such as 资阳市雁江区. Raises UnitsError, naming candidates."""
        if name_or_code.isdecimal():
            return self.get(name_or_code)
        resolution = self.resolve(name_or_code)
        if resolution.code is None:
            named = ", ".join(f"{code} {self.path(code)}" for code in resolution.candidates[:5])
            raise UnitsError(f"{name_or_code}: {resolution.reason}" + (f"; give a code: {named}" if named else ""))
        return self.get(resolution.code)

    def path(self, code: str) -> str:
        """The unit's name behind those of the areas above it: 四川省资阳市雁江区丹山镇."""
        return "".join(unit.name for unit in (*self.ancestors(code), self.get(code)))

    def resolve(self, printed: str, *, within: str | None = None, year: int | None = None) -> Resolution:
        """The unit that a name as published stands for.

        `within` is the division code of the portal's area (512002, 5120, or 512000); `year` picks among names and codes over time. The town stands
        at the end of the wording, and all before it has to be names of its own ancestors in order.
        """
        wording, prefix = _plain(printed), area_prefix(within or "")
        towns = list(self._town_candidates(wording))
        if towns:
            return self._choose(towns, prefix=prefix, year=year)
        areas = list(self._candidates(self._areas, wording))
        if areas:
            return self._choose(areas, prefix=prefix, year=year, areas=True)
        return self._department(wording, prefix)

    def _town_candidates(self, wording: str) -> Iterator[_Candidate]:
        found = list(self._candidates(self._towns, wording))
        governments = [candidate for candidate in found if candidate.unit.kind != "quasi"]
        yield from governments or found

    def _candidates(self, index: Mapping[str, list[Unit]], wording: str) -> Iterator[_Candidate]:
        """Units whose name ends the wording and whose ancestors are what stands before it, longest name first."""
        for start in range(len(wording)):
            units = index.get(normal_name(wording[start:]), ())
            found = [_Candidate(u, n) for u in units if (n := self._explained(wording[:start], u)) is not None]
            if found:
                yield from found
                return

    def _explained(self, before: str, unit: Unit) -> int | None:
        """How many ancestors the text names, in order, or None where something else is left."""
        count = 0
        for above in self.ancestors(unit.code):
            name = next((name for name in _spellings(above.name) if before.startswith(name)), None)
            if name is not None:
                before, count = before[len(name) :], count + 1
        return None if before else count

    def _choose(self, candidates: list[_Candidate], *, prefix: str, year: int | None, areas: bool = False) -> Resolution:
        inside = [c for c in candidates if c.unit.code.startswith(prefix) or (areas and prefix.startswith(c.unit.code))]
        if not inside:
            return Resolution(None, None, None, "no unit of this name in the portal's area", _codes(candidates))
        best = max(c.ancestors for c in inside)
        if not prefix and best == 0 and not areas:
            return Resolution(None, None, None, "a bare town name, and the portal's area is not known", _codes(inside))
        named = [c for c in inside if c.ancestors == best]
        living = [c for c in named if year is not None and c.unit.existed_in(year)] or named
        newest = [c for c in living if c.unit.last_year == max(o.unit.last_year for o in living)]
        if len({c.unit.code for c in newest}) > 1:
            return Resolution(None, None, None, "several units bear this name", _codes(newest))
        unit = newest[0].unit
        how = f"name, {best} areas above it" + (f", within {prefix}" if prefix else "")
        return Resolution(unit.code, unit.name, unit.level, how)

    def _department(self, wording: str, prefix: str) -> Resolution:
        """A body below no area name of its own: 雁江区应急管理局, 县应急管理局."""
        for end in range(len(wording) - 1, 1, -1):
            found = list(self._candidates(self._areas, wording[:end]))
            inside = [c for c in found if c.unit.code.startswith(prefix) or prefix.startswith(c.unit.code)]
            if inside:
                return Resolution(None, wording[end:], "department", f"department of {inside[0].unit.code}", _codes(inside))
        return Resolution(None, None, None, "no unit of this name in the register")


@cache
def register() -> Register:
    """The register of the committed files, read once."""
    return Register([*_areas(), *_towns(), *_overrides()])


def normal_name(name: str) -> str:
    """A unit's name as the register of 2023 writes it: …街道办事处 -> …街道."""
    return _DISTRICT.sub("地区", _STREET.sub("街道", name))


def _plain(printed: str) -> str:
    """The wording without spaces and the word government; what stands in brackets goes in front, where areas stand."""
    squeezed = "".join(printed.split()).replace("（", "(").replace("）", ")")
    outside, lifted = re.sub(r"\([^()]*\)", "", squeezed), "".join(re.findall(r"\(([^()]*)\)", squeezed))
    return lifted + _GOVERNMENT.sub("", outside, count=1)


def area_prefix(code: str) -> str:
    """A division code without the zeros that fill it up: 512000 -> 5120, 510000 -> 51."""
    return re.sub(r"^(\d\d(?:\d\d)*?)(?:00)+$", r"\1", code)


def _spellings(name: str) -> tuple[str, ...]:
    short = _SHORT.sub("", name)
    return (name, short) if len(short) >= 2 else (name,)


def _codes(candidates: Iterable[_Candidate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.unit.code for candidate in candidates))


def reference_file(name: str) -> Path:
    """A file of `data/units`: beside the package when installed, in the checkout otherwise."""
    installed = Path(__file__).parent / "data" / "units" / name
    return installed if installed.exists() else Path(__file__).parents[1] / "data" / "units" / name


def reference_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of `data/units`, gzipped where its name says so."""
    data = reference_file(name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8")
    yield from csv.DictReader(text.splitlines())


def _areas() -> Iterator[Unit]:
    for row in reference_rows("upper_panel.csv.gz"):
        yield Unit(row["code"], row["name"], row["level"], row["level"], int(row["first_year"]), int(row["last_year"]))


def _towns() -> Iterator[Unit]:
    for row in reference_rows("township_panel.csv.gz"):
        yield Unit(row["code9"], row["name"], "town", row["kind"], int(row["first_year"]), int(row["last_year"]))


def _overrides() -> Iterator[Unit]:
    for row in reference_rows("overrides.csv"):
        yield Unit(row["code9"], row["name"], "town", "town", int(row["valid_from"][:4]), LAST_SNAPSHOT)
