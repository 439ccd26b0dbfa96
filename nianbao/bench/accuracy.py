"""Right, refused and wrong cells on generated pages, by layout and by damage.

Wrong is a value that the page does not hold in that cell. Refused is a printed figure without a value. Cells that the page does not determine, because
a figure or a label of their row was lost, count only where a value is wrong.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from nianbao.bench.damage import DAMAGES
from nianbao.bench.html_layouts import HTML_LAYOUTS, html_page
from nianbao.bench.planting import Page, plant, undetermined
from nianbao.bench.text_layouts import TEXT_LAYOUTS, text_page
from parsers import parse_report
from parsers.numerals import is_mark
from parsers.report import Report

LAYOUTS = (*TEXT_LAYOUTS, *HTML_LAYOUTS)
NONE = "none"
CHARSETS = ("utf-8", "utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class Trial:
    """One page: how it was made, its bytes, and what came out."""

    number: int
    layout: str
    damages: tuple[str, ...]
    data: bytes
    right: int
    refused: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Cells by outcome, and the pages that had some refused or wrong."""

    cells: Counter[str] = field(default_factory=Counter)
    pages: list[int] = field(default_factory=list)

    def share(self, outcome: str) -> float:
        return self.cells[outcome] / max(1, self.cells.total())


def trials(pages: int, *, seed: int, layout: str | None = None) -> Iterator[Trial]:
    """So many pages, the same for the same seed."""
    names = [layout] if layout else LAYOUTS
    for number in range(pages):
        yield trial(number, names[number % len(names)], seed=seed)


def trial(number: int, layout: str, *, seed: int) -> Trial:
    """Page `number` of a run, made and read."""
    rng = random.Random(f"{seed} {number} {layout}")
    page = plant(rng)
    damages = tuple(rng.sample(sorted(DAMAGES), rng.choice((0, 1, 1, 2))))
    for name in damages:
        DAMAGES[name](page, rng)
    data = _data(page, layout, rng)
    right, refused, wrong = _judged(page, parse_report(data))
    return Trial(number, layout, damages or (NONE,), data, right, refused, wrong)


def _data(page: Page, layout: str, rng: random.Random) -> bytes:
    if layout in TEXT_LAYOUTS:
        return text_page(page, TEXT_LAYOUTS[layout], rng)
    return html_page(page, HTML_LAYOUTS[layout], rng, charset=rng.choice(CHARSETS))


def _judged(page: Page, report: Report) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    right, refused, wrong = 0, [], []
    is_open = set(undetermined(page))
    for key, text in page.printed.items():
        value = report.cells[key].value if key in report.cells else None
        is_figure = text is not None and bool(text.strip()) and not is_mark(text)
        may_be = page.figures[key] if is_figure or text is None else None
        if value is not None and value != may_be:
            wrong.append(key)
        elif key in is_open:
            continue
        elif value is None and is_figure:
            refused.append(key)
        else:
            right += 1
    return right, tuple(refused), tuple(wrong)


def scores(done: list[Trial]) -> tuple[Mapping[str, Score], Mapping[str, Score]]:
    """By layout and by damage."""
    by_layout: dict[str, Score] = defaultdict(Score)
    by_damage: dict[str, Score] = defaultdict(Score)
    for page in done:
        outcome = {"right": page.right, "refused": len(page.refused), "wrong": len(page.wrong)}
        for score in (by_layout[page.layout], *(by_damage[name] for name in page.damages)):
            score.cells.update(outcome)
            if page.wrong or page.refused:
                score.pages.append(page.number)
    return by_layout, by_damage


def markdown(done: list[Trial]) -> str:
    """Both tables, with the share of cells right and refused and the number wrong."""
    by_layout, by_damage = scores(done)
    return "\n\n".join(_table(name, of) for name, of in (("layout", by_layout), ("damage", by_damage)))


def _table(name: str, of: Mapping[str, Score]) -> str:
    lines = [f"| {name} | right | refused | wrong | pages to look at |", "| --- | ---: | ---: | ---: | --- |"]
    for key, score in sorted(of.items()):
        pages = ", ".join(map(str, score.pages[:3]))
        lines.append(f"| {key} | {score.share('right'):.2%} | {score.share('refused'):.2%} | {score.cells['wrong']} | {pages} |")
    return "\n".join(lines)


def keep_page(page: Trial, folder: Path) -> None:
    """The page as a file, so that it can be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{page.number:05d} {page.layout}{'.txt' if page.layout in TEXT_LAYOUTS else '.html'}"
    (folder / name).write_bytes(page.data)


def floor() -> Mapping[str, float]:
    """The least share of right cells by layout, as committed; it may only be raised."""
    text = (resources.files(__package__) / "floor.toml").read_text("utf-8")
    return {str(name): float(share) for name, share in tomllib.loads(text)["right"].items()}
