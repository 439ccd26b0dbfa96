"""Figures told in the prose: what was published, requests, reviews, lawsuits and fees (layouts.md K).

Where a report's tables are pictures or were never there, these sentences are its only figures. They stand beside the tables and are never merged
into them. A sentence that limits its count (其中, 上半年, one channel, one kind of applicant) or tells a difference or a plan tells no total, and one that
leaves open what is counted, such as reviews and lawsuits in one number or requests that may be for permits, tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, islice

from parsers.labels import simplified, without_readings
from parsers.limits import CHANNEL, Count, is_limited, year_named
from parsers.numerals import LARGEST, LONGEST_REPEATED, chinese_number, squeeze
from parsers.pieces import Piece
from parsers.report import Fact
from parsers.title import parse_title
from parsers.years import LONGEST_CAPTION

SHORTEST_SENTENCE, LONGEST_SENTENCE = 6, 2000
"""Characters; no sentence is longer, and what has no end tells nothing."""
MOST_FACTS = 10_000
"""Facts of one run of text that are looked for; a report tells some dozens."""
_SENTENCE = re.compile(r"[^。;!?！？；]+[。;!?！？；]?")
_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)(?P<myriads>万)?(?P<about>余|多)?"
_CASES = rf"{_NUMBER}(?:件次|条次|人次|件|宗|条|次|起|封|份|例|项|个)"
_ITEMS = rf"{_NUMBER}(?:条次|条|件|项|篇|期)"
_MONEY = rf"{_NUMBER}(?P<unit>万元|元)"
_SUM = r"(?:的?数量|总数|总量|总计|共计|合计|累计|均|各|数|量|共|为|是|达到?|有|大?约|将?近|逾|超过?|计|:)*"
_NONE = r"(?:(?:没有|未曾|尚未|从未|未能|未|没)(?:有)?(?:收到|接到|受理|接收到?|发生|出现|产生|引发|办理|涉及|被)(?:过)?|没有|无|零)(?:一[起件例宗])?"
_GAP = r"(?:(?!复议|诉讼|举报|投诉|其中|收到|受理|[上去下]年)[^,。;]){0,30}?"
_APPLICANT = r"申请人|公民|主动|要求|法人|其[他它]|组织|政府|政务|环境|信息|公开|群众|个人|单位|企业|社会公众|任何|人员?|依法?|相关|关于|涉及|向|[我本][镇乡局街道办级机关单位]+|提出|提交|形式|的|和|或|及|者|与|、|[“\"]"
_ANYBODY = rf"(?:{_APPLICANT})*"
_BY_LAW = r"(?:因|由于|由|而|出现|导致|违反|规定|涉及|关于|有关|针对|事务|[我本](?:部门|[镇乡局街道办级机关单位]+)|以[^,。;]{2,25}为被(?:申请人|告)|依|政府|政务|信息|公开|工作|申请|引起|引发|产生|提起|提出|处理|不当|被|的|类|人|公民|法人|其[他它]|组织|行政|复议|诉讼|案件?|情况|举报|投诉|和|或|以?及|与|、)*"
_ABOUT = (
    r"(?:涉及[^,。;\d]{1,80}?(?:方面|领域)的?|(?:涉及)?[^,。;、\d]{1,20}(?:、[^,。;、\d]{1,20}){2,12}?等(?=各[类种]|政[府务]))"
)
"""What the items are about: a field, or kinds of which one after the other is named."""
_REQUEST = r"申请(?:公开)?(?:(?:政府|政务)?信息)?(?:公开)?(?:的要求|(?:办理)?(?:事项|件|案件|表))?(?!行政|复议|提起|人|材料|书|条件|数?比|较)(?!(?:公开|政府|政务|信息)*(?:的)?(?:收费|费用|而?引[起发]|提起|导致|行政))"
_APPLYING = rf"(?:{_APPLICANT}|有效|书面|口头|正式|来自|各[类种]?|等|全部|共|{CHANNEL})*"
"""Who applies and how, before requests that are not called by what they ask for: other requests are called so (行政许可申请)."""
_ASKING = rf"(?:{_GAP}(?:公开|信息)[^,。;\d]{{0,10}}?|{_APPLYING})"
_BOTH = r"行政复议(?:案件|申请)?(?:、|和|及|与)(?:提起)?(?:行政)?诉讼(?:案件)?"
_CASES_BEFORE = r"\d+[件起]"
_NOUGHT = r"(?P<number>0|零)(?![\d.,])(?P<myriads>)(?P<about>)"
_RECEIVED = r"(?:收到|受理|接收|接到|新收|收件|(?<=[年度共])收)(?:[和并及、](?:处理|受理))?"
_OUTCOME = rf"(?!{_BY_LAW}(?:审查|机关|纠错|纠正|撤销|败诉))"
"""None that went against the body: 未发生被行政复议纠错或行政诉讼败诉情形."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """A way to tell a topic: a pattern with a `number`, or one without, which tells nought."""

    topic: str
    sign: str
    """The word that stands in all that fits."""
    pattern: re.Pattern[str]


def _wordings(topic: str, sign: str, *patterns: str) -> tuple[_Wording, ...]:
    return tuple(_Wording(topic, sign, re.compile(pattern)) for pattern in patterns)


_PUBLISHED = r"(?<![请予分一])(?<!受理政[府务])(?<!收到政[府务])"
"""In front of 公开: not 不予公开 and the like, nor 双随机、一公开, nor the requests of 受理政府公开信息0件."""
_OTHER_YEAR = r"(?:上一?年度?|去年|(?:19|20)\d\d年度?)"
_NEXT_YEAR = r"(?:下一?年度?|次年|(?:19|20)\d\d年度?)"
WORDINGS: tuple[_Wording, ...] = (
    *_wordings(
        "items_published",
        "信息",
        rf"(?:主动公开|{_PUBLISHED}公开|发布)(?:[和并、]更新)?(?:了)?{_ABOUT}?(?:各类|各种|政府|政务|相关)*信息{_SUM}{_ITEMS}",
        rf"(?:主动公开|{_PUBLISHED}公开|发布)(?:了)?(?:各类|各种|政府|政务|相关)*(?:共|共计)?{_ITEMS}(?:各类|各种|政府|政务|相关)*信息",
        rf"其中,?主动公开{_SUM}{_ITEMS}(?!申请)",
        rf"(?<![到理收请])(?:政府|政务)信息公开(?:数量|总数|共计|累计|共)?{_NUMBER}(?:条次|条|篇)",
    ),
    *_wordings(
        "requests_received",
        "申请",
        rf"{_RECEIVED}(?:了|的)?{_ASKING}{_REQUEST}{_SUM}{_CASES}",
        rf"{_RECEIVED}(?:了)?{_CASES}(?:有效|关于)?{_ASKING}申请",
        rf"{_RECEIVED}的{_CASES}(?:政府|政务)?信息公开申请",
        rf"新收{_SUM}{_CASES}(?=[,。;、(]|$)",
        rf"(?<![^,;:年度省市县区镇乡局])(?:政府|政务)?信息公开申请{_SUM}{_NOUGHT}",
        rf"(?<![^,;:年度省市县区镇乡局])(?:政府|政务)?信息公开申请(?:数量?|总数|总量|量)(?:共计?|合计|为|是|达到?)*{_CASES}",
        rf"(?:发生|产生)依申请公开{_SUM}{_CASES}",
        rf"{_NONE}{_ANYBODY}{_REQUEST}",
        r"(?:没有|未|无)(?:发生)?依申请公开(?:政府信息)?(?:的)?(?:情况|事项|件)",
        rf"(?:{_REQUEST}|依申请公开)(?:的|数量?|工作|情况|方面|实行|均|为|是|:)*零报告",
        rf"依申请公开(?:政府)?(?:信息)?{_SUM}{_NOUGHT}(?:件|宗|条|次|起)",
    ),
    *_wordings("requests_received", "公开信息", rf"{_RECEIVED}(?:了)?政[府务]公开信息{_SUM}{_CASES}"),
    *_wordings(
        "requests_carried_in",
        "结转",
        rf"{_OTHER_YEAR}(?:度)?(?:结转|转结)(?:的)?{_GAP}{_CASES}",
        rf"{_NONE}{_OTHER_YEAR}结转",
        rf"结转(?:上一?年度?|去年)(?:的)?{_GAP}{_CASES}",
    ),
    *_wordings(
        "requests_carried_out",
        "结转",
        rf"结转(?:至|到)?{_NEXT_YEAR}(?:度)?(?:继续)?(?:办理|处理|答复)?(?:的)?{_GAP}{_CASES}",
        rf"{_CASES}(?:申请)?(?:[^,。;\d]{{0,20}}?)结转(?:至|到)?{_NEXT_YEAR}",
        rf"{_NONE}(?:需要?)?结转(?:至|到)?{_NEXT_YEAR}",
    ),
    *_wordings("requests_carried_out", "继续办理", rf"{_NEXT_YEAR}(?:度)?继续办理(?:的)?{_CASES}"),
    *_wordings("requests_carried_out", "顺延", rf"{_CASES}(?:申请)?(?:[^,。;\d]{{0,20}}?)顺延(?:至|到)?{_NEXT_YEAR}"),
    *_wordings(
        "reviews",
        "复议",
        rf"复议(?:申请|案件|案|的)*{_SUM}{_CASES}",
        rf"{_CASES}(?:因|涉及|有关|关于|针对)?(?:政府)?(?:信息公开)?(?:工作)?(?:申请|提起|引发)?(?:的)?行政复议(?!(?:和|及|、|与|,)?(?:行政)?诉讼)",
        rf"{_NONE}{_BY_LAW}复议{_OUTCOME}",
        rf"{_BOTH}分别(?:为|是|有)?{_CASES}",
        rf"{_BOTH}(?:均|都|各|共|共计|合计)?(?:为|是|有)?{_NOUGHT}",
    ),
    *_wordings(
        "lawsuits",
        "诉讼",
        rf"(?<!民事)(?<!刑事)诉讼(?:案件|案|的)*{_SUM}{_CASES}",
        rf"{_CASES}(?:因|涉及|有关|关于|针对)?(?:政府)?(?:信息公开)?(?:工作)?(?:提起|引发)?(?:的)?行政诉讼(?!(?:和|及|、|与|,)?(?:行政)?复议)",
        rf"{_NONE}{_BY_LAW}诉讼{_OUTCOME}",
        rf"{_BOTH}分别(?:为|是|有)?{_CASES_BEFORE}(?:、|和|及|与|,){_CASES}",
        rf"{_BOTH}(?:均|都|各|共|共计|合计)?(?:为|是|有)?{_NOUGHT}",
    ),
    *_wordings(
        "fees",
        "费",
        rf"(?:收取|收到)(?:了)?(?:政府)?(?:信息)?(?:公开)?(?:信息)?(?:处理)?(?:相关)?费用?{_SUM}{_MONEY}",
        r"(?:没有|未|无)(?:[因向对][^,。;\d]{0,15})?(?:收取|产生|发生)(?:过)?(?:任何)?(?:政府|信息|依申请|公开|处理|的|相关|检索|复制|邮寄|工本|、|等)*费",
        r"信息公开[^,。;\d]{0,8}(?:没有|未|无)(?:进行|发生)?收费",
        r"(?:没有|未|无)(?:政府)?信息公开(?:的)?收费",
        rf"实际?收取?(?:金额|总额)?{_SUM}{_MONEY}",
    ),
)
"""In each topic the first wording that fits a place of a sentence counts. Layouts.md K holds the pages that taught them."""
_BY_SIGN = [(sign, tuple(wordings)) for sign, wordings in groupby(WORDINGS, key=lambda wording: wording.sign)]


def narrative(
    pieces: Sequence[Piece], *, year: int | None, unit: str | None = None, is_of_several_years: bool = False
) -> Iterator[Fact]:
    """The facts in the order of print, those of other years last; `year` is the year reported on, `unit` the body that reports. Counts are whole numbers, amounts in 万元.

    On a page that holds the forms of several years, what stands behind the title of another year's report is about that year, whatever its
    sentences call it (本年, 全年).
    """
    own, others = _by_title(pieces, year) if year and is_of_several_years else (pieces, ())
    yield from _sentences(own, year, unit)
    yield from (replace(fact, is_current_year=False) for fact in _sentences(others, year, unit))


def _by_title(pieces: Sequence[Piece], year: int) -> tuple[Sequence[Piece], Sequence[Piece]]:
    """The pieces in front of the title of another year's report, or behind that of the year's own, and the others."""
    parts: dict[bool, list[Piece]] = {True: [], False: []}
    is_own = True
    for piece in pieces:
        title = parse_title(piece.text) if len(piece.text) <= LONGEST_CAPTION else None
        is_own = title.year == year if title and title.year else is_own
        parts[is_own].append(piece)
    return parts[True], parts[False]


def _sentences(pieces: Sequence[Piece], year: int | None, unit: str | None) -> Iterator[Fact]:
    for piece in pieces:
        if len(piece.text) >= SHORTEST_SENTENCE:
            told = _told_again if len(piece.text) <= LONGEST_REPEATED else _told
            for fact in told(piece.text, year, unit):
                yield replace(fact, place=piece.place)


_NEXT_CELL = re.compile(r"(?<=[\d件宗条次起封份例项个])\s+(?=[\d/—-])")
_ENDS_CELL = frozenset("|/—-0123456789")
"""What stands behind the figure of a row, where its next figure does; behind that of a sentence are words or its end."""
_TELLING = re.compile(r"信息|[申请請]{2}|[复復複][议議]|[诉訴][讼訟]|[结結][转轉]|[费費]")
"""What a run of text about any of the topics holds, in both scripts."""


def _told(text: str, year: int | None, unit: str | None) -> tuple[Fact, ...]:
    """The facts of one run of text, without its place."""
    if "件" not in text and not _TELLING.search(text):
        return ()
    return tuple(islice(_of_sentences(text, year, unit), MOST_FACTS))


_told_again = lru_cache(maxsize=4096)(_told)
"""The same, remembered: the labels of a form stand on every page, and tell nothing."""


def _of_sentences(text: str, year: int | None, unit: str | None) -> Iterator[Fact]:
    """The facts of each sentence, beside the sentence as it is printed."""
    for match in _SENTENCE.finditer(text):
        printed = match.group().strip()
        if SHORTEST_SENTENCE <= len(printed) <= LONGEST_SENTENCE:
            line = simplified(without_readings(squeeze(_NEXT_CELL.sub("|", printed))))
            yield from (replace(fact, sentence=printed) for fact in _facts(line, year, unit))


def _facts(sentence: str, year: int | None, unit: str | None) -> Iterator[Fact]:
    taken: list[tuple[str, int, int]] = []
    for wording in _that_may_fit(sentence):
        for match in wording.pattern.finditer(sentence):
            told = (wording.topic, match.start(), match.end())
            if any(topic == told[0] and start < told[2] and told[1] < end for topic, start, end in taken):
                continue
            value = _value(wording, match)
            is_number = "number" in match.re.groupindex
            is_cell = sentence[match.end() : match.end() + 1] in _ENDS_CELL
            if value is None or value >= LARGEST or is_cell:
                continue
            count = Count(wording.topic, sentence, match.start(), match.end(), is_number)
            is_current = year_named(count.before, year, is_none=not value)
            if is_current is None or is_limited(count, unit):
                continue
            taken.append(told)
            yield Fact(wording.topic, value, "", is_current_year=is_current, is_approximate=is_number and _is_about(match))


def _is_about(match: re.Match[str]) -> bool:
    """Whether the number is only about right: 余 and 多 behind it, 约 and 近 before it, 左右 behind its measure."""
    before = match.string[match.start() : match.start("number")]
    return bool(match["about"] or _ABOUT_BEFORE.search(before) or _ABOUT_BEHIND.match(match.string, match.end()))


_ABOUT_BEFORE = re.compile(r"(?:[约近逾超]|超过|将近|大约)$")
_ABOUT_BEHIND = re.compile(r"左右|上下|以上")


def _that_may_fit(sentence: str) -> Iterator[_Wording]:
    for sign, wordings in _BY_SIGN:
        if sign in sentence:
            yield from wordings


def _value(wording: _Wording, match: re.Match[str]) -> Decimal | None:
    """The number told; nought where the wording tells none."""
    if "number" not in match.re.groupindex:
        return Decimal(0)
    digits = match["number"].replace(",", "")
    if digits[0].isdigit():
        value = Decimal(digits)
    else:
        number = chinese_number(digits)
        if number is None:
            return None
        value = Decimal(number)
    value *= 10000 if match["myriads"] else 1
    if wording.topic == "fees":
        return value if match["unit"] == "万元" else value / 10000
    return value if value == value.to_integral_value() else None
