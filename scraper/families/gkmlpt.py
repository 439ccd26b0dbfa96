"""Guangdong's gkmlpt and the NFCMS sites beside it: a tree of categories in the page's script, their articles from a JSON interface.

Page 0 and page 1 are the same; Zhaoqing answers 404 from page 2 on. A node of the tree that jumps elsewhere leads to an NFCMS column of plain links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scraper.families import anchors, static_list, values
from scraper.families.evidence import shown
from scraper.links import Link, ListPage, Request

CARD = "/gkmlpt/index with window._CONFIG {SID, TREE}; /gkmlpt/api/all/<category>; articles at content/post_<id>.html"
PAGE_SIZE = 100
_MARKS = (
    re.compile(r"/gkmlpt/(?:index|api|gkml|content|annualreport)"),
    re.compile(r"NFCMS_(?:SITE|POST)_ID"),
    re.compile(r"/content/m?post_\d+\.html"),
)
_TREE = re.compile(r"""["']?TREE["']?\s*:\s*(?=\[)""")
_CATEGORY = re.compile(r"(?:/gkmlpt/(?:index|annualreport)/?)#(\d{1,9})")
_BASE = re.compile(r"^(https?://[^?#]*?/gkmlpt)(?:/|$)")
_NAME = re.compile(r"年报|年度报告")
_DEEPEST = 12


def fingerprint(html: str, url: str) -> str | None:
    """Its folder, the names its scripts set, or the shape of its articles' addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The articles of an answer of the interface; or a page's links and the categories of annual reports that it names."""
    if "/gkmlpt/api/" in urlsplit(asked.url).path:
        return _answer(values.json_of(html), asked)
    page = static_list.list_page(html, asked)
    nodes = tuple(_reports(_tree(html)))
    jumps = tuple(link for node in nodes if (link := _jump(node, asked.url)))
    return static_list.beside(replace(page, links=(*page.links, *jumps)), _categories(html, asked.url, nodes))


def _tree(html: str) -> list[Any]:
    match = _TREE.search(html)
    tree = values.json_at(html, match.end()) if match else None
    return tree if isinstance(tree, list) else []


def _reports(nodes: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The nodes whose name speaks of annual reports, at any depth, and all that stand below one."""
    for node in values.rows(nodes) if depth < _DEEPEST else ():
        if _NAME.search(values.text_at(node, "name")):
            yield node
            yield from _below(node.get("children"), depth + 1)
        else:
            yield from _reports(node.get("children"), depth + 1)


def _below(nodes: object, depth: int) -> Iterator[Mapping[str, Any]]:
    for node in values.rows(nodes) if depth < _DEEPEST else ():
        yield node
        yield from _below(node.get("children"), depth + 1)


def _jump(node: Mapping[str, Any], url: str) -> Link | None:
    target = anchors.address(values.text_at(node, "jump_url"), url)
    return Link(target, values.text_at(node, "name")) if target else None


def _categories(html: str, url: str, nodes: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[Request, ...]]:
    base = _BASE.match(url)
    if base is None:
        return
    site = values.named_in(html, "SID")
    asked = _CATEGORY.findall(url) or [
        str(node["id"]) for node in nodes if not node.get("jump_url") and values.number_at(node, "id")
    ]
    for category in dict.fromkeys(asked):
        yield (Request(f"{base[1]}/api/all/{category}?page=1" + (f"&sid={site}" if site.isalnum() else "")),)


def _answer(value: Any, asked: Request) -> ListPage:  # noqa: ANN401 (JSON)
    articles = tuple(values.rows(values.dig(value, "articles")))
    links = tuple(link for article in articles if (link := _article(article, asked.url)))
    page = asked.fields.get("page", "")
    count = values.number_at(values.dig(value, "classify"), "post_count") or values.number_at(value, "total") or 0
    more = page.isdecimal() and len(page) < 6 and int(page) * PAGE_SIZE < count
    return ListPage(links, (asked.with_query(page=int(page) + 1),) if links and more else ())


def _article(article: Mapping[str, Any], url: str) -> Link | None:
    target = anchors.address(values.text_at(article, "url", "post_url"), url)
    title = values.text_at(article, "title")
    return (
        Link(target, title, values.day_at(article, "date", "display_publish_time", "create_time", "created_at"))
        if target and title
        else None
    )
