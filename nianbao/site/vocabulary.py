"""What the database says in words of its own, for readers of Chinese: stored words, rules, cells, and the sentences of findings.

In English a stored word and a message stand as they are. A message that no known sentence fits is shown as it is in Chinese too: nothing is guessed.
The name of a cell comes from its key in both languages, whatever the sentence around it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

from nianbao import wording
from nianbao.dictionary import column_of_cell
from nianbao.measures import measures
from parsers.forms import Table, form_of, forms, statistics_forms

_SIGNS = {("==", "pass"): "=", ("<=", "pass"): "≤", ("==", "fail"): "≠", ("<=", "fail"): ">"}
_HAN = re.compile(r"[一-鿿]")
_FIELDS = {"op": "==|<=", "key": r"[\w.]+", "keys": r"[\w., ]+", "count": r"\d+", "state": "[a-z]+", "slip": "[a-z]+"}
_FIELDS |= dict.fromkeys(("left", "right"), r"[-+\d. E]+") | {"place": r"[a-z\d ]+"}
_FIELDS |= dict.fromkeys(("part", "line", "cell", "table", "row", "column", "paragraph", "offset"), r"\d+")
"""What may stand in a field, where it is not any words."""


_AS_IN = {"state_before": "state", "state_after": "state", "blank_as_zero": "verdict"}
"""Columns that store the words of another one."""


def word(column: str, stored: str, language: str) -> str:
    """A stored word of a column in a language; as it is where it is not known, in a database of another version."""
    return words()[column].get(stored, stored) if language == "zh" else stored


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Column -> stored word -> Chinese."""
    told = tomllib.loads(_data("words.toml"))
    return told | {column: told[as_in] for column, as_in in _AS_IN.items()}


@cache
def rules() -> Mapping[str, Mapping[str, str]]:
    """Rule or family of rules -> language -> name, with `{of}` where what follows the family's name is to stand."""
    return tomllib.loads(_data("rules.toml"))


def rule_name(rule: str, language: str) -> str | None:
    """The name of a rule in a language; None where neither it nor its family has one."""
    family = next((name for name in rules() if rule == name or rule.startswith(f"{name}.")), None)
    if family is None:
        return None
    name = rules()[family][language]
    return name if rule == family else name.format(of=_subject(rule.removeprefix(f"{family}."), language))


def _subject(rest: str, language: str) -> str:
    """What a rule of a family is about: a cell, a row, or a word of a column."""
    if "." in rest:
        return cell_label(rest, language)
    found = next((row for table in _tables() for row in table.rows if row.key == rest), None)
    if found:
        return found.labels[0] if language == "zh" else found.english
    chinese = next((words()[column][rest] for column in ("applicant", "channel", "topic") if rest in words()[column]), rest)
    return chinese if language == "zh" else rest.replace("_", " ")


def cell_label(key: str, language: str) -> str:
    """The name of a cell in quotes; the key itself where no form has it."""
    return f"“{cell_name(key, language)}”" if key in _places() else key


def cell_name(key: str, language: str) -> str:
    """Row and column of a cell: in Chinese as the forms that have it print them, the newest first (行政规范性文件/规范性文件), in English as the dictionary names them.

    The key itself where no form has it, in a database of another version.
    """
    if key not in _places():
        return key
    return _chinese_name(key) if language == "zh" else _english_name(key)


def _chinese_name(key: str) -> str:
    names = (_printed(table, at, column) for table, at, column in _places()[key])
    return " · ".join("/".join(dict.fromkeys(filter(None, parts))) for parts in zip_longest(*names, fillvalue=""))


def _english_name(key: str) -> str:
    table, column = column_of_cell(key)
    if table not in _PARTS:
        return wording.english_name(table, column)
    part = key.partition(".")[2].replace(column, "", 1).strip("._")
    return f"{wording.english_name(table, column)} · {part.replace('_', ' ')}"


_PARTS = ("requests", "reviews")
"""Tables whose columns hold several cells: the kinds of applicant, and the ways of contest."""
_KEY = re.compile(r"[a-z]\w*(?:\.\w+)+", re.ASCII)


def labelled(text: str, language: str) -> str:
    """The text with the name of each cell in place of its key."""
    return _KEY.sub(lambda found: cell_label(found[0], language), text)


def _printed(table: Table, at: int, column: int) -> tuple[str, ...]:
    printed = table.columns[column]
    return (*table.rows[at].labels[:1], *printed.over[:1], *printed.labels[:1])


@cache
def _places() -> Mapping[str, Sequence[tuple[Table, int, int]]]:
    """Cell -> its tables, the newest form first, and the numbers of its row and column there."""
    places: dict[str, list[tuple[Table, int, int]]] = {}
    for table in _tables():
        for at, row in enumerate(table.rows):
            for column, key in enumerate(table.keys_of(row)):
                places.setdefault(key, []).append((table, at, column))
    return places


@cache
def _tables() -> Sequence[Table]:
    """Every table of every form, the newest form first."""
    named = [*reversed([*forms()]), *statistics_forms()]
    return [table for name in named for table in form_of(name).tables]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of findings: how it is read, and how it is said in Chinese."""

    pattern: re.Pattern[str]
    chinese: str


@cache
def sentences() -> Sequence[Sentence]:
    """Every sentence, in the order in which a message is held against them."""
    return [Sentence(_pattern(entry["en"]), entry["zh"]) for entry in tomllib.loads(_data("messages.toml")).values()]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    named = (f"(?P<{part}>{_FIELDS.get(part, '.+')})" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile("".join(named), re.DOTALL)


def told(message: str, verdict: str, language: str) -> str:
    """The message of a finding in a language, with the names of its cells; the sentence as it is where none in Chinese fits it."""
    said = chinese(message, verdict) if language == "zh" else None
    return said or labelled(message, language)


def chinese(message: str, verdict: str) -> str | None:
    """The message in Chinese, with the names of its cells; None where no sentence fits it."""
    said = _said(message, verdict)
    return None if said is None else labelled(said, "zh")


def _said(message: str, verdict: str) -> str | None:
    """The message in Chinese with the keys of its cells."""
    for sentence in sentences():
        match = sentence.pattern.fullmatch(message)
        if match:
            fields = match.groupdict()
            if "op" in fields and (fields["op"], verdict) not in _SIGNS:
                return f"左边 {fields['left']}，右边 {fields['right']}"
            return sentence.chinese.format(**{name: _FIELD.get(name, _as_is)(value, verdict) for name, value in fields.items()})
    return None


def in_chinese(column: str, stored: str, verdict: str) -> str | None:
    """What a column of the database holds, in Chinese: a word or several, a rule, a measure, a cell, a message, a place or a reason. None where it is nothing of these."""
    if column == "rule":
        return rule_name(stored, "zh")
    if column == "measure":
        return measures()[stored].chinese if stored in measures() else None
    if column == "key":
        return cell_label(stored, "zh") if stored in _places() else None
    if column in ("message", "place", "reason"):
        said = chinese(stored, verdict)
        return said if said and _HAN.search(said) else None  # sums are the same in both
    known = words().get(_SAME.get(column, column), {})
    found = [known[stored]] if stored in known else [known[part] for part in stored.split() if part in known]
    return "、".join(found) or None


_SAME = {"state_before": "state", "state_after": "state", "blank_as_zero": "verdict"}
"""Columns that hold the words of another."""


def _as_is(value: str, verdict: str) -> str:
    return value


def _message(value: str, verdict: str) -> str:
    return _said(value, verdict) or value


_FIELD: Mapping[str, Callable[[str, str], str]] = {
    "message": _message,
    "place": _message,
    "reason": _message,
    "sides": _message,
    "figure": _message,
    "printed": _message,
    "would_be": _message,
    "op": lambda value, verdict: _SIGNS[value, verdict],
    "keys": lambda value, _: value.replace(", ", "、"),
    "changes": lambda value, verdict: "，".join(_message(change, verdict) for change in value.split(", ")),
    "state": lambda value, _: word("state", value, "zh"),
    "slip": lambda value, _: word("slip", value, "zh"),
}


def _data(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
