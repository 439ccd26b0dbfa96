"""Pages made to exhaust a reader end in a result or a named error; each would take minutes if anything were quadratic."""

from __future__ import annotations

import pytest

from parsers import Kind, parse_report
from parsers.errors import DocumentTooLarge
from parsers.narrative import MOST_FACTS, narrative
from parsers.pieces import Piece

HTML = "<html><body>"
ROW = "<tr><td>行政许可</td><td>1</td><td>2</td><td>3</td></tr>"


@pytest.mark.parametrize(
    "page",
    [
        HTML + "<table>" + ROW * 20_000 + "</table>",
        "行政许可\n\n1\n\n" * 20_000,
        "总计\n" * 50_000,
        HTML + "<td>" + "行政许可 1 " * 20_000 + "</td>",
        HTML + "<p>规章" + "1" * 1_000_000 + "</p>",
        "|" * 2_000_000,
        "(\n" * 30_000,
        "2020年" * 100_000,
        "某" * 1_000_000 + "信息公开",
        HTML + "<table><tr><td colspan=2147483647 rowspan=2147483647>规章</td></tr></table>" * 500,
        HTML + "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">规章</div>",
        HTML + "<p>一、总体情况</p><p>" + "收到政府信息公开申请3件，" * 50_000 + "</p>",
        "规章 三 0 5\n" * 20_000,
        "|25 |\n|\n|\n| 25 |\n" * 20_000,
    ],
    ids=[
        "rows",
        "labels",
        "totals",
        "one cell",
        "digits",
        "pipes",
        "brackets",
        "years",
        "title",
        "spans",
        "attributes",
        "clauses",
        "numerals",
        "broken rows",
    ],
)
def test_work_grows_with_the_page_only(page: str) -> None:
    """Nothing is stored from any of them."""
    report = parse_report(page.encode())
    assert report.kind is not Kind.REPORT
    assert not report.cells


@pytest.mark.parametrize(
    "page",
    [
        "文\n" * 250_000,
        HTML + "<p>0</p>" * 250_000,
        HTML + "<table><tr><td>规章</td><td>" + "1 " * 250_000 + "</td></tr></table>",
    ],
    ids=["lines", "paragraphs", "one cell"],
)
def test_more_text_than_any_report(page: str) -> None:
    """A named error, without reading to the end."""
    with pytest.raises(DocumentTooLarge, match="runs of text"):
        parse_report(page.encode())


def test_more_tags_than_any_report() -> None:
    """Before a tree is made of them: it would take a hundred times the memory of the page."""
    with pytest.raises(DocumentTooLarge, match="tags"):
        parse_report((HTML + "<table>" + "<td>" * 2_100_000).encode())


def test_facts_without_end() -> None:
    """A line of prose that goes on for megabytes tells as many facts as are looked for."""
    line = Piece("收到政府信息公开申请5件。" * 100_000, "line 1")
    assert len(list(narrative([line], year=None))) == MOST_FACTS
