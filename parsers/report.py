"""The records that reading a document yields.

Everything here is frozen: a report says what one document says, and a later reading of the same bytes makes a new report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """What a document is; only `report` carries the statutory figures of a unit and year."""

    REPORT = "report"
    TABLES_MISSING = "tables_missing"
    BLANK_FORM = "blank_form"
    INTERPRETATION = "interpretation"
    HALF_YEAR = "half_year"
    GUIDE = "guide"
    WEBSITE_REPORT = "website_report"
    LAW_REPORT = "law_report"
    ATTACHMENT_ONLY = "attachment_only"
    LIST_PAGE = "list_page"
    CHALLENGE_PAGE = "challenge_page"
    SOFT_404 = "soft_404"
    NOT_A_REPORT = "not_a_report"


class State(StrEnum):
    """How a cell was obtained. A value stands only beside `read` and `inferred`."""

    READ = "read"
    INFERRED = "inferred"
    BLANK = "blank"
    MARK = "mark"
    AMBIGUOUS = "ambiguous"
    UNREAD = "unread"


class Verdict(StrEnum):
    """The outcome of a rule: `vacuous` held on zeros or blanks alone, `not_assessable` lacked a term."""

    PASS = "pass"  # noqa: S105 (a verdict)
    FAIL = "fail"
    VACUOUS = "vacuous"
    NOT_ASSESSABLE = "not_assessable"


class Strength(StrEnum):
    """What a failed rule means: the form states it, it follows from a label such as 总计, or it is only implausible otherwise."""

    HARD = "hard"
    STRONG = "strong"
    SOFT = "soft"


class Slip(StrEnum):
    """The one mistake that would explain failed sums: a figure, a row moved by one column, or two neighbours exchanged."""

    FIGURE = "figure"
    SHIFT = "shift"
    SWAP = "swap"


class Scope(StrEnum):
    """Whose business the figures count: the unit's own, or a government's with all bodies below it."""

    OWN = "own"
    AGGREGATE = "aggregate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the archive knows of a document beyond its bytes."""

    content_type: str | None = None
    """The Content-Type header as received; its charset is a hint, never an order."""
    link_title: str | None = None
    """The title printed on the list page that led here; used where the document prints none."""


class Cell(NamedTuple):
    """One figure of the form.

    `value` counts 件 / 项 / 个 as whole numbers and amounts in 万元; it is None in every state but `read` and `inferred`.
    `raw` is the print as found, `place` leads back to it: `line 12` in text, `table 2 row 3 column 4` or `paragraph 8` in HTML.
    """

    value: Decimal | None
    state: State
    raw: str | None = None
    place: str | None = None
    candidates: tuple[Decimal, ...] = ()

    @property
    def doubted(self) -> Cell:
        """The cell with its figure as a candidate only: it was read, but not where it belongs."""
        return self if self.value is None else self._replace(value=None, state=State.AMBIGUOUS, candidates=(self.value,))

    def to_dict(self) -> dict[str, Any]:
        """The cell as the contract prints it; `candidates` only where there are any."""
        out: dict[str, Any] = {"value": plain_number(self.value), "state": str(self.state), "raw": self.raw, "place": self.place}
        if self.candidates:
            out["candidates"] = [plain_number(c) for c in self.candidates]
        return out


UNREAD = Cell(None, State.UNREAD)


@dataclass(frozen=True, slots=True)
class Change:
    """A cell as printed, and what it would have to be; None stands for a blank."""

    key: str
    printed: Decimal | None
    would_be: Decimal | None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One slip that would mend every failed sum of its table and break none; a reading of the error, never a correction."""

    slip: Slip
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """`changes` maps each cell key to its printed and its would-be number."""
        numbers = {c.key: {"printed": plain_number(c.printed), "would_be": plain_number(c.would_be)} for c in self.changes}
        return {"slip": str(self.slip), "changes": numbers}


class Finding(NamedTuple):
    """A rule applied to a report: its verdict, the keys of the cells concerned, and one sentence for a reader.

    `blank_as_zero` is the verdict if the blanks among the terms stood for zero, where that is all that keeps the rule from being
    assessed. `hypotheses` lists the slips that would each explain a fail; one alone is the only explanation of its kind.
    """

    rule: str
    verdict: Verdict
    cells: tuple[str, ...]
    message: str
    strength: Strength = Strength.SOFT
    blank_as_zero: Verdict | None = None
    hypotheses: tuple[Hypothesis, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The finding as the contract prints it, with its strength; the last two fields only where there is something to say."""
        out: dict[str, Any] = {
            "rule": self.rule,
            "verdict": str(self.verdict),
            "cells": list(self.cells),
            "message": self.message,
            "strength": str(self.strength),
        }
        if self.blank_as_zero:
            out["blank_as_zero"] = str(self.blank_as_zero)
        if self.hypotheses:
            out["hypotheses"] = [hypothesis.to_dict() for hypothesis in self.hypotheses]
        return out


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure told in the prose (`topic` such as `requests_received`), with the sentence that tells it and its place.

    Counts are whole numbers, amounts in 万元. A sentence may be about another year, and its number only about right (260余条).
    """

    topic: str
    value: Decimal
    sentence: str
    place: str = ""
    is_current_year: bool = True
    is_approximate: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The fact as the contract prints it."""
        return {
            "topic": self.topic,
            "value": plain_number(self.value),
            "sentence": self.sentence,
            "place": self.place,
            "is_current_year": self.is_current_year,
            "is_approximate": self.is_approximate,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one document says.

    `unit` is the name of the publishing body as read from the title, without the names of the areas above it; `unit_printed` keeps
    the wording; `unit_code` stays None until the units register has confirmed the name. `year` is the year reported on, never the year
    of publication. `period` is the printed first and last day.
    """

    source: str
    sha256: str
    kind: Kind
    form: str | None = None
    title: str | None = None
    unit: str | None = None
    unit_printed: str | None = None
    unit_code: str | None = None
    year: int | None = None
    published_on: date | None = None
    period: tuple[date, date] | None = None
    scope: Scope | None = None
    charset: str | None = None
    cells: Mapping[str, Cell] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    narrative: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `nianbao parse`; dates in ISO form, amounts in 万元."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "kind": str(self.kind),
            "form": self.form,
            "title": self.title,
            "unit": self.unit,
            "unit_printed": self.unit_printed,
            "unit_code": self.unit_code,
            "year": self.year,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "period": [day.isoformat() for day in self.period] if self.period else None,
            "scope": str(self.scope) if self.scope else None,
            "charset": self.charset,
            "cells": {key: cell.to_dict() for key, cell in self.cells.items()},
            "sections": dict(self.sections),
            "narrative": [fact.to_dict() for fact in self.narrative],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def plain_number(value: Decimal | None) -> int | float | None:
    """A Decimal as the JSON number that prints alike: 6 stays 6, 272.13 stays 272.13."""
    if value is None:
        return None
    whole = int(value)
    return whole if whole == value else float(value)
