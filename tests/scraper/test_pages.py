"""The article of a page: which part it is, and that it is found in a time that grows with the page alone."""

from __future__ import annotations

import pytest
from lxml import etree

from scraper import pages
from scraper.pages import article_text, tree_of

PROSE = "根据条例规定编制本报告。" * 100


def article(body: str) -> str:
    return article_text(tree_of(f"<html><body>{body}</body></html>"))


def nested(inner: str, depth: int, beside: str = "") -> str:
    return f"<div>{beside}" * depth + f"<div>{inner}</div>" + "</div>" * depth


@pytest.mark.parametrize(
    "inner", [PROSE, PROSE.replace("。", " \n 。 "), f"<p>{PROSE}</p>" * 3, f"{PROSE[:90]}<b> 甲 </b>{PROSE}"]
)
@pytest.mark.parametrize("beside", ["", "<p>首页</p>", " <i> 2021-01-20 </i> "])
def test_furniture_at_any_depth_is_left_aside(inner: str, beside: str) -> None:
    """Around an article stand short things without figures; however deep it stands, it alone is read."""
    assert article(nested(inner, 30, beside)) == article(f"<div>{inner}</div>")


@pytest.mark.parametrize("beside", ["<h2>题</h2>", "<p>3</p>", "甲", f"<p>{'丙' * 300}</p>"])
def test_what_may_belong_to_the_report_stays_with_it(beside: str) -> None:
    """A heading, a figure, bare text or as much text as an article has: nothing within is taken for the whole."""
    assert article(nested(PROSE * 3, 3, beside)).startswith(article(beside))


def test_a_page_within_a_page_does_not_end_it() -> None:
    """A header that is a whole page of its own stands before the links."""
    tree = tree_of(
        "<html><body><html><body>头</body></html></body></html><ul><li><a href=r.html>年报</a></li></ul></body></html>"
    )
    assert tree is not None and tree.xpath("//a/@href") == ["r.html"]


def test_a_deep_page_is_measured_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text is measured at the first levels and once for each halving of what is deeper, not once for each of 200 elements that hold all of it."""
    measured = 0
    size = pages._size

    def counted(node: etree._Element) -> int:
        nonlocal measured
        found = size(node)
        measured += found
        return found

    monkeypatch.setattr(pages, "_size", counted)
    shares = []
    for depth in (10, 200):
        measured = 0
        assert article(nested(PROSE * 10, depth, "<p>首页</p>")) == PROSE * 10
        shares.append(measured / len(PROSE * 10))
    assert max(shares) < 20


def test_of_an_endless_page_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Home pages of 14 MB are cut for reading, not refused."""
    monkeypatch.setattr(pages, "_LARGEST_READ", 1000)
    assert len(article("甲" * 5000)) == 1000 - len("<html><body>")


def test_links_within_an_article_are_no_part_of_it() -> None:
    """The report before and after this one, by name."""
    assert article(f"<div>{PROSE}<p>上一篇<a href=x.html>2019年的报告</a></p></div>") == article(
        f"<div>{PROSE}<p>上一篇</p></div>"
    )
