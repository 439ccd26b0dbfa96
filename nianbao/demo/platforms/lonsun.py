"""LonSun: an organ each for every unit, whose reports a fragment lists; texts are cut, templates differ, an empty list is a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    links,
    newest_first,
)

LABEL = "/zwgk/site/label/8888"
PER_PAGE = 4
NOTHING = "暂无相关信息"


def site(articles: Sequence[Article]) -> Site:
    """The area names the county's own column and the organs; an organ's page names its column; one organ published nothing."""
    organs = {unit: str(6618941 + n) for n, unit in enumerate(dict.fromkeys(a.unit for a in articles))}
    by_organ = {organ: newest_first(a for a in articles if a.unit == unit) for unit, organ in organs.items()}
    organs["空无镇"] = "6610000"
    pages: dict[str, Page] = front({f"{unit}政府信息公开": f"/public/column/{organ}" for unit, organ in organs.items()})
    for number, (unit, organ) in enumerate(organs.items()):
        pages[f"/public/column/{organ}"] = html_page(
            f"{unit}信息公开",
            links({"政府信息公开指南": f"/public/column/{organ}?type=2", "政府信息公开年报": f"/public/column/{organ}?type=3"}),
        )
        file = ("/xxgk/publicInfoList_newest2020", "/c2/hsxxgk/publicInfoList")[number % 2]
        count = -(-len(by_organ.get(organ, ())) // PER_PAGE)
        query = f"labelName=publicInfoList&siteId=4705&pageSize={PER_PAGE}&pageIndex=1&action=list&isDate=true&dateFormat=yyyy-MM-dd&length=14&organId={organ}&type=3&catId=&cId=&result={NOTHING}&file={file}"
        script = f"$.ajax({{url:'{LABEL}?IsAjax=1&dataType=html&{query}'}}); var pageCount: {count};"
        pages[f"/public/column/{organ}?type=3"] = html_page(
            f"{unit}政府信息公开年报", f"<script>{script}</script>", '<meta name="SiteId" content="4705">'
        )
    pages |= bodies(articles, lambda a: detail(a, organs))
    return Site(pages, {LABEL: _label(by_organ, organs)})


def detail(article: Article, organs: Mapping[str, str]) -> str:
    """Where an article stands."""
    return f"/public/{organs[article.unit]}/{1000001 + article.number}.html"


def _label(by_organ: Mapping[str, Sequence[Article]], organs: Mapping[str, str]) -> Handler:
    def handle(asked: Asked) -> Answer:
        query = asked.query
        known = query.get("IsAjax") == "1" and query.get("siteId") == "4705" and "publicInfoList" in query.get("file", "")
        parts = chunks(by_organ.get(query.get("organId", ""), ()), PER_PAGE)
        number = int(query.get("pageIndex", "1"))
        rows = parts[number - 1] if known and number <= len(parts) else []
        cut = int(query.get("length", "80"))
        listed = "".join(f'<div class="xxgk_navli"><ul>{item(detail(a, organs), a, cut=cut)}</ul></div>' for a in rows)
        return Answer((listed or f"<p>{NOTHING}</p>").encode())

    return handle
