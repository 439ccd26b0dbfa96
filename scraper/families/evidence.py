"""Fingerprints: the first of several patterns that a page shows, as evidence that can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 80


def shown(patterns: Sequence[re.Pattern[str]], html: str, url: str) -> str | None:
    """What the first matching pattern found in the page, or else in its address."""
    for pattern in patterns:
        if match := pattern.search(html):
            return f"{match[0][:LONGEST]} in the page"
    for pattern in patterns:
        if match := pattern.search(url):
            return f"{match[0][:LONGEST]} in the address"
    return None
