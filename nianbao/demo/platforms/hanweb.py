"""Hanweb: the three generations of its lists, each on a portal of its own, with proxies that heed one thing or another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import quote

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
    item,
    items,
    links,
)

GROUP = 15
"""Rows in the page and behind each `nextgroup`."""
PROXY = "/module/web/jpage/dataproxy.jsp"
EMPTY = b"<datastore><recordset></recordset></datastore>" + b" " * 8
"""54 bytes."""


def jpage_site(articles: Sequence[Article]) -> Site:
    """Columns that share one proxy: it heeds `page` in one, records in the next, the `nextgroup` link in the third; shells and frames."""
    kinds = ("page", "records", "group")
    columns = {kind: [a for a in articles if a.number % len(kinds) == n] for n, kind in enumerate(kinds)}
    pages: dict[str, Page] = front({"政府信息公开年报": "/col/col99/index.html"}) | bodies(articles, detail)
    pages["/col/col99/index.html"] = html_page(
        "政府信息公开年报",
        links({"乡镇": "/col/col100/index.html", "街道": "/col/col110/index.html", "县直部门": "/col/col102/index.html"}),
    )
    pages["/col/col110/index.html"] = b"<html><script>location.href='/col/col111/index.html';</script></html>"
    pages["/col/col111/index.html"] = html_page("街道", '<iframe src="/col/col101/index.html?frame=1"></iframe>')
    for number, kind in enumerate(kinds):
        pages[f"/col/col{100 + number}/index.html"] = _column_page(columns[kind], kind, 100 + number)
    return Site(pages, {PROXY: _proxy({str(100 + n): (columns[k], k) for n, k in enumerate(kinds)})})


def detail(article: Article) -> str:
    """Where an article stands."""
    return f"/art/{article.day.year}/{article.day.month}/{article.day.day}/art_{100 + article.number % 3}_{9000 + article.number}.html"


def _records(rows: Sequence[Article]) -> str:
    """Attributes in single quotes; in some rows the title is missing and the text cut."""
    written = (item(detail(a), a, quote="'", with_title=a.number % 5 != 2, cut=26 if a.number % 5 == 2 else 0) for a in rows)
    return "".join(f"<record><![CDATA[{row}]]></record>" for row in written)


def _next_group(start: int, total: int, column: int) -> str:
    if start > total:
        return ""
    token = quote(f"enc{column}/{start}=")
    return f'<nextgroup><![CDATA[<a href="{PROXY}?group={token}&columnid=enc"></a>]]></nextgroup>'


def _column_page(rows: Sequence[Article], kind: str, column: int) -> bytes:
    group = _next_group(GROUP + 1, len(rows), column) if kind == "group" else ""
    store = f"<datastore>{group}<recordset>{_records(rows[: GROUP if kind != 'page' else 15])}</recordset></datastore>"
    named = f"'columnid':'{column}','unitid':'200'," if kind != "group" else ""
    call = f"$('#200').jpage({{perPage:15,totalRecord:{len(rows)},proxyUrl:'{PROXY}',proxyParam:{{{named}'webid':'1','webname':'测试','path':'/','permissiontype':'0','sourceContentType':'1'}}}});"
    return html_page("政府信息公开年报", f'<div id="200"><script type="text/xml">{store}</script></div><script>{call}</script>')


def _proxy(columns: dict[str, tuple[Sequence[Article], str]]) -> Handler:
    def handle(asked: Asked) -> Answer:
        fields = {**asked.query, **asked.form}
        group = fields.get("group", "")
        if group.startswith("enc") and group.endswith("="):
            column, start = group[3:-1].split("/")
            return _group(columns[column][0], int(start), int(column))
        rows, kind = columns.get(fields.get("columnid", ""), ([], ""))
        found = _heeded(rows, kind, fields)
        return Answer(
            f"<datastore><recordset>{_records(found)}</recordset></datastore>".encode() if found else EMPTY,
            content_type="text/xml",
        )

    return handle


def _group(rows: Sequence[Article], start: int, column: int) -> Answer:
    found = rows[start - 1 : start - 1 + GROUP]
    more = _next_group(start + GROUP, len(rows), column)
    return Answer(f"<datastore>{more}<recordset>{_records(found)}</recordset></datastore>".encode(), content_type="text/xml")


def _heeded(rows: Sequence[Article], kind: str, fields: dict[str, str]) -> Sequence[Article]:
    """What the proxy answers: pages of fifteen by their number, or the records asked for; the first ones where it heeds neither."""
    if kind == "page":
        parts = chunks(rows, 15)
        number = int(fields.get("page", "1"))
        return parts[number - 1] if number <= len(parts) else []
    if kind == "records":
        start = int(fields.get("startrecord", "1"))
        return rows[start - 1 : int(fields.get("endrecord", "45"))]
    return []


def xxgk_site(articles: Sequence[Article]) -> Site:
    """A search by post that ignores the column: it answers with all that the district published."""
    pages: dict[str, Page] = front({"政府信息公开年报": "/col/col1229498488/index.html?number=02"})
    names = "infotypeId=A0212&jdid=3096&area=002482082&divid=div1229498488&standardXxgk=0"
    pages["/col/col1229498488/index.html"] = html_page(
        "年报", f"<script>var url='/module/xxgk/search.jsp?{names}';</script><div id='div1229498488'></div>"
    )
    pages |= bodies(articles, detail)
    return Site(pages, {"/module/xxgk/search.jsp": _search(articles)})


def _search(articles: Sequence[Article]) -> Handler:
    def handle(asked: Asked) -> Answer:
        parts = chunks(articles, 20)
        number = int(asked.form.get("currpage", "0")) if asked.method == "POST" and asked.form.get("infotypeId") == "A0212" else 0
        if not 1 <= number <= len(parts):
            return Answer(b"<table></table>")
        odd = ("tr_main_value_odd", "tr_main_value_even")
        rows = "".join(
            f"<tr class='{odd[n % 2]}'><td>{n}</td><td><a href='{detail(a)}' title='{escape(a.title)}'>{a.title[:9]}…</a></td><td>{a.day}</td></tr>"
            for n, a in enumerate(parts[number - 1])
        )
        others = "".join(
            f"<tr><td>0</td><td><a href='/art/2023/1/1/art_555_{number}{n}.html'>2022年财政信息公开第{number}{n}号</a></td></tr>"
            for n in range(3)
        )
        return Answer(f"<table>{rows}{others}</table><div>共{len(parts)}页</div>".encode())

    return handle


UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def jpaas_site(articles: Sequence[Article]) -> Site:
    """A column for each year, built by a unit that ignores a bare page number."""
    years = by_year(articles)
    pages: dict[str, Page] = front({"政府信息公开年报": "/col/col500/index.html"}) | bodies(articles, detail)
    pages["/col/col500/index.html"] = html_page(
        "政府信息公开年报", links({f"{year}年度": f"/col/col{500 + year}/index.html" for year in years})
    )
    for year, rows in years.items():
        data = f"{{'webId':'abc','tagId':'右侧内容','tplSetId':'t{year}','pageId':'{year}'}}"
        tag = f'<div class="page" count="{len(rows)}" rows="15" unitUrl="{UNIT}" queryData="{data}"></div>'
        pages[f"/col/col{500 + year}/index.html"] = html_page(f"{year}年度", items(rows[:15], detail) + tag)
    return Site(pages, {UNIT: _unit(years)})


def _unit(years: dict[int, list[Article]]) -> Callable[[Asked], Answer]:
    def handle(asked: Asked) -> Answer:
        param = json.loads(asked.query.get("paramJson", "{}"))
        parts = chunks(years[int(asked.query["pageId"])], 15)
        number = int(param.get("pageNo", 1))
        rows = items(parts[number - 1], detail, cut=20) if number <= len(parts) and asked.query.get("tagId") == "右侧内容" else ""
        return Answer(
            json.dumps({"success": True, "data": {"html": rows}}, ensure_ascii=False).encode(), content_type="application/json"
        )

    return handle
