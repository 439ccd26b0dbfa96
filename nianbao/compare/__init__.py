"""The door to the database for notebooks and the command line: tidy DataFrames, nulls kept as nulls.

`table` puts townships side by side, `sheet` the same as a file to hand on; `panel`, `rank`, `change`, `coverage` are about a county, `peers` and `history`
about one unit. Every frame says what it counts (`measured_in`: 件, a share from 0 to 1, 万元, or days), of how many (`n`, the denominator of a share), on which
edition of the form it was printed (`form`), whether the edition changed against the year before (`edition_break`), and which of the cells behind a value were
not plainly read (`flags`). Each raises CompareError for what the database does not have, and DatabaseError for a file that is no database of this version.

`enough_coverage`, `one_edition`, `enough_values` and `enough_cases` stop a claim that the data cannot carry; `picture` frames a chart with n, source and date.

    from nianbao import compare
    compare.table(Path("data/nianbao.db"), "512002", 2020)
"""

from nianbao.compare.county import TABLE_MEASURES, change, coverage, panel, rank, sheet, table
from nianbao.compare.findings import across, findings
from nianbao.compare.guards import enough_cases, enough_coverage, enough_values, one_edition
from nianbao.compare.picture import picture
from nianbao.compare.query import query
from nianbao.compare.report import figures
from nianbao.compare.unit import history, peers

__all__ = [
    "TABLE_MEASURES",
    "across",
    "change",
    "coverage",
    "enough_cases",
    "enough_coverage",
    "enough_values",
    "figures",
    "findings",
    "history",
    "one_edition",
    "panel",
    "peers",
    "picture",
    "query",
    "rank",
    "sheet",
    "table",
]
