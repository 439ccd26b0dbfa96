"""Documents from files to reports whose publishing body is found in the units register."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from nianbao.errors import DocumentError
from nianbao.units import register
from parsers import Context, Kind, Report, parse_report

REASONS = {
    Kind.TABLES_MISSING: "a report without its tables: they are pictures, attachments, or were lost",
    Kind.BLANK_FORM: "a blank form: labels without a single figure",
    Kind.INTERPRETATION: "an explanation of a report (图解, 解读), not the report",
    Kind.HALF_YEAR: "figures of a part of the year",
    Kind.GUIDE: "a guide to open government information (公开指南)",
    Kind.WEBSITE_REPORT: "the yearly report of a government web site",
    Kind.LAW_REPORT: "the yearly report on law-based government (法治政府建设)",
    Kind.ATTACHMENT_ONLY: "a page whose report is attached to it as a file",
    Kind.LIST_PAGE: "a list of reports, not one of them",
    Kind.CHALLENGE_PAGE: "a challenge in place of the page: the portal has not let the crawler in",
    Kind.SOFT_404: "a page that says it does not exist",
    Kind.NOT_A_REPORT: "not an annual report: no table of the statutory form and no headings of one",
}


STANDARD_INPUT = Path("-")


def files(path: Path) -> list[Path]:
    """The file itself, every visible file below a folder in order of name, or `-` for standard input."""
    if path != STANDARD_INPUT and not path.exists():
        raise DocumentError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))


def read_bytes(file: Path) -> bytes:
    """The bytes of a file or of standard input. Raises DocumentError where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror or error}") from error


def identified(data: bytes, *, source: str = "", context: Context | None = None, within: str | None = None) -> Report:
    """The report with its unit's name and code from the register, where the printed wording settles them.

    `within` is the division code of the portal's county or city; a bare town name stays without a code unless it is given.
    """
    report = parse_report(data, source=source, context=context)
    if report.unit_printed is None:
        return report
    resolution = register().resolve(report.unit_printed, within=within, year=report.year)
    if resolution.code is None:
        return report
    return replace(report, unit=resolution.name, unit_code=resolution.code)


def unusable(report: Report) -> str | None:
    """Why a document gives no figures, in one sentence; None where it does."""
    return REASONS.get(report.kind)
