"""Articles at `content_<id>`: without an ending in Henan, Gansu and Luzhou, with numbered columns and `.html` in Yueyang.

Lists are plain; that page 2 of Yueyang's is `index_2.htm` is inferred, so both ways of counting are tried.
"""

from __future__ import annotations

import re

from scraper.families import static_list
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "articles at …/content_<id> without an ending, or /<column>/<column>/content_<id>.html"
_MARKS = (re.compile(r"/\d+/\d+/content_\d+\.html"), re.compile(r"/content_\d+(?=[\"'\s>])|/content_\d+$"))


def fingerprint(html: str, url: str) -> str | None:
    """The shape of its articles' addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The links of a page, and the next page by its words or count."""
    return static_list.list_page(html, asked)
