"""A fuzz target for atheris (CONTRIBUTING.md): whatever the bytes, a report or a named error, and no figure without a print.

The corpus it starts from is every page of `tests/fixtures`. It is no test: it runs until it is stopped, or for as long as `-max_total_time` says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["parsers"]):
    from parsers import ParseError, Report, State, parse_report

FIXTURES = Path(__file__).parents[1] / "fixtures"


def read(data: bytes) -> None:
    """Read one page; anything but a named error ends the fuzzing with the page that caused it."""
    try:
        report = parse_report(data)
    except ParseError:
        return
    json.dumps(report.to_dict())
    _check_cells(report)


def _check_cells(report: Report) -> None:
    for key, cell in report.cells.items():
        has_value = cell.state in {State.READ, State.INFERRED}
        assert has_value is (cell.value is not None), (key, cell)
        assert cell.state is not State.READ or (cell.raw and cell.place), (key, cell)


if __name__ == "__main__":
    with TemporaryDirectory() as corpus:
        for page in FIXTURES.glob("*/page.*"):
            Path(corpus, page.parent.name).write_bytes(page.read_bytes())
        atheris.Setup([*sys.argv, corpus], read)
        atheris.Fuzz()
