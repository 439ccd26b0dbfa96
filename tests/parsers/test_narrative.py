"""Figures told in the prose, and what they say beside the tables."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import Kind, parse_report
from parsers.agreement import disagreements
from parsers.forms import forms
from parsers.narrative import narrative
from parsers.pieces import Piece
from parsers.report import Cell, State, Verdict

NONE_OF_BOTH = {"reviews": 0, "lawsuits": 0}


def told(text: str, *, year: int = 2021) -> dict[str, object]:
    facts = list(narrative([Piece(text, "line 1")], year=year))
    assert len({fact.topic for fact in facts}) == len(facts)
    return {fact.topic: fact.value for fact in facts}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("2021年,我镇未收到过信息公开申请。", {"requests_received": 0}),
        ("也无因政府信息公开申请行政复议、提起行政诉讼的案件。", NONE_OF_BOTH),
        ("共收到政府信息公开申请12件，其中网上申请5件，上年结转2件。", {"requests_received": 12, "requests_carried_in": 2}),
        ("新收政府信息公开申请３件、2020年结转1件，结转下年度办理4件。", {"requests_received": 3, "requests_carried_in": 1, "requests_carried_out": 4}),
        ("全年主动公开政府信息1,234条，其中通过政府网站公开政府信息800条。", {"items_published": 1234}),
        ("通过门户网站发布信息260条。", {}),
        ("收到行政复议申请2件，行政诉讼1起。", {"reviews": 2, "lawsuits": 1}),
        ("全县收到行政复议申请10件，其中涉及政府信息公开2件。", {}),
        ("共收到自然人申请10件，法人申请3件。", {}),
        ("行政复议、行政诉讼均为0件。", NONE_OF_BOTH),
        ("因政府信息公开被申请行政复议和提起行政诉讼共3件。", {}),
        ("没有接到公民、法人和其他组织的依申请公开。", {"requests_received": 0}),
        ("我街道无依申请公开情况。", {"requests_received": 0}),
        ("未发生因政府信息公开引起的行政复议、行政诉讼案件。", NONE_OF_BOTH),
        ("收到999999999999999万件政府信息公开申请。", {}),
        ("收取信息处理费共计400元。", {"fees": Decimal("0.04")}),
        ("未收取任何费用。", {"fees": 0}),
        ("受理两件政府信息公开申请。", {"requests_received": 2}),
        ("收到12件政府信息公开申请，较上年增加3件。", {"requests_received": 12}),
        ("无结转下年度办理的申请。", {"requests_carried_out": 0}),
        ("零申请、零复议、零诉讼。", {"requests_received": 0, **NONE_OF_BOTH}),
        ("对申请人未缴纳费用的申请不予处理。", {}),
        ("未按时答复引起行政复议的，追究责任。", {}),
        ("如对答复不服，可申请行政复议或提起行政诉讼。", {}),
        ("不予公开政府信息3件。", {}),
        ("依申请公开政府信息7件。", {}),
        ("无行政复议，行政诉讼3件。", {"reviews": 0, "lawsuits": 3}),
        ("本局收到依申请公开办理事项2件。", {"requests_received": 2}),
        ("收到申请公开信息的要求0条。", {"requests_received": 0}),
        ("本年度发生依申请公开3次。", {"requests_received": 3}),
        ("行政复议、行政诉讼0件。", NONE_OF_BOTH),
        ("全年没有发生行政复议被纠错或行政诉讼败诉的情形。", {}),
        ("未发生因信息公开被行政复议纠错情况。", {}),
        ("上述案件未被复议机关纠错。", {}),
        ("当年收到行政许可申请9120件。", {}),
        ("受理35件最低生活保障救助申请。", {}),
        ("收到和处理6件信息公开申请。", {"requests_received": 6}),
        ("全年收到依申请信息公开26件。", {"requests_received": 26}),
        ("没有收到群众主动要求公开信息的申请。", {"requests_received": 0}),
        ("上年转结信息公开申请1件，结转下年度继续办理5件。", {"requests_carried_in": 1, "requests_carried_out": 5}),
        ("下年度继续办理2件。", {"requests_carried_out": 2}),
        ("有1件涉及信息公开工作的行政复议。", {"reviews": 1}),
        ("没有针对我局有关信息公开事务的行政复议案、行政诉讼案。", NONE_OF_BOTH),
        ("未收到以本市某局为被申请人的信息公开行政复议案件和行政诉讼案件。", NONE_OF_BOTH),
        ("全年信息公开没有收费。", {"fees": 0}),
        ("未发生由信息公开引起的举报、行政复议和行政诉讼。", NONE_OF_BOTH),
        ("没有因违反信息公开规定而出现的投诉、复议、诉讼。", NONE_OF_BOTH),
        ("主动公开和更新各类信息43条。", {"items_published": 43}),
        ("通过不同渠道主动公开信息110条。", {"items_published": 110}),
        ("另由政务新媒体发布信息46条。", {}),
        ("全年政府信息公开申请零报告。", {"requests_received": 0}),
        ("全年共收到政府信息公開申請12件，上年結轉2件，結轉下年度繼續辦理1件。", {"requests_received": 12, "requests_carried_in": 2, "requests_carried_out": 1}),
        ("未發生因政府信息公開引起的行政複議、行政訴訟。", NONE_OF_BOTH),
        ("全年主動公開(kāi)政府信息120條(tiáo)。", {"items_published": 120}),
        ("未收取信息處理費。", {"fees": 0}),
        ("行政复议和行政诉讼共3件，其中行政诉讼0件。", {"lawsuits": 0}),
        ("行政复议和诉讼分别为4件和1件。", {"reviews": 4, "lawsuits": 1}),
        ("信息公开类复议6件，诉讼8件。", {"reviews": 6, "lawsuits": 8}),
        ("代理民事诉讼5件。", {}),
        ("办结10件结转下年度2件。", {"requests_carried_out": 2}),
        ("另有7件申请依法顺延到下年度答复。", {"requests_carried_out": 7}),
        ("收到申请9件（其中上年结转4件）。", {"requests_received": 9, "requests_carried_in": 4}),
        ("主动公开涉及社会救助、养老服务等方面信息42条。", {"items_published": 42}),
        ("上半年收到政府信息公开申请7件。", {}),
        ("上半年未收到政府信息公开申请。", {}),
        ("第三季度公开政府信息31条。", {}),
        ("2021年1月至11月，公开政府信息31条。", {}),
        ("12月份公开政府信息31条。", {}),
        ("2021年1-12月，公开政府信息31条。", {"items_published": 31}),
        ("自2021年1月1日起至2021年12月31日止，共收到书面申请1件。", {"requests_received": 1}),
        ("上半年公开政府信息31条，全年公开政府信息74条。", {"items_published": 74}),
        ("计划公开政府信息500条。", {}),
        ("确保全年公开政府信息300条。", {}),
        ("我局将公开政府信息100条。", {}),
        ("较2020年多公开政府信息15条。", {}),
        ("每周公开政府信息3条。", {}),
        ("未因政府信息公开收取任何费用。", {"fees": 0}),
        ("超出部分每件收取信息处理费100元。", {}),
        ("未接收到政府信息公开申请。", {"requests_received": 0}),
        ("预计全年收到政府信息公开申请30件。", {}),
        ("截至2021年底，累计公开政府信息4521条。", {}),
        ("主动公开政府信息4521条，其中2021年312条。", {}),
        ("较上年减少行政复议2件。", {}),
        ("受理行政许可申请1231件。", {}),
        ("行政审批方面，共受理申请1231件。", {}),
        ("办理行政许可321件，收到政府信息公开申请2件。", {"requests_received": 2}),
        ("2019年、2020年、2021年分别收到政府信息公开申请3件、5件、8件。", {}),
        ("分别发生行政复议3件、行政诉讼2件。", {"reviews": 3, "lawsuits": 2}),
        ("收到线上依申请公开26件，线下2件。", {}),
        ("通过网络、信函等方式收到政府信息公开申请28件。", {"requests_received": 28}),
        ("通过各种渠道主动公开政府信息1256条。", {"items_published": 1256}),
        ("上年度结转政府信息公开申请2件，新收5件。", {"requests_carried_in": 2, "requests_received": 5}),
        ("全年政府信息公开申请0件。", {"requests_received": 0}),
        ("全县政府信息公开申请总数为12件。", {"requests_received": 12}),
        ("部分公开申请0件。", {}),
        ("本机关无依申请公开收费情况。", {}),
        ("未发生因政府信息公开申请而引起的行政复议、行政诉讼，未收取依申请公开费用。", {**NONE_OF_BOTH, "fees": 0}),
        ("没有需要结转下年度继续办理的申请。", {"requests_carried_out": 0}),
        ("本年度主动公开涉及工作指南、机构概况、社会救助及动态信息等政务信息244条。", {"items_published": 244}),
        ("主动公开警务资讯、公示公告、政策解读等各类政府信息656条。", {"items_published": 656}),
        ("公开部门概况等政府信息6条。", {}),
        ("全镇政府信息公开566条，一是通过网站公开38条；二是在省级以上媒体发布信息13条。", {"items_published": 566}),
        ("我局公开信息687条，其中主动公开668条（包括规划信息等），依申请公开19条。", {"items_published": 668}),
        ("共制作信息30条，其中主动公开信息数24条，占比80%。", {"items_published": 24}),
        ("主动公开信息458条，其中网站公开238条，其他方式公开政府信息数49条。", {"items_published": 458}),
        ("全年共发布各类信息171条，其中新闻动态8条，双随机、一公开信息9条。", {"items_published": 171}),
        ("林业局网站中，2021年共发布信息42条。", {}),
        ("在“五公开”栏目中，公开涉及决策公开、执行公开、管理公开信息317条。", {}),
        ("在政府网站、微信公众号等平台上，公开政府信息317条。", {"items_published": 317}),
        ("受理政府公开信息0件。", {"requests_received": 0}),
        ("共受理政府信息依申请公开121件（其中本年度新收申请数112件，上年结转申请数9件）。", {"requests_received": 112, "requests_carried_in": 9}),
        ("全年收政府信息公开申请464件，结转上年度政府信息公开申请3件。", {"requests_received": 464, "requests_carried_in": 3}),
        ("全年未收到依法申请公开事项。", {"requests_received": 0}),
        ("发生1起有关政府信息公开的行政复议案件。", {"reviews": 1}),
        ("未发生针对本部门有关政府信息公开事务的行政复议案、行政诉讼案和有关的申诉案。", NONE_OF_BOTH),
        ("发生行政复议1件；未发生政府信息依申请公开提起行政诉讼举报投诉情况。", {"reviews": 1, "lawsuits": 0}),
        ("公开各类信息220条，其中“主动公开政府信息数”97条。", {}),
        ("无政府信息公开类行政复议和行政诉讼情况。", NONE_OF_BOTH),
        ("没有因政府信息公开工作处理不当而引起行政复议和行政诉讼。", NONE_OF_BOTH),
        ("我分局未收到政府环境信息公开申请。", {"requests_received": 0}),
        ("没有受理“依申请公开政府信息”。", {"requests_received": 0}),
        ("未收到申请人提出的政府信息公开申请事项。", {"requests_received": 0}),
        ("主动公开政府信息的数量为87条。", {"items_published": 87}),
        ("全年无信息公开收费的事项，也无因信息公开导致行政复议以及行政诉讼的情况。", {**NONE_OF_BOTH, "fees": 0}),
    ],
)  # fmt: skip
def test_what_a_sentence_tells(text: str, facts: dict[str, object]) -> None:
    """The wordings of layouts.md K, and those that look like them and tell no total."""
    assert told(text) == facts


def test_other_years_and_round_numbers_are_marked() -> None:
    """Last year's number beside this year's; 余 after a number."""
    text = "2020年收到政府信息公开申请7件；2021年收到政府信息公开申请9件；全年公开政府信息1.5万余条。"
    facts = list(narrative([Piece(text, "line 1")], year=2021))
    assert [(f.value, f.is_current_year, f.is_approximate) for f in facts] == [
        (7, False, False),
        (9, True, False),
        (15000, True, True),
    ]


@pytest.mark.parametrize(
    ("text", "is_current"),
    [
        ("今年以来，收到政府信息公开申请7件。", True),
        ("截至12月底，收到政府信息公开申请7件。", True),
        ("截至目前，收到政府信息公开申请7件。", False),
        ("五年来，收到政府信息公开申请7件。", False),
        ("2018年至2021年，收到政府信息公开申请7件。", False),
        ("2018-2021年，收到政府信息公开申请7件。", False),
        ("自2008年5月1日条例施行以来，收到政府信息公开申请7件。", False),
    ],
)
def test_words_for_this_year_and_for_more(text: str, is_current: bool) -> None:
    (fact,) = narrative([Piece(text, "line 1")], year=2021)
    assert (fact.value, fact.is_current_year) == (7, is_current)


def test_none_in_this_year_and_in_all() -> None:
    """What was published in this year and all others is none of this one's; what was never charged was not charged in it."""
    (never,) = narrative([Piece("本局2021年度及历年政府信息公开均未收取任何费用。", "line 1")], year=2021)
    (ever,) = narrative([Piece("本局2021年度及历年公开政府信息453条。", "line 1")], year=2021)
    assert (never.is_current_year, ever.is_current_year) == (True, False)


def test_nearly_a_number() -> None:
    (fact,) = narrative([Piece("公开政府信息近5000条。", "line 1")], year=2021)
    assert (fact.value, fact.is_approximate) == (5000, True)


def test_a_sentence_without_end_tells_nothing() -> None:
    """A megabyte of clauses would be looked at from each of its numbers again."""
    assert list(narrative([Piece("收到政府信息公开申请3件，" * 80_000, "line 1")], year=2021)) == []


def test_what_was_carried_in_names_no_other_year() -> None:
    """The count behind 上年结转 is of the year reported on, and so is what was published 2021年以来 in the report of 2021."""
    text = "上年结转1件，结转下年度2件。2021年以来公开政府信息98条；2008年以来公开政府信息950条。"
    facts = list(narrative([Piece(text, "line 1")], year=2021))
    assert [(f.value, f.is_current_year) for f in facts] == [(1, True), (2, True), (98, True), (950, False)]


@given(number=st.integers(0, 10**7), verb=st.sampled_from(["收到", "受理", "共接收"]), unit=st.sampled_from(["件", "宗", "条"]))
def test_any_number_of_requests(number: int, verb: str, unit: str) -> None:
    """Whatever number is told, that number and no other."""
    assert told(f"今年{verb}政府信息公开申请{number:,}{unit}，办结1件。") == {"requests_received": number}


@given(st.text(alphabet="收到未无没有政府信息公开申请行政复议诉讼结转上下年度其中费元件条0123456789，。、", max_size=60))
def test_no_sentence_breaks_the_reader(text: str) -> None:
    """Every number told is printed in the text or told as none."""
    for fact in narrative([Piece(text, "line 1")], year=2021):
        assert fact.value >= 0
        assert fact.sentence in text.replace("，", ",")


FORM = forms()["e2021"]
NOUGHT = {key: Cell(Decimal(0), State.READ) for key in FORM.cell_keys}


def verdict(text: str, **cells: Decimal | None) -> dict[str, Verdict]:
    changed = {f"t3.{key}.total": Cell(value, State.READ if value is not None else State.BLANK) for key, value in cells.items()}
    facts = list(narrative([Piece(text, "line 1")], year=2021))
    return {finding.rule: finding.verdict for finding in disagreements(NOUGHT | changed, facts)}


def test_text_and_table() -> None:
    """Agreement, also where the text counts what was carried in; contradiction; and what cannot be compared."""
    received = "text.requests_received"
    assert verdict("收到申请12件。", new_requests=Decimal(12)) == {received: Verdict.PASS}
    assert verdict("收到申请12件。", new_requests=Decimal(10), carried_over_in=Decimal(2)) == {received: Verdict.PASS}
    assert verdict("收到申请1件。") == {received: Verdict.FAIL}
    assert verdict("未收到申请。") == {received: Verdict.VACUOUS}
    assert verdict("收到申请1件。", new_requests=None) == {received: Verdict.NOT_ASSESSABLE}
    assert verdict("镇办收到申请1件；所站收到申请2件。", new_requests=Decimal(3)) == {received: Verdict.NOT_ASSESSABLE}
    assert verdict("2020年收到申请1件。") == {}


OLD = """<h1>某某镇2012年政府信息公开工作年度报告</h1><p>一、概述</p><p>按照《条例》要求编制本报告，正文若干。</p><p>二、主动公开情况</p>
<p>全年主动公开政府信息56条。</p><p>三、依申请公开情况</p><p>全年收到政府信息公开申请3件。</p><p>四、收费及减免情况</p><p>未收取任何费用。</p>"""


def test_a_report_without_form_is_free() -> None:
    """Before 2014 most reports are prose; their figures are facts of the narrative."""
    report = parse_report(OLD.encode())
    assert (report.kind, report.form, dict(report.cells)) == (Kind.REPORT, "free", {})
    assert {fact.topic: fact.value for fact in report.narrative} == {"items_published": 56, "requests_received": 3, "fees": 0}


def test_the_old_outline_after_2019() -> None:
    """Some towns kept it (layouts.md C); a report in the form of six sections whose tables are gone is another matter."""
    assert parse_report(OLD.replace("2012", "2020").encode()).form == "free"
    sections = "".join(
        f"<p>{n}、{section.titles[0]}</p><p>正文若干。</p>" for n, section in zip("一二三四五六", FORM.sections, strict=True)
    )
    report = parse_report(f"<h1>某某镇2020年政府信息公开工作年度报告</h1>{sections}<p>全年收到政府信息公开申请3件。</p>".encode())
    assert (report.kind, report.form, report.narrative[0].value) == (Kind.TABLES_MISSING, None, 3)


def test_rows_of_the_form_are_no_prose() -> None:
    """A row of table 三 in one line (layouts.md A11, A18): its first figure, or all of them run together, is no number of requests."""
    assert not told("一、本年新收政府信息公开申请数量 3件 0 0 0 0 0 4件")
    assert not told("一、本年新收政府信息公开申请数量 5 0 0 0 0 0 5件")


def test_what_was_carried_in_is_of_this_year() -> None:
    """上年结转 names the year before and counts in this one; what is told behind it does too."""
    facts = list(narrative([Piece("2021年新收申请8件，上年结转2件，结转下年度1件。", "line 1")], year=2021))
    assert [(fact.topic, fact.value, fact.is_current_year) for fact in facts] == [
        ("requests_received", 8, True),
        ("requests_carried_in", 2, True),
        ("requests_carried_out", 1, True),
    ]


def test_sentence_of_traditional_script_is_kept_as_printed() -> None:
    (fact,) = narrative([Piece("本年度收到政府信息公開申請 3 件。", "line 1")], year=2021)
    assert fact.sentence == "本年度收到政府信息公開申請 3 件。"


def test_the_report_of_last_year_behind() -> None:
    """Its sentences call that year theirs."""
    pieces = [
        Piece(text, f"line {at}")
        for at, text in enumerate(
            ["全年收到政府信息公开申请3件。", "2020年政府信息公开工作年度报告", "全年收到政府信息公开申请7件。"]
        )
    ]
    facts = narrative(pieces, year=2021, is_of_several_years=True)
    assert [(fact.value, fact.is_current_year) for fact in facts] == [(3, True), (7, False)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("截至2021年底，累计受理政府信息公开申请512件。", {}),
        ("区教育局收到政府信息公开申请3件，区民政局收到政府信息公开申请2件。", {}),
        ("其中，县政府办公室收到政府信息公开申请21件，县自然资源局收到33件。", {}),
        ("各乡镇（街道）全年收到政府信息公开申请16件。", {}),
        ("全县各乡镇、各部门共收到政府信息公开申请88件。", {"requests_received": 88}),
        ("全县30个部门共公开政府信息9,012条，11个乡镇共公开政府信息3,455条。", {}),
        ("县水务局下属水库管理所公开信息120条。", {}),
        ("县水务局收到政府信息公开申请6件。", {"requests_received": 6}),
        ("全年召开新闻发布会12场，发布信息30条。", {}),
        ("全年召开新闻发布会12场，主动公开政府信息860条。", {"items_published": 860}),
        ("县水务局全年共办理行政复议案件121件，审结118件。", {}),
        ("没有行政复议案件，行政诉讼1件，系不服工伤认定。", {"reviews": 0}),
        ("作为被申请人的行政复议案件5件，均与信息公开无关。", {}),
        ("全年共收到书面申请3件、网上申请8件，共11件。", {}),
        ("下步工作打算：2022年主动公开政府信息数量达到900条。", {}),
        ("公开行政事业性收费项目8项，收取费用52万元。", {}),
        ("发出收费通知2件，总金额为800元，实际收取500元。", {"fees": Decimal("0.05")}),
        ("依申请公开方面：零报告。", {"requests_received": 0}),
        ("在政府网站、公示栏、电子显示屏等公开政府信息共计635条。", {"items_published": 635}),
    ],
)
def test_numbers_of_others_and_of_parts(text: str, facts: dict[str, object]) -> None:
    """What other bodies, news, all reviews, all years and plans count is no count of the report's."""
    found = narrative([Piece(text, "line 1")], year=2021, unit="青溪县水务局")
    assert {fact.topic: fact.value for fact in found} == facts


@pytest.mark.parametrize("text", ["公开信息约四百条。", "公开信息近400条。", "公开信息400余条。", "公开信息400条左右。"])
def test_numbers_that_are_about_right(text: str) -> None:
    (fact,) = narrative([Piece(text, "line 1")], year=2021)
    assert fact.value == 400
    assert fact.is_approximate


def test_the_sentence_is_the_original_one() -> None:
    """With its blanks, brackets and digits of full width."""
    text = "依法公开。2021年，主动公开政府信息１，234 条（含解读）；网站运行正常。"
    (fact,) = narrative([Piece(text, "line 1")], year=2021)
    assert (fact.value, fact.sentence) == (1234, "2021年，主动公开政府信息１，234 条（含解读）；")


def test_since_the_beginning_of_the_year_is_this_year() -> None:
    (fact,) = narrative([Piece("年初以来，累计主动公开政府信息746条。", "line 1")], year=2021)
    assert fact.is_current_year
