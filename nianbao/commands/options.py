"""Options that commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="The folder that holds archive/, the crawl state and nianbao.db.",
)
DATA_FORMATS = ("table", "csv", "json")


class Years(click.ParamType[tuple[int, ...]]):
    """`2022`, `2019-2025`, `2019,2022`, or a mix of them."""

    name = "years"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = [re.fullmatch(r"(\d{4})(?:-(\d{4}))?", part.strip()) for part in str(value).split(",")]
        if not all(parts):
            self.fail(f"{value}: write 2022, 2019-2025 or 2019,2022", param, ctx)
        years = {year for part in parts if part for year in range(int(part[1]), int(part[2] or part[1]) + 1)}
        return tuple(sorted(years))


def data_format(*more: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """--format, with the formats every answer has and those of its own."""
    return click.option("--format", "form", type=click.Choice([*DATA_FORMATS, *more]), default="table", show_default=True)
