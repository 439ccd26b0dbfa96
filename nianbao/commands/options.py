"""Options and completions that commands share."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import click
from click.shell_completion import CompletionItem

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="The folder that holds archive/, the crawl state and nianbao.db.",
)
DATA_FORMATS = ("table", "csv", "json")
_COUNTIES = "select code, name from (select distinct county_code as code from units) join units on unit_code = code"
_UNITS = "select unit_code, name from units"


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


def complete_county(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Counties of the database, by code or name."""
    return list(_complete(ctx, _COUNTIES, incomplete))


def complete_unit(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Units of the database, by code or name."""
    return list(_complete(ctx, _UNITS, incomplete))


def complete_measure(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Measures with their meaning."""
    from nianbao.measures import measures  # noqa: PLC0415

    return [CompletionItem(key, help=m.english) for key, m in measures().items() if key.startswith(incomplete)]


def _complete(ctx: click.Context, sql: str, incomplete: str) -> Iterator[CompletionItem]:
    path = Path(ctx.params.get("home") or "data") / "nianbao.db"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute(sql).fetchall()
    except sqlite3.Error:
        return
    for code, name in rows:
        if code.startswith(incomplete):
            yield CompletionItem(code, help=name)
        elif incomplete and name.startswith(incomplete):
            yield CompletionItem(name, help=code)


def data_format(*more: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """--format, with the formats every answer has and those of its own."""
    return click.option("--format", "form", type=click.Choice([*DATA_FORMATS, *more]), default="table", show_default=True)
