"""Shandong's gongkai (Zibo, Jinan, Liaocheng): channels and documents by 24 hexadecimal digits.

What loads the rows of lists that a script draws is not known; those with rows in the page are plain lists.
"""

from __future__ import annotations

import re

from scraper.families import static_list
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "/gongkai/channel_<24 hex>/, documents at …/doc_<24 hex>.html"
_MARKS = (re.compile(r"/gongkai/(?:site_\w+/)?channel_(?:c_)?[0-9a-f]{24}"), re.compile(r"/doc_[0-9a-f]{24}\.html"))


def fingerprint(html: str, url: str) -> str | None:
    """The shape of its addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The links of a page."""
    return static_list.list_page(html, asked)
