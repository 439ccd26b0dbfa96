"""Results to hand on, and corrections: report, notebooks, override."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from nianbao.commands.completing import complete_county, complete_key, complete_report
from nianbao.commands.options import HOME


@click.command()
@click.argument("county", metavar="COUNTY", shell_complete=complete_county)
@click.option("--year", type=int, help="Report year; the newest in the database by default.")
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@HOME
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
def report(county: str, year: int | None, language: str, home: Path, output: Path) -> None:
    """Write the year of COUNTY (code or name) as one self-contained HTML file: tables, drawings, findings, evidence.

    \b
    nianbao report 512002 --year 2020 -o report.html
    nianbao report 雁江区 --lang zh -o 雁江区.html
    """
    from nianbao.compare.frames import checked_year, county_of, opened  # noqa: PLC0415
    from nianbao.site.handout import handout  # noqa: PLC0415

    path = home / "nianbao.db"
    db = opened(path)
    found = county_of(db, county, path)
    output.write_text(handout(path, found.code, checked_year(db, found, year, path), language=language), "utf-8")
    click.echo(f"written: {output}", err=True)


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--county", default="512002", show_default=True, shell_complete=complete_county, help="Code or name of the county.")
@click.option("--year", type=int, help="Report year; the newest in the database by default.")
@HOME
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write to.")
def notebooks(names: tuple[str, ...], county: str, year: int | None, home: Path, output: Path) -> None:
    """Run the notebooks NAME (all by default) on HOME/nianbao.db and write each as one HTML file with its pictures.

    Where the data cannot carry a claim a notebook stops; its page then begins with the reason, and the exit status is 1.

    \b
    nianbao notebooks -o pages/
    nianbao notebooks 01 03 --county 雁江区 --year 2023 -o pages/
    """
    from nianbao.compare.frames import checked_year, county_of, opened  # noqa: PLC0415
    from nianbao.notebooks import found, page, run  # noqa: PLC0415
    from nianbao.notebooks import notebooks as all_notebooks  # noqa: PLC0415

    path = home / "nianbao.db"
    db = opened(path)
    area = county_of(db, county, path)
    settings = {
        "NIANBAO_DB": str(path.resolve()),
        "NIANBAO_COUNTY": area.code,
        "NIANBAO_YEAR": str(checked_year(db, area, year, path)),
    }
    chosen = [found(name) for name in names or all_notebooks()]
    output.mkdir(parents=True, exist_ok=True)
    failed = False
    for notebook in chosen:
        book, stopped = run(notebook, settings)
        (output / f"{notebook.stem}.html").write_text(page(book, notebook.stem, stopped), "utf-8")
        click.echo(
            f"{output / notebook.stem}.html" if stopped is None else f"nianbao: {notebook.stem}: {stopped}",
            err=stopped is not None,
        )
        failed |= stopped is not None
    sys.exit(int(failed))


@click.command()
@click.argument("wanted", metavar="REPORT", shell_complete=complete_report)
@click.argument("key", shell_complete=complete_key)
@click.argument("value", metavar="[VALUE]", required=False)
@click.option("--reason", required=True, help="Why, in a sentence: what the page says, and where.")
@click.option("--who", envvar="NIANBAO_REVIEWER", required=True, help="The reviewer (or the variable NIANBAO_REVIEWER).")
@HOME
def override(wanted: str, key: str, value: str | None, reason: str, who: str, home: Path) -> None:
    """Note that the cell KEY of REPORT (its report_id, or UNIT/YEAR) should be VALUE; without VALUE, that it should hold no figure.

    The correction goes to HOME/overrides.csv, to be reviewed like any change. The published figure stays where it is, in the database and in every measure;
    the served site and `nianbao report` show the correction beside it.

    \b
    nianbao override 512002107/2022 t3.granted.total 12 --reason "the page prints 12; a 2 was read" --who "A. Reviewer"
    """
    from nianbao.correcting import correct  # noqa: PLC0415
    from nianbao.errors import UnknownCell  # noqa: PLC0415

    when = datetime.now(UTC).date().isoformat()
    try:
        done = correct(home, wanted, key, value=value or "", reason=reason, who=who, when=when)
    except UnknownCell as error:
        raise click.BadArgumentUsage(str(error)) from error
    click.echo(
        f"{home / 'overrides.csv'}: {done.unit_code} {done.year} {done.key}: {done.published or done.state} -> {done.value or 'no figure'}"
    )
