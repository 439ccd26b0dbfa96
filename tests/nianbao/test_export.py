"""Exports: every format read again by the programs it is for, and formulas that a spreadsheet must not run."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import Package, system
from pyarrow import parquet

from nianbao.build import build
from nianbao.errors import ExportError
from nianbao.export import export
from nianbao.export.csvfiles import defused

from .archives import PAGE, Page, archive, page

RUN = "20240501T000000Z"


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def tables(db: Path) -> set[str]:
    found = rows(db, "select name from sqlite_master where type in ('table', 'view')")
    return {str(name) for (name,) in found if not str(name).startswith(("sqlite_", "sections_fts"))}


@pytest.fixture(scope="module")
def package(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo database as a data package."""
    folder = tmp_path_factory.mktemp("export") / "package"
    export(demo_db, folder, form="package")
    return folder


def test_the_package_is_valid_and_whole(demo_db: Path, package: Path) -> None:
    """The library finds no fault; every table and view is there with all rows; dictionary, licence and sources are inside."""
    with system.use_context(trusted=True):
        read = Package(str(package / "datapackage.json"))
        assert read.validate().valid
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    assert {resource["name"] for resource in described["resources"]} == tables(demo_db)
    assert described["licenses"][0]["name"] == "Apache-2.0"
    assert {"绥阳县", "雁江区"} <= {source["title"][:3] for source in described["sources"]}
    fields = {field["name"]: field for r in described["resources"] if r["name"] == "requests" for field in r["schema"]["fields"]}
    granted = fields["granted"]
    assert (granted["title"], granted["chinese"], granted["unit"]) == ("Granted", "（一）予以公开", "件")
    assert (granted["description"], granted["chinese_meaning"]) == ("Granted in full", "全部公开所申请信息的件数")
    assert "条例第三十六条" in granted["source"] and "s2014" in granted["chinese_notes"]
    titles = {resource["name"]: (resource["title"], resource["chinese"]) for resource in described["resources"]}
    assert titles["coverage"] == ("Coverage", "报告覆盖情况")
    for name in ("reports", "requests", "dictionary", "comparison", "findings"):
        with (package / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert sum(1 for _ in csv.reader(file)) - 1 == rows(demo_db, f"select count(*) from [{name}]")[0][0]


@pytest.mark.parametrize("form", ["csv", "parquet", "package"])
def test_licence_sources_and_columns_stand_beside_the_files(demo_db: Path, tmp_path: Path, form: str) -> None:
    """Of whatever was asked for, without the table `dictionary`: under which licence, from which portals, and what each column means."""
    export(demo_db, tmp_path / "out", form=form, wanted=["requests", "coverage"])
    told, licence = ((tmp_path / "out" / name).read_text("utf-8") for name in ("README.txt", "LICENSE.txt"))
    assert "Apache License 2.0" in licence and "https://www.apache.org/licenses/LICENSE-2.0" in licence
    assert licence.strip() in told and "The figures and the prose are the authorities' own" in told
    portals = rows(demo_db, "select name, home_url from portals")
    assert len(portals) > 1
    for line in (
        *(f"  {name} <{url}>" for name, url in portals),
        "  granted: Granted; （一）予以公开; ",
        "coverage: Units that should",
        "  dated_by: ",
    ):
        assert f"\n{line}" in told
    assert "\nproactive: " not in told


def test_a_parquet_file_says_where_it_is_from(demo_db: Path, tmp_path: Path) -> None:
    """Alone, without what stood beside it: as pyarrow and DuckDB read its metadata."""
    export(demo_db, tmp_path / "out", form="parquet", wanted=["coverage"])
    file = tmp_path / "out" / "coverage.parquet"
    metadata = {key.decode(): value.decode() for key, value in parquet.read_schema(file).metadata.items()}
    with duckdb.connect() as db:
        read = db.sql(f"select decode(key), decode(value) from parquet_kv_metadata('{file}')").fetchall()
    assert {key: text for key, text in read if key in metadata} == metadata
    assert json.loads(metadata["licenses"])[0]["name"] == "Apache-2.0"
    assert {"绥阳县", "雁江区"} <= {source["title"][:3] for source in json.loads(metadata["sources"])}
    assert json.loads(metadata["meta"]) == dict(rows(demo_db, "select key, value from meta"))
    assert metadata["description"].startswith("Units that should have published")


def test_a_fault_in_the_package_is_told(package: Path, tmp_path: Path) -> None:
    """The check is one that can fail: a figure that is no number is named."""
    from shutil import copytree  # noqa: PLC0415

    from nianbao.export.package import check  # noqa: PLC0415

    copytree(package, tmp_path / "broken")
    path = tmp_path / "broken" / "data" / "reviews.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[3] = lines[3].rpartition(",")[0] + ",many"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(ExportError, match="many"):
        check(tmp_path / "broken" / "datapackage.json")


def test_pandas_and_duckdb_read_what_the_database_holds(demo_db: Path, package: Path, tmp_path: Path) -> None:
    """Sums, counts and nulls are the same in the database, in exact CSV and in Parquet."""
    export(demo_db, tmp_path / "parquet", form="parquet", wanted=["proactive", "measures", "comparison"])
    columns = ("t2_5_administrative_licences_items_net_change", "t2_8_administrative_fees_fee_amount")
    asked = ", ".join(f"count({name}), sum({name}), min({name})" for name in columns)
    (expected,) = rows(demo_db, f"select count(*), {asked} from proactive")
    assert (expected[3] or 0) < 0 and expected[1] != expected[0]
    about = pq.read_schema(tmp_path / "parquet" / "comparison.parquet").field("rank").metadata
    assert (about[b"english"], about[b"chinese"].decode()) == (b"Rank in the county", "县内位次")
    assert "最大者为 1" in about[b"chinese_meaning"].decode() and about[b"description"].startswith(b"1 for the largest")
    with duckdb.connect() as db:
        for file in (tmp_path / "parquet" / "proactive.parquet", package / "data" / "proactive.csv"):
            assert db.sql(f"select count(*), {asked} from '{file}'").fetchall()[0] == pytest.approx(expected)
        types = dict(
            db.sql(f"select column_name, column_type from (describe '{tmp_path / 'parquet' / 'comparison.parquet'}')").fetchall()
        )
    assert (types["value"], types["rank"], types["change"], types["flags"]) == ("DOUBLE", "BIGINT", "DOUBLE", "VARCHAR")
    for frame in (pd.read_parquet(tmp_path / "parquet" / "proactive.parquet"), pd.read_csv(package / "data" / "proactive.csv")):
        found = [
            len(frame),
            *(figure for name in columns for figure in (frame[name].count(), frame[name].sum(), frame[name].min())),
        ]
        assert found == pytest.approx(list(expected))


@pytest.mark.skipif(
    shutil.which("Rscript") is None,
    reason="R is not installed, its reading of an export is not tested: sudo apt-get install --no-install-recommends r-base-core",
)
def test_r_reads_what_the_database_holds(demo_db: Path, package: Path) -> None:
    """Rows, figures, blanks as NA, and Chinese, by R's own read.csv."""
    name = "t2_8_administrative_fees_fee_amount"
    script = f"""d <- read.csv("{package / "data" / "proactive.csv"}", encoding = "UTF-8")
    r <- read.csv("{package / "data" / "reports.csv"}", encoding = "UTF-8")
    cat(nrow(d), sum(!is.na(d${name})), sprintf("%.6f", sum(d${name}, na.rm = TRUE)), sum(r$unit == "丹山镇"), sep = "\\n")"""
    told = subprocess.run(
        ["Rscript", "-"], input=script.encode(), capture_output=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    (expected,) = rows(demo_db, f"select count(*), count({name}), round(total({name}), 6) from proactive")
    ((towns,),) = rows(demo_db, "select count(*) from reports where unit = '丹山镇'")
    assert towns and expected[1] != expected[0]
    assert [float(figure) for figure in told.stdout.split()] == pytest.approx([*expected, towns])


def test_formulas_in_a_page_reach_no_spreadsheet(tmp_path: Path) -> None:
    """A title that begins with = is defused in CSV for spreadsheets, and stands as printed in the package."""
    title = "=HYPERLINK(1)雁江区丹山镇2021年政府信息公开工作年度报告"
    archive(tmp_path, RUN, [Page(page(1), PAGE), Page(page(2), "<p>x</p>", title=title)])
    build(tmp_path)
    export(tmp_path / "nianbao.db", tmp_path / "sheet", form="csv")
    export(tmp_path / "nianbao.db", tmp_path / "exact", form="package")
    sheet = pd.read_csv(tmp_path / "sheet" / "documents.csv")
    assert f"'{title}" in set(sheet["title"])
    assert (tmp_path / "sheet" / "documents.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert title in set(pd.read_csv(tmp_path / "exact" / "data" / "documents.csv")["title"])
    amounts = pd.read_csv(tmp_path / "sheet" / "amounts.csv")
    assert list(amounts["wanyuan"]) == [272.13]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1", "\t=1", " =1", "-", "\r1"])
def test_what_a_spreadsheet_would_run(text: str) -> None:
    """An apostrophe in front makes it text."""
    assert defused(text) == "'" + text


@pytest.mark.parametrize("text", ["-8", "+19", "-0.5", "-3%", "", "丹山镇", "2020-01-01", "a=b", "'=1"])
def test_what_stays_as_it_is(text: str) -> None:
    """Figures with a sign are figures."""
    assert defused(text) == text


def test_what_cannot_be_written(demo_db: Path, tmp_path: Path) -> None:
    """A folder that holds something, a table that is none: one line, and nothing is left behind."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="name a new folder"):
        export(demo_db, tmp_path / "full")
    with pytest.raises(ExportError, match="comparison"):
        export(demo_db, tmp_path / "new", wanted=["comparision"])
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_the_command(demo_home: Path, tmp_path: Path) -> None:
    """`nianbao export` says what it wrote."""
    command = [sys.executable, "-m", "nianbao", "export", str(tmp_path / "out"), "--table", "units", "--home", str(demo_home)]
    result = subprocess.run(command, capture_output=True, check=False)
    count = rows(demo_home / "nianbao.db", "select count(*) from units")[0][0]
    assert (result.returncode, f"1 tables, {count} rows" in result.stderr.decode()) == (0, True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["LICENSE.txt", "README.txt", "units.csv"]
