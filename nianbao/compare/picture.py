"""Charts for notebooks: drawn here with the font of the package, so that Chinese needs none of the reader's machine."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao.chart import db_source, framed, png, svg
from nianbao.errors import CompareError

NEVER_ZERO = "缺 = not read, too few cases, or not found; never 0"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart, and what it shows in words."""

    drawn: str
    words: str

    def png(self) -> bytes:
        """The picture as pixels. Raises CompareError where a letter is in no font."""
        return png(self.drawn)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # noqa: ANN401 (as IPython asks)
        return {"image/png": b64encode(self.png()).decode("ascii"), "text/plain": self.words}


def picture(chart: Any, db: Path, *, title: str, n: str, note: str = NEVER_ZERO, area: str = "") -> Picture:  # noqa: ANN401 (any chart of altair's)
    """A chart of altair's with a frame that says what it shows: title, n, what marks mean, source, and the day of the database.

    `n` says how many of how many, and of what: `n = 21 of 22 townships`; `area` is the code of which the portals are named, all by default. Colours are those that colour-blind readers can tell apart. Raises CompareError where
    n is empty.

    >>> import altair as alt
    >>> found = table(db, "512002", 2022)
    >>> bars = alt.Chart(found).mark_bar().encode(x="requests:Q", y="unit:N")
    >>> print(picture(bars, db, title="雁江区 2022", n="n = 22 of 22 townships", area="512002").words)
    雁江区 2022. n = 22 of 22 townships. 缺 = not read, too few cases, or not found; never 0. source: 雁江区（演示）, database of ...
    """
    if not n.strip():
        raise CompareError(f"{title}: a picture says its n")
    source, made_on = db_source(db, area)
    lines = [n, note, f"source: {source}, database of {made_on}"]
    return Picture(svg(framed(chart, title, [line for line in lines if line])), ". ".join([title, *filter(None, lines)]))
