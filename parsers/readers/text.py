"""Plain text: one piece a line, or, where pipes close the cells, one piece a cell.

A line of white space is a blank piece, since it is what a blank cell leaves; an empty line only separates. Pipes stand in every way between cells:
behind each on its line, alone on a line of their own, in front of a row, several together for the cells that fill a row up (layouts.md A2-A10).
One rule reads them all: a pipe closes the cell before it, and where none is open it stands for a cell without text. Drawn lines upright are pipes,
lying ones say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from parsers.pieces import Document, Piece, gathered

_ATTACHED = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)\s*$", re.I)
_FILL = re.compile(r"[|\s]*\|[|\s]*")
_UPRIGHT = "｜│┃║┆┊"
_DRAWN = "|+:-─━═┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝┏┳┓┣╋┫┗┻┛"
_LYING = re.compile(r"(?=[^|+┌├└╔╠╚┏┣┗]*[|+┌├└╔╠╚┏┣┗])(?=.*[-─━═]{3})[\s" + re.escape(_DRAWN) + "]+")
"""A line drawn between rows (`├───┼──┤`, `+---+---+`, `|---|:-:|`); dashes alone may be what a cell holds."""
_GOES_ON = re.compile(r"\|[ \t]*\n(?:[ \t]*\|[ \t]*\n)+(?=[ \t]*\|[ \t]*[+-]?[\d.]+[ \t]*\|?[ \t]*$)", re.M)
"""A row between pipes that breaks at each of its blank cells (`| 25 |`, `|`, `|`, `| 25 |`): a pipe in front of a figure closes another one and opens no row."""
_CUT = re.compile(r"^(\|[^\n]*\|[ \t]*\d+)\n(\d+[ \t]*\|[^\n]*)$", re.M)
"""A row between pipes that breaks within a number (`| 行政许可 | 15`, `32 |`)."""
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.M)
_BOLD = re.compile(r"\*\*(?=\S)([^|*\n]+)(?<=\S)\*\*")
"""What pages turned into Markdown print for a heading, and for a label in bold (`**规章**`)."""


def read_text(text: str) -> Document:
    """The lines as pieces, placed `line 1` …, cells of a line `line 7 cell 2`."""
    for upright in _UPRIGHT:
        text = text.replace(upright, "|")
    text = _without_marks(text)
    lines = lines_of(_CUT.sub(r"\1 \2\n", text) if "\n|" in text else text)
    attached = sum(1 for line in lines if "." in line and _ATTACHED.search(line))
    rows = _broken_rows(text) if "\n|" in text else {}
    return Document(gathered(_pieces(lines, rows)), {"attachments": str(attached)} if attached else {})


def _broken_rows(text: str) -> dict[int, int]:
    """The lines on which a row goes on, with the line on which it begins."""
    rows: dict[int, int] = {}
    first, counted = 1, 0
    for match in _GOES_ON.finditer(text):
        first, counted = first + text.count("\n", counted, match.start()), match.start()
        rows |= {first + number: first for number in range(1, match.group().count("\n") + 1)}
    return rows


def _without_marks(text: str) -> str:
    """The text without the marks of headings and of bold type that a page turned to Markdown bears."""
    if "#" in text:
        text = _HEADING.sub("", text)
    return _BOLD.sub(r"\1", text) if "**" in text else text


def lines_of(text: str) -> list[str]:
    """The lines of a text as places count them, whatever ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _pieces(lines: list[str], rows: Mapping[int, int]) -> Iterator[Piece]:
    held = ""
    """What stands in the cell that no pipe has closed yet."""
    before = 0
    for number, line in enumerate(lines, 1):
        place = f"line {number}"
        if line and line.lstrip()[:1] in _DRAWN and _LYING.fullmatch(line):
            continue
        if "|" not in line:
            if line:
                yield Piece(line, place, gap=number - before, line=number)
                held = line
                before = number
        elif _FILL.fullmatch(line):
            yield from _without_text(line.count("|") - bool(held.strip(" \t")), place, rows.get(number, 0))
            held = ""
            before = number
        else:
            if number in rows:
                yield Piece("", place, line=rows[number])
            yield from _cells(line, place, rows.get(number, number))
            held = line.rpartition("|")[2].strip()
            before = number


def _without_text(count: int, place: str, line_number: int) -> Iterator[Piece]:
    """A line of pipes alone: one is a blank cell; several are what fills a row up, and which of them are blank figures is not known."""
    if count == 1:
        yield Piece("", place, line=line_number)
    elif count > 1:
        yield Piece("", place, fill=count)


def _cells(line: str, place: str, line_number: int) -> Iterator[Piece]:
    """The cells of a line; a pipe in front opens the row, and behind the last one nothing follows."""
    cells = line.split("|")
    if not cells[0].strip():
        del cells[0]
    if not cells[-1].strip():
        del cells[-1]
    yield from (Piece(cell.strip(), f"{place} cell {number}", line=line_number) for number, cell in enumerate(cells, 1))
