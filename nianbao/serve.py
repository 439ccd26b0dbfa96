"""The database served to browsers: Datasette, read-only, with titles, units and descriptions from the dictionary table."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

from nianbao.canned import QUERIES
from nianbao.database import open_database
from nianbao.errors import ServeError
from nianbao.measures import measures

SETTINGS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 10_000,  # every measure of a county's year: 52 each of up to 190 reports
    "allow_download": False,
    "default_page_size": 40,  # of 28 columns, each figure a link: 300 KB a page
    "num_sql_threads": 3,
    "suggest_facets": False,
}


def metadata(db: Path) -> dict[str, Any]:
    """Titles and descriptions for Datasette, from the dictionary of the database itself."""
    rows = open_database(db).execute("select [table], name, english, chinese, unit, editions from dictionary").fetchall()
    tables: dict[str, dict[str, Any]] = {}
    for table, name, english, chinese, unit, editions in rows:
        entry = tables.setdefault(table, {"columns": {}})
        if name and "." not in name:  # keys of older cells are told in the dictionary, and are no columns
            entry["columns"][name] = _description(english, chinese, unit, editions)
        else:
            entry["description"] = english
    described = {name: {"description": text} for name, text in _views().items()}
    return {
        "title": "nianbao 年报",
        "description": "Annual reports on open-government-information requests, as published. A figure that was not read is empty, never 0.",
        "license": "Apache-2.0 (code); figures as published by the authorities",
        "source": "archived pages of government portals",
        "databases": {
            db.stem: {"tables": tables | described, "queries": {name: query.metadata() for name, query in QUERIES.items()}}
        },
    }


def _description(english: str, chinese: str, unit: str, editions: str) -> str:
    notes = " · ".join(filter(None, (unit, f"editions {editions}" if editions else "")))
    return " ".join(filter(None, (english, chinese, f"({notes})" if notes else "")))


def _views() -> dict[str, str]:
    listed = "; ".join(f"{m.key}: {m.english} {m.chinese}" for m in measures().values())
    return {
        "measures": f"Unit × year × measure, current reports. {listed}",
        "comparison": "Measures with the year before (year - 1), change, rank among the county's units of the same level, and completeness",
        "coverage": "Units that should have published, by year, with what was found",
    }


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
