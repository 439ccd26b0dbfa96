"""Charts of a comparison: SVG and HTML whose text names fonts for Chinese and leaves drawing it to the reader's machine, and PNG where a font is here.

A picture of pixels needs a Chinese font on the machine that draws it: without one it would show boxes, silently, so it is refused.
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

from nianbao.errors import CompareError
from nianbao.measures import measures

FONTS = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Zen Hei, SimHei, sans-serif"
COLOURS = ("#0072B2", "#D55E00", "#999999")
"""Okabe and Ito's colours, which colour-blind readers can tell apart."""
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

    Every panel says its n. A township without a figure shows 缺. Raises CompareError where nothing can be drawn, and for PNG without a Chinese font.
    """
    import altair as alt  # noqa: PLC0415 (the notebooks extra)
    import vl_convert  # noqa: PLC0415

    panels = [_panel(alt, frame, measure) for measure in named]
    heading = title or f"{frame.attrs.get('county', '')} {frame.attrs.get('year', '')}".strip()
    if all(frame[measure].notna().sum() == 0 for measure in named):
        raise CompareError(f"{heading}: no township has a figure to draw")
    caption = ["缺 = not read, too few cases, or not found; never 0", f"source: {source} · {made_on}"]
    chart = alt.hconcat(*panels).properties(title=alt.TitleParams(heading, subtitle=caption, anchor="start"))
    framed = chart.configure(font=FONTS).configure_view(stroke=None)
    if form == "html":
        return str(framed.to_html(inline=True)).encode("utf-8")  # inline: it must not load its library from elsewhere
    svg = vl_convert.vegalite_to_svg(framed.to_json())
    return svg.encode("utf-8") if form == "svg" else _png(vl_convert, svg)


def _png(vl_convert: Any, svg: str) -> bytes:  # noqa: ANN401 (no types)
    if not has_chinese_font():
        raise CompareError(
            "a PNG needs a Chinese font on this machine and there is none: install one (Debian: fonts-wqy-zenhei), or take --format svg or html"
        )
    return bytes(vl_convert.svg_to_png(svg, scale=PNG_SCALE))


@cache
def has_chinese_font() -> bool:
    """Whether Chinese characters are drawn as themselves: two different ones give the same box where no font has them."""
    import vl_convert  # noqa: PLC0415

    shape = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-size="24" font-family="{}">{}</text></svg>'
    return bool(vl_convert.svg_to_png(shape.format(FONTS, "年")) != vl_convert.svg_to_png(shape.format(FONTS, "报")))


def db_source(db: Path) -> tuple[str, date]:
    """Where the figures come from and the day the database was built, for the foot of a chart; the portals are named where there are few."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        portals = [name for (name,) in connection.execute("select name from portals order by portal")]
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
        .encode(x=alt.X("value:Q", title=f"{known.chinese} {measure} ({'share' if known.is_share else '件'})", axis=axis), y=y)
    )
    colour = alt.condition("datum.value === null", alt.value(MISSING_COLOUR), alt.value("#333"))
    labels = alt.Chart(drawn).mark_text(align="left", dx=4).encode(x="position:Q", y=y, text="label:N", color=colour)
    return (bars + labels).properties(width=420, height={"step": 18}, title=f"n = {n} of {len(frame)} townships")


def _order(frame: pd.DataFrame, measure: str) -> list[str]:
    return list(frame.sort_values(measure, ascending=False, na_position="last")["unit"])


def _drawn(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    share = measures()[measure].is_share
    shown = frame[["unit", measure]].rename(columns={measure: "value"})
    shown["label"] = ["缺" if pd.isna(value) else f"{value:.0%}" if share else f"{value:g}" for value in shown["value"]]
    shown["position"] = shown["value"].fillna(0)
    return shown
