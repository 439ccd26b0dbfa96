"""Small multiples as inline SVG: a line a unit over the years, gaps where nothing was read, a rule where the edition of the form changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 180, 58, 10, 12, 16


@dataclass(frozen=True, slots=True)
class Point:
    """A year with its value, and whether the report before was on another edition of the form. `text` is the value as the page prints it."""

    year: int
    value: float | None
    text: str
    is_break: bool = False


def series(points: Sequence[Point], *, highest: float, label: str) -> Markup:
    """One series, drawn from 0 to `highest`; `label` names it for those who do not see it, with every value behind it."""
    if not points:
        return Markup("")
    spoken = f"{label}: " + ", ".join(f"{point.year} {point.text}" for point in points)
    inside = Markup("").join([*_axis(points), *_breaks(points), *_lines(points, highest), *_marks(points, highest)])
    return Markup('<svg class="series" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, WIDTH, HEIGHT, spoken, inside
    )


def _x(points: Sequence[Point], year: int) -> float:
    first, last = points[0].year, points[-1].year
    return round(SIDE + (WIDTH - 2 * SIDE) * (year - first) / max(last - first, 1), 1)


def _y(value: float, highest: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / (highest or 1), 1)


def _axis(points: Sequence[Point]) -> Iterator[Markup]:
    base = HEIGHT - BOTTOM
    yield Markup('<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(SIDE, base, WIDTH - SIDE, base)
    for point, anchor in ((points[0], "start"), (points[-1], "end")):
        yield Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>').format(
            SIDE if anchor == "start" else WIDTH - SIDE, HEIGHT - 3, anchor, point.year
        )


def _breaks(points: Sequence[Point]) -> Iterator[Markup]:
    for before, point in pairwise(points):
        if point.is_break:
            x = round((_x(points, before.year) + _x(points, point.year)) / 2, 1)
            yield Markup('<line class="break" x1="{}" y1="2" x2="{}" y2="{}"/>').format(x, x, HEIGHT - BOTTOM)


def _lines(points: Sequence[Point], highest: float) -> Iterator[Markup]:
    """Between neighbouring years that were both read, on one edition; one path, which is lighter than a line each."""
    drawn = ""
    for before, point in pairwise(points):
        if before.value is not None and point.value is not None and not point.is_break and point.year == before.year + 1:
            drawn += f"M{_x(points, before.year):g} {_y(before.value, highest):g}L{_x(points, point.year):g} {_y(point.value, highest):g}"
    if drawn:
        yield Markup('<path class="value" d="{}"/>').format(drawn)


def _marks(points: Sequence[Point], highest: float) -> Iterator[Markup]:
    """A dot a value; a cross below the line where there is none."""
    for point in points:
        x = _x(points, point.year)
        title = escape(f"{point.year}: {point.text}")
        if point.value is None:
            yield Markup('<path class="gap" d="M{} {}l6 6m0 -6l-6 6"><title>{}</title></path>').format(
                x - 3, HEIGHT - BOTTOM - 3, title
            )
        else:
            yield Markup('<circle cx="{}" cy="{}" r="2.5"><title>{}</title></circle>').format(
                f"{x:g}", f"{_y(point.value, highest):g}", title
            )
