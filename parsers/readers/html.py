"""HTML: one piece for each run of text between block boundaries, with the grid place of the table cell it stands in.

The text is decoded before lxml sees it: given bytes declared `gb2312` that hold GBK characters, lxml loses the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from lxml import etree

from parsers.numerals import visible
from parsers.pieces import Document, Piece, Spot, gathered

BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
CELLS = frozenset({"td", "th"})
LEAVES = frozenset({"p", "li", "dd", "dt", "pre", "div"})
"""Blocks that leave a blank piece when they hold nothing: on a flattened page each was a cell."""
SKIPPED = frozenset({"head", "script", "style", "noscript", "template", "select", "textarea", "iframe", "object", "svg", "sup"})
STRUCK = frozenset({"del", "s", "strike"})
"""What stands in a cell struck out is no longer part of its figure."""
LEFT_OUT = SKIPPED | STRUCK
TYPED = frozenset({None, "text", "number", "tel"})
"""Inputs that show their value: forms filled in on line are printed so."""
FACT_META = frozenset({"articletitle", "pubdate", "contentsource", "sitename", "columnname", "publishdate"})
_HARD_BLANK = re.compile("[\xa0\u3000]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|:\s*line-through", re.I)
_ATTACHED = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?:$|[?#])", re.I)
MOST_PARAGRAPHS = 8
"""A cell with more holds a page, not a figure (layouts.md A17): its paragraphs are read as if no table were around them."""
SPAN_CAP = 200
"""No form has so many rows or columns; a larger span is damage and would only cost memory."""


def read_html(text: str) -> Document:
    """The pieces of the page, placed `table 2 row 3 column 4` or `paragraph 8`, and what its head states."""
    root = _parse(text)
    if root is None:
        return Document(())
    return Document(gathered(_Walk().pieces(root)), _facts(root))


def cell_elements(text: str) -> dict[str, etree._Element]:
    """The table cells of the page's tree by their places."""
    root = _parse(text)
    walk = _Walk({})
    for _ in walk.pieces(root) if root is not None else ():
        pass
    return walk.sources or {}


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    clean = text.replace("\x00", "")
    try:
        return etree.fromstring(clean.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None


def _facts(root: etree._Element) -> dict[str, str]:
    facts: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = str(meta.get("name") or "").lower()
        content = str(meta.get("content") or "").strip()
        if name in FACT_META and content:
            facts.setdefault(name, content)
    for tag, name in (("title", "title"), ("h1", "heading")):
        element = root.find(f".//{tag}")
        words = " ".join(str(element.xpath("string()")).split()) if element is not None else ""
        if words:
            facts[name] = words
    attached = sum(1 for link in root.iter("a") if _ATTACHED.search(str(link.get("href") or "")))
    return facts | ({"attachments": str(attached)} if attached else {})


@dataclass(slots=True)
class _Grid:
    """The walk's place in one table: its number, the row and the columns that cells above still reach into."""

    number: int
    row: int = 0
    column: int = 0
    reaching: dict[int, int] = field(default_factory=dict)
    """Column -> rows, the current one included, that a cell above still covers."""

    def next_row(self) -> None:
        self.row += 1
        self.column = 0
        self.reaching = {column: rows - 1 for column, rows in self.reaching.items() if rows > 1}

    def take(self, cell: etree._Element) -> Spot:
        """The spot of the next cell of the row."""
        column = self.column + 1
        while column in self.reaching:
            column += 1
        spot = Spot(self.number, max(self.row, 1), column, _span(cell, "rowspan"), _span(cell, "colspan"))
        self.column = spot.columns[-1]
        if spot.rowspan > 1:
            self.reaching.update(dict.fromkeys(spot.columns, spot.rowspan))
        return spot


@dataclass(slots=True)
class _OpenCell:
    """A table cell being read; one that holds a table itself is layout and never a blank figure."""

    held: list[Piece] = field(default_factory=list)
    is_layout: bool = False


def _span(cell: etree._Element, name: str) -> int:
    printed = cell.get(name)
    if printed is None:
        return 1
    digits = str(printed or "1").strip()
    return min(max(int(digits), 1), SPAN_CAP) if digits.isdecimal() and len(digits) < 10 else 1


class _Walk:
    """One pass over the tree in document order; text is gathered until a block boundary ends the piece."""

    def __init__(self, sources: dict[str, etree._Element] | None = None) -> None:
        self.sources = sources
        """Where it is given: the element of each table cell, by place."""
        self._out: list[Piece] = []
        """What is finished and not handed on yet."""
        self._tables = 0
        self._paragraphs = 0
        self._grids: list[_Grid] = []
        self._cells: list[_OpenCell] = []
        self._spots: list[Spot | None] = [None]
        self._text: list[str] = []
        self._since: list[bool] = []
        self._after_break = False
        self._hidden: list[etree._Element] = []
        """The elements around the walk's place that are not shown."""
        self._frames: set[etree._Element] = set()
        """Tables of one cell within a cell, copied with the figure in it: no tables of their own."""

    def pieces(self, root: etree._Element) -> Iterator[Piece]:
        walk = etree.iterwalk(root, events=("start", "end"))
        left_out: etree._Element | None = None
        for event, element in walk:
            if event == "start" and self._is_left_out(element):
                left_out = element
                self._leave_out(element)
                walk.skip_subtree()
            elif event == "start":
                self._start(element)
            elif left_out is not None and element is left_out:
                self._add(left_out.tail)
            else:
                self._end(element)
            if self._out:
                yield from self._out
                self._out.clear()

    def _is_left_out(self, element: etree._Element) -> bool:
        """Whether an element is none of the text, struck out, or a part of a cell or line that is not shown; what else is hidden is told by its pieces."""
        if element.tag in LEFT_OUT:
            return not self._is_filled_in(element)
        return _is_hidden(element) and element.tag != "table" and (bool(self._cells) or element.tag not in BLOCKS)

    def _is_filled_in(self, element: etree._Element) -> bool:
        """Whether an element is a field of a cell whose text the page shows as it was typed."""
        return element.tag == "textarea" and bool(self._cells) and not len(element) and not _is_hidden(element)

    def _leave_out(self, element: etree._Element) -> None:
        if element.tag == "sup":
            # A footnote mark set above the line would become a digit of the figure in front of it.
            self._add(f"[{str(element.xpath('string()')).strip('[]() ')}]")

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def _start(self, element: etree._Element) -> None:
        tag = self._tag(element) if self._frames else element.tag
        if tag in BLOCKS:
            self._open_block(element, tag)
        elif tag == "input" and element.get("type") in TYPED:
            self._add(element.get("value"))
        if text := element.text:
            self._text.append(text)

    def _tag(self, element: etree._Element) -> str:
        return "div" if element in self._frames else str(element.tag)

    def _open_block(self, element: etree._Element, tag: str) -> None:
        if tag == "table" and self._cells and _is_one_cell(element):
            self._frames.update(element.iter("table", "tr", "td", "th"))
            tag = "div"
        self._flush(at_break=tag == "br")
        self._after_break = tag == "br"
        if _is_hidden(element):
            self._hidden.append(element)
        if tag in LEAVES:
            self._since.append(False)
        elif tag == "table":
            self._release()
            self._tables += 1
            self._grids.append(_Grid(self._tables))
        elif self._grids and tag == "tr":
            self._grids[-1].next_row()
        elif self._grids and tag in CELLS:
            self._open_cell(element)

    def _open_cell(self, element: etree._Element) -> None:
        spot = self._grids[-1].take(element)
        self._spots.append(spot)
        self._cells.append(_OpenCell())
        if self.sources is not None:
            self.sources[_place(spot)] = element

    def _end(self, element: etree._Element) -> None:
        tag = self._tag(element) if self._frames else element.tag
        if tag in BLOCKS and tag != "br":
            self._close_block(element, tag)
        elif tag == "br" and self._hidden and self._hidden[-1] is element:
            self._hidden.pop()
        if text := element.tail:
            self._text.append(text)

    def _close_block(self, element: etree._Element, tag: str) -> None:
        self._flush(at_break=False)
        self._after_break = False
        if tag in LEAVES:
            if self._since and not self._since.pop():
                self._emit("")
        elif tag in CELLS:
            if self._grids and self._cells:
                self._close_cell()
        elif tag == "table" and self._grids:
            self._grids.pop()
        if self._hidden and self._hidden[-1] is element:
            self._hidden.pop()

    def _flush(self, *, at_break: bool) -> None:
        """End the running piece, if it holds more than white space; a hard blank alone on its line is what an empty cell leaves."""
        if not self._text:
            return
        text = "".join(self._text)
        self._text.clear()
        if not text.isspace() and (text := visible(text)) and not text.isspace():
            self._emit(_one_line(text))
        elif (at_break or self._after_break) and _HARD_BLANK.search(text):
            self._emit("")

    def _emit(self, text: str) -> None:
        if self._since:
            self._since = [True] * len(self._since)
        spot = self._spots[-1]
        if spot is not None:
            self._cells[-1].held.append(Piece(text, _place(spot), spot, is_hidden=bool(self._hidden)))
            return
        self._paragraphs += 1
        self._out.append(Piece(text, f"paragraph {self._paragraphs}", gap=1, is_hidden=bool(self._hidden)))

    def _close_cell(self) -> None:
        """The pieces of a finished cell; blank paragraphs count only where the cell holds nothing else."""
        cell = self._cells.pop()
        spot = self._spots.pop()
        printed = [piece for piece in cell.held if not piece.is_blank]
        if cell.is_layout or len(printed) > MOST_PARAGRAPHS:
            self._out += [piece._replace(spot=None, gap=1) for piece in cell.held]
        elif not printed and spot is not None:
            self._out.append(Piece("", _place(spot), spot, is_hidden=bool(self._hidden)))
        else:
            self._out += printed

    def _release(self) -> None:
        """Before a nested table: what the cells around it hold so far comes first."""
        for cell in self._cells:
            self._out += [piece._replace(spot=None, gap=1) for piece in cell.held if not piece.is_blank]
            cell.held.clear()
            cell.is_layout = True


def _is_hidden(element: etree._Element) -> bool:
    """Whether an element is not shown, or struck out."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _hides(str(style)))


@lru_cache(maxsize=1024)
def _hides(style: str) -> bool:
    return _HIDDEN.search(style) is not None


def _is_one_cell(table: etree._Element) -> bool:
    return len(list(islice(table.iter("td", "th"), 2))) == 1


def _place(spot: Spot) -> str:
    return f"table {spot.table} row {spot.row} column {spot.column}"


def _one_line(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())
