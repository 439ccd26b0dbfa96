"""Where the cells of a report were found, in few bytes: 200 places a report would otherwise be a third of the database.

Cells that stand side by side on the form mostly do so on the page. A line of the form is therefore written as its first place, with a number that counts on:
`[2, 6, 3]` is `table 2 row 6 column 3`, column 4 and so on; `["paragraph ", 47]` is `paragraph 47`, `paragraph 48` and so on. Any other line is the list of its
places, null where a cell has none. The view `printed_at` says it of each cell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

from nianbao.cellkeys import lines

Entry = Sequence[int | str | None]
_PLACE = "json_extract(p.lines, '$.\"' || c.line || '\"[' || {} || ']')"
_MOST_DIGITS = 9
SQL_PLACE = f"""case when json_type(p.lines, '$."' || c.line || '"[#-1]') <> 'integer' then {_PLACE.format("c.position")}
    when json_array_length(p.lines, '$."' || c.line || '"') = 2 then {_PLACE.format(0)} || ({_PLACE.format(1)} + c.position)
    else 'table ' || {_PLACE.format(0)} || ' row ' || {_PLACE.format(1)} || ' column ' || ({_PLACE.format(2)} + c.position) end"""
"""The place of the cell `c` of `form_cells` in the row `p` of `places`; null where it has none."""


def written(places: Mapping[str, str]) -> str | None:
    """The JSON object of `places.lines` for the places by cell key; None where there are none."""
    found = {
        str(number): _entry([places.get(key) for key in line])
        for number, line in enumerate(lines(), 1)
        if any(key in places for key in line)
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else None


def _entry(places: Sequence[str | None]) -> Entry:
    stem, first = _counted(places[0] or "")
    if first is None or any(place != f"{stem}{first + at}" for at, place in enumerate(places)):
        return list(places)
    of_table = _of_table(stem)
    return [*of_table, first] if of_table else [stem, first]


def _counted(place: str) -> tuple[str, int | None]:
    """A place as what stands before its last number, and that number."""
    before, blank, last = place.rpartition(" ")
    return before + blank, _number(last)


def _number(word: str) -> int | None:
    """Plain digits as a number, None for any other word. SQLite counts in 64 bits."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS else None


@cache
def _of_table(stem: str) -> tuple[int, int] | None:
    """Table and row of `table 2 row 6 column `; None for what is not written so."""
    table, row = ([*map(_number, stem.split(" ")[1::2]), None, None])[:2]
    return (table, row) if table is not None and row is not None and stem == f"table {table} row {row} column " else None
