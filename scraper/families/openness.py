"""The "Openness" PHP platform (Anhui, Hulunbuir): a report is addressed by its unit and year, lists turn by `page_N.html`.

A report that is issued again keeps its address, so a changed page is a new version. Container and vendor are not known.
"""

from __future__ import annotations

import re
from dataclasses import replace

from scraper.families import static_list
from scraper.families.evidence import shown
from scraper.links import ListPage, Request

CARD = "/OpennessAnnualReport/…/show/<unit>/<year>.html, /Xxgknb/show/<id>.html; lists at …/page_N.html"
_MARKS = (
    re.compile(r"/opennessAnnualReport/", re.IGNORECASE),
    re.compile(r"/OpennessContent/|/Xxgknb/|/Xxgk\w*/showList/", re.IGNORECASE),
)
_PAGE = re.compile(r"/page_(\d{1,5})\.html")


def fingerprint(html: str, url: str) -> str | None:
    """The shape of its addresses."""
    return shown(_MARKS, html, url)


def list_page(html: str, asked: Request) -> ListPage:
    """The links of a page, and the page of the next number."""
    page = static_list.list_page(html, asked)
    number = _PAGE.search(asked.url)
    if page.next_pages or number is None:
        return page
    following = _PAGE.sub(f"/page_{int(number[1]) + 1}.html", asked.url)
    return replace(page, next_pages=(Request(following),), guessed=True)
