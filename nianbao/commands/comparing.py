"""Questions to the database: compare, unit, coverage, findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.commands.completing import complete_area, complete_county, complete_measure, complete_rule, complete_unit
from nianbao.commands.options import HOME, Years, data_format
from nianbao.overrides import Override, read_overrides, told

if TYPE_CHECKING:
    import pandas as pd

MEASURE = click.option(
    "--measure",
    "named",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_measure,
    help="A measure to show, as often as wanted; an unknown NAME lists them all.",
)


@click.command(epilog="Measures: requests, caseload, granted, refused, disclosure_rate_broad …; an unknown NAME lists them all.")
@click.argument("county", metavar="COUNTY", shell_complete=complete_county)
@click.option("--year", type=int, help="Report year; the newest in the database by default.")
@MEASURE
@HOME
@data_format("png", "svg", "html")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; standard output by default."
)
def compare(county: str, year: int | None, named: tuple[str, ...], home: Path, form: str, output: Path | None) -> None:
    """Put the townships of COUNTY (code or name) side by side.

    CSV and JSON add to each measure its unit, n and flags, and to each row its county, year, edition, status, report and address.

    \b
    nianbao compare 512002 --year 2020
    nianbao compare 雁江区 --year 2020 --measure requests --measure disclosure_rate_broad
    nianbao compare 雁江区 --year 2020 --format csv > yanjiang-2020.csv
    nianbao compare 雁江区 --year 2020 --format png -o yanjiang-2020.png
    """
    from nianbao import compare as comparison  # noqa: PLC0415
    from nianbao.compare.frames import checked_measures  # noqa: PLC0415

    measures_ = checked_measures(named) if named else list(comparison.TABLE_MEASURES)
    frame = comparison.table(home / "nianbao.db", county, year, named=measures_)
    if form in ("png", "svg", "html"):
        _picture(frame, home / "nianbao.db", measures_, form=form, output=output)
    elif form == "table" and output is None:
        from nianbao.terminal import print_table  # noqa: PLC0415

        print_table(frame)
    else:
        handed_on = comparison.sheet(home / "nianbao.db", county, year, named=measures_)
        _write(handed_on, "csv" if form == "table" else form, output)


def _picture(frame: pd.DataFrame, db: Path, measures_: Sequence[str], *, form: str, output: Path | None) -> None:
    from nianbao.chart import chart_bytes, db_source  # noqa: PLC0415

    if form == "html":
        from nianbao.site.handout import handout  # noqa: PLC0415

        county, year = frame.attrs["county_code"], frame.attrs["year"]
        data = handout(db, county, year, language="en", named=measures_, with_evidence=False).encode("utf-8")
        return _write_bytes(data, output)
    if output is None and form == "png":
        raise click.UsageError("a PNG goes to a file: add -o FILE.png")
    source, made_on = db_source(db, frame.attrs["county_code"])
    return _write_bytes(chart_bytes(frame, form, named=measures_, source=source, made_on=made_on), output)


def _write_bytes(data: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(data.decode("utf-8"))
    else:
        output.write_bytes(data)
        click.echo(f"written: {output}", err=True)


def _write(frame: pd.DataFrame, form: str, output: Path | None = None) -> None:
    """A frame as CSV or JSON, to a file or standard output."""
    text = frame.to_csv(index=False) if form == "csv" else frame.to_json(orient="records", force_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")


@click.command()
@click.argument("unit", metavar="UNIT", shell_complete=complete_unit)
@MEASURE
@HOME
@data_format()
def unit(unit: str, named: tuple[str, ...], home: Path, form: str) -> None:
    """Print the history of UNIT (code, name, or path such as 雁江区丹山镇): its measures over the years, edition breaks marked.

    Figures are as published. Corrections made by `nianbao override` stand beside them: as lines below the table, and in CSV and JSON in a column of their own.

    \b
    nianbao unit 512002107
    nianbao unit 丹山镇 --measure requests --format csv
    """
    from nianbao import compare as comparison  # noqa: PLC0415
    from nianbao.terminal import print_history  # noqa: PLC0415

    found = comparison.history(home / "nianbao.db", unit, named=named or None)
    if form == "table":
        print_history(found)
        _print_corrections(home, found.attrs["unit_code"])
    else:
        import pandas as pd  # noqa: PLC0415

        behind = _corrections_behind(found, home)
        told_as = behind if form == "json" else [json.dumps(made, ensure_ascii=False) if made else "" for made in behind]
        _write(found.assign(corrections=pd.Series(told_as, index=found.index, dtype="object")), form)


def _corrections_behind(found: pd.DataFrame, home: Path) -> list[list[dict[str, str]]]:
    """Of each row the corrections of the cells that its measure is made of; none of them is in its value."""
    from nianbao.measures import measures  # noqa: PLC0415

    made = read_overrides(home)
    rows = zip(found["report_id"], found["form"], found["measure"], strict=True)
    return [
        [_correction(made[report, key]) for key in measures()[name].keys(form) if (report, key) in made]
        for report, form, name in rows
    ]


def _correction(made: Override) -> dict[str, str]:
    """A correction without what its row says already."""
    return {name: value for name, value in asdict(made).items() if name not in ("report_id", "unit_code", "year")}


def _print_corrections(home: Path, unit_code: str) -> None:
    for made in read_overrides(home).values():
        if made.unit_code == unit_code:
            click.echo(f"{made.year} {told(made)}")


@click.command()
@click.argument("area", metavar="AREA", shell_complete=complete_area)
@click.option("--years", type=Years(), help="Years to show: 2022, 2019-2025, or 2019,2022; those in the database by default.")
@HOME
@data_format()
def coverage(area: str, years: tuple[int, ...] | None, home: Path, form: str) -> None:
    """Print which units of AREA (a county, prefecture or province) should have reported, and what was found.

    \b
    nianbao coverage 512002
    nianbao coverage 5120 --years 2019-2025
    """
    from nianbao import compare as comparison  # noqa: PLC0415
    from nianbao.terminal import print_coverage  # noqa: PLC0415

    found = comparison.coverage(home / "nianbao.db", area, years=years)
    if form == "table":
        print_coverage(found, years)
    else:
        _write(found, form)


@click.command()
@click.argument("of", metavar="[AREA|UNIT]", required=False, shell_complete=complete_unit)
@click.option("--years", type=Years(), help="2022, 2019-2025, or 2019,2022; all by default.")
@click.option("--rule", shell_complete=complete_rule, help="A rule's name, or how names begin: t3.")
@click.option(
    "--verdict",
    "verdicts",
    type=click.Choice(["fail", "pass", "vacuous", "not_assessable"]),
    multiple=True,
    default=["fail"],
    show_default=True,
)
@HOME
@data_format()
def findings(
    of: str | None, years: tuple[int, ...] | None, rule: str | None, verdicts: tuple[str, ...], home: Path, form: str
) -> None:
    """Print what the rules say of the reports: sums that do not add up, figures that contradict each other.

    \b
    nianbao findings
    nianbao findings 雁江区 --years 2020-2022 --rule t3.
    nianbao findings 512002107 --verdict fail --verdict not_assessable --format json
    """
    from nianbao import compare as comparison  # noqa: PLC0415
    from nianbao.terminal import print_findings  # noqa: PLC0415

    found = comparison.findings(home / "nianbao.db", of, years=years, rule=rule, verdicts=verdicts)
    if form == "table":
        print_findings(found)
    else:
        _write(found, form)


@click.command()
@click.argument("words")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many sections.")
@HOME
@data_format()
def search(words: str, limit: int, home: Path, form: str) -> None:
    """Print the sections of reports whose prose holds WORDS as they stand, newest first.

    \b
    nianbao search 监督保障
    nianbao search 政策解读 --format csv
    """
    import pandas as pd  # noqa: PLC0415

    from nianbao.search import COLUMNS  # noqa: PLC0415
    from nianbao.search import search as search_prose  # noqa: PLC0415

    hits = search_prose(home / "nianbao.db", words, limit=limit)
    if form == "table":
        for hit in hits:
            click.echo(f"{hit.unit or '–'} {hit.year or '–'} {hit.section}: {hit.excerpt}  {hit.url}")
        click.echo(f"{len(hits)} sections" + (", the newest" if len(hits) == limit else ""), err=True)
    else:
        _write(pd.DataFrame(map(asdict, hits), columns=list(COLUMNS)), form)
