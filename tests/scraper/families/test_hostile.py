"""Whatever a portal answers, reading it as a list raises nothing and ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scraper.families import FAMILIES, family_of
from scraper.links import Request

PAGE = "http://www.jia.gov.cn/col/col100/index.html?page=1&categorynum=003&deptcode=001#2629"
ASKED = (
    Request(PAGE),
    Request("http://www.jia.gov.cn/gkmlpt/index"),
    Request("http://www.jia.gov.cn/gkmlpt/api/all/1?page=1&sid=2"),
    Request("http://www.jia.gov.cn/zwgk/nb/3.htm"),
    Request("http://www.jia.gov.cn/a/page_1.html"),
    Request("http://www.jia.gov.cn/2022.json"),
    Request("http://www.jia.gov.cn/common/search/abc?page=1"),
    Request("http://www.jia.gov.cn/module/web/jpage/dataproxy.jsp?page=1&columnid=3"),
    Request.of_form("http://www.jia.gov.cn/module/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15", {"columnid": "3"}),
    Request.of_form("http://www.jia.gov.cn/module/xxgk/search.jsp?currpage=1", {"divid": "div3", "currpage": "1"}),
    Request(
        'http://www.jia.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?paramJson={"pageNo":1,"pageSize":"15"}'
    ),
    Request("http://www.jia.gov.cn/site/label/8888?pageIndex=1&pageSize=15"),
    Request.of_json("http://www.jia.gov.cn/EWB-FRONT/rest/lightfrontaction/getgovinfolist", {"pageIndex": 0}),
    Request("http://www.jia.gov.cn/js/webBuilderCommon.js#categorynum=003"),
    Request.of_form("http://www.jia.gov.cn/api-ajax_list-1.html", {"is_ds": "1"}),
    Request("http://www.jia.gov.cn/messageController/getMessage.do?startrecord=1&perpage=20&columnId=3"),
    Request("http://www.jia.gov.cn/eportal/ui?portal.url=/portlet/xxgkml!queryList.portlet&pageNo=1"),
)
WORDS = (
    "<datastore>", "<nextgroup>", "<record>", "<![CDATA[", "]]>", "</record>", "</nextgroup>", '<a href="http://[x">年报</a>',
    '<a href="http://ａ℀.gov.cn/">年报</a>', "<a href='/a' title=", "下一页", "columnid:'3'", "webid=", "dataproxy.jsp", "infotypeId=A1",
    "module/xxgk/search.jsp", "jdid", "<div querydata=\"{'pageId':'1'}\" uniturl='http://[' rows=9>", "TREE: [{\"name\":\"年报\",\"id\":1,",
    '"children":[', "TREE: [[[", "SID: '1'", '"/site/label/8888?organId=1"', "'http://[/EWB-FRONT'", '"siteGuid": "x"', "projectName:'//['",
    '"a/webBuilderCommon.js"', "proxyUrl:'//[/getMessage.do'", "columnId:'1'", '"/eportal/ui?x=queryList.portlet["', "ajax_list", "api-ajax_list",
    "catid=3", "__doPostBack('a','2')", "createPageHTML(9,0,'index','html')", "countPage = 99999999999999999999", "共3条 1/9", "articleList = [{", "channelId = 'abcd'",
    "/common/getChannelList?x=1", '<meta name="channelId" content="//[">', "<iframe src='//['>", "<li data-url='http://['>", '"x[.json"',
    "getMessage.do", "{}", "[", "]", "{", "}", '"', "\\", "cb(", ")", "%u5e74", "\x00", "年报", "<script>", "</script>", "<!--", "-->",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=20), max_size=30).map("".join)
NAMES = st.sampled_from(
    ["data", "results", "list", "total", "rows", "page", "custom", "articles", "classify", "post_count", "result", "children", "html",
     "title", "url", "realtitle", "infourl", "infodate", "urls", "date", "create_time", "id", "name", "jump_url", "displayName", "channelId"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=8)
    | st.sampled_from(["http://[", "{}", "[{}]", "年报"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=60)
@given(text=TEXTS, asked=st.sampled_from(ASKED))
@example(text=".TXT", asked=ASKED[0])
@example(text="http://www.jia.gov.cn/", asked=ASKED[0])
def test_no_page_raises(name: str, text: str, asked: Request) -> None:
    """Broken markup, half scripts, addresses that are none."""
    page = FAMILIES[name].list_page(text, asked)
    assert all(link.url and link.title for link in page.links)
    family_of(text, asked.url)


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=60)
@given(value=VALUES, asked=st.sampled_from(ASKED))
def test_no_json_raises(name: str, value: object, asked: Request) -> None:
    """Any JSON value under the names that interfaces use."""
    FAMILIES[name].list_page(json.dumps(value), asked)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"data":' * 50_000,
        "<div>" * 3000,
        "<record><![CDATA[" * 5000,
        "共" * 100_000,
        f"<script>TREE: {'[' * 100_000}</script>",
        f"<script>articleList = {'[' * 100_000}</script>",
    ],
)
def test_depth_and_length_end(name: str, text: str) -> None:
    """Nesting without end, tags never closed."""
    for asked in ASKED[:2]:
        FAMILIES[name].list_page(text, asked)
