"""Prose of the demo reports: most write their own, some copy a neighbour's or their own of the year before, new figures in it."""

from __future__ import annotations

import random
from collections.abc import Iterator

from nianbao.demo.plan import DemoReport

SEED = "nianbao demo prose"
_WHO = ("党政办", "便民服务中心", "政务公开专班", "各村和社区", "分管负责同志", "驻村干部", "文化站", "信息员")
_WHEN = ("年初", "每个季度", "汛期前", "秋收之后", "换届期间", "开学前", "赶集日", "年末")
_DID = (
    "清点公开栏里的旧内容",
    "把惠农补贴名单抄送到村口",
    "用方言录制政策问答",
    "逐户核对低保公示",
    "在集市上摆出咨询台",
    "请老党员试读新网页",
    "把办事指南印成折页",
    "更正过期的联系电话",
    "为听障居民配上字幕",
    "整理历年会议纪要目录",
    "在茶馆张贴征地公告",
    "回访提过意见的群众",
)
_SO = (
    "群众少跑了许多路",
    "窗口排队明显变短",
    "来电询问随之减少",
    "积压的意见逐条有了答复",
    "公开栏前又有人驻足",
    "外出务工者也能看到",
    "错字和漏项当场改正",
    "经验由邻近乡镇借去",
)


def own_words(report: DemoReport) -> Iterator[str]:
    """The paragraphs a report adds of its own, or takes from where `copied_from` says."""
    unit, year = copied_from(report)
    rng = random.Random(f"{SEED} {unit} {year}")  # noqa: S311 (words for show)
    for did in rng.sample(_DID, 7):
        yield f"演示正文：{rng.choice(_WHEN)}，{rng.choice(_WHO)}{did}，{report.number % 50 + rng.randint(1, 9)}次下来，{rng.choice(_SO)}。"


def copied_from(report: DemoReport) -> tuple[str, int]:
    """Whose prose, and of which year, a report prints; most print their own."""
    if len(report.unit_code) == 9 and report.year > report.form.first_year and report.number % 11 == 4:
        return report.unit_code, report.year - 1
    if len(report.unit_code) == 9 and report.number % 23 == 9:
        return report.county.code, report.year
    return report.unit_code, report.year
