"""Questions on the command line: by code and by name, for people and for programs."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pandas as pd
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result
from wcwidth import wcswidth

from nianbao import chart, compare
from nianbao.cli import main
from nianbao.commands.completing import MOST
from nianbao.errors import CompareError
from nianbao.measures import measures

TOWN = "512002107"


def run(home: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--home", str(home)])


def table_lines(result: Result, head: str) -> list[str]:
    lines = result.stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if line.lstrip().startswith(head))
    return [line for line in lines[start:-1] if line.strip()]


@pytest.mark.parametrize("arguments", [("compare", "雁江区"), ("coverage", "512002"), ("unit", "丹山镇"), ("findings", "雁江区")])
def test_tables_fit_and_align(demo_home: Path, arguments: tuple[str, ...]) -> None:
    """No line is wider than the page, and Chinese names do not push columns about: rows are as wide as their head."""
    result = run(demo_home, *arguments)
    assert result.exit_code == 0, result.output
    assert all(wcswidth(line) <= 110 for line in result.stdout.splitlines())


@pytest.mark.parametrize("columns", [110, 80, 60, 30])
def test_no_figure_is_cut_or_folded(demo_home: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """However narrow the terminal, each figure stands whole on one line, with all its digits; words fold."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    named = ("--measure", "requests", "--measure", "fees_charged")
    values = json.loads(run(demo_home, "unit", TOWN, *named, "--format", "json").stdout)
    printed = re.sub(r"\x1b\[[\d;]*m", "", run(demo_home, "unit", TOWN, *named).stdout).split()
    figures = [f"{row['value']:.6f}".rstrip("0").rstrip(".") for row in values if row["value"] is not None]
    assert len(figures) > 6 and set(figures) <= set(printed)
    assert {"2019", "2020", "2021", "2022", "2023", "2024"} <= set(printed)


def test_columns_stay_in_line(demo_home: Path) -> None:
    """The right edge of the figures is the same in all rows of a county."""
    lines = table_lines(run(demo_home, "compare", "512002", "--year", 2022), "code")
    assert len({wcswidth(line.rstrip()) for line in lines}) == 1


OF_A_REPORT = ("edition_break", "status", "form", "report_id", "url")


def said_of(measure: str) -> list[str]:
    return [measure, *(f"{measure}_{of}" for of in ("measured_in", "n", "flags"))]


def test_a_file_that_is_handed_on_says_what_it_is(demo_home: Path) -> None:
    """County, year, edition, source of each row; unit, n and flags of each measure."""
    asked = (
        "compare",
        "雁江区",
        "--year",
        2021,
        "--measure",
        "disclosure_rate_broad",
        "--measure",
        "requests",
        "--format",
        "csv",
    )
    found = pd.read_csv(io.StringIO(run(demo_home, *asked).stdout), dtype={"unit_code": str, "county_code": str}).set_index(
        "unit_code"
    )
    assert set(found["county_code"]) == {"512002"}
    assert set(found["year"]) == {2021}
    assert set(found["disclosure_rate_broad_measured_in"]) == {"share"}
    assert set(found["requests_measured_in"]) == {"件"}
    assert (found.loc[found["disclosure_rate_broad"].notna(), "disclosure_rate_broad_n"] >= 5).all()
    row = found.loc[TOWN]
    assert (row["county"], row["form"], row["edition_break"], row["status"]) == ("雁江区", "e2021", True, "found")
    with closing(sqlite3.connect(demo_home / "nianbao.db")) as connection:
        sql = "select report_id, url from reports where unit_code = ? and year = 2021 and is_current"
        assert (row["report_id"], row["url"]) == connection.execute(sql, [TOWN]).fetchone()


def test_measures_of_ones_own_choice(demo_home: Path) -> None:
    """Named measures are the columns; shares are missing where cases are few; an unknown one is answered with those there are."""
    result = run(demo_home, "compare", "512002", "--year", 2022, "--measure", "disclosure_rate_broad", "--format", "json")
    rows = json.loads(result.stdout)
    assert list(rows[0]) == [
        *["county_code", "county", "year", "unit_code", "unit"],
        *said_of("disclosure_rate_broad"),
        "completeness",
        *OF_A_REPORT,
    ]
    assert None in {row["disclosure_rate_broad"] for row in rows}
    unknown = run(demo_home, "compare", "512002", "--measure", "nonsense")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "requests, caseload" in unknown.stderr


def test_a_unit_over_the_years(demo_home: Path) -> None:
    """All years in columns, the edition above them, and a mark where it changes."""
    by_name, by_code = run(demo_home, "unit", "雁江区丹山镇"), run(demo_home, "unit", TOWN)
    assert by_name.stdout == by_code.stdout
    assert "┆ 2021" in by_code.stdout
    assert "e2019" in by_code.stdout
    found = pd.read_csv(io.StringIO(run(demo_home, "unit", TOWN, "--measure", "requests", "--format", "csv").stdout))
    assert list(found["year"]) == list(range(2019, 2025))


def test_coverage_of_a_prefecture(demo_home: Path) -> None:
    """Years nobody looked at are dots; units that were dissolved have none later on."""
    lines = table_lines(run(demo_home, "coverage", "5120", "--years", "2019-2025"), "code")
    assert lines[0].split()[2:] == [str(year) for year in range(2019, 2026)]
    assert all(line.split()[-1] == "·" for line in lines[1:])
    wrong = run(demo_home, "coverage", "5120", "--years", "last year")
    assert wrong.exit_code == 2
    assert "2019-2025" in wrong.stderr


def test_findings_are_those_of_the_area(demo_home: Path) -> None:
    """By area, years, and how the rule's name begins."""
    result = run(demo_home, "findings", "雁江区", "--years", "2020,2022", "--rule", "t3.", "--format", "json")
    rows = json.loads(result.stdout)
    assert rows
    assert all(row["unit_code"].startswith("512002") for row in rows)
    assert {row["year"] for row in rows} <= {2020, 2022}
    assert all(row["rule"].startswith("t3.") and row["verdict"] == "fail" for row in rows)


def test_a_figure_of_the_database_on_its_page(demo_home: Path) -> None:
    """A report by unit and year or by its id gives the same cell, read again from the archive, as the database holds."""
    found = compare.history(demo_home / "nianbao.db", TOWN, named=["granted"]).set_index("year").loc[2023]
    by_year = run(demo_home, "show", f"{TOWN}/2023", "t3.granted.total", "--json")
    by_id = run(demo_home, "show", found["report_id"], "t3.granted.total", "--json")
    assert by_year.stdout == by_id.stdout
    told = json.loads(by_year.stdout)
    assert (told["value"], told["state"]) == (found["value"], "read")
    assert "marked" in told["html"] or "<mark>" in told["html"]
    for wanted in (f"{TOWN}/1999", "没有镇/2022", "nothing"):
        assert run(demo_home, "show", wanted, "t3.granted.total").exit_code == 1


def test_a_page_that_is_not_the_one_parsed(demo_home: Path, tmp_path: Path) -> None:
    """Where the archive is gone, the message says so; nothing is shown."""
    (tmp_path / "nianbao.db").write_bytes((demo_home / "nianbao.db").read_bytes())
    result = run(tmp_path, "show", f"{TOWN}/2023", "t3.granted.total")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be read" in result.stderr


def test_pictures(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SVG, HTML and PNG, which goes to a file; a letter that no font has is refused, never drawn as a box."""
    svg = run(demo_home, "compare", "512002", "--year", 2022, "--format", "svg", "--measure", "requests", "--measure", "granted")
    assert svg.stdout.startswith("<svg")
    assert svg.stdout.count(">n = 22 of 22 townships<") == 2
    assert run(demo_home, "compare", "512002", "--format", "png").exit_code == 2
    monkeypatch.setattr(chart, "has_chinese_font", lambda: False)
    drawn = run(demo_home, "compare", "512002", "--format", "png", "-o", tmp_path / "a.png")
    assert drawn.exit_code == 0, drawn.output
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(CompareError, match="龘: not in the font"):
        chart.png('<svg xmlns="http://www.w3.org/2000/svg"><text>年龘</text></svg>')


def offered(typed: str, home: Path, *more: str) -> dict[str, str]:
    """What the shell is told on Tab behind these words, the last of which is begun: values with their meaning."""
    command, *before, begun = typed.split(" ")
    told = ShellComplete(main, {}, "nianbao", "_NIANBAO_COMPLETE").get_completions(
        [command, "--home", str(home), *more, *before], begun
    )
    return {item.value: item.help or "" for item in told if item.type == "plain"}


@pytest.mark.parametrize(
    ("typed", "value", "meaning"),
    [
        ("compare 雁", "雁江区", "512002"),
        ("compare 5120", "512002", "雁江区"),
        ("report 5120", "512002", "雁江区"),
        ("unit 丹", "丹山镇", TOWN),
        ("coverage 5120", "5120", "资阳市"),
        ("findings 雁江", "雁江区", "512002"),
        ("findings --rule t3.bal", "t3.balance.total", ""),
        ("compare 512002 --measure refused_int", "refused_internal_affairs", measures()["refused_internal_affairs"].english),
        ("show 5120021", f"{TOWN}/2022", "丹山镇"),
        ("show 丹山镇/20", "丹山镇/2023", TOWN),
        (f"show {TOWN}/2020 t2_1.rules.", "t2_1.rules.newly_made", "第二十条第（一）项 › 规章 › 本年新制作数量"),
        ("override 丹山镇/2023 t2_1.rules.", "t2_1.rules.issued", "第二十条第（一）项 › 规章 › 本年制发件数"),
        ("show page.html t3.granted.to", "t3.granted.total", "三、收到和处理政府信息公开申请情况 › （一）予以公开 › 总计"),
        ("crawl 51200", "512002", "四川省资阳市雁江区"),
        ("schedule 四川省资阳市雁", "四川省资阳市雁江区", "512002"),
    ],
)
def test_the_shell_completes_values(demo_home: Path, typed: str, value: str, meaning: str) -> None:
    """Units, reports, cells of the report's own form, measures, rules and portals, with what they are."""
    told = offered(typed, demo_home)
    assert told[value] == meaning
    assert len(told) <= MOST
    begun = typed.rpartition(" ")[2]
    assert all(one.startswith(begun) for one in told)


def test_the_shell_completes_reports_by_their_id(demo_home: Path) -> None:
    """Of any version; files are left to the shell."""
    report = compare.history(demo_home / "nianbao.db", TOWN, named=["granted"])["report_id"].iloc[-1]
    assert offered(f"override {report[:8]}", demo_home) == {report: "丹山镇 2024"}
    assert offered(f"show {TOWN}/2020 t2_1.rules.issued", demo_home) == {}
    told = ShellComplete(main, {}, "nianbao", "_NIANBAO_COMPLETE").get_completions(["show"], "")
    assert [item.type for item in told] == ["file"]


def test_the_shell_completes_portals_of_another_registry(tmp_path: Path) -> None:
    """That which --portals names; keys and codes."""
    own = tmp_path / "own.csv"
    own.write_text("key,name,division_code\nmine,某县,512003\n,,\n", "utf-8")
    asked = ShellComplete(main, {}, "nianbao", "_NIANBAO_COMPLETE")
    for before in (["portals", "show"], ["portals", "check"], ["crawl"]):
        assert [item.value for item in asked.get_completions([*before, "--portals", str(own)], "m")] == ["mine"]
    assert "512002" in [item.value for item in asked.get_completions(["parse", "--within"], "51200")]


@pytest.mark.parametrize("what", ["nothing", "folder", "text", "other", "a ? # % home"])
def test_a_shell_that_completes_hears_no_complaint(tmp_path: Path, what: str) -> None:
    """No database, none of ours, a registry that is none: nothing is offered and nothing raised."""
    home = tmp_path / what
    home.mkdir()
    if what == "folder":
        (home / "nianbao.db").mkdir()
    elif what == "text":
        (home / "nianbao.db").write_text("no database")
    elif what == "other":
        sqlite3.connect(home / "nianbao.db").close()
    for typed in ("compare 5", "unit ", "coverage 5", "findings --rule t", "override 5", "override 丹"):
        assert offered(typed, home) == {}
    assert "t3.granted.total" in offered("show page.html t3.", home)
    (home / "bad.csv").write_bytes(b"key,name\n\xff\xfe")
    for registry in ("bad.csv", "none.csv"):
        assert offered("crawl 5", home, "--portals", str(home / registry)) == {}
    assert (home / "nianbao.db").exists() is (what in ("folder", "text", "other"))


@pytest.mark.parametrize("typed", ["unit 丹", f"show {TOWN}/2020 t3", "findings --rule t3", "crawl 5120", "compare --measure g"])
def test_what_bash_asks_on_a_tab(demo_home: Path, typed: str) -> None:
    """Answered without the libraries that take long to load."""
    command, _, rest = typed.partition(" ")
    words = f"nianbao {command} --home {demo_home} {rest}"
    asked = os.environ | {"_NIANBAO_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sorted({'pandas', 'datasette', 'sqlite_utils', 'rich'} & {*sys.modules})))\n"
        "from nianbao.cli import main; main(prog_name='nianbao')"
    )
    result = subprocess.run([sys.executable, "-c", code], env=asked, capture_output=True, check=True)
    *told, heavy = result.stdout.decode().split("\n")[:-1]
    assert (heavy, result.stderr) == ("", b"")
    assert told and all(line.startswith(f"plain,{rest.split()[-1]}") for line in told)


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for word, below in command.commands.items():
            yield from commands(below, f"{name} {word}")


@pytest.mark.parametrize("name", [name for name, _ in commands(main, "nianbao")])
def test_help_shows_examples(name: str) -> None:
    """Each command's help has a line that can be copied."""
    result = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert result.exit_code == 0
    assert any(line.strip().startswith(f"{name} ") or line.strip() == name for line in result.stdout.splitlines())
