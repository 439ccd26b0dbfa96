"""The text of a web page as far as the crawl needs it: what a reader sees, the article without furniture, and where a shell leads."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import cast
from urllib.parse import urljoin

from lxml import etree
from w3lib.html import get_meta_refresh

from scraper.bodies import text_of

SHORT = 600
"""Characters a page has at most to be read for what it says instead of a document; the shortest report has thousands."""
_LARGEST_READ = 4 * 1024 * 1024
"""Characters that are parsed; list pages and walls are smaller, and a home page of 14 MB is cut, not refused."""
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "title"})
_FURNITURE = _UNSEEN | {"a", "nav", "header", "footer", "aside", "form", "button", "select"}
_COUNTER = re.compile(
    r"(?:浏览|访问|点击|阅读|查看|浏览次数|今日访问|总访问)(?:次数|量|数|人次)?[:：]?\[?\d+\]?次?|"
    r"(?:今天是|现在是|当前时间|当前日期)[:：]?\d{4}年\d{1,2}月\d{1,2}日(?:星期.)?(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)
_LOCATION = re.compile(
    r"""(?:(?:window|document|self|top|parent)\s*\.\s*)?\blocation(?:\s*\.\s*href)?\s*=\s*(["'])([^"'<>\s]+)\1|"""
    r"""\blocation\s*\.\s*(?:replace|assign)\s*\(\s*(["'])([^"'<>\s]+)\3\s*\)"""
)
_END = re.compile(r"</(?:html|body)\b[^>]*>", re.I)
"""Headers and footers of a portal may be whole pages themselves: browsers read on behind these tags, libxml2 stops at `</html>`."""
_ARTICLE_SHARE = 0.6
"""A part of the page that holds this share of its text outside of links is the article, or around it."""
_SHALLOW = 8
"""How deep an article mostly lies."""
_FURNITURE_SIZE = 200
"""Characters: a date line, a column of dates, a footer. Longer text beside an article may belong to it."""
_BLOCKS = frozenset({"body", "div", "td", "tr", "tbody", "table", "article", "section", "main", "center", "font", "span", "form"})
_DATE = re.compile(r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_CHANGEABLE = re.compile(r".?[^\x00-\x7f\u4e00-\u9fff、。《》【】“”]+")
"""What NFKC may change, with the sign before it, to which an accent may belong: ideographs, ASCII and these marks stay as they are beside each other."""
_BLANKS = " \t\r\n"
_WORD = re.compile(f"[^{_BLANKS}]+")
"""What normalize-space of XPath leaves apart: other blanks are characters to it."""
_TEXT = etree.XPath("string(.)", smart_strings=False)
_SIZE = etree.XPath("string-length(normalize-space(.))")


def is_html(body: bytes) -> bool:
    """Whether a body is a web page by its own beginning; servers name types wrongly in both directions."""
    start = body[:2048].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return (start.startswith(b"<") and not start.startswith((b"<?xml", b"<datastore", b"<recordset"))) or b"<html" in start


def ends_inside_a_character(body: bytes) -> bool:
    """Whether a text was cut in the middle of its last character."""
    for charset, torn in (("utf-8", "unexpected end of data"), ("gb18030", "incomplete multibyte sequence")):
        try:
            body.decode(charset)
        except UnicodeDecodeError as error:
            if error.reason == torn and error.end >= len(body):
                return True
            continue
        return False
    return False


@lru_cache(maxsize=1)
def tree_of(text: str) -> etree._Element | None:
    """The parsed page, or None where there is nothing to parse; not to be changed.

    A page is looked at for walls, jumps, errors and its article one after another, and is parsed once for all of them.
    """
    cut = _END.sub("", text[:_LARGEST_READ]).encode("utf-8", "replace")
    try:
        # The plain parser: the elements of lxml.html are looked up in Python one by one, which took longer than all else.
        # Nobody asks for an element by its id, and to keep a table of them took two fifths of the parsing.
        return etree.fromstring(cut, parser=etree.HTMLParser(encoding="utf-8", collect_ids=False))
    except etree.XMLSyntaxError:
        return None


@lru_cache(maxsize=1)
def opening(text: str) -> str:
    """What a reader sees of a page, without blanks; of more than SHORT characters the beginning, which is longer than that."""
    return visible_text(tree_of(text), most=SHORT)


def visible_text(tree: etree._Element | None, *, most: int | None = None) -> str:
    """What a reader sees, without blanks; of a text of more than `most` characters its beginning, which is longer than that."""
    if tree is None:
        return ""
    seen: list[str] = []
    length = 0
    for text in _texts(tree, _UNSEEN):
        seen += text.split()
        if most is not None and (length := length + len(text)) > most and sum(map(len, seen)) > most:
            break
    return "".join(seen)


def article_digest(body: bytes) -> str:
    """A digest of the article's own text: unchanged where only counters, menus, neighbours' links or the day's date have changed.

    Of a body that is no web page the digest is of its bytes.
    """
    tree = tree_of(text_of(body)) if is_html(body) else None
    text = article_text(tree)
    return hashlib.sha256(text.encode() if text else body).hexdigest()


def article_text(tree: etree._Element | None) -> str:
    """The text outside of links in the part of the page that is the article, or around it, without view counters."""
    if tree is None:
        return ""
    return _counted_out(_article_of(_emptied(tree)))


def _emptied(tree: etree._Element) -> etree._Element:
    """A copy of the page with nothing in its furniture. Taken out, it would leave pieces of text side by side, which are looked through anew for each of them."""
    page = deepcopy(tree)
    for node in list(page.iter(*_FURNITURE)):
        node.clear(keep_tail=True)  # type: ignore[call-arg]  # the stubs are older
    for unseen in page.iter(etree.Comment, etree.ProcessingInstruction):
        unseen.text = ""
    return page


def _article_of(page: etree._Element) -> etree._Element:
    """The innermost element that holds most of the page's text, where all beside it is furniture: short, no heading, and without figures."""
    article, least = page, _ARTICLE_SHARE * _size(page)
    for inner in _holders(page, least):
        if not _stands_alone(inner, article):
            break
        article = inner
    return article


def _holders(page: etree._Element, least: float) -> Iterator[etree._Element]:
    """The elements within the page that hold so much of its text, each inside the one before: one after another, and what lies deeper by halving."""
    node = page
    for _ in range(_SHALLOW):
        inner = next((child for child in node if least and _size(child) >= least), None)
        if inner is None:
            return
        yield inner
        node = inner
    yield from _deep_holders(node, least)


def _deep_holders(node: etree._Element, least: float) -> list[etree._Element]:
    """Those within an element that holds so much itself.

    What holds most of a text holds its middle. Each of the elements around that holds no more than the one around it, so the last of them is found by
    halving: to measure the text of all of them takes a hundred times as long on a page whose elements stand a hundred deep.
    """
    around = _around_middle(node, _size(node) // 2)
    within = around[around.index(node) + 1 :]
    return within[: bisect_right(within, -least, key=lambda inner: -_size(inner))]


def _around_middle(page: etree._Element, middle: int) -> list[etree._Element]:
    """The elements around the character of the page's text that has this number, outermost first; blanks are counted as `_size` does."""
    length, gap = 0, False
    for event, node in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        text = node.text if event == "start" else None if node is page else node.tail
        if not text:
            continue
        words = _WORD.findall(text)
        gap = gap or text[0] in _BLANKS
        if words:
            length += bool(length and gap) + sum(map(len, words)) + len(words) - 1
            gap = text[-1] in _BLANKS
        if length > middle:
            inmost = node if event == "start" else node.getparent()
            return [*reversed(list(inmost.iterancestors())), inmost]
    return [page]


def _stands_alone(inner: etree._Element, node: etree._Element) -> bool:
    """Whether an element that holds most of the text can be the article in place of the one around it."""
    beside = [child for child in node if child is not inner]
    if inner.tag not in _BLOCKS or any((text or "").strip() for text in (node.text, *(child.tail for child in node))):
        return False
    return all(map(_is_furniture, beside))


def _is_furniture(node: etree._Element) -> bool:
    """Figures may belong to the report wherever they stand; dates and counters do not."""
    size = _size(node)
    if size and (size >= _FURNITURE_SIZE or node.tag in _HEADINGS):
        return False
    return not any(sign.isdigit() for sign in _DATE.sub("", _counted_out(node)))


def _size(node: etree._Element) -> int:
    return int(cast("float", _SIZE(node)))


def _counted_out(node: etree._Element) -> str:
    """The text of an element, in one width, without blanks and view counters."""
    return _COUNTER.sub("", _in_one_width("".join(str(_TEXT(node)).split())))


def _in_one_width(text: str) -> str:
    """NFKC; asked of a whole page it took longer than reading the page."""
    return _CHANGEABLE.sub(lambda other: unicodedata.normalize("NFKC", other[0]), text)


def _texts(tree: etree._Element, without: frozenset[str]) -> Iterator[str]:
    """The texts of a tree but those inside the named elements; comments are none."""
    skipped: etree._Element | None = None
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start" and skipped is None:
            if node.tag in without:
                skipped = node
            elif node.text:
                yield node.text
        elif event == "end" and node is skipped:
            skipped = None
        if event in {"end", "comment", "pi"} and skipped is None and node is not tree and node.tail:
            yield node.tail


def jump(text: str, url: str) -> str | None:
    """Where a page without a text of its own leads: a meta refresh or a literal location.

    Addresses that a script computes are none: what computes them is a wall.
    """
    if len(opening(text)) > SHORT // 4:
        return None
    try:
        target = _refresh(text, url) or _location(text, url)
    except ValueError:  # "http://[": no address
        return None
    return target if target and target != url else None


def _refresh(text: str, url: str) -> str | None:
    delay, target = get_meta_refresh(text, url)
    return str(target) if target and delay is not None and delay <= 10 else None


def _location(text: str, url: str) -> str | None:
    match = _LOCATION.search(text)
    return urljoin(url, match[2] or match[4]) if match else None
