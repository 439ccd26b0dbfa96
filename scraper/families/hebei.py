"""Hebei's columns by UUID. What loads the rows of lists that a script draws is not known; those with rows in the page are plain lists.

Addresses carry the day of a migration, not of publication: a report of March 2021 stands under `/202308/21/`.
"""

from __future__ import annotations

import re

from scraper.families import static_list
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "/columns/<uuid>/index.html, articles at /columns/<uuid>/YYYYMM/DD/<uuid>.html"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MARKS = (re.compile(rf"/columns/{_UUID}/(?:index\.html|\d{{6}}/\d\d/{_UUID}\.html)"),)


def fingerprint(html: str, url: str) -> str | None:
    """The shape of its addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The links of a page."""
    return static_list.list_page(html, asked)
