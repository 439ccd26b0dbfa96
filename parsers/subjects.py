"""Whose count a clause tells: the report's own body, or another one or a class of bodies that its report sums up.

A county's report names its bureaus one after the other (区教育局收到3件，区民政局收到2件); none of these numbers is the county's. A report that names its own
body in full (县水务局收到3件) tells its own.
"""

from __future__ import annotations

import re

_LEADING = r"^(?:(?:19|20)\d\d年度?|[本今全]年度?|其中|截[至止][^,]*|[\(\)“”、])*"
_OWN = r"(?:我|本|全|该|各|以|由|对|向|在|按|按照|根据|经|为|与|同|通过|依托|指导|协助)"
_AREA = r"[省市州盟县区旗镇乡]"
_OFFICE = r"(?:委员会|办公室|办公厅|分局|支队|大队|中心|局|委|办|厅)"
_BODY = re.compile(rf"{_LEADING}(?!{_OWN})(?P<body>[一-鿿]{{0,8}}?{_AREA}[一-鿿]{{1,12}}?{_OFFICE}|[一-鿿]{{2,8}}?(?:局|委))")
_CLASS = re.compile(
    r"(?<![、和及与])(?<![、和及与]各)(?:各|\d+个|[一二三四五六七八九十]+个)(?>乡镇|镇街|镇乡|街道|乡|镇|部门|科室|股室|村)(?:\([^)]*\))?(?![、和及与])"
)
_BELOW = re.compile(r"(?<![、和及与])(?:下属|所属|下辖)(?!.*[、和及与])")
_GENERIC = re.compile(r"人民政府|政府|办公室|办公厅|委员会|街道|[省市州盟县区旗镇乡局委厅办处和与及]")
_GOVERNMENT_OFFICE = re.compile(r"政府办|办公室|办公厅")


def is_of_another_body(clause: str, unit: str | None) -> bool:
    """Whether the clause in front of a figure has another body than `unit` as its subject, or all bodies of one kind."""
    if _CLASS.search(clause) or _BELOW.search(clause):
        return True
    match = _BODY.match(clause)
    return match is not None and unit is not None and not _is_own(match["body"], unit)


def _is_own(body: str, unit: str) -> bool:
    """Whether one name may be the other's short form (县发改局, 发展和改革局)."""
    if re.search("[我本]", body):
        return True
    named, own = _characters(body), _characters(unit)
    if not named:
        return not _GOVERNMENT_OFFICE.search(body) or _GOVERNMENT_OFFICE.search(unit) is not None
    return named <= own or (bool(own) and own <= named)


def _characters(name: str) -> set[str]:
    return set(_GENERIC.sub("", name))
