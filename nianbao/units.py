"""The register of administrative units 2015–2023, and names as published resolved to codes.

Codes are text: 2 digits a province, 4 a prefecture, 6 a county, 9 a township-level unit. The last snapshot is of 2023; a unit seen in it counts as
still existing. A bare town name is never guessed: 城关镇 stands 88 times in the register, so the portal's own county has to say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nianbao.errors import UnitsError
from nianbao.unitchanges import changed, unit_changes
from nianbao.unitfiles import LAST_SNAPSHOT, Unit, snapshot_units

PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Rows that stand for no place: prefecture codes such as 1101, and the pseudo county 市辖区."""

_GOVERNMENT = re.compile(r"(?:人民政府|政府)?(?:办公室|办公厅|党政办|党政综合办公室)?$|(?<=街道)(?:办事处|办)?$")
_COMMITTEE = re.compile(r"(?:党工委)?(?:管理委员会|管委会)$")
_STREET = re.compile(r"街道办事处$|街道办$")
_DISTRICT = re.compile(r"地区办事处$")
_SHORT = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|地区|新区|省|市|县|区|旗|州|盟)$"
)

BODY = re.compile(
    r"(?:局|厅|委员会|委|办公室|办|中心|支队|大队|分局|管委会|管理处|公司|医院|学校|联合会|社|工会|联|协会|馆|院|站|所|室)$"
)
"""How the names of bodies that are no governments end."""
_OWN_AREA = re.compile(r"本?(?P<kind>[县市区旗])(?=.{2})")
"""What stands for the area's name where its own portal names a body: 县应急管理局."""


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
    before: int
    """How many characters stand before its name."""

    @property
    def rank(self) -> int:
        """Governments of towns come before areas, and behind both what may bear the name of a county: statistical areas (东城区, 411002570), and the one town of a county
        without any (金门县, 350527000)."""
        if self.unit.level != "town":
            return 1
        return 2 if self.unit.kind == "quasi" or self.unit.code.endswith("000") else 0


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

    def is_place(self, code: str) -> bool:
        """Whether a unit bears this code and is no placeholder."""
        return code in self._by_code and self.get(code).name not in PLACEHOLDERS

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
        return tuple(self.get(above) for above in codes if self.is_place(above))

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
        wordings = (wording, _COMMITTEE.sub("", wording), _without_government(_squeezed(printed)))
        found = next((named for words in wordings if (named := self._units_named(words))), [])
        if not found:
            return self._department(wording, prefix)
        inside = [candidate for candidate in found if _is_inside(candidate.unit, prefix)]
        if not inside:
            return Resolution(None, None, None, "no unit of this name in the portal's area", _codes(found))
        return _choose(inside, prefix=prefix, year=year)

    def _units_named(self, wording: str) -> list[_Candidate]:
        return [*self._candidates(self._towns, wording), *self._candidates(self._areas, wording)]

    def _candidates(self, index: Mapping[str, list[Unit]], wording: str) -> list[_Candidate]:
        """Units whose name ends the wording and whose ancestors are what stands before it."""
        named = normal_name(wording)
        units = ((named[:start], unit) for start in range(len(named)) for unit in index.get(named[start:], ()))
        counted = ((before, unit, _named(before, self.ancestors(unit.code))) for before, unit in units)
        return [_Candidate(unit, count, len(before)) for before, unit, count in counted if count is not None]

    def _department(self, wording: str, prefix: str) -> Resolution:
        """A body of an area: 雁江区应急管理局, or on the portal of a county 县应急管理局. What is no name of a body is left open: a town that the register does not have
        is no department."""
        for end in range(len(wording) - 1, 1, -1):
            found = [c for c in self._candidates(self._areas, wording[:end]) if _is_inside(c.unit, prefix)]
            if found and BODY.search(wording[end:]):
                return _department_of(_codes(found), wording[end:])
        if (area := self._own_area(wording, prefix)) and BODY.search(name := _OWN_AREA.sub("", wording, count=1)):
            return _department_of((area,), name)
        return Resolution(None, None, None, "no unit of this name in the register")

    def _own_area(self, wording: str, prefix: str) -> str | None:
        """The portal's county where a body's name begins with no area, or with the word for one of its kind; of a city's portal 市 has to stand there."""
        if prefix not in self._by_code or len(prefix) < 4:
            return None
        own = _OWN_AREA.match(wording)
        if own is None:
            return prefix if len(prefix) == 6 else None
        return prefix if self.get(prefix).name.endswith(own["kind"]) else None


def _named(before: str, ancestors: Sequence[Unit]) -> int | None:
    """How many of the areas a text names at most, in order, each in full or short or not at all; None where something else is left."""
    if not before:
        return 0
    if not ancestors:
        return None
    above, *below = ancestors
    counts = [_named(before, below)]
    for name in _spellings(above.name):
        if before.startswith(name) and (rest := _named(before[len(name) :], below)) is not None:
            counts.append(rest + 1)
    return max((count for count in counts if count is not None), default=None)


def _is_inside(unit: Unit, prefix: str) -> bool:
    """Whether a unit is in the portal's area, or an area around it."""
    return unit.code.startswith(prefix) or (unit.level != "town" and prefix.startswith(unit.code))


def _department_of(codes: tuple[str, ...], name: str) -> Resolution:
    if len(codes) > 1:
        return Resolution(None, name, "department", "several areas bear this name", codes)
    return Resolution(None, name, "department", f"department of {codes[0]}", codes)


def _choose(inside: list[_Candidate], *, prefix: str, year: int | None) -> Resolution:
    """The one with the longest name, that names most areas, under the name of the year, in the newest snapshot; a bare town name needs the portal's area."""
    inside = [c for c in inside if year is not None and c.unit.existed_in(year)] or inside
    first = min((c.rank, c.before) for c in inside)
    longest = [c for c in inside if (c.rank, c.before) == first]
    best = max(c.ancestors for c in longest)
    if not prefix and best == 0 and longest[0].unit.level == "town":
        return Resolution(None, None, None, "a bare town name, and the portal's area is not known", _codes(longest))
    named = [c for c in longest if c.ancestors == best]
    newest = [c for c in named if c.unit.last_year == max(o.unit.last_year for o in named)]
    unit = min((c.unit for c in newest), key=lambda unit: len(unit.code))
    # A city without counties stands twice in the register (东莞市: 4419 and 441900).
    if not all(c.unit.code.startswith(unit.code) for c in newest):
        return Resolution(None, None, None, "several units bear this name", _codes(newest))
    how = f"name, {best} areas above it" + (f", within {prefix}" if prefix else "")
    return Resolution(unit.code, unit.name, unit.level, how)


@cache
def register() -> Register:
    """The register of the committed files, read once."""
    return Register(changed(snapshot_units(), unit_changes()))


def normal_name(name: str) -> str:
    """A unit's name as the register of 2023 writes it: …街道办事处 -> …街道."""
    return _DISTRICT.sub("地区", _STREET.sub("街道", _squeezed(name)))


def _plain(printed: str) -> str:
    """The wording without spaces and the word government; what stands in brackets goes in front, where areas stand."""
    squeezed = _squeezed(printed)
    outside, lifted = re.sub(r"\([^()]*\)", "", squeezed), "".join(re.findall(r"\(([^()]*)\)", squeezed))
    return lifted + _without_government(outside)


def _squeezed(printed: str) -> str:
    return "".join(printed.split()).replace("（", "(").replace("）", ")")


def _without_government(wording: str) -> str:
    return _GOVERNMENT.sub("", wording, count=1)


def area_prefix(code: str) -> str:
    """A division code without the zeros that fill it up: 512000 -> 5120, 510000 -> 51."""
    return re.sub(r"^(\d\d(?:\d\d)*?)(?:00)+$", r"\1", code)


def _spellings(name: str) -> tuple[str, ...]:
    short = _SHORT.sub("", name)
    return (name, short) if len(short) >= 2 else (name,)


def _codes(candidates: Iterable[_Candidate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.unit.code for candidate in candidates))
