"""The platforms that portals run on: one module each, with one function from a list page to its links.

A family's card says how its pages are recognised; `family_of` finds the family of a page whose portal's row names none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scraper.families import pc_list, static_list
from scraper.links import ListPage, Request


@dataclass(frozen=True, slots=True)
class Family:
    """A platform: its name, what it looks like to a reader of the registry, and what reads its list pages."""

    name: str
    card: str
    fingerprint: Callable[[str, str], str | None]
    """(HTML, URL) -> the evidence that the page is of this family, or None."""
    list_page: Callable[[str, Request], ListPage]
    """(text of the answer, what was asked) -> links and what to ask next; the URL is the one that answered, behind redirects."""


FAMILIES: Mapping[str, Family] = {
    "pc_list": Family("pc_list", pc_list.CARD, pc_list.fingerprint, pc_list.list_page),
    "static_list": Family("static_list", static_list.CARD, static_list.fingerprint, static_list.list_page),
}
"""In order of detection: the generic list accepts every page and stands last."""


def family_of(html: str, url: str) -> tuple[Family, str]:
    """The family of a page and the evidence for it."""
    for family in FAMILIES.values():
        evidence = family.fingerprint(html, url)
        if evidence:
            return family, evidence
    raise LookupError("static_list accepts every page")
