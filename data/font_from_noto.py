"""nianbao/fonts from Noto Sans CJK: the letters of every unit's name and of every label, under a name of its own.

    pip install fonttools
    python data/font_from_noto.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Noto Sans CJK is under the SIL Open Font License 1.1 (Debian: fonts-noto-cjk), and so is what is made of it; the licence lies beside it.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "nianbao" / "fonts"
FAMILY = "Nianbao Sans SC"
ASKED_OF = "Noto Sans CJK SC"
SAID = (
    "nianbao/*.toml",
    "nianbao/site/*.toml",
    "nianbao/canned.py",
    "nianbao/demo/**/*.py",
    "notebooks/*.ipynb",
    "docs/*.md",
    "README*.md",
    "data/forms.json",
    "data/portals.csv",
    "data/units/*.csv",
)
"""What speaks Chinese to a reader: labels and words, functions of departments, the demo's pages, the notebooks, the docs."""
PLAIN = "".join(map(chr, range(0x20, 0x7F))) + "·×÷±≠≤−–—‘’“”…≈→●◐○（）「」《》【】、。，；：！？％０１２３４５６７８９┆缺"


def characters() -> str:
    """Every letter that a unit, a portal, a measure, a form, a page of the site or of the docs may print."""
    units = (gzip.decompress(path.read_bytes()).decode("utf-8") for path in sorted((ROOT / "data" / "units").glob("*.csv.gz")))
    said = (path.read_text("utf-8") for pattern in SAID for path in ROOT.glob(pattern))
    return "".join(
        sorted(letter for letter in {*PLAIN, *"".join(units), *"".join(said)} if letter.isprintable() and letter != "\ufffd")
    )


def main(path: str) -> None:
    font: TTFont = next(one for one in TTCollection(path).fonts if one["name"].getDebugName(1) == ASKED_OF)
    wanted = characters()
    options = Options(layout_features=["kern"], hinting=False, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(text=wanted)
    subsetter.subset(font)
    for record in font["name"].names:
        named = {1: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", "") + "-Regular"}.get(record.nameID)
        if named:
            record.string = named
    font["CFF "].cff.fontNames[0] = FAMILY.replace(" ", "") + "-Regular"
    font.save(FOLDER / "NianbaoSansSC-Regular.otf")
    there = font.getBestCmap()
    (FOLDER / "characters.txt").write_text("".join(letter for letter in wanted if ord(letter) in there), "utf-8")
    print(len(there), "letters; not in the font:", "".join(letter for letter in wanted if ord(letter) not in there))


if __name__ == "__main__":
    main(sys.argv[1])
