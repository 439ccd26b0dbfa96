"""The served pages over the demo database: what they show, where their figures lead, and what they refuse."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest
from lxml import html

from nianbao.demo.plan import demo_reports, towns_of
from nianbao.dictionary import sources_of
from nianbao.measures import measures
from nianbao.overrides import Override, add_override
from nianbao.serve import SETTINGS, datasette
from nianbao.site import pages, plugin
from nianbao.site.figures import GROUPS, figure
from nianbao.site.language import LANGUAGES, strings
from nianbao.site.render import environment
from nianbao.site.sources import place_told
from parsers.forms import forms

from .hostility import TRIED

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::PendingDeprecationWarning"
)
TOWN = "512002107"
REGULATION = "Regulation on open government information"
SOURCES = (Path(pages.__file__), Path(plugin.__file__))


def get(db: Path, *paths: str, **options: Any) -> list[httpx.Response]:
    async def fetch() -> list[httpx.Response]:
        app = datasette(db)
        await app.invoke_startup()
        return [await app.client.get(path, **options) for path in paths]

    return asyncio.run(fetch())


def tree(db: Path, path: str) -> html.HtmlElement:
    (response,) = get(db, path)
    assert response.status_code == 200, response.text
    return html.document_fromstring(response.text)


def query(db: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql, parameters).fetchall()


def report_id(db: Path, unit: str, year: int) -> str:
    return str(query(db, "select report_id from reports where unit_code = ? and year = ? and is_current", unit, year)[0][0])


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_front_page_says_what_is_there(demo_db: Path) -> None:
    """Reports, counties, the meaning of states with their numbers, and that the demo's figures are generated."""
    page = tree(demo_db, "/")
    said = words(page)
    assert f"{len(demo_reports())} reports" in said
    assert {"/county/512002", "/county/520323"} <= set(page.xpath("//table//a/@href"))
    assert "generated" in said
    blanks = query(demo_db, "select count(*) from flags where state = 'blank'")[0][0]
    (cell,) = page.xpath("//tr[th//span[contains(@class, 'blank')]]/td[last()]")
    assert words(cell) == str(blanks)


def test_a_county_shows_every_figure_published(demo_db: Path) -> None:
    """Township × measure equals what the demo published; every figure leads to evidence."""
    assert {name for named in GROUPS.values() for name in named} == set(measures())
    for group, names in GROUPS.items():
        (table,) = tree(demo_db, f"/county/512002?year=2022&group={group}").xpath("//table[@class='figures']")
        rows = {words(row[0]): [words(cell) for cell in row[1:]] for row in table.xpath("tbody/tr")}
        assert list(rows) == [town.name for town in towns_of("512002", 2022)]
        for report in (r for r in demo_reports() if r.county.code == "512002" and r.year == 2022 and r.unit in rows):
            for name, key in (
                ("requests", "t3.new_requests.total"),
                ("granted", "t3.granted.total"),
                ("reviews", "t4.review_total"),
            ):
                if name in names:
                    assert rows[report.unit][names.index(name)] == str(report.cells[key])
        linked = table.xpath("tbody/tr/td//a/@href")
        on_form = [name for name in names if "e2021" in measures()[name].editions]
        assert len(linked) == len(rows) * (len(on_form) + 1)
        assert all(re.match(r"/report/\w+($|/cell/[\w.]+#marked$|/measure/\w+$)", href) for href in linked)


def test_a_county_over_the_years(demo_db: Path) -> None:
    """A drawing a township with every value in its label, the coverage of all years, and the failed rules."""
    page = tree(demo_db, "/county/512002?measure=requests")
    labels = page.xpath("//ul[@class='multiples']//svg/@aria-label")
    assert len(labels) == len(towns_of("512002", 2024))
    (town,) = [label for label in labels if label.startswith("丹山镇")]
    figures = [int(r.cells["t3.new_requests.total"] or 0) for r in demo_reports() if r.unit_code == TOWN]
    assert [int(value) for _, value in re.findall(r"(\d{4}) (\d+)", town)] == figures
    assert len(page.xpath("//table[@class='matrix']/thead/tr/th")) == 1 + 6
    failed = query(
        demo_db, "select count(*) from findings join reports using (report_id) where verdict='fail' and unit_code like '512002%'"
    )
    assert len(page.xpath("//h2[@id='findings']/following::table[1]/tbody/tr")) == failed[0][0]


def test_a_missing_report_is_missing(demo_db: Path, tmp_path: Path) -> None:
    """A dash without a link, a cross in the drawing, and the status in the matrix: nowhere a zero."""
    copy = tmp_path / "nianbao.db"
    copy.write_bytes(demo_db.read_bytes())
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("update reports set is_current = 0 where unit_code = ? and year = 2022", [TOWN])
    page = tree(copy, "/county/512002?year=2022")
    (row,) = page.xpath("//table[@class='figures']/tbody/tr[th//a[@href='/unit/512002107']]")
    assert {words(cell) for cell in row.xpath("td")} == {"–"}
    assert not row.xpath("td//a")
    (label,) = [x for x in page.xpath("//ul[@class='multiples']//svg/@aria-label") if x.startswith("丹山镇")]
    assert "2022 –" in label
    assert "missing" in words(page.xpath("//table[@class='matrix']//tr[th//a[@href='/unit/512002107']]")[0])


def test_a_unit_over_both_editions(demo_db: Path) -> None:
    """All years and all measures; the break stands between 2020 and 2021; all reports with their versions."""
    page = tree(demo_db, f"/unit/{TOWN}")
    table = page.xpath("//table[@class='figures']")[0]
    heads = table.xpath("thead/tr[1]/th")
    assert [words(head) for head in heads[2:]] == [str(year) for year in range(2019, 2025)]
    assert ["after-break" in head.get("class") for head in heads[2:]] == [False, False, True, False, False, False]
    assert len(table.xpath("tbody/tr")) == len(measures())
    assert len(page.xpath("//h2[@id='versions']/following::table[1]/tbody/tr")) == 6


def test_a_report_as_printed(demo_db: Path) -> None:
    """All cells of the form in their tables with state and link; blanks are blanks; the prose beside them."""
    report = next(r for r in demo_reports() if None in r.cells.values())
    number = report_id(demo_db, report.unit_code, report.year)
    page = tree(demo_db, f"/report/{number}")
    cells = page.xpath("//table[@class='printed']//td[contains(@class, 'cell')]")
    assert len(cells) == len(report.form.cell_keys)
    by_key = {cell.xpath("string(a/@href)").split("/cell/")[1].removesuffix("#marked"): cell for cell in cells}
    for key, value in report.cells.items():
        if value is None:
            assert "blank" in by_key[key].get("class")
            assert words(by_key[key]) == "空"
        else:
            assert float(words(by_key[key]).replace(",", "")) == float(value)
    assert "演示正文" in words(page.xpath("//section[@class='prose']")[0])


def marked_cells(db: Path, number: str, keys: list[str]) -> Iterator[tuple[str, str]]:
    for key, response in zip(keys, get(db, *(f"/report/{number}/cell/{key}" for key in keys)), strict=True):
        page = html.document_fromstring(response.text)
        (marked,) = page.xpath("//*[@id='marked']")
        assert marked.xpath("ancestor-or-self::*[contains(@class, 'archived')]"), key
        yield key, words(marked)


@pytest.mark.parametrize("layout", [("table", "utf-8"), ("flat", "utf-8"), ("table", "gb18030")])
def test_from_a_figure_to_its_cell(demo_db: Path, layout: tuple[str, str]) -> None:
    """In every layout and charset the marked cell of the archived page prints what was stored."""
    report = next(r for r in demo_reports() if (r.layout, r.charset) == layout and r.cells["t3.processed_total.total"])
    keys = [*report.form.cell_keys[::23], "t3.processed_total.total"]
    number = report_id(demo_db, report.unit_code, report.year)
    for key, printed in marked_cells(demo_db, number, keys):
        value = report.cells[key]
        assert printed == ("" if value is None else printed)
        assert value is None or float(printed.replace(",", "").lstrip("+").replace("－", "-")) == float(value)


def test_a_measure_is_the_sum_of_its_cells(demo_db: Path) -> None:
    """The page of a sum lists its terms, each with its own way to the page; a share has its denominator and n."""
    number = report_id(demo_db, TOWN, 2023)
    refused, rate = (
        tree(demo_db, f"/report/{number}/measure/refused"),
        tree(demo_db, f"/report/{number}/measure/disclosure_rate_broad"),
    )
    terms = [int(words(cell)) for cell in refused.xpath("//tbody/tr/td[1]")]
    assert len(terms) == len(measures()["refused"].numerator)
    assert words(refused.xpath("//h1")[0]).endswith(f": {sum(terms)}")
    assert all(href.endswith("#marked") for href in refused.xpath("//tbody//a/@href"))
    assert "n = 25" in words(rate.xpath("//h1")[0])
    assert len(rate.xpath("//table")) == 2


def test_what_a_measure_takes_off_is_said_to_be(demo_db: Path) -> None:
    """A term with a minus is on the page, marked, and its state and its correction show beside the value."""
    number = report_id(demo_db, TOWN, 2023)
    page = tree(demo_db, f"/report/{number}/measure/review_correction_rate")
    terms = page.xpath("//table")[1].xpath("tbody/tr/th")
    assert [words(term).startswith("less ") for term in terms] == [False, True]
    assert "t4.review_pending" in measures()["review_correction_rate"].keys("e2021")
    row = {"report_id": number, "measure": "review_correction_rate", "value": 0.5, "n": 8, "form": "e2021"}
    made = Override(number, TOWN, "2023", "t4.review_pending", "7", "read", "77", "see the page", "reviewer", "2026-01-02")
    shown = figure(row, {(number, "t4.review_pending"): "blank"}, {(number, "t4.review_pending"): made})
    assert (shown.states, shown.corrections) == (("blank",), (made,))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "refused_internal_affairs",
            {
                "en": [
                    "Notices 国办公开办函〔2019〕60号, 国办公开办函〔2021〕30号, table 三",
                    f"{REGULATION}, Article 16, paragraph 1",
                ],
                "zh": ["国办公开办函〔2019〕60号、国办公开办函〔2021〕30号 表三", "条例第十六条第一款"],
            },
        ),
        (
            "days_after_31_march",
            {
                "en": [f"{REGULATION}, Article 49", f"{REGULATION} of 2007, Article 31"],
                "zh": ["条例第四十九条", "条例2007第三十一条"],
            },
        ),
        ("report_completeness", {"en": [], "zh": []}),
    ],
)
def test_a_measure_says_where_it_goes_back_to(demo_db: Path, name: str, said: Mapping[str, list[str]]) -> None:
    """The table of the form, the notices and the article, in the reader's language; nothing where there is no source."""
    number = report_id(demo_db, TOWN, 2023)
    for language, heading in (("en", "Goes back to"), ("zh", "依据")):
        page = tree(demo_db, f"/report/{number}/measure/{name}?lang={language}")
        assert [words(place) for place in page.xpath(f"//dt[.='{heading}']/following-sibling::dd[1]//li")] == said[language]


def test_every_source_is_told_in_english() -> None:
    """No place is left that only readers of Chinese understand; numbers of documents are names."""
    places = {place for form in forms().values() for key in form.cell_keys for place in sources_of([key]).split("；")}
    places |= {place for measure in measures().values() for place in measure.source.split("；") if place}
    assert len(places) > 25
    for place in places:
        assert re.match(r"Notices? \S+号(, \S+号)?(, table [二三四])?$|Regulation [^一-鿿（]+$", place_told(place, "en")), place


def test_search_finds_units_and_prose(demo_db: Path) -> None:
    """Two characters are enough; what stands around the words is shown; nothing is interpreted."""
    units, prose, nothing, odd = get(
        demo_db, "/search?q=丹山", "/search?q=监督保障", "/search?q=没有这样的词", "/search?q=%25%27%22%3Cscript%3E*"
    )
    assert "/unit/512002107" in units.text
    hits = html.document_fromstring(prose.text).xpath("//mark")
    assert hits
    assert {words(hit) for hit in hits} == {"监督保障"}
    assert nothing.text.count("Nothing found.") == 2
    assert odd.status_code == 200
    assert "<script>" not in odd.text


def test_the_language_is_asked_for_kept_or_accepted(demo_db: Path) -> None:
    """By address, which a cookie remembers; else as the browser says; Chinese and English say different things."""
    (asked,) = get(demo_db, "/county/512002?lang=zh")
    assert 'lang="zh-CN"' in asked.text[:200]
    assert "乡镇并列" in asked.text
    assert "lang=zh" in asked.headers["set-cookie"]
    (kept,) = get(demo_db, "/county/512002", cookies={"lang": "zh"})
    (accepted,) = get(demo_db, "/county/512002", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert "乡镇并列" in kept.text
    assert "乡镇并列" in accepted.text
    (english,) = get(demo_db, "/county/512002", headers={"accept-language": "de"})
    assert "side by side" in english.text
    assert "set-cookie" not in english.headers


@pytest.mark.parametrize(
    "kind",
    ["/", "/search?q=申请", "/province/51", "/county/512002", f"/unit/{TOWN}", "/unit/999999999", "report", "cell", "measure"],
)
def test_a_chinese_page_speaks_chinese(demo_db: Path, kind: str) -> None:
    """No English word stands on it beside identifiers, which are marked as code or stand in titles with their dots, and names of formats."""
    report = query(demo_db, "select report_id from findings where verdict = 'fail' order by report_id")[0][0]
    part = {"report": "", "cell": "/cell/t4.review_total", "measure": "/measure/contest_rate"}
    path = f"/report/{report}{part[kind]}" if kind in part else kind
    (response,) = get(demo_db, path, headers={"accept-language": "zh-CN"})
    page = html.document_fromstring(response.text)
    for element in page.xpath("//code | //*[@lang='en']"):
        element.drop_tree()
    said = " ".join([*page.xpath("//text()"), *page.xpath("//@title | //@aria-label | //@placeholder | //@alt")])
    known = {"nianbao", "JSON", "CSV", "SHA", "rows", "fault"}
    assert set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\b[a-z]\w*(?:\.\w+)+", "", said))) <= known


def test_rules_are_named_and_kept_as_identifiers(demo_db: Path) -> None:
    """In both languages a rule has its name beside the key that one queries by, and its message says the same."""
    report = query(demo_db, "select report_id from findings where rule = 't3.balance.total' and verdict = 'fail'")[0][0]
    for language, named, verdict, begins in (
        ("en", "New and carried in = disposed of and carried forward: total", "fail", "0 =="),
        ("zh", "新收＋上年结转＝办理总计＋结转下年度：总计", "不符", "0 ≠"),
    ):
        (row,) = tree(demo_db, f"/report/{report}?lang={language}").xpath("//tr[@id='rule-t3.balance.total']")
        assert words(row[0]) == f"{named} t3.balance.total"
        assert words(row.xpath("th/code")[0]) == "t3.balance.total"
        assert words(row[1]) == verdict
        assert words(row[3]).startswith(begins)


def test_tables_of_datasette_say_words_in_chinese_too(demo_db: Path) -> None:
    """Beside the stored word on the page; JSON has the stored word alone."""
    page, data = get(demo_db, "/nianbao/findings?verdict=fail", "/nianbao/findings.json?verdict=fail&_shape=array")
    cell = html.document_fromstring(page.text).xpath("//td[contains(@class, 'col-verdict')]")[0]
    assert words(cell) == "fail 不符"
    assert {row["verdict"] for row in data.json()} == {"fail"}


def test_every_sentence_is_in_both_languages() -> None:
    """No key without English or Chinese, none used that is not there, none there that is not used."""
    assert all(set(sentences) == set(LANGUAGES) and all(sentences.values()) for sentences in strings().values())
    loader = environment().loader
    assert loader is not None
    sources = "".join(loader.get_source(environment(), name)[0] for name in loader.list_templates())
    used = set(re.findall(r"""\bt\(["'](\w+)["']\s*[,)]""", sources))
    assert used <= set(strings())
    used |= {key for source in SOURCES for key in re.findall(r"""(?:\bsaid|\(language\))\("(\w+)\"""", source.read_text("utf-8"))}
    built = {key for key in strings() if key.startswith(("state_", "table_", "group_"))}
    assert set(strings()) - used - built == set()


@pytest.mark.parametrize(
    "path",
    [
        "/unit/999999999",
        "/county/110101",
        "/county/512002?year=1999",
        "/county/512002?measure=nonsense",
        "/county/512002?group=nonsense",
        "/province/11",
        "/report/none",
        "/report/none/cell/t3.granted.total",
        "/nowhere/at/all",
        "/-/patterns",
        "/-/messages",
        "/-/allow-debug",
        "/-/permissions",
        "/-/logout",
    ],
)
def test_what_is_not_there_is_404(demo_db: Path, path: str) -> None:
    """A page of our own, with the same headers as any other."""
    (response,) = get(demo_db, path)
    assert response.status_code == 404
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "Traceback" not in response.text


def test_an_unknown_cell_of_a_report_is_404(demo_db: Path) -> None:
    """A key of no form, and one of another edition."""
    number = report_id(demo_db, TOWN, 2023)
    for key in ("t3.nothing.total", "t2_9.centralized_procurement.total_amount"):
        assert get(demo_db, f"/report/{number}/cell/{key}")[0].status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/county/512002", f"/unit/{TOWN}", "/search?q=丹山", "/nianbao", "/nianbao/requests", "/nianbao?sql=select+1"]
)
def test_no_page_may_run_load_or_be_framed(demo_db: Path, path: str) -> None:
    """The policy allows no script at all, on Datasette's pages either, and no page holds one."""
    (response,) = get(demo_db, path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    page = html.document_fromstring(response.text)
    assert not page.xpath("//script | //*[@onclick or @onload or @onerror]")
    addresses = page.xpath("//link/@href | //img/@src | //form/@action")
    assert not [address for address in addresses if "//" in address.removeprefix("http://localhost/")]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_but_reading(demo_db: Path, method: str) -> None:
    """Every other method is refused before anything looks at it."""

    async def send() -> httpx.Response:
        app = datasette(demo_db)
        await app.invoke_startup()
        response: httpx.Response = await app.client.request(method, "http://localhost/nianbao/requests", json={"row": 1})
        return response

    response = asyncio.run(send())
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


COUNTING = "with recursive c(n) as (select 1 union all select n + 1 from c{})"
NOT_SELECT, DENIED, PRAGMA = "Statement must be a SELECT", "not authorized", "Statement contained a disallowed PRAGMA"
LARGE, SLOW = "string or blob too big", "took too long"
REFUSED = {
    "attach database '/tmp/x.db' as x": NOT_SELECT,
    "vacuum into '/tmp/x.db'": NOT_SELECT,
    "pragma user_version = 9": NOT_SELECT,
    "/* select */ pragma writable_schema = 1": NOT_SELECT,
    "create temp table x(a)": NOT_SELECT,
    "select * from pragma_user_version": PRAGMA,
    "select * from pragma_journal_mode('delete')": PRAGMA,
    "select file from pragma_database_list": DENIED,
    "with x as (select 1) delete from reports": DENIED,
    "with x as (select 1) insert into meta select 'a', 'b'": DENIED,
    "select 1; delete from reports": "one statement at a time",
    "select load_extension('x')": DENIED,
    "select fts3_tokenizer('simple')": DENIED,
    "select highlight(sections_fts, 0, hex(zeroblob(900000)), 'b') from sections_fts where sections_fts match '信息公开'": DENIED,
    "select readfile('/etc/passwd')": "no such function",
    "select * from sqlite_dbpage": "no such table",
    COUNTING.format("") + " select max(n) from c": SLOW,
    COUNTING.format("") + " select group_concat(n) from c where n < 0": SLOW,
    "select count(*) from requests a, requests b, requests c, requests d, requests e, findings f": SLOW,
    "select * from requests a, requests b, requests c order by random()": SLOW,
    COUNTING.format(" limit 9000") + " select group_concat(hex(zeroblob(500))) from c": LARGE,
    COUNTING.format(" limit 9000") + " select json_group_array(hex(zeroblob(500))) from c": LARGE,
    "select zeroblob(1e9)": LARGE,
    "select hex(zeroblob(1500000))": LARGE,
    "select length(randomblob(2000000000))": LARGE,
    "select printf('%.*c', 1e9, 'a')": LARGE,
    "select format('%999999999d', 1)": LARGE,
    "select format('%s%s', zeroblob(1500000), hex(zeroblob(900000))) || hex(zeroblob(900000))": LARGE,
    "select length(replace(hex(zeroblob(900000)), '0', hex(zeroblob(900000))))": LARGE,
}
"""What is asked in SQL, and what is said of it."""


@pytest.mark.parametrize("sql", REFUSED)
def test_sql_reads_and_no_more(demo_db: Path, sql: str) -> None:
    """Writing, files, extensions, endless work and huge results are refused in words, on the page as in the data, within the limit of time."""
    before = demo_db.read_bytes()
    start = time.process_time()
    data, page = get(demo_db, *(f"/nianbao{ending}?sql={quote(sql)}" for ending in (".json", "")))
    assert (data.status_code, page.status_code) == (400, 400)
    assert REFUSED[sql] in data.json()["error"]
    assert REFUSED[sql] in words(html.document_fromstring(page.text))
    assert time.process_time() - start < 2 * SETTINGS["sql_time_limit_ms"] / 1000 + 3  # that of the site's start
    assert demo_db.read_bytes() == before and not Path("/tmp/x.db").exists()  # noqa: S108 (named in the queries above)


def test_rows_beyond_the_limit_are_cut_and_the_page_says_so(demo_db: Path) -> None:
    """A query without end that gives row after row is stopped at 10,000."""
    asked = quote(COUNTING.format("") + " select n from c")
    data, page = get(demo_db, f"/nianbao.json?sql={asked}", f"/nianbao?sql={asked}")
    assert data.json()["truncated"] and len(data.json()["rows"]) == SETTINGS["max_returned_rows"]
    assert "returning more than 10,000 rows" in words(html.document_fromstring(page.text))


NUMBERS = "with recursive c(n) as (select 1 union all select n + 1 from c limit 1500)"


@pytest.mark.parametrize(
    "sql",
    [
        "select zeroblob(1e9)",
        "select hex(randomblob(4e8))",
        "select replace(hex(zeroblob(2e8)), '0', 'aaaa')",
        f"{NUMBERS} select zeroblob(1000000) from c",
        f"{NUMBERS} select group_concat(hex(zeroblob(50000)), '') from c",
        "select 'a' like hex(zeroblob(1000))",
        f"select 1{' + 1' * 300}",
    ],
)
def test_sql_takes_little_memory(demo_db: Path, sql: str) -> None:
    """A value, all rows together, a pattern or an expression that is far too large is an error; CSV is empty."""
    assert limited(demo_db), "the server would take gigabytes"
    data, page, sheet = get(demo_db, *(f"/nianbao{ending}?sql={quote(sql)}" for ending in (".json", "", ".csv")))
    assert (data.status_code, page.status_code) == (400, 400)
    assert len(data.content) + len(page.content) < 30_000
    assert not sheet.text.strip()


def limited(db: Path) -> bool:
    async def longest() -> int:
        app = datasette(db)
        await app.invoke_startup()
        found: int = await app.get_database("nianbao").execute_fn(
            lambda connection: connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
        )
        return found

    return asyncio.run(longest()) < 10_000_000


PLAIN = re.compile(
    r"(?:[^<]|</?(?:table|caption|thead|tbody|tfoot|tr|td|th|b|strong|i|em|u|s|del|sup|sub|p|br|div|mark)"
    r'(?: (?:rowspan|colspan)="\d{1,4}"){0,2}(?: class="marked" id="marked")?>)*'
)
"""A page made anew: text, tags of tables and of letters, spans, and one mark."""


@pytest.mark.parametrize("tried", TRIED)
def test_a_hostile_page_is_text(hostile_home: Path, tried: str) -> None:
    """Nothing of it that runs, loads, frames, refreshes or pretends is left; its words and its figures are."""
    db = hostile_home / "nianbao.db"
    number = hostile_report(db, tried)
    cell, report = get(db, f"/report/{number}/cell/t3.granted.total", f"/report/{number}")
    page = html.document_fromstring(cell.text)
    (shown,) = re.findall(r'<section class="archived"[^>]*>(.*)</section>', cell.text, re.DOTALL)
    assert PLAIN.fullmatch(shown) and "政府信息公开工作年度报告" in shown
    assert words(page.xpath("//*[@id='marked']")[0]) == "1031"
    assert len(page.xpath("//*[@id='marked']")) == len(page.xpath("//main")) == len(page.xpath("//body")) == 1
    for response in (cell, report):
        assert "<b>敌意</b>" not in response.text and "<script" not in response.text
        assert not [
            *html.document_fromstring(response.text).xpath("//@src | //@srcset | //@style | //@*[starts-with(name(), 'on')]")
        ]


def hostile_report(db: Path, tried: str) -> str:
    return str(
        query(db, "select report_id from reports where url = ?", f"http://hostile.gov.cn/{[*TRIED].index(tried)}.html")[0][0]
    )


def test_an_archive_that_is_gone(demo_db: Path, tmp_path: Path) -> None:
    """The page of the cell says so and still shows the figure."""
    copy = tmp_path / "nianbao.db"
    copy.write_bytes(demo_db.read_bytes())
    (response,) = get(copy, f"/report/{report_id(copy, TOWN, 2023)}/cell/t3.granted.total")
    assert response.status_code == 200
    assert "cannot be shown" in response.text
    assert "archive/" in response.text and str(tmp_path) not in response.text


def test_a_correction_stands_beside_the_published_figure(demo_db: Path, tmp_path: Path) -> None:
    """The published figure stays; the correction shows with its reviewer, and no measure changes."""
    copy = tmp_path / "nianbao.db"
    copy.write_bytes(demo_db.read_bytes())
    number, key = report_id(copy, TOWN, 2023), "t3.granted.total"
    before = [link.text for link in tree(copy, "/county/512002?year=2023").xpath("//table[@class='figures']//td/a")]
    add_override(tmp_path, Override(number, TOWN, "2023", key, "7", "read", "77", "see the page", "reviewer", "2026-01-02"))
    report = tree(copy, f"/report/{number}")
    (cell,) = report.xpath(f"//table[@class='printed']//td[a[contains(@href, '{key}')]]")
    assert [words(link) for link in cell.xpath("a")] == ["7", "77"]
    assert cell.xpath("a[@class='corrected']/@title") == ["corrected to 77 by reviewer, 2026-01-02: see the page"]
    (row,) = report.xpath("//h2[@id='corrections']/following::table[1]/tbody/tr")
    assert [words(cell) for cell in row[1:]] == [
        "2023",
        f"Granted · total {key}",
        "7",
        "77",
        "see the page",
        "reviewer",
        "2026-01-02",
    ]
    assert "corrected to 77 by reviewer, 2026-01-02: see the page" in words(tree(copy, f"/report/{number}/cell/{key}"))
    links = tree(copy, "/county/512002?year=2023").xpath("//table[@class='figures']//td/a[not(contains(@class, 'corrected'))]")
    assert [link.text for link in links] == before


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "corrected to 77 by reviewer, 2026-01-02: see the page"), ("zh", "reviewer 于 2026-01-02 更正为 77：see the page")],
)
@pytest.mark.parametrize("path", ["/county/512002?year=2023", f"/unit/{TOWN}?"])
def test_corrections_show_on_the_pages_of_counties_and_units(
    demo_db: Path, tmp_path: Path, path: str, language: str, said: str
) -> None:
    """Beside the figure of the cell its value, beside a sum only that a cell is corrected; below who, when and why. Other units' do not show."""
    copy = tmp_path / "nianbao.db"
    copy.write_bytes(demo_db.read_bytes())
    number, key = report_id(copy, TOWN, 2023), "t3.granted.total"
    other = query(copy, "select report_id from reports where county_code <> '512002' and unit_code is not null limit 1")[0][0]
    add_override(tmp_path, Override(number, TOWN, "2023", key, "7", "read", "77", "see the page", "reviewer", "2026-01-02"))
    add_override(tmp_path, Override(other, "1", "2023", key, "7", "read", "99", "elsewhere", "reviewer", "2026-01-02"))
    page = tree(copy, f"{path}&lang={language}")
    beside = page.xpath("//table[@class='figures']//a[@class='corrected']")
    assert {words(link) for link in beside} == {"77", strings()["corrected_cell"][language]}
    assert all(link.get("title") == said and said in link.get("aria-label") for link in beside)
    (row,) = page.xpath("//h2[@id='corrections']/following::table[1]/tbody/tr")
    named = {"en": "Granted · total", "zh": "（一）予以公开 · 总计"}[language]
    assert [words(cell) for cell in row[1:]] == ["2023", f"{named} {key}", "7", "77", "see the page", "reviewer", "2026-01-02"]
    assert row.xpath(".//a/@href") == [f"/report/{number}/cell/{key}#marked"]
    assert not tree(copy, f"/unit/{TOWN[:-1]}2").xpath("//*[@id='corrections']")


@pytest.mark.parametrize("name", ["databases", "threads", "metadata", "versions", "plugins", "settings", "actor"])
def test_no_page_tells_where_the_database_lies(demo_db: Path, name: str) -> None:
    """Nor where the program does."""
    for response in get(demo_db, f"/-/{name}.json", f"/-/{name}"):
        assert response.status_code == 200
        assert str(demo_db.parent) not in response.text
        assert str(Path(pages.__file__).parents[2]) not in response.text and "site-packages" not in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_multiples_say_n_source_and_date(demo_db: Path, language: str) -> None:
    """n is the number of dots that are drawn."""
    page = tree(demo_db, f"/county/512002?lang={language}")
    said = words(page.get_element_by_id("drawn"))
    dots = len(page.xpath("//ul[@class='multiples']//circle"))
    ((day,),) = query(demo_db, "select substr(value, 1, 10) from meta where key = 'built_at'")
    assert f"n = {dots} " in said and day in said and {"en": "source: ", "zh": "来源："}[language] in said


def test_the_font_is_fetched_once(demo_db: Path) -> None:
    """A browser may keep it; pages, which change with the database, it may not."""
    font, page = get(demo_db, "/fonts/NianbaoSansSC-Regular.otf", "/")
    assert font.headers["cache-control"] == "public, max-age=604800"
    assert font.content.startswith(b"OTTO")
    assert "cache-control" not in page.headers


def test_data_links_answer(demo_db: Path) -> None:
    """The JSON and CSV named on the pages are there and hold every row that the database has."""
    found = {
        href
        for path in ("/county/512002?year=2022", f"/unit/{TOWN}", f"/report/{report_id(demo_db, TOWN, 2023)}")
        for href in tree(demo_db, path).xpath("//p[@class='data']//a/@href")
    }
    assert len(found) >= 14
    most = 0
    for href, response in zip(sorted(found), get(demo_db, *sorted(found)), strict=True):
        assert response.status_code == 200, href
        is_json = ".json" in href
        got = len(json.loads(response.text)) if is_json else len(list(csv.DictReader(io.StringIO(response.text))))
        assert got == rows_of(demo_db, href), href
        most = max(most, got)
    assert most > 1000


def rows_of(db: Path, href: str) -> int:
    """The rows of the table or view that the address names, with the values it asks for."""
    address = urlsplit(href)
    asked = {name: value for name, value in parse_qsl(address.query) if not name.startswith("_")}
    table = address.path.rpartition("/")[2].partition(".")[0]
    where = " and ".join(f"{name} = ?" for name in asked)
    return int(query(db, f"select count(*) from {table} where {where}", *asked.values())[0][0])


def test_the_row_of_a_report_counts_what_an_index_finds(demo_db: Path) -> None:
    """Rows that refer to it are told, but those of a table that would be read whole for it."""
    report = report_id(demo_db, "512002107", 2021)
    linked = {
        str(link).partition("?")[0]
        for link in tree(demo_db, f"/nianbao/reports/{report}").xpath("//ul//a/@href")
        if f"report_id={report}" in str(link)
    }
    assert {"/nianbao/requests", "/nianbao/findings"} <= linked
    assert "/nianbao/measure_values" not in linked


def test_pages_are_light(demo_db: Path) -> None:
    """No page with its style weighs more than 300 KB."""
    number = report_id(demo_db, TOWN, 2023)
    style = len(get(demo_db, "/site/site.css")[0].content)
    for response in get(
        demo_db,
        "/",
        *(f"/county/512002?group={group}" for group in GROUPS),
        f"/unit/{TOWN}",
        f"/report/{number}",
        f"/report/{number}/cell/t3.granted.total",
    ):
        assert len(response.content) + style < 300_000
