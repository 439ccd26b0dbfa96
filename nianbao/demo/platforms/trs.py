"""TRS WCM: a column for each year, each with another of the pagers that are known, year folders that lie, a JSON column, twins, files."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nianbao.demo.platforms.site import Article, Page, Site, bodies, by_year, chunks, front, html_page, items, links

COLUMN = "/zfxxgk/zfxxgknb/"
PER_PAGE = 8
STUB = b"<html><head><title></title></head><body>" + b" " * 300 + b"</body></html>"
"""What deep pages answer, with status 200."""


def site(articles: Sequence[Article]) -> Site:
    """The portal. Each folder bears the number of the year before its reports."""
    years = by_year(articles)
    folders = {year: f"{COLUMN}{year - 1}n_{5959063 + year}/" for year in years}
    pages: dict[str, Page] = front({"政府信息公开年报": COLUMN})
    pages[COLUMN] = html_page("政府信息公开年报", links({f"{year}年": folder for year, folder in folders.items()}))
    for kind, (year, rows) in enumerate(years.items()):
        pages |= KINDS[kind % len(KINDS)](folders[year], rows)
    pages |= bodies(articles, lambda article: COLUMN + detail(article))
    pages |= {COLUMN + detail(a).replace(".html", "_wap.html"): a.page for a in articles if a.is_report}
    return Site(pages)


def detail(article: Article) -> str:
    """Where an article stands; one in nine bears no date."""
    if article.number % 9 == 4:
        return f"{article.day:%Y%m}/t{8769630 + article.number}.shtml"
    return f"{article.day:%Y%m}/t{article.day:%Y%m%d}_{1000000 + article.number}.html"


def _path(article: Article) -> str:
    return f"../{detail(article)}"


def _numbered(folder: str, rows: Sequence[Article], script: str, *, first: int = 1, ending: str = "html") -> dict[str, Page]:
    """Pages of a list; page 2 is `index_<first>`, and the page behind the last is a stub."""
    parts = chunks(rows, PER_PAGE)
    pages: dict[str, Page] = {}
    for number, part in enumerate(parts):
        call = script.format(pages=len(parts), current=number, records=len(rows), one=number + 1)
        twin = "".join(f'<a href="{_path(a).replace(".html", "_wap.html")}">{a.title}</a>' for a in part[:1] if a.is_report)
        name = f"index_{first + number - 1}.{ending}" if number else f"index.{ending}"
        pages[folder + name] = html_page("政府信息公开年报", items(part, _path, cut=18) + twin + f"<script>{call}</script>")
    pages[folder] = pages[f"{folder}index.{ending}"]
    pages[f"{folder}index_{first + len(parts) - 1}.{ending}"] = STUB
    return pages


def _two_numbers(folder: str, rows: Sequence[Article]) -> dict[str, Page]:
    return _numbered(folder, rows, 'createPageHTML({pages}, {current}, "index", "html");')


def _three_numbers(folder: str, rows: Sequence[Article]) -> dict[str, Page]:
    return _numbered(folder, rows, 'createPageHTML({records}, {pages}, {one}, "index", "html");')


def _create_page(folder: str, rows: Sequence[Article]) -> dict[str, Page]:
    return _numbered(folder, rows, 'createPage({pages}, {current}, "index", "html");')


def _count_page(folder: str, rows: Sequence[Article]) -> dict[str, Page]:
    return _numbered(folder, rows, "var currentPage = {current}; var countPage = {pages};")


def _counted_from_one(folder: str, rows: Sequence[Article]) -> dict[str, Page]:
    """Page 2 is `index_2`; `index_1` is page 1 again."""
    pages = _numbered(folder, rows, "$('.p').pagination({{ totalPage: {pages}, showData: 8 }});", first=2)
    return pages | {f"{folder}index_1.html": pages[folder]}


def _json(folder: str, rows: Sequence[Article]) -> dict[str, Page]:
    """Half of the rows in a file that a list loads, which the menu names in `data-url`; the others all in one page."""
    listed = [{"order": n, "url": _path(a), "title": a.title, "PubDate": str(a.day)} for n, a in enumerate(rows[::2])]
    return {
        folder: html_page(
            "政府信息公开年报", f'<ul class="menu"><li data-url="{folder}lb/">乡镇街道</li></ul>{_all_in_one(rows[1::2])}'
        ),
        f"{folder}lb/": html_page("乡镇街道", '<div id="l"></div><script>$.getJSON("../2022qtzdgk.json", draw);</script>'),
        f"{folder}2022qtzdgk.json": json.dumps({"data": listed}, ensure_ascii=False).encode(),
    }


def _all_in_one(rows: Sequence[Article]) -> str:
    """Paging is done by the browser; rows whose flag is empty are tests, and a commented row is none."""
    shown = items(rows, _path).replace("<ul>", '<ul class="default_news">').replace("<li>", '<li><i class="flag">·</i>')
    test = '<li><i class="flag"></i><a href="../ceshi/t20230101_1.html">测试镇2022年政府信息公开工作年度报告</a></li></ul>'
    comment = '<!-- <li><a href="../old/t20230101_2.html">旧镇2022年政府信息公开工作年度报告</a></li> -->'
    return shown.replace("</ul>", test) + comment


KINDS = (_two_numbers, _three_numbers, _create_page, _count_page, _counted_from_one, _json)
"""How a column's pages are counted, year by year."""
