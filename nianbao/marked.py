"""An archived page as HTML that is safe to serve, the cell marked: a few tags, spans as numbers, nothing that runs, loads or frames anything.

Archived pages are hostile by assumption. What is written here is made anew from the text and the few tags named below; no attribute of the page survives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from lxml import etree

from nianbao.evidence import Line, fragment
from parsers.charset import decode
from parsers.forms import Form
from parsers.pieces import Piece
from parsers.readers import read_document
from parsers.readers.html import SKIPPED, cell_elements

TABLE = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"})
INLINE = frozenset({"b", "strong", "i", "em", "u", "s", "del", "sup", "sub"})
ALLOWED = TABLE | INLINE | {"p", "br"}
"""Tags that are kept, without their attributes; of all others only the text is, and of scripts and styles nothing."""
BLOCKS = frozenset(
    {"div", "section", "article", "header", "footer", "main", "aside", "nav", "center", "ul", "ol", "li", "dl", "dt", "dd", "pre"}
)
BLOCKS_AS = {**dict.fromkeys(BLOCKS, "div"), **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "p")}
"""Blocks of a page become plain ones: its headings and lists are no part of the page they are shown on."""
SPANS = ("rowspan", "colspan")
MOST_SPAN = 1000
MOST_SHOWN = 150_000
"""Characters of a page shown whole; of a longer one the surroundings of the cell are."""
ANCHOR = ' id="marked"'
MARK = f' class="marked"{ANCHOR}'


def marked_html(data: bytes, place: str, *, form: Form | None = None, content_type: str | None = None) -> str:
    """The enclosing table with `class="marked"` on the cell; of text and flattened pages the lines around it, the cell in `<mark>`.

    Raises DocumentError where the bytes have no such place.
    """
    shown = fragment(data, place, form=form, content_type=content_type)
    if shown.place.startswith("table "):
        cell = cell_elements(decode(data, content_type=content_type)[0]).get(place.partition(" part ")[0])
        table = next(cell.iterancestors("table"), None) if cell is not None else None
        if table is not None:
            return "".join(_sanitised(table, {cell: ' class="marked"'}))
    return "".join(_paragraph(line) for line in shown.lines)


def marked_page(data: bytes, place: str, *, form: Form | None = None, content_type: str | None = None) -> tuple[str, bool]:
    """The whole archived page with the cell marked and its anchor `marked`, and whether it is whole.

    Proper tables stand in the page's own structure; of other documents every run of text is shown in order. Raises DocumentError where the bytes have no
    such place.
    """
    shown = fragment(data, place, form=form, content_type=content_type)
    base = _base(place)
    cell = cell_elements(decode(data, content_type=content_type)[0]).get(base) if base.startswith("table ") else None
    if cell is not None:
        page = "".join(_sanitised(cell.getroottree().getroot(), {cell: MARK}))
    else:
        page = "".join(_of_pieces(read_document(data, content_type=content_type)[0].pieces, base, shown.lines))
    if ANCHOR in page and len(page) <= MOST_SHOWN:
        return page, True
    return "".join(_paragraph(line, anchor=ANCHOR) for line in shown.lines), False


def marked_excerpts(
    data: bytes, places: Mapping[str, str], *, form: Form | None = None, content_type: str | None = None
) -> Iterator[str]:
    """The surroundings of several cells, each with its anchor: `places` maps anchors to places. A table is given once, with all its cells marked.

    Raises DocumentError where the bytes have no such place.
    """
    cells = cell_elements(decode(data, content_type=content_type)[0])
    tables: dict[etree._Element, dict[etree._Element | None, str]] = {}
    for anchor, place in places.items():
        cell = cells.get(_base(place))
        table = next(cell.iterancestors("table"), None) if cell is not None else None
        if table is not None:
            tables.setdefault(table, {})[cell] = f' class="marked" id="{escape(anchor)}"'
        else:
            shown = fragment(data, place, form=form, content_type=content_type)
            yield "".join(_paragraph(line, anchor=f' id="{escape(anchor)}"') for line in shown.lines)
    for table, marks in tables.items():
        yield "".join(_sanitised(table, marks))


def _base(place: str) -> str:
    """The place of the piece itself, without the side or the part of it."""
    return place.removeprefix("before ").removeprefix("after ").partition(" part ")[0]


def _paragraph(line: Line, anchor: str = "") -> str:
    before, cell, behind = map(escape, line.parts)
    return f"<p>{before}<mark{anchor}>{cell}</mark>{behind}</p>\n" if line.mark else f"<p>{before}</p>\n"


def _of_pieces(pieces: Sequence[Piece], base: str, lines: Sequence[Line]) -> Iterator[str]:
    """Every run of text, those of one table as a table, and the one at the place as `lines` marks it."""
    marked = next((line for line in lines if line.mark), None)
    for table, group in groupby(pieces, key=lambda piece: piece.spot.table if piece.spot else 0):
        if table:
            yield "<table>" + "".join(_rows_of_pieces(list(group), base)) + "</table>\n"
            continue
        for name, run in groupby(group, key=lambda piece: piece.place.partition(" cell ")[0]):
            is_here = name == base.partition(" cell ")[0]
            text = " | ".join(piece.text for piece in run)
            yield _paragraph(marked, ANCHOR) if is_here and marked else f"<p>{escape(text)}</p>\n"


def _rows_of_pieces(pieces: Sequence[Piece], base: str) -> Iterator[str]:
    for _, row in groupby(pieces, key=lambda piece: piece.spot.row if piece.spot else 0):
        cells = (f"<td{MARK if piece.place == base else ''}>{escape(piece.text)}</td>" for piece in row)
        yield f"<tr>{''.join(cells)}</tr>"


def _sanitised(top: etree._Element, marks: Mapping[etree._Element | None, str]) -> Iterator[str]:
    """The tags and texts of an element in order; without recursion, since pages nest thousands of tags."""
    walk = etree.iterwalk(top, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if element.tag in ALLOWED else BLOCKS_AS.get(str(element.tag))
        dropped = element.tag in SKIPPED
        if event == "start":
            if dropped:
                walk.skip_subtree()
                continue
            yield _opening(element, tag, mark=marks.get(element, "")) + escape(element.text or "")
            continue
        if tag and tag != "br" and not dropped:
            yield f"</{tag}>"
        if element is not top:
            yield escape(element.tail or "")


def _opening(element: etree._Element, tag: str | None, *, mark: str) -> str:
    if tag is None:
        return ""
    spans = "".join(f' {name}="{number}"' for name in SPANS if tag in {"td", "th"} and (number := _number(element.get(name))))
    return f"<{tag}{spans}{mark}>"


def _number(value: str | None) -> int:
    digits = (value or "").strip()
    return min(int(digits), MOST_SPAN) if digits.isdecimal() and len(digits) < 10 else 0
