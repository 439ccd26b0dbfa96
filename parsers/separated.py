"""Lines whose cells stand between commas, semicolons or tabs, as spreadsheets are written out (`规章,1,2,3`)."""

from __future__ import annotations

from collections.abc import Callable

SEPARATORS = "\t,，;；"
LONGEST_LINE = 600
"""Characters; longer texts are prose."""
_OPENS, _CLOSES, _QUOTE = "(（", ")）", '"'


def separated(text: str, is_cell: Callable[[str], bool]) -> list[str] | None:
    """The cells of a line by the one separator that leaves nothing but cells; None where none does, or several do."""
    if len(text) > LONGEST_LINE:
        return None
    found = [cells for separator in SEPARATORS if separator in text and (cells := _cells(text, separator, is_cell))]
    return found[0] if len(found) == 1 else None


def _cells(text: str, separator: str, is_cell: Callable[[str], bool]) -> list[str] | None:
    """The cells, what stands in brackets or quotes as one; None at the first that is none."""
    cells: list[str] = []
    begin = depth = 0
    is_quoted = False
    for at, character in enumerate(f"{text}{separator}"):
        is_quoted ^= character == _QUOTE
        depth = max(0, depth + (character in _OPENS) - (character in _CLOSES))
        if at == len(text) or (character == separator and not depth and not is_quoted):
            cell = _unquoted(text[begin:at].strip())
            if not is_cell(cell):
                return None
            cells.append(cell)
            begin = at + 1
    return cells if len(cells) > 1 else None


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell.startswith(_QUOTE) and cell.endswith(_QUOTE)
    return cell[1:-1].replace(2 * _QUOTE, _QUOTE).strip() if is_quoted else cell
