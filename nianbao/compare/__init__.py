"""The door to the database for notebooks and the command line: tidy DataFrames, nulls kept as nulls.

`table` puts townships side by side; `panel`, `rank`, `change`, `coverage` are about a county, `peers` and `history` about one unit. Every frame says what it
counts (`measured_in`: 件, or a share from 0 to 1), of how many (`n`, the denominator of a share), on which edition of the form it was printed (`form`), whether
the edition changed against the year before (`edition_break`), and which of the cells behind a value were not plainly read (`flags`).

    from nianbao import compare
    compare.table(Path("data/nianbao.db"), "512002", 2020)
"""

from nianbao.compare.county import TABLE_MEASURES, change, coverage, panel, rank, table
from nianbao.compare.findings import findings
from nianbao.compare.report import figures
from nianbao.compare.unit import history, peers

__all__ = ["TABLE_MEASURES", "change", "coverage", "figures", "findings", "history", "panel", "peers", "rank", "table"]
