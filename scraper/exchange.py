"""One request and its response as they went over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One request and its response as they went over the wire; `body` is still compressed as sent. Two are never the same one."""

    url: str
    request_headers: Sequence[tuple[str, str]]
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    fetched_at: str
    """When it was asked for: UTC, ISO form with Z."""
    method: str = "GET"
    request_body: bytes = b""
    truncated: str = ""
    """Why the body ends early, in WARC's words: length, time, disconnect or unspecified."""
    asked_of: str = ""
    """Where it was asked for, where an archive answered in the portal's place; `url` is then the address that was captured."""
    captured_at: str = ""
    """When an archive took the page, where it comes from one: UTC, ISO form with Z."""


def header(exchange: Exchange, name: str) -> str:
    """The value of a response header by its name in lower case, empty where it is missing."""
    return next((value for key, value in exchange.headers if key.lower() == name), "")
