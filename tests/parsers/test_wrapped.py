"""Prose that a printer cut into lines of one width."""

from __future__ import annotations

from parsers import parse_report
from parsers.pieces import Piece
from parsers.readers.text import read_text
from parsers.wrapped import unwrapped

WRAPPED = """资阳市雁江区丹山镇人民政府2021年政府信息公开工作年度报告

一、总体情况
　　（一）主动公开情况。2021年，我镇按照条例和上级要求，及时、准确地主动公开政
府信息230条，涉及机构职能、政策文件、财政预决算和工作动态等方面，群众可在政务公
开栏和便民服务中心查阅。
　　（二）依申请公开情况。全年共收到政府信息公开申请12件，均按期答复，上年结
转2件，结转下年度继续办理1件。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
　　一是公开的时效性有待提高。
"""


def test_sentence_goes_on_in_the_next_line() -> None:
    report = parse_report(WRAPPED.encode())
    assert {fact.topic: fact.value for fact in report.narrative} == {
        "items_published": 230,
        "requests_received": 12,
        "requests_carried_in": 2,
        "requests_carried_out": 1,
    }
    assert [fact.place for fact in report.narrative] == ["line 4", "line 7", "line 7", "line 7"]


BLANKS_AROUND_NUMBERS = """某市某局 2024 年政府信息公开工作年度报告

一、总体情况
本局按条例要求，在 1 个门户网站和 2 个公示栏主动公开各类
机构信息。全年共收到政府信息公开申请 34 件，其中网上 30
件，均按期作出了答复，并通过邮寄或者当面的方式送达申请人
本人。上年结转 2 件，没有发生行政复议和行政诉讼案件，受理
咨询 3 次。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
"""


def test_blanks_around_numbers_make_no_row_of_a_sentence() -> None:
    report = parse_report(BLANKS_AROUND_NUMBERS.encode())
    assert {fact.topic: fact.value for fact in report.narrative} == {
        "requests_received": 34,
        "requests_carried_in": 2,
        "reviews": 0,
        "lawsuits": 0,
    }


def test_section_holds_whole_paragraphs() -> None:
    overview = parse_report(WRAPPED.encode()).sections["overview"]
    assert [paragraph[-6:] for paragraph in overview.split("\n")] == ["务中心查阅。", "续办理1件。"]


def test_headings_and_rows_are_no_prose() -> None:
    rows = "\n".join(f"{number}.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其申请 0 0 0 0 0 0 0" for number in range(9))
    pieces = read_text(rows).pieces
    assert unwrapped(pieces) is pieces


def test_other_documents_are_left_as_they_are() -> None:
    pieces = [Piece("一" * 40, "paragraph 1", gap=1), Piece("一" * 40, "paragraph 2", gap=1)]
    assert unwrapped(pieces) is pieces
