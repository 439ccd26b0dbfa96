"""Reading what portals put into scripts and interfaces: JSON that may be cut, wrapped in a call or written as a string, and CDATA in pages.

Nothing here raises: what cannot be read is None or nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from scraper.links import day_in

_CALLBACK = re.compile(r"^\s*[\w.$]+\s*\(")
_ESCAPED = re.compile(r"%u([0-9a-fA-F]{4})")
_DECODER = json.JSONDecoder()
CHINA = timedelta(hours=8)


def json_of(text: str) -> Any:  # noqa: ANN401 (JSON)
    """The JSON value of an answer, out of the call that wraps it (`cb({…})`); None where it is none."""
    text = text.strip().removeprefix("\ufeff")
    if call := _CALLBACK.match(text):
        text = text[call.end() :].strip().rstrip(";").removesuffix(")")
    return _loads(text)


def json_at(text: str, position: int) -> Any:  # noqa: ANN401 (JSON)
    """The JSON value that begins at a position of a script, or None."""
    try:
        return _DECODER.raw_decode(text, position)[0]
    except (ValueError, RecursionError):
        return None


def _loads(text: str) -> Any:  # noqa: ANN401 (JSON)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def dig(value: Any, *names: str) -> Any:  # noqa: ANN401 (JSON)
    """A value by the names on the way to it; JSON written as a string is read. None where the way ends."""
    for name in names:
        value = _loads(value) if isinstance(value, str) else value
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def rows(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (JSON)
    """The objects of an array, other things passed over."""
    value = _loads(value) if isinstance(value, str) else value
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (row for row in value if isinstance(row, Mapping))


def text_at(row: Mapping[str, Any], *names: str) -> str:
    """The first of the named values that is text with anything in it; `%uXXXX` and entities undone."""
    found = (row.get(name) for name in names)
    first = next((value for value in found if isinstance(value, str) and value.strip()), "")
    return unescape(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), first)).strip()


def number_at(row: Any, *names: str) -> int | None:  # noqa: ANN401 (JSON)
    """The first of the named values that is a whole number, as number or text."""
    values = (dig(row, name) for name in names)
    found = (_number(value) for value in values)
    return next((value for value in found if value is not None), None)


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12 else None


def day_at(row: Mapping[str, Any], *names: str) -> date | None:
    """The first of the named values that is a day: text, or seconds of the epoch, which are read in China time."""
    days = (_day(row.get(name)) for name in names)
    return next((day for day in days if day), None)


def _day(value: object) -> date | None:
    if isinstance(value, str):
        return day_in(value)
    seconds = _number(value)
    if seconds is None or not 10**8 < seconds < 10**11:
        return None
    return (datetime.fromtimestamp(seconds, UTC) + CHINA).date()


def named_in(text: str, name: str) -> str:
    """The value that a script gives a name: `name: 'x'`, `"name":"x"`, `name=x` in a query; empty where it is not named."""
    pattern = rf"""(?<![\w.]){re.escape(name)}["']?\s*[:=]\s*(?:["']([^"'<>]{{0,400}})["']|([^\s"'&,;<>(){{}}]{{1,400}}))"""
    match = re.search(pattern, text, re.IGNORECASE)
    return unescape(match[1] if match[1] is not None else match[2]) if match else ""


def cdata_in(text: str, tag: str) -> Iterator[str]:
    """The character data of all elements of a name, in XML that stands in a page, as it is or with its angle brackets as entities."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    text = text if opening in text else unescape(text)
    start = text.find(opening)
    while start >= 0:
        end = text.find(closing, start)
        if end < 0:
            return
        yield text[start + len(opening) : end].strip().removeprefix("<![CDATA[").removesuffix("]]>")
        start = text.find(opening, end)
