"""What every test portal is made of: articles, pages, answers to requests, and the way from the home page to the column of annual reports.

The portals are written from the description of the platforms (portals.md 3 and 7), each with the traps that are known of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from html import escape
from typing import TypeVar

T = TypeVar("T")
NOTICE = "本页为 nianbao 测试页面，数字由程序生成，并非任何机关公布。"


@dataclass(frozen=True, slots=True)
class Article:
    """Something published: a report, or what stands beside reports and is none. `page` makes its page."""

    number: int
    title: str
    unit: str
    year: int
    day: date
    is_report: bool
    page: Callable[[], bytes]

    @property
    def hex(self) -> str:
        """32 hexadecimal digits of its own."""
        return sha256(f"{self.number} {self.title}".encode()).hexdigest()[:32]

    @property
    def uuid(self) -> str:
        """The same in the shape of a UUID."""
        h = self.hex
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    @property
    def digits(self) -> int:
        """Nineteen digits of its own."""
        return 10**18 + int(self.hex[:15], 16) % 10**18


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a portal sees it."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    body: bytes
    form: Mapping[str, str]
    referer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a portal answers."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Page = bytes | Callable[[], bytes]
Handler = Callable[[Asked], Answer]


@dataclass(frozen=True, slots=True)
class Site:
    """A portal: pages by path (with the query, where it has one), and interfaces by path."""

    pages: Mapping[str, Page]
    handlers: Mapping[str, Handler] = field(default_factory=dict)

    def answer(self, asked: Asked, target: str) -> Answer:
        """The answer to a request; `target` is its path with the query."""
        handler = self.handlers.get(asked.path)
        if handler is not None:
            return handler(asked)
        page = self.pages.get(target, self.pages.get(asked.path))
        if page is None or asked.method != "GET":
            return Answer(b"<html><body>404</body></html>", 404)
        body = page if isinstance(page, bytes) else page()
        return Answer(body, content_type="text/plain" if target.endswith(".txt") else "text/html")


def html_page(title: str, body: str, head: str = "") -> bytes:
    """A page with the menu and footer that stand around everything."""
    menu = '<a href="/">首页</a> <a href="/xw/">新闻</a> <a href="/wzbb/">政府网站年度报表</a> <a href="/fzzf/">法治政府建设年度报告</a>'
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>\n<body>\n'
        f'<div class="nav">{menu}</div>\n{body}\n<div class="footer"><p>{NOTICE}</p></div>\n</body></html>\n'
    ).encode()


def item(path: str, article: Article, *, cut: int = 0, quote: str = '"', with_title: bool = True) -> str:
    """A row of a list: the text may be cut, the title attribute single-quoted or missing, the date broken over lines."""
    text = f"{article.title[:cut]}…" if cut and len(article.title) > cut else article.title
    title = f" title={quote}{escape(article.title)}{quote}" if with_title else ""
    return f"<li><a href={quote}{path}{quote}{title}>{escape(text)}</a><span>{article.day:%Y-}\n{article.day:%m-}\n{article.day:%d}</span></li>"


def items(articles: Iterable[Article], path: Callable[[Article], str], **how: object) -> str:
    """The rows of a list."""
    return "<ul>\n" + "\n".join(item(path(article), article, **how) for article in articles) + "\n</ul>"  # type: ignore[arg-type]


def links(named: Mapping[str, str]) -> str:
    """Links by their text."""
    return "<ul>" + "".join(f'<li><a href="{path}">{escape(text)}</a></li>' for text, path in named.items()) + "</ul>"


def front(columns: Mapping[str, str], *, area: str = "/zwgk/zfxxgk/") -> dict[str, Page]:
    """The home page, the 政府信息公开 area that it leads to, which names the columns, and pages that lead nowhere."""
    return {
        "/": html_page(
            "测试门户", links({"要闻": "/xw/", "政府信息公开": area, "政府网站年度报表": "/wzbb/", "互动交流": "/hd/"})
        ),
        area: html_page(
            "政府信息公开", links({"政府信息公开指南": "/zn/", "政府信息公开制度": "/zd/", **columns, "法定主动公开内容": "/fd/"})
        ),
        "/fd/": html_page("法定主动公开内容", links({"财政预算": "/ys/", "规划计划": "/gh/"})),
        "/robots.txt": b"User-agent: *\nDisallow: /admin/\n",
    }


def chunks(rows: Sequence[T], size: int) -> list[Sequence[T]]:
    """Rows in pages; one empty page where there is none."""
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [rows]


def newest_first(articles: Iterable[Article]) -> list[Article]:
    """As lists print them."""
    return sorted(articles, key=lambda article: (article.day, article.number), reverse=True)


def by_year(articles: Iterable[Article]) -> dict[int, list[Article]]:
    """Newest first within each report year."""
    ordered = newest_first(articles)
    return {year: [a for a in ordered if a.year == year] for year in sorted({a.year for a in ordered}, reverse=True)}


def bodies(articles: Iterable[Article], path: Callable[[Article], str]) -> dict[str, Page]:
    """The pages of articles by path."""
    return {path(article): article.page for article in articles}
