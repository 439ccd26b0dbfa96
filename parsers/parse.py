"""One document, from bytes to `Report`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from parsers import messages
from parsers.agreement import disagreements
from parsers.dates import period, published_on
from parsers.findings import findings
from parsers.forms import Form, forms, statistics_forms
from parsers.indicators import place_indicators
from parsers.kinds import Reading, kind_of
from parsers.labels import Lexicon, fold, folded
from parsers.narrative import narrative
from parsers.pieces import Document, Piece
from parsers.placement import Placement, place
from parsers.readers import read_document
from parsers.report import UNREAD, Cell, Context, Fact, Finding, Kind, Report, State, Verdict
from parsers.sections import read_sections
from parsers.splitting import split_rows
from parsers.title import Title, read_title, scope_of, unit_name
from parsers.wrapped import unwrapped
from parsers.years import in_columns_of_year, year_told

FREE = "free"
WITH_CELLS = frozenset({Kind.REPORT, Kind.BLANK_FORM})
"""The kinds that print a form of their own; what others print of one is not theirs."""
FEWEST_INDICATORS = 5
"""Lines with a figure that make a statistics form."""


def parse_report(data: bytes, *, source: str = "", context: Context | None = None) -> Report:
    """What the document says; the format is found by content.

    Raises EmptyDocument or UnsupportedFormat where there is nothing to read, DocumentTooLarge where there is too much. A page that is no report is returned as what it is.
    """
    context = context or Context()
    document, charset = read_document(data, content_type=context.content_type)
    report = _report(data, document.shown, context, source=source, charset=charset)
    if report.kind is not Kind.REPORT and any(piece.is_hidden for piece in document.pieces):
        # Portals hide an article until a script shows it; where something else is shown, what is hidden is not the report.
        return _report(data, document, context, source=source, charset=charset)
    return report


def _report(data: bytes, document: Document, context: Context, *, source: str, charset: str) -> Report:
    title = read_title(document, context)
    covered = period(document)
    year = (title.year if title else None) or (covered[0].year if covered else None) or year_told(document.pieces)
    pieces = in_columns_of_year(document.pieces, year) if year else document.pieces
    placement = _placement(pieces, year, title.unit if title else None)
    prose = unwrapped(document.pieces)
    sections = _sections(placement, prose)
    cells = placement.cells if placement else {}
    unit = title.unit if title else None
    is_told_apart = placement is not None and placement.is_told_apart
    facts = tuple(narrative(prose, year=year, unit=unit, is_of_several_years=is_told_apart))
    rows_named = placement.rows_named if placement else 0
    kind = kind_of(
        data, replace(document, pieces=tuple(prose)), context, Reading(title, year, sections, cells, facts, rows_named)
    )
    found = (
        placement
        if placement and kind in WITH_CELLS and (placement.rows_found or placement.cells_read or kind is Kind.BLANK_FORM)
        else None
    )
    form = _form_id(found, kind)
    return Report(
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=kind,
        form=form,
        title=title.text if title else document.facts.get("title"),
        unit=unit_name(title.unit) if title and title.unit else None,
        unit_printed=title.unit if title else None,
        year=year,
        published_on=published_on(document, title),
        period=covered,
        scope=scope_of(title.unit) if title and title.unit else None,
        charset=charset,
        cells=found.cells if found else {},
        sections=sections,
        narrative=facts if kind in WITH_CELLS or kind is Kind.TABLES_MISSING else (),
        findings=tuple(_findings(found, title, document, facts)) if found and form and kind is Kind.REPORT else (),
    )


def _form_id(found: Placement | None, kind: Kind) -> str | None:
    """The edition, or `free` for a report that prints no form."""
    if found:
        return found.form.id if found.is_form_known else None
    return FREE if kind is Kind.REPORT else None


def _placement(pieces: Sequence[Piece], year: int | None, unit: str | None) -> Placement | None:
    """The cells on the edition whose telling column labels are printed most; None where no edition can be told (forms.md §0).

    A page that shows only what both have in common (table 四 alone) goes to the edition in force in its year. Of editions mixed on
    one page the blocks of the other one stand beside the form's own, under the keys of that edition.
    """
    texts = folded(pieces)
    told = _told(texts)
    if not any(told.values()) and (of_indicators := _statistics(pieces)):
        return of_indicators
    if not any(told.values()):
        told = {form.id: _told(folded(split_rows(form, pieces)))[form.id] for form in forms().values()}
    most = [form for form in forms().values() if told[form.id] == max(told.values())]
    placed = [place(form, pieces, year=year, unit=unit) for form in most]
    best = (
        _best(placed, lambda p: p.cells_read)
        or _best(placed, lambda p: p.rows_found)
        or _of_year(placed, year)
        or _of_any(placed, year)
        or _best(placed, lambda p: p.rows_named)
    )
    if best is None or not best.is_form_known:
        return best
    is_open = State.AMBIGUOUS in {cell.state for cell in best.cells.values()}
    for form in forms().values():
        if form is not best.form and (told[form.id] or is_open):
            best = _with_blocks(best, place(form, pieces, year=year, unit=unit))
    return best


def _with_blocks(own: Placement, other: Placement) -> Placement:
    """The placement with the tables of which more can be read as another edition has them, under a header that names as many columns and with as many rows named.

    What is in doubt in a table that both print alike is so in both. Where that header names more and no more is read (a document that ends within its first row), the figures belong to no column of one's own.
    """
    cells = dict(own.cells)
    for table in other.form.tables:
        heads, own_heads = other.heads.get(table.id, 0), own.heads.get(table.id, 0)
        keys = [key for key in own.cells if key.startswith(f"{table.id}.")]
        is_contested = keys == list(table.keys) and any(own.cells[key].state is State.AMBIGUOUS for key in keys)
        is_named = (
            heads and heads >= own_heads and other.named.get(table.id, 0) >= own.named.get(table.id, 0) and not is_contested
        )
        if is_named and _figures(other, table.id) > _figures(own, table.id):
            cells |= dict.fromkeys(keys, UNREAD)
            cells |= {key: other.cells[key] for key in table.keys}
        elif heads > own_heads:
            cells |= {key: cells[key].doubted for key in keys}
    return replace(own, cells=cells)


def _figures(placement: Placement, table: str) -> int:
    """How many figures of a table were read."""
    return sum(cell.state is State.READ for key, cell in placement.cells.items() if key.startswith(f"{table}."))


def _statistics(pieces: Sequence[Piece]) -> Placement | None:
    """The list of indicators that the page prints, where enough of its lines are there to tell it from words of the prose."""
    best = _best([place_indicators(form, pieces) for form in statistics_forms().values()], lambda p: p.rows_found)
    return best if best and best.rows_found >= FEWEST_INDICATORS else None


def _best(placed: Sequence[Placement], by: Callable[[Placement], int]) -> Placement | None:
    """The one placement that is first by a count, or None where none leads."""
    ranked = sorted(placed, key=by, reverse=True)
    return ranked[0] if len(ranked) == 1 or by(ranked[0]) > by(ranked[1]) else None


def _of_year(placed: Sequence[Placement], year: int | None) -> Placement | None:
    in_force = (
        p for p in placed if year and p.form.first_year <= year <= (p.form.last_year or year) and (p.rows_found or p.cells_read)
    )
    return next(in_force, None)


def _of_any(placed: Sequence[Placement], year: int | None) -> Placement | None:
    """What editions have in common, read from an excerpt that tells neither edition nor year (layouts.md A15); None where they differ."""
    first, *others = placed
    shared = {key: cell for key, cell in first.cells.items() if all(other.cells.get(key) == cell for other in others)}
    same = year is None and others and first.cells_read and all(_values(p) == _values(first) for p in others)
    return replace(first, cells=shared, is_form_known=False) if same else None


def _values(placement: Placement) -> Mapping[str, Cell]:
    return {key: cell for key, cell in placement.cells.items() if cell.value is not None}


def _told(texts: Sequence[str]) -> dict[str, int]:
    """How many different of each edition's telling labels stand on the page as a piece of their own or cut over pieces; within lines where none does."""
    printed = {label for label, _ in _telling().matches(texts).values()}
    return {form.id: len(printed.intersection(map(fold, form.telling_labels))) for form in forms().values()}


@cache
def _telling() -> Lexicon:
    """Those of all editions, none of which begins with another one."""
    return Lexicon([label for form in forms().values() for label in form.telling_labels])


def _sections(placement: Placement | None, pieces: Sequence[Piece]) -> Mapping[str, str]:
    newest: Form = placement.form if placement else list(forms().values())[-1]
    return read_sections(newest, pieces)


def _findings(placement: Placement, title: Title | None, document: Document, facts: Sequence[Fact]) -> Iterator[Finding]:
    texts = (piece.text for piece in document.pieces)
    yield from findings(placement.form, placement.cells, unit=title.unit if title else None, texts=texts)
    yield from disagreements(placement.cells, facts)
    for key in placement.amounts_without_unit:
        message = messages.NO_UNIT.format(raw=placement.cells[key].raw)
        yield Finding(f"unit.{key}", Verdict.NOT_ASSESSABLE, (key,), message)
