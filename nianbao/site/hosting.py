"""Datasette with the pages of this package in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from nianbao import fonts
from nianbao.site import plugin
from nianbao.site.pages import Site

HERE = Path(__file__).parent


class HostedSite(Datasette):  # type: ignore[misc]  # datasette has no types
    """Datasette over one immutable database. The site stands before the addresses are laid out, which Datasette does while it is made."""

    def __init__(self, site: Site, **settings: Any) -> None:  # noqa: ANN401
        self.nianbao_site = site
        if not pm.is_registered(plugin):
            pm.register(plugin)
            # It would print every page that is not found with all variables around it, and fails where no exception is being handled.
            pm.unregister(name="datasette.handle_exception")
        mounts = [("site", str(HERE / "static")), ("fonts", str(fonts.FOLDER))]
        super().__init__([], template_dir=str(HERE / "datasette"), static_mounts=mounts, **settings)
