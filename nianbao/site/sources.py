"""Where the form, the notices and the regulation speak of a cell, for readers of English; the dictionary has the places in Chinese, and numbers of documents stay."""

from __future__ import annotations

import re

from parsers.numerals import read_numeral

_HAN = "[一二三四五六七八九十]+"
_ARTICLE = re.compile(rf"条例(?P<year>\d{{4}})?第(?P<article>{_HAN})条(?P<within>.*)")
_NOTICE = re.compile(r"(?P<notices>\w+〔\d{4}〕\d+号(?:、\w+〔\d{4}〕\d+号)*)(?: 表(?P<table>[二三四]))?")
_PARAGRAPH = re.compile(rf"第({_HAN})款")
_ITEM = re.compile(rf"第?（({_HAN})）项?")
_INFERRED = "（推断）"


def place_told(place: str, language: str) -> str:
    """A place (条例第三十六条（一）（二）, a notice with its table) in a language; as it is where it is of no known kind."""
    if language == "en" and (article := _ARTICLE.fullmatch(place)):
        return _of_regulation(article)
    if language == "en" and (notice := _NOTICE.fullmatch(place)):
        return _of_notice(notice)
    return place


def _of_regulation(found: re.Match[str]) -> str:
    within = found["within"]
    of = f" of {found['year']}" if found["year"] else ""
    parts = [f"Regulation on open government information{of}", f"Article {_number(found['article'])}"]
    parts += [f"paragraph {_number(one)}" for one in _PARAGRAPH.findall(within)]
    parts += [f"item {_number(one)}" for one in _ITEM.findall(within)]
    return ", ".join(parts) + (" (inferred)" if _INFERRED in within else "")


def _of_notice(found: re.Match[str]) -> str:
    table = f", table {found['table']}" if found["table"] else ""
    return f"Notice{'s' * ('、' in found['notices'])} {found['notices'].replace('、', ', ')}{table}"


def _number(chinese: str) -> str:
    figure = read_numeral(chinese)
    return chinese if figure is None else str(figure.value)
