"""The pictures of the docs, made anew where this file is named: no test, so its name is none that pytest collects by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from nianbao.pixels import packed
from tests.nianbao.site.browser.addresses import OURS, address
from tests.nianbao.site.browser.test_browser import quiet

PICTURES = Path(__file__).parents[4] / "docs" / "pictures"
PICTURED = {"front": 900, "county": 900, "unit": 900, "doubtful": 1250, "cell": 900}
"""Page -> how high its picture is: that of a doubtful report reaches to its blank cell."""


@pytest.mark.parametrize("name", PICTURED)
def test_pictures_of_the_docs(context: BrowserContext, site: str, demo_home: Path, name: str) -> None:
    """What the docs show is what a browser draws."""
    with quiet(context, site) as page:
        page.set_viewport_size({"width": 1280, "height": PICTURED[name]})
        page.goto(site + address(OURS[name], demo_home) + ("#marked" if name == "cell" else ""))
        page.evaluate("() => document.fonts.ready")
        page.evaluate("() => document.querySelector('#archived')?.scrollIntoView()")  # with the heading whole
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / f"{name}.png").write_bytes(packed(page.screenshot()))


def test_picture_of_a_notebook(context: BrowserContext, notebook_page: Path) -> None:
    """The part with the picture, as a desk screen shows it."""
    page = context.new_page()
    page.goto(notebook_page.as_uri())
    page.get_by_role("heading", name="Who reported in which year").scroll_into_view_if_needed()
    page.evaluate("() => document.querySelectorAll('h2')[2].scrollIntoView()")
    (PICTURES / "notebook.png").write_bytes(packed(page.screenshot()))
