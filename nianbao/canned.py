"""Questions prepared for readers, with what they answer in English and Chinese.

Lists of the whole country are of one year, the newest where none is named, so that no question reads all reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.views import DATED, deadline


@dataclass(frozen=True, slots=True)
class Query:
    """A prepared question: its SQL, and title and description by language."""

    sql: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]

    def metadata(self) -> dict[str, str]:
        """As Datasette shows it on a page that has one language only: in both."""
        return {"sql": self.sql, "title": " ".join(self.titles.values()), "description": " ".join(self.descriptions.values())}


_YEAR = "coalesce(nullif(:year, ''), (select max(year) from reports))"
_DEADLINE = deadline("r.year", "r.level")
_CHOSEN = f"r.year = {_YEAR} and r.is_current and (:county = '' or r.county_code = :county)"
_ROWS = "limit coalesce(nullif(:rows, ''), 150)"
_ONE_YEAR = {
    "en": "Of one year (the newest where none is named), of one county or all; 150 rows unless `rows` says otherwise, 10,000 at most.",
    "zh": "限一个年度（未填则取最新年度），可限一个县级区域；默认 150 行，可用 rows 另定，至多 10,000 行。",
}

QUERIES: Mapping[str, Query] = {
    "townships_side_by_side": Query(
        "select unit_code, unit, measure, value, n, previous_value, change, rank, round(completeness, 3) as completeness, report_id from comparison"
        f" where county_code = :county and year = {_YEAR} and level = 'town' and measure = coalesce(nullif(:measure, ''), 'requests')"
        " order by rank is null, rank, unit_code",
        {"en": "Townships of a county in one year", "zh": "乡镇并列"},
        {
            "en": "One measure (requests where none is named), the largest value first; empty where it was not read, which is not zero.",
            "zh": "一项指标（未填则为新收申请），由大到小；未读出的留空，缺失不是零。",
        },
    ),
    "failed_identities": Query(
        "select r.unit, r.year, f.rule, f.message, f.cells, r.report_id, r.url from reports r cross join findings f on f.report_id = r.report_id"
        f" where {_CHOSEN} and f.verdict = 'fail' order by r.unit_code, f.rule {_ROWS}",
        {"en": "Reports whose figures contradict each other", "zh": "勾稽不符"},
        {
            "en": f"The published figures are shown as published; the form's own arithmetic says which do not agree. {_ONE_YEAR['en']}",
            "zh": f"数字按发布原样显示；依表内勾稽关系指出不一致之处。{_ONE_YEAR['zh']}",
        },
    ),
    "not_plainly_read": Query(
        "select r.unit, r.year, f.key, f.state, f.raw, f.candidates, f.place, r.report_id, r.url from reports r cross join flags f on f.report_id = r.report_id"
        f" where {_CHOSEN} order by r.unit_code, f.key {_ROWS}",
        {"en": "Cells that are not plainly read", "zh": "存疑单元格"},
        {
            "en": f"Inferred, blank, marked, ambiguous and unread cells, with what was printed and where. {_ONE_YEAR['en']}",
            "zh": f"推得、空白、标记、歧义和未读出的单元格，附原文及位置。{_ONE_YEAR['zh']}",
        },
    ),
    "coverage_of_a_county": Query(
        "select unit, level, year, status, published_on, days_late, report_id from coverage where county_code = :county order by year desc, unit_code",
        {"en": "Which reports were found", "zh": "覆盖情况"},
        {
            "en": "Units of a county that should have published, and what was found; days late after 31 March.",
            "zh": "一个县级区域内应当公布年报的单位及查找结果；逾期天数自 3 月 31 日起算。",
        },
    ),
    "late_reports": Query(
        f"select r.unit, r.level, r.year, r.published_on, r.listed_on, cast(julianday({DATED}) - julianday({_DEADLINE}) as integer) as days_late,"
        f" r.report_id from reports r where {_CHOSEN} and r.level <> 'department' and {DATED} > {_DEADLINE}"
        f" order by days_late desc, r.unit_code {_ROWS}",
        {"en": "Reports published after 31 March", "zh": "逾期公布"},
        {
            "en": f"By the day on the page, or in the list where the page has none; portals date pages anew when they move, so look at the page first. {_ONE_YEAR['en']}",
            "zh": f"依页面所标日期，页面未标者依列表页日期；网站迁移时日期常被改写，请先查看页面。{_ONE_YEAR['zh']}",
        },
    ),
    "year_against_year": Query(
        "select r.unit, r.year, c.rule, c.message, c.fault, c.cells, r.report_id, c.other_report_id, r.url from reports r cross join cross_findings c on c.report_id = r.report_id"
        f" where {_CHOSEN} and c.verdict = 'fail' and c.rule <> 'copied_narrative' order by r.unit_code, c.rule {_ROWS}",
        {"en": "Figures that do not go on from the year before", "zh": "跨年不衔接"},
        {
            "en": "Carried forward against carried in, stocks, a county against its townships; fault says whether the page or the reading is to be looked at."
            f" {_ONE_YEAR['en']}",
            "zh": f"上年结转与本年承接、存量、县与所辖乡镇相对照；fault 指出应先核对页面还是读取结果。{_ONE_YEAR['zh']}",
        },
    ),
    "copied_narratives": Query(
        "select r.unit, r.year, c.share, o.unit as of_unit, o.year as of_year, r.report_id, c.other_report_id, r.url, o.url as of_url"
        # From the few copies on, whatever the year: the reports of one year are a tenth of the country.
        " from cross_findings c cross join reports r on r.report_id = c.report_id left join reports o on o.report_id = c.other_report_id"
        f" where {_CHOSEN} and c.share is not null and likelihood(c.rule = 'copied_narrative', 0.0001) order by c.share desc, r.unit_code {_ROWS}",
        {"en": "Prose that is an earlier report's", "zh": "照搬照抄"},
        {
            "en": f"Share of letters in common, figures and punctuation left out, from 85 % on; short texts are not compared. {_ONE_YEAR['en']}",
            "zh": f"除去数字和标点后相同文字所占比例，85 % 以上者列出；短文不比较。{_ONE_YEAR['zh']}",
        },
    ),
    "how_measures_are_defined": Query(
        "select measure, form, english, chinese, formula, numerator, denominator, unit, minimum_n, series, caveat, chinese_caveat, source from measure_definitions"
        " order by measure, form",
        {"en": "How measures are defined", "zh": "指标定义"},
        {
            "en": "Formula, cells, minimum n and caveat of every measure on every edition; figures are subtracted within a series only.",
            "zh": "每项指标在各版表式上的公式、单元格、最小 n 和注意事项；只在同一序列内相减。",
        },
    ),
}
