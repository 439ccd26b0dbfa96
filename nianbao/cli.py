"""The command line. Each command opens, calls and ends; what it does is done by the module of its name.

Exit status: 0 done; 1 done, and some documents or portals could not be used (each named on standard error); 2 wrong use.
Modules that bring pandas or Datasette are imported by the commands that need them, so that `nianbao parse` starts quickly.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import click

from nianbao.commands.benching import bench_crawl, bench_families, bench_nation, bench_questions
from nianbao.commands.comparing import compare, coverage, findings, search, unit
from nianbao.commands.completing import complete_division, complete_file_or_report, complete_key
from nianbao.commands.crawling import crawl, schedule
from nianbao.commands.exporting import diff, export
from nianbao.commands.options import HOME
from nianbao.commands.portals import portals
from nianbao.commands.publishing import notebooks, override, report
from nianbao.errors import DocumentError, NianbaoError
from parsers.errors import ParseError
from scraper.errors import ScraperError


class Commands(click.Group):
    """Commands whose named errors end in one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (NianbaoError, ScraperError, ParseError) as error:
            _end(str(error))
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="nianbao")
def main() -> None:
    """Chinese government annual reports on open-government-information requests, from the portal to a comparison.

    \b
    nianbao demo                            the whole way once, on built-in portals
    nianbao portals list 资阳               choose a portal
    nianbao crawl 512002 --dry-run          what would be asked for
    nianbao build                           archive -> nianbao.db
    nianbao compare 雁江区 --year 2020      townships side by side
    nianbao serve                           the same in a browser, with evidence
    """


@main.command()
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One indented object; the default for a file.")
@click.option("--jsonl", "as_lines", is_flag=True, help="One object a line; the default for a folder.")
@click.option(
    "--within",
    metavar="CODE",
    shell_complete=complete_division,
    help="Division code of the county or city whose portal published the documents.",
)
def parse(path: Path, as_json: bool, as_lines: bool, within: str | None) -> None:
    """Read the report in PATH (a file, a folder, or - for standard input) and print what it says.

    \b
    nianbao parse report.html --json
    nianbao parse pages/ --jsonl > reports.jsonl
    """
    from nianbao.documents import files, identified, read_bytes, unusable  # noqa: PLC0415

    if as_json and (as_lines or path.is_dir()):
        raise click.UsageError("--json prints one document; a folder wants --jsonl")
    failed = False
    for file in files(path):
        try:
            report = identified(read_bytes(file), source=str(file), within=within)
        except (ParseError, DocumentError) as error:
            failed = _warn(str(file), str(error))
            continue
        reason = unusable(report)
        failed |= bool(reason) and _warn(str(file), str(reason))
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=None if as_lines or path.is_dir() else 1))
    sys.exit(int(failed))


@main.command()
@click.argument("wanted", metavar="FILE|REPORT", shell_complete=complete_file_or_report)
@click.argument("key", shell_complete=complete_key)
@HOME
@click.option("--json", "as_json", is_flag=True, help="One object, with the enclosing table as HTML that is safe to serve.")
def show(wanted: str, key: str, home: Path, as_json: bool) -> None:
    """Print the figure KEY of a report, how it was obtained, and where on its page it stands.

    The report is a FILE, or one of the database: its report_id, or UNIT/YEAR.

    \b
    nianbao show report.html t3.granted.total
    nianbao show 512002107/2022 t3.granted.total
    """
    from nianbao.errors import UnknownCell  # noqa: PLC0415
    from nianbao.show import evidence_of, lines  # noqa: PLC0415

    try:
        shown = evidence_of(wanted, key, db=home / "nianbao.db")
    except UnknownCell as error:
        raise click.BadArgumentUsage(str(error)) from error
    click.echo(json.dumps(shown.to_dict(), ensure_ascii=False, indent=1) if as_json else "\n".join(lines(shown)))


@main.command()
@HOME
@click.option("--full", is_flag=True, help="Read the whole archive again instead of what is new in it; the result is the same.")
def build(home: Path, full: bool) -> None:
    """Build HOME/nianbao.db from the archive; the old database stays in use until the new one is whole.

    Only files that came to the archive since the last build are read, unless the program, the reference data or an older file changed.

    \b
    nianbao build
    nianbao build --full --home /srv/nianbao
    """
    from nianbao.building import build_database  # noqa: PLC0415

    sys.exit(int(build_database(home, full=full)))


@main.command()
def dictionary() -> None:
    """Print the data dictionary as Markdown: tables, columns, measures, and what never meets in one series.

    \b
    nianbao dictionary > docs/data-dictionary.md
    """
    from nianbao.dictionarypage import markdown  # noqa: PLC0415

    click.echo(markdown(), nl=False)


@main.command()
@HOME
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
def serve(home: Path, host: str, port: int) -> None:
    """Serve HOME/nianbao.db to browsers, read-only, with titles, units and descriptions.

    \b
    nianbao serve
    nianbao serve --home /srv/nianbao --port 8080
    """
    from nianbao.serve import serve as serve_database  # noqa: PLC0415

    serve_database(home / "nianbao.db", host=host, port=port)


@main.command()
@HOME
@click.option(
    "--port", type=click.IntRange(1, 65534), default=8731, show_default=True, help="The demo portals listen here and one above."
)
def demo(home: Path, port: int) -> None:
    """Go the whole way once on the built-in demo portals: crawl, archive, parse, build, compare.

    The portals are real HTTP servers on this machine; their figures are generated and were published by nobody.

    \b
    nianbao demo --home /tmp/demo
    """
    from nianbao.demo.run import run_demo  # noqa: PLC0415

    sys.exit(int(run_demo(home, port=port)))


for command in (portals, crawl, schedule, compare, unit, coverage, findings, search, report, notebooks, override, export, diff):
    main.add_command(command)


@main.group()
def bench() -> None:
    """Measure nianbao against itself and others.

    \b
    nianbao bench accuracy
    nianbao bench site
    """


for command in (bench_families, bench_crawl, bench_nation, bench_questions):
    bench.add_command(command)


@bench.command()
@click.option("--pages", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same pages for the same seed.")
@click.option("--layout", help="Pages of one layout only, by the name the table prints.")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="A folder for the pages with refused or wrong cells."
)
def accuracy(pages: int, seed: int, layout: str | None, keep: Path | None) -> None:
    """Read generated pages with planted figures and damage, and print cells right, refused and wrong.

    \b
    nianbao bench accuracy --pages 500 --layout "A5 cell a line" --keep doubtful/
    """
    from nianbao.bench.accuracy import LAYOUTS, keep_page, markdown, trials  # noqa: PLC0415

    if layout is not None and layout not in LAYOUTS:
        raise click.BadParameter(f"{layout} is none of {', '.join(LAYOUTS)}", param_hint="--layout")
    done = list(trials(pages, seed=seed, layout=layout))
    for page in done if keep else ():
        if keep and (page.wrong or page.refused):
            keep_page(page, keep)
    click.echo(markdown(done))
    if any(page.wrong for page in done):
        _end("figures were stored that the pages do not hold")


@main.command("demo-portal")
@click.option(
    "--port", type=click.IntRange(1, 65534), default=8731, show_default=True, help="The demo portals listen here and one above."
)
@click.option("--registry", type=click.Path(path_type=Path, dir_okay=False), default=Path("demo-portals.csv"), show_default=True)
def demo_portal(port: int, registry: Path) -> None:
    """Serve the demo portals alone until interrupted, and write the registry file that names them.

    \b
    nianbao demo-portal --port 8731 --registry demo-portals.csv
    """
    from nianbao.demo.run import serve_portals  # noqa: PLC0415

    serve_portals(port=port, registry=registry)


@bench.command("parse")
@click.argument("paths", metavar="[FILES]...", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--runs", type=click.IntRange(1), default=15, show_default=True)
def bench_parse(paths: tuple[Path, ...], runs: int) -> None:
    """Time reading FILES (generated pages by default) beside lxml alone, BeautifulSoup and pandas, in one run.

    \b
    nianbao bench parse page.html --runs 5
    """
    from nianbao.bench.pages import bench_pages  # noqa: PLC0415
    from nianbao.bench.parse import growth_line, lines, measure  # noqa: PLC0415

    pages = {path.name: path.read_bytes() for path in paths} or dict(bench_pages())
    for line in lines(measure(pages, runs=runs)):
        click.echo(line)
    for page, data in pages.items():
        click.echo(growth_line(page, data))


@bench.command("site")
@HOME
@click.option("--runs", type=click.IntRange(1), default=5, show_default=True, help="Answers of each page, after a first one.")
def bench_site(home: Path, runs: int) -> None:
    """Time and weigh every kind of page of the served site over HOME/nianbao.db.

    \b
    nianbao bench site --home data
    nianbao bench nation --home nation && nianbao bench site --home nation

    A page may take 300 ms, of a database of the country 1 s, and weigh 300 KB. No archive is needed.
    """
    from nianbao.bench.site import limit_ms, lines, measure  # noqa: PLC0415

    db = home / "nianbao.db"
    timings = measure(db, runs=runs)
    limit = limit_ms(db)
    for line in lines(timings, limit):
        click.echo(line)
    if any(page.is_over(limit) for page in timings):
        _end("a page is slower or heavier than it may be")


def _warn(source: str, reason: str) -> bool:
    click.echo(f"nianbao: {source}: {reason}", err=True)
    return True


def _end(message: str) -> NoReturn:
    click.echo(f"nianbao: {message}", err=True)
    sys.exit(1)
