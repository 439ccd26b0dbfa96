"""Bodies as they were sent, and their content encoding undone under a cap."""

from __future__ import annotations

import zlib
from functools import lru_cache

from scraper.errors import BrokenBody, TooLarge
from scraper.exchange import Exchange, header

LARGEST_PAGE = 200 * 1024 * 1024
"""Bytes once inflated: a bomb of some kilobytes is not unpacked."""
_GZIP = b"\x1f\x8b"
_INFLATES = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""zlib's window sizes to try; `deflate` is sent with and without its header."""


@lru_cache(maxsize=1)
def inflated(exchange: Exchange) -> bytes:
    """The body with its content encoding undone. Raises BrokenBody and TooLarge.

    A page is asked for it by all that look at it, one after another, and is inflated once for all of them.
    """
    return decoded(exchange.body, header(exchange, "content-encoding"))


def decoded(body: bytes, encoding: str) -> bytes:
    """A body with the content encoding undone that its header names. Raises BrokenBody and TooLarge."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"} or not body:
        return body
    if encoding not in _INFLATES:
        raise BrokenBody(f"content encoding {encoding} was not asked for")
    if encoding != "deflate" and not body.startswith(_GZIP):
        return body  # says gzip and is not: archived and read as it is
    for window in _INFLATES[encoding]:
        try:
            data = _members(body, window)
        except zlib.error:
            continue
        if data is not None:
            return data
    raise BrokenBody(f"the {encoding} body does not inflate to its end")


def _members(body: bytes, window: int) -> bytes | None:
    """One gzip member behind another is one body (RFC 1952); None where the last does not end. What else stands behind is none."""
    data = b""
    while True:
        inflate = zlib.decompressobj(window)
        data += inflate.decompress(body, LARGEST_PAGE - len(data) + 1)
        if inflate.unconsumed_tail or len(data) > LARGEST_PAGE:
            raise TooLarge(f"more than {LARGEST_PAGE} bytes when inflated")
        if not inflate.eof:
            return None
        body = inflate.unused_data
        if not body.startswith(_GZIP):
            return data


@lru_cache(maxsize=1)
def text_of(body: bytes) -> str:
    """The text of a page: strict UTF-8, else GB18030, which contains the whole GB family."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")
