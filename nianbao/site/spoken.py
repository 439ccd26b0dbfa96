"""Pages for those who hear them: Chinese says that it is Chinese, and Datasette's own markup gets the names and the order that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup, escape

_HAN = r"[㐀-䶿一-鿿]"
_CHINESE = re.compile(rf"{_HAN}(?:[\d\s·%、。，；：？！＝＋≠（）《》“”｜—–+-]*{_HAN})*")
"""Chinese characters, and what stands between two of them."""
_WORD = re.compile(r"[A-Za-z]{2}")
_TAG = re.compile(r"(<[^>]*>)")
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_UNMARKED = ("<textarea", "<option", '<span lang="')
"""Tags behind which the text stays: it can hold no other tag, or is marked already."""
MENDED: Mapping[str, str] = {
    '<textarea id="sql-editor"': '<textarea id="sql-editor" aria-label="SQL"',
    '<select name="_filter_column': '<select aria-label="Column" name="_filter_column',
    '<select name="_filter_op': '<select aria-label="Comparison" name="_filter_op',
    '<input type="text" name="_filter_value': '<input type="text" aria-label="Value" name="_filter_value',
    '<select name="_sort"': '<select aria-label="Sort" name="_sort"',
    '<div class="table-wrapper">': '<div class="table-wrapper" role="region" aria-label="Rows" tabindex="0">',
    '<table class="rows-and-columns">': '<table class="rows-and-columns"><caption class="unseen">Rows</caption>',
    'class="cross">&#x2716;</a>': 'class="cross"><span aria-hidden="true">&#x2716;</span><span class="unseen">Remove</span></a>',
}
"""Markup of Datasette, and what stands in its place: fields have names, rows scroll by the keyboard, tables have captions, crosses are words."""


def said(text: str, language: str) -> Markup:
    """A text of anyone's on a page in that language: Chinese on an English page says that it is, and so do words of other letters on a Chinese one."""
    if language == "en":
        return Markup(_CHINESE.sub(_span, str(escape(text))))  # noqa: S704 (escaped)
    is_foreign = _WORD.search(text) and not re.search(_HAN, text)
    return Markup('<span lang="en">{}</span>').format(text) if is_foreign else escape(text)


def mended(html: str) -> Markup:
    """The content of a page of Datasette for those who hear it or go by the keyboard."""
    made = str(html)  # Markup would escape what stands in place of what it has
    for markup, instead in MENDED.items():
        made = made.replace(markup, instead)
    return Markup("".join(_marked("".join(_in_order(made)))))  # noqa: S704 (Datasette escaped it)


def _in_order(html: str) -> Iterator[str]:
    """No heading is deeper than the one before it by more than one."""
    depth, end = 0, 0
    for found in _HEADING.finditer(html):
        depth = depth if found[1] else min(int(found[2]), depth + 1)
        yield f"{html[end : found.start()]}<{found[1]}h{depth}"
        end = found.end()
    yield html[end:]


def _marked(html: str) -> Iterator[str]:
    """Text by text, which is escaped already."""
    tag = ""
    for at, part in enumerate(_TAG.split(html)):
        if at % 2:
            tag = part
        yield part if at % 2 or tag.startswith(_UNMARKED) else _CHINESE.sub(_span, part)


def _span(found: re.Match[str]) -> str:
    return f'<span lang="zh-CN">{found[0]}</span>'
