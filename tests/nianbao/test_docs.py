"""The documentation: built strictly, its links followed, its examples run, its commands parsed."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

import click
import pytest
from click.testing import CliRunner
from lxml import html

from nianbao import compare
from nianbao.cli import main
from nianbao.demo.portal import DemoPortal, write_demo_registry
from tests.nianbao.conftest import free_ports

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TOLD = [*PAGES, ROOT / "README.md", ROOT / "README.zh-CN.md"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as MkDocs builds them; a warning is an error."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return folder


def links(page: Path) -> Iterator[str]:
    for element in html.document_fromstring(page.read_bytes()).iter("a", "img", "link", "script"):
        address = element.get("href") or element.get("src")
        if address:
            yield address


def test_every_link_ends_somewhere(site: Path) -> None:
    """At a file of the site and at a heading of it; nothing is loaded from elsewhere."""
    anchors = {page.name: set(html.document_fromstring(page.read_bytes()).xpath("//@id")) for page in site.glob("*.html")}
    followed = 0
    for page in site.glob("*.html"):
        for address in links(page):
            path, anchor = urldefrag(unquote(address).split("?")[0])
            assert not path.startswith("http") or path in {"https://www.mkdocs.org/", "https://www.mkdocs.org"}, (
                page.name,
                address,
            )
            if path.startswith(("http", "/")) or page.name == "404.html":
                continue
            assert (site / path).exists(), (page.name, address)
            assert not anchor or anchor in anchors[path or page.name] | {"", "#"}, (page.name, address)
            followed += 1
    assert followed > 100


def test_pages_of_the_program_itself(site: Path) -> None:
    """Every command with its help, every function with its docstring."""
    commands = (site / "commands.html").read_text("utf-8")
    assert all(f">nianbao {name}</h2>" in commands for name in main.commands)
    python = html.document_fromstring((site / "python.html").read_bytes())
    assert {name for name in compare.__all__ if callable(getattr(compare, name))} <= set(python.xpath("//h3/@id"))


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page: Path) -> None:
    """Links and pictures of the source itself, as a reader of the repository follows them."""
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


def shell_lines(page: Path) -> Iterator[list[str]]:
    for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0].removeprefix(".venv/bin/") == "nianbao":
                end = next((i for i, word in enumerate(words) if word in {">", "|"}), len(words))
                yield words[1:end]


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.name)
def test_commands_that_are_told_can_be_typed(page: Path) -> None:
    """Each line parses: command, arguments and options are there."""
    for words in shell_lines(page):
        command: click.Command = main
        rest = list(words)
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            command = command.commands[rest.pop(0)]
        if "--help" not in rest and "--version" not in rest:
            command.make_context("nianbao", rest)


NOT_WALKED = {"demo-portal", "serve", "notebooks", "detect"}
"""Those that run until they are stopped, are long and tested elsewhere, or ask an address that is an example."""
SAID = {
    "portals list": "四川省资阳市雁江区",
    "portals show 512002": "http://www.yanjiang.gov.cn/",
    "crawl 512002 --dry-run": "/yjq/c2023/pc/list.html",
    "crawl status": "demo-yanjiang  done",
    "coverage": "● found",
    "findings": "t3.balance.total",
    "show 512002107/2023": ", printed '7'",
    "override": "512002107 2023 t3.granted.total: 7 -> 12",
    "schedule": "CRON_TZ=Asia/Shanghai\n30 19 * * * ",
    "compare 512002 --year 2023 --home my-county --format csv": "512002,雁江区,2023,512002107,丹山镇",
}
"""Command -> what a newcomer sees of it."""


def test_a_newcomer_walks_the_first_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command as it is printed, one after the other, on the demo portals as the page says it may be done."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-county").mkdir()
    port = free_ports()
    write_demo_registry(tmp_path / "demo-portals.csv", port)
    walked = []
    with DemoPortal(port=port):
        for words in shell_lines(ROOT / "docs" / "first-hour.md"):
            if NOT_WALKED & {*words}:
                continue
            more = []
            if words[0] in ("crawl", "schedule") and words[1] != "status":
                more += ["--portals", "demo-portals.csv"]
            if words[:2] == ["crawl", "512002"] and "--contact" in words:
                more += ["--delay", "0"]
            done = CliRunner().invoke(main, [*words, *more])
            line = " ".join(words)
            assert done.exit_code == 0, (line, done.output)
            assert all(said in done.output for begins, said in SAID.items() if f"{line} ".startswith(begins)), (line, done.output)
            walked.append(line)
    assert len(walked) == 17
    made = {"my-portals.csv", "my-county", "report.html", "512002-2023.png", "shared"}
    assert made <= {path.name for path in tmp_path.iterdir()}


def test_examples_of_the_python_page(demo_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page shows is what the demo database gives."""
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "python.md").read_text("utf-8").replace('Path("data/nianbao.db")', repr(demo_db))
    blocks = "\n".join(re.findall(r"```pycon\n(.*?)```", text, re.DOTALL))
    names = {"PosixPath": Path, "WindowsPath": Path}
    test = doctest.DocTestParser().get_doctest(blocks, names, "python.md", "docs/python.md", 0)
    assert len(test.examples) > 10
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL)
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_what_is_skipped_says_the_command_of_the_docs() -> None:
    """Each reason ends in the one command that installs what is missing, as docs/install.md prints it."""
    install = re.sub(r"\s+#.*", "", (ROOT / "docs" / "install.md").read_text("utf-8")).splitlines()
    code = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__))
    skips = re.findall(r"skipif\((.*?)\n?\)\n", code, re.DOTALL) + re.findall(r"^ABSENT = .*", code, re.MULTILINE)
    reasons = [re.findall(r'"([^"]+)"', skip)[-1] for skip in skips]
    assert len(reasons) == 3
    assert [reason for reason in reasons if reason.partition(": ")[2] not in install] == []
    assert set(re.findall(r"pytest\.(?:skip|importorskip)\((.*)\)", code)) == {"ABSENT"}
