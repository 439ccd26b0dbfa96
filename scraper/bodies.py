"""Bodies as they were sent, and their content encoding undone under a cap."""

from __future__ import annotations

import zlib
from functools import lru_cache

from scraper.errors import BrokenBody, TooLarge
from scraper.exchange import Exchange, header

LARGEST_PAGE = 200 * 1024 * 1024
"""Bytes once inflated: a bomb of some kilobytes is not unpacked."""
_INFLATES = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""zlib's window sizes to try; `deflate` is sent with and without its header."""


@lru_cache(maxsize=1)
def inflated(exchange: Exchange) -> bytes:
    """The body with its content encoding undone. Raises BrokenBody and TooLarge.

    A page is asked for it by all that look at it, one after another, and is inflated once for all of them.
    """
    encoding = header(exchange, "content-encoding").strip().lower()
    if encoding in {"", "identity"} or not exchange.body:
        return exchange.body
    if encoding not in _INFLATES:
        raise BrokenBody(f"content encoding {encoding} was not asked for")
    if encoding != "deflate" and not exchange.body.startswith(b"\x1f\x8b"):
        return exchange.body  # says gzip and is not: archived and read as it is
    for window in _INFLATES[encoding]:
        inflate = zlib.decompressobj(window)
        try:
            data = inflate.decompress(exchange.body, LARGEST_PAGE)
        except zlib.error:
            continue
        if inflate.unconsumed_tail:
            raise TooLarge(f"more than {LARGEST_PAGE} bytes when inflated")
        if inflate.eof:
            return data
    raise BrokenBody(f"the {encoding} body does not inflate to its end")


@lru_cache(maxsize=1)
def text_of(body: bytes) -> str:
    """The text of a page: strict UTF-8, else GB18030, which contains the whole GB family."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")
