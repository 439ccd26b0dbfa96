"""Pieces that hold several cells, taken apart where the form's labels say how.

A line may hold a whole row (`行政许可 0 0 0`, layouts.md A11), a whole report (A18), or cells with nothing between them (`规章000`, A12).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.anchors import profile
from parsers.forms import Form, forms
from parsers.labels import Lexicon, fold, simplified, without_readings
from parsers.numerals import (
    COUNT_UNITS,
    LONE,
    LONGEST_REPEATED,
    NEVER_A_NUMBER,
    in_words,
    is_lone,
    is_printed,
    is_unit,
    read_figure,
)
from parsers.pieces import Piece, gathered
from parsers.sentences import clauses
from parsers.separated import SEPARATORS, separated

LONGEST_NUMBER = 14
"""Digits: table 四 has 15 columns, and no count or amount so many."""
FEWEST_FIGURES = 5
"""So many figures in a line are cells; fewer may be one number that was cut."""
FEWEST_BEHIND = 2
"""So many figures behind a misprinted label are its row."""
FEWEST_ROWS = 6
"""The labels of so many rows in a line are the form, even where no figure stands behind them."""
_NOTE = re.compile(r"[(（][^()（）]*[)）]|[|/\-—]+")
_OPENS_LINE = frozenset(f'{SEPARATORS}"')
_OPENS_NOTE = frozenset("(（|/-—")
_SEPARATOR, _BLANKS = re.compile(f"[{SEPARATORS}]"), " \xa0\u3000\r\n"
_DIGIT, _LINK = re.compile(r"\d"), re.compile("[:：,，、;；]")
_LOST_BLANKS = frozenset("?？")
"""What copies print for blanks (`? 0`, layouts.md H)."""
_GLUED = re.compile(r"\d(?:[\d,，.]*\d)?")
_CLOSES_TABLES = re.compile(rf"(?P<figures>{_GLUED.pattern})(?P<heading>[一二三四五六七八九]、.*)", re.DOTALL)
"""Digits with the next section of the report behind them, on a page that is one line."""
_NOTED = re.compile(
    rf"(?P<note>[(（][^|]*?[)）])\s*(?P<figures>{_GLUED.pattern})(?P<words>(?![件项条个宗起份万元年月日号])[^\W\d].*)?", re.DOTALL
)
"""The note of a label with the digits of its row behind it, and a row that the form has not: `规范性文件（…）141414其他主动公开文件（…）321`."""
_WITHIN_WORDS = re.compile(r"(?<=[^\d\s])\s+(?=[^\d\s])")
_ROW = re.compile(r"(?P<words>.*[^\d\s])\s*(?P<figures>\d{3,})")
_NUMBERS_ROWS = "序号"
"""A column of row numbers: glued, the number of the next row stands behind the last figure of a row (`规章00452规范性文件`)."""
FEWEST_CAPTIONS = 2
"""So many captions of tables in one text: it is the whole page, and holds prose as well."""
LONGEST_NOTE = 400
"""Characters of a label's note."""
_BRACKETS, _BRACKET = frozenset("(（"), re.compile("[()（）]")
FEWEST_COLUMNS = 3
"""So many names of columns beside one caption: the page is cut behind its first table."""


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """What finds a form's labels in a line: between blanks, or anywhere."""

    lexicon: Lexicon
    rows: frozenset[str]
    groups: frozenset[str]
    captions: frozenset[str]
    columns: frozenset[str]
    anywhere: re.Pattern[str]
    in_words: bool
    """Whether the page prints figures in words, so that 三 alone is one."""

    def is_figure(self, token: str) -> bool:
        """Whether a cell may print the token."""
        return is_printed(token) or (self.in_words and is_lone(token))

    def is_label(self, text: str) -> bool:
        """Whether a cell prints a label of the form, or what can only be one misprinted; a label with the first digits of `1,678` behind it is none."""
        is_one = self.lexicon.longest_at((fold(text),), 0) is not None
        return is_one or not (text[-1].isdecimal() or any(map(str.isspace, text)) or len(self.lexicon.nearest(fold(text))) != 1)

    def is_cell(self, text: str) -> bool:
        """Whether a text is all that one cell prints: a value, a label, a note, or nothing."""
        return not text or is_printed(text) or self.is_label(text) or _NOTE.fullmatch(text) is not None


def split_rows(form: Form, pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces, with those that hold a label and its figures, or several labels, as one piece for each part. Raises DocumentTooLarge."""
    pieces = tuple(pieces)
    words = _words(form.id, in_words(token for piece in pieces if "零" in piece.text for token in piece.text.split()))
    parts: list[Piece] = []
    for number, piece in enumerate(pieces, 1):
        text = piece.text
        if text in COUNT_UNITS and piece.spot is None and _is_bare_figure(parts):
            continue
        if len(text) <= 1 or (len(text) <= LONGEST_REPEATED and _is_one(words, text) and not _is_part(parts)):
            parts.append(piece)
            continue
        split = [piece._replace(is_glued=True)] if _is_glued_row(parts, piece) else _split(words, piece, number)
        at = _begun_label(parts) if len(split) == 1 else None
        if at is not None and _goes_on(words, parts[at], piece):
            parts[at + 1 : at + 1] = split
        else:
            parts += split
    return gathered(parts)


def _is_bare_figure(parts: Sequence[Piece]) -> bool:
    """Whether the last part is a figure without a unit: one on the next line is its own (`44`, `件`), and no cell."""
    figure = read_figure(parts[-1].text) if parts and parts[-1].spot is None else None
    return figure is not None and figure.unit is None


@lru_cache(maxsize=4096)
def _is_one(words: _Words, text: str) -> bool:
    """Whether a text is one cell or label, or nothing tells its parts; a lone run of digits is one cell unless it stands behind parts of a line."""
    is_parted = "|" in text or _between_separators(words, text) or _taken_apart_again(words, text.strip())
    return is_printed(text) or not is_parted


def _is_glued_row(parts: Sequence[Piece], piece: Piece) -> bool:
    """Whether a line of digits behind one that was taken apart is the row of table 四 in one run: no number is so long."""
    return len(piece.text) > LONGEST_NUMBER and piece.text.strip().isdecimal() and _is_part(parts)


def _is_part(parts: Sequence[Piece]) -> bool:
    return bool(parts) and " part " in parts[-1].place


def _begun_label(parts: Sequence[Piece]) -> int | None:
    """Where the last line begins, if it was taken apart into words and figures."""
    if not _is_part(parts):
        return None
    base, _, part = parts[-1].place.rpartition(" part ")
    at = len(parts) - int(part)
    return at if at >= 0 and parts[at].place.startswith(f"{base} part ") and not read_figure(parts[at].text) else None


def _goes_on(words: _Words, begun: Piece, piece: Piece) -> bool:
    """Whether a text ends the label of the line before, whose figures stand at its first line (a document's cell of two lines, layouts.md A15)."""
    if words.lexicon.longest_at((fold(begun.text),), 0):
        return False
    return words.lexicon.longest_at((fold(begun.text), fold(piece.text)), 0) is not None


@cache
def _words(form_id: str, is_in_words: bool) -> _Words:
    form = forms()[form_id]
    rows = {label for table in form.tables for row in table.rows for label in row.labels}
    groups = frozenset(fold(label) for table in form.tables for label, _ in table.group_keys)
    captions = frozenset(fold(caption) for table in form.tables for caption in table.captions)
    return _Words(
        Lexicon(_labels(form)), frozenset(map(fold, rows)), groups, captions, profile(form_id).heads, _anywhere(), is_in_words
    )


def _labels(form: Form) -> set[str]:
    return {label for table in form.tables for label in table.labels}


@cache
def _anywhere() -> re.Pattern[str]:
    """What finds the labels of every edition: 处理决定数量 of one is the end of 本年处理决定数量 of the other, and not to be cut out of it."""
    labels = {label for form in forms().values() for label in _labels(form)}
    longest = sorted({_loose(label) for label in labels if len(fold(label)) > 1}, key=len, reverse=True)
    return re.compile("|".join(longest))


def _loose(label: str) -> str:
    """A label as a pattern that takes either width of bracket and any separator."""
    return "".join(rf"[{re.escape(c)}]" for c in label) if label.isalpha() else "".join(map(_loose_character, label))


_ALIKE = ("(（", ")）", ".．、，,", "/／", '"“”')


def _loose_character(character: str) -> str:
    return next((f"[{re.escape(alike)}]" for alike in _ALIKE if character in alike), re.escape(character))


def _split(words: _Words, piece: Piece, number: int) -> list[Piece]:
    text = piece.text.strip()
    if "|" in text and not is_printed(text) and (cells := _between_pipes(words, text)):
        return _parts(piece._replace(line=number), cells)
    if cells := _between_separators(words, piece.text):
        return _parts(piece._replace(line=piece.line or number), cells)
    taken_apart = _taken_apart_again if len(text) <= LONGEST_REPEATED else _taken_apart
    parts = taken_apart(words, text)
    return _parts(piece, parts) if parts else [piece]


def _taken_apart(words: _Words, text: str) -> Sequence[tuple[str, bool]]:
    """The parts of a text, each with whether digits may be glued in it; none where it is one cell or label, or where nothing tells them apart."""
    if not text or is_printed(text) or words.lexicon.longest_at((fold(text),), 0):
        return ()
    tokens = _with_units([token for token in text.split() if token not in _LOST_BLANKS])
    parts = _between_blanks(words, tokens) if len(tokens) > 1 else None
    return parts or _group_and_row(words, text) or _sentence(words, text) or _glued(words, text) or ()


def _with_units(tokens: Sequence[str]) -> list[str]:
    """The tokens, a unit together with the figure before it (`3 件`, `152790.5 元`): a unit alone is no cell, and the figure without it another amount."""
    joined: list[str] = []
    for token in tokens:
        if joined and is_unit(token) and read_figure(joined[-1]):
            joined[-1] += f" {token}"
        else:
            joined.append(token)
    return joined


_taken_apart_again = lru_cache(maxsize=4096)(_taken_apart)
"""The same, remembered: the labels of a form stand on every page."""


def _parts(piece: Piece, parts: Sequence[tuple[str, bool]]) -> list[Piece]:
    return [
        piece._replace(text=text, place=f"{piece.place} part {number}", gap=0, is_glued=is_glued)
        for number, (text, is_glued) in enumerate(parts, 1)
    ]


def _between_pipes(words: _Words, text: str) -> list[tuple[str, bool]]:
    """The cells of a paragraph that prints a row between pipes, where one of them is a label of the form or all are figures."""
    if text.startswith("|") and not text.endswith("|"):
        return []  # The last cell goes on in the next paragraph.
    cells = [cell.strip() for cell in text.removeprefix("|").removesuffix("|").split("|")]
    is_row = any(cell and words.lexicon.longest_at((fold(cell),), 0) for cell in cells)
    is_figures = len(cells) >= FEWEST_FIGURES and all(not cell or is_printed(cell) for cell in cells)
    return [(cell, False) for cell in cells] if len(cells) > 1 and (is_row or is_figures) else []


def _between_separators(words: _Words, text: str) -> list[tuple[str, bool]]:
    """The cells of a line that prints a row between commas, semicolons or tabs, as of one between pipes; every one must be a label, a value or nothing."""
    text = text.strip(_BLANKS)
    if not _SEPARATOR.search(text):
        return []
    is_begun = text[0] in _OPENS_LINE or text[0].isdecimal() or words.anywhere.match(text)
    if not is_begun or is_printed(text) or words.lexicon.longest_at((fold(text),), 0):
        return []
    cells = separated(text, words.is_cell) or []
    labels = sum(words.is_label(cell) for cell in cells if cell)
    values = sum(bool(cell) and not words.is_label(cell) for cell in cells)
    return [(cell, False) for cell in cells] if (labels and labels + values > 1) or values >= FEWEST_FIGURES else []


def _between_blanks(words: _Words, tokens: Sequence[str]) -> list[tuple[str, bool]] | None:
    """The tokens, where they are a row's label with figures behind it, several labels and nothing else, or many figures."""
    texts = [fold(token) for token in tokens]
    labels = rows = named = at = 0
    unknown: list[str] = []
    figures = _are_figures(words, tokens)
    while at < len(tokens):
        match = words.lexicon.longest_at(texts, at)
        if match is None:
            if not (figures[at] or words.lexicon.begins(texts[at])):
                unknown.append(texts[at])
            at += 1
            continue
        label, at = match
        labels += 1
        named += label in words.rows
        rows += label in words.rows and at < len(tokens) and figures[at]
    rows += not figures[0] and all(figures[1:]) and len(tokens) > FEWEST_BEHIND and len(words.lexicon.nearest(texts[0])) == 1
    first = figures.index(True) if True in figures else 0
    many = all(figures[first:]) and len(tokens) - first >= FEWEST_FIGURES
    if many and first > 1 and not labels:
        tokens = [" ".join(tokens[:first]), *tokens[first:]]
    is_header = labels > max(len(unknown), 1) and all(words.lexicon.nearest(text) for text in unknown)
    return [(token, False) for token in tokens] if rows or is_header or many or named >= FEWEST_ROWS else None


def _are_figures(words: _Words, tokens: Sequence[str]) -> list[bool]:
    """Which tokens are figures, numerals alone (三) among those at the end as well."""
    are = [words.is_figure(token) for token in tokens]
    end = next((at for at in range(len(tokens), 0, -1) if not (are[at - 1] or tokens[at - 1] in LONE)), 0)
    is_row = any(are[end:]) or not NEVER_A_NUMBER.isdisjoint(tokens[end:])
    return are[:end] + [True] * (len(tokens) - end) if is_row else are


def _group_and_row(words: _Words, text: str) -> list[tuple[str, bool]] | None:
    """A row's label with that of its group in front of it: `（三）不予公开1.属于国家秘密`."""
    first = words.anywhere.match(text)
    if first is None or fold(first.group()) not in words.groups:
        return None
    rest = text[first.end() :].strip()
    return [(first.group(), False), (rest, False)] if words.lexicon.longest_at((fold(rest),), 0) else None


def _sentence(words: _Words, text: str) -> list[tuple[str, bool]] | None:
    """The parts of a row written as a sentence."""
    if not (_LINK.search(text) and _DIGIT.search(text)):
        return None
    parts = clauses(text, words.anywhere, columns=words.columns, rows=words.rows | words.groups)
    return [(part, False) for part in parts] if parts and len(parts) > 1 else None


LONGEST_REPORT = 200_000
"""Characters of a report in one line; the longest ones have some 20,000."""


def _glued(words: _Words, text: str) -> list[tuple[str, bool]] | None:
    """A line whose labels and figures stand without anything between them; every part must be one or the other, but on a page that is one line."""
    if len(text) > LONGEST_REPORT:
        return None
    is_page = _is_page(words, text)
    if is_page or "。" not in text:
        text = _plain(text)
    if not text or _NUMBERS_ROWS in text:
        return None
    if not (is_page or text[0].isdecimal() or text[0] in _OPENS_NOTE or words.anywhere.match(text)):
        return _misprinted(words, text)
    parts: list[tuple[str, bool]] = []
    at = 0
    for match in _outside_notes(words, text):
        parts += _behind(parts, text[at : match.start()])
        parts.append((match.group(), False))
        at = match.end()
    if not parts:
        return _misprinted(words, text)
    parts += _behind(parts, text[at:])
    labels = [part for part, _ in parts if words.anywhere.fullmatch(part)]
    figures = [part for part, is_glued in parts if is_glued]
    known = is_page or all(is_glued or _NOTE.fullmatch(part) or words.anywhere.fullmatch(part) for part, is_glued in parts)
    return parts if known and (figures or len(labels) > 1) else _misprinted(words, text)


def _plain(text: str) -> str:
    """A text with the labels in it as the form words them, but for the marks between: in simplified script, without readings and blanks within words."""
    return _WITHIN_WORDS.sub("", without_readings(simplified(text)))


def _misprinted(words: _Words, text: str) -> list[tuple[str, bool]] | None:
    """A misprinted label with the digits of its row behind it, and nothing else (`2.没有现成信息须要另行制作0000000`)."""
    row = _ROW.fullmatch(text)
    is_label = row is not None and len(words.lexicon.nearest(fold(row["words"]))) == 1
    return [(row["words"], False), (row["figures"], True)] if row and is_label else None


def _is_page(words: _Words, text: str) -> bool:
    """Whether a text holds several tables of the form, or one with its header (`…规章555规范性文件141414第二十条第（五）项…`, layouts.md A12)."""
    if len(text) <= LONGEST_REPEATED:
        return False
    line = fold(text)
    captions = sum(caption in line for caption in words.captions)
    return captions >= FEWEST_CAPTIONS or (captions > 0 and sum(column in line for column in words.columns) >= FEWEST_COLUMNS)


def _outside_notes(words: _Words, text: str) -> Iterator[re.Match[str]]:
    """The labels of a text but those that the note of another names: `规范性文件（…一般情况下属于规范性文件）`."""
    end, after = 0, 0
    for match in words.anywhere.finditer(text):
        if match.start() > after and text[after : after + 1] in _BRACKETS:
            end = _closing(text, after)
        if match.start() >= end:
            after = match.end()
            yield match


def _closing(text: str, at: int) -> int:
    """The index behind the bracket that closes the one at `at`; `at` where none does."""
    depth = 0
    for match in _BRACKET.finditer(text, at, at + LONGEST_NOTE):
        depth += 1 if match.group() in "(（" else -1
        if depth == 0:
            return match.end()
    return at


def _behind(parts: list[tuple[str, bool]], text: str) -> list[tuple[str, bool]]:
    """What stands between two labels, the first of which bears its note."""
    noted = _NOTED.fullmatch(text.strip()) if parts and not parts[-1][1] else None
    if noted is None:
        return _between(text)
    label, _ = parts.pop()
    words = [(noted["words"].strip(), False)] if noted["words"] else []
    return [(label + noted["note"], False), *_between(noted["figures"]), *words]


def _between(text: str) -> list[tuple[str, bool]]:
    part = text.strip()
    if last := _CLOSES_TABLES.fullmatch(part):
        return [(last["figures"], True), (last["heading"], False)]
    return [(part, bool(_GLUED.fullmatch(part)))] if part else []
