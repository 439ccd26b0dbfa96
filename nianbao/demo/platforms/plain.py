"""Platforms whose lists are plain: told by their addresses, each with its own way of counting pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from nianbao.demo.platforms.site import Article, Page, Site, bodies, by_year, chunks, front, html_page, items, links, newest_first

MIRROR = '<ul><li><a href="http://www.jia.gov.cn.mirror.example/nb/1.html">镜像镇2022年政府信息公开工作年度报告</a></li></ul>'
"""A row that leads to a look-alike."""


def _paged(
    column: str, articles: Sequence[Article], detail: Callable[[Article], str], name: Callable[[int], str], *, words: bool = False
) -> Site:
    """A column whose pages are named by their number from 1; the next is linked in words, or only counted."""
    parts = chunks(newest_first(articles), 15)
    pages: dict[str, Page] = front({"政府信息公开年报": column + name(1)}) | bodies(articles, detail)
    for number, part in enumerate(parts, 1):
        pager = f"<div>共{len(parts)}页</div>" if not words else ""
        if words and number < len(parts):
            pager = f'<a href="{column}{name(number + 1)}">下一页</a>'
        pages[column + name(number)] = html_page("政府信息公开年报", items(part, detail, cut=20) + MIRROR + pager)
    return Site(pages)


def hebei_site(articles: Sequence[Article]) -> Site:
    """Columns and articles by UUID; the folder is that of a migration, not of publication."""
    column = "/columns/0f0e0d0c-1111-4222-8333-444455556666/"
    return _paged(
        column,
        articles,
        lambda a: f"{column}202308/21/{a.uuid}.html",
        lambda n: f"index{f'_{n}' if n > 1 else ''}.html",
        words=True,
    )


def gongkai_site(articles: Sequence[Article]) -> Site:
    """Channels and documents by 24 hexadecimal digits; a list that ends in a folder."""
    column = "/gongkai/channel_5dde0f5c1a2b3c4d5e6f7a8b/"
    return _paged(
        column,
        articles,
        lambda a: f"{column}doc_{a.hex[:24]}.html",
        lambda n: f"index{f'_{n}' if n > 1 else ''}.html",
        words=True,
    )


def content_site(articles: Sequence[Article]) -> Site:
    """Articles without an ending."""
    column = "/gk/zfxxgknb/bmxxgknb/"
    return _paged(
        column,
        articles,
        lambda a: f"{column}content_{191767 + a.number}",
        lambda n: f"index{f'_{n}' if n > 1 else ''}.html",
        words=True,
    )


def yueyang_site(articles: Sequence[Article]) -> Site:
    """Columns by number; page 2 is index_2.htm, and the pager says only how many there are."""
    column = "/31185/32016/"
    return _paged(
        column, articles, lambda a: f"{column}content_{2150541 + a.number}.html", lambda n: f"index{f'_{n}' if n > 1 else ''}.htm"
    )


def numbered_site(articles: Sequence[Article]) -> Site:
    """Pages that are named by nothing but their number, articles by nineteen digits."""
    column = "/zfxxgk/zfxxgknb/"
    return _paged(column, articles, lambda a: f"{column}xj/{a.digits}.html", lambda n: f"{n}.html")


def pc_list_site(articles: Sequence[Article]) -> Site:
    """Rows as JSON in the page, addresses as JSON in a string; a column for each year."""

    def detail(article: Article) -> str:
        return f"/jia/c{article.year}/pc/content/content_{article.digits}.html"

    years = by_year(articles)
    pages: dict[str, Page] = front({"政府信息公开年报": "/jia/c1/pc/list.html"}) | bodies(articles, detail)
    pages["/jia/c1/pc/list.html"] = html_page("年报", links({f"{year}年": f"/jia/c{year}/pc/list.html" for year in years}))
    for year, rows in years.items():
        array = [
            {
                "id": str(a.digits),
                "title": a.title,
                "pubDate": f"{a.day} 09:30:00",
                "urls": json.dumps({"pc": detail(a)}),
                "articleFiles": [],
            }
            for a in rows
        ]
        pages[f"/jia/c{year}/pc/list.html"] = html_page(
            f"{year}年", f"<script>var articleList = {json.dumps(array, ensure_ascii=False)};</script>"
        )
    return Site(pages)
