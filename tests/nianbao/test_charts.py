"""Pictures: the font that travels with the program, and colours that colour-blind readers can tell apart."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterable, Mapping
from itertools import combinations

import pytest
from lxml import etree

from nianbao import chart, fonts
from nianbao.measures import measures
from nianbao.pixels import packed
from nianbao.portals import registry_path
from nianbao.unitfiles import reference_rows
from nianbao.units import register
from parsers.forms import reference_file
from scraper.registry import read_registry

MATRICES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""


def letters_of_the_font() -> set[str]:
    """What the font file itself maps to glyphs (its table cmap, format 4 or 12)."""
    data = (fonts.FOLDER / "NianbaoSansSC-Regular.otf").read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack(">II", data[at + 8 : at + 16])
        for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)
    }
    start = tables[b"cmap"][0]
    found: set[str] = set()
    for record in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        (offset,) = struct.unpack(">I", data[start + 8 + 8 * record : start + 12 + 8 * record])
        at = start + offset
        if struct.unpack(">H", data[at : at + 2])[0] == 12:
            for group in range(struct.unpack(">I", data[at + 12 : at + 16])[0]):
                first, last, _ = struct.unpack(">III", data[at + 16 + 12 * group : at + 28 + 12 * group])
                found |= {chr(code) for code in range(first, last + 1)}
        elif struct.unpack(">H", data[at : at + 2])[0] == 4:
            half = struct.unpack(">H", data[at + 6 : at + 8])[0]
            ends = struct.unpack(f">{half // 2}H", data[at + 14 : at + 14 + half])
            starts = struct.unpack(f">{half // 2}H", data[at + 16 + half : at + 16 + 2 * half])
            found |= {
                chr(code) for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1) if code != 0xFFFF
            }
    return found


def test_the_font_has_every_name_and_label() -> None:
    """Units, portals, measures, functions of departments and labels of the forms; and the list of letters beside it is that of the file."""
    assert fonts.characters() <= letters_of_the_font()
    names = [unit.name for unit in register()] + [measure.chinese for measure in measures().values()]
    names += [portal.name for portal in read_registry(registry_path(None))]
    names += [row["function"] + row["names"] for row in reference_rows("functions.csv")]
    names.append(reference_file("forms.json").read_text("utf-8").replace("\u3000", ""))
    assert len(names) > 50_000
    assert fonts.lacking("".join(names)) in ([], ["\ufffd"])  # a letter that was lost before the bureau published it
    assert fonts.lacking("年龘a") == ["龘"]


def test_its_licence_travels_with_it() -> None:
    """The SIL Open Font License asks for its text, and for another name than the original's."""
    licence = (fonts.FOLDER / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence
    assert fonts.FAMILY.encode("utf-16-be") in (fonts.FOLDER / "NianbaoSansSC-Regular.otf").read_bytes()


def test_chinese_is_drawn_with_it() -> None:
    """Two letters give two pictures, and neither is the box of a letter that no font has."""
    shape = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-size="24" font-family="{}">{}</text></svg>'
    drawn = {letter: chart.png(shape.format(fonts.FAMILY, letter)) for letter in "年报镇"}
    assert len(set(drawn.values())) == 3


def test_pictures_are_packed_without_loss() -> None:
    """The same pixels in fewer bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([row % 7] * 300) for row in range(100))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0))
    stored = zlib.compress(rows, 0)
    loose = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", stored[:999]) + chunk(b"IDAT", stored[999:]) + chunk(b"IEND", b"")
    tight = packed(loose)
    assert len(tight) < len(loose) / 10
    assert head in tight
    assert tight.endswith(chunk(b"IEND", b""))
    at = tight.index(b"IDAT")
    assert zlib.decompress(tight[at + 4 : at + 4 + struct.unpack(">I", tight[at - 4 : at])[0]]) == rows


@pytest.mark.parametrize("sight", MATRICES)
def test_colours_can_be_told_apart(sight: str, drawn: Mapping[str, str]) -> None:
    """Those of the palette, and those that meet in a picture, as readers with each kind of colour blindness see them (CIE 1976 difference above 10)."""
    assert closest(chart.COLOURS, sight) > 10
    together = {title: colours_of(picture) for title, picture in drawn.items()}
    assert {title: colours for title, colours in together.items() if closest(colours, sight) <= 10} == {}
    assert max(map(len, together.values())) == 8


def colours_of(picture: str) -> set[str]:
    """The colours of bars, fields and points, and those beside the words of the legend."""
    shapes = etree.fromstring(picture.encode()).xpath(
        "//*[contains(@class, 'mark-rect') or contains(@class, 'mark-symbol')]//*[@fill]"
    )
    return {shape.get("fill") for shape in shapes if shape.get("fill").startswith("#")}


def closest(colours: Iterable[str], sight: str) -> float:
    """The smallest difference between two of the colours; without end for one alone."""
    seen = [lab(simulated(colour, sight)) for colour in colours]
    return min((math.dist(one, other) for one, other in combinations(seen, 2)), default=math.inf)


def test_pictures_are_as_light_as_pages(drawn: Mapping[str, str]) -> None:
    """As SVG none is heavier than a page of the site may be, and all text names a Chinese font and, last, any."""
    assert len(drawn) == 12
    for picture in drawn.values():
        assert len(picture.encode()) < 300_000
        families = {text.get("font-family") for text in etree.fromstring(picture.encode()).iter("{*}text")}
        assert families == {chart.FONTS}


def simulated(colour: str, sight: str) -> list[float]:
    linear = [channel(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    return [min(1.0, max(0.0, sum(factor * value for factor, value in zip(row, linear, strict=True)))) for row in MATRICES[sight]]


def channel(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def lab(linear: list[float]) -> tuple[float, float, float]:
    xyz = [
        sum(factor * value for factor, value in zip(row, linear, strict=True)) / white
        for row, white in (
            ((0.4124, 0.3576, 0.1805), 0.9505),
            ((0.2126, 0.7152, 0.0722), 1.0),
            ((0.0193, 0.1192, 0.9505), 1.089),
        )
    ]
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
