"""Two PHP platforms: "Openness", where a report is addressed by unit and year, and xxgk-show with its list by post."""

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
    items,
    links,
    newest_first,
)


def openness_site(articles: Sequence[Article]) -> Site:
    """The county's reports in a numbered list without a pager; each town's by year, under texts that say the year alone."""
    units = list(dict.fromkeys(a.unit for a in articles))
    listed = newest_first(a for a in articles if units.index(a.unit) % 2 == 0)
    matrix = {unit: [a for a in articles if a.unit == unit and a not in listed] for unit in units}

    def detail(article: Article) -> str:
        if article in listed or not article.is_report:
            return f"/Xxgknb/show/{4458 + article.number}.html"
        return f"/OpennessAnnualReport/year/show/{300 + units.index(article.unit)}/{article.year}.html"

    first = "/OpennessContent/showList/2/171/page_1.html"
    pages: dict[str, Page] = front({"政府信息公开年报": "/OpennessAnnualReport/"}) | bodies(articles, detail)
    towns = {unit: f"/OpennessAnnualReport/index/{300 + n}.html" for n, unit in enumerate(units) if matrix[unit]}
    pages["/OpennessAnnualReport/"] = html_page("政府信息公开年报", links({"县直部门": first, **towns}))
    for unit, path in towns.items():
        rows = {f"{a.year}年": detail(a) for a in matrix[unit] if a.is_report}
        beside = {a.title: detail(a) for a in matrix[unit] if not a.is_report}
        pages[path] = html_page(f"{unit}年报", links(rows | beside))
    for number, part in enumerate(chunks(listed, 10), 1):
        pages[f"/OpennessContent/showList/2/171/page_{number}.html"] = html_page("年报", items(part, detail))
    return Site(pages)


AJAX = "/api-ajax_list-{page}.html"


def xxgk_show_site(articles: Sequence[Article]) -> Site:
    """Numbered lists whose first page links to the second, and a column that is asked by post, page by page in the path."""
    rows = newest_first(articles)
    plain, asked = rows[::2], rows[1::2]
    pages: dict[str, Page] = front({"政府信息公开年报": "/xxgk-list-nb.html", "各乡镇政府信息公开年报": "/xxgk-list-xznb.html"})
    parts = chunks(plain, 12)
    for number, part in enumerate(parts, 1):
        pager = f'<a href="/xxgk-list-nb-{number + 1}.html">{number + 1}</a>' if number < len(parts) else ""
        pages[f"/xxgk-list-nb{f'-{number}' if number > 1 else ''}.html"] = html_page("年报", items(part, _show) + pager)
    script = "var catid = 171; $.post('/api-ajax_list-1.html', {ajax_type: ['21_xxgk', catid]}, draw);"
    pages["/xxgk-list-xznb.html"] = html_page("各乡镇年报", f"<div id='l'></div><script>{script}</script>")
    pages |= bodies(articles, _show)
    lists = chunks(asked, 20)
    return Site(pages, {AJAX.format(page=n): _ajax(lists[n - 1] if n <= len(lists) else []) for n in range(1, len(lists) + 3)})


def _show(article: Article) -> str:
    return f"/xxgk-show-{10000 + article.number}.html"


def _ajax(rows: Sequence[Article]) -> Handler:
    def handle(asked: Asked) -> Answer:
        known = asked.method == "POST" and asked.form.get("is_ds") == "1" and b"171" in asked.body
        data = [{"url": _show(a), "title": a.title, "updatetime": str(a.day)} for a in rows if known]
        return Answer(json.dumps({"data": data}, ensure_ascii=False).encode(), content_type="application/json")

    return handle
