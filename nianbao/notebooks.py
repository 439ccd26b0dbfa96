"""The notebooks run on a database, and written as pages to read in a browser: one file each, pictures inside, no scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from nianbao.errors import NotebookError

SECONDS = 600
"""A cell that takes longer is stopped."""


def notebooks() -> Mapping[str, Path]:
    """The notebooks by name: beside the package when installed, those of the checkout otherwise."""
    installed = Path(__file__).parent / "data" / "notebooks"
    folder = installed if installed.is_dir() else Path(__file__).parents[1] / "notebooks"
    return {path.stem: path for path in sorted(folder.glob("*.ipynb"))}


def found(wanted: str) -> Path:
    """The notebook of a name or of how it begins (`03`). Raises NotebookError, naming those there are."""
    named = [path for name, path in notebooks().items() if name.startswith(wanted)]
    if len(named) != 1:
        raise NotebookError(f"{wanted}: no notebook of this name; there are {', '.join(notebooks())}")
    return named[0]


def run(path: Path, settings: Mapping[str, str]) -> tuple[Any, str | None]:
    """The notebook with its outputs, and what stopped it: a ClaimError where the data cannot carry what it would draw.

    `settings` are variables that it reads: NIANBAO_DB, NIANBAO_COUNTY, NIANBAO_YEAR, NIANBAO_SINCE.
    """
    import nbformat  # noqa: PLC0415 (the notebooks extra)
    from nbclient import NotebookClient  # noqa: PLC0415
    from nbclient.exceptions import CellExecutionError  # noqa: PLC0415

    book = nbformat.reads(path.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(book, timeout=SECONDS, kernel_name="python3")
    with TemporaryDirectory() as folder:
        _talk_through_files(client.create_kernel_manager(), folder)
        try:
            client.execute(env={**os.environ, **settings})
        except CellExecutionError as error:
            return book, f"{error.ename}: {error.evalue}"
    return book, None


def _talk_through_files(kernel: Any, folder: str) -> None:  # noqa: ANN401 (jupyter_client has no types)
    """No port of the machine is opened, and kernels that run at the same time do not hear each other."""
    kernel.transport = "ipc"
    kernel.ip = str(Path(folder) / "kernel")


def page(book: Any, name: str, stopped: str | None) -> str:  # noqa: ANN401 (nbformat has no types)
    """The executed notebook as one HTML file."""
    cells = list(_cells(book))
    title = next((line[2:] for cell in book.cells for line in cell.source.splitlines() if line.startswith("# ")), name)
    return _environment().get_template("notebook.html").render(title=title, cells=cells, stopped=stopped)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("nianbao.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _cells(book: Any) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:  # noqa: ANN401
    """Kind, source (prose as HTML), and outputs of each cell: (kind, text, words for those who do not see it)."""
    from markdown import markdown  # noqa: PLC0415

    for cell in book.cells:
        if cell.cell_type == "markdown":
            yield "prose", markdown(cell.source, extensions=["fenced_code", "tables"]), []
        else:
            yield "code", cell.source, [_output(output) for output in cell.get("outputs", [])]


def _output(output: Any) -> tuple[str, str, str]:  # noqa: ANN401
    if output.output_type == "stream":
        return "text", output.text, ""
    if output.output_type == "error":
        return "error", f"{output.ename}: {output.evalue}", ""
    data = output.data
    words = data.get("text/plain", "")
    if "image/png" in data:
        return "picture", "".join(data["image/png"].split()), words
    if "text/html" in data:
        return "table", data["text/html"].replace("<th></th>", "<td></td>"), words  # the corner of a frame heads nothing
    return "text", words, ""
