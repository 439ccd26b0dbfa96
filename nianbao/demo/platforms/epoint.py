"""Epoint: a JSON interface by post, on one portal counted from 0 and asked bare, on another from 1 and asked in a wrapping."""

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
    newest_first,
)

GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
COLUMN = "/dynamic/zwgk/govInfoPub.html?categorynum=003195002&deptcode=001001"
INTERFACE = "/rest/lightfrontaction/getgovinfolist"


def site(articles: Sequence[Article], *, first: int, wrapped: bool) -> Site:
    """The column's page knows its category by its address, the site's identifier stands in a script file."""
    project = "/EWB_YK_Mid" if wrapped else "/EWB-FRONT"
    pages: dict[str, Page] = front({"政府信息公开年报": COLUMN}) | bodies(articles, detail)
    script = "/js/ajaxReq.js" if wrapped else "/js/webBuilderCommon.js"
    pages[COLUMN] = html_page("年报", f'<div id="list"></div><script src="{script}"></script><script>EWB-FRONT</script>')
    pages[script] = f'var siteInfo = {{"projectName":"{project}","siteGuid":"{GUID}"}};'.encode()
    return Site(pages, {project + INTERFACE: _interface(newest_first(articles), first=first, wrapped=wrapped)})


def detail(article: Article) -> str:
    """Where an article stands."""
    return f"/001/{article.day:%Y%m%d}/{article.uuid}.html"


def _interface(rows: Sequence[Article], *, first: int, wrapped: bool) -> Handler:
    def handle(asked: Asked) -> Answer:
        question = json.loads(asked.body or b"{}")
        question = question.get("params", {}) if wrapped else question
        known = question.get("siteGuid") == GUID and question.get("categorynum") == "003195002"
        parts = chunks(rows, int(question.get("pageSize", 20)))
        # Counted from 1, page 0 is page 1.
        number = max(0, int(question.get("pageIndex", 0)) - first)
        found = [_row(a) for a in parts[number]] if known and number < len(parts) else []
        value = {"custom": {"total": len(rows) if known else 0, "data": found}}
        return Answer(json.dumps(value, ensure_ascii=False).encode(), content_type="application/json")

    return handle


def _row(article: Article) -> dict[str, str]:
    return {
        "title": article.title[:10] + "…",
        "realtitle": article.title,
        "infourl": detail(article),
        "infodate": str(article.day),
    }
