"""Figures as the pages print them, each with the way to its place on the archived page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nianbao.measures import Measure, all_digits, measures
from nianbao.overrides import Override

MISSING = "–"
MAIN = (
    "requests",
    "concluded",
    "granted",
    "partially_granted",
    "refused",
    "not_held",
    "carried_forward",
    "reviews",
    "review_corrections",
    "lawsuits",
    "disclosure_rate_broad",
)
"""The measures of a county's table; the other groups are a click away."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "main": MAIN,
    "handling": (
        "requests",
        "carried_in",
        "caseload",
        "granted",
        "partially_granted",
        "refused",
        "not_held",
        "unavailable",
        "not_processed",
        "other_handling",
        "concluded",
        "carried_forward",
    ),
    "shares": (
        "disclosure_rate_broad",
        "disclosure_rate_strict",
        "refusal_rate",
        "not_held_share",
        "disposal_rate",
        "carry_over_share",
        "contest_rate",
    ),
    "refusals": tuple(name for name in measures() if name.startswith("refused")),
    "refusal_shares": tuple(name for name in measures() if name.startswith("refusal_share")),
    "contests": (
        "reviews",
        "review_corrections",
        "review_correction_rate",
        "lawsuits",
        "litigation_losses",
        "litigation_loss_rate",
    ),
    "disclosure": (
        "normative_documents_made",
        "normative_documents_issued",
        "normative_documents_in_force",
        "normative_documents_disclosed",
        "licence_decisions",
        "penalty_decisions",
        "fees_charged",
        "procurement_amount",
    ),
    "reporting": ("days_after_31_january", "days_after_31_march", "report_completeness"),
}
"""The measures in tables of a width that can be read and loaded; a test holds that none is left out."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as printed on a page: its text, where its evidence is (none where there is no report), and the states behind it that are not `read`.

    `corrections` are those of its cells; none is in the value. `is_cell` where the value is that of one cell.
    """

    text: str
    href: str | None = None
    states: tuple[str, ...] = ()
    n: int | None = None
    corrections: tuple[Override, ...] = ()
    is_cell: bool = False


def main_measures() -> list[str]:
    """Those of MAIN that are defined, in order."""
    return [name for name in MAIN if name in measures()]


def number(value: float | int | None, *, is_share: bool = False) -> str:
    """A value for people; a dash where there is none, never 0."""
    if value is None:
        return MISSING
    if is_share:
        return f"{value:.0%}"
    return all_digits(value, grouped=True)


def measure_href(report_id: str, measure: Measure) -> str:
    """The page of the one cell behind a measure, or the page with the sum of its cells."""
    if is_one_cell(measure):
        return cell_href(report_id, measure.numerator[0])
    return f"/report/{report_id}/measure/{measure.key}"


def is_one_cell(measure: Measure) -> bool:
    """Whether a measure is the figure of one cell, and no sum or share."""
    return len(measure.numerator) == 1 and not measure.denominator


def cell_href(report_id: str, key: str) -> str:
    """The archived page with this cell marked, scrolled to it."""
    return f"/report/{report_id}/cell/{key}#marked"


def figure(
    row: Mapping[str, object], states: Mapping[tuple[str, str], str], overrides: Mapping[tuple[str, str], Override]
) -> Figure:
    """The figure of a row of the view `comparison`, as published, with the corrections of its cells."""
    measure = measures()[str(row["measure"])]
    report, value, n = str(row["report_id"]), row["value"], row["n"]
    keys = measure.keys(str(row["form"]))
    return Figure(
        number(value, is_share=measure.is_share),  # type: ignore[arg-type]
        measure_href(report, measure),
        distinct(states.get((report, key)) for key in keys),
        n if isinstance(n, int) else None,
        tuple(overrides[report, key] for key in keys if (report, key) in overrides),
        is_one_cell(measure),
    )


def distinct(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({state for state in found if state}))
