"""One reader per format, chosen by content: bytes in, `Document` out."""

from __future__ import annotations

import codecs
import re

from parsers.charset import decode
from parsers.errors import EmptyDocument, UnsupportedFormat
from parsers.numerals import visible
from parsers.pieces import Document
from parsers.readers.html import read_html
from parsers.readers.text import read_text

_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "a ZIP container (docx, xlsx, ofd or zip)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (doc, xls or wps)"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x7fELF", "a program"),
)
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|meta|table|tr|td|div|p|span|br|h[1-6]|ul|article)\b", re.I)
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_SAMPLE = 8192
_MOST_CONTROLS = 0.05


def read_document(data: bytes, *, content_type: str | None = None) -> tuple[Document, str]:
    """The document and the charset it was read with. Raises EmptyDocument, UnsupportedFormat or DocumentTooLarge."""
    _refuse_binary(data)
    text, charset = decode(data, content_type=content_type)
    sample = visible(text[:_SAMPLE])
    if not sample.strip() and not visible(text).strip():
        raise EmptyDocument("the document is empty")
    if _controls(sample) > _MOST_CONTROLS * len(sample):
        raise UnsupportedFormat("binary data, not a page or a text")
    if not _MARKUP.search(sample):
        return read_text(visible(text)), charset
    is_utf8 = charset == "utf-8" and not data.startswith(codecs.BOM_UTF8) and "\N{REPLACEMENT CHARACTER}" not in text
    return read_html(text, data if is_utf8 else None), charset


def _controls(sample: str) -> int:
    """How many control characters a text holds."""
    utf8 = sample.encode("utf-8", "replace")
    return len(utf8) - len(utf8.translate(None, _CONTROLS))


def _refuse_binary(data: bytes) -> None:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise UnsupportedFormat(f"{name}: no reader for this format yet")
