"""Plain text to pieces: lines, and cells between pipes in every way they are printed."""

from __future__ import annotations

import pytest

from parsers.readers.text import read_text

ROWS = [["信息内容", "本年制发件数", "本年废止件数"], ["规章", "1", "2"], ["行政规范性文件", "", "4"]]


def texts(text: str) -> list[str]:
    return [piece.text for piece in read_text(text).pieces]


def filled(text: str) -> list[str | int]:
    """The texts, with the number of cells where several without text were printed together."""
    return [piece.fill or piece.text for piece in read_text(text).pieces]


@pytest.mark.parametrize(
    "page",
    [
        "\n".join(" | ".join(row) + " |" for row in ROWS),
        "\n".join("| " + " | ".join(row) + " | " for row in ROWS),
        "\n".join(f"{cell} |" if cell else "|" for row in ROWS for cell in row),
        "\n".join(f"{cell}\n|" if cell else "|" for row in ROWS for cell in row),
        "| \n" + "\n".join(f" {cell}  | " for row in ROWS for cell in row),
    ],
    ids=["behind (A4)", "in front (A3)", "cell a line (A8)", "pipe a line (A9)", "newline after each (A10)"],
)
def test_pipes_close_cells_however_they_stand(page: str) -> None:
    """The same cells come out of every layout; a blank one stays a blank piece."""
    got = [text for text in texts(page) if text]
    assert got == [cell for row in ROWS for cell in row if cell]
    assert texts(page)[texts(page).index("行政规范性文件") + 1] == ""


def test_what_fills_a_row_up_is_one_piece() -> None:
    """Several pipes on a line of their own: how many of them are figures is not known."""
    assert filled("规章 |\n0 |\n||||\n行政许可 |") == ["规章", "0", 4, "行政许可"]


def test_a_lone_pipe_is_a_blank_cell_only_where_no_cell_is_open() -> None:
    """Behind an unclosed cell it closes it; behind a closed one it is a cell without text."""
    assert texts("规章\n|\n0\n|") == ["规章", "0"]
    assert texts("规章 |\n|\n0 |") == ["规章", "", "0"]


def test_empty_lines_separate_and_blank_lines_are_cells() -> None:
    """What a blank paragraph leaves is a line of white space."""
    assert texts("规章\n\n0\n\n \n\n3\n") == ["规章", "0", " ", "3"]


def test_places_lead_back() -> None:
    """Line numbers count every line, empty ones too; cells are counted on their line."""
    assert [piece.place for piece in read_text("题\n\n规章 | 0 |\n").pieces] == ["line 1", "line 3 cell 1", "line 3 cell 2"]
