"""Pages to measure with: one report as a Word export of about 100 KB, as a clean table, and as flattened text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nianbao.demo.pages import render
from nianbao.demo.plan import DemoReport, demo_reports
from parsers.readers import read_document

_WORD = (
    (
        "<td",
        '<td width="76" valign="center" style="width:56.7pt;border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt;'
        'border-right:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt"',
    ),
    ("<p>", '<p class="MsoNormal" align="center" style="text-align:center"><span lang="EN-US" style="font-family:宋体"><span>'),
    ("</p>", "<o:p></o:p></span></span></p>\n"),
)
"""What Word puts around every cell and paragraph."""


def bench_pages() -> Mapping[str, bytes]:
    """The pages by layout; all tell the same report of the built-in demo, whose figures are generated."""
    report = next(r for r in demo_reports() if (r.layout, r.form.id, r.charset) == ("table", "e2021", "utf-8"))
    page = render(report)
    return {"word": _word(page), "table": page, "text": _text(report)}


def _word(page: bytes) -> bytes:
    text = page.decode("utf-8")
    for plain, exported in _WORD:
        text = text.replace(plain, exported)
    return text.encode("utf-8")


def _text(report: DemoReport) -> bytes:
    """The flattened page saved as text: each cell on a line of its own, an empty line between any two."""
    document, _ = read_document(render(replace(report, layout="flat")))
    return "\n\n".join(piece.text or " " for piece in document.pieces).encode("utf-8")
