"""All findings on one report: the form's arithmetic with what would explain its fails, then what is only implausible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from parsers.forms import Form
from parsers.hypotheses import explain
from parsers.identities import check
from parsers.plausibility import implausible
from parsers.report import Cell, Finding


def findings(form: Form, cells: Mapping[str, Cell], *, unit: str | None, texts: Iterable[str]) -> Iterator[Finding]:
    """Each rule once; `unit` is the publishing body as the title words it, `texts` the page's runs of text."""
    yield from explain(form, cells, tuple(check(form, cells)))
    yield from implausible(form, cells, unit=unit, texts=texts)
