"""Of forms of several bodies on one page, what stands behind the title or caption of the one that reports."""

from __future__ import annotations

import pytest

from parsers.bodies import of_body
from parsers.readers.text import read_text


def own(*lines: str) -> list[str]:
    """The lines that are left of a report of 青山县柳林镇人民政府."""
    return [piece.text for piece in of_body(read_text("\n\n".join(lines)).pieces, "青山县柳林镇人民政府")]


@pytest.mark.parametrize("name", ["青山县柳林镇人民政府", "柳林镇", "青山县柳林镇", "我镇"])
@pytest.mark.parametrize("wording", ["{}2023年政府信息公开工作年度报告", "附件1：{}", "{}：", "{}2023年政府信息公开情况统计表"])
def test_captions_that_name_a_body(name: str, wording: str) -> None:
    """In whichever order they stand, with the areas above the body and without; what is before the first is nobody's and stays."""
    mine, another = wording.format(name), "附件2：东岭镇"
    assert own("表", another, "1", mine, "2") == ["表", mine, "2"]
    assert own("表", mine, "2", another, "1") == ["表", mine, "2"]


@pytest.mark.parametrize(
    "words", ["东岭镇", "来源：东岭镇人民政府", "附件：各乡镇汇总", "由东岭镇主动公开政府信息3条。", "东岭镇2023年工作总结"]
)
def test_words_that_are_no_caption(words: str) -> None:
    """A name alone may sign what stands before it."""
    assert own("表", words, "1") == ["表", words, "1"]
