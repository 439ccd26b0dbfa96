"""Bytes of a page in, a `Report` out. Pure: no network, no clock, no database; the only file read is the package's own `forms.json`."""

from __future__ import annotations

from parsers.errors import EmptyDocument, ParseError, UnsupportedFormat
from parsers.parse import parse_report
from parsers.report import Cell, Context, Finding, Kind, Report, Scope, State, Verdict

__all__ = [
    "Cell",
    "Context",
    "EmptyDocument",
    "Finding",
    "Kind",
    "ParseError",
    "Report",
    "Scope",
    "State",
    "UnsupportedFormat",
    "Verdict",
    "parse_report",
]
