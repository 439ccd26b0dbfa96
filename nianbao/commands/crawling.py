"""Commands that fetch: crawl, its status, and its schedule."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nianbao.commands.completing import complete_portal
from nianbao.commands.options import HOME

if TYPE_CHECKING:
    from scraper.captures import WebArchive

PORTALS = click.option(
    "--portals", "registry", type=click.Path(path_type=Path, dir_okay=False), help="Registry CSV; the built-in one by default."
)
CONTACT = click.option(
    "--contact", envvar="NIANBAO_CONTACT", help="Who runs this crawl (address or URL), told to the portals in the user agent."
)
STATUS = "status"
"""In place of a key: what the crawl state holds."""


@click.command()
@click.argument("keys", metavar="[KEY]...|status", nargs=-1, shell_complete=complete_portal)
@PORTALS
@HOME
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two requests to a host.",
)
@CONTACT
@click.option(
    "--due", is_flag=True, help="Only portals whose time it is: weekly from January to March, else monthly, walled ones rarely."
)
@click.option("--failed", is_flag=True, help="Only what failed or was blocked before.")
@click.option("--recheck", is_flag=True, help="Ask for every archived page again; a changed report becomes a new version.")
@click.option(
    "--via",
    type=click.Choice(["wayback", "commoncrawl"]),
    help="Ask a web archive in the portals' place: for portals behind walls, and pages that are gone.",
)
@click.option(
    "--archive-at",
    "addresses",
    metavar="URL",
    multiple=True,
    help="Another server with the interfaces of --via; of commoncrawl first the index, then the data.",
)
@click.option("--dry-run", is_flag=True, help="List what would be asked for, and ask for nothing.")
@click.option("--hours", metavar="19:00-07:00", help="Hours of the day, in China time, in which may be crawled.")
@click.option(
    "--host-budget", type=click.IntRange(min=1), metavar="REQUESTS", help="Requests to one host at most; the next run goes on."
)
@click.option("--budget", type=click.IntRange(min=1), metavar="REQUESTS", help="Requests of the whole run at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary of the run, or the status, as JSON.")
def crawl(
    keys: tuple[str, ...],
    registry: Path | None,
    home: Path,
    delay: float,
    contact: str | None,
    due: bool,
    failed: bool,
    recheck: bool,
    via: str | None,
    addresses: tuple[str, ...],
    dry_run: bool,
    hours: str | None,
    host_budget: int | None,
    budget: int | None,
    as_json: bool,
) -> None:
    """Fetch the annual reports of the portals KEY (a key, code or name; all of the registry by default) into HOME/archive.

    Running it again goes on where it stopped. Every run ends in a summary of what was not obtained, compared with the run before.

    \b
    nianbao crawl 512002 --contact you@example.org
    nianbao crawl 雁江区 --dry-run
    nianbao crawl --due --hours 19:00-07:00
    nianbao crawl --failed
    nianbao crawl --failed --via wayback
    nianbao crawl status
    """
    from nianbao import crawling  # noqa: PLC0415
    from scraper.crawl import Options  # noqa: PLC0415
    from scraper.pace import Hours  # noqa: PLC0415

    if keys == (STATUS,):
        crawling.show_status(home, as_json=as_json)
        return
    options = Options(
        only_failed=failed,
        recheck=recheck,
        hours=Hours.of(hours) if hours else None,
        host_budget=host_budget,
        run_budget=budget,
        via=_archive(via, addresses),
    )
    if dry_run:
        crawling.dry_run(keys, registry=registry, home=home, options=options, only_due=due)
        return
    incomplete = crawling.crawl_portals(
        keys, registry=registry, home=home, delay=delay, contact=contact, options=options, only_due=due, as_json=as_json
    )
    sys.exit(int(incomplete))


def _archive(name: str | None, addresses: tuple[str, ...]) -> WebArchive | None:
    from scraper.commoncrawl import CommonCrawl  # noqa: PLC0415
    from scraper.wayback import Wayback  # noqa: PLC0415

    if len(addresses) not in {"wayback": {0, 1}, "commoncrawl": {0, 2}}.get(name or "", {0}):
        raise click.UsageError("--archive-at goes with --via: one address for wayback, the index and the data for commoncrawl")
    bases = tuple(address.rstrip("/") for address in addresses)
    return {"wayback": Wayback, "commoncrawl": CommonCrawl}[name](*bases) if name else None


@click.command()
@click.argument("keys", metavar="[KEY]...", nargs=-1, shell_complete=complete_portal)
@HOME
@PORTALS
@CONTACT
@click.option("--cron", is_flag=True, help="A line to add to a crontab instead of a systemd timer.")
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the units here, as in ~/.config/systemd/user.",
)
def schedule(
    keys: tuple[str, ...], home: Path, registry: Path | None, contact: str | None, cron: bool, folder: Path | None
) -> None:
    """Print a systemd timer, or a cron line, that crawls what is due every evening (China time) and builds the database.

    Of the portals named, or of all that the registry has.

    \b
    nianbao schedule 512002 --contact you@example.org --write ~/.config/systemd/user
    systemctl --user enable --now nianbao.timer
    (crontab -l; nianbao schedule 512002 --cron) | crontab -
    """
    from nianbao.schedule import commands, cron_line, units  # noqa: PLC0415

    crawl_line, build_line = commands(keys, home, registry=registry, contact=contact)
    if cron:
        click.echo(cron_line(crawl_line, build_line), nl=False)
        return
    for name, text in units(crawl_line, build_line).items():
        if folder is None:
            click.echo(f"# {name}\n{text}")
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            click.echo(folder / name)
