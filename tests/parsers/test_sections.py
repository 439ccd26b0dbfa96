"""The six headings in the wordings of real pages (layouts.md C)."""

from __future__ import annotations

import pytest

from parsers.forms import forms
from parsers.pieces import Piece
from parsers.sections import read_sections

FORM = forms()["e2021"]
PROSE = "本机关按照条例的要求开展工作，各项任务均已完成，没有发生需要另行说明的情况。"


def sections(*lines: str) -> dict[str, str]:
    return dict(read_sections(FORM, [Piece(line, f"line {number}") for number, line in enumerate(lines, 1)]))


@pytest.mark.parametrize(
    "heading", ["一、总体情况", "1、 总体情况", "（一）总体情况", "一、2023年政务公开总体情况", "一、工作开展情况", "总体情况"]
)
def test_the_first_heading(heading: str) -> None:
    """Numbered in either script, in brackets, or not at all."""
    assert sections(heading, PROSE) == {"overview": PROSE}


def test_all_six_without_numbers() -> None:
    """Each with the prose below it; what is no heading word for word needs its number."""
    headings = [section.titles[0].partition("、")[2] for section in FORM.sections]
    found = sections(*(text for heading in headings for text in (heading, PROSE)))
    assert list(found) == [section.key for section in FORM.sections]
    assert set(found.values()) == {PROSE}
    assert sections("行政复议", PROSE, "主动公开", PROSE) == {}


def test_numbers_that_begin_anew() -> None:
    """What is a heading word for word needs no number of its own; the others are told by theirs."""
    found = sections(
        "一、总体情况",
        PROSE,
        "二、机制保障",
        PROSE,
        "一、主动公开政府信息情况",
        PROSE,
        "二、收到和处理政府信息公开申请情况",
        PROSE,
    )
    assert list(found) == ["overview", "proactive_disclosure", "requests"]


def test_report_in_one_line() -> None:
    """Headings within a text, and tables behind its sentences."""
    titles = [section.titles[0] for section in FORM.sections]
    table = " 第二十条第（一）项 信息内容 本年制发件数 规章 0 0 0 " * 30
    line = "".join(f"{title} {PROSE}{table if number in (1, 2, 3) else ' '}" for number, title in enumerate(titles))
    assert sections("某镇2023年政府信息公开工作年度报告", line) == {section.key: PROSE for section in FORM.sections}
