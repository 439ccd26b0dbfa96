"""Why a document could not be read.

ParseError
├── EmptyDocument        no bytes, or nothing but white space
└── UnsupportedFormat    a format without a reader: the message names it
"""

from __future__ import annotations


class ParseError(Exception):
    """The document cannot be read at all; the message is one sentence without the source's name."""


class EmptyDocument(ParseError):
    """There are no bytes, or nothing but white space."""


class UnsupportedFormat(ParseError):
    """The bytes are of a format that has no reader."""


class DocumentTooLarge(ParseError):
    """The document holds far more runs of text than any report."""
