"""What ends a list where platforms count wrongly (portals.md 2.5 and the cards of section 3): answers in, requests out."""

from __future__ import annotations

import json

import pytest

from scraper.families import FAMILIES
from scraper.links import ListPage, Request

UCAP = Request("http://www.jia.gov.cn/common/search/abcd1234?_pageSize=15&page=1")


def ucap(rows: int, total: int, *, size: int = 15) -> ListPage:
    """An answer of UCAP's interface."""
    found = [{"title": f"甲镇{2000 + n}年政府信息公开工作年度报告", "url": f"//www.jia.gov.cn/{n}.shtml"} for n in range(rows)]
    return FAMILIES["ucap"].list_page(json.dumps({"data": {"total": total, "rows": size, "results": found}}), UCAP)


@pytest.mark.parametrize(("total", "guessed"), [(0, True), (3, True), (15, True), (16, False), (10_000, False)])
def test_ucap_totals_promise_a_page_and_end_none(total: int, guessed: bool) -> None:
    """The page that follows is asked for whatever the total; that it is missing is a loss only where the total promised it."""
    page = ucap(15, total)
    (following,) = page.next_pages
    assert (following.fields["page"], page.guessed) == ("2", guessed)


def test_ucap_ends_with_an_answer_without_rows() -> None:
    """`results: []` with status 200: an unknown channel, or the page behind the last."""
    assert ucap(0, 31) == ListPage(())


def test_ucap_asks_the_channels_below_one_that_speak_of_reports() -> None:
    """The tree of channels is asked where a script names it; of its children those of annual reports and years are lists."""
    page = '<script>$.get("/common/getChannelList?channelCode=c1&websiteCodeName=jia")</script><meta name="channelId" content="abcd1234">'
    asked = Request("http://www.jia.gov.cn/jia/c1/list.shtml")
    (tree,), *_ = FAMILIES["ucap"].list_page(page, asked).columns
    assert tree.url == "http://www.jia.gov.cn/common/getChannelList?channelCode=c1&websiteCodeName=jia"
    children = [{"displayName": name, "channelId": f"id{n:06}"} for n, name in enumerate(("政策", "2022年", "政府信息公开年报"))]
    columns = FAMILIES["ucap"].list_page(json.dumps({"results": {"children": children}}), tree).columns
    assert [alternatives[0].url.partition("?")[0].rpartition("/")[2] for alternatives in columns] == ["id000001", "id000002"]


def test_ucap_of_suzhou_is_asked_by_form() -> None:
    """Channel and page in the body; rows under other names; the page that follows by the same way."""
    channel = "0123456789abcdef0123456789abcdef"
    page = f'<meta name="channelId" content="{channel}"><script>url="/szinf/xxgk/interfacesWebZcwj/loadData"</script>'
    ((asked,),) = FAMILIES["ucap"].list_page(page, Request("http://www.suzhou.gov.cn/nb/list.shtml")).columns
    assert asked.fields == {"pageSize": "15", "pageIndex": "1", "channel_id": channel}
    row = {"TITLE": "甲镇2022年政府信息公开工作年度报告", "URL": "/nb/1.shtml", "PUBLISHED_TIME_FORMAT": "2023-01-20"}
    answer = FAMILIES["ucap"].list_page(json.dumps({"data": {"allRow": 31, "totalPage": 3, "list": [row]}}), asked)
    assert [(link.url, str(link.listed_on)) for link in answer.links] == [("http://www.suzhou.gov.cn/nb/1.shtml", "2023-01-20")]
    assert answer.next_pages[0].fields["pageIndex"] == "2"


GKMLPT = "http://www.jia.gov.cn/gkmlpt/index"


def test_gkmlpt_asks_the_categories_below_the_one_of_reports_and_follows_its_jumps() -> None:
    """Years stand below 年报 under names of their own; a node that jumps leads to a column elsewhere and is no category."""
    tree = [
        {"id": 1, "name": "机构", "children": [{"id": 5, "name": "2022"}]},
        {"id": 2, "name": "公开", "children": [{"id": 3, "name": "政府信息公开年报", "children": [{"id": 4, "name": "2022"}]}]},
        {"id": 9, "name": "往年年报", "jump_url": "/zwgk/xxgknb/"},
    ]
    page = FAMILIES["gkmlpt"].list_page(
        f"<script>window._CONFIG={{SID: '755041', TREE: {json.dumps(tree)}}}</script>", Request(GKMLPT)
    )
    assert [asked.url.rpartition("/")[2] for (asked,) in page.columns] == ["3?page=1&sid=755041", "4?page=1&sid=755041"]
    assert [link.url for link in page.links] == ["http://www.jia.gov.cn/zwgk/xxgknb/"]


def test_gkmlpt_reads_the_category_that_an_address_names() -> None:
    """`#2629` and no other, whatever the tree holds."""
    tree = json.dumps([{"id": 3, "name": "政府信息公开年报"}])
    page = FAMILIES["gkmlpt"].list_page(f"<script>_CONFIG={{TREE: {tree}}}</script>", Request(f"{GKMLPT}#2629"))
    assert [asked.url.rpartition("/")[2] for (asked,) in page.columns] == ["2629?page=1"]


@pytest.mark.parametrize(
    ("page", "count", "more"), [(1, 12, False), (1, 100, False), (1, 101, True), (2, 200, False), (2, 201, True)]
)
def test_gkmlpt_asks_for_no_page_that_the_count_rules_out(page: int, count: int, more: bool) -> None:
    """Zhaoqing answers 404 from page 2 on, which would be taken for a loss."""
    article = {
        "title": "%u7532%u9547 2022 年政府信息公开工作年度报告",
        "url": "/gkmlpt/content/1/1/post_1.html",
        "date": 1673452800,
    }
    asked = Request(f"http://www.jia.gov.cn/gkmlpt/api/all/3?page={page}&sid=1")
    found = FAMILIES["gkmlpt"].list_page(json.dumps({"classify": {"post_count": count}, "articles": [article]}), asked)
    assert [(link.title[:2], str(link.listed_on)) for link in found.links] == [("甲镇", "2023-01-12")]
    assert [request.fields["page"] for request in found.next_pages] == ([str(page + 1)] if more else [])


def test_the_day_of_a_moment_is_that_of_china() -> None:
    """17:00 UTC is the next day there."""
    article = {"title": "甲镇2022年政府信息公开工作年度报告", "url": "/post_1.html", "create_time": 1673456400}
    asked = Request("http://www.jia.gov.cn/gkmlpt/api/all/3?page=1")
    (link,) = FAMILIES["gkmlpt"].list_page(json.dumps({"articles": [article]}), asked).links
    assert str(link.listed_on) == "2023-01-12"


JPAGE = "http://www.jia.gov.cn/module/web/jpage/dataproxy.jsp"
RECORD = "<record><![CDATA[<li><a href='/art/2023/1/30/art_100_9.html' title='甲镇2022年政府信息公开工作年度报告'>甲镇…</a><span>2023-\n01-\n30</span></li>]]></record>"


def test_jpage_is_asked_for_more_in_each_way_that_sources_name() -> None:
    """The link in the answer first, then by page, then by record; which way brought an answer is the way that is gone on with."""
    group = '<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=2&x=7"></a>]]></nextgroup>'
    asked = Request(f"{JPAGE}?page=1&columnid=100&unitid=200&webid=1")
    answer = FAMILIES["hanweb"].list_page(f"<datastore>{group}<recordset>{RECORD}</recordset></datastore>", asked)
    by_link, by_page, by_record = answer.next_pages
    assert (by_link.fields["x"], by_page.fields["page"], by_record.fields["startrecord"]) == ("7", "2", "46")
    assert str(answer.links[0].listed_on) == "2023-01-30"
    assert answer.links[0].title == "甲镇2022年政府信息公开工作年度报告"
    onward = FAMILIES["hanweb"].list_page(f"<datastore><recordset>{RECORD}</recordset></datastore>", by_record)
    assert [request.fields["startrecord"] for request in onward.next_pages] == ["91"]


def test_jpage_ends_with_an_empty_answer() -> None:
    """54 bytes with status 200."""
    empty = "<datastore><recordset></recordset></datastore>"
    assert FAMILIES["hanweb"].list_page(empty, Request(f"{JPAGE}?page=9&columnid=1")) == ListPage(())


def test_the_xxgk_search_is_held_to_its_column() -> None:
    """It may answer with all that the district has published; of other columns only what is called a report counts."""
    rows = (
        ("/art/2023/1/30/art_100_1.html", "关于开会的函"),
        ("/art/2023/1/30/art_7_2.html", "关于放假的函"),
        ("/art/2023/1/30/art_7_3.html", "甲镇2022年政府信息公开工作年度报告"),
    )
    html = "".join(f'<tr class="tr_main_value_odd"><td><a href="{path}" title="{title}">x</a></td></tr>' for path, title in rows)
    asked = Request.of_form("http://www.jia.gov.cn/module/xxgk/search.jsp?currpage=1", {"divid": "div100", "currpage": "1"})
    found = FAMILIES["hanweb"].list_page(f"<table>{html}</table>", asked)
    assert [link.url.rpartition("_")[2] for link in found.links] == ["1.html", "3.html"]


def test_jpaas_turns_by_its_parameter() -> None:
    """A bare `pageNo` is ignored and brings page 1 for ever."""
    unit = "http://www.jia.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A%221%22%7D"
    answer = json.dumps({"data": {"html": '<li><a href="/art/1.html">甲镇2022年政府信息公开工作年度报告</a></li>'}})
    (following,) = FAMILIES["hanweb"].list_page(answer, Request(unit)).next_pages
    assert json.loads(following.fields["paramJson"]) == {"pageNo": 2, "pageSize": "1"}


@pytest.mark.parametrize(("rows", "pages"), [(15, ["2"]), (14, []), (0, [])])
def test_a_fragment_of_lonsun_that_is_not_full_is_the_last(rows: int, pages: list[str]) -> None:
    """It does not say how many there are; an empty one is a sentence."""
    html = "".join(
        f'<li><a href="/public/1/{n}.html" title="甲镇{2000 + n}年政府信息公开工作年度报告">甲镇…</a></li>' for n in range(rows)
    )
    asked = Request("http://www.jia.gov.cn/site/label/8888?labelName=publicInfoList&pageSize=15&pageIndex=1")
    found = FAMILIES["lonsun"].list_page(html or "暂无相关信息", asked)
    assert [request.fields["pageIndex"] for request in found.next_pages] == pages
    assert all(link.title.endswith("年度报告") for link in found.links)


def test_openness_lists_turn_by_number() -> None:
    """`page_N.html`, of which nothing promises the next."""
    page = FAMILIES["openness"].list_page(
        "<a href=/Xxgknb/show/1.html>甲镇2022年政府信息公开工作年度报告</a>",
        Request("http://a.gov.cn/OpennessContent/showList/2/171/page_1.html"),
    )
    assert ([request.url.rpartition("/")[2] for request in page.next_pages], page.guessed) == (["page_2.html"], True)


def test_an_interface_of_the_php_platform_is_asked_by_post() -> None:
    """Rows of Ji'an come from `/api-ajax_list-1.html`, the page of which is its number."""
    page = FAMILIES["xxgk_show"].list_page(
        "<script>catid=77;$.post('/api-ajax_list-1.html')</script>", Request("http://a.gov.cn/xxgk-list-nb.html")
    )
    ((asked,),) = page.columns
    assert asked.body is not None
    assert b"%5D=77" in asked.body
    answer = {"data": [{"url": "/xxgk-show-1.html", "title": "甲镇2022年政府信息公开工作年度报告", "updatetime": "2023-01-20"}]}
    (following,) = FAMILIES["xxgk_show"].list_page(json.dumps(answer), asked).next_pages
    assert (following.url, following.body) == ("http://a.gov.cn/api-ajax_list-2.html", asked.body)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("first", "following"), [(0, [1, 2]), (1, [2])])
def test_epoint_is_asked_in_both_ways_of_counting(first: int, following: list[int], wrapped: bool) -> None:
    """From 0 or from 1, bare or wrapped; the whole title is `realtitle`."""
    html = "<script>siteInfo={projectName:'/EWB-FRONT',siteGuid:'abc-1'}</script>"
    asked = Request("http://a.gov.cn/dynamic/zwgk/govInfoPub.html?categorynum=003&deptcode=001")
    (ways,) = FAMILIES["epoint"].list_page(html, asked).columns
    bodies = [json.loads(way.body or b"") for way in ways]
    assert [("params" in body, body.get("params", body)["pageIndex"]) for body in bodies] == [
        (False, 0),
        (False, 1),
        (True, 0),
        (True, 1),
    ]
    way = next(
        way
        for way, body in zip(ways, bodies, strict=True)
        if (("params" in body), body.get("params", body)["pageIndex"]) == (wrapped, first)
    )
    row = {
        "title": "甲区乙街道2023年…",
        "realtitle": "甲区乙街道2023年政府信息公开工作年度报告",
        "infourl": "/1.html",
        "infodate": "2024-01-15",
    }
    answer = FAMILIES["epoint"].list_page(json.dumps({"custom": {"total": 50, "data": [row]}}), way)
    assert answer.links[0].title == row["realtitle"]
    onward = [json.loads(request.body or b"") for request in answer.next_pages]
    assert [("params" in body, body.get("params", body)["pageIndex"]) for body in onward] == [(wrapped, n) for n in following]


def vsb(path: str, pages: int, rows: str = "") -> ListPage:
    """A page of a VSB list."""
    return FAMILIES["vsb"].list_page(f"{rows}<p>共1432条&nbsp;1/{pages}</p>", Request(f"http://a.gov.cn{path}"))


@pytest.mark.parametrize(
    ("path", "pages", "following"),
    [("/zwgk/nb.htm", 3, "2"), ("/zwgk/nb/2.htm", 3, "1"), ("/zwgk/nb/1.htm", 3, None), ("/zwgk/nb.htm", 1, None)],
)
def test_vsb_lists_are_turned_towards_the_oldest(path: str, pages: int, following: str | None) -> None:
    """Files are numbered from the oldest: behind `nb.htm` comes the page before the last, and `1.htm` ends."""
    expected = [f"http://a.gov.cn/zwgk/nb/{following}.htm"] if following else []
    assert [request.url for request in vsb(path, pages).next_pages] == expected


def test_vsb_articles_that_are_not_published_are_no_links() -> None:
    """`content.jsp` answers with a log-in page."""
    rows = '<a href="/content.jsp?urltype=news.NewsContentUrl&wbnewsid=9">甲镇2021年政府信息公开工作年度报告</a><a href="../info/1025/1.htm">甲镇2022年政府信息公开工作年度报告</a>'
    assert [link.url for link in vsb("/zwgk/nb.htm", 1, rows).links] == ["http://a.gov.cn/info/1025/1.htm"]


def test_truecms_is_asked_with_smaller_and_smaller_caps() -> None:
    """Over a site's own cap comes nothing; a full answer is gone on with at the cap that brought it."""
    html = "<script>proxyUrl:'/cms/messageController/getMessage.do',columnId:'77'</script>"
    (ways,) = FAMILIES["truecms"].list_page(html, Request("http://a.gov.cn/nb/")).columns
    assert [way.fields["perpage"] for way in ways] == ["50", "20", "10"]
    rows = "".join(
        f'<record><![CDATA[<a href="/content/{n}.html">甲镇{2000 + n}年政府信息公开工作年度报告</a>]]></record>'
        for n in range(10)
    )
    (following,) = FAMILIES["truecms"].list_page(f"cb({json.dumps({'result': rows})})", ways[2]).next_pages
    assert (following.fields["startrecord"], following.fields["perpage"]) == ("11", "10")


def test_a_list_in_a_frame_is_a_list_of_the_page() -> None:
    """Changzhou, Huai'an, Shaanxi, Yunnan."""
    page = FAMILIES["static_list"].list_page(
        '<iframe name="myFrameName" src="list.aspx?id=1"></iframe>', Request("http://a.gov.cn/nb/")
    )
    assert [asked.url for (asked,) in page.columns] == ["http://a.gov.cn/nb/list.aspx?id=1"]


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ('createPageHTML(3, 0, "index", "html");', ["index_1.html", "index_2.html"]),
        ('createPageHTML(3, 2, "index", "html");', []),
        ('createPageHTML(57, 3, 0, "index", "html");', ["index_1.html", "index_2.html"]),
        ('createPageHTML(57, 1, 0, "index", "html");', []),
        ('createPage(3, 0, "index", "shtml");', ["index_1.shtml", "index_2.shtml"]),
        ("var countPage = 2;", ["index_1.html", "index_2.html"]),
        ("totalPage: 2", ["index_1.html", "index_2.html"]),
        ("共 2 页", ["index_1.html", "index_2.html"]),
    ],
)
def test_pagers_that_scripts_print(script: str, files: list[str]) -> None:
    """All count styles of TRS; page 2 is `index_1` or `index_2`."""
    page = FAMILIES["trs"].list_page(f"<script>{script}</script>", Request("http://a.gov.cn/nb/"))
    assert [request.url.rpartition("/")[2] for request in page.next_pages] == files


def test_trs_rows_in_files_menus_and_for_tests() -> None:
    """JSON beside the page (Hubei), `data-url` of a menu (Inner Mongolia), rows with an empty flag (Beijing)."""
    title = "甲镇2022年政府信息公开工作年度报告"
    html = (
        f'<ul class="default_news"><li><i class="flag"></i><a href="./t1.html">{title}</a></li><li><i class="flag">1</i><a href="./t2.html">{title}</a></li></ul>'
        '<li data-url="../nb2/">政府信息公开年报</li><script>load("./2022.json")</script>'
    )
    page = FAMILIES["trs"].list_page(html, Request("http://a.gov.cn/nb/"))
    assert [link.url.removeprefix("http://a.gov.cn") for link in page.links] == ["/nb/t2.html", "/nb2/"]
    assert [asked.url for (asked,) in page.columns] == ["http://a.gov.cn/nb/2022.json"]
    rows = {"data": [{"url": "./202301/t3.html", "title": title, "PubDate": "2023-01-18"}]}
    (link,) = FAMILIES["trs"].list_page(json.dumps(rows), Request("http://a.gov.cn/nb/2022.json")).links
    assert (link.url, str(link.listed_on)) == ("http://a.gov.cn/nb/202301/t3.html", "2023-01-18")


def test_the_category_that_an_address_names_is_no_passing_fragment() -> None:
    """`#2629` says which list of gkmlpt is meant; `#top` says nothing."""
    html = '<a href="/gkmlpt/annualreport#2629">政府信息公开年报</a><a href="/gkmlpt/index#top">政府信息公开</a>'
    links = FAMILIES["gkmlpt"].list_page(html, Request(GKMLPT)).links
    assert [link.url.removeprefix("http://www.jia.gov.cn") for link in links] == ["/gkmlpt/annualreport#2629", "/gkmlpt/index"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://www.jia.gov.cn./nb/1.html", "http://www.jia.gov.cn/nb/1.html"),
        ("//www.jia.gov.cn.:8080/nb/1.html", "http://www.jia.gov.cn:8080/nb/1.html"),
        ("/nb./1.html", "http://www.jia.gov.cn/nb./1.html"),
        ("http://www.jia.gov.cn/?u=http://a./", "http://www.jia.gov.cn/?u=http://a./"),
    ],
)
def test_a_dot_behind_a_host_is_no_part_of_it(written: str, meant: str) -> None:
    """`http://www.jia.gov.cn` and `./nb/` were carelessly joined; a dot elsewhere is one."""
    page = f'<a href="{written}">甲镇2022年政府信息公开工作年度报告</a>'
    assert [link.url for link in FAMILIES["static_list"].list_page(page, Request("http://www.jia.gov.cn/nb/")).links] == [meant]


def test_rows_that_are_commented_out_are_none() -> None:
    """Shanghai leaves the rows of an older list in the page."""
    row = '<li><a href="{}.html">甲镇2022年政府信息公开工作年度报告</a></li>'
    page = f"<ul>{row.format(1)}<!-- {row.format(2)} --></ul>"
    links = FAMILIES["static_list"].list_page(page, Request("http://www.jia.gov.cn/nb/")).links
    assert [link.url for link in links] == ["http://www.jia.gov.cn/nb/1.html"]


@pytest.mark.parametrize(("file", "following"), [("nb.htm", ["nb/143.htm"]), ("nb/143.htm", ["nb/142.htm"]), ("nb/1.htm", [])])
def test_vsb_counts_from_the_oldest(file: str, following: list[str]) -> None:
    """Page 2 of 144 is `143.htm`, the last `1.htm`."""
    page = FAMILIES["vsb"].list_page("<div>共1432条&nbsp;1/144</div>", Request(f"http://www.jia.gov.cn/{file}"))
    assert [request.url.removeprefix("http://www.jia.gov.cn/") for request in page.next_pages] == following


@pytest.mark.parametrize(("depth", "columns"), [(5, 1), (200, 0)])
def test_a_tree_of_gkmlpt_is_read_as_deep_as_trees_are(depth: int, columns: int) -> None:
    """Nodes within nodes without end are none of a portal."""
    tree: list[dict[str, object]] = [{"id": 7, "name": "政府信息公开年报"}]
    for _ in range(depth):
        tree = [{"id": 1, "name": "目录", "children": tree}]
    page = FAMILIES["gkmlpt"].list_page(f"<script>_CONFIG={{TREE: {json.dumps(tree)}}}</script>", Request(GKMLPT))
    assert len(page.columns) == columns
