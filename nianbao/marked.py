"""The table around a cell as HTML that is safe to serve: a few tags, spans as numbers, nothing that runs or loads, the cell marked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lxml import etree

from nianbao.evidence import Line, fragment
from parsers.charset import decode
from parsers.forms import Form
from parsers.readers.html import SKIPPED, cell_elements

ALLOWED = frozenset(
    {
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "p",
        "br",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "del",
        "sup",
        "sub",
    }
)
"""Tags that are kept, without their attributes; of all others only the text is, and of scripts and styles nothing."""
SPANS = ("rowspan", "colspan")
MOST_SPAN = 1000


def marked_html(data: bytes, place: str, *, form: Form | None = None, content_type: str | None = None) -> str:
    """The enclosing table with `class="marked"` on the cell; of text and flattened pages the lines around it, the cell in `<mark>`.

    Raises DocumentError where the bytes have no such place.
    """
    shown = fragment(data, place, form=form, content_type=content_type)
    if shown.place.startswith("table "):
        cell = cell_elements(decode(data, content_type=content_type)[0]).get(place.partition(" part ")[0])
        table = next(cell.iterancestors("table"), None) if cell is not None else None
        if table is not None:
            return "".join(_sanitised(table, cell))
    return "".join(_paragraph(line) for line in shown.lines)


def _paragraph(line: Line) -> str:
    before, cell, behind = map(escape, line.parts)
    return f"<p>{before}<mark>{cell}</mark>{behind}</p>\n" if line.mark else f"<p>{before}</p>\n"


def _sanitised(table: etree._Element, marked: etree._Element | None) -> Iterator[str]:
    """The tags and texts of a table in order; without recursion, since pages nest thousands of tags."""
    walk = etree.iterwalk(table, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if element.tag in ALLOWED else None
        dropped = element.tag in SKIPPED
        if event == "start":
            if dropped:
                walk.skip_subtree()
                continue
            yield _opening(element, tag, is_marked=element is marked) + escape(element.text or "")
            continue
        if tag and tag != "br":
            yield f"</{tag}>"
        if element is not table:
            yield escape(element.tail or "")


def _opening(element: etree._Element, tag: str | None, *, is_marked: bool) -> str:
    if tag is None:
        return ""
    spans = "".join(f' {name}="{number}"' for name in SPANS if tag in {"td", "th"} and (number := _number(element.get(name))))
    mark = ' class="marked"' if is_marked else ""
    return f"<{tag}{spans}{mark}>"


def _number(value: str | None) -> int:
    digits = (value or "").strip()
    return min(int(digits), MOST_SPAN) if digits.isdecimal() and len(digits) < 10 else 0
