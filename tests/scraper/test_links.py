"""Which addresses are one page (portals.md 2.7): each fold by itself."""

from __future__ import annotations

import pytest

from scraper.links import identity

HOST = "http://www.jia.gov.cn"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{HOST}/a.html", "https://www.jia.gov.cn/a.html"),
        (f"{HOST}/a.html", "http://jia.gov.cn/a.html"),
        (f"{HOST}/a.html", "http://www.jia.gov.cn:80/a.html"),
        (f"{HOST}/nb/a.html", f"{HOST}//nb///a.html"),
        (f"{HOST}/nb/a.html", f"{HOST}/x/../nb/./a.html"),
        (f"{HOST}/nb/", f"{HOST}/nb/index.html"),
        (f"{HOST}/nb/t1.html", f"{HOST}/nb/t1_wap.html"),
        (f"{HOST}/content/post_1.html", f"{HOST}/content/mpost_1.html"),
        (f"{HOST}/a.html", f"{HOST}/a.html#top"),
        (f"{HOST}/a.html", f"{HOST}/a.html?isMobile=false"),
        (f"{HOST}/a.html", f"{HOST}/a.html?number=02"),
        (f"{HOST}/a.html", f"{HOST}/a.html?deptcode=033"),
        (f"{HOST}/a?x=1&y=2", f"{HOST}/a?y=2&x=1"),
    ],
)
def test_twins_are_one_page(one: str, other: str) -> None:
    """Scheme, `www.`, ports that go without saying, joined paths, mobile twins, fragments, parameters that change nothing."""
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{HOST}/a.html", f"{HOST}/b.html"),
        (f"{HOST}/a.html", "http://gk.jia.gov.cn/a.html"),
        (f"{HOST}/a.html", "http://www.jia.gov.cn:8080/a.html"),
        (f"{HOST}/a?id=1", f"{HOST}/a?id=2"),
        (f"{HOST}/nb", f"{HOST}/nb/x"),
        (f"{HOST}/nb/index.html", f"{HOST}/nb/index_1.html"),
    ],
)
def test_pages_are_not_taken_for_one(one: str, other: str) -> None:
    """Host, port, path and parameters that say which page it is."""
    assert identity(one) != identity(other)
