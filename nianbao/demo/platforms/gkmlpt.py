"""Guangdong's gkmlpt with an NFCMS column beside it: a tree in the page's script, a JSON interface whose page 0 is page 1, mobile twins."""

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
    chunks,
    front,
    html_page,
    item,
    newest_first,
)

SID, CATEGORY, PER_PAGE = "755041", 2629, 100
MOBILE_EVERY = 11


def site(articles: Sequence[Article]) -> Site:
    """Everything stands in the category; an NFCMS column that a node jumps to lists some of it again as mobile pages."""
    rows = newest_first(articles)
    pages: dict[str, Page] = front({"政府信息公开年报": "/gkmlpt/index#2629"})
    tree = [
        {"id": 1, "name": "政策文件", "children": [], "jump_url": "", "post_count": 3},
        {"id": 2, "name": "其他", "children": [
            {"id": CATEGORY, "name": "政府信息公开年报", "children": [], "jump_url": "", "post_count": len(rows)},
            {"id": 9, "name": "政府信息公开年度报告（镇街）", "children": [], "jump_url": "/zwgk/xxgknb/", "post_count": 0},
        ]},
    ]  # fmt: skip
    config = f"window._CONFIG = {{ SITE: 1, SID: '{SID}', TREE: {json.dumps(tree, ensure_ascii=False)}, SERVICE_AREA_ID: 1 }};"
    pages["/gkmlpt/index"] = html_page(
        "政府信息公开", f"<script>{config}</script><script src='/gkmlpt/gkml/pc/js/app.js'></script>"
    )
    pages |= _nfcms([a for a in rows if a.number % MOBILE_EVERY == 0])
    pages |= bodies(articles, detail) | {detail(a).replace("/post_", "/mpost_"): a.page for a in articles}
    return Site(pages, {f"/gkmlpt/api/all/{CATEGORY}": _api(rows)})


def detail(article: Article) -> str:
    """The number of an article, in folders of millions and thousands."""
    number = 2439320 + article.number
    return f"/gkmlpt/content/{number // 1_000_000}/{number // 1000}/post_{number}.html"


def _nfcms(rows: Sequence[Article]) -> dict[str, Page]:
    parts = chunks(rows, 5)
    pages: dict[str, Page] = {}
    for number, part in enumerate(parts):
        listed = "".join(item(detail(a).replace("/post_", "/mpost_"), a) for a in part)
        body = f"<ul>{listed}</ul><script>var NFCMS_SITE_ID = '1';</script><div>共{len(parts)}页</div>"
        pages[f"/zwgk/xxgknb/index{f'_{number + 1}' if number else ''}.html"] = html_page("年报", body)
    return pages | {"/zwgk/xxgknb/": pages["/zwgk/xxgknb/index.html"]}


def _api(rows: Sequence[Article]) -> Handler:
    parts = chunks(rows, PER_PAGE)

    def handle(asked: Asked) -> Answer:
        number = max(1, int(asked.query.get("page", "1")))
        if number > len(parts) or asked.query.get("sid", SID) != SID:
            return Answer(b"<html><body>404</body></html>", 404)
        classify = {"id": CATEGORY, "name": "政府信息公开年报", "post_count": len(rows)}
        value = {"total": len(rows), "classify": classify, "articles": [_row(a, asked.host) for a in parts[number - 1]]}
        return Answer(json.dumps(value, ensure_ascii=False).encode(), content_type="application/json")

    return handle


def _row(article: Article, host: str) -> dict[str, object]:
    escaped = "".join(f"%u{ord(c):04X}" if ord(c) > 127 else c for c in article.title)
    return {
        "id": 2439320 + article.number,
        "title": escaped if article.number % 4 == 1 else article.title,
        "url": f"http://{host}{detail(article)}",
        "post_url": "",
        "created_at": f"{article.day} 10:00:00",
        "attachment": [],
    }
