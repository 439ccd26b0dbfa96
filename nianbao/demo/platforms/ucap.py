"""UCAP: lists drawn by a script from a JSON interface, with a decoy code in the address and totals that are too large."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nianbao.demo.platforms.site import (
    Answer,
    Article,
    Asked,
    Handler,
    Page,
    Site,
    bodies,
    by_year,
    chunks,
    front,
    html_page,
    links,
)

PER_PAGE = 15


def site(articles: Sequence[Article]) -> Site:
    """Even years answer under /common/search/, odd ones under /search/; the identifier stands in a meta tag or in a script."""
    years = by_year(articles)
    pages: dict[str, Page] = front({"政府信息公开年报": "/jia/c100231/list.shtml"})
    channels = {year: f"{year:032x}" for year in years}
    column = links({f"{year}年": f"/jia/c{100300 + year}/list.shtml" for year in years})
    pages["/jia/c100231/list.shtml"] = html_page("政府信息公开年报", column)
    for year, channel in channels.items():
        meta = f'<meta name="channelId" content="{channel}">' if year % 3 else ""
        script = "" if year % 3 else f"<script>var channelId = '{channel}';</script>"
        pages[f"/jia/c{100300 + year}/list.shtml"] = html_page(
            f"{year}年", f'<div id="list"></div>{script}<UCAPTITLE></UCAPTITLE>', meta
        )
    pages |= bodies(articles, detail)
    handlers = {
        f"/{place}/{channel}": _search(years[year], empty=(year % 2 == 0) != (place == "common/search"))
        for year, channel in channels.items()
        for place in ("common/search", "search")
    }
    return Site(pages, handlers)


def detail(article: Article) -> str:
    """Where an article stands: 32 hexadecimal digits, or a number as in the districts of Harbin."""
    name = f"c01_{868731 + article.number}" if article.number % 7 == 3 else article.hex
    return f"/jia/c100231/{article.day:%Y%m}/{name}.shtml"


def _search(rows: Sequence[Article], *, empty: bool) -> Handler:
    def handle(asked: Asked) -> Answer:
        parts = chunks(rows, PER_PAGE)
        number = int(asked.query.get("page", "1"))
        found = [] if empty or not 1 <= number <= len(parts) else [_row(article, asked.host) for article in parts[number - 1]]
        data = {"total": 0 if empty else len(rows) + 40, "page": number, "rows": PER_PAGE, "results": found}
        return Answer(json.dumps({"data": data}, ensure_ascii=False).encode(), content_type="application/json")

    return handle


def _row(article: Article, host: str) -> dict[str, object]:
    """Addresses without a scheme, and whole bodies."""
    return {
        "title": article.title,
        "subTitle": "",
        "url": detail(article) if article.number % 2 else f"//{host}{detail(article)}",
        "publishedTimeStr": f"{article.day} 10:00:00",
        "channelName": "政府信息公开年报",
        "content": "本年新收政府信息公开申请数量 结果维持 申请人情况",
        "contentHtml": "<p>本年新收政府信息公开申请数量</p><p>结果维持</p>",
    }
