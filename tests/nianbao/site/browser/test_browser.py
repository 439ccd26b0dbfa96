"""The served pages in a real browser: content, the way from a figure to its marked cell, languages, keyboard, accessibility, and no request that leaves."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request, expect

TOWN = "512002107"


@contextmanager
def quiet(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page on which nothing may complain, pop up, fail, or ask anything of another host."""
    page, seen = context.new_page(), list[str]()
    page.on("console", lambda message: seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("dialog", lambda dialog: seen.append(f"dialog: {dialog.message}"))
    page.on("requestfailed", lambda request: None if left_behind(request) else seen.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith(address) else seen.append(f"leaves: {request.url}"))
    yield page
    assert seen == []
    page.close()


def left_behind(request: Request) -> bool:
    """The font, where a click left the page before it had come."""
    return request.url.endswith(".otf") and request.failure == "net::ERR_ABORTED"


def report_id(home: Path, year: int = 2023, unit: str = TOWN) -> str:
    with closing(sqlite3.connect(home / "nianbao.db")) as connection:
        row = connection.execute("select report_id from reports where unit_code = ? and year = ? and is_current", [unit, year])
        return str(row.fetchone()[0])


def doubtful(home: Path) -> str:
    """A report with blank cells."""
    with closing(sqlite3.connect(home / "nianbao.db")) as connection:
        return str(connection.execute("select report_id from flags where state = 'blank' order by 1").fetchone()[0])


PAGES = {
    "front": ("/", "Counties", "县级区域"),
    "province": ("/province/51", "四川省 51", "四川省 51"),
    "county": ("/county/512002?year=2023", "Townships side by side, 2023", "2023 年乡镇并列"),
    "county-group": (
        "/county/512002?year=2021&measure=granted&group=refusals",
        "Over the years: Granted in full",
        "历年：予以公开",
    ),
    "unit": (f"/unit/{TOWN}", "All years", "历年"),
    "report": ("/report/{report}", "The tables as printed", "表格原样"),
    "doubtful": ("/report/{doubtful}", "Rules applied", "适用规则"),
    "cell": ("/report/{report}/cell/t3.granted.total", "The archived page, the cell marked", "存档页面，单元格已标出"),
    "measure": ("/report/{report}/measure/disclosure_rate_broad", "Divided by the sum of", "除以下列之和"),
    "search": ("/search?q=监督保障", "In the prose", "正文"),
    "search, nothing found": ("/search?q=龘靐齉", "In the prose", "正文"),
}
"""Page -> address, and a heading of it in English and in Chinese."""


TABLES = (
    "/nianbao",
    "/nianbao/requests",
    "/nianbao/townships_side_by_side?county=512002&year=2022",
    "/nianbao/how_measures_are_defined",
)
LOW_CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => { for (let e = element; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if (c[3] !== 0) return c; } return [255, 255, 255]; };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!own || element.closest('svg, option') || box.width < 2 || box.height < 2 || style.visibility === 'hidden') continue;
    const [one, other] = [light(numbers(style.color)), light(behind(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(ratio.toFixed(2) + ' ' + element.outerHTML.slice(0, 120));
  }
  return found;
}"""
"""Elements whose text stands out less from what is behind it than WCAG AA asks (4.5, of large text 3)."""
OUT_OF_REACH = """() => {
  const found = [];
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (element.getClientRects().length === 0 || getComputedStyle(element).visibility === 'hidden') continue;
    element.focus({ preventScroll: true });
    if (element.tabIndex !== 0 || document.activeElement !== element) found.push(element.outerHTML.slice(0, 120));
  }
  for (const element of document.querySelectorAll('body *')) {
    const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1;
    if (scrolls && element.tabIndex !== 0 && !element.querySelector('a[href], button, input')) found.push('scrolls: ' + element.outerHTML.slice(0, 120));
  }
  if (document.activeElement) document.activeElement.blur();
  return found;
}"""
"""What can be pressed or filled in but does not come by Tab in its place, and what scrolls but holds nothing that the keyboard comes to."""


def address_of(name: str, site: str, home: Path) -> str:
    return site + PAGES[name][0].format(report=report_id(home), doubtful=doubtful(home))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_whole_and_accessible(context: BrowserContext, site: str, demo_home: Path, name: str, language: str) -> None:
    """Each page in each language: its content without a complaint, nothing that axe objects to, legible, light, within reach of the keyboard, and with a policy
    that lets nothing run. The font for machines without a Chinese one is fetched once and not weighed."""
    context.add_cookies([{"name": "lang", "value": language, "url": site}])
    weights = dict[str, int]()
    with quiet(context, site) as page:
        page.on("response", lambda response: weights.update({response.url: len(response.body())}) if response.ok else None)
        answer = page.goto(address_of(name, site, demo_home), wait_until="networkidle")
        assert answer is not None
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert "script-src" not in answer.headers["content-security-policy"]
        assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
        expect(page.get_by_role("heading", name=PAGES[name][2 if language == "zh" else 1], exact=True)).to_be_visible()
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []
        assert page.evaluate(LOW_CONTRAST) == []
        assert page.evaluate(OUT_OF_REACH) == []
        assert 3_000 < sum(weight for url, weight in weights.items() if not url.endswith(".otf")) < 300_000, weights


@pytest.mark.parametrize("path", TABLES)
def test_tables_and_queries_are_quiet(context: BrowserContext, site: str, path: str) -> None:
    """Datasette's pages work without their scripts: no complaint, nothing asked of another host, nothing serious that axe objects to, light and legible."""
    weights = dict[str, int]()
    with quiet(context, site) as page:
        page.on("response", lambda response: weights.update({response.url: len(response.body())}) if response.ok else None)
        answer = page.goto(site + path, wait_until="networkidle")
        assert answer is not None
        assert answer.headers["content-security-policy"].startswith("default-src 'none';")
        expect(page.get_by_role("link", name="nianbao 年报", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in ("serious", "critical")] == []
        assert page.evaluate(LOW_CONTRAST) == []
        assert page.evaluate(OUT_OF_REACH) == []
        assert 3_000 < sum(weight for url, weight in weights.items() if not url.endswith(".otf")) < 300_000, weights


def test_from_a_figure_to_its_marked_cell(context: BrowserContext, site: str, demo_home: Path) -> None:
    """A click on a township's figure ends at the archived page, scrolled to the cell that prints it."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002?year=2023")
        figure = page.get_by_role("link", name=re.compile("^丹山镇 Granted in full"))
        printed = figure.inner_text()
        figure.click()
        marked = page.locator("#marked")
        expect(marked).to_be_in_viewport()
        assert marked.inner_text().strip() == printed
        assert marked.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(255, 232, 115)"
        page.get_by_role("link", name="The whole report").click()
        expect(page.get_by_role("heading", name="The tables as printed")).to_be_visible()


def test_from_a_share_to_its_cells(context: BrowserContext, site: str) -> None:
    """A share leads to its terms, and each of them to its cell."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002?year=2023")
        page.get_by_role("link", name=re.compile("^丹山镇 Share of concluded requests granted in full or in part")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("n = 25")
        term = page.locator("tbody a").first
        printed = term.inner_text()
        term.click()
        assert page.locator("#marked").inner_text().strip() == printed


def test_the_language_switch(context: BrowserContext, site: str) -> None:
    """One click, and the next page keeps it."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002?year=2022")
        page.get_by_role("link", name="中文").click()
        expect(page.get_by_role("heading", name="2022 年乡镇并列")).to_be_visible()
        page.get_by_role("link", name="丹山镇").first.click()
        expect(page.get_by_role("heading", name="历年")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="All years")).to_be_visible()


def test_the_keyboard_is_enough(context: BrowserContext, site: str) -> None:
    """The first tab offers to skip to the content; every stop shows where it is; search works by Enter."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.get_by_role("searchbox").focus()
        page.keyboard.type("丹山镇")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=f"丹山镇 {TOWN}")).to_be_visible()


def test_a_narrow_screen(browser_context_narrow: BrowserContext, site: str, demo_home: Path) -> None:
    """On a telephone the page itself does not scroll sideways; wide tables do within their frame."""
    with quiet(browser_context_narrow, site) as page:
        for name in ("front", "county", "unit", "report", "cell"):
            page.goto(address_of(name, site, demo_home), wait_until="networkidle")  # the icon comes last
            wider = "() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.wide, .archived')).map(e => e.outerHTML.slice(0, 80))"
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (name, page.evaluate(wider))


def test_a_hostile_page_does_nothing(context: BrowserContext, hostile_site: str, hostile_home: Path) -> None:
    """The archived page that tries everything is shown as text: no dialog, no request, no way out of its frame."""
    with closing(sqlite3.connect(hostile_home / "nianbao.db")) as connection:
        number = connection.execute("select report_id from reports").fetchone()[0]
    with quiet(context, hostile_site) as page:
        for path in (
            f"/report/{number}/cell/t3.granted.total",
            f"/report/{number}",
            "/",
            "/nianbao/documents",
            "/nianbao/sections",
        ):
            page.goto(hostile_site + path)
            page.wait_for_timeout(100)
            assert page.url == hostile_site + path
            assert page.locator("iframe, object, video, script").count() == 0


def test_a_notebook_in_a_browser(context: BrowserContext, notebook_page: Path) -> None:
    """Its page is one file that loads nothing and that axe has nothing to object to."""
    address = notebook_page.as_uri()
    with quiet(context, "file://") as page:
        page.goto(address)
        expect(page.get_by_role("heading", name="Coverage and timeliness of a county")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("雁江区: who reported.*n = 136 of 136"))).to_be_visible()
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []


def test_chinese_on_a_machine_without_a_chinese_font(context: BrowserContext, site: str) -> None:
    """The font of the package is there to be taken, and the letters of two names are drawn as two."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002?year=2023")
        assert page.evaluate("() => document.fonts.load('16px Chinese', '雁').then(found => found.length)") == 1
        drawn = """letter => { const c = document.createElement('canvas'); c.width = c.height = 40; const x = c.getContext('2d');
          x.font = '32px Chinese'; x.fillText(letter, 2, 34); return c.toDataURL(); }"""
        assert len({page.evaluate(drawn, letter) for letter in "雁江区"}) == 3


def test_low_contrast_would_be_seen(context: BrowserContext) -> None:
    """The check can fail: grey on white is told, black on white is not."""
    page = context.new_page()
    page.set_content("<p style='color:#999'>grey</p><p>black</p>")
    (found,) = page.evaluate(LOW_CONTRAST)
    assert found.startswith("2.85 <p")


def test_heads_of_long_tables_stay_in_sight(context: BrowserContext, site: str) -> None:
    """A long table scrolls in itself, by the keyboard; the names of its columns and of its rows stay where they are."""
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(f"{site}/county/512002")
    region = page.get_by_role("region", name="Townships side by side")
    head, first = region.locator("thead th").nth(1), region.locator("tbody tr").first
    before, row = head.bounding_box(), first.bounding_box()
    region.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('.wide').scrollTop > 100")
    after = head.bounding_box()
    assert before and after and row
    top = page.evaluate("() => document.querySelector('.wide').getBoundingClientRect().top")
    assert abs(after["y"] - top) <= 1
    assert first.bounding_box()["y"] < row["y"]  # type: ignore[index]
