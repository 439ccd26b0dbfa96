"""A row's cells by counting, where no grid is left.

As many figures as columns are the row. Fewer leave open which cells are blank and which are lost; that is settled only by what the other
rows of the table show: how many cells fill every row up, and whether blanks stand where no cell is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile
from operator import attrgetter

from parsers.anchors import is_value
from parsers.cells import several_figures
from parsers.forms import Table
from parsers.numerals import is_reference, read_figure
from parsers.pieces import Piece
from parsers.rows import Run
from parsers.summed import is_summed

FEWEST_ON_PAGE = 5
"""How many rows of other tables must show that nothing fills rows up."""
MOST_GROUPS = 3
FEWEST_PAIRS = 3
FEWEST_OPENING = 4
"""Figures of a table's first row that a document may end within: two could be the first column and 总计."""
FEWEST_WITNESSES = 2
MOST_FITTING = 0.7
HEADER_SHORTER = 3
"""Cells of a row of table 三 beyond the five that the last row of its header prints: the label, 自然人 and 总计."""
"""How many rows must show what fills rows up."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What the rows of a table, or of a page, have in common."""

    spare: Mapping[int, int]
    """How many cells fill rows up behind their columns, by the number of group labels that share the row; empty where the rows do not say."""
    is_noisy: bool
    """Whether blanks stand between figures that are all there: a blank is no sign of a cell then."""
    gap: int | None = None
    """Line ends between two cells, where all whole rows agree."""
    keeps_gaps: bool = False
    """Whether rows with different numbers of figures each end in just as many line ends as they lack cells."""
    is_whole: bool = False
    """Whether there are rows before the last, each with a figure in every cell."""
    is_opening: bool = False
    """Whether the table has one row only, and rows of other tables have a figure in every cell."""
    vanishes: bool = False
    """Whether cells left no trace in other rows: a blank is no sign of one then."""
    is_led: bool = False
    """Whether a blank in front of rows belongs to their labels, whose spans were written out: one at either end of a row may be no cell then."""
    is_glued_short: bool = False
    """Whether digits printed in one run are fewer than the columns of their row: cells without text left no trace in others either."""
    is_padded: bool = False
    """Whether pipes fill rows up to the width of their grid, rows that lost a cell as well."""
    is_opened: bool = False
    """Whether a pipe opens rows: the one behind a row is that of the next."""
    is_paired: bool = False
    """Whether two columns are filled throughout and the others collapsed: the first and 总计 (layouts.md A13)."""
    is_summed: bool = False
    """Whether every row ends with its sum where blanks moved behind the figures: the last figure is 总计."""


WHOLE = Habit(spare={}, is_noisy=False)
"""Of a table whose rows have a figure in every cell: nothing is asked of other rows."""


@dataclass(frozen=True, eq=False)
class PageRows:
    """The rows of a page, and what they show together whatever their table."""

    runs: Sequence[Run]

    @cached_property
    def whole(self) -> Sequence[Run]:
        """Those with a figure in every cell."""
        return [run for run in self.runs if run.is_whole and run.closed]

    @cached_property
    def is_noisy(self) -> bool:
        """Whether blanks stand between the figures of whole rows; in one alone it is a cell, and a figure beside it cut in two."""
        return sum(run.has_blank_between for run in self.whole) >= FEWEST_WITNESSES

    @cached_property
    def gap(self) -> int | None:
        """Line ends between two cells, where all whole rows agree."""
        gaps = {gap for run in self.whole for gap in run.gaps}
        return gaps.pop() if len(gaps) == 1 and 0 not in gaps else None

    @cached_property
    def is_glued_short(self) -> bool:
        """Whether digits in one run (`规章00`) are fewer than the columns of their row."""
        return any(map(_is_glued_short, self.runs))

    def is_glued_short_in(self, table: Table) -> bool:
        """The same of the rows of one table."""
        return any(_is_glued_short(run) for run in self.runs if run.table is table)

    @cached_property
    def header_widths(self) -> Mapping[str, set[int]]:
        """How wide the rows of each part are by their headers: one number, where nothing is lost."""
        widths: dict[str, set[int]] = {}
        for run in self.runs:
            if run.closed and run.header.behind is not None:
                widths.setdefault(run.table.part, set()).add(run.columns + run.header.behind)
        return widths

    @cached_property
    def keeps_statutory_order(self) -> bool:
        """Whether its headers print their columns in the form's own order, one of several columns without a misprint among them."""
        heads = [(run.header, run.table) for run in self.runs if len(run.header.order) > 1]
        is_shown = any(not header.is_misprinted for header, _ in heads)
        return is_shown and all(header.keeps_statutory_order(table) for header, table in heads)

    @cached_property
    def has_none_behind_tables(self) -> bool:
        """Whether the last rows of its small tables that are whole have nothing behind them, two of them at least: a blank there is no empty line."""
        last = {run.table.id: run for run in self.runs}
        whole = [run for run in last.values() if run.is_whole and run.columns > 1]
        return len(whole) >= FEWEST_WITNESSES and not any(run.behind for run in whole)

    @cached_property
    def is_opened(self) -> bool:
        """Whether a pipe on a line of its own opens rows (layouts.md A6)."""
        return any(run.header.is_opened for run in self.runs)

    @cached_property
    def is_padded(self) -> bool:
        """Whether pipes fill up rows, the headers above them, or captions. Two behind one of these are enough: none of a row opens with two."""
        rows = sum(run.pipes_behind > self.is_opened for run in self.whole)
        headers = {run.table.id: run.header.behind or 0 for run in self.runs}
        captions = (run.header.caption_fill for run in self.runs)
        is_wide = any(behind > self.is_opened + 1 for behind in (*headers.values(), *captions))
        return is_wide or rows + sum(behind > self.is_opened for behind in headers.values()) >= FEWEST_WITNESSES

    @cached_property
    def printed_by_line(self) -> Sequence[Run]:
        """Those with line ends between all their cells."""
        return [run for run in self.runs if run.gaps and 0 not in run.gaps]

    @cached_property
    def parts(self) -> Mapping[str, Sequence[Run]]:
        """The rows by the part of the form that their table belongs to."""
        parts: dict[str, list[Run]] = {}
        for run in self.runs:
            parts.setdefault(run.table.part, []).append(run)
        return parts


def _is_glued_short(run: Run) -> bool:
    is_glued = run.closed and len(run.figures) == 1 and run.figures[0].is_glued
    return is_glued and 0 < len(run.figures[0].text.strip()) < run.columns


def habit(runs: Sequence[Run], page: PageRows) -> Habit:
    """The habit of a table's rows."""
    return Habit(
        spare=_agreed(_spare(runs, page), runs, page) or _spare_by_header(runs, page),
        is_noisy=page.is_noisy,
        gap=page.gap,
        keeps_gaps=page.gap is not None and _keeps_gaps(runs, page.gap),
        is_whole=len(runs) > 1 and all(run.is_whole for run in runs[:-1]),
        is_opening=len(runs) == 1 < len(runs[0].table.rows)
        and sum(run.is_whole for run in page.runs if run is not runs[0]) >= FEWEST_WITNESSES,
        vanishes=_vanishes(runs, page) or _fall_short(runs),
        is_led=any(_is_led(run, page.gap) for run in runs),
        is_glued_short=page.is_glued_short,
        is_padded=page.is_padded,
        is_opened=page.is_opened,
        is_paired=_is_paired(runs),
        is_summed=is_summed(runs),
    )


def _vanishes(runs: Sequence[Run], page: PageRows) -> bool:
    """Whether other rows printed line by line fall short of their columns, and none has as many as columns with blanks among them."""
    others = [run for run in page.printed_by_line if run.table is not runs[0].table]
    is_kept = any(run.behind == 0 and not run.is_whole and run.figures for run in others)
    return not is_kept and sum(run.closed and run.behind < 0 for run in others) >= FEWEST_WITNESSES


def _fall_short(runs: Sequence[Run]) -> bool:
    """Whether rows of a table with fewer cells than columns are more than those with just as many, a blank among them.

    A column was lost from it then, and what opens or fills up a row (the span of its label, written out) makes some as long as they should be.
    """
    short = sum(run.closed and bool(run.pieces) and run.behind < 0 for run in runs)
    kept = sum(run.behind == 0 and not run.is_whole and bool(run.figures) for run in runs)
    return FEWEST_WITNESSES <= short > kept


def _is_led(run: Run, gap: int | None) -> bool:
    """Whether a row begins with a blank, or with the line end that is left of one, and reaches up to its last figure further than its columns."""
    extra = [max(piece.gap - gap, 0) if gap else 0 for piece in run.pieces]
    reach = next((number for number in range(len(run.pieces), 0, -1) if not run.pieces[number - 1].is_blank), 0)
    is_led = bool(run.closed and run.row.labels and run.pieces) and (run.pieces[0].is_blank or extra[0] > 0)
    return is_led and reach + sum(extra[:reach]) > run.columns


def _is_paired(runs: Sequence[Run]) -> bool:
    """Whether the rows show a figure and its total, zeros too, and nothing else: a body that fills in 自然人 and 总计 (Yueyang, content_1649246).

    Zeros must be printed and other figures too: where zeros are left blank, any kind of applicant may be the one that is left.
    """
    pairs = [run.values for run in runs if len(run.figures) == 2]
    alike = [pair[0] for pair in pairs if pair[0] is not None and pair[0] == pair[1]]
    is_whole = any(len(run.figures) > 2 or any(p.is_blank and not p.fill for p in run.pieces) for run in runs)
    return len(alike) == len(pairs) >= FEWEST_PAIRS and any(alike) and not all(alike) and not is_whole


def by_pair(run: Run, of: Habit) -> dict[int, Piece] | None:
    """The first column and the last of a row in a table that is filled in those two."""
    is_pair = of.is_paired and len(run.figures) == 2 and run.closed
    return {0: run.figures[0], run.columns - 1: run.figures[1]} if is_pair else None


def _spare(runs: Sequence[Run], page: PageRows) -> Mapping[int, int]:
    """What fills up the whole rows of a table, its last row aside, which often has nothing behind it; by the group labels that share a row.

    One row is no witness, it may have lost what stood behind it: others of the same part (the blocks of table 二 share one grid) must be as
    wide, or filled up alike. A table without a whole row follows its part.
    """
    part = page.parts[runs[0].table.part]
    whole = [run for run in part[:-1] or part if (run.is_whole or run.is_filled_up) and run.closed]
    if len(whole) >= FEWEST_WITNESSES and not any(run.behind for run in whole):
        return dict.fromkeys(range(MOST_GROUPS), 0)
    if not whole and is_flush(part):
        return dict.fromkeys(range(MOST_GROUPS), 0)
    if not whole and _nothing_behind(page):
        return dict.fromkeys(range(MOST_GROUPS), 0) if ends_blank(runs) else {0: 0}
    plain = _only({run.behind for run in runs[:-1] or runs if run in whole and not run.groups})
    if plain is None and not any(run in whole for run in runs[:-1] or runs):
        plain = _only({run.behind + run.columns for run in whole if not run.groups})
        plain = None if plain is None else plain - runs[0].columns
    if plain is None or plain < 0:
        return {}
    witnesses = [run for run in whole if _bears_out(run, plain, runs[0].columns)]
    if len(witnesses) < FEWEST_WITNESSES or 2 * len(witnesses) <= len([run for run in whole if not run.groups]):
        return {}
    return {groups: behind for groups in range(MOST_GROUPS) if (behind := _beside_groups(groups, plain, whole)) is not None}


def _agreed(spare: Mapping[int, int], runs: Sequence[Run], page: PageRows) -> Mapping[int, int]:
    """What rows show, unless the headers of the part show another width: pipes may have been lost from either."""
    if not spare or runs[0].table.id == "t4":
        return spare
    by_header = _beside_header(runs[0])
    if len(page.header_widths.get(runs[0].table.part, ())) > 1 or by_header.get(0, spare.get(0)) != spare.get(0):
        return {}
    return {groups: behind for groups, behind in spare.items() if by_header.get(groups, behind) == behind}


def _spare_by_header(runs: Sequence[Run], page: PageRows) -> Mapping[int, int]:
    """What fills rows up, as the last row of the header is filled up: the two are as wide.

    The headers of a part must be as wide as each other, and most rows as wide as their header: one line lost would say as much.
    """
    part = [run for run in page.parts[runs[0].table.part] if run.closed]
    fitting = [run for run in part if run.behind == _beside_header(run).get(run.groups)]
    is_fitting = FEWEST_WITNESSES <= len(fitting) >= MOST_FITTING * len(part)
    if runs[0].table.id == "t4" or len(page.header_widths.get(runs[0].table.part, ())) != 1 or not is_fitting:
        return {}
    return _beside_header(runs[0])


def _beside_header(run: Run) -> Mapping[int, int]:
    """What stands behind rows by the groups that share them. The last row of table 三's header prints the five organisations alone."""
    behind = run.header.behind
    if behind is None:
        return {}
    is_shorter = run.table.id == "t3" and behind >= HEADER_SHORTER
    return {groups: behind - (HEADER_SHORTER + groups) * is_shorter for groups in range(MOST_GROUPS)}


def is_flush(runs: Sequence[Run]) -> bool:
    """Whether rows of a grid, with and without a group beside their label, all have as many cells as columns: nothing fills any of them up."""
    cells = [run for run in runs if run.closed and run.pieces]
    is_grid = len(cells) >= FEWEST_ON_PAGE and all(run.width is not None and not run.behind for run in cells)
    return is_grid and len({run.groups > 0 for run in cells}) > 1


def ends_blank(runs: Sequence[Run]) -> bool:
    """Whether rows on lines of their own, with and without a group beside their label, all have as many cells as columns and none a last figure.

    The last column is blank then; what fills rows up would be less beside a group, and a blank behind a table is no cell of one row alone.
    """
    cells = [run for run in runs if run.closed and run.pieces]
    is_each = all(not run.behind and run.pieces[-1].is_blank and all(piece.gap for piece in run.pieces) for run in cells)
    return len(cells) >= FEWEST_ON_PAGE and is_each and len({run.groups > 0 for run in cells}) > 1


def _beside_groups(groups: int, plain: int, whole: Sequence[Run]) -> int | None:
    """What stands behind rows that group labels share: less than behind others where a grid is filled up, as much where a pipe opens rows.

    More than one cell is never an opening pipe alone.
    """
    if groups == 0:
        return plain
    seen = [run.behind for run in whole if run.groups == groups]
    if len(seen) >= FEWEST_WITNESSES:
        return _only(set(seen))
    if seen:
        return plain - groups if plain > groups and set(seen) == {plain - groups} else None
    return plain - groups if plain > groups else None


def _nothing_behind(page: PageRows) -> bool:
    """Whether the page fills no row up and opens none by a pipe."""
    return len(page.whole) >= FEWEST_ON_PAGE and not any(run.behind for run in page.whole)


def _bears_out(run: Run, spare: int, columns: int) -> bool:
    """Whether a row shows that so many cells fill up rows of so many columns: filled up alike, or as wide."""
    return not run.groups and (run.behind == spare or run.behind + run.columns == spare + columns)


def _only(found: set[int]) -> int | None:
    return next(iter(found)) if len(found) == 1 else None


def _keeps_gaps(runs: Sequence[Run], gap: int) -> bool:
    """Whether the rows, the last aside, are all as long as their columns with a cell for each line end too many, and not by chance."""
    lines = [run for run in runs[:-1] if run.pieces and run.closed]
    lengths = {len(run.pieces) + sum(p.gap - gap for p in run.pieces) + run.gap_behind - gap for run in lines}
    return lengths == {runs[0].columns} and len({len(run.pieces) for run in lines}) > 1 and len(lines) >= FEWEST_ON_PAGE


def by_count(run: Run, of: Habit, *, is_last: bool) -> list[Piece] | None:
    """The row's cells from left to right, or None where more than one reading fits."""
    if run.is_whole:
        return list(run.figures) if _is_one_a_column(run, is_noisy=of.is_noisy) else None
    if not run.figures and run.behind >= 0:
        return [piece._replace(fill=0) for piece in run.pieces for _ in range(piece.fill or 1)][: run.columns]
    if _opens_with_words(run):
        return None
    if of.is_noisy:
        return _by_gaps(run, of) if of.keeps_gaps else None
    if run.is_filled_up:
        return None if _may_be_fill(run, of) else list(run.pieces[: run.columns])
    return _by_width(run, of, is_last=is_last) or _by_gaps(run, of)


_is_glued, _text_of = attrgetter("is_glued"), attrgetter("text")


def is_a_figure_short(rows: Sequence[Run]) -> bool:
    """Whether most rows of a table print a figure less than it has columns, in the same places, the last of them none: 总计 is left blank then."""
    short = [run for run in rows if 0 < len(run.figures) == run.columns - 1 and _lacks_its_last(run)]
    places = Counter(tuple(at for at, piece in enumerate(run.pieces) if not piece.is_blank) for run in short)
    return FEWEST_ON_PAGE <= max(places.values(), default=0) > sum(run.is_whole for run in rows)


def _lacks_its_last(run: Run) -> bool:
    """Whether no blank stands in front of a row's figures or between them; in a grid, where columns may stand empty, whether one is behind them."""
    is_at_end = run.width is not None and run.pieces[-1].is_blank
    return is_at_end or not any(piece.is_blank for piece in run.pieces[: run.columns - 1])


def is_one_too_many(run: Run, rows: Sequence[Run]) -> bool:
    """Whether a row with a figure for each column, where most rows are a figure short, may hold a number cut in two.

    Noughts are no part of one. That the last is the sum of the others proves nothing where no other row says as much: 11 cut in two is 1 and 1.
    """
    if not run.is_whole or not any(run.values):
        return False
    others = (other for other in rows if other is not run and other.is_whole)
    return not (ends_with_its_sum(run) and any(map(ends_with_its_sum, others)))


def may_lack_digits(run: Run) -> bool:
    """Whether a number below a row on one line may be the end of one of its own; the row's sum shows that it is not."""
    return run.may_go_on and any(run.values) and not ends_with_its_sum(run)


def ends_with_fill(run: Run) -> bool:
    """Whether a whole row ends with what fills it up, as its header does: no figures of another row stand behind.

    One figure alone may be that of a row whose label is lost, and the row's own lost as well.
    """
    is_another = run.columns == 1 and bool(run.unlabelled)
    fill = _beside_header(run).get(run.groups) if run.table.id != "t4" and not is_another else None
    return run.is_whole and bool(fill) and run.behind == fill and not any(piece.is_blank for piece in run.pieces[: run.columns])


def _is_one_a_column(run: Run, *, is_noisy: bool) -> bool:
    """Whether the figures of a whole row are one for each column.

    A blank between the figures of a grid, or of a page that prints none there, is a cell: they stand under columns divided in two (2022年 | 2021年).
    Table 四 prints blanks of its own. A cell that holds the figures of two columns leaves another of the row to be none of theirs.
    """
    is_glued = run.columns > 1 and any(map(_is_glued, run.figures))
    is_divided = (run.width is not None or not is_noisy) and run.table.part != "t4" and run.has_blank_between
    return not (is_glued or is_divided or _opens_with_words(run) or any(map(several_figures, map(_text_of, run.figures))))


def _opens_with_words(run: Run) -> bool:
    """Whether words stand first behind the label: they name a part of the row, not its first figure (行政检查 beside 其他对外管理服务事项)."""
    return bool(run.figures) and not (is_value(run.figures[0]) or is_reference(run.figures[0].text))


def _by_width(run: Run, of: Habit, *, is_last: bool) -> list[Piece] | None:
    first = list(run.pieces[: run.columns])
    if len(first) < run.columns or any(piece.fill for piece in first) or not all(p.is_blank for p in run.pieces[run.columns :]):
        return None
    if _may_have_moved(run, first, of):
        return None
    if run.behind == 0 and not first[-1].is_blank:
        return first
    if run.behind != of.spare.get(run.groups):
        return None
    # A blank paragraph behind a table looks like a blank cell of its last row.
    return None if is_last and run.behind == 0 and first[-1].gap else first


def _may_have_moved(run: Run, first: Sequence[Piece], of: Habit) -> bool:
    """Whether a blank among a row's first cells may be none of its own.

    It may be a pipe in front (layouts.md A6), the span of a label beside it, 总计 behind a lost cell or what fills the row up there, or a cell where others
    left no trace.
    """
    is_opened = first[0].is_blank and not run.row.labels and of.spare.get(0) != 0
    is_beside = of.is_led and (first[0].is_blank or first[-1].is_blank)
    is_moved_up = run.table.id == "t3" and first[-1].is_blank and ends_with_its_sum(run)
    return (
        is_opened
        or is_beside
        or is_moved_up
        or _may_be_fill(run, of)
        or (run.behind == 0 and of.vanishes and any(piece.is_blank for piece in first))
    )


def _may_be_fill(run: Run, of: Habit) -> bool:
    """Whether the last of a row's first cells may be a pipe that fills it up, and a cell before it lost or blank (layouts.md A13b).

    It is a cell of its own where it stands on a line, and what fills such rows up on another: more is what is left of a caption.
    """
    if not of.is_padded:
        return False
    last = run.pieces[run.columns - 1]
    is_fill_behind = of.is_opened < run.behind <= of.spare.get(run.groups, run.behind)
    return last.is_blank and not last.gap and (last.line > 0 or not is_fill_behind)


def ends_with_its_sum(run: Run) -> bool:
    """Whether the last figure is the sum of those before it: 总计, moved up by a cell that was lost, and no figure of the column where it stands."""
    *parts, last = run.values
    return bool(last) and None not in parts and sum(value for value in parts if value) == last


def _by_gaps(run: Run, of: Habit) -> list[Piece] | None:
    """Blank cells of which only a line end each is left (layouts.md A13c): the extra line ends are as many as the cells missing."""
    if of.gap is None or not run.pieces or any(piece.is_blank for piece in run.pieces) or len(run.pieces) > run.columns:
        return None
    missing = [piece.gap - of.gap for piece in run.pieces]
    behind = run.gap_behind - of.gap
    if min([*missing, behind]) < 0 or sum(missing) + max(behind, 0) + len(run.pieces) != run.columns:
        return None
    if not (sum(missing) or of.keeps_gaps) or (of.is_led and (missing[0] or behind > 0)):
        return None
    cells: list[Piece] = []
    for piece, count in zip(run.pieces, missing, strict=True):
        cells += [Piece("", f"before {piece.place}")] * count + [piece]
    return cells + [Piece("", f"after {run.pieces[-1].place}")] * behind


def cut_short(run: Run, of: Habit) -> list[Piece] | None:
    """The first cells of a row within which a text ends, where every row before it is whole; the others were not seen.

    A row of a grid that is not as wide as the others has rather lost a cell, and any of them: its page ends behind it.
    """
    seen = list(dropwhile(lambda piece: piece.is_blank, reversed(run.pieces)))[::-1]
    if (
        not run.is_cut
        or run.width is not None
        or not (of.is_whole or (of.is_opening and len(seen) >= FEWEST_OPENING))
        or of.is_noisy
        or len(seen) >= run.columns
        or any(p.is_blank or p.is_glued for p in seen)
    ):
        return None
    return _without_cut_number(seen) or None


def _without_cut_number(seen: Sequence[Piece]) -> list[Piece]:
    """The cells without the last one, with which the page ends: of a number that is not nought more digits may be lost."""
    figure = read_figure(seen[-1].text) if seen else None
    return list(seen[:-1] if figure and figure.value else seen)
