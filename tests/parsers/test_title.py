"""Titles, units, years and dates in the wordings of real pages."""

from datetime import date

import pytest

from parsers.dates import period, published_on
from parsers.pieces import Document, Piece
from parsers.report import Context, Scope
from parsers.title import parse_title, read_title, scope_of, unit_name


def document(*lines: str, **facts: str) -> Document:
    return Document(tuple(Piece(line, f"line {number}") for number, line in enumerate(lines, 1)), facts)


@pytest.mark.parametrize(
    ("printed", "unit", "year"),
    [
        ("资阳市雁江区丹山镇政府2020年政府信息公开工作年度报告", "资阳市雁江区丹山镇政府", 2020),
        ("2021年度佳县螅镇政府信息公开工作年度报告", "佳县螅镇", 2021),
        ("大竹县川主乡2019年政府信息公开年度报告", "大竹县川主乡", 2019),
        ("会同县林业局政府信息公开工作年度报告", "会同县林业局", None),
        ("东乡县2020年度政府信息公开工作年度报告", "东乡县", 2020),
        ("关于2022年度政府信息公开工作情况的报告", None, 2022),
        ("上湾乡人民政府2018年信息公开年报", "上湾乡人民政府", 2018),
        ("合川区二郎镇2019年政府信息公开工作报告", "合川区二郎镇", 2019),
        ("雁江区人民政府2023年政府信息公开工作年度报告（全文）", "雁江区人民政府", 2023),
        ("驼峰路街道办事处政务信息公开工作年度报告", "驼峰路街道办事处", None),
        ("2025湖口县大垅乡2025年度政府信息公开工作年度报告", "湖口县大垅乡", 2025),
        ("2021年政府信息公开工作年度报告（雁江区丹山镇）", "雁江区丹山镇", 2021),
        ("雁江区人民政府办公室关于2020年政府信息公开工作的年度报告", "雁江区人民政府办公室", 2020),
        ("武汉经济技术开发区（汉南区）2020年政府信息公开工作年度报告", "武汉经济技术开发区(汉南区)", 2020),
        ("【年报】丹山镇2020年政府信息公开工作年度报告", "丹山镇", 2020),
        ("3.丹山镇政府信息公开2020年度报告", "丹山镇", 2020),
        ("丹山镇２０２１年政府信息公开工作告年度报", "丹山镇", 2021),
        ("關於雁江區審計局2021年度政府信息公開工作情況的報告", "雁江区审计局", 2021),
        ("二酉鄉2020年政府信息公開(kāi)工作年度報(bào)告", "二酉乡", 2020),
    ],
)
def test_titles(printed: str, unit: str | None, year: int | None) -> None:
    """Unit before or after the year, year missing, 工作 or 年度 missing."""
    title = parse_title(printed)
    assert title is not None
    assert (title.unit, title.year) == (unit, year)


@pytest.mark.parametrize(
    "printed",
    [
        "丹山镇2020年政府信息公开工作年度报告解读",
        "一图读懂丹山镇2020年政府信息公开年度报告",
        "雁江区2020年政府网站工作年度报表",
        "雁江区2020年法治政府建设年度报告",
        "丹山镇政府信息公开指南",
        "当前位置:首页 > 政府信息公开年报",
        "关于做好2020年政府信息公开工作年度报告编制发布工作的通知",
    ],
)
def test_neighbours_are_no_reports(printed: str) -> None:
    """What stands beside reports on the same lists is not taken for one."""
    assert parse_title(printed) is None


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        ("资阳市雁江区丹山镇政府", "丹山镇"),
        ("绥阳县小关乡人民政府", "小关乡"),
        ("天河区林和街道办事处", "林和街道"),
        ("阿鲁科尔沁旗巴彦花苏木人民政府", "巴彦花苏木"),
        ("会同县林业局", "会同县林业局"),
        ("雁江区人民政府办公室", "雁江区"),
        ("资阳市雁江区人民政府三贤祠街道办事处", "三贤祠街道"),
    ],
)
def test_unit_names(wording: str, name: str) -> None:
    """The areas above a town and the word government are cut off; other bodies keep their wording."""
    assert unit_name(wording) == name


def test_scope() -> None:
    """A county government reports for all bodies below it; towns and departments for themselves."""
    assert [scope_of(w) for w in ("雁江区人民政府", "雁江区丹山镇人民政府", "雁江区应急管理局", "雁江区人民政府办公室")] == [
        Scope.AGGREGATE,
        Scope.OWN,
        Scope.OWN,
        Scope.OWN,
    ]


def test_a_title_is_what_the_page_prints() -> None:
    """关于 belongs to it, and is none of the body's name; the number of a list does not."""
    title = parse_title("1.关于丹山镇2020年度政府信息公开工作情况的报告")
    assert title is not None
    assert (title.text, title.unit) == ("关于丹山镇2020年度政府信息公开工作情况的报告", "丹山镇")


def test_title_cut_over_lines() -> None:
    """A title printed over two lines is put together."""
    title = read_title(document("首页", "丹山镇2020年政府信息公开", "工作年度报告", "正文"), Context())
    assert title is not None
    assert (title.unit, title.year) == ("丹山镇", 2020)


def test_the_list_title_serves_where_the_page_has_none() -> None:
    """A page without a title is known by the link that led to it."""
    title = read_title(document("正文"), Context(link_title="丹山镇2020年政府信息公开工作年度报告"))
    assert title is not None
    assert title.year == 2020


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("本报告中所列数据的统计期限自2020年1月1日起至2020年12月31日止。", 2020),
        ("数据的统计自202011日至20201231日止", 2020),
        ("20231月1日起至202312月31日止", 2023),
        ("统计期限为2022年1月1日至12月31日", 2022),
        ("201911日起至20191231日止", 2019),
    ],
)
def test_periods(printed: str, year: int) -> None:
    """A calendar year is recognised with separators, digits or the second year lost."""
    assert period(document(printed)) == (date(year, 1, 1), date(year, 12, 31))


@pytest.mark.parametrize("printed", ["2021年1月1日至2022年12月31日", "2020年", "20211日至20211230日"])
def test_no_period(printed: str) -> None:
    """Two years, a year alone, or another last day are no calendar year."""
    assert period(document(printed)) is None


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["发布时间:2021-01-26   录入:雁江区丹山镇人民政府"], date(2021, 1, 26)),
        (["日期：2022.01.24 来源"], date(2022, 1, 24)),
        (["发布日期：2024年01月06日 08:30"], date(2024, 1, 6)),
        (["更新时间:2022-03-01", "发布时间:2022-01-13 03:07:44"], date(2022, 1, 13)),
        (["发布时间: 2023- 01- 13 16 : 26"], date(2023, 1, 13)),
        (["归档时间:2022-03-01"], None),
        (["【发布时间】2024-01-22 【字体：大 中 小】"], date(2024, 1, 22)),
        (["发布时间:"], None),
        (["发布时间:2021-13-40"], None),
        (["更新时间：2023/1/9 8:30:00"], date(2023, 1, 9)),
        (["发布时间：2022-3-1 15:00"], date(2022, 3, 1)),
        (["发布时间：2022-3-1"], date(2022, 3, 1)),
        (["发布时间：2022-3-1 1284 次"], date(2022, 3, 1)),
        (["发布时间：2022-03-1115:00:08"], date(2022, 3, 11)),
        (["发布时间：2022-3-18:05:10"], date(2022, 3, 1)),
    ],
)
def test_publication_dates(lines: list[str], day: date | None) -> None:
    """The labelled date counts, 发布 before 更新; an archiving date and an impossible one do not."""
    assert published_on(document(*lines)) == day


def test_a_link_to_another_year_is_no_title() -> None:
    """Though it names the body, which the report's own title leaves out."""
    own, link = "2022年政府信息公开工作年度报告", "雁江区丹山镇2021年政府信息公开工作年度报告"
    stated = read_title(document(link, own, heading=own), Context())
    in_head = read_title(document(link, own, title=f"{own}_雁江区人民政府"), Context())
    beside = read_title(document(own, "雁江区丹山镇人民政府", link), Context())
    assert [title and (title.year, title.unit) for title in (stated, in_head, beside)] == [
        (2022, None),
        (2022, None),
        (2022, "雁江区丹山镇人民政府"),
    ]


def test_the_head_of_the_page_may_be_of_another_year() -> None:
    """Where no line says so, it was left as it was."""
    printed = "丹山镇2022年政府信息公开工作年度报告"
    title = read_title(document(printed, title="丹山镇2021年政府信息公开工作年度报告"), Context())
    assert title and title.year == 2022


TITLE = "丹山镇2022年政府信息公开工作年度报告"
BEHIND = ("丹山镇2021年政府信息公开工作年度报告", "发布时间：2022-01-14")


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ((TITLE, *BEHIND), None),
        ((TITLE, "2023-01-12", *BEHIND), date(2023, 1, 12)),
        ((TITLE, "发布日期：2023-01-12", *BEHIND), date(2023, 1, 12)),
        (("发布时间：2026-11-21 公告", TITLE, "发布时间：2023-01-12"), date(2023, 1, 12)),
        (("发布日期：2023-01-12", TITLE, "更新日期：2026-11-21"), date(2023, 1, 12)),
        ((BEHIND[0], TITLE, "发布时间：2025-06-01"), date(2025, 6, 1)),
    ],
)
def test_dates_beside_the_report(lines: tuple[str, ...], day: date | None) -> None:
    """Last year's report behind, news before the article, a page that was moved years later."""
    printed = document(*lines)
    title = parse_title(TITLE)
    assert published_on(printed, title) == day


def test_meta_date_outranks_the_printed_one() -> None:
    """The page's PubDate is what the portal means."""
    assert published_on(document("发布时间:2022-05-05", pubdate="2021-01-26 10:00")) == date(2021, 1, 26)


def test_the_title_of_a_report_in_one_line() -> None:
    """The words between blanks where the line begins (layouts.md A18); a sentence that names a report is no title."""
    line = "首页 > 年报 丹山镇2020年政府信息公开工作年度报告 发布时间：2021-01-26 一、总体情况 " + "本报告按照条例编制。" * 10
    title = read_title(document(line), Context())
    assert title is not None
    assert (title.text, title.unit, title.year) == ("丹山镇2020年政府信息公开工作年度报告", "丹山镇", 2020)
    assert (
        read_title(document("现公布 关于编制丹山镇2020年政府信息公开工作年度报告的说明 如下 " + "正文若干。" * 20), Context())
        is None
    )
