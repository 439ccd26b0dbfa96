"""English and Chinese: every sentence of the pages by its key, from `strings.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
DEFAULT = "en"


@cache
def strings() -> Mapping[str, Mapping[str, str]]:
    """Key -> language -> sentence."""
    return tomllib.loads((Path(__file__).parent / "strings.toml").read_text("utf-8"))


def translator(language: str) -> Callable[..., str]:
    """A function from a key, and what stands in its braces, to the sentence in that language. A key that is not there is a KeyError."""

    def translate(key: str, **values: object) -> str:
        return strings()[key][language].format(**values)

    return translate


def chosen(asked: str | None, kept: str | None, accepted: str | None) -> str:
    """The language of a page: as asked for by its address, as kept in the cookie, as the browser accepts, or English."""
    for wanted in (asked, kept):
        if wanted in LANGUAGES:
            return str(wanted)
    first = (accepted or "").split(",")[0].strip().lower()
    return "zh" if first.startswith("zh") else DEFAULT
