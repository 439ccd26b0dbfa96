"""What those who hear a page are told: names of tables and headings, states in words, and the language of what stands there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from nianbao.serve import datasette
from nianbao.site.report import SIGNS
from nianbao.site.spoken import MENDED, mended, said

from .browser.addresses import DATASETTE, OURS, address

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::PendingDeprecationWarning"
)
KINDS = [*((name, language) for name in OURS for language in ("en", "zh")), *((name, "en") for name in DATASETTE)]


def fetched(home: Path, path: str, language: str) -> str:
    async def fetch() -> str:
        app = datasette(home / "nianbao.db")
        await app.invoke_startup()
        return str((await app.client.get(address(path, home), cookies={"lang": language})).text)

    return asyncio.run(fetch())


def body(text: str) -> html.HtmlElement:
    """The body of a page without what was archived."""
    (found,) = html.document_fromstring(text).xpath("//body")
    for archived in found.xpath("//*[@class='archived']"):
        archived.drop_tree()
    return found


def texts(top: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Every text with the language that is told of it; what one types or copies has none of its own."""
    for node in top.xpath(".//text()[not(ancestor::textarea or ancestor::option or ancestor::code or ancestor::pre)]"):
        holder = node.getparent() if node.is_text else node.getparent().getparent()
        yield str(node).strip(), next(iter(holder.xpath("ancestor-or-self::*[@lang][1]/@lang")), "")


@pytest.mark.parametrize(("name", "language"), KINDS)
def test_a_page_can_be_heard(demo_home: Path, name: str, language: str) -> None:
    """Tables have captions and heads of rows or columns, headings go down step by step, and each text is told in its own language."""
    page = body(fetched(demo_home, (OURS | DATASETTE)[name], language))
    for table in page.xpath(".//table"):
        assert " ".join(table.xpath("string(caption)").split()), html.tostring(table)[:200]
        assert table.xpath(".//th[@scope='col']")
    assert set(page.xpath(".//th/@scope")) <= {"col", "row", "colgroup", "rowgroup"}
    assert not page.xpath(".//th[not(@scope)]")
    depths = [int(heading.tag[1]) for heading in page.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6")]
    assert depths[0] == 1 and all(after - before <= 1 for before, after in pairwise(depths))
    default = {"en": "en", "zh": "zh-CN"}[language]
    for text, told in texts(page):
        if language == "en" and re.search("[一-鿿]", text):
            assert told == "zh-CN", text
        if language == "zh" and re.search("[A-Za-z]{2,} [A-Za-z]{2,}", text) and not re.search("[一-鿿]", text):
            assert told == "en", text
        assert told in ("", "en", "zh-CN", default)


def test_states_are_told_in_words(demo_home: Path) -> None:
    """Each cell that has a colour has a sign that is seen and a name that is heard; so has one of a rule that failed, and a figure that is not there."""
    page = body(fetched(demo_home, OURS["doubtful"], "en"))
    coloured = page.xpath("//table[@class='printed']//td[contains(@class, 'cell') and not(@class='cell read')]")
    assert coloured
    for cell in coloured:
        state, *failed = cell.get("class").split()[1:]
        signs = [SIGNS[state]] if SIGNS[state] else []
        assert [sign.text_content() for sign in cell.xpath(".//span[@class='sign']")] == signs + ["≠"] * len(failed)
        heard = cell.xpath("string(a/@aria-label)")
        assert (state == "read" or state in heard) and ("part of a rule that failed" in heard) is bool(failed)
    county = body(fetched(demo_home, OURS["county"], "en"))
    for sign in county.xpath("//table[@class='figures']//span[contains(@class, 'sign')]"):
        assert sign.text_content() and sign.get("title") in sign.xpath("string(preceding-sibling::a[1]/@aria-label)")
    unit = body(fetched(demo_home, OURS["unit"], "zh"))
    dashes = unit.xpath("//table[@class='figures']//*[text() = '–']")
    assert dashes and all("无数字" in dash.get("aria-label") for dash in dashes)


def test_every_mend_finds_its_markup(demo_home: Path) -> None:
    """Datasette's pages of another version might not have it; nothing of it is left as it was."""
    pages = "".join(fetched(demo_home, path, "en") for path in DATASETTE.values())
    assert all(instead in pages and markup not in pages.replace(instead, "") for markup, instead in MENDED.items())


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("counts in 件, in 万元", "en", 'counts in <span lang="zh-CN">件</span>, in <span lang="zh-CN">万元</span>'),
        ("<b>2021 年，政府", "en", '&lt;b&gt;2021 <span lang="zh-CN">年，政府</span>'),
        ("see the page", "en", "see the page"),
        ("see <it>", "zh", '<span lang="en">see &lt;it&gt;</span>'),
        ("见 page", "zh", "见 page"),
        ("12", "zh", "12"),
    ],
)
def test_a_text_is_told_in_its_language(text: str, language: str, wanted: str) -> None:
    assert said(text, language) == wanted


def test_what_holds_no_tags_stays() -> None:
    """A field shows its value as it is; Chinese that is marked is not marked again, and headings keep the depth that they may have."""
    kept = '<h1>x</h1><h2><a>y</a></h2><textarea>年报</textarea><option>年报</option><span lang="zh-CN">年报</span>'
    assert mended(kept) == kept
    assert mended("<h1>年</h1><h3 id=a>b</h3>") == '<h1><span lang="zh-CN">年</span></h1><h2 id=a>b</h2>'
