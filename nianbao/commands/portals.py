"""The registry on the command line: portals list, show, add, check."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from nianbao.commands.completing import complete_portal
from nianbao.commands.crawling import CONTACT, PORTALS
from nianbao.errors import RegistryError
from nianbao.portals import (
    LEVELS,
    add_portal,
    chosen,
    doubts,
    lines_of,
    lines_of_page,
    matching,
    new_portal,
    portal_of,
    registry_path,
)
from scraper.registry import read_registry

LEVEL = click.Choice(LEVELS)


@click.group()
def portals() -> None:
    """Look up, add and check the portals of the registry.

    \b
    nianbao portals list 资阳
    nianbao portals show 512002
    """


@portals.command("list")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option("--level", type=LEVEL)
@click.option("--family", help="Portals that the registry holds to run on this platform.")
@PORTALS
def portals_list(words: tuple[str, ...], level: str | None, family: str | None, registry: Path | None) -> None:
    """List the portals whose key, name, code or address holds each WORD, or all: key, level, family, home page, name.

    \b
    nianbao portals list 资阳
    """
    found = matching(read_registry(registry_path(registry)), words=words, level=level, family=family)
    for portal in found:
        click.echo("\t".join((portal.key, portal.level, portal.family or "-", portal.home_url, portal.name)))
    if not found:
        raise RegistryError("no portal of the registry is like this")


@portals.command("show")
@click.argument("key", shell_complete=complete_portal)
@PORTALS
def portals_show(key: str, registry: Path | None) -> None:
    """Print what the registry knows of the portal KEY.

    \b
    nianbao portals show 512002
    """
    click.echo("\n".join(lines_of(portal_of(read_registry(registry_path(registry)), key))))


@portals.command("add")
@click.argument("url")
@click.option("--key", help="What to call it; the host by default.")
@click.option("--name", default="", help="Whose portal it is.")
@click.option("--code", default="", help="Division code of the county, city or province.")
@click.option("--level", type=LEVEL, default="county", show_default=True)
@click.option("--own-host", is_flag=True, help="The address lies outside gov.cn and is the portal's own all the same.")
@click.option(
    "--portals", "registry", type=click.Path(path_type=Path, dir_okay=False), default=Path("data/portals.csv"), show_default=True
)
def portals_add(url: str, key: str | None, name: str, code: str, level: str, own_host: bool, registry: Path) -> None:
    """Add the portal at URL to the registry: its home page, or its column of annual reports.

    \b
    nianbao portals add http://www.yanjiang.gov.cn/ --name 雁江区 --code 512002 --portals my-portals.csv
    """
    portal = new_portal(url, key=key, name=name, code=code, level=level, own_host=own_host)
    add_portal(registry, portal)
    click.echo("\n".join(lines_of(portal)))


@portals.command("detect")
@click.argument("url")
@click.option("--own-host", is_flag=True, help="The address lies outside gov.cn and is the portal's own all the same.")
@CONTACT
def portals_detect(url: str, own_host: bool, contact: str | None) -> None:
    """Ask for the page at URL once and print what it shows: platform with evidence, reports, columns, what would be asked next.

    \b
    nianbao portals detect http://www.yanjiang.gov.cn/
    """
    from scraper.detection import detect  # noqa: PLC0415

    portal = new_portal(url, key=None, name="", code="", level="county", own_host=own_host)
    click.echo("\n".join(lines_of_page(detect(portal, url, contact=contact))))


@portals.command("check")
@click.argument("keys", metavar="[KEY]...", nargs=-1, shell_complete=complete_portal)
@PORTALS
def portals_check(keys: tuple[str, ...], registry: Path | None) -> None:
    """Check the rows of the registry, or those of KEY, without asking any portal.

    \b
    nianbao portals check --portals my-portals.csv
    """
    rows = chosen(read_registry(registry_path(registry)), keys)
    found = list(doubts(rows))
    for key, reason in found:
        click.echo(f"nianbao: {key}: {reason}", err=True)
    click.echo(f"{len(rows)} portals, {len(found)} to look at")
    sys.exit(int(bool(found)))
