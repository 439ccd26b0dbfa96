"""Plain text: one piece a line. A line of white space is a blank piece, since it is what a blank cell leaves; an empty line is none."""

from __future__ import annotations

from parsers.pieces import Document, Piece


def read_text(text: str) -> Document:
    """The lines as pieces, placed `line 1` …; empty lines only separate."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Document(tuple(Piece(line, f"line {number}") for number, line in enumerate(lines, 1) if line))
