"""truecms, ePortal and an ASP.NET site: lists by a wrapped call, a JSON query, and a form that is posted back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape

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
    items,
    links,
    newest_first,
)

MESSAGES = "/truecms/messageController/getMessage.do"
MOST_AT_ONCE = 20


def truecms_site(articles: Sequence[Article]) -> Site:
    """404 without a referrer; more than twenty rows at once is nothing."""

    def detail(article: Article) -> str:
        return f"/rgsrmzf/nb/content/{article.uuid}.html"

    pages: dict[str, Page] = front({"政府信息公开年报": "/rgsrmzf/nb/nb.html"}) | bodies(articles, detail)
    pages["/rgsrmzf/nb/nb.html"] = html_page(
        "年报", f"<script>$('#l').page({{proxyUrl:'{MESSAGES}', columnId:'c7a1'}});</script>"
    )
    rows = newest_first(articles)

    def handle(asked: Asked) -> Answer:
        if not asked.referer.endswith("/nb.html"):
            return Answer(b"404", 404)
        start, size = int(asked.query["startrecord"]), int(asked.query["perpage"])
        found = rows[start - 1 : start - 1 + size] if size <= MOST_AT_ONCE and asked.query.get("columnId") == "c7a1" else []
        records = "".join(f"<record><![CDATA[{item(detail(a), a)}]]></record>" for a in found)
        value = json.dumps({"result": f"<xml>{records}</xml>"}, ensure_ascii=False)
        return Answer(f"{asked.query.get('callback', 'cb')}({value})".encode(), content_type="text/javascript")

    return Site(pages, {MESSAGES: handle})


QUERY = "/eportal/ui?moduleId=5&portal.url=/portlet/xxgkml!queryList.portlet&pageNo=1&pageSize=20&flmc=tcfl&fldm=353"


def eportal_site(articles: Sequence[Article]) -> Site:
    """A query that answers its last page again beyond the end."""

    def detail(article: Article) -> str:
        return f"/web/zfxxgk/zfxxgknb/{article.day:%Y%m%d}{article.number:09}/index.shtml"

    pages: dict[str, Page] = front({"政府信息公开年报": "/web/zfxxgk/zfxxgknb/"}) | bodies(articles, detail)
    pages["/web/zfxxgk/zfxxgknb/"] = html_page("年报", f'<script>load("{escape(QUERY)}");</script>')
    parts = chunks(newest_first(articles), 20)

    def handle(asked: Asked) -> Answer:
        number = min(int(asked.query.get("pageNo", "1")), len(parts)) if asked.query.get("fldm") == "353" else 0
        found = [{"url": detail(a), "title": a.title, "fbsj": str(a.day)} for a in parts[number - 1]] if number else []
        return Answer(json.dumps({"result": found}, ensure_ascii=False).encode(), content_type="application/json")

    return Site(pages, {"/eportal/ui": handle})


def aspx_site(articles: Sequence[Article]) -> Site:
    """Departments by number, their reports by department and number; the pager posts the page's form back to it."""
    departments = {unit: 200 + n for n, unit in enumerate(dict.fromkeys(a.unit for a in articles))}

    def detail(article: Article) -> str:
        return f"/year_details.aspx?dept={departments[article.unit]}&id={4571 + article.number}"

    pages: dict[str, Page] = front({"政府信息公开年报": "/year.aspx"})
    handlers: dict[str, Handler] = {"/year.aspx": _year_list(newest_first(articles), detail)}
    return Site(pages | bodies(articles, detail) | {"/xw/": html_page("新闻", links({}))}, handlers)


def _year_list(rows: Sequence[Article], detail: Callable[[Article], str]) -> Handler:
    parts = chunks(rows, 12)

    def handle(asked: Asked) -> Answer:
        number = int(asked.form.get("__EVENTARGUMENT", "1")) if asked.form.get("__VIEWSTATE") == "dDwx" else 1
        following = f"<a href=\"javascript:__doPostBack('Pager1','{number + 1}')\">下一页</a>" if number < len(parts) else ""
        form = f'<form method="post"><input type="hidden" name="__VIEWSTATE" value="dDwx">{items(parts[number - 1], detail)}{following}</form>'
        return Answer(html_page("年报", form))

    return handle
