"""HTML pages to pieces: text in reading order, with the grid place that is left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.pieces import Piece, Spot
from parsers.readers import read_document
from parsers.readers.html import read_html


def texts(page: str) -> list[str]:
    return [piece.text for piece in read_html(page).pieces]


def spots(page: str) -> dict[str, Spot | None]:
    return {piece.text: piece.spot for piece in read_html(page).pieces}


def test_blocks_end_pieces_and_spans_do_not() -> None:
    """A number cut in two by nested spans is one piece; paragraphs, divs and breaks are several."""
    assert texts("<p>采<span>购</span></p><div><span>2<o:p>72</o:p></span>.13</div>甲<br>乙") == ["采购", "272.13", "甲", "乙"]


def test_spans_place_the_cells_after_them() -> None:
    """Cells reaching down and to the right shift those that follow."""
    page = "<table><tr><td rowspan=2 colspan=2>头</td><td>甲</td></tr><tr><td>乙</td></tr><tr><td>丙</td></tr></table>"
    got = spots(page)
    assert got["头"] == Spot(1, 1, 1, 2, 2)
    assert got["甲"] == Spot(1, 1, 3)
    assert got["乙"] == Spot(1, 2, 3)
    assert got["丙"] == Spot(1, 3, 1)


@pytest.mark.parametrize("end", ["</html>", "</body></html>", "</BODY ></HTML\n>", "<html><body>头</body></html>"])
def test_a_page_within_a_page_does_not_end_it(end: str) -> None:
    """A header that is a whole page of its own stands before the report; what follows is read as browsers do."""
    assert texts(f"<html><body>{end}<p>甲</p>{end}<table><tr><td>乙</td></tr></table></body></html>")[-1] == "乙"
    assert "甲" in texts(f"<html><body>{end}<p>甲</p></body></html>")


def test_unclosed_cells_and_rows() -> None:
    """Pages leave td and tr open; the grid is the same."""
    assert spots("<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>")["丁"] == Spot(1, 2, 2)


def test_a_blank_cell_is_a_piece_and_its_blank_paragraphs_are_one() -> None:
    """Word leaves paragraphs of &nbsp; in empty cells and behind figures."""
    pieces = read_html("<table><tr><td><p>0</p><p>&nbsp;</p></td><td><p>&nbsp;</p><p></p></td><td></td></tr></table>").pieces
    assert [(piece.text, piece.spot.column if piece.spot else None) for piece in pieces] == [("0", 1), ("", 2), ("", 3)]


def test_blank_paragraphs_of_a_flattened_page_stay() -> None:
    """Outside tables a blank paragraph may be a blank cell."""
    assert texts("<p>规章</p><p>0</p><p>&nbsp;</p><p>3</p>") == ["规章", "0", "", "3"]


def test_nested_tables_have_their_own_grid_in_reading_order() -> None:
    """A layout table around the report does not disturb the table inside."""
    page = "<table><tr><td>前<table><tr><td>规章</td><td>1</td></tr></table>后</td></tr></table>"
    assert texts(page) == ["前", "规章", "1", "后"]
    assert spots(page)["1"] == Spot(2, 1, 2)


def test_places_are_stable_and_distinct() -> None:
    """The same bytes give the same places, one for each cell."""
    page = "<p>一</p><table><tr><td>甲</td><td>乙</td></tr></table><p>二</p>"
    places = [piece.place for piece in read_html(page).pieces]
    assert places == ["paragraph 1", "table 1 row 1 column 1", "table 1 row 1 column 2", "paragraph 2"]
    assert places == [piece.place for piece in read_html(page).pieces]


def test_scripts_styles_and_comments_are_no_text() -> None:
    """What a reader of the page does not see is not read."""
    assert texts(
        "<head><title>题</title></head><script>var a='规章'</script><style>p{}</style><!-- 0 --><p>文</p><select><option>1</select>"
    ) == ["文"]


def test_what_the_page_says_of_itself() -> None:
    """Standard meta tags in any case, the title and the first heading."""
    facts = read_html("<head><META content='2021-01-26' NAME='PubDate'><title> 甲 乙</title></head><h1>丙<b>丁</b></h1>").facts
    assert facts == {"pubdate": "2021-01-26", "title": "甲 乙", "heading": "丙丁"}


@pytest.mark.parametrize("span", ["2147483647", "-3", "x", "", "0", "9" * 50])
def test_absurd_spans_cost_nothing(span: str) -> None:
    """A corrupt span is neither an allocation nor an error."""
    got = spots(f"<table><tr><td colspan='{span}' rowspan='{span}'>甲</td><td>乙</td></tr></table>")
    assert got["乙"] is not None


def test_deep_nesting() -> None:
    """A thousand nested tags are read; ten thousand, more than libxml2 follows, end without error and without a figure."""
    assert texts("<div>" * 1_000 + "文" + "</div>" * 1_000) == ["文"]
    assert texts("<div>" * 10_000 + "7" + "</div>" * 10_000) == [""]


TAG_SOUP = st.lists(
    st.sampled_from(
        [
            "<table>",
            "</table>",
            "<tr>",
            "<td>",
            "</td>",
            "<td style='display:none'>",
            "<p>",
            "</p>",
            "<br>",
            "<td colspan=9 rowspan=9>",
            "规章",
            "7",
            "&nbsp;",
            "<script>",
            "<div>",
            "</div>",
            "\x00",
            "<!--",
        ]
    ),
    max_size=40,
)


@given(TAG_SOUP)
def test_any_tag_soup_is_read(parts: list[str]) -> None:
    """No mixture of tags raises or invents text."""
    for piece in read_html("".join(parts)).pieces:
        assert isinstance(piece, Piece)
        assert set(piece.text) <= set("规章7 <>!-/=abcdefghijklmnoprstw9&;") | {" "}


@given(TAG_SOUP)
def test_rows_read_in_one_go_are_read_alike(parts: list[str]) -> None:
    """A tag without meaning keeps a row from being read in one go, and changes nothing that is read."""
    page = "".join(parts)
    cells = [f"{part}<q></q>" if part.startswith("<td") else part for part in parts]
    assert read_html("".join(cells)) == read_html(page)


@pytest.mark.parametrize("style", ["display:none", "DISPLAY : None", "&#100;isplay:none", "text-decoration:line-through"])
def test_what_a_line_hides_is_left_out(style: str) -> None:
    """However its style is spelled, in a paragraph and in a cell; tags around it that hide nothing leave their text."""
    hiding = f'<b>1</b><span style="{style}">2</span><font>3</font>'
    page = f"<p>{hiding}</p><table><tr><td>{hiding}</td><td><p style='{style}'>9</p></td></tr></table>"
    assert texts(page) == ["13", "13", ""]


@pytest.mark.parametrize("around", ["{}", "<table><tr><td>{}</td></tr></table>"])
@pytest.mark.parametrize(("how", "column"), [('style="display:none"', 2), ("hidden", 2), ('style="visibility:hidden"', 3)])
def test_a_hidden_cell_takes_nothing_with_it(around: str, how: str, column: int) -> None:
    """A cell that is not shown leaves its column to the next, as browsers lay tables out; one that is invisible keeps it. What stands behind is the page's."""
    page = around.format(f"<table><tr><td>甲</td><td {how}>9</td><td>1</td></tr></table>") + "<p>后面</p>"
    found = [(piece.text, piece.spot and piece.spot.column) for piece in read_html(page).shown.pieces if piece.text]
    assert found == [("甲", 1), ("1", column), ("后面", None)]


def test_a_block_around_a_table_is_no_blank_one() -> None:
    """What its cells hold, it holds, and so it does of an empty paragraph in one; of an empty cell it does not."""
    assert texts("<div><table><tr><td>7</td></tr></table></div>") == ["7"]
    assert texts("<div><table><tr><td><p></p></td></tr></table></div>") == [""]
    assert texts("<div><table><tr><td></td></tr></table></div>") == ["", ""]


@pytest.mark.parametrize("how", ["hidden", 'style="visibility: hidden"', 'style="display:none"'])
def test_what_is_hidden_by_attribute_or_style(how: str) -> None:
    """Last year's article that a page keeps and does not show."""
    assert [piece.text for piece in read_html(f"<div {how}><p>去年</p></div><p>今年</p>").shown.pieces] == ["今年"]


def test_what_was_typed_into_a_field_of_a_cell() -> None:
    """A textarea shows its text; one that holds markup, or is not shown, is a store of the page's own."""
    page = "<table><tr><td>规章</td><td><textarea>12</textarea></td><td><textarea hidden>13</textarea></td></tr></table>"
    assert texts(f"{page}<textarea><p>14</p></textarea>") == ["规章", "12", ""]


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("<select><option>9<option selected>12</select>", "12"),
        ("<select><optgroup><option>9<option selected label=13>12</select>", "13"),
        ("<select><option>9<option>12</select>", ""),
        ("<select><option selected>9<option selected>12</select>", ""),
        ("<select multiple><option>9<option selected>12</select>", ""),
        ("<select size=3><option>9<option selected>12</select>", ""),
        ("<select hidden><option>9<option selected>12</select>", ""),
    ],
)
def test_what_was_chosen_in_a_cell(how: str, shown: str) -> None:
    """A list shows the one option that is selected; outside of cells, or beside a text, it is a menu of the page."""
    assert texts(f"<table><tr><td>规章{how}</td><td>{how}</td></tr></table>{how}") == ["规章", shown]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_page_is_the_same_in_every_charset(codec: str, mark: str) -> None:
    """Bytes that are UTF-8 are handed on as they came; marks of no width, also before the page, are none of it."""
    page = f"{mark}<html><head><title>年报</title></head><table><tr><td>规{mark}章</td><td>1\u206012</td></tr></table></html>"
    document, _ = read_document(page.encode(codec))
    assert [piece.text for piece in document.pieces] == ["规章", "112"]
    assert document.facts == {"title": "年报"}


def test_a_damaged_byte_of_a_page_costs_one_character() -> None:
    """Bytes that are nearly UTF-8 are not handed on as they came."""
    page = "<table><tr><td>规章</td><td>12\ufffd</td></tr></table>".encode().replace("\ufffd".encode(), b"\xe8")
    assert [piece.text for piece in read_document(page + "其他说明文字".encode())[0].pieces][:2] == ["规章", "12\ufffd"]
