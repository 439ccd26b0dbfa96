"""The served pages in a real browser: content, the way from a figure to its marked cell, languages, keyboard, accessibility, and no request that leaves."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Request, Response, expect

from .addresses import DATASETTE, OURS, TOWN, address

REFUSAL = "the server responded with a status of 4"


@contextmanager
def quiet(context: BrowserContext, address: str, *, refused: bool = False) -> Iterator[Page]:
    """A page on which nothing may complain, pop up, fail, or ask anything of another host; where it is refused itself, the browser says so."""
    page, seen = context.new_page(), list[str]()
    page.on("console", lambda message: None if refused and REFUSAL in message.text else seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("dialog", lambda dialog: seen.append(f"dialog: {dialog.message}"))
    page.on("requestfailed", lambda request: None if left_behind(request) else seen.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith(address) else seen.append(f"leaves: {request.url}"))
    yield page
    assert seen == []
    page.close()


def left_behind(request: Request) -> bool:
    """The font or the icon, where the page was left before it had come."""
    return request.url.endswith((".otf", "icon.svg")) and request.failure == "net::ERR_ABORTED"


HEADINGS = {
    "front": ("Counties", "县级区域"),
    "province": ("四川省 51", "四川省 51"),
    "county": ("Townships side by side, 2023", "2023 年乡镇并列"),
    "county-group": ("Over the years: Granted in full", "历年：予以公开"),
    "unit": ("All years", "历年"),
    "report": ("The tables as printed", "表格原样"),
    "doubtful": ("Rules applied", "适用规则"),
    "cell": ("The archived page, the cell marked", "存档页面，单元格已标出"),
    "measure": ("Divided by the sum of", "除以下列之和"),
    "search": ("In the prose", "正文"),
    "search, nothing found": ("In the prose", "正文"),
}
"""Page of ours -> a heading of it in English and in Chinese."""
REFUSED = {"query, wrong": 400, "not found": 404}
"""Pages that say that there is nothing, and with which status."""
LOW_CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => { for (let e = element; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if (c[3] !== 0) return c; } return [255, 255, 255]; };
  const fill = element => getComputedStyle(element).fill;
  const filled = element => element.matches('svg rect, svg path, svg circle') && fill(element) !== 'none' && getComputedStyle(element).opacity !== '0';
  const under = text => {
    for (const shape of text.ownerSVGElement.querySelectorAll('*')) shape.style.pointerEvents = 'all';
    text.scrollIntoView({ block: 'center', inline: 'center' });
    const box = text.getBoundingClientRect();
    const shape = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2).find(filled);
    return shape ? numbers(fill(shape)) : behind(text);
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const drawn = element.closest('svg') !== null;
    if (!own || element.closest('option') || drawn && !element.matches('text') || box.width < 2 || box.height < 2 || style.visibility === 'hidden') continue;
    const [text, ground] = drawn ? [fill(element), under(element)] : [style.color, behind(element)];
    const [one, other] = [light(numbers(text)), light(ground)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(ratio.toFixed(2) + ' ' + element.outerHTML.slice(0, 120));
  }
  scrollTo(0, 0);
  return found;
}"""
"""Elements whose text stands out less from what is behind it than WCAG AA asks (4.5, of large text 3); of text in a drawing, the shape that it stands on."""
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


def assert_sound(page: Page, answer: Response | None, weights: Mapping[str, int], *, status: int = 200) -> None:
    """A page on which nothing may run, to which axe has no objection of any weight, legible, within reach of the keyboard, and light.

    The font for machines without a Chinese one is fetched once and not weighed.
    """
    assert answer is not None and answer.status == status
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert objections(page) == []
    assert page.evaluate(LOW_CONTRAST) == []
    assert page.evaluate(OUT_OF_REACH) == []
    assert 3_000 < sum(weight for url, weight in weights.items() if not url.endswith(".otf")) < 300_000, weights


def objections(page: Page) -> list[tuple[str, str]]:
    """What axe objects to by all its rules, WCAG 2 A and AA and its own of good practice, from minor to critical. No page and no rule is excused."""
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


def weighed(page: Page) -> dict[str, int]:
    """Address -> bytes, of all that the page loads from now on."""
    weights = dict[str, int]()
    page.on("response", lambda response: weights.update({response.url: len(response.body())}) if response.ok else None)
    return weights


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", OURS)
def test_pages_are_whole_and_accessible(context: BrowserContext, site: str, demo_home: Path, name: str, language: str) -> None:
    """Each page in each language: its content without a complaint, and sound."""
    context.add_cookies([{"name": "lang", "value": language, "url": site}])
    with quiet(context, site) as page:
        weights = weighed(page)
        answer = page.goto(site + address(OURS[name], demo_home), wait_until="networkidle")
        assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
        expect(page.get_by_role("heading", name=HEADINGS[name][language == "zh"], exact=True)).to_be_visible()
        assert_sound(page, answer, weights)


@pytest.mark.parametrize("name", DATASETTE)
def test_tables_and_queries_are_quiet_and_accessible(context: BrowserContext, site: str, demo_home: Path, name: str) -> None:
    """Datasette's pages work without their scripts, and are held to what ours are."""
    with quiet(context, site, refused=name in REFUSED) as page:
        weights = weighed(page)
        answer = page.goto(site + address(DATASETTE[name], demo_home), wait_until="networkidle")
        expect(page.get_by_role("link", name="nianbao 年报", exact=True)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("() => document.querySelector('main').getBoundingClientRect().left >= 16") or name in REFUSED
        assert_sound(page, answer, weights, status=REFUSED.get(name, 200))


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


FIGURES = {
    "table": ("/nianbao/requests?report_id={report}&applicant=natural_person", "col-granted"),
    "row": ("/nianbao/proactive/{report}", "col-t2_5_administrative_licences_decisions"),
    "table of amounts": ("/nianbao/amounts", "col-wanyuan"),
    "view": ("/nianbao/comparison?unit_code=512002107&year=2023&measure=granted", "col-value"),
    "query": (
        "/nianbao?sql=select+report_id,+'t3.granted.total'+as+key,+granted+as+value+from+requests+where+applicant='total'",
        "col-key",
    ),
    "prepared question": ("/nianbao/townships_side_by_side?county=512002&year=2023", "col-value"),
}
"""Page of Datasette's -> its address, and the column of a figure on it."""


@pytest.mark.parametrize("name", FIGURES)
def test_from_a_figure_of_a_table_to_its_marked_cell(context: BrowserContext, site: str, demo_home: Path, name: str) -> None:
    """So too on Datasette's pages: tables, rows, views, SQL of one's own, and prepared questions."""
    path, column = FIGURES[name]
    with quiet(context, site) as page:
        page.goto(site + address(path, demo_home))
        row = page.locator("table.rows-and-columns tbody tr").filter(has=page.locator(f"td.{column} a[href*='/cell/']")).first
        printed = row.locator("td.col-value" if name == "query" else f"td.{column}").inner_text()
        row.locator(f"td.{column} a").click()
        expect(page.locator("#marked")).to_be_in_viewport()
        assert float(page.locator("#marked").inner_text()) == float(printed)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["county", "unit", "report", "cell"])
def test_corrections_are_shown_and_accessible(
    context: BrowserContext, corrected_site: str, demo_home: Path, name: str, language: str
) -> None:
    """Beside the published figure with who, when and why below; sound as any page."""
    context.add_cookies([{"name": "lang", "value": language, "url": corrected_site}])
    with quiet(context, corrected_site) as page:
        weights = weighed(page)
        answer = page.goto(corrected_site + address(OURS[name], demo_home), wait_until="networkidle")
        assert_sound(page, answer, weights)
        corrected = page.locator(".corrected").first
        expect(corrected).to_contain_text("987654")
        if name == "cell":
            expect(corrected).to_contain_text("reviewer")
            return
        corrected.click()
        row = page.locator("#corrections ~ .wide tbody tr").first
        expect(row).to_be_in_viewport()
        expect(row).to_contain_text("see the page")
        row.get_by_role("link").click()
        expect(page.locator("#marked")).to_be_in_viewport()


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


BY_KEYBOARD = {
    "county": ("/county/512002?year=2023", ".figures tbody a[aria-label^='丹山镇']"),
    "report": ("/report/{report}", ".printed tbody a[href*='t3.granted.total']"),
    "measure": ("/report/{report}/measure/disclosure_rate_broad", "tbody a"),
    "table": ("/nianbao/requests?report_id={report}&applicant=natural_person", "td.col-granted a"),
    "query": ("/nianbao/townships_side_by_side?county=512002&year=2023", "td.col-value a"),
}
"""Page -> its address, and a figure on it."""
FOCUS = """figure => {
  const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
  return { isFigure: focused === document.querySelector(figure), isSeen: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2
    && box.bottom > 0 && box.top < innerHeight, html: focused.outerHTML.slice(0, 120) };
}"""
"""Where the keyboard is: whether at the figure, and whether one sees it."""


@pytest.mark.parametrize("name", BY_KEYBOARD)
def test_the_keyboard_leads_to_the_marked_cell(context: BrowserContext, site: str, demo_home: Path, name: str) -> None:
    """Tab and Enter alone: past the header, from stop to stop, each of which shows where it is, to a figure and on to its cell."""
    path, figure = BY_KEYBOARD[name]
    with quiet(context, site) as page:
        page.goto(site + address(path, demo_home))
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        for _ in range(400):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUS, figure)
            assert at["isSeen"], at["html"]
            if at["isFigure"]:
                break
        page.keyboard.press("Enter")
        expect(page.locator("#marked")).to_be_in_viewport()


def test_search_by_the_keyboard(context: BrowserContext, site: str) -> None:
    """Words and Enter."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002")
        page.get_by_role("searchbox").focus()
        page.keyboard.type("丹山镇")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=f"丹山镇 {TOWN}")).to_be_visible()


def test_a_narrow_screen(browser_context_narrow: BrowserContext, site: str, demo_home: Path) -> None:
    """On a telephone the page itself does not scroll sideways; wide tables do within their frame."""
    with quiet(browser_context_narrow, site) as page:
        for name in ("front", "county", "unit", "report", "cell"):
            page.goto(site + address(OURS[name], demo_home), wait_until="networkidle")  # the icon comes last
            wider = "() => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.wide, .archived')).map(e => e.outerHTML.slice(0, 80))"
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (name, page.evaluate(wider))


OUTSIDE = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.archived') && [...e.childNodes].some(
  n => n.nodeType === 3 && /逃|主办：|行政许可行政处罚/.test(n.textContent))).map(e => e.outerHTML.slice(0, 120))"""
"""What of the archived page stands outside of its frame."""
LIVE = "iframe, frame, object, embed, video, audio, script, svg, math, template, form form, meta[http-equiv], base, .archived a, .archived img, .archived style, .archived [style]"


def test_hostile_pages_do_nothing(context: BrowserContext, hostile_site: str, hostile_home: Path) -> None:
    """Each archived page that tries something is shown as text: no dialog, no request, no jump, and nothing of it outside of its frame."""
    with closing(sqlite3.connect(hostile_home / "nianbao.db")) as connection:
        reports = [row[0] for row in connection.execute("select report_id from reports order by url")]
    shown = [f"/report/{report}/cell/t3.granted.total" for report in reports]
    with quiet(context, hostile_site) as page:
        for path in ("/", "/nianbao/documents", "/nianbao/sections", f"/report/{reports[0]}", *shown):
            page.goto(hostile_site + path)
            assert page.locator(LIVE).count() == 0, path
            assert page.evaluate(OUTSIDE) == [], path
            assert page.url == hostile_site + path
            if path.endswith("/cell/t3.granted.total"):
                expect(page.locator(".archived #marked")).to_have_text("1031")
        page.wait_for_timeout(300)
        assert page.url == hostile_site + shown[-1]


def test_a_notebook_in_a_browser(context: BrowserContext, notebook_page: Path) -> None:
    """Its page is one file that loads nothing and that axe has nothing to object to."""
    address = notebook_page.as_uri()
    with quiet(context, "file://") as page:
        page.goto(address)
        expect(page.get_by_role("heading", name="Coverage and timeliness of a county")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("雁江区: who reported.*n = 136 of 136"))).to_be_visible()
        assert objections(page) == []


def test_chinese_on_a_machine_without_a_chinese_font(context: BrowserContext, site: str) -> None:
    """The font of the package is there to be taken, and the letters of two names are drawn as two."""
    with quiet(context, site) as page:
        page.goto(f"{site}/county/512002?year=2023")
        assert page.evaluate("() => document.fonts.load('16px Chinese', '雁').then(found => found.length)") == 1
        drawn = """letter => { const c = document.createElement('canvas'); c.width = c.height = 40; const x = c.getContext('2d');
          x.font = '32px Chinese'; x.fillText(letter, 2, 34); return c.toDataURL(); }"""
        assert len({page.evaluate(drawn, letter) for letter in "雁江区"}) == 3


def test_low_contrast_would_be_seen(context: BrowserContext) -> None:
    """The check can fail: grey on white is told, black on white is not; nor is white in a drawing on a dark bar, but on a bright one."""
    page = context.new_page()
    shown = "".join(
        f'<rect y="{y}" width="60" height="20" fill="{bar}"/><text x="4" y="{y + 15}" fill="{text}" pointer-events="none">12</text>'
        for y, bar, text in [(0, "#0072B2", "white"), (30, "#D55E00", "white"), (60, "none", "black"), (90, "none", "#999")]
    )
    page.set_content(f"<p style='color:#999'>grey</p><p>black</p><svg height='120'>{shown}</svg>")
    assert [found[:9] for found in page.evaluate(LOW_CONTRAST)] == ["2.85 <p s", "3.87 <tex", "2.85 <tex"]


def test_pictures_are_legible(context: BrowserContext, drawn: Mapping[str, str]) -> None:
    """Every text of every picture, also the signs on coloured fields, against what it stands on."""
    page = context.new_page()
    for title, picture in drawn.items():
        page.set_content(picture)
        assert page.locator("svg text").count() > 10, title
        assert page.evaluate(LOW_CONTRAST) == [], title


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
