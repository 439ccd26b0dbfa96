"""The database handed on, and held against another: export, diff."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

import click

from nianbao.commands.options import HOME, data_format


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "package"]),
    default="csv",
    show_default=True,
    help="csv: for spreadsheets, text that looks like a formula defused; parquet; package: a Frictionless data package with exact CSV.",
)
@click.option(
    "--table", "wanted", metavar="NAME", multiple=True, help="A table or view, as often as wanted; all of them by default."
)
@HOME
def export(folder: Path, form: str, wanted: tuple[str, ...], home: Path) -> None:
    """Write the database into a new FOLDER, one file a table or view.

    \b
    nianbao export shared/ --format package
    nianbao export for-excel/ --table comparison --table coverage
    """
    from nianbao.export import export as export_database  # noqa: PLC0415

    counts = export_database(home / "nianbao.db", folder, form=form, wanted=wanted)
    click.echo(f"written: {folder} ({len(counts)} tables, {sum(counts.values())} rows)", err=True)


@click.command()
@click.argument("first", metavar="A", type=click.Path(path_type=Path, exists=True))
@click.argument("second", metavar="B", type=click.Path(path_type=Path, exists=True))
@data_format()
def diff(first: Path, second: Path, form: str) -> None:
    """Print what changed between two builds: A and B are databases, or home folders.

    \b
    nianbao diff nianbao-2025.db data/nianbao.db
    nianbao diff old/ data/ --format csv > changes.csv
    """
    from nianbao.differences import Difference, differences, lines  # noqa: PLC0415

    told = differences(*(path / "nianbao.db" if path.is_dir() else path for path in (first, second)))
    if form == "table":
        click.echo("\n".join(lines(told)))
    elif form == "json":
        found = [asdict(difference) for difference in told.found]
        click.echo(
            json.dumps({"a": told.first, "b": told.second, "counts": told.counts, "found": found}, ensure_ascii=False, indent=1)
        )
    else:
        writer = csv.DictWriter(sys.stdout, [field.name for field in fields(Difference)])
        writer.writeheader()
        writer.writerows(map(asdict, told.found))
