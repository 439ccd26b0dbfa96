"""Which characters the bytes stand for.

Order: byte order mark, strict UTF-8, the declared charset (header, then meta), GB18030. Strict UTF-8 stands before the declarations because
pages declare what they are not, and text that is valid UTF-8 beyond ASCII is hardly ever anything else; GBK text is. The whole GB family is
decoded as GB18030, of which the others are parts: pages declared `gb2312` hold GBK characters (rare ones in place names).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_GB_FAMILY = {"gb2312", "gbk", "cp936", "ms936", "gb18030", "hz", "euc_cn", "x-gbk", "gb_2312-80", "csgb2312"}
_HEAD_BYTES = 4096


def decode(data: bytes, *, content_type: str | None = None) -> tuple[str, str]:
    """The text and the name of the charset it was read with; bytes that fit no charset become U+FFFD."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), name
    for name in _candidates(data, content_type):
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    return _least_damaged(data)


def _candidates(data: bytes, content_type: str | None) -> Iterator[str]:
    yield "utf-8"
    header = _HEADER.search(content_type or "")
    meta = _DECLARED.search(data[:_HEAD_BYTES])
    declared = [header.group(1) if header else "", meta.group(1).decode("ascii") if meta else ""]
    yield from (name for name in map(_known, declared) if name not in {"", "iso8859-1", "utf-8", "ascii"})
    yield "gb18030"


def _known(name: str) -> str:
    if name.lower() in _GB_FAMILY:
        return "gb18030"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _least_damaged(data: bytes) -> tuple[str, str]:
    readings = [(data.decode(name, "replace"), name) for name in ("utf-8", "gb18030")]
    return min(readings, key=lambda reading: reading[0].count("�"))
