"""Which test portals there are: one for each platform and way of serving it, with the reports of a real county's towns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from nianbao.demo.pages import render
from nianbao.demo.plan import YEARS, County, county_reports
from nianbao.demo.platforms import epoint, gkmlpt, hanweb, lonsun, php, plain, scripted, trs, ucap, vsb
from nianbao.demo.platforms.site import Article, Site, html_page
from nianbao.demo.site import NEIGHBOURS


@dataclass(frozen=True, slots=True)
class Platform:
    """A test portal: its key, the family that its pages show, its county, and what makes its site."""

    key: str
    family: str
    county: County
    site: Callable[[Sequence[Article]], Site]
    own_page: Callable[[Article], bytes | None] | None = None
    """The page of an article where it is not the article's own, or None."""


_PLACES = (
    ("trs", "trs", "520323", "遵义市", trs.site),
    ("ucap", "ucap", "230123", "哈尔滨市", ucap.site),
    ("hanweb-jpage", "hanweb", "370124", "济南市", hanweb.jpage_site),
    ("hanweb-xxgk", "hanweb", "330127", "杭州市", hanweb.xxgk_site),
    ("hanweb-jpaas", "hanweb", "330212", "宁波市", hanweb.jpaas_site),
    ("gkmlpt", "gkmlpt", "441702", "阳江市", gkmlpt.site),
    ("lonsun", "lonsun", "340123", "合肥市", lonsun.site),
    ("vsb", "vsb", "610822", "榆林市", vsb.site),
    ("pc-list", "pc_list", "512002", "资阳市", plain.pc_list_site),
    ("openness", "openness", "341721", "池州市", php.openness_site),
    ("epoint-0", "epoint", "320322", "徐州市", partial(epoint.site, first=0, wrapped=False)),
    ("epoint-1", "epoint", "210882", "营口市", partial(epoint.site, first=1, wrapped=True)),
    ("xxgk-show", "xxgk_show", "360821", "吉安市", php.xxgk_show_site),
    ("hebei", "hebei", "130423", "邯郸市", plain.hebei_site),
    ("gongkai", "gongkai", "370305", "淄博市", plain.gongkai_site),
    ("content-n", "content_n", "510522", "泸州市", plain.content_site),
    ("yueyang", "content_n", "430621", "岳阳市", plain.yueyang_site),
    ("truecms", "truecms", "320682", "南通市", scripted.truecms_site),
    ("eportal", "eportal", "211224", "铁岭市", scripted.eportal_site),
    ("aspx", "aspx", "512021", "资阳市", scripted.aspx_site),
    ("numbered", "static_list", "610621", "延安市", plain.numbered_site),
)
_OWN_PAGES: Mapping[str, Callable[[Article], bytes | None]] = {"vsb": vsb.file_page}
PLATFORMS: Mapping[str, Platform] = {
    key: Platform(key, family, County(f"platform-{key}", code, family, prefecture), make, _OWN_PAGES.get(key))
    for key, family, code, prefecture, make in _PLACES
}


def articles_of(county: County, years: Sequence[int]) -> Iterator[Article]:
    """What a county publishes: its reports of these years, and beside them what looks like reports and is none."""
    number = 0
    for report in county_reports(county):
        number += 1
        if report.year in years:
            yield Article(number, report.title, report.unit, report.year, report.published_on, True, partial(render, report))
    town = next(report.unit for report in county_reports(county))
    for year in years:
        for title in NEIGHBOURS:
            number += 1
            page = html_page(title.format(y=year), f"<h1>{title.format(y=year)}</h1><p>本页不是政府信息公开工作年度报告。</p>")
            yield Article(number, title.format(y=year), town, year, date(year + 1, 2, 1), False, partial(bytes, page))


def all_years() -> Sequence[int]:
    """The report years of a whole catalogue."""
    return list(YEARS)
