"""Datasette with the pages of this package in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from nianbao import fonts
from nianbao.site import plugin
from nianbao.site.pages import Site

HERE = Path(__file__).parent
_INDEXED = "select 1 from pragma_index_list(?) l join pragma_index_info(l.name) i where i.seqno = 0 and i.name = ?"


class IndexedDatabase(Database):  # type: ignore[misc]  # datasette has no types
    """A database that stands alone, and of which only those references are told that an index finds.

    The page of a row counts what refers to it. The rows of `measure_values` lie by county: to count those of one report all of the country were read.
    """

    async def attached_databases(self) -> list[Any]:
        """None: nothing can be attached, and the list would tell where on this machine the database lies."""
        return []

    async def get_all_foreign_keys(self) -> dict[str, Any]:
        """The references of each table, `incoming` and `outgoing`."""
        known: dict[str, Any] = await super().get_all_foreign_keys()
        indexed: dict[str, Any] = await self.execute_fn(lambda connection: _indexed(known, connection))
        return indexed


def _indexed(known: dict[str, Any], connection: sqlite3.Connection) -> dict[str, Any]:
    def is_indexed(key: dict[str, str]) -> bool:
        return connection.execute(_INDEXED, [key["other_table"], key["other_column"]]).fetchone() is not None

    return {table: {**keys, "incoming": [key for key in keys["incoming"] if is_indexed(key)]} for table, keys in known.items()}


class HostedSite(Datasette):  # type: ignore[misc]  # datasette has no types
    """Datasette over one immutable database. The site stands before the addresses are laid out, which Datasette does while it is made."""

    def __init__(self, site: Site, db: Path, **settings: Any) -> None:  # noqa: ANN401
        self.nianbao_site = site
        if not pm.is_registered(plugin):
            pm.register(plugin)
            # It would print every page that is not found with all variables around it, and fails where no exception is being handled.
            pm.unregister(name="datasette.handle_exception")
        mounts = [("site", str(HERE / "static")), ("fonts", str(fonts.FOLDER))]
        super().__init__([], immutables=[str(db)], template_dir=str(HERE / "datasette"), static_mounts=mounts, **settings)
        self.remove_database(db.stem)
        self.add_database(IndexedDatabase(self, str(db), is_mutable=False), name=db.stem)

    def _connected_databases(self) -> list[dict[str, Any]]:
        """What `/-/databases` tells of them: all but where on this machine they lie."""
        return [{**told, "path": None} for told in super()._connected_databases()]

    def _threads(self) -> dict[str, Any]:
        """What `/-/threads` tells: how many there are. Their names hold paths of this machine."""
        return {"num_threads": super()._threads().get("num_threads", 0)}
