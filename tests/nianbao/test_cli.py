"""The command line: what it prints, and one clear line for what it cannot do."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLATTENED = ROOT / "tests" / "fixtures" / "flattened_text_2020" / "page.txt"


def nianbao(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "nianbao", *map(str, arguments)], input=stdin, capture_output=True, check=False)


def one_line(result: subprocess.CompletedProcess[bytes]) -> str:
    """The only line on standard error; a traceback would be many."""
    lines = result.stderr.decode().strip().splitlines()
    assert len(lines) == 1, result.stderr.decode()
    return lines[0]


def test_parse_prints_the_contract() -> None:
    """One object with every key; the unit has its code from the register."""
    result = nianbao("parse", FLATTENED, "--json")
    report = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, b"")
    assert (report["form"], report["year"], report["unit"], report["unit_code"], report["published_on"]) == (
        "e2019",
        2020,
        "丹山镇",
        "512002107",
        "2021-01-26",
    )
    assert {cell["state"] for cell in report["cells"].values()} == {"read"}
    assert sum(cell["value"] == 0 for cell in report["cells"].values()) == 196
    assert report["cells"]["t2_9.centralized_procurement.total_amount"]["value"] == 272.13
    expected = "source sha256 kind form title unit unit_code year published_on period scope cells sections narrative findings"
    assert set(expected.split()) <= set(report)
    assert set(report["findings"][0]) == {"rule", "verdict", "cells", "message", "strength"}


def test_parse_reads_standard_input() -> None:
    """`-` is standard input."""
    assert json.loads(nianbao("parse", "-", stdin=FLATTENED.read_bytes()).stdout)["unit"] == "丹山镇"


def test_a_folder_gives_a_line_a_document_and_names_what_failed(tmp_path: Path) -> None:
    """One bad file never stops the others; it is named with its reason, and the exit status says so."""
    shutil.copy(FLATTENED, tmp_path / "b.txt")
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "d.html").write_text("<p>not found</p>")
    result = nianbao("parse", tmp_path, "--jsonl")
    assert result.returncode == 1
    assert [json.loads(line)["kind"] for line in result.stdout.splitlines()] == ["report", "soft_404"]
    said = result.stderr.decode().splitlines()
    assert [line.partition(": ")[2].partition(": ")[0].rpartition("/")[2] for line in said] == ["a.txt", "c.pdf", "d.html"]
    assert "empty" in said[0]
    assert "PDF" in said[1]


@pytest.mark.parametrize("path", ["missing.html", "missing/folder"])
def test_a_missing_path_is_named(path: str) -> None:
    """A path that is not there."""
    result = nianbao("parse", path)
    assert result.returncode == 1
    assert path in one_line(result)


def test_wrong_use_is_status_2(tmp_path: Path) -> None:
    """--json prints one document."""
    assert nianbao("parse", tmp_path, "--json").returncode == 2
    assert nianbao("parse").returncode == 2
    assert nianbao("nothing").returncode == 2


def test_a_portal_that_refuses_connections(tmp_path: Path) -> None:
    """The portal and its address are named; the run ends with status 1."""
    registry = tmp_path / "portals.csv"
    registry.write_text(
        "key,name,division_code,level,home_url,family,reports_urls,allowed_hosts,note\n"
        "dead,死,512002,county,http://127.0.0.1:9/,,,127.0.0.1:9,\n",
        "utf-8",
    )
    result = nianbao("crawl", "--portals", registry, "--home", tmp_path / "home", "--delay", "0")
    assert result.returncode == 1
    assert "dead: http://127.0.0.1:9/: no connection" in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()
    unknown = nianbao("crawl", "nobody", "--portals", registry, "--home", tmp_path / "home")
    assert unknown.returncode == 1
    assert "nobody" in one_line(unknown)


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "home").write_text("")
    registry = tmp_path / "portals.csv"
    registry.write_text("key,name,division_code,level,home_url,family,reports_urls,allowed_hosts,note\n")
    result = nianbao("crawl", "--portals", registry, "--home", tmp_path / "home" / "below")
    assert result.returncode == 1
    assert "cannot be written" in one_line(result)


def test_a_missing_registry(tmp_path: Path) -> None:
    """The file is named."""
    assert "none.csv" in one_line(nianbao("crawl", "--portals", tmp_path / "none.csv", "--home", tmp_path))


def test_build_without_an_archive(tmp_path: Path) -> None:
    """It says what to run first."""
    assert "nianbao crawl" in one_line(nianbao("build", "--home", tmp_path))


def test_databases_that_cannot_be_read(tmp_path: Path) -> None:
    """None, one that is no database, and one of another version: each is named, and each says what to do."""
    assert "no such database" in one_line(nianbao("compare", "512002", "--home", tmp_path))
    path = tmp_path / "nianbao.db"
    path.write_bytes(b"no database" * 100)
    assert "not a nianbao database" in one_line(nianbao("compare", "512002", "--home", tmp_path))
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("create table meta (key text, value text)")
        connection.execute("insert into meta values ('schema_version', '0')")
    connection.close()
    for command in (("compare", "512002"), ("serve",)):
        assert "schema version 0" in one_line(nianbao(*command, "--home", tmp_path))


def test_compare_prints_tables_for_people_and_programs(demo_home: Path) -> None:
    """By code or name, as a table, CSV or JSON; an unknown county or year says what there is."""
    table = nianbao("compare", "雁江区", "--year", 2021, "--home", demo_home)
    assert table.returncode == 0
    assert "丹山镇" in table.stdout.decode()
    rows = json.loads(nianbao("compare", "512002", "--year", 2021, "--home", demo_home, "--format", "json").stdout)
    assert {
        "unit_code",
        "unit",
        "requests",
        "granted",
        "refused",
        "review_corrections",
        "requests_change",
        "completeness",
    } <= set(rows[0])
    lines = nianbao("compare", "512002", "--year", 2021, "--home", demo_home, "--format", "csv").stdout.decode().splitlines()
    assert len(lines) == len(rows) + 1
    assert "雁江区" in one_line(nianbao("compare", "110101", "--home", demo_home))
    assert "2019, 2020" in one_line(nianbao("compare", "512002", "--year", 1999, "--home", demo_home))


def test_every_command_has_help() -> None:
    """The help of each command says what it does."""
    listed = nianbao("--help").stdout.decode()
    for command in ("parse", "crawl", "build", "compare", "serve", "demo", "demo-portal"):
        assert command in listed
        assert nianbao(command, "--help").returncode == 0
