"""The database served to browsers: Datasette, read-only, with titles, units and descriptions from the dictionary table."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nianbao.canned import QUERIES
from nianbao.database import open_database
from nianbao.dictionary import told
from nianbao.errors import ServeError
from nianbao.measures import measures
from nianbao.stored import dicts

SETTINGS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 10_000,  # every measure of a county's year: 52 each of up to 190 reports
    "allow_download": False,
    "default_page_size": 50,
    "num_sql_threads": 3,
    "suggest_facets": False,
}


def metadata(db: Path) -> dict[str, Any]:
    """Titles and descriptions for Datasette, from the dictionary of the database itself."""
    tables: dict[str, dict[str, Any]] = {}
    for row in dicts(open_database(db).conn, "select * from dictionary"):
        entry = tables.setdefault(row["table"], {"columns": {}})
        if row["name"] == "":
            entry |= {
                "title": f"{row['table']}: {row['english']} {row['chinese']}",
                "description": " ".join((*told(row), _LISTED.get(row["table"], ""))).rstrip(),
            }
        elif "." not in row["name"]:  # keys of older cells are told in the dictionary, and are no columns
            entry["columns"][row["name"]] = _description(row)
    return {
        "title": "nianbao 年报",
        "description": "Annual reports on open-government-information requests, as published. A figure that was not read is empty, never 0.",
        "license": "Apache-2.0 (code); figures as published by the authorities",
        "source": "archived pages of government portals",
        "databases": {db.stem: {"tables": tables, "queries": {name: query.metadata() for name, query in QUERIES.items()}}},
    }


def _description(row: Mapping[str, str]) -> str:
    """A column in both languages: names, meanings, unit, editions, source and what may be compared."""
    facts = " · ".join(filter(None, (row["unit"], f"editions {row['editions']}" if row["editions"] else "", row["source"])))
    said = f"{row['english']} {row['chinese']}: {' '.join(told(row))}"
    return f"{said} ({facts})" if facts else said


_LISTED = MappingProxyType({"measures": "; ".join(f"{m.key}: {m.english} {m.chinese}" for m in measures().values())})
"""What stands with a view beside the dictionary's words."""


def datasette(db: Path) -> Any:  # noqa: ANN401 (datasette has no types)
    """The Datasette application over one immutable database. Raises ServeError where the web extra is missing, DatabaseError for the database."""
    described = metadata(db)
    try:
        from nianbao.site.hosting import HostedSite  # noqa: PLC0415
    except ImportError as error:
        raise ServeError("serving needs the web extra: pip install 'nianbao[web]'") from error
    from nianbao.site.pages import Site  # noqa: PLC0415

    site = Site(database=db.stem, home=db.parent, canned=QUERIES)
    return HostedSite(site, db, inspect_data=_known(db), metadata=described, settings=SETTINGS)


def _known(db: Path) -> dict[str, Any]:
    """What Datasette would find out by reading the whole file: its rows, and a digest that stands for its content."""
    opened = open_database(db)
    with closing(opened.conn):
        facts = dict(opened.execute("select key, value from meta").fetchall())
        counts = opened.execute("select [table], rows from row_counts").fetchall()
    told = "".join(facts.get(key, "") for key in ("archive_digest", "code_digest", "built_at"))
    digest = hashlib.sha256(told.encode()).hexdigest()
    tables = {table: {"count": rows} for table, rows in counts}
    return {db.stem: {"hash": digest, "size": db.stat().st_size, "file": str(db), "tables": tables}}


def serve(db: Path, *, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serve until interrupted. Raises ServeError where the address is taken."""
    app = datasette(db)
    _check_free(host, port)
    import uvicorn  # noqa: PLC0415

    asyncio.run(app.invoke_startup())
    print(f"http://{host}:{port} serves {db}; Ctrl-C ends", flush=True)
    uvicorn.run(app.app(), host=host, port=port, log_level="warning")


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(f"{host}:{port} cannot be used ({error.strerror}); choose another with --port") from error
