"""Pages as portals print them: proper tables with spans, or every cell in a paragraph of its own with header cells cut.

What surrounds a report is on them too: menus that hold row labels, counters, dates, footers. The prose is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape

from nianbao.demo.plan import DemoReport
from nianbao.demo.prose import own_words
from parsers.forms import Row, Table

NOTICE = "本页为 nianbao 演示页面，数字由程序生成，并非任何机关公布。"
_CUT = {
    "本年新制作数量": "本年新<br>制作数量",
    "本年新公开数量": "本年新<br>公开数量",
    "本年增/减": "本年增/",
    "结果维持": "结 果 维 持",
    "其他结果": "其 他 结 果",
    "尚未审结": "尚 未 审 结",
}
"""Header cells as flattened pages cut them (layouts.md A1)."""
_SECTIONS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
_SPANS = {"refused": 8, "unavailable": 3, "not_processed": 5, "other": 3}


def render(report: DemoReport) -> bytes:
    """The page of a report as sent."""
    body = "\n".join(_flat(report) if report.layout == "flat" else _tables(report))
    declared = "gb2312" if report.charset == "gb18030" else report.charset
    return _PAGE.format(
        charset=declared, title=escape(report.title), unit=escape(report.printed_unit), day=report.published_on, body=body
    ).encode(report.charset)


_PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}</title><meta name="ContentSource" content="{unit}"></head>
<body>
<div class="nav"><a href="/">首页</a><a href="/xk">行政许可</a><a href="/cf">行政处罚</a><a href="/sf">行政事业性收费</a><span>今日访问</span><span>128</span></div>
<div class="crumbs">当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</div>
<h1>{title}</h1>
<div class="info">发布时间：{day} 来源：{unit} 浏览次数：<span>57</span></div>
<div class="article">
{body}
</div>
<div class="footer"><p>主办：演示门户</p><p>网站标识码：0000000000</p><script>var total = 12;</script></div>
</body></html>
"""


def _show(report: DemoReport, key: str) -> str:
    """A figure as printed: plain digits, a sign only for decreases, nothing for a blank cell."""
    value = report.cells[key]
    return (
        ""
        if value is None
        else format(value.to_integral_value() if value == value.to_integral_value() else value.normalize(), "f")
    )


def _prose(report: DemoReport) -> dict[int, list[str]]:
    total = report.cells["t3.new_requests.total"] or Decimal(0)
    period = (
        f"{report.year}11日至{report.year}1231日止"
        if report.layout == "flat"
        else f"{report.year}年1月1日至{report.year}年12月31日止"
    )
    return {
        0: [
            f"{NOTICE}本报告中所列数据的统计期限自{period}。",
            f"（一）主动公开情况。演示正文：栏目、目录和标准化目录按要求更新，共整理条目{17 + report.number % 90}条。",
            f"（二）依申请公开情况。全年收到政府信息公开申请{total}件。",
            "（三）监督保障情况。演示正文：行政许可、行政处罚、总计等词语也会出现在正文里，它们不是表格的标签。",
            *own_words(report),
        ],
        4: ["演示正文：问题一是更新不够及时，二是解读形式单一；改进措施两条，分别安排在第1季度和第3季度。"],
        5: ["无其他需要报告的事项。"],
    }


def _paragraphs(texts: list[str]) -> Iterator[str]:
    return (f"<p>{escape(text)}</p>" for text in texts)


def _assemble(report: DemoReport, blocks: dict[int, Iterator[str]]) -> Iterator[str]:
    prose = _prose(report)
    for number, heading in enumerate(_SECTIONS):
        yield f"<p><strong>{heading}</strong></p>"
        yield from _paragraphs(prose.get(number, []))
        yield from blocks.get(number, ())


def _by_section(report: DemoReport) -> dict[int, list[Table]]:
    return {
        1: [table for table in report.form.tables if table.id.startswith("t2")],
        2: [table for table in report.form.tables if table.id == "t3"],
        3: [table for table in report.form.tables if table.id == "t4"],
    }


def _flat(report: DemoReport) -> Iterator[str]:
    """Every cell a paragraph; blank paragraphs stand in table 四 before each 总计, as on the page that taught this layout."""
    of = _by_section(report)
    requests, reviews = of[2][0], of[3][0]
    proactive = (
        cell for table in of[1] for cell in (table.captions[0], *table.group_labels, *_heads(table), *_flat_rows(report, table))
    )
    three = [
        *requests.group_labels[2:3],
        "申请人情况",
        "自然人",
        "法人或其他组织",
        "总计",
        *_heads(requests)[1:-1],
        *_flat_requests(report, requests),
    ]
    results = ["结 果 维 持", "结 果", "纠 正", "其 他 结 果", "尚 未 审 结", "总计"]
    four = [
        "行政复议",
        "行政诉讼",
        *results,
        "未经复议直接起诉",
        "复议后起诉",
        *results,
        *results,
        *_flat_reviews(report, reviews),
    ]
    return _assemble(report, {1: map(_cell_paragraph, proactive), 2: map(_cell_paragraph, three), 3: map(_cell_paragraph, four)})


def _cell_paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False).replace('&lt;br&gt;', '<br>') or '&nbsp;'}</p>"


def _heads(table: Table) -> list[str]:
    return [_CUT.get(column.labels[0], column.labels[0]) for column in table.columns]


def _flat_rows(report: DemoReport, table: Table) -> Iterator[str]:
    for row in table.rows:
        yield row.labels[0]
        yield from (_show(report, key) for key in table.keys_of(row))


def _flat_requests(report: DemoReport, table: Table) -> Iterator[str]:
    for row, opening in _with_groups(table):
        yield from (label for label, _ in opening)
        yield row.labels[0]
        yield from (_show(report, key) for key in table.keys_of(row))


def _flat_reviews(report: DemoReport, table: Table) -> Iterator[str]:
    for position, key in enumerate(table.keys):
        if position % 5 == 4:
            yield ""
        yield _show(report, key)


def _with_groups(table: Table) -> Iterator[tuple[Row, list[tuple[str, int]]]]:
    """Rows of table 三 with the group labels, and their row spans, that open before them."""
    groups = {label[:3]: label for label in table.group_labels if label.startswith("（") and "勾稽" not in label}
    opens = {
        "refused_state_secret": "（三）",
        "unavailable_not_held": "（四）",
        "not_processed_petition_complaint": "（五）",
        "other_overdue_correction": "（六）",
    }
    for row in table.rows:
        opening: list[tuple[str, int]] = []
        if row.key == "granted":
            opening.append(("三、本年度办理结果", len(table.rows) - 3))
        if row.key in opens and opens[row.key] in groups:
            opening.append(
                (groups[opens[row.key]], _SPANS[row.key.split("_")[0] if not row.key.startswith("not_") else "not_processed"])
            )
        yield row, opening


def _tables(report: DemoReport) -> Iterator[str]:
    of = _by_section(report)
    return _assemble(
        report, {1: _proactive_table(report, of[1]), 2: _requests_table(report, of[2][0]), 3: _reviews_table(report, of[3][0])}
    )


def _tr(*cells: str) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _td(text: str, *, down: int = 1, across: int = 1) -> str:
    spans = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{across}"' if across > 1 else "")
    return f"<td{spans}><p>{escape(text, quote=False).replace('&lt;br&gt;', '<br>') or '&nbsp;'}</p></td>"


def _proactive_table(report: DemoReport, tables: list[Table]) -> Iterator[str]:
    yield '<table border="1">'
    for table in tables:
        last = 4 - len(table.columns)
        yield _tr(_td(table.captions[0], across=4))
        yield _tr(_td("信息内容"), *_spread(_table_heads(table), last))
        for row in table.rows:
            yield _tr(_td(row.labels[0]), *_spread([_show(report, key) for key in table.keys_of(row)], last))
    yield "</table>"


def _table_heads(table: Table) -> list[str]:
    return [column.labels[0].replace("本年新", "本年新<br>") for column in table.columns]


def _spread(texts: list[str], last: int) -> Iterator[str]:
    """Cells of a row of four columns: the last one reaches over what is left."""
    yield from (_td(text) for text in texts[:-1])
    yield _td(texts[-1], across=last)


def _requests_table(report: DemoReport, table: Table) -> Iterator[str]:
    heads = _table_heads(table)
    yield '<table border="1">'
    yield _tr(_td(table.group_labels[2], down=3, across=3), _td("申请人情况", across=7))
    yield _tr(_td(heads[0], down=2), _td("法人或其他组织", across=5), _td(heads[-1], down=2))
    yield _tr(*(_td(head) for head in heads[1:-1]))
    for row, opening in _with_groups(table):
        in_group = row.labels[0][0].isdigit()
        across = 3 if row.labels[0][1] == "、" else 1 if in_group else 2
        labels = [_td(label, down=down) for label, down in opening]
        yield _tr(*labels, _td(row.labels[0], across=across), *(_td(_show(report, key)) for key in table.keys_of(row)))
    yield "</table>"


def _reviews_table(report: DemoReport, table: Table) -> Iterator[str]:
    heads = [column.labels[0] for column in table.columns]
    yield '<table border="1">'
    yield _tr(_td("行政复议", across=5), _td("行政诉讼", across=10))
    yield _tr(*(_td(head, down=2) for head in heads[:5]), _td("未经复议直接起诉", across=5), _td("复议后起诉", across=5))
    yield _tr(*(_td(head) for head in heads[5:]))
    yield _tr(*(_td(_show(report, key)) for key in table.keys))
    yield "</table>"
