"""A synthetic nation: the demo's generator over the real register, as readings that a crawl of all counties would have given.

The figures are the demo's and the prose is strung together from words; nobody published either. One report in fifty copies the prose of the one before it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby, islice
from multiprocessing.process import BaseProcess
from queue import Empty, Full

from nianbao.demo.plan import County, DemoReport, county_reports
from nianbao.errors import BenchError
from nianbao.reading import Reading, resolved
from nianbao.unitfiles import Unit
from nianbao.units import register
from parsers import Kind, Report
from parsers.findings import findings
from parsers.forms import Form
from parsers.report import Cell, Fact, Scope, State
from scraper.registry import Portal
from scraper.snapshots import Snapshot

YEARS = range(2019, 2026)
COPIED = 50
AHEAD = 4
"""Counties whose reports may wait."""
_FETCHED = "2026-04-01T00:00:00Z"
_SECTIONS = ("overview", "proactive_disclosure", "requests", "problems", "other")
_WHO = [
    "镇党政办",
    "街道综合科",
    "区政务公开办",
    "便民服务中心",
    "村务监督委员会",
    "司法所",
    "财政所",
    "民政办",
    "社区网格员",
    "档案室",
]
_WHAT = [
    "公开目录",
    "政策解读",
    "办事指南",
    "财政预决算",
    "惠农补贴名单",
    "信息审查制度",
    "培训计划",
    "申请登记台账",
    "栏目更新",
    "服务热线",
    "公示专栏",
    "保密审查",
]
_DID = ["完善了", "更新了", "梳理了", "公示了", "规范了", "补充了", "核对了", "调整了", "宣传了", "落实了", "研究了", "部署了"]
_HOW = [
    "按照上级要求",
    "结合本地实际",
    "通过政府网站",
    "在公告栏",
    "利用微信公众号",
    "会同有关部门",
    "逐项",
    "按季度",
    "及时",
    "依托便民大厅",
]
_WHY = [
    "，方便群众查阅",
    "，回应社会关切",
    "，接受群众监督",
    "，确保内容准确",
    "，提高了工作透明度",
    "，保障了公众知情权",
    "，减少了重复申请",
    "，效果较好",
]


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """What parsing an archived page gives, before its unit is looked up in the register."""

    snapshot: Snapshot
    report: Report
    within: str

    def reading(self) -> Reading:
        """With its unit resolved within the county of its portal, as in any build."""
        found = resolved(self.report.unit_printed, within=self.within, year=self.report.year)
        return Reading(self.snapshot, self.report, None, found, self.report.year)


def counties() -> Sequence[County]:
    """All counties that have townships, each as a portal of its own."""
    areas = (unit for unit in register() if unit.level == "county" and register().children(unit.code))
    return [County(f"county-{unit.code}", unit.code, "pc_list", _above(unit)) for unit in areas]


def _above(unit: Unit) -> str:
    above = register().ancestors(unit.code)
    return above[-1].name if above else ""


def portals() -> list[Portal]:
    """The portals of the counties."""
    return [
        Portal(
            key=county.key,
            name=register().get(county.code).name,
            division_code=county.code,
            level="county",
            home_url=f"http://{county.key}.invalid/",
            family=county.family,
            reports_urls=(),
            allowed_hosts=frozenset(),
            note="generated",
        )
        for county in counties()
    ]


def parsed_reports(count: int) -> Iterator[ParsedReport]:
    """The first `count` reports, county by county, made by a process of its own that waits when it is too far ahead."""
    context = multiprocessing.get_context("spawn")
    ready: multiprocessing.Queue[list[ParsedReport]] = context.Queue(maxsize=AHEAD)
    maker = context.Process(target=_make, args=(ready,), daemon=True)
    maker.start()
    try:
        yield from islice((parsed for reports in _received(ready, maker) for parsed in reports), count)
    finally:
        maker.kill()
        maker.join()


def _received(ready: multiprocessing.Queue[list[ParsedReport]], maker: BaseProcess) -> Iterator[list[ParsedReport]]:
    """The counties as they come. Raises BenchError where the process that makes them has ended without saying that it is done."""
    while True:
        try:
            reports = ready.get(timeout=10)
        except Empty:
            if not maker.is_alive():
                raise BenchError("the process that generates reports has ended before its time") from None
            continue
        if not reports:
            return
        yield reports


def _make(ready: multiprocessing.Queue[list[ParsedReport]]) -> None:
    for county in counties():
        _hand_over(ready, list(_of_county(county)))
    _hand_over(ready, [])


def _hand_over(ready: multiprocessing.Queue[list[ParsedReport]], reports: list[ParsedReport]) -> None:
    """Wait until there is room; end with the process that asked, which may have been killed."""
    parent = multiprocessing.parent_process()
    while True:
        try:
            return ready.put(reports, timeout=5)
        except Full:
            if parent is None or not parent.is_alive():
                sys.exit(1)


def _of_county(county: County) -> Iterator[ParsedReport]:
    sections: dict[str, str] = {}
    for report in county_reports(county, YEARS):
        sections = sections if sections and report.number % COPIED == 0 else _prose(report)
        yield _parsed(county, report, sections)


def _parsed(county: County, planned: DemoReport, sections: dict[str, str]) -> ParsedReport:
    cells = {key: _cell(key, planned) for key in planned.form.cell_keys}
    url = f"http://{county.key}.invalid/{planned.year}/{planned.number}.html"
    digest = hashlib.sha256(url.encode()).hexdigest()
    received = planned.cells["t3.new_requests.total"]
    told = f"全年收到政府信息公开申请{received}件。"
    report = Report(
        source=url,
        sha256=digest,
        kind=Kind.REPORT,
        form=planned.form.id,
        title=planned.title,
        unit=planned.unit,
        unit_printed=planned.printed_unit,
        year=planned.year,
        published_on=planned.published_on,
        period=(date(planned.year, 1, 1), date(planned.year, 12, 31)),
        scope=Scope.AGGREGATE if planned.unit_code == county.code else Scope.OWN,
        charset=planned.charset,
        cells=cells,
        sections=sections,
        narrative=(Fact("requests_received", received, told),) if received is not None else (),
        findings=tuple(findings(planned.form, cells, unit=planned.printed_unit, texts=sections.values())),
    )
    body = planned.title.encode()
    where = ("nation.warc.gz", planned.number)
    snapshot = Snapshot(county.key, url, _FETCHED, 200, "text/html", body, digest, planned.title, None, "report", *where)
    return ParsedReport(snapshot, report, county.code)


def _cell(key: str, planned: DemoReport) -> Cell:
    value = planned.cells[key]
    state = State.READ if value is not None else State.BLANK
    return Cell(value, state, "" if value is None else str(value), _places(planned.form)[key])


@cache
def _places(form: Form) -> Mapping[str, str]:
    """The places of a page on which each of the three tables is whole."""
    found: dict[str, str] = {}
    for number, (_, tables) in enumerate(groupby(form.tables, key=lambda table: table.part), 1):
        for line, keys in enumerate((table.keys_of(row) for table in tables for row in table.rows), 2):
            found |= {key: f"table {number} row {line} column {column}" for column, key in enumerate(keys, 2)}
    return found


def _prose(report: DemoReport) -> dict[str, str]:
    rng = random.Random(f"{report.unit_code} {report.year}")
    return {section: "".join(_sentence(rng) for _ in range(rng.randint(2, 6))) for section in _SECTIONS}


def _sentence(rng: random.Random) -> str:
    return "".join(map(rng.choice, (_WHO, _HOW, _DID, _WHAT))) + f"{rng.randint(2, 90)}项" + rng.choice(_WHY) + "。"
