"""What a document is: the report, or one of its neighbours that look like it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parsers import Context, Kind, parse_report

REPORT = (Path(__file__).parents[1] / "fixtures" / "html_table_2021" / "page.html").read_bytes()
BODY = "<p>正文。</p>" * 60


def page(title: str, body: str = BODY) -> bytes:
    return f"<html><head><meta charset='utf-8'><title>{title}-某某门户</title></head><body><h1>{title}</h1>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("一图读懂：某某县2023年政府信息公开工作年度报告", Kind.INTERPRETATION),
        ("【图解】某某镇2022年政府信息公开年报", Kind.INTERPRETATION),
        ("数说｜某某县2021年政府信息公开年报", Kind.INTERPRETATION),
        ("图说某某县2021年政府信息公开工作年度报告", Kind.INTERPRETATION),
        ("某某局2021年政府信息公开工作年度报告文字解读", Kind.INTERPRETATION),
        ("某某区2022年上半年政府信息公开工作情况统计", Kind.HALF_YEAR),
        ("某某县2021年第三季度政府信息公开情况", Kind.HALF_YEAR),
        ("某某县人民政府信息公开指南", Kind.GUIDE),
        ("某某县政府网站工作年度报表（2022年度）", Kind.WEBSITE_REPORT),
        ("某某局2023年法治政府建设年度报告", Kind.LAW_REPORT),
        ("某某县召开会议", Kind.NOT_A_REPORT),
    ],
)
def test_the_title_tells_the_neighbours(title: str, kind: Kind) -> None:
    """Each by its own title, whatever stands in its body."""
    assert parse_report(page(title)).kind is kind


def test_an_explanation_with_tables_gives_no_figures() -> None:
    """Its figures are quoted from the report; they are stored where the report stands."""
    tables = REPORT.decode().partition("<table")[2].rpartition("</table>")[0]
    report = parse_report(page("图解：某某镇2021年政府信息公开工作年度报告", f"<table{tables}</table>"))
    assert (report.kind, dict(report.cells)) == (Kind.INTERPRETATION, {})


@pytest.mark.parametrize("where", ["<body>", "</body>"])
def test_neighbours_in_menus_and_lists_change_nothing(where: str) -> None:
    """A report stays one between links to its explanation, the guide and other years."""
    links = "".join(
        f"<li><a href='#'>{text}</a></li>"
        for text in (
            "政府信息公开指南",
            "某某县人民政府信息公开指南",
            "一图读懂2021年政府信息公开年报",
            "某某县2020年法治政府建设报告",
            "某某镇2019年政府信息公开工作年度报告",
            "验证码",
        )
    )
    furnished = REPORT.decode()
    at = furnished.index(where) + (len(where) if where == "<body>" else 0)
    report = parse_report((furnished[:at] + f"<ul>{links}</ul>" + furnished[at:]).encode())
    plain = parse_report(REPORT)
    assert (report.kind, dict(report.cells).keys()) == (Kind.REPORT, dict(plain.cells).keys())
    assert {k: c.value for k, c in report.cells.items()} == {k: c.value for k, c in plain.cells.items()}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>您访问的页面不存在或已被删除</p>", Kind.SOFT_404),
        ("<h2>404 Not Found</h2>", Kind.SOFT_404),
        ("<p>请输入验证码继续访问</p>", Kind.CHALLENGE_PAGE),
        (
            "<noscript>请开启JavaScript并刷新该页</noscript><script>document.cookie='a=1';location.reload()</script>",
            Kind.CHALLENGE_PAGE,
        ),
        ("<script src='/x.js'></script><script>var $_ts=1;</script>", Kind.CHALLENGE_PAGE),
    ],
)
def test_answers_in_place_of_a_page(body: str, kind: Kind) -> None:
    """With status 200 and next to no text."""
    assert parse_report(f"<html><body>{body}</body></html>".encode()).kind is kind


def test_a_list_of_reports() -> None:
    """Titles of several bodies and years, and no report."""
    items = "".join(
        f"<li><a href='{n}.html'>某某镇{n}年政府信息公开工作年度报告</a><span>{n + 1}-01-20</span></li>"
        for n in range(2015, 2023)
    )
    assert parse_report(f"<html><body><h1>政府信息公开年报</h1><ul>{items}</ul></body></html>".encode()).kind is Kind.LIST_PAGE


def test_a_list_of_years() -> None:
    """The column of a body that links each of its reports by the year alone."""
    items = "".join(f"<li><a href='{n}.html'>{n}年</a></li>" for n in range(2015, 2023))
    assert parse_report(page("政府信息公开年报", f"<ul>{items}</ul>")).kind is Kind.LIST_PAGE
    assert parse_report(page("某某县统计年鉴", f"<ul>{items}</ul>")).kind is Kind.NOT_A_REPORT


def test_accounts_with_words_of_the_form_are_no_report() -> None:
    """行政事业性收费 and 总计 stand in accounts as well: figures behind them that are no cells make no report."""
    rows = "<tr><td>行政事业性收费</td><td>35.2</td></tr><tr><td>政府集中采购</td><td>12</td><td>35</td></tr><tr><td>总计</td><td>0</td></tr>"
    assert parse_report(page("某某县2021年部门决算", f"<table>{rows}</table>")).kind is Kind.NOT_A_REPORT


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/files/P0201.pdf?x=1'>附件下载</a>",
        "<embed src='/files/P0201.pdf' type='application/pdf'>",
        "<iframe src='/viewer.html?file=/files/P0201.pdf'></iframe>",
        "<object data='/files/P0201.pdf'></object>",
    ],
)
def test_a_report_that_is_attached(link: str) -> None:
    """A title and a file, linked or shown on the page."""
    body = f"<p>现予公布。</p>{link}"
    assert parse_report(page("某某局2021年政府信息公开工作年度报告", body)).kind is Kind.ATTACHMENT_ONLY


def test_the_link_that_led_here_tells_where_the_page_does_not() -> None:
    """A page without a title of its own."""
    context = Context(link_title="图解：某某镇2021年政府信息公开工作年度报告")
    assert parse_report(b"<html><body><img src='1.jpg'></body></html>", context=context).kind is Kind.INTERPRETATION


def test_prose_above_an_empty_form_tells_its_figures() -> None:
    """What a body left out of its tables it may have told in words."""
    report = parse_report(re.sub(rb"<p>\d+</p>", b"<p></p>", REPORT))
    assert report.kind is Kind.BLANK_FORM
    assert [(fact.topic, fact.value) for fact in report.narrative] == [("requests_received", 1017)]
