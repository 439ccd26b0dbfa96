"""Walls: answers that keep the crawler out, told by their shape, and pages that say they are none.

A wall is recorded with what it was told by, and the host is left alone for the run. Nothing here computes a cookie, runs a script or fills in a form.
The shapes are those of portals.md 2.5 and 2.6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from scraper.bodies import inflated, text_of
from scraper.exchange import Exchange, header
from scraper.pages import SHORT, is_html, opening, tree_of


@dataclass(frozen=True, slots=True)
class Wall:
    """An answer that keeps the crawler out: its kind, what it was told by, and whether the whole host is behind it."""

    kind: str
    evidence: str
    parks: bool = True


_STATUS: Mapping[int, str] = {
    401: "login",
    403: "403",
    407: "login",
    412: "412",
    422: "422",
    451: "geo",
    468: "468",
    511: "login",
    521: "521",
}
"""Statuses that challenge or refuse, and the kind each is recorded under."""

_COOKIES = re.compile(
    r"FSSBBIl1UgzbN7N80[SOTP]|4hP44ZykCTt5[SOTP]|5uRo8RWcod0K[SOTP]?|__jsl_clearance(?:_s)?|__jsluid_[hs]|C3VK|CT6TS?|acw_sc__v\d"
)
"""Cookies that challenges set, by name."""

_SETS_COOKIE = re.compile(r"document\s*\.\s*cookie\s*=")
_RELOADS = re.compile(
    r"location\s*\.\s*reload\s*\(|location(?:\s*\.\s*href)?\s*=\s*(?:window\.|document\.)?location|\bgo\s*\(\s*\{"
)

_WORDS: Sequence[tuple[str, re.Pattern[str]]] = (
    (
        "captcha",
        re.compile(
            r"人机验证|验证码|安全验证|滑块|滑动验证|点击验证|拖动.{0,6}验证|进行验证|captcha|are\s*you\s*(?:a\s*)?human", re.I
        ),
    ),
    (
        "geo",
        re.compile(
            r"(?:所在|来自|您的|当前)(?:的)?(?:地区|区域|国家|位置).{0,12}(?:限制|无法|禁止|不能|不支持|不允许)|境外.{0,12}(?:限制|禁止|无法|不能)|not\s*available\s*in\s*your\s*(?:region|country)",
            re.I,
        ),
    ),
    ("login", re.compile(r"请(?:先)?登录|用户登录|登录后|没有(?:访问)?权限|无权(?:限)?(?:访问|查看)|身份认证")),
    (
        "waf",
        re.compile(
            r"(?:请求|访问|操作|IP).{0,16}(?:被拦截|被阻断|被拒绝|被禁止|已被限制|存在(?:安全)?(?:风险|威胁)|不合法|过于频繁)|防火墙|access\s*denied|request\s*blocked",
            re.I,
        ),
    ),
)
"""What short pages in place of a document say; read only where the page has no text of its own, and without its blanks."""

_MISSING = re.compile(
    r"(?:页面|网页|文章|信息|内容|栏目|链接|文件|地址).{0,8}(?:不存在|找不到|未找到|已(?:被)?删除|已(?:经)?失效|走丢|丢失|失联|已下线|已撤销)|"
    r"(?:找不到|无法找到|未找到|没有找到).{0,10}(?:页面|网页|文章|信息|内容|文件)|\b404(?![\w.])|\b404(?=返回|首页|错误|很?抱歉|对不起|您)|not\s*found|does\s*not\s*exist",
    re.I,
)
_HOME = re.compile(r"/(?:(?:index|default|home|main)(?:\.\w+)?)?")
_ERROR_PAGE = re.compile(r"/(?:404|error|notfound)[^/]*$", re.I)
_DIRECTORY = re.compile(r"/$")


def wall(exchange: Exchange) -> Wall | None:
    """The wall that a response is, or None where it is none."""
    kind = _STATUS.get(exchange.status)
    if kind:
        # A directory may be closed while its pages are open (portals.md F1).
        return Wall(kind, _evidence(exchange), parks=not (kind == "403" and _DIRECTORY.search(urlsplit(exchange.url).path)))
    return _wall_of_page(exchange) if exchange.status == 200 and is_html(inflated(exchange)) else None


def _wall_of_page(exchange: Exchange) -> Wall | None:
    """Challenges with status 200: a page that sets a cookie by script and reloads, or that says what it wants."""
    text = text_of(inflated(exchange))
    seen = opening(text)
    if len(seen) > SHORT:
        return None
    if _SETS_COOKIE.search(text) and _RELOADS.search(text):
        cookie = _COOKIES.search(text)
        return Wall(
            "script_cookie", f"a page of {len(text)} characters sets {cookie[0] if cookie else 'a cookie'} by script and reloads"
        )
    if cookie := _COOKIES.search(text):
        return Wall("script_cookie", f"script for cookie {cookie[0]} in a page of {len(text)} characters")
    return _wall_by_words(seen, tree_of(text))


def _wall_by_words(seen: str, tree: etree._Element | None) -> Wall | None:
    """An article that only its author may see asks to log in; the site around it is open."""
    if tree is not None and tree.xpath("//input[@type='password']"):
        return Wall("login", "a short page with a field for a password", parks=False)
    for kind, words in _WORDS:
        if match := words.search(seen):
            return Wall(kind, f"a short page says {match[0]}", parks=kind != "login")
    return None


def _evidence(exchange: Exchange) -> str:
    """The status, with the challenge's cookie where one is set."""
    cookies = " ".join(value for name, value in exchange.headers if name.lower() == "set-cookie")
    found = _COOKIES.search(cookies) or _COOKIES.search(exchange.body[:65536].decode("latin-1"))
    server = header(exchange, "server")
    return f"HTTP {exchange.status}" + (f", cookie {found[0]}" if found else "") + (f", server {server}" if server else "")


def soft_error(exchange: Exchange, asked_url: str) -> str | None:
    """Why a page with status 200 is not what was asked for: it says so, it is an error page or the home page, or nothing stands on it."""
    landed, asked = urlsplit(exchange.url).path, urlsplit(asked_url).path
    if landed != asked and _HOME.fullmatch(landed) and not _HOME.fullmatch(asked):
        return "it leads to the home page"
    if landed != asked and _ERROR_PAGE.search(landed):
        return f"it leads to {landed}"
    body = inflated(exchange)
    if not is_html(body):
        return None if body.strip() else "the answer is empty"
    return _says_missing(body)


def _says_missing(body: bytes) -> str | None:
    tree, seen = tree_of(text_of(body)), opening(text_of(body))
    title = "" if tree is None else str(tree.findtext(".//title") or "")
    if len(seen) <= SHORT and (match := _MISSING.search(f"{title} {seen}")):
        return f"it says {match[0]}"
    return "nothing stands on it" if not seen and not _holds_something(tree) else None


def _holds_something(tree: etree._Element | None) -> bool:
    return tree is not None and bool(tree.xpath("//a[@href] | //img | //iframe | //frame | //embed | //object"))
