"""The platforms that portals run on: one module each, with one function from an answer to its links.

A family's card says how its pages are recognised; `family_of` finds the family of a page whose portal's row names none. Facts about the platforms were
compiled from public code and archived pages of 2018-2026 and were not tried on live portals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from scraper.families import (
    aspx,
    content_n,
    epoint,
    eportal,
    gkmlpt,
    gongkai,
    hanweb,
    hebei,
    lonsun,
    openness,
    pc_list,
    static_list,
    trs,
    truecms,
    ucap,
    vsb,
    xxgk_show,
)
from scraper.links import ListPage, Request


class Family(Protocol):
    """A platform: what it looks like to a reader of the registry, how its pages are told, and what reads its lists."""

    @property
    def CARD(self) -> str: ...  # noqa: N802 (a constant of the module)

    def fingerprint(self, html: str, url: str, /) -> str | None:
        """The evidence that a page is of this family, or None."""

    def list_page(self, html: str, asked: Request, /) -> ListPage:
        """Links and what to ask next, from the text of the answer and what was asked; the URL is the one that answered, behind redirects."""


FAMILIES: Mapping[str, Family] = {
    "gkmlpt": gkmlpt,
    "pc_list": pc_list,
    "lonsun": lonsun,
    "epoint": epoint,
    "truecms": truecms,
    "hanweb": hanweb,
    "eportal": eportal,
    "openness": openness,
    "xxgk_show": xxgk_show,
    "gongkai": gongkai,
    "hebei": hebei,
    "vsb": vsb,
    "ucap": ucap,
    "aspx": aspx,
    "trs": trs,
    "content_n": content_n,
    "static_list": static_list,
}
"""In order of detection, what shows most plainly first: the generic list accepts every page and stands last."""


def family_of(html: str, url: str) -> tuple[str, str]:
    """The name of a page's family and the evidence for it."""
    for name, family in FAMILIES.items():
        evidence = family.fingerprint(html, url)
        if evidence:
            return name, evidence
    raise LookupError("static_list accepts every page")
