"""What the demo portals publish: real units of two counties, generated figures, and a page for each in one of the layouts.

The units are real so that names, mergers and codes are the real problem (丹山镇 absorbed two townships between its 2019 and its 2020 report); the figures
are not, and every page says so.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from nianbao.demo.figures import Figures, add, broken_identities, generate
from nianbao.unitfiles import Unit
from nianbao.units import register
from parsers.forms import Form, forms

YEARS = range(2019, 2025)
SEED = "nianbao demo 1"
LAYOUTS = (("table", "utf-8"), ("flat", "utf-8"), ("table", "gb18030"))
"""Layout of the page and the charset it is sent in; pages in the last are declared gb2312, as real ones are."""


@dataclass(frozen=True, slots=True)
class County:
    """A demo portal's county, its platform, and what stands before the towns' names in titles."""

    key: str
    code: str
    family: str
    prefecture: str


COUNTIES = (County("demo-yanjiang", "512002", "pc_list", "资阳市"), County("demo-suiyang", "520323", "static_list", "遵义市"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """One published report. `cells` holds a figure for every cell of the form, or None where the page prints the cell blank."""

    number: int
    county: County
    unit_code: str
    unit: str
    printed_unit: str
    title: str
    year: int
    form: Form
    layout: str
    charset: str
    published_on: date
    cells: Mapping[str, Decimal | None]

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The identities that its figures are meant to break."""
        return broken_identities(self.form, self.cells)


@cache
def demo_reports() -> tuple[DemoReport, ...]:
    """All reports, by county, year and unit; the same on every machine."""
    return tuple(report for county in COUNTIES for report in county_reports(county))


def edition_of(year: int) -> Form:
    """The form that was in force for the reports of a year."""
    return next(
        form for form in forms().values() if form.first_year <= year and (form.last_year is None or year <= form.last_year)
    )


def towns_of(county: str, year: int) -> list[Unit]:
    """The township-level governments of a county in a year, by code."""
    living = [u for u in register().children(county) if u.kind != "quasi" and u.existed_in(year)]
    return list({unit.code: unit for unit in living}.values())


def county_reports(county: County, years: Iterable[int] = YEARS) -> Iterator[DemoReport]:
    """The reports of a county and its towns, by year and unit."""
    before: dict[str, Figures] = {}
    number = 0
    for year in years:
        form = edition_of(year)
        towns = towns_of(county.code, year)
        figures = {unit.code: generate(form, _rng(unit.code, year), before=before.get(unit.code, {})) for unit in towns}
        # What townships that are gone carried forward goes on with the county's own business, or its roll-up would lose it.
        inherited = add(last for code, last in before.items() if code not in figures)
        own = generate(form, _rng(county.code, year), before=inherited)
        rollup = add([own, *figures.values()])
        for unit in (*towns, register().get(county.code)):
            number += 1
            yield _report(county, unit, year=year, form=form, figures=figures.get(unit.code, rollup), number=number)
        before = figures | {county.code: own}


def _rng(code: str, year: int) -> random.Random:
    return random.Random(f"{SEED} {code} {year}")  # noqa: S311 (figures for show)


def _report(county: County, unit: Unit, *, year: int, form: Form, figures: Figures, number: int) -> DemoReport:
    rng = _rng(unit.code, year + 5000)
    layout, charset = LAYOUTS[(number + year) % len(LAYOUTS)]
    cells = _damaged(form, figures, number) if unit.level == "town" else dict(figures)
    printed = _printed_name(county, unit, rng)
    return DemoReport(
        number=number,
        county=county,
        unit_code=unit.code,
        unit=unit.name,
        printed_unit=printed,
        title=_title(printed, year, rng),
        year=year,
        form=form,
        layout=layout,
        charset=charset,
        published_on=date(year + 1, 1, 4) + timedelta(days=rng.choice((5, 9, 14, 16, 21, 22, 25, 60, 110))),
        cells=cells,
    )


def _damaged(form: Form, figures: Figures, number: int) -> dict[str, Decimal | None]:
    """A few reports are meant to be wrong: a total that is one too many, a balance that does not hold, a row left blank."""
    cells: dict[str, Decimal | None] = dict(figures)
    if number % 37 == 5:
        cells["t4.review_total"] = figures["t4.review_total"] + 1
    if number % 41 == 7:
        cells["t3.carried_forward.total"] = figures["t3.carried_forward.total"] + 1
    if number % 29 == 3:
        cells |= dict.fromkeys((key for key in form.cell_keys if key.startswith("t2_8.")), None)
    return cells


def _printed_name(county: County, unit: Unit, rng: random.Random) -> str:
    area = register().get(county.code).name
    if unit.level == "county":
        return f"{county.prefecture}{area}人民政府"
    office = "办事处" if unit.kind == "subdistrict" else "人民政府"
    return rng.choice(
        (f"{county.prefecture}{area}{unit.name}{office}", f"{area}{unit.name}{office}", f"{unit.name}{office}", unit.name)
    )


def _title(printed: str, year: int, rng: random.Random) -> str:
    shapes = (
        "{u}{y}年政府信息公开工作年度报告",
        "{u}{y}年政府信息公开工作年度报告",
        "{y}年度{u}政府信息公开工作年度报告",
        "{u}{y}年政府信息公开年度报告",
    )
    return rng.choice(shapes).format(u=printed, y=year)
