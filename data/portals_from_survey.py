"""Makes portals.csv from a survey of home pages.

python data/portals_from_survey.py SURVEY.csv data/portals.csv

The survey has the columns division_code, province, prefecture, county, home_url, cms_family_from_url_shapes, reached_by, reached_on.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from scraper.registry import Portal, host_of, write_registry

FAMILIES = {
    "hanweb": "hanweb",
    "ucap": "ucap",
    "lonsun": "lonsun",
    "gkmlpt_nfcms": "gkmlpt",
    "pc_list": "pc_list",
    "ah_openness": "openness",
    "epoint_ewb": "epoint",
    "hebei_uuid": "hebei",
    "php_xxgk_list": "xxgk_show",
    "sd_gongkai": "gongkai",
    "content_noext": "content_n",
    "yueyang_content": "content_n",
    "vsb": "vsb",
    "eportal": "eportal",
    "ln_web": "eportal",
    "trs_tdate": "trs",
}
"""The survey's guesses from the shapes of addresses, as families of ours; the others are plain lists or not known."""
REACHED = {
    "direct": "home page answered a script on {day}",
    "protocol-switch": "home page answered on {day} only with the other of http and https",
    "ua-mobile": "home page answered on {day} only a mobile user agent",
    "none": "home page was not reached by a script on {day}",
}
WALLED = {
    "成都市": "HTTP 412",
    "郴州市": "HTTP 412",
    "湘西土家族苗族自治州": "HTTP 412",
    "果洛藏族自治州": "HTTP 412",
    "黄山市": "HTTP 412",
    "清远市": "HTTP 412",
    "广元市": "HTTP 468",
    "合肥市": "HTTP 521",
    "梅州市": "HTTP 521",
}
"""Cities many of whose portals turned scripts away on 2026-04-18."""
EXTRA_HOSTS = {"150823": ("1.25.240.11:8082",), "340700": ("218.22.184.155:8231",)}
"""Addresses outside gov.cn on which genuine units of these places publish."""
NOTES = {
    "110105": "http only; pages in GBK",
    "110119": "http only",
    "320300": "https answered 403, http is fine",
}
COLUMNS = (
    Portal(
        "ziyang-gk",
        "四川省资阳市政府信息公开",
        "5120",
        "prefecture",
        "http://gk.ziyang.gov.cn/",
        "aspx",
        (),
        frozenset(),
        "disclosure site of the city; reports at year_details.aspx?dept=206&id=4571; not tried",
    ),
)


def portals(rows: list[Mapping[str, str]]) -> Iterator[Portal]:
    """A portal for each row of the survey, and the sites known besides."""
    homes = Counter(row["home_url"] for row in rows)
    for row in rows:
        code = row["division_code"]
        yield Portal(
            key=code or host_of(row["home_url"]),
            name=row["province"] + row["prefecture"] + row["county"],
            division_code=_register_code(code),
            level=_level(row),
            home_url=row["home_url"],
            family=FAMILIES.get(row["cms_family_from_url_shapes"], ""),
            reports_urls=(),
            allowed_hosts=frozenset(EXTRA_HOSTS.get(code, ())),
            note="; ".join(_notes(row, shared=homes[row["home_url"]] > 1)),
        )
    yield from COLUMNS


def _register_code(code: str) -> str:
    """Provinces and prefectures without the noughts behind, as the units register has them."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _level(row: Mapping[str, str]) -> str:
    """By the code: districts of the four municipalities stand in the survey's column of prefectures."""
    code = row["division_code"]
    if code:
        return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
    return "county" if row["county"] else "prefecture"


def _notes(row: Mapping[str, str], *, shared: bool) -> Iterator[str]:
    yield REACHED[row["reached_by"]].format(day=row["reached_on"])
    shape = row["cms_family_from_url_shapes"]
    if shape:
        yield f"platform guessed from the shape of addresses ({shape})"
    if row["prefecture"] in WALLED:
        yield f"many portals of {row['prefecture']} answered scripts with {WALLED[row['prefecture']]} on 2026-04-18"
    if shared:
        yield "the survey gives this home page for two places"
    if row["division_code"] in NOTES:
        yield NOTES[row["division_code"]]


if __name__ == "__main__":
    survey, registry = map(Path, sys.argv[1:])
    with survey.open(encoding="utf-8", newline="") as lines:
        write_registry(registry, portals(list(csv.DictReader(lines))))
