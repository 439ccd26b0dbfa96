"""Charts of a comparison, as SVG or HTML whose text names fonts for Chinese and leaves drawing it to the reader's machine.

Pictures of pixels would need a Chinese font here: without one they show boxes, silently.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from nianbao.errors import CompareError

FONTS = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Zen Hei, SimHei, sans-serif"
COLOURS = ("#0072B2", "#D55E00", "#999999")
"""Okabe and Ito's colours, which colour-blind readers can tell apart."""


def write_chart(frame: pd.DataFrame, path: Path, *, title: str, source: str, made_on: date) -> None:
    """Write the comparison of `compare.table` as bars, one a township: `path` ends in .svg or .html. Raises CompareError where nothing can be drawn."""
    import altair as alt  # noqa: PLC0415 (the notebooks extra)

    if frame["requests"].notna().sum() == 0:
        raise CompareError(f"{title}: no township has a figure to draw")
    chart = _bars(alt, frame) + _labels(alt, frame)
    n = int(frame["requests"].notna().sum())
    caption = [f"n = {n} of {len(frame)} townships · 缺 = not read or not found", f"source: {source} · {made_on}"]
    framed = chart.properties(width=420, height={"step": 18}, title=alt.TitleParams(title, subtitle=caption, anchor="start"))
    # inline: an HTML chart must not load its library from elsewhere.
    framed.configure(font=FONTS).configure_view(stroke=None).save(str(path), inline=path.suffix == ".html")


def _bars(alt: Any, frame: pd.DataFrame) -> Any:  # noqa: ANN401 (altair is typed by its own schema)
    return (
        alt.Chart(_drawn(frame))
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X("requests:Q", title="本年新收 requests received (件)", axis=alt.Axis(tickMinStep=1)), y=_townships(alt, frame)
        )
    )


def _labels(alt: Any, frame: pd.DataFrame) -> Any:  # noqa: ANN401
    """The figure behind each bar; 缺 where there is none."""
    return (
        alt.Chart(_drawn(frame))
        .mark_text(align="left", dx=4)
        .encode(
            x=alt.X("position:Q"),
            y=_townships(alt, frame),
            text="label:N",
            color=alt.condition("datum.requests === null", alt.value("#B00020"), alt.value("#333")),
        )
    )


def _townships(alt: Any, frame: pd.DataFrame) -> Any:  # noqa: ANN401
    return alt.Y("unit:N", sort=list(frame.sort_values("requests", ascending=False, na_position="last")["unit"]), title=None)


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame[["unit", "requests"]].copy()
    shown["label"] = [str(value) if pd.notna(value) else "缺" for value in shown["requests"]]
    shown["position"] = shown["requests"].fillna(0)
    return shown
