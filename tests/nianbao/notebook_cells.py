"""The cells of the notebooks run in this process, without the seconds that a kernel takes, and the pictures that they draw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nianbao import compare
from nianbao.chart import chart_bytes
from nianbao.notebooks import found, notebooks


def settings(db: Path, **more: str) -> dict[str, str]:
    """The variables that the notebooks read."""
    return {"NIANBAO_DB": str(db), "NIANBAO_COUNTY": "512002", "NIANBAO_YEAR": "2023"} | more


def read(path: Path) -> Any:
    return nbformat.reads(path.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def code_of(name: str) -> list[str]:
    """The code of a notebook, cell by cell."""
    return [cell.source for cell in read(found(name)).cells if cell.cell_type == "code"]


def cells_run(name: str, db: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> dict[str, Any]:
    """What the cells of a notebook know after all have run."""
    for variable, value in settings(db, **more).items():
        monkeypatch.setenv(variable, value)
    known: dict[str, Any] = {}
    for code in code_of(name):
        exec(code, known)  # noqa: S102 (the cells of this repository)
    return known


def pictures(db: Path) -> Mapping[str, str]:
    """Every picture of the notebooks as SVG by its title, the one with signs for every status, and the bars of `nianbao compare` with townships missing."""
    drawn: dict[str, str] = {}
    draw = compare.picture

    def kept(*arguments: Any, **options: Any) -> None:
        drawn[options["title"]] = draw(*arguments, **options).drawn

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compare, "picture", kept)
        for name in notebooks():
            cells_run(name, db, patched)
        every_status(db, patched)
    drawn["nianbao compare"] = bars(db)
    return drawn


def every_status(db: Path, patched: pytest.MonkeyPatch) -> None:
    """The picture of who reported once more, as if every status had been met."""
    known = cells_run("01", db, patched)
    (code,) = (code for code in code_of("01") if "SIGNS =" in code)
    status = [name for name, _ in zip(cycle(known["SIGNS"]), known["coverage"]["status"], strict=False)]
    exec(code, known | {"coverage": known["coverage"].assign(status=status), "NAME": "every status"})  # noqa: S102 (the same cell)


def bars(db: Path) -> str:
    """A count and a share, each missing for some townships."""
    measures = ["requests", "disclosure_rate_broad"]
    frame = compare.table(db, "512002", 2023, named=measures)
    frame.loc[:2, "requests"] = None
    return chart_bytes(frame, "svg", named=measures, source="demo", made_on=date(2026, 1, 2)).decode("utf-8")
