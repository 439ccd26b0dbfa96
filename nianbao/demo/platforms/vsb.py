"""VSB: lists numbered from the oldest, articles not yet published, a file that needs its referrer, a captcha with status 200."""

from __future__ import annotations

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
    newest_first,
)

PER_PAGE = 10
FILE = "/system/_content/download.jsp"
WITH_FILE = 17
"""One report in so many has no text but a file."""


def site(articles: Sequence[Article]) -> Site:
    """Page 1 is nb.htm, page 2 nb/<T-1>.htm, the last nb/1.htm; the pager has no links, only a count."""
    rows = newest_first(articles)
    parts = chunks(rows, PER_PAGE)
    total = len(parts)
    pages: dict[str, Page] = front({"政府信息公开年报": "/zwgk/nb.htm"})
    for number, part in enumerate(parts):
        unpublished = "<ul><li><a href='/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1025&wbnewsid=9'>未发布镇2022年政府信息公开工作年度报告</a></li></ul>"
        count = f"<td>共{len(rows)}条&nbsp;&nbsp;{number + 1}/{total}</td>"
        base = "" if number == 0 else "../"
        listed = items(part, lambda a, base=base: f"{base}../info/1025/{a.number}.htm")  # type: ignore[misc]
        path = "/zwgk/nb.htm" if number == 0 else f"/zwgk/nb/{total - number}.htm"
        pages[path] = html_page(
            "政府信息公开年报", listed + unpublished + count + "<script>_showDynClicks('wbnews', 1, 2)</script>"
        )
    pages["/content.jsp"] = html_page(
        "系统提示", "<p>系统提示：您未登录，请先登录</p><form><input name='username'><input type='password'></form>"
    )
    pages |= bodies(articles, detail)
    pages |= {detail(a): page for a in articles if (page := file_page(a))}
    return Site(pages, {FILE: _download(articles)})


def has_file(article: Article) -> bool:
    """Whether a report is nothing but a file."""
    return article.is_report and article.number % WITH_FILE == 5


def detail(article: Article) -> str:
    """Where an article stands."""
    return f"/info/1025/{article.number}.htm"


def file_page(article: Article) -> bytes | None:
    """The page of a report that is nothing but a file; None for others."""
    if not has_file(article):
        return None
    link = f'<a href="{FILE}?urltype=news.DownloadAttachUrl&amp;owner=1&amp;wbfileid={article.number}">附件【{article.title}.docx】</a>'
    body = f'<h1>{article.title}</h1><div>发布时间：{article.day}</div><div id="vsb_content"><p>{link}</p></div>'
    return html_page(article.title, body)


def _download(articles: Sequence[Article]) -> Handler:
    known = {str(a.number): a for a in articles}

    def handle(asked: Asked) -> Answer:
        article = known.get(asked.query.get("wbfileid", ""))
        if article is None or not asked.referer.endswith(detail(article)):
            return Answer(html_page("提示", "<p>请从原页面下载</p>" + "<p>.</p>" * 500))
        return Answer(b"PK\x03\x04" + article.title.encode(), content_type="application/octet-stream")

    return handle
