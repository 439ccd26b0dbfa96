"""Charts of a comparison: SVG and HTML whose text names fonts for Chinese and leaves drawing it to the reader's machine, and PNG drawn with the font of
this package, so that Chinese looks the same on a machine without any.

A letter that no font here has would show as a box, silently, so such a picture is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from nianbao import fonts
from nianbao.errors import CompareError
from nianbao.measures import all_digits, measures
from nianbao.pixels import packed

FONTS = "Nianbao Sans SC, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Zen Hei, SimHei, sans-serif"
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#666666", "#000000")
"""Okabe and Ito's colours, which colour-blind readers can tell apart, with a grey dark enough to be no pink to those who see no green."""
MISSING_COLOUR = "#B00020"
PNG_SCALE = 2


def write_chart(
    frame: pd.DataFrame, path: Path, *, source: str, made_on: date, named: Sequence[str] = ("requests",), title: str | None = None
) -> None:
    """Write `chart_bytes` to `path`, which ends in .svg, .html or .png. Raises CompareError."""
    path.write_bytes(chart_bytes(frame, path.suffix[1:], named=named, source=source, made_on=made_on, title=title))


def chart_bytes(
    frame: pd.DataFrame, form: str, *, source: str, made_on: date, named: Sequence[str] = ("requests",), title: str | None = None
) -> bytes:
    """The comparison of `compare.table` as bars, one a township and a panel a measure; `form` is svg, html or png.

    Every panel says its n. A township without a figure shows 缺. Raises CompareError where nothing can be drawn, and as `png` does.
    """
    import altair as alt  # noqa: PLC0415 (the notebooks extra)

    panels = [_panel(alt, frame, measure) for measure in named]
    heading = title or f"{frame.attrs.get('county', '')} {frame.attrs.get('year', '')}".strip()
    if all(frame[measure].notna().sum() == 0 for measure in named):
        raise CompareError(f"{heading}: no township has a figure to draw")
    below = ["缺 = not read, too few cases, or not found; never 0", f"source: {source}, {made_on}"]
    whole = framed(alt.hconcat(*panels), heading, below)
    if form == "html":
        return str(whole.to_html(inline=True)).encode("utf-8")  # inline: it must not load its library from elsewhere
    drawn = svg(whole)
    return drawn.encode("utf-8") if form == "svg" else png(drawn)


def framed(chart: Any, heading: str, lines: Sequence[str]) -> Any:  # noqa: ANN401 (any chart of altair's)
    """The chart with a heading, the lines below it, the fonts, and the colours that everyone can tell apart."""
    import altair as alt  # noqa: PLC0415

    titled = chart.properties(title=alt.TitleParams(heading, subtitle=list(lines), anchor="start", frame="bounds"), padding=12)
    return (
        titled.configure(font=FONTS, background="white")
        .configure_view(stroke=None)
        .configure_axis(labelLimit=260, titleFontWeight="normal", grid=False, domainColor="#888", tickColor="#888")
        .configure_axisX(grid=True, gridColor="#e4e7ea")
        .configure_legend(labelLimit=260, titleFontWeight="normal")
        .configure_title(fontSize=15, subtitleColor="#555", offset=14)
        .configure_range(category=list(COLOURS))
    )


def svg(chart: Any) -> str:  # noqa: ANN401
    """A chart of altair's drawn, its text as text; the widths are those of the font of this package."""
    import vl_convert  # noqa: PLC0415

    _register_font()
    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def png(svg: str) -> bytes:
    """An SVG as pixels. Raises CompareError where a letter is in no font: it would be drawn as a box."""
    import vl_convert  # noqa: PLC0415

    missing = fonts.lacking(svg)
    if missing and not has_chinese_font():
        raise CompareError(
            f"{''.join(missing[:8])}: not in the font of this package nor in any of this machine: install one (Debian: fonts-noto-cjk),"
            " or take svg or html"
        )
    _register_font()
    return packed(bytes(vl_convert.svg_to_png(svg, scale=PNG_SCALE)))


@cache
def has_chinese_font() -> bool:
    """Whether the machine draws Chinese characters as themselves: two different ones give the same box where no font of its own has them."""
    import vl_convert  # noqa: PLC0415

    shape = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-size="24" font-family="{}">{}</text></svg>'
    return bool(vl_convert.svg_to_png(shape.format(FONTS, "龘")) != vl_convert.svg_to_png(shape.format(FONTS, "靐")))


@cache
def _register_font() -> None:
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(fonts.FOLDER))


def db_source(db: Path, area: str = "") -> tuple[str, date]:
    """Where the figures of an area (all by default) come from and the day the database was built; the portals are named where there are few."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        sql = "select distinct p.name from portals p join reports r using (portal) where coalesce(r.county_code, '') like ? order by 1"
        portals = [name for (name,) in connection.execute(sql, [f"{area}%"])]
        built = connection.execute("select max(value) from meta where key = 'built_at'").fetchone()[0]
    named = "; ".join(portals) if len(portals) <= 3 else f"{len(portals)} government portals"
    return named or "no portal", date.fromisoformat(built[:10]) if built else date.today()


def _panel(alt: Any, frame: pd.DataFrame, measure: str) -> Any:  # noqa: ANN401 (altair is typed by its own schema)
    known = measures()[measure]
    drawn, order = _drawn(frame, measure), _order(frame, measure)
    n = int(frame[measure].notna().sum())
    y = alt.Y("unit:N", sort=order, title=None)
    axis = alt.Axis(format="%") if known.is_share else alt.Axis(tickMinStep=1)
    bars = (
        alt.Chart(drawn)
        .mark_bar(color=COLOURS[0])
        .encode(x=alt.X("value:Q", title=f"{known.chinese} {measure} ({known.unit})", axis=axis), y=y)
    )
    colour = alt.condition("datum.value === null", alt.value(MISSING_COLOUR), alt.value("#333"))
    labels = alt.Chart(drawn).mark_text(align="left", dx=4).encode(x="position:Q", y=y, text="label:N", color=colour)
    return (bars + labels).properties(
        width=420,
        height={"step": 18},
        title=alt.TitleParams(f"n = {n} of {len(frame)} townships", fontSize=12, fontWeight="normal"),
    )


def _order(frame: pd.DataFrame, measure: str) -> list[str]:
    return list(frame.sort_values(measure, ascending=False, na_position="last")["unit"])


def _drawn(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    share = measures()[measure].is_share
    shown = frame[["unit", measure]].rename(columns={measure: "value"})
    shown["label"] = ["缺" if pd.isna(value) else f"{value:.0%}" if share else all_digits(value) for value in shown["value"]]
    shown["position"] = shown["value"].fillna(0)
    return shown
