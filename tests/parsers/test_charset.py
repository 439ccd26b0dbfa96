"""Characters from bytes: what the page declares is a hint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.charset import decode

TEXT = "雁江区丹山镇2020年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (TEXT.encode("utf-8"), None),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("gb18030"), None),
        (TEXT.encode("gbk"), "text/html; charset=gb2312"),
        (TEXT.encode("utf-8"), "text/html; charset=gbk"),
        (TEXT.encode("utf-8"), "text/html; charset=iso-8859-1"),
        (b'<meta charset="utf-8">' + TEXT.encode("gbk"), None),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' + TEXT.encode("gbk"), None),
        (TEXT.encode("utf-16"), None),
    ],
)
def test_readable_whatever_is_declared(data: bytes, content_type: str | None) -> None:
    """Right, wrong, unknown and missing declarations all give the same words."""
    text, _ = decode(data, content_type=content_type)
    assert TEXT in text


def test_rare_characters_of_gb18030() -> None:
    """A page declared gb2312 may hold characters that only GB18030 has."""
    page = b"<meta charset=gb2312>" + "𠮷镇䶮街道镕".encode("gb18030")
    assert "𠮷镇䶮街道镕" in decode(page)[0]


def test_declared_big5_is_believed_where_utf8_fails() -> None:
    """A declaration outside the GB family decides where the bytes allow it."""
    assert decode("政府資訊公開年報".encode("big5"), content_type="text/html; charset=big5") == ("政府資訊公開年報", "big5")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_damaged_byte_costs_one_character(codec: str) -> None:
    """Bytes cut in the middle of a character leave the rest readable."""
    text, charset = decode((TEXT * 20).encode(codec)[:-1])
    assert charset == codec
    assert text.startswith(TEXT * 19)


@given(st.binary(max_size=200))
def test_any_bytes_decode(data: bytes) -> None:
    """No bytes raise."""
    assert isinstance(decode(data)[0], str)


@given(
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=12),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_chinese_text_comes_back(text: str, codec: str) -> None:
    """Chinese text of some length is read back from either family without any declaration."""
    data = text.encode(codec)
    assert decode(data)[0] == text or (codec == "gb18030" and _is_utf8(data))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
