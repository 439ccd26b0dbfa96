"""A Chinese font that travels with the program: a subset of Noto Sans CJK SC (SIL Open Font License, OFL.txt), made by data/font_from_noto.py.

It has the letters of every unit's, portal's and measure's name and of the form's labels, so that a picture of pixels needs no font of the machine.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FAMILY = "Nianbao Sans SC"
FILE = "NianbaoSansSC-Regular.otf"
FOLDER = Path(__file__).parent
_FIRST_CHINESE = "\u2e80"
"""Letters from here on are found in no Latin font."""


@cache
def characters() -> frozenset[str]:
    """The letters the font has."""
    return frozenset((FOLDER / "characters.txt").read_text("utf-8"))


def lacking(text: str) -> list[str]:
    """The Chinese letters of a text that the font does not have, in order."""
    return sorted({letter for letter in text if letter >= _FIRST_CHINESE} - characters())
