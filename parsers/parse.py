"""One document, from bytes to `Report`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from parsers.dates import period, published_on
from parsers.forms import Form, forms
from parsers.identities import check
from parsers.labels import Lexicon, folded
from parsers.pieces import Piece
from parsers.placement import Placement, place
from parsers.readers import read_document
from parsers.report import Context, Finding, Kind, Report, State, Verdict
from parsers.sections import read_sections
from parsers.title import Title, read_title, scope_of, unit_name

FEWEST_HEADINGS = 3
"""A page with so many of the six headings and no table is a report whose tables are pictures or were lost (layouts.md A16)."""


def parse_report(data: bytes, *, source: str = "", context: Context | None = None) -> Report:
    """What the document says; the format is found by content.

    Raises EmptyDocument or UnsupportedFormat where there is nothing to read. A page that is no report is returned as what it is.
    """
    context = context or Context()
    document, charset = read_document(data, content_type=context.content_type)
    title = read_title(document, context)
    placement = _placement(document.pieces)
    sections = _sections(placement, document.pieces)
    kind = _kind(placement, title, sections)
    found = placement if placement and kind is Kind.REPORT else None
    covered = period(document)
    return Report(
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=kind,
        form=found.form.id if found else None,
        title=title.text if title else document.facts.get("title"),
        unit=unit_name(title.unit) if title and title.unit else None,
        unit_printed=title.unit if title else None,
        year=(title.year if title else None) or (covered[0].year if covered else None),
        published_on=published_on(document),
        period=covered,
        scope=scope_of(title.unit) if title and title.unit else None,
        charset=charset,
        cells=found.cells if found else {},
        sections=sections,
        findings=tuple(_findings(found)) if found else (),
    )


def _placement(pieces: Sequence[Piece]) -> Placement | None:
    """The cells on the edition whose telling column labels are printed most; None where no edition can be told (forms.md §0)."""
    texts = tuple(folded(pieces))
    told = sorted(((_printed(form.telling_labels, texts), form) for form in forms().values()), key=lambda entry: -entry[0])
    (most, form), (second, _) = told[:2]
    return place(form, pieces) if most > second else _by_rows(pieces)


def _printed(labels: Sequence[str], texts: Sequence[str]) -> int:
    """How many different of the labels stand on the page as a piece of their own or cut over pieces."""
    lexicon = Lexicon(labels)
    return len({match[0] for start in range(len(texts)) if (match := lexicon.longest_at(texts, start))})


def _by_rows(pieces: Sequence[Piece]) -> Placement | None:
    """Where no column label tells: the edition of which more rows stand on the page, if any does (a page of table 三 alone)."""
    placements = sorted((place(form, pieces) for form in forms().values()), key=lambda p: -p.rows_found)
    return placements[0] if placements[0].rows_found > placements[1].rows_found else None


def _sections(placement: Placement | None, pieces: Sequence[Piece]) -> Mapping[str, str]:
    newest: Form = placement.form if placement else list(forms().values())[-1]
    return read_sections(newest, pieces)


def _kind(placement: Placement | None, title: Title | None, sections: Mapping[str, str]) -> Kind:
    states = {cell.state for cell in placement.cells.values()} if placement else set()
    if states & {State.READ, State.INFERRED, State.AMBIGUOUS}:
        return Kind.REPORT
    if states & {State.BLANK, State.MARK}:
        return Kind.BLANK_FORM
    return Kind.TABLES_MISSING if title and len(sections) >= FEWEST_HEADINGS else Kind.NOT_A_REPORT


def _findings(placement: Placement) -> Iterator[Finding]:
    yield from check(placement.form, placement.cells)
    for key in placement.amounts_without_unit:
        message = f"{placement.cells[key].raw} is printed without a unit and kept as 万元"
        yield Finding(f"unit.{key}", Verdict.NOT_ASSESSABLE, (key,), message)
