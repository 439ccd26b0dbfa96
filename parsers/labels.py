"""Labels of the form, recognised in pieces whatever their spacing, brackets and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from parsers.numerals import squeeze
from parsers.pieces import Piece

MAX_LINES = 8
"""In how many pieces one label may be cut: `结 / 果 / 维 / 持` on a page with one character a line, plus notes."""

SHORTEST_MISPRINT, LONG_LABEL = 4, 8
"""Characters: a shorter label with a wrong character is another word; longer ones bear a second mistake."""

SHORTEST_CUT = 3

_TRADITIONAL = "檔時間佈期發係內動務區問單國執報審對屬廢強後復應採據數於會條業構機權決沒況減為無爲獲現當發確祕穩穫範糾納組結經維總織繫繳繼續罰舉萬處補製複規計訟訪設許訴詢認說説請議護費購踰轉辦這進過開關隻項題額類體"
_SIMPLIFIED = "档时间布期发系内动务区问单国执报审对属废强后复应采据数于会条业构机权决没况减为无为获现当发确秘稳获范纠纳组结经维总织系缴继续罚举万处补制复规计讼访设许诉询认说说请议护费购逾转办这进过开关只项题额类体"
"""The characters of labels in both scripts. Copies of pages are converted, also wrongly: 強製 for 强制, 隻計 for 只计 (layouts.md H)."""
_FOLD = str.maketrans(
    dict.fromkeys("、.．,，;；:：·", ".")
    | dict.fromkeys("（【〔[「", "(")
    | dict.fromkeys("）】〕]」", ")")
    | dict.fromkeys("“”‘’'＂", '"')
    | {"\\": "/"}
    | dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
)
_SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_PINYIN = re.compile(r"\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüɡ]+\)")
"""Readings that converted copies print behind characters: 規(guī)章."""


def simplified(text: str) -> str:
    """The text with the characters of the form's labels in simplified script."""
    return text.translate(_SIMPLE)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """A label reduced to what identifies it: simplified script, no white space, no readings, one kind each of bracket, quote and separator."""
    return _PINYIN.sub("", squeeze(text).translate(_FOLD))


_NUMBER = re.compile(r"(?:\((?P<bracketed>[一二三四五六七八九十\d]+)\)|(?P<plain>[一二三四五六七八九十]+|\d+)\.)(?P<words>.+)")
SHORTEST_WITHOUT_NUMBER = 4
"""Characters of a label that stands without its number: 其他 and 总计 are those of columns as well."""


def number_of(label: str) -> str | None:
    """The number that a folded label begins with: `2` of `2.重复申请`, `三` of `(三)不予公开`."""
    match = _NUMBER.fullmatch(label)
    return match and (match["bracketed"] or match["plain"])


def numbered(label: str, number: str) -> Iterator[str]:
    """A folded label with its number written in the other ways seen: `2.重复申请` as `(2)重复申请`, `2重复申请` (also ②) and without."""
    match = _NUMBER.fullmatch(label)
    words = match["words"] if match else label
    yield from (f"({number}){words}", f"{number}.{words}", f"{number}{words}")
    if len(words) >= SHORTEST_WITHOUT_NUMBER:
        yield words


def is_numbered_alike(text: str, label: str) -> bool:
    """Whether a folded text may be a label misprinted: one of few words is told by its number, and another number is that of another row."""
    match, number = _NUMBER.fullmatch(label), number_of(label)
    printed = number_of(text)
    is_other = bool(number and printed) and printed != number and len(printed or "") == len(number or "")
    return not (match and is_other and len(match["words"]) < SHORTEST_WITHOUT_NUMBER)


class Lexicon:
    """Finds in a run of pieces the labels of a fixed list."""

    def __init__(self, labels: Iterable[str], *, misprinted: Iterable[str] | None = None) -> None:
        """`misprinted` are those that may be meant by a text that is nearly one of them; all where it is not given."""
        self._labels = frozenset(fold(label) for label in labels)
        self._misprinted = self._labels if misprinted is None else self._labels & frozenset(misprinted)
        self._longest = max(map(len, self._labels), default=0)
        self._prefixes = frozenset(label[:end] for label in self._labels for end in range(1, len(label)))
        self._openings = self._prefixes | self._labels
        self._whole = frozenset(label for label in self._labels - self._prefixes if not _in_bracket(label))

    def matches(self, texts: Sequence[str]) -> Mapping[int, tuple[str, int]]:
        """By the index of a piece the longest label that begins with it and the index after that label."""
        starts = [start for start, text in enumerate(texts) if text in self._openings or "(" in text]
        return {start: match for start in starts if (match := self.longest_at(texts, start))}

    def longest_at(self, texts: Sequence[str], start: int) -> tuple[str, int] | None:
        """The longest label that begins with piece `start` and the index after it, or None. `texts` are folded."""
        if texts[start] in self._whole:
            return texts[start], start + 1
        if texts[start] not in self._openings and "(" not in texts[start]:
            return None
        found: tuple[str, int] | None = None
        joined = ""
        for end in range(start, min(start + MAX_LINES, len(texts))):
            if not texts[end]:
                break
            joined += texts[end]
            label = self._match(joined)
            if label is not None:
                found = (label, end + 1)
            if joined not in self._prefixes and not _in_bracket(joined):
                break
        return found

    def begins(self, text: str) -> bool:
        """Whether the text is the beginning of a label that was cut (本年新, layouts.md A1)."""
        return len(text) >= SHORTEST_CUT and text in self._prefixes

    def begun_by(self, text: str) -> Iterator[str]:
        """The labels that begin with the text."""
        return (label for label in self._labels if label.startswith(text)) if text in self._prefixes else iter(())

    def nearest(self, text: str) -> tuple[str, ...]:
        """The labels that a misprinted text may mean: one character off, two in long labels, none nearer (三类内容事务)."""
        allowed = 1 if len(text) < LONG_LABEL else 2
        if not SHORTEST_MISPRINT <= len(text) <= self._longest + allowed:
            return ()
        found = process.extract(text, self._misprinted, scorer=Levenshtein.distance, score_cutoff=allowed, limit=None)
        return tuple(str(label) for label, distance, _ in found if distance == found[0][1])

    def _match(self, text: str) -> str | None:
        """The label itself, or the label in front of a bracketed note: `规章(设区的市…应提供相关数据)`."""
        if text in self._labels:
            return text
        head, bracket, _ = text.partition("(") if not text.startswith("(") else _partition_second_bracket(text)
        return head if bracket and text.endswith(")") and head in self._labels else None


def _in_bracket(text: str) -> bool:
    return text.count("(") > text.count(")")


def _partition_second_bracket(text: str) -> tuple[str, str, str]:
    """Split behind a leading ordinal in brackets: `(二)部分公开(区分处理…)`."""
    at = text.find("(", 1)
    return (text[:at], "(", text[at + 1 :]) if at > 0 else (text, "", "")


def folded(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The folded text of each piece."""
    return tuple([fold(piece.text) for piece in pieces])
