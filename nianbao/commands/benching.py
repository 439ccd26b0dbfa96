"""Commands that measure crawling and building: on test portals and generated reports of this machine, never on live ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click


@click.command("families")
@click.argument("keys", metavar="[PLATFORM]...", nargs=-1)
@click.option("--years", type=click.IntRange(1, 6), default=6, show_default=True, help="Report years that each portal publishes.")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where to keep the crawl; nowhere by default.")
@click.option(
    "--bad-hour", type=int, metavar="SEED", help="Let the portals fail in a random mix of ways, each address once or twice."
)
@click.option("--kills", type=click.IntRange(0), default=0, show_default=True, help="Kill the crawl so often before it may end.")
@click.option("--corrections", is_flag=True, help="Publish every seventh report again with another figure, and crawl once more.")
def bench_families(
    keys: tuple[str, ...], years: int, home: Path | None, bad_hour: int | None, kills: int, corrections: bool
) -> None:
    """Crawl the test portals of all platforms from their home pages and compare with what they published.

    \b
    nianbao bench families --bad-hour 1 --kills 10 --corrections
    """
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from nianbao.bench.families import Trials, lines, run  # noqa: PLC0415
    from nianbao.demo.platforms.catalogue import PLATFORMS, all_years  # noqa: PLC0415

    unknown = [key for key in keys if key not in PLATFORMS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(PLATFORMS)}", param_hint="PLATFORM")
    with TemporaryDirectory() as folder:
        trials = Trials(bad_hour, kills, corrections)
        course, outcomes = run(home or Path(folder), keys=keys, years=all_years()[-years:], trials=trials)
    for line in lines(outcomes, course):
        click.echo(line)
    if not all(outcome.is_whole for outcome in outcomes):
        click.echo("nianbao: the crawl is not what the test portals published", err=True)
        sys.exit(1)
    if course.killed < kills:
        click.echo(f"nianbao: {course.killed} of {kills} kills found a crawl at work; fewer kills, or more portals", err=True)
        sys.exit(1)


@click.command("crawl")
@click.option("--hosts", type=click.IntRange(1, 254), default=200, show_default=True)
@click.option("--reports", type=click.IntRange(1), default=20, show_default=True, help="Reports that each host publishes.")
@click.option("--delay", type=click.FloatRange(min=0), default=1.0, show_default=True, metavar="SECONDS")
def bench_crawl(hosts: int, reports: int, delay: float) -> None:
    """Crawl many hosts at once, in time and memory, beside what their delays allow and, where it is installed, beside Scrapy.

    \b
    nianbao bench crawl --hosts 50 --reports 5
    """
    from nianbao.bench.crawl import lines, measure  # noqa: PLC0415

    load = os.getloadavg()[0]
    timings = list(measure(hosts=hosts, reports=reports, delay=delay))
    for line in lines(timings, hosts=hosts, reports=reports, delay=delay, load=load):
        click.echo(line)


@click.command("nation")
@click.option("--reports", type=click.IntRange(100), default=280_000, show_default=True, help="How many reports to generate.")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where to keep the database; nowhere by default.")
def bench_nation(reports: int, home: Path | None) -> None:
    """Build the database of a synthetic nation from generated reports, ask it, and print time, memory and size.

    \b
    nianbao bench nation --reports 28000
    """
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from nianbao.bench.nation import build_nation, lines  # noqa: PLC0415
    from nianbao.bench.questions import questions  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        place = home or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        clock = build_nation(place, reports, lambda message: click.echo(message, err=True))
        for line in lines(place / "nianbao.db", clock, list(questions(place / "nianbao.db"))):
            click.echo(line)


@click.command("questions")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True, help="Where the database is."
)
def bench_questions(home: Path) -> None:
    """Ask a database the questions of every day, of counties and units drawn at random, and print how long each takes.

    \b
    nianbao bench questions --home data
    """
    from nianbao.bench.questions import lines  # noqa: PLC0415

    for line in lines(home / "nianbao.db"):
        click.echo(line)
