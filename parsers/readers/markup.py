"""What libxml2 is given of a page: its markup without what tells only how it looks.

Four fifths of a Word export are styles, classes and spans, and libxml2 makes an attribute or an element of each. Only what is well formed is left out,
everything else is for libxml2 to make sense of.
"""

from __future__ import annotations

import re
from functools import lru_cache

from parsers.numerals import holds_invisible, visible

_END = re.compile(rb"</(?:html|body)\b[^>]*>", re.I)
"""Pages are put together from files that are whole pages themselves: browsers read on behind these tags, libxml2 stops at `</html>`."""
_STYLED = (b"td", b"p", b"span")
"""Tags that Word gives a style each."""
_CELL = b"<td "
_ALONE = re.compile(rb"(<td[^<>]*>)<p>([^<]*)</p>\s*(?=</td>)")
"""A cell that holds nothing but one paragraph of text: as much as the text alone."""
_NOTHING = b"<o:p></o:p>"
"""What Word puts at the end of each paragraph."""
_ATTRIBUTE = rb"""([a-zA-Z][\w:.-]*+)(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`/]++))?+"""
"""An attribute as it should be written."""
_ATTRIBUTES = re.compile(rb"\s*+(?:%b(?:\s++|\Z))++" % _ATTRIBUTE)
_UNCLOSED = re.compile(rb"""<[a-zA-Z/][^<>"']*+(?:"[^"<>]*+"[^<>"']*+|'[^'<>]*+'[^<>"']*+)*+["'<]""")
"""A tag with a quote in it, or the next tag, before it ends."""
_SPANS = frozenset({b"colspan", b"rowspan"})
_LONGEST_REPEATED = 500
"""Bytes of a cell, or of the attributes of one tag, that are remembered."""
_MOST_LOOKS = 1000
"""A page tells a tag's attributes in some dozens of ways; where it has more, to look at each would take longer than to read them."""
_CROWDED = re.compile(rb"<([a-zA-Z][\w:-]*)\s[^<>]{10000,}>")
"""A tag that no page means: libxml2 compares each attribute with all before it. A picture within its address is left out as well."""
_LARGE = 300_000
"""Bytes of a page in which such a tag is looked for."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|:\s*line-through", re.I)
_PARTED = re.compile(r"display\s*:\s*(?:table|block|flex|grid|list-item)", re.I)
_MAY_HIDE = re.compile(rb"hidden|display|line-through|&|--", re.I)
"""What attributes hold that hide something; an entity may stand for any character of them, and a comment end among them."""


def plain_markup(text: str, utf8: bytes) -> bytes:
    """The markup of a page, `utf8` being the same text as the page printed it."""
    markup = visible(text).encode("utf-8", "replace") if holds_invisible(text, utf8) else utf8
    lean = _lean(markup.replace(b"\x00", b""))
    return _END.sub(b"", _CROWDED.sub(rb"<\1>", lean) if len(lean) > _LARGE else lean)


def _lean(markup: bytes) -> bytes:
    """The markup without what can be left out; all of it where a quote or a tag is not closed, and reaches to the next one that is."""
    before, *cells = markup.split(_CELL)
    lean = _bare(b"".join([before, *[_bare_cell(cell) if len(cell) <= _LONGEST_REPEATED else _CELL + cell for cell in cells]]))
    return markup if _UNCLOSED.search(lean) else lean


def _bare(markup: bytes) -> bytes:
    """A piece of markup without what can be left out."""
    for tag in _STYLED:
        markup = _without_looks(markup, tag)
    return _without_spans(markup.replace(_NOTHING, b""))


@lru_cache(maxsize=2048)
def _bare_cell(behind: bytes) -> bytes:
    """A cell as it is up to the next one, remembered: most print the same figures in the same way, and stand in the tables of all pages of a portal."""
    cell = _bare(_CELL + behind)
    alone = _ALONE.match(cell)
    return b"".join((*alone.groups(), cell[alone.end() :])) if alone else cell


@lru_cache(maxsize=1024)
def hides(style: str) -> bool:
    """Whether a style leaves an element not to be seen, or strikes it out."""
    return _HIDDEN.search(style) is not None


@lru_cache(maxsize=1024)
def parts(style: str) -> bool:
    """Whether a style sets what an inline element holds apart from the text around it, as cells of a table."""
    return _PARTED.search(style) is not None


def _without_looks(markup: bytes, tag: bytes) -> bytes:
    """The markup with the attributes of a tag that matter: the spans of a cell, and all where one may hide it."""
    first, *rest = markup.split(b"<" + tag + b" ")
    if not rest:
        return markup
    attributes, ends, behind = zip(*[part.partition(b">") for part in rest], strict=True)
    looks = set(attributes)
    if b"" in ends or len(looks) > _MOST_LOOKS:
        return markup
    opened = {look: _opening(tag, look) for look in looks}
    parts = [first] * (1 + 2 * len(rest))
    parts[1::2], parts[2::2] = [opened[look] for look in attributes], behind
    return b"".join(parts)


def _opening(tag: bytes, attributes: bytes) -> bytes:
    """The opening tag with the attributes that matter."""
    return _short_opening(tag, attributes) if len(attributes) <= _LONGEST_REPEATED else b"<%b %b>" % (tag, attributes)


def _without_spans(markup: bytes) -> bytes:
    """The markup without spans, where all of them stand without attributes and are closed: such a tag means nothing to a reader of the text."""
    opened = markup.split(b"<span>")
    closed = b"".join(opened).split(b"</span>")
    bare = b"".join(closed)
    is_plain = len(opened) == len(closed) and b"<span" not in bare.lower() and b"<<" not in markup
    return bare if is_plain else markup


@lru_cache(maxsize=_MOST_LOOKS)
def _short_opening(tag: bytes, attributes: bytes) -> bytes:
    if not _ATTRIBUTES.fullmatch(attributes) or _MAY_HIDE.search(attributes):
        return b"<%b %b>" % (tag, attributes)
    told = (match for match in re.finditer(_ATTRIBUTE, attributes) if match[1].lower() in _SPANS)
    return b" ".join([b"<" + tag, *(match[0] for match in told)]) + b">"
