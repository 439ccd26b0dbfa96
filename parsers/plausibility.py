"""What is lawful arithmetic and yet unlikely: the plausibility rules of `forms.json`, each a soft finding where it applies.

None of them touches a figure. A rule that does not apply to a report, or for which the page says too little, leaves no finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from parsers import messages
from parsers.forms import Form
from parsers.numerals import squeeze
from parsers.report import Cell, Finding, State, Verdict
from parsers.title import unit_name

_NO_RULEMAKING = re.compile(r"(?:县|旗|(?<!自治)(?<!政)区|镇|乡|苏木|街道)$")
"""Names of counties, districts and what is below them, which make no 规章; a 市 may be of either kind, so nothing is said of it."""
_ISSUER = re.compile(r"(?:本报告|年度报告|年报)?由(?P<issuer>[一-鿿]{2,30}?)(?:根据|依据|依照|按照|负责|组织|编制|编写)")
_COMPILED = re.compile(r"编制|编写")
_GENERIC = re.compile(
    r"人民政府|政府|党政|办公室|办公厅|办事处|委员会|街道|自治|民族|信息|公开|本机关|本单位|[我本省市州盟县区旗镇乡局厅委办]"
)


def implausible(form: Form, cells: Mapping[str, Cell], *, unit: str | None, texts: Iterable[str]) -> Iterator[Finding]:
    """The findings that apply; `unit` is the publishing body as the title words it, `texts` the page's runs of text."""
    yield from _rules_without_power(form, cells, unit)
    yield from _only_totals(form, cells)
    yield from _other_body(unit, texts)


def _rules_without_power(form: Form, cells: Mapping[str, Cell], unit: str | None) -> Iterator[Finding]:
    """规章 are made by ministries, provinces, cities with districts and autonomous prefectures; townships print them by mistake."""
    keys = _rules(form)
    if not keys or unit is None or not _NO_RULEMAKING.search(unit_name(unit)):
        return
    verdict = _of_zeros([cells[key] for key in keys])
    message = {
        Verdict.FAIL: messages.NO_POWER.format(unit=unit_name(unit), figures=", ".join(str(cells[key].value) for key in keys)),
        Verdict.VACUOUS: messages.ALL_ZERO,
    }
    yield Finding("township_rules_nonzero", verdict, keys, message.get(verdict, messages.RULES_NOT_KNOWN))


@cache
def _rules(form: Form) -> tuple[str, ...]:
    return tuple(key for key in form.cell_keys if key.startswith("t2_1.rules."))


def _of_zeros(cells: Sequence[Cell]) -> Verdict:
    if any(cell.value for cell in cells):
        return Verdict.FAIL
    return Verdict.VACUOUS if all(cell.value == 0 or cell.state is State.BLANK for cell in cells) else Verdict.NOT_ASSESSABLE


def _only_totals(form: Form, cells: Mapping[str, Cell]) -> Iterator[Finding]:
    """All kinds of applicant blank and the totals filled: sound perhaps, but no sum over applicants says anything."""
    table = next((table for table in form.tables if table.id == "t3"), None)
    if table is None:
        return
    rows = [table.keys_of(row) for row in table.rows]
    parts = [cells[key].state for keys in rows for key in keys[:-1]]
    totals = tuple(keys[-1] for keys in rows)
    if set(parts) == {State.BLANK} and any(cells[key].value is not None for key in totals):
        yield Finding("only_total_filled", Verdict.NOT_ASSESSABLE, totals, messages.ONLY_TOTALS)


def _other_body(unit: str | None, texts: Iterable[str]) -> Iterator[Finding]:
    """The body that the text says compiled the report, against the title's; told only where both name something."""
    own = _stems(unit or "")
    issuer = next(_issuers(texts), None) if own else None
    if issuer is None:
        return
    same = bool(own & _stems(issuer))
    message = messages.OTHER_BODY.format(unit=unit, issuer=issuer)
    yield Finding("body_identity_mismatch", Verdict.PASS if same else Verdict.FAIL, (), message)


def _issuers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if "由" in text and _COMPILED.search(text):
            match = _ISSUER.search(squeeze(text))
            if match and _stems(match["issuer"]):
                yield match["issuer"]


def _stems(name: str) -> frozenset[str]:
    """Pairs of neighbouring characters that are no word for an office or an area: 面甸镇人民政府 -> 面甸."""
    parts = _GENERIC.split(squeeze(name))
    return frozenset(part[at : at + 2] for part in parts for at in range(len(part) - 1))
