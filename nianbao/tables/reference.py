"""Tables that say what the database is, who publishes, and what the words mean."""

from __future__ import annotations

from nianbao.schema import EDITIONS, LEVELS, NAME_SOURCES, STRENGTHS, TOWN_KINDS, Column, Table, a_year, counted, one_of
from nianbao.tables.archive import TO_PORTAL, TO_UNIT

TO_MEASURE = ("measure_keys", "measure_id")
_AREAS = ("province", "prefecture", "county")

REFERENCE: tuple[Table, ...] = (
    Table(
        "meta",
        "What this database is and what it was built from",
        (Column("key", "TEXT", "Name of the fact", "NOT NULL"), Column("value", "TEXT", "The fact", "NOT NULL")),
        ("key",),
    ),
    Table(
        "row_counts",
        "How many rows each table has, counted when the database is built",
        (Column("table", "TEXT", "The table", "NOT NULL"), Column("rows", "INTEGER", "Its rows", counted("rows"))),
        ("table",),
    ),
    Table(
        "portals",
        "Government sites that were crawled: one row of the registry each",
        (
            Column("portal", "TEXT", "Key of the registry", "NOT NULL"),
            Column("name", "TEXT", "Name of the site", "NOT NULL"),
            Column("division_code", "TEXT", "Code of the area whose site it is"),
            Column("area_code", "TEXT", "The same without the zeros that fill it up, as in `units`"),
            Column("level", "TEXT", "province, prefecture or county"),
            Column("home_url", "TEXT", "Address of the home page"),
            Column("family", "TEXT", "The platform it runs on"),
            Column("note", "TEXT", "What is known of it, and when"),
        ),
        ("portal",),
        indexes=(("area_code",),),
    ),
    Table(
        "runs",
        "Crawls, each with its summary of what was and was not obtained",
        (
            Column("run_id", "TEXT", "The run", "NOT NULL"),
            Column("started_at", "TEXT", "UTC"),
            Column("finished_at", "TEXT", "UTC; empty where the run was interrupted"),
            Column("summary", "TEXT", "JSON: by portal found, fetched, left aside, failed"),
        ),
        ("run_id",),
    ),
    Table(
        "looks",
        "What each crawl came to at each portal: the ground on which coverage says missing or blocked",
        (
            Column("run_id", "TEXT", "The run", "NOT NULL"),
            Column("portal", "TEXT", "The portal", "NOT NULL"),
            Column("finished_at", "TEXT", "UTC"),
            Column(
                "outcome",
                "TEXT",
                "complete: all lists were read and all reports on them fetched; partial; refused",
                one_of("outcome", ("complete", "partial", "refused")),
            ),
            Column("error", "TEXT", "What the portal answered where it refused"),
            Column("failed", "INTEGER", "Pages that were not obtained", counted("failed")),
        ),
        ("run_id", "portal"),
        {"run_id": ("runs", "run_id"), "portal": TO_PORTAL},
        indexes=(("portal",),),
    ),
    Table(
        "gone",
        "Addresses that held a report and say now that it is not there any more",
        (
            Column("portal", "TEXT", "The portal", "NOT NULL"),
            Column("url", "TEXT", "The address", "NOT NULL"),
            Column("seen_at", "TEXT", "UTC; end of the crawl that found it gone", "NOT NULL"),
        ),
        ("portal", "url", "seen_at"),
        {"portal": TO_PORTAL},
        indexes=(("url",),),
    ),
    Table(
        "units",
        "Administrative units of the crawled areas under their newest name, and the departments found in reports",
        (
            Column(
                "unit_code",
                "TEXT",
                "Division code: 2, 4, 6 or 9 digits; of a department its area's code, a colon and its name",
                "NOT NULL",
            ),
            Column("name", "TEXT", "Newest name", "NOT NULL"),
            Column(
                "level",
                "TEXT",
                "province, prefecture, county, town (all township-level units) or department",
                one_of("level", LEVELS),
            ),
            Column(
                "kind",
                "TEXT",
                "At town level: town, township, ethnic_township, sumu, subdistrict, quasi; of areas above their level",
                one_of("kind", (*TOWN_KINDS, *_AREAS), required=False),
            ),
            Column("function", "TEXT", "Of a department: what it is for, the same word in every county (应急管理, 教育体育)"),
            Column("parent_code", "TEXT", "The area next above that is a place: of 北京市东城区 it is 北京市, not 市辖区"),
            Column("county_code", "TEXT", "The county it belongs to, or is"),
            Column("first_year", "INTEGER", "First snapshot with this code (2015 is the first there is)"),
            Column("last_year", "INTEGER", "Last snapshot with this code (2023 is the last there is)"),
            Column(
                "population_2020",
                "INTEGER",
                "Of counties: resident population, census of 1 November 2020",
                counted("population_2020", required=False),
                unit="人",
                source="census 2020",
                notes="no township figures are openly licensed; per-capita figures make sense for counties alone",
            ),
        ),
        ("unit_code",),
        {"parent_code": TO_UNIT, "county_code": TO_UNIT},
        indexes=(("county_code", "level"),),
    ),
    Table(
        "unit_names",
        "Under which names each unit stood in the register, and from when to when; a former name is looked up here",
        (
            Column("unit_code", "TEXT", "The unit", "NOT NULL"),
            Column("name", "TEXT", "A name it bore", "NOT NULL"),
            Column(
                "first_year",
                "INTEGER",
                "First snapshot with this name (2015 is the first there is)",
                a_year("first_year", required=True),
            ),
            Column(
                "last_year",
                "INTEGER",
                "Last snapshot with this name (2023 is the last there is)",
                "NOT NULL CHECK ([last_year] >= [first_year])",
            ),
            Column(
                "source",
                "TEXT",
                "snapshots: the yearly register 2015-2023; override: entered by hand from what came later",
                one_of("source", NAME_SOURCES),
            ),
        ),
        ("unit_code", "name"),
        {"unit_code": TO_UNIT},
        indexes=(("name",),),
    ),
    Table(
        "successions",
        "Units that vanished from the register and the unit that holds most of their villages since",
        (
            Column("old_code", "TEXT", "The unit that vanished", "NOT NULL"),
            Column("old_name", "TEXT", "Its last name", "NOT NULL"),
            Column("new_code", "TEXT", "The unit that holds most of its villages", "NOT NULL"),
            Column("new_name", "TEXT", "Its name", "NOT NULL"),
            Column("year_seen", "INTEGER", "First snapshot in which the old code is gone", "NOT NULL"),
            Column("village_share", "REAL", "Share of the old unit's villages that the new one holds", "NOT NULL"),
            Column(
                "absorbed",
                "INTEGER",
                "1 where the new unit was there before: its territory grew",
                "NOT NULL CHECK ([absorbed] IN (0, 1))",
            ),
        ),
        ("old_code", "new_code"),
        # No foreign keys: one of the two may lie outside the crawled areas, and then is no row of `units`.
        indexes=(("new_code", "year_seen"),),
    ),
    Table(
        "territory_changes",
        "Years from which on a unit's reports cover another area than the year before under the same code",
        (
            Column("unit_code", "TEXT", "The unit", "NOT NULL"),
            Column("year", "INTEGER", "The first report year with the new territory", "NOT NULL"),
            Column("change", "TEXT", "grew or shrank", one_of("change", ("grew", "shrank"))),
            Column("others", "TEXT", "JSON list of the codes it absorbed, or lost villages to", "NOT NULL"),
        ),
        ("unit_code", "year", "change"),
        {"unit_code": TO_UNIT},
    ),
    Table(
        "form_cells",
        "The cells of all editions of the form; `printed_at` says where each was found on a page",
        (
            Column("key", "TEXT", "The cell", "NOT NULL"),
            Column("line", "INTEGER", "Number of the line it stands in, as `places` counts them", counted("line")),
            Column("position", "INTEGER", "Its place in the line, from 0 on", counted("position")),
            Column("label", "TEXT", "Caption, row and column as the newest form that has it prints them", "NOT NULL"),
            Column("editions", "TEXT", "The editions that have it, blank-separated", "NOT NULL"),
        ),
        ("key",),
    ),
    Table(
        "measure_keys",
        "The measures, numbered for `measure_values`",
        (
            Column("measure_id", "INTEGER", "Its number", "NOT NULL"),
            Column("measure", "TEXT", "Its key", "NOT NULL UNIQUE"),
        ),
        ("measure_id",),
    ),
    Table(
        "measure_definitions",
        "Measures by edition of the form: terms and series; figures of different series are never subtracted from each other",
        (
            Column("measure", "TEXT", "Key of the measure", "NOT NULL"),
            Column("form", "TEXT", "Edition of the form", one_of("form", EDITIONS)),
            Column("series", "TEXT", "Editions with the same series are comparable", "NOT NULL"),
            Column("english", "TEXT", "Name", "NOT NULL"),
            Column("chinese", "TEXT", "Name", "NOT NULL"),
            Column("formula", "TEXT", "In words", "NOT NULL"),
            Column("numerator", "TEXT", "JSON list of cell keys, a minus in front of those taken off", "NOT NULL"),
            Column("denominator", "TEXT", "The same; empty for counts"),
            Column("unit", "TEXT", "件, share, 万元, days", "NOT NULL"),
            Column("minimum_n", "INTEGER", "Below this denominator a share is null", counted("minimum_n")),
            Column("caveat", "TEXT", "What to keep in mind"),
        ),
        ("measure", "form"),
        {"measure": ("measure_keys", "measure")},
    ),
    Table(
        "rules",
        "Rules that are applied to reports, with the cells each one concerns",
        (
            Column("form", "TEXT", "Edition of the form; empty for rules of all", "NOT NULL"),
            Column("rule", "TEXT", "The rule", "NOT NULL"),
            Column(
                "strength",
                "TEXT",
                "hard: stated on the form; strong: follows from a label; soft: practice may differ",
                one_of("strength", STRENGTHS),
            ),
            Column("cells", "TEXT", "JSON list of the cells concerned; prev: in front of those of the year before", "NOT NULL"),
        ),
        ("form", "rule"),
    ),
    Table(
        "dictionary",
        "What every table, view and column means",
        (
            Column("table", "TEXT", "The table or view", "NOT NULL"),
            Column("name", "TEXT", "The column; empty for the table itself", "NOT NULL"),
            Column("english", "TEXT", "Meaning", "NOT NULL"),
            Column("chinese", "TEXT", "Chinese name; of figures the label as printed on the form", "NOT NULL"),
            Column("type", "TEXT", "SQL type; empty for tables and views"),
            Column("unit", "TEXT", "Unit of the figure"),
            Column("editions", "TEXT", "Editions of the form that have it"),
            Column("source", "TEXT", "The notice that prescribes it"),
            Column("notes", "TEXT", "What it may and may not be compared with"),
        ),
        ("table", "name"),
    ),
)
