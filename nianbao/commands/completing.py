"""What the shell offers on Tab for a value: read from the database, the registry and the forms without pandas; nothing, and no word, where they cannot be read."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import click
from click.shell_completion import CompletionItem

Offers = Iterable[tuple[str, str]]
"""Values, each with what it means."""
Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
MOST = 200
"""Values that are offered at most; more letters bring the others."""
_COUNTIES = "select unit_code, name from units where unit_code in (select county_code from units) order by unit_code"
_AREAS = "select unit_code, name from units where level in ('province', 'prefecture', 'county') order by unit_code"
_UNITS = "select unit_code, name from units order by unit_code"
_RULES = "select distinct rule, '' from rules order by rule"
_LAST = "char(1114111)"
# Through keys: the database of the country has 280,000 reports.
_REPORTS = f"""select * from (select r.unit_code || '/' || r.year as value, r.unit from reports r
  where r.is_current and r.unit_code >= ?2 and r.unit_code < ?2 || {_LAST} and value >= ?1 and value < ?1 || {_LAST} order by r.unit_code limit {MOST})
union select * from (select u.name || '/' || r.year as value, u.unit_code from units u cross join reports r on r.unit_code = u.unit_code
  where ?1 <> '' and r.is_current and u.name >= ?2 and u.name < ?2 || {_LAST} and value >= ?1 and value < ?1 || {_LAST} limit {MOST})
union select * from (select report_id, unit || ' ' || year from reports where ?1 <> '' and report_id >= ?1 and report_id < ?1 || {_LAST} limit {MOST})
order by 1"""  # noqa: S608
_FORM = """select form from reports where report_id = ?1
union select form from reports where is_current and year = ?3 and unit_code in (select unit_code from units where ?2 in (unit_code, name))"""


def offering(found: Callable[[click.Context, str], Offers]) -> Completion:
    """A completion of what is found for the letters typed: a shell that completes is no place for errors."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            return [CompletionItem(value, help=meaning or None) for value, meaning in islice(found(ctx, incomplete), MOST)]
        except (sqlite3.Error, OSError, ValueError, csv.Error):
            return []

    return complete


def _beginning(rows: Offers, typed: str) -> Iterator[tuple[str, str]]:
    """Codes that begin so, and names."""
    for code, name in rows:
        if code.startswith(typed):
            yield code, name
        elif typed and name.startswith(typed):
            yield name, code


def _asked(ctx: click.Context, sql: str, *parameters: object) -> list[tuple[str, str]]:
    path = (Path(ctx.params.get("home") or "data") / "nianbao.db").absolute()
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, parameters).fetchall()


def _of_database(sql: str) -> Completion:
    return offering(lambda ctx, typed: _beginning(_asked(ctx, sql), typed))


complete_county = _of_database(_COUNTIES)
complete_area = _of_database(_AREAS)
complete_unit = _of_database(_UNITS)
complete_rule = _of_database(_RULES)


@offering
def complete_measure(ctx: click.Context, typed: str) -> Offers:
    """Measures with their meaning."""
    from nianbao.measures import measures  # noqa: PLC0415

    return [(key, measure.english) for key, measure in measures().items() if key.startswith(typed)]


@offering
def complete_report(ctx: click.Context, typed: str) -> Offers:
    """UNIT/YEAR of reports in use, by code or name, and report ids."""
    return _asked(ctx, _REPORTS, typed, typed.partition("/")[0])


def complete_file_or_report(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files by the shell itself, and reports; a shell that hears of files forgets what it heard before."""
    return [CompletionItem(incomplete, type="file"), *complete_report(ctx, param, incomplete)]


@offering
def complete_key(ctx: click.Context, typed: str) -> Offers:
    """Keys of the cells of the report's form, as the form prints them; of all editions where it is not known."""
    from nianbao.cellkeys import labels_of  # noqa: PLC0415
    from parsers.forms import forms  # noqa: PLC0415

    editions = [forms()[name] for name in _forms_of(ctx) if name in forms()] or [*forms().values()]
    found = {key: " › ".join(labels_of(form, key)) for form in editions for key in form.cell_keys if key.startswith(typed)}
    return found.items()


def _forms_of(ctx: click.Context) -> list[str]:
    """The form of the report that is named before; none where there is no such report."""
    wanted = str(ctx.params.get("wanted") or "")
    unit, _, year = wanted.replace("@", "/").rpartition("/")
    try:
        return [row[0] for row in _asked(ctx, _FORM, wanted, unit, int(year) if year.isdecimal() else None)]
    except sqlite3.Error:
        return []


def _portals(ctx: click.Context) -> list[dict[str, str]]:
    """The rows of the registry as they stand; whether they are right is for the command to say, and takes long."""
    from nianbao.portals import registry_path  # noqa: PLC0415

    with registry_path(ctx.params.get("registry")).open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("key") and row.get("name") is not None]


@offering
def complete_portal(ctx: click.Context, typed: str) -> Offers:
    """Portals of the registry by key or name."""
    return _beginning(((row["key"], row["name"]) for row in _portals(ctx)), typed)


@offering
def complete_division(ctx: click.Context, typed: str) -> Offers:
    """Division codes of the registry's portals."""
    codes = {row["division_code"]: row["name"] for row in _portals(ctx) if row.get("division_code")}
    return [(code, name) for code, name in codes.items() if code.startswith(typed)]
