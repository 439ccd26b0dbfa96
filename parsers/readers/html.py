"""HTML: one piece for each run of text between block boundaries, with the grid place of the table cell it stands in.

The text is decoded before lxml sees it: given bytes declared `gb2312` that hold GBK characters, lxml loses the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple, cast

from lxml import etree

from parsers.errors import DocumentTooLarge
from parsers.numerals import LONGEST_REPEATED, visible
from parsers.pieces import Document, Piece, Spot, gathered
from parsers.readers.markup import hides, parts, plain_markup

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
TOLD = BLOCKS | LEFT_OUT
"""What the walk itself looks at, hidden or not."""
INLINE = ("a", "b", "big", "em", "font", "i", "label", "o:p", "small", "span", "strong", "u")
"""Tags that mean nothing to a reader of the text, the most frequent ones: Word puts four of them around every figure."""
TYPED = frozenset({None, "text", "number", "tel"})
"""Inputs that show their value: forms filled in on line are printed so."""
FACT_META = frozenset({"articletitle", "pubdate", "contentsource", "sitename", "columnname", "publishdate"})
_HARD_BLANK = re.compile("[\xa0\u3000]")
_NO_ROOM = re.compile(r"display\s*:\s*none", re.I)
LINKING = {"a": "href", "iframe": "src", "embed": "src", "object": "data"}
"""The tags that lead to a document or show it on the page, and the attribute that names it."""
TELLING = ("meta", "title", "h1", *LINKING)
"""Tags that state facts of the page."""
_ATTACHED = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?:$|[?#])|DownloadAttachUrl|/download\.(?:jsp|aspx|php|do)\b", re.I
)
"""How the address of a file ends, or is made by platforms that give it a number (VSB)."""
MOST_PLAIN = 3
"""Paragraphs of a cell whose row is read in one go."""
MOST_PARAGRAPHS = 8
"""A cell with more holds a page, not a figure (layouts.md A17): its paragraphs are read as if no table were around them."""
MOST_TAGS = 2_000_000
"""A report has some thousands, and libxml2 takes 300 bytes for each."""
SPAN_CAP = 200
"""No form has so many rows or columns; a larger span is damage and would only cost memory."""


def read_html(text: str, utf8: bytes | None = None) -> Document:
    """The pieces of the page, placed `table 2 row 3 column 4` or `paragraph 8`, and what its head states; `utf8` is the same text, where it is at hand.

    Raises DocumentTooLarge.
    """
    utf8 = text.encode("utf-8", "replace") if utf8 is None else utf8
    if utf8.count(b"<") > MOST_TAGS:
        raise DocumentTooLarge(f"more than {MOST_TAGS:,} tags: no report; look at the file by hand")
    root = _parse(plain_markup(text, utf8))
    if root is None:
        return Document(())
    facts, styled = _facts(root), _styled(root)
    _take_tags_out(root, styled)
    return Document(gathered(chain.from_iterable(_Walk(may_hide=styled.may_hide).pieces(root))), facts)


def cell_elements(text: str) -> dict[str, etree._Element]:
    """The table cells of the page's tree by their places."""
    root = _parse(plain_markup(text, text.encode("utf-8", "replace")))
    sources: dict[str, etree._Element] = {}
    if root is not None:
        for _ in _Walk(may_hide=_styled(root).may_hide, sources=sources).pieces(root):
            pass
    return sources


def _parse(markup: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        return etree.fromstring(markup, parser)
    except etree.ParserError:
        return None


_string = etree.XPath("string()")
_styles = etree.XPath("descendant::*/@style", smart_strings=False)
_any_hidden = etree.XPath("boolean(descendant::*/@hidden)")


class _Styled(NamedTuple):
    """What the styles of a page may do to its text."""

    may_hide: bool
    """Hide or strike out some of it; so may an attribute."""
    may_part: bool
    """Set inline elements apart, as the cells of a table."""


def _styled(root: etree._Element) -> _Styled:
    try:
        told = set(cast("list[str]", _styles(root)))
        return _Styled(bool(_any_hidden(root)) or any(map(hides, told)), any(map(parts, told)))
    except etree.XPathError:  # more elements than XPath takes
        return _Styled(may_hide=True, may_part=True)


def _take_tags_out(root: etree._Element, styled: _Styled) -> None:
    """Leave the text of inline tags to the block around them, before the walk meets each of them; what they hide becomes a deletion."""
    for element in root.iter() if styled.may_hide else ():
        if element.tag not in TOLD and _is_hidden(element):
            element.tag = "del"
    for element in root.iter(*INLINE) if styled.may_part else ():
        if parts(str(element.get("style") or "")):
            element.tag = "div"
    etree.strip_tags(root, *INLINE)


def _facts(root: etree._Element) -> dict[str, str]:
    facts: dict[str, str] = {}
    telling: dict[str, list[etree._Element]] = {tag: [] for tag in TELLING}
    for element in root.iter(*TELLING):
        telling[element.tag].append(element)
    for meta in telling["meta"]:
        name = str(meta.get("name") or "").lower()
        content = str(meta.get("content") or "").strip()
        if name in FACT_META and content:
            facts.setdefault(name, content)
    for tag, name in (("title", "title"), ("h1", "heading")):
        words = " ".join(str(_string(telling[tag][0])).split()) if telling[tag] else ""
        if words:
            facts[name] = words
    links = [link for tag in LINKING for link in telling[tag]]
    attached = sum(1 for link in links if _ATTACHED.search(str(link.get(LINKING[str(link.tag)]) or "")))
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
        rowspan = colspan = 1
        if cell.keys():
            rowspan, colspan = _span(cell.get("rowspan")), _span(cell.get("colspan"))
        spot = _spot(self.number, self.row or 1, column, rowspan, colspan)
        self.column = column + colspan - 1
        if rowspan > 1:
            self.reaching.update(dict.fromkeys(spot.columns, rowspan))
        return spot


@dataclass(slots=True)
class _OpenCell:
    """A table cell being read; one that holds a table itself is layout and never a blank figure."""

    held: list[Piece] = field(default_factory=list)
    is_layout: bool = False


_spot = lru_cache(maxsize=4096)(Spot)
"""The same spot for the same place of every page."""


def _span(printed: str | None) -> int:
    digits = (printed or "").strip()
    return min(max(int(digits), 1), SPAN_CAP) if digits.isdecimal() and len(digits) < 10 else 1


class _Walk:
    """One pass over the tree in document order; text is gathered until a block boundary ends the piece."""

    def __init__(self, *, may_hide: bool, sources: dict[str, etree._Element] | None = None) -> None:
        self._may_hide = may_hide
        """Whether any style of the page could; else none is looked at."""
        self._sources = sources
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

    def pieces(self, root: etree._Element) -> Iterator[list[Piece]]:
        """The pieces of the page, as many at a time as are finished."""
        walk = etree.iterwalk(root, events=("start", "end"))
        done: etree._Element | None = None
        for event, element in walk:
            if event == "end":
                if done is not None and element is done:
                    self._add(done.tail)
                else:
                    self._end(element)
            elif self._is_done_with(element):
                done = element
                walk.skip_subtree()
            else:
                self._start(element)
            if self._out:
                yield self._out
                self._out = []

    def _is_done_with(self, element: etree._Element) -> bool:
        """Whether the walk need not go into an element: it is left out, or a row read in one go."""
        tag = element.tag
        if (self._may_hide or tag in LEFT_OUT) and self._is_left_out(element):
            self._leave_out(element)
            return True
        return tag == "tr" and self._is_plain_row(element)

    def _is_plain_row(self, row: etree._Element) -> bool:
        """Read a row at once if its cells hold nothing but text and a few paragraphs of it, as nearly all rows of a form do."""
        cells = _plain_cells(row) if self._grids and not self._frames else None
        if cells is None or (self._may_hide and any(map(_is_hidden, row.iter()))):
            return False
        self._flush(at_break=False)
        self._after_break = False
        found = self._plain_pieces(cells)
        self._out += [piece._replace(is_hidden=True) for piece in found] if self._hidden else found
        return True

    def _plain_pieces(self, cells: list[_PlainCell]) -> list[Piece]:
        found: list[Piece] = []
        take = self._take if self._sources is not None else self._grids[-1].take
        self._grids[-1].next_row()
        for cell, texts in cells:
            spot, before = take(cell), len(found)
            for text in texts:
                if text and not text.isspace() and (piece := _cell_piece(text, spot)).text:
                    found.append(piece)
            if len(found) == before:
                found.append(_cell_piece("", spot))
        if any(len(texts) > 1 for _, texts in cells) or any(piece.text for piece in found):
            self._note_text()
        return found

    def _is_left_out(self, element: etree._Element) -> bool:
        """Whether an element is none of the text, struck out, or a cell or a part of one or of a line that is not shown; what else is hidden is told by its pieces."""
        if element.tag in LEFT_OUT:
            return not self._is_filled_in(element)
        if element.tag in CELLS:
            return self._may_hide and _takes_no_room(element)
        return self._is_hidden(element) and element.tag != "table" and (bool(self._cells) or element.tag not in BLOCKS)

    def _is_hidden(self, element: etree._Element) -> bool:
        return self._may_hide and _is_hidden(element)

    def _is_filled_in(self, element: etree._Element) -> bool:
        """Whether an element is a field of a cell whose text the page shows as it was typed."""
        return element.tag == "textarea" and bool(self._cells) and not len(element) and not self._is_hidden(element)

    def _leave_out(self, element: etree._Element) -> None:
        if element.tag == "sup":
            # A footnote mark set above the line would become a digit of the figure in front of it.
            self._add(f"[{str(_string(element)).strip('[]() ')}]")
        elif element.tag == "select" and not self._is_hidden(element) and _fills_its_cell(element):
            self._add(_chosen(element))

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
        if self._is_hidden(element):
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
        self._spots.append(self._take(element))
        self._cells.append(_OpenCell())

    def _take(self, cell: etree._Element) -> Spot:
        spot = self._grids[-1].take(cell)
        if self._sources is not None:
            self._sources[_place(spot)] = cell
        return spot

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
        if line := _line(text):
            self._emit(line)
        elif (at_break or self._after_break) and _HARD_BLANK.search(text):
            self._emit("")

    def _note_text(self) -> None:
        """The paragraphs around the walk's place hold something."""
        if self._since and not self._since[-1]:
            self._since = [True] * len(self._since)

    def _emit(self, text: str) -> None:
        self._note_text()
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


_PlainCell = tuple[etree._Element, list[str | None]]
"""A cell of a row that is read in one go, and its runs of text."""


def _plain_cells(row: etree._Element) -> list[_PlainCell] | None:
    """The cells of a row that hold a few paragraphs each at most and in them no tags; None where the row holds anything else."""
    if len(row) > SPAN_CAP or ((text := row.text) and not text.isspace()):
        return None
    cells: list[_PlainCell] = []
    texts: list[str | None] = []
    for element in row.iterdescendants():
        tag = element.tag
        if tag in CELLS and not ((tail := element.tail) and not tail.isspace()):
            texts = [element.text]
            cells.append((element, texts))
        elif tag in LEAVES and not len(element) and len(texts) <= 2 * MOST_PLAIN - 1:
            texts += (element.text, element.tail)
        else:
            return None
    return cells if len(cells) == len(row) else None


def _is_hidden(element: etree._Element) -> bool:
    """Whether an element is not shown, or struck out."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and hides(str(style)))


def _fills_its_cell(select: etree._Element) -> bool:
    """Whether a list to choose from stands in a table's cell with nothing else: one beside a text or a table is a menu."""
    cell = next(select.iterancestors("td", "th"), None)
    return cell is not None and str(cell.xpath("string()")).strip() == str(select.xpath("string()")).strip()


def _chosen(select: etree._Element) -> str:
    """What a list to choose from shows: its one option that is selected; empty where none is, or several are."""
    options = [option for option in select.iter("option") if option.get("selected") is not None]
    is_list = select.get("multiple") is not None or str(select.get("size") or "1").strip() not in {"0", "1"}
    if len(options) != 1 or is_list:
        return ""
    return str(options[0].get("label") or options[0].xpath("string()"))


def _takes_no_room(cell: etree._Element) -> bool:
    """Whether a table is laid out as if the cell were not there; one that is only invisible keeps its column."""
    return cell.get("hidden") is not None or _NO_ROOM.search(str(cell.get("style") or "")) is not None


def _is_one_cell(table: etree._Element) -> bool:
    return len(list(islice(table.iter("td", "th"), 2))) == 1


def _cell_piece(text: str, spot: Spot) -> Piece:
    """What a run of text in a cell holds."""
    return _short_piece(text, spot) if len(text) <= LONGEST_REPEATED else Piece(_one_line(text), _place(spot), spot)


@lru_cache(maxsize=8192)
def _short_piece(text: str, spot: Spot) -> Piece:
    """The same, remembered: the tables of all pages stand alike, and most of their cells print the same."""
    return Piece(_one_line(text), _place(spot), spot)


def _place(spot: Spot) -> str:
    return f"table {spot.table} row {spot.row} column {spot.column}"


def _line(text: str) -> str:
    """The text in one line; empty where there is nothing but white space and what takes no width."""
    return _short_line(text) if len(text) <= LONGEST_REPEATED else _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(visible(text).replace("\xa0", " ").split())


_short_line = lru_cache(maxsize=4096)(_one_line)
"""The same, remembered: cells and labels of all pages print the same."""
