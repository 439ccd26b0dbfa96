"""Figures on Datasette's own pages: each leads to its cell on the archived page, and nothing that is no figure of one cell does."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from nianbao.serve import datasette

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::PendingDeprecationWarning"
)
COUNTY = "county=512002&year=2020"


def pages(db: Path, *paths: str) -> list[html.HtmlElement]:
    async def fetch() -> list[html.HtmlElement]:
        app = datasette(db)
        await app.invoke_startup()
        return [html.document_fromstring((await app.client.get(path)).text) for path in paths]

    return asyncio.run(fetch())


def links(page: html.HtmlElement, column: str) -> list[str]:
    return page.xpath(f"//td[contains(@class, 'col-{column}')]//a/@href")


def anyone(db: Path, sql: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchone()


def test_a_figure_of_a_table_leads_to_its_cell(demo_db: Path) -> None:
    """By the column, and by the applicant or the channel of the row; 0 is a figure, and what is empty leads nowhere."""
    (report,) = anyone(demo_db, "select report_id from reviews where channel = 'review' and upheld is not null limit 1")
    (empty,) = anyone(demo_db, "select report_id from proactive where t2_1_rules_issued is null limit 1")
    only = f"report_id={report}"
    requests, reviews, proactive, blank = pages(
        demo_db,
        f"/nianbao/requests?{only}&applicant=natural_person",
        f"/nianbao/reviews?{only}&channel=review",
        f"/nianbao/proactive/{report}",
        f"/nianbao/proactive/{empty}",
    )
    assert links(requests, "granted") == [f"/report/{report}/cell/t3.granted.natural_person#marked"]
    assert links(reviews, "upheld") == [f"/report/{report}/cell/t4.review_upheld#marked"]
    key = "t2_5.administrative_licences.decisions"
    assert links(proactive, "t2_5_administrative_licences_decisions") == [f"/report/{report}/cell/{key}#marked"]
    assert links(requests, "report_id") == [f"/report/{report}"]
    assert links(blank, "t2_1_rules_issued") == []


def test_every_figure_of_the_three_tables_has_a_cell(demo_db: Path) -> None:
    """No column is forgotten, and every link answers."""
    (report,) = anyone(demo_db, "select report_id from reports where form = 'e2021' and is_current limit 1")
    for table in ("requests", "reviews", "proactive"):
        (page,) = pages(demo_db, f"/nianbao/{table}?report_id={report}")
        filled = page.xpath("//td[contains(@class, 'type-int') or contains(@class, 'type-float')]")
        assert filled and all(cell.xpath(".//a") for cell in filled if cell.text_content().strip())
    target = next(iter(links(page, "t2_1_rules_issued")), f"/report/{report}").partition("#")[0]
    assert pages(demo_db, target)[0].xpath("//h1")


def test_measures_findings_and_flags_lead_to_theirs(demo_db: Path) -> None:
    """A measure of one cell to the cell, one of several to its sum; a finding to its cells and its rule on the page of the report."""
    one, several, findings, flags = pages(
        demo_db,
        "/nianbao/comparison?county_code=512002&year=2020&measure=granted",
        "/nianbao/comparison?county_code=512002&year=2020&measure=disclosure_rate_broad",
        "/nianbao/findings?verdict=fail",
        "/nianbao/flags",
    )
    assert links(one, "value") and all(href.endswith("/cell/t3.granted.total#marked") for href in links(one, "value"))
    assert links(several, "value") and all(href.endswith("/measure/disclosure_rate_broad") for href in links(several, "value"))
    assert all("/cell/" in href for href in links(findings, "cells")) and links(findings, "cells")
    assert all("#rule-" in href for href in links(findings, "rule")) and links(findings, "rule")
    assert links(flags, "key") and all("/cell/" in href for href in links(flags, "key"))
    assert links(one, "previous_value") == links(one, "rank") == []


@pytest.mark.parametrize(
    ("name", "column", "wanted"),
    [
        ("townships_side_by_side", "value", "/cell/t3.new_requests.total#marked"),
        ("failed_identities", "cells", "/cell/"),
        ("not_plainly_read", "key", "/cell/"),
        ("coverage_of_a_county", "report_id", "/report/"),
        ("late_reports", "report_id", "/report/"),
        ("year_against_year", "report_id", "/report/"),
        ("copied_narratives", "report_id", "/report/"),
        ("copied_narratives", "other_report_id", "/report/"),
    ],
)
def test_prepared_questions_lead_to_the_archived_page(demo_db: Path, name: str, column: str, wanted: str) -> None:
    year = anyone(
        demo_db,
        "select max(r.year) from reports r join cross_findings c using (report_id) where c.rule = 'copied_narrative' and r.is_current",
    )[0]
    asked = f"year={year}" if name == "copied_narratives" else COUNTY
    if name in ("late_reports", "year_against_year"):
        asked = "year=2020&rows=1000"
    (page,) = pages(demo_db, f"/nianbao/{name}?{asked}")
    found = links(page, column)
    assert found and all(wanted in href for href in found)


def test_what_says_no_cell_is_not_linked(demo_db: Path) -> None:
    """A sum over reports is no cell; cells of two reports do not say whose they are; an id of nothing is no address."""
    summed, across, hostile = pages(
        demo_db,
        f"/nianbao?sql={quote('select applicant, sum(granted) as granted, max(report_id) as last from requests group by 1')}",
        "/nianbao/cross_findings?verdict=fail&_size=100",
        f"/nianbao?sql={quote('select 1 as value, 2 as granted, char(34) as report_id, char(60) as key')}",
    )
    assert links(summed, "granted") == links(across, "cells") == []
    assert links(hostile, "report_id") == links(hostile, "key") == links(hostile, "value") == []


def test_data_stay_as_they_are(demo_db: Path) -> None:
    """No markup in JSON."""

    async def fetch() -> str:
        app = datasette(demo_db)
        await app.invoke_startup()
        return str((await app.client.get("/nianbao/requests.json?_size=3")).text)

    assert "href" not in asyncio.run(fetch())
