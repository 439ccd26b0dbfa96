"""The wheel works outside the checkout: its data files travel with it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "tests" / "fixtures" / "flattened_text_2020" / "page.txt"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as built from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_reads_a_report_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Unpacked into a folder of its own and run from another, it knows forms and units, and serves its help."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    where = subprocess.run(
        [sys.executable, "-c", "import parsers; print(parsers.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert where.stdout.decode().startswith(str(tmp_path / "site"))
    page = tmp_path / "page.txt"
    page.write_bytes(PAGE.read_bytes())
    result = subprocess.run(
        [sys.executable, "-m", "nianbao", "parse", page], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert '"unit_code": "512002107"' in result.stdout.decode()


def test_the_wheel_holds_what_it_needs_and_no_more(wheel: Path) -> None:
    """Packages, forms, units, measures; no tests and no results of a run."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {"parsers/data/forms.json", "nianbao/data/units/township_panel.csv.gz", "nianbao/measures.toml"} <= set(names)
    assert {
        "nianbao/fonts/NianbaoSansSC-Regular.otf",
        "nianbao/fonts/OFL.txt",
        "nianbao/data/notebooks/07_your_own_measure.ipynb",
    } <= set(names)
    assert not [name for name in names if name.startswith(("tests", "data/")) or name.endswith((".db", ".pyc"))]
