"""Every page of a demo portal by its path: reports, lists of both platforms with what stands beside reports on them, home page, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape

from nianbao.demo.pages import NOTICE, render
from nianbao.demo.plan import YEARS, County, DemoReport, demo_reports
from nianbao.units import register

ROWS_PER_PAGE = 20
PC_ROOT = "/yjq"
STATIC_COLUMN = "/zfxxgk/zfxxgknb/"
NEIGHBOURS = ("{y}年政府网站工作年度报表", "{y}年法治政府建设年度报告", "一图读懂{y}年政府信息公开工作年度报告")
"""What stands on the same lists and is no report."""
ROBOTS = b"User-agent: *\nDisallow: /admin/\n"


@cache
def site(county: County) -> Mapping[str, bytes]:
    """The bodies of all pages of a county's portal, by path."""
    reports = [report for report in demo_reports() if report.county == county]
    rows = [Row(report.title, report_path(report), str(report.published_on), report.year) for report in reports]
    beside = _beside(county)
    lists = _json_lists if county.family == "pc_list" else _static_lists
    return {
        "/": _home(county),
        "/robots.txt": ROBOTS,
        **{report_path(report): render(report) for report in reports},
        **{row.path: _beside_page(row) for row in beside},
        **lists([*rows, *beside]),
    }


def columns(county: County) -> tuple[str, ...]:
    """The paths of the columns that list the county's annual reports: one a report year, or one for all."""
    if county.family == "pc_list":
        return tuple(f"{PC_ROOT}/c{year}/pc/list.html" for year in YEARS)
    return (f"{STATIC_COLUMN}index.html",)


def report_path(report: DemoReport) -> str:
    """Where a report stands on its portal."""
    if report.county.family == "pc_list":
        return _article(report.year, f"{report.unit_code} {report.year}")
    return f"{STATIC_COLUMN}{report.published_on:%Y%m}/t{report.published_on:%Y%m%d}_{8_000_000 + report.number}.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: title, path of the page, day as printed, report year."""

    title: str
    path: str
    day: str
    year: int


def _article(year: int, what: str) -> str:
    """A path with nineteen digits, like the identifiers of the platform."""
    number = 10**18 + int(sha256(what.encode()).hexdigest()[:15], 16) % 10**18
    return f"{PC_ROOT}/c{year}/pc/content/content_{number}.html"


def _beside(county: County) -> list[Row]:
    return [
        Row(title.format(y=year), _beside_path(county, year, number), f"{year + 1}-02-01", year)
        for year in YEARS
        for number, title in enumerate(NEIGHBOURS)
    ]


def _beside_path(county: County, year: int, number: int) -> str:
    if county.family == "pc_list":
        return _article(year, f"{county.code} {year} beside {number}")
    return f"{STATIC_COLUMN}{year + 1}02/t{year + 1}0201_{7_000_000 + 10 * year + number}.html"


def _beside_page(row: Row) -> bytes:
    return _page(
        row.title, f"<h1>{escape(row.title)}</h1><p>发布时间：{row.day}</p><p>演示正文：本页不是政府信息公开工作年度报告。</p>"
    )


def _page(title: str, body: str) -> bytes:
    """What lists and other pages have around them."""
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n<body>\n'
        f'<div class="nav"><a href="/">首页</a> <span>当前位置：{escape(title)}</span></div>\n'
        f'{body}\n<div class="footer"><p>{NOTICE}</p></div>\n</body></html>\n'
    ).encode()


def _home(county: County) -> bytes:
    links = "".join(f'<li><a href="{path}">年报栏目</a></li>' for path in columns(county))
    return _page(f"{register().get(county.code).name}（演示门户）", f"<ul>{links}</ul>")


def _json_lists(rows: Sequence[Row]) -> dict[str, bytes]:
    """One column for each report year, all its rows in a script: of paging on this platform nothing is known (portals.md F7)."""
    return {
        f"{PC_ROOT}/c{year}/pc/list.html": _page(f"{year}年年报", _json_list([row for row in rows if row.year == year]))
        for year in YEARS
    }


def _json_list(rows: Sequence[Row]) -> str:
    # "</" would end the script early, in a title as anywhere.
    array = json.dumps([_json_row(row) for row in rows], ensure_ascii=False).replace("</", "<\\/")
    return f'<div id="list"></div>\n<script>var articleList = {array};</script>'


def _json_row(row: Row) -> dict[str, object]:
    """`urls` is JSON written as a string inside the JSON."""
    number = row.path.rpartition("_")[2].removesuffix(".html")
    return {
        "id": number,
        "title": row.title,
        "pubDate": f"{row.day} 09:30:00",
        "urls": json.dumps({"pc": row.path}),
        "articleFiles": [],
    }


def _static_lists(rows: Sequence[Row]) -> dict[str, bytes]:
    """One column for all years, newest first, twenty rows a page."""
    newest = sorted(rows, key=lambda row: row.day, reverse=True)
    chunks = [newest[start : start + ROWS_PER_PAGE] for start in range(0, len(newest), ROWS_PER_PAGE)]
    return {_list_path(number): _static_list(chunk, number, len(chunks)) for number, chunk in enumerate(chunks)}


def _list_path(number: int) -> str:
    return f"{STATIC_COLUMN}index{f'_{number}' if number else ''}.html"


def _static_list(rows: Sequence[Row], number: int, pages: int) -> bytes:
    """Long titles are cut in the text and whole in the attribute; the pager is printed by a script."""
    items = "\n".join(
        f'<li><a href=".{row.path.removeprefix(STATIC_COLUMN.rstrip("/"))}" title="{escape(row.title)}">{escape(row.title[:22])}…</a>'
        f"<span>{row.day}</span></li>"
        for row in rows
    )
    return _page(
        "政府信息公开年报", f'<ul>\n{items}\n</ul>\n<script>createPageHTML({pages}, {number}, "index", "html");</script>'
    )
