"""What makes a number in a sentence something else than the year's count of its topic.

A part (其中, 上半年, one channel, one kind of applicant, one of several bodies), a difference, a plan, the sum of several years, and matters that are not
about disclosure: a number limited so is not told at all, since its sentence tells no total.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from parsers.subjects import is_of_another_body

CHANNEL = r"网[上络]|线[上下]|当面|现场|信函|邮[寄箱件]|传真|窗口|电话|微信|微博"
TOTALS = frozenset({"items_published", "requests_received", "fees"})
NEAR = 12
"""Characters in front of a number within which 其中 stands that names the thing itself."""
CONTESTS = frozenset({"reviews", "lawsuits"})
_MERGED = re.compile(
    r"复议(?:申请|案件)?(?:、|和|及|与|以及|或)(?:提起)?(?:行政)?诉讼(?:案件)?(?!(?:均|都|各))(?:数量|总数|共计|合计|共|计)*\d"
)
"""Reviews and lawsuits in one number."""
_PART_BEHIND = re.compile(r"[,(]?其中[^,。;)]{0,10}信息公开")
"""What stands behind the number of all reviews, those about other matters too."""
_DEALT_WITH = re.compile(r"办理|审理|审结|办结|受理|处理|立案|代理|接收|应诉")
"""What a body does with reviews of others' decisions, as justice bureaus do; those against its own answers are 被申请, 引发, or only counted."""
_OTHER_MATTERS = re.compile(r"不服|工伤|征[地收]|拆迁|处罚|许可|登记|强制|确权|违建")
_OTHERS = re.compile(r"(?:其[他它]|非信息公开类?)(?:的)?(?:行政)?$")
_NOT_ABOUT = re.compile(r"(?:与|不涉及|非)(?:政府)?信息公开(?:工作|事项)?(?:无关|类|的)?")
_OTHER_FEES = re.compile(r"行政事业性|非税|罚没|税费|保险|污水|垃圾|资源费|补偿费")
_ONE_CHANNEL = re.compile(r"通过|利用|依托|借助|门户|网站|页面|媒体|公众号|微信|微博|平台|公示栏|公开栏|[栏屏报]")
_ALL_CHANNELS = re.compile(
    r"等(?:多?[种个])?(?:渠道|方式|途径|形式|载体)|(?:各|多|不同)[种类个]?(?:渠道|途径|方式|形式)|[、,][^,。;、]{1,10}等(?:[各多]?[类种个]?平台|(?=主动|公开|发布))"
)
_CHANNEL_BEFORE = re.compile(r"(?:^|[,:])[^,:、和及等]*(?:网站?|栏目?|平台|公众号|微[信博]|媒体)[^,:、和及等]{0,2}[中上里],$")
"""A clause of its own in front that names one channel: 在“五公开”栏目中，…"""
_WHOLE = {
    "items_published": re.compile(r"[,(]?其中[,:]?[“\"]?主动公开"),
    "requests_received": re.compile(r"[,(]?其中[,:]?(?:[本今当]年度?)?新收"),
}
"""What the fact is the number of, where a number of more stands before it: 公开信息687条，其中主动公开668条."""
_NEWS = re.compile(r"发布会|新闻")
_PUBLIC = re.compile(r"公开|政府|政务")
_CHANGE = re.compile(r"同比|[较比](?:上年|去年|(?:19|20)\d\d年)|增加|减少|增长|上升|下降|增幅|降幅|[多少]了")
"""What makes a number the difference of two."""
_PLANNED = re.compile(
    r"(?<![按照])计划(?![,、])|预计|力争|确保|要求各|目标|下一?步|打算|今后|每[件页]|不少于|不低于|[将拟](?=主动|公开|发布|$)|明年"
)
_NUMBER = r"\d[\d,]*(?:\.\d+)?[万余多]*|[零〇一二两三四五六七八九十百千]+"
_CASES = rf"(?:{_NUMBER})(?:件|宗|条|次|起|份|项)"
_LISTED = re.compile(rf"[、和及](?:{_CASES}(?=[、和及,。;)]|$)|(?:{CHANNEL}|书面|口头|自然人|法人)[^,。;\d]{{0,8}}{_CASES})")
"""A bare number behind a number: both count one of several things named before (2020年、2021年分别收到3件、5件); or the next kind of request."""
_WHOLE_YEAR = re.compile(
    r"截[至止][^,;]*?(?:\d月(?:\d+日|底|末|份)?|年[底末])|(?<!\d)0?1(?:月(?:0?1日|份)?)?起?[-—~至到](?:(?:19|20)\d\d年)?12月(?:31日|份|底)?|(?<!\d)0?1月0?1日"
)
"""Months that a whole year is told by."""
_PART_OF_YEAR = r"[上下前后]半年|季度|当月|每[月周日]|\d月|[一二三四五六七八九十]月份?"
_PERIOD = re.compile(rf"(?P<part>{_PART_OF_YEAR})|(?:今年|本年|全年|一年来|年内|以来|(?:19|20)\d\d年)")
_AVERAGE = re.compile(r"平均|人均|[日月]均")
_YEARS = r"(?:19|20)\d\d年?(?:度)?[-—~至到](?:19|20)\d\d年(?!\d)|(?:[二两三四五六七八九十多近]|(?<!\d)\d{1,2})年(?:来|间|共|累计)|十[一二三四五]五.{0,2}以来"
_YEAR = re.compile(
    rf"(?P<span>{_YEARS}|往年|历年|(?<!年初)(?<!今年)(?<!本年)(?<!一年)以来|至今|截[至止]到?(?!到?12月|年[底末])(?!\d))"
    r"|(?P<number>(?:19|20)\d\d)年(?!度?(?:结转|转结))(?:[^,。;]{0,8}以来)?"
    r"|(?P<own>(?:今年|本年|全年|一年来|年内|当年)度?(?:以来)?|年初(?:以来|至今)?)"
    r"|(?P<before>(?:上一?年|去年)(?!度?(?:结转|转结)))"
)
_AND_EVER = re.compile("(?<=年|度)[、和及与]历年")
_EVER = re.compile(r"截[至止](?:(?!今年|本年|全年)[^;])*累计")
"""What counts up to a day counts, where it is called a sum, from a day not told."""
_OWN_YEAR_BEHIND = re.compile(r"[,(]?其中,?(?:[本今全]年|20\d\d年|新增)")
"""What stands behind the number of all years."""
_CHANNELS = re.compile(CHANNEL)
_OTHER_REQUESTS = re.compile("许可|审批|登记|救助|低保|补贴|补助|援助|仲裁|公证|政务服务|办事|信访|热线|复议")


@dataclass(frozen=True)
class Count:
    """A place in a sentence that tells a topic, by a number or by a word for none."""

    topic: str
    sentence: str
    start: int
    end: int
    is_number: bool

    @cached_property
    def before(self) -> str:
        """The sentence up to the place."""
        return self.sentence[: self.start]

    @cached_property
    def told(self) -> str:
        """What the wording takes."""
        return self.sentence[self.start : self.end]

    @cached_property
    def clause(self) -> str:
        """What stands before it in its clause."""
        return re.split(r"[,。:]", self.before)[-1]

    @property
    def words(self) -> str:
        """The clause with what the wording takes."""
        return self.clause + self.told


def is_limited(count: Count, unit: str | None) -> bool:
    """Whether the sentence counts a part, a change or a plan; what was carried over is a part of all and still the whole of it."""
    if _is_of_months(count.before) or (count.is_number and _is_no_count(count)):
        return True
    if count.topic in CONTESTS:
        return count.is_number and (_is_of_other_matters(count) or is_of_another_body(count.clause, unit))
    if count.topic not in TOTALS:
        return False
    is_part = _is_a_part(count) or _is_of_more_years(count)
    return is_part or is_of_another_body(count.clause, unit) or _is_of_some(count)


def _is_a_part(count: Count) -> bool:
    """Whether the number is of some of the things counted, or of more than these; what is published and named behind 其中 is a part of it."""
    is_part = "其中" in count.words or _is_behind_part(count.before)
    if count.topic not in _WHOLE:
        return is_part
    whole = _WHOLE[count.topic]
    if whole.match(count.sentence, count.end) and "主动公开" not in count.told:
        return True
    is_whole = whole.search(count.sentence, max(0, count.start - NEAR), count.end) is not None
    if count.topic == "requests_received":
        return is_part and not is_whole
    return "其中" in count.before + count.told and (not is_whole or "主动公开" in count.before)


def year_named(before: str, year: int | None, *, is_none: bool) -> bool | None:
    """Whether the year named last before the figure is the one reported on, as it is where none is named; None for one to come.

    None in this year and all others (本年度及历年) is none in this one.
    """
    named = list(_YEAR.finditer(_AND_EVER.sub("", before) if is_none else before))
    if not named:
        return True
    last = named[-1]
    if last["number"] and year and int(last["number"]) > year:
        return None
    return bool(last["own"]) or (last["number"] is not None and (year is None or int(last["number"]) == year))


def _is_behind_part(before: str) -> bool:
    """Whether a part is announced with a comma of its own, of which all that follows is told (其中，县政府办公室收到21件，…)."""
    return re.search(r"(?:^|[,。(])其中[,:]", before) is not None


def _is_of_some(count: Count) -> bool:
    if count.topic == "fees":
        return count.is_number and _OTHER_FEES.search(count.before + count.told) is not None
    if count.topic == "items_published":
        in_front = count.before[: len(count.before) - len(count.clause)]
        return _is_by_one_channel(count.words) or bool(_CHANNEL_BEFORE.search(in_front)) or _is_news(count)
    return count.topic == "requests_received" and (_is_of_one_kind(count.words) or _is_of_others(count.before, count.told))


def _is_by_one_channel(words: str) -> bool:
    return _ONE_CHANNEL.search(words) is not None and not _ALL_CHANNELS.search(words)


def _is_news(count: Count) -> bool:
    """Whether what is published may be what press conferences told (召开新闻发布会12场，发布信息30条)."""
    return not _PUBLIC.search(count.told) and _NEWS.search(count.before) is not None


def _is_of_more_years(count: Count) -> bool:
    return bool(_EVER.search(count.sentence[: count.end]) or _OWN_YEAR_BEHIND.match(count.sentence, count.end))


def _is_of_other_matters(count: Count) -> bool:
    """Whether reviews and lawsuits of all matters are counted, as the review body's own work is, or those of another matter."""
    if _is_nought(count):
        return False
    is_told_apart = _MERGED.search(count.sentence) or _PART_BEHIND.match(count.sentence, count.end)
    if is_told_apart or _OTHERS.search(count.clause) or _NOT_ABOUT.search(count.sentence, count.end):
        return True
    if "公开" in count.before + count.told:
        return False
    return _DEALT_WITH.search(count.sentence[: count.end]) is not None or _OTHER_MATTERS.search(count.sentence) is not None


def _is_nought(count: Count) -> bool:
    """None of all matters is none about disclosure."""
    return re.search(r"(?<![\d.,])[0零][件起宗例次条份项]?$", count.told) is not None


def _is_no_count(count: Count) -> bool:
    """Whether the number is a difference, a mean, a plan, or one of several numbers for things named before."""
    is_changed = _CHANGE.search(count.clause) or _AVERAGE.search(count.clause)
    return bool(is_changed or _PLANNED.search(count.before + count.told)) or _is_listed(count)


def _is_of_months(before: str) -> bool:
    """Whether the period named last before the figure is a part of a year."""
    named = list(_PERIOD.finditer(_WHOLE_YEAR.sub("", before) if "月" in before else before))
    return bool(named) and named[-1]["part"] is not None


def _is_listed(count: Count) -> bool:
    return "分别" not in count.told and _LISTED.match(count.sentence, count.end) is not None


def _is_of_one_kind(words: str) -> bool:
    """Whether requests of one kind of applicant or by one channel are counted."""
    channels = set(_CHANNELS.findall(words))
    is_one_kind = "自然人" in words and not re.search("法人|组织", words)
    return is_one_kind or (len(channels) == 1 and "等" not in words)


def _is_of_others(before: str, told: str) -> bool:
    """Whether what is only called requests may be those that the sentence names before, which are not about disclosure."""
    return "公开" not in told and "公开" not in before and _OTHER_REQUESTS.search(before) is not None
