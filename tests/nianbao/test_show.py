"""A cell's evidence: the fragment of the source with the cell marked, for every cell of every fixture, and what is said of refused ones."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from nianbao.documents import identified
from nianbao.errors import DocumentError, UnknownCell
from nianbao.evidence import fragment
from nianbao.marked import marked_html
from nianbao.show import evidence, lines
from parsers.forms import forms

FIXTURES = Path(__file__).parents[1] / "fixtures"
PAGES = sorted(page for page in FIXTURES.glob("*/page.*") if (page.parent / "report.json").exists())
FORM = forms()["e2021"]
TABLE = """<html><body><script>var x = 1;</script><table onclick="steal()" background="http://a.example/b.png">
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td style="background:url(http://a.example/c.png)">规章<script>alert(1)</script><img src="http://a.example/d.png" onerror="x()">
</td><td>0</td><td><a href="javascript:x()">0 &lt;b&gt;</a></td><td colspan="2" rowspan="99999999999"><p>7</p></td></tr>
</table></body></html>"""


def nianbao(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "nianbao", *map(str, arguments)], capture_output=True, check=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_place_leads_back_to_the_print(page: Path) -> None:
    """The marked part of the fragment is what the cell printed, in text and in the page's own table."""
    data = page.read_bytes()
    report = identified(data, source=page.name)
    form = forms().get(report.form or "")
    assert all(cell.place for cell in report.cells.values())
    for cell in list(report.cells.values())[:: 1 if len(data) < 9000 else 7]:
        (marked,) = [line for line in fragment(data, cell.place or "", form=form).lines if line.mark]
        assert marked.parts[1] == (cell.raw or "").strip()
        tree = html.fragment_fromstring(marked_html(data, cell.place or "", form=form), create_parent=True)
        (in_html,) = tree.xpath("//*[@class = 'marked'] | //mark")
        assert " ".join(in_html.text_content().split()) == (cell.raw or "").strip()


@pytest.mark.parametrize("page", sorted(FIXTURES.glob("*/page.*")), ids=lambda page: page.parent.name)
def test_every_figure_stands_at_its_place(page: Path) -> None:
    """Of every fixture, whatever its layout: one mark, and in it the figure as printed; more than that only where figures are glued together, its beginning
    where it goes on in the next line."""
    data = page.read_bytes()
    report = identified(data, source=page.name)
    with_figure = [cell for cell in report.cells.values() if cell.value is not None]
    for cell in with_figure[:: 1 if len(data) < 9000 else 9]:
        lines = fragment(data, cell.place or "", form=forms().get(report.form or "")).lines
        (marked,) = [line for line in lines if line.mark]
        assert cell.raw
        found = marked.parts[1]
        is_glued = " part " in (cell.place or "") or found.strip().isdecimal()
        behind = "".join(line.text.strip() for line in lines[lines.index(marked) :])
        goes_on = len(found) < len(cell.raw) and behind.startswith(cell.raw)
        assert " ".join(found.split()) == " ".join(cell.raw.split()) or (is_glued and cell.raw in found) or goes_on


@pytest.mark.parametrize(
    ("text", "place", "marked"),
    [
        ("a\r\nb\r6\n", "line 3", "»6«"),
        ("规章 | 1 | 22 |", "line 1 cell 3", "规章 | 1 | »22« |"),
        ("| 规章 | 1 | 22 |", "line 1 cell 3", "| 规章 | 1 | »22« |"),
        ("行政许可 5 6 5", "line 1 part 4", "行政许可 5 6 »5«"),
        ("规章\n5", "before line 2", "»«5"),
        ("规章\n5", "after line 2", "5»«"),
        ("规章\n  \n", "line 2", "»  «"),
    ],
)
def test_marks_in_text(text: str, place: str, marked: str) -> None:
    """Lines, cells between pipes, parts of a line, and blanks of which only the gap is left."""
    lines = fragment(text.encode(), place, form=FORM).lines
    assert [line.marked() for line in lines if line.mark] == [marked]


@pytest.mark.parametrize("place", ["line 9", "table 1 row 1 column 1", "paragraph 3", "somewhere", "line 1 row 2"])
def test_a_place_that_is_not_there(place: str) -> None:
    """Named, not guessed."""
    with pytest.raises(DocumentError, match=re.escape(place) if place != "somewhere" else "no place"):
        fragment(b"one line", place)


def test_the_table_is_safe_to_serve() -> None:
    """Nothing that runs or loads is left; spans are numbers; the page's own markup in text stays text."""
    shown = marked_html(TABLE.encode(), "table 1 row 2 column 4")
    for bad in ("script", "alert", "http", "style", "onclick", "onerror", "href", "img", "javascript"):
        assert bad not in shown
    assert '<td colspan="2" class="marked">7</td>' in shown
    assert "0 &lt;b&gt;" in shown
    assert "规章" in shown


def test_marks_of_the_page_itself_stay_text() -> None:
    """Marks and tags printed on a line are neither marks nor tags of ours."""
    assert (
        marked_html("» <script>6</script>\n5".encode(), "line 2")
        == "<p>» &lt;script&gt;6&lt;/script&gt;</p>\n<p><mark>5</mark></p>\n"
    )


def test_the_heading_names_the_column() -> None:
    """The labels over the cell, from the top; figures between are no labels."""
    page = FIXTURES / "html_table_2021" / "page.html"
    assert fragment(page.read_bytes(), "table 2 row 6 column 5").heading[-2:] == ("法人或其他组织", "商业企业")


def test_labels_of_other_columns_are_no_heading() -> None:
    """Where spans are lost, the labels of the header do not stand above the columns that they name."""
    page = re.sub(rb" (?:row|col)span=['\"]?\d+['\"]?", b"", (FIXTURES / "html_table_2021" / "page.html").read_bytes())
    report = identified(page, source="page.html")
    labels = {"自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"}
    for key in (key for key in report.cells if key.startswith("t3.") and report.cells[key].place):
        shown = evidence(report, page, key)
        assert shown.fragment
        assert not labels.intersection(shown.fragment.heading[-1:]) or shown.fragment.heading[-1] == shown.labels[-1]


@pytest.mark.parametrize("case", ["page_statistics_two_columns_in_lines", "page_mixed_2021_t3_not_read", "real_061"])
def test_cells_of_other_forms_are_shown(case: str) -> None:
    """Parts of the lines of a statistics form, a block of the other edition, and table 四 alone, which is of either: no edition's own cells."""
    (page,) = (FIXTURES / case).glob("page.*")
    report = identified(page.read_bytes(), source=page.name)
    for key, cell in report.cells.items():
        shown = evidence(report, page.read_bytes(), key)
        assert shown.labels
        assert cell.raw is None or shown.fragment


def test_a_refused_cell_says_why_and_where_its_candidates_stand() -> None:
    """More figures than columns: no value, the candidates with the lines they stand on."""
    page = (FIXTURES / "flattened_text_2020" / "page.txt").read_text("utf-8")
    head, label, tail = page.partition("行政事业性收费")
    data = f"{head}{label}\n\n31\n\n32\n\n33\n{tail.partition('第二十条')[1]}{tail.partition('第二十条')[2]}".encode()
    key = "t2_8.administrative_fees.items_prior_year"
    shown = evidence(identified(data, source="page.txt"), data, key)
    assert shown.cell.value is None
    assert [(c.value, len(c.places)) for c in shown.candidates] == [(31, 1), (32, 1), (33, 1)]
    printed = "\n".join(lines(shown))
    assert f"{key}: no figure (ambiguous)" in printed
    assert "more than one placement fits" in printed
    assert f"candidate 31: {shown.cell.place}" in printed


def test_an_unread_cell_says_so() -> None:
    """Nothing located, nothing shown."""
    page = (FIXTURES / "flattened_text_2020" / "page.txt").read_text("utf-8")
    data = page.partition("第二十条（八）项")[0].replace("行政事业性收费", "").encode()
    report = identified(data, source="page.txt")
    shown = evidence(report, data, "t2_8.administrative_fees.items_prior_year")
    assert (shown.fragment, shown.html, shown.candidates) == (None, None, ())
    assert "nothing was located for it" in "\n".join(lines(shown))


def test_keys_near_an_unknown_one() -> None:
    """A part of a key, or one misspelled, leads to those that are meant."""
    page = FIXTURES / "html_table_2021" / "page.html"
    report = identified(page.read_bytes(), source="page.html")
    with pytest.raises(UnknownCell, match=r"near: t3\.granted\.natural_person, t3\.granted\.commercial"):
        evidence(report, b"", "granted")
    with pytest.raises(UnknownCell, match=r"near: t4\.review_upheld"):
        evidence(report, b"", "t4.reviews_upheld")


def test_show_prints_figure_state_and_fragment() -> None:
    """What a reader sees, and the same for machines."""
    page = FIXTURES / "html_table_2021" / "page.html"
    result = nianbao("show", page, "t3.granted.total")
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode().startswith("t3.granted.total: 1031 (read)\n")
    assert (
        "> row 6  三、本年度办理结果 | （一）予以公开 | 1025 | 1026 | 1027 | 1028 | 1029 | 1030 | »1031«"
        in result.stdout.decode()
    )
    told = json.loads(nianbao("show", page, "t3.granted.total", "--json").stdout)
    assert (told["value"], told["state"], told["place"]) == (1031, "read", "table 2 row 6 column 10")
    assert [line["mark"] is not None for line in told["fragment"]["lines"]] == [False, True, False]
    assert {finding["rule"] for finding in told["findings"]} >= {"t3.row_sum.granted", "t3.outcome_sum.total"}


def test_show_ends_with_a_message(tmp_path: Path) -> None:
    """An unknown key is wrong use; a page without figures has no cell."""
    page = FIXTURES / "html_table_2021" / "page.html"
    unknown = nianbao("show", page, "t3.grantd.total")
    assert (unknown.returncode, unknown.stdout) == (2, b"")
    assert "near: t3.granted.total" in unknown.stderr.decode()
    (tmp_path / "a.html").write_text("<p>not found</p>")
    other = nianbao("show", tmp_path / "a.html", "t3.granted.total")
    assert (other.returncode, other.stdout) == (1, b"")
    assert "there is no cell to show" in other.stderr.decode()


def test_a_figure_of_an_older_form() -> None:
    """The statistics table of 2014: its keys are cells as those of the forms with sections are, also where nothing is printed or two figures are."""
    rows = "（一）收到申请数 | 件 | 12 |\n1.当面申请数 | 件 | 3 |\n2.传真申请数 | 件 | 0 |\n3.网络申请数 | 件 | 9 |\n4.信函申请数 | 件 | |"
    text = f"某某镇2016年政府信息公开工作年度报告\n政府信息公开情况统计表\n统计指标 | 单位 | 统计数 |\n{rows}\n（二）申请办结数 | 件 | 12 |\n"
    report = identified(text.encode(), source="page.txt")
    assert report.form == "s2014"
    shown = "\n".join(lines(evidence(report, text.encode(), "s14.requests_online")))
    assert "s14.requests_online: 9 (read)" in shown and "»9«" in shown
    assert all(evidence(report, text.encode(), key).key == key for key in report.cells)


def test_a_report_without_a_form_has_no_cell() -> None:
    text = "某某镇2012年政府信息公开工作年度报告\n一、概述\n2012年主动公开政府信息30条。\n二、依申请公开情况\n收到政府信息公开申请2件。\n"
    report = identified(text.encode(), source="page.txt")
    assert report.form == "free"
    with pytest.raises(DocumentError, match="no cell to show"):
        evidence(report, text.encode(), "t3.granted.total")
