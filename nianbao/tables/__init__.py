"""All tables of nianbao.db, in the order in which they refer to each other."""

from __future__ import annotations

from nianbao.schema import Table
from nianbao.tables.archive import ARCHIVE
from nianbao.tables.figures import FIGURES
from nianbao.tables.findings import FINDINGS
from nianbao.tables.reference import REFERENCE
from nianbao.tables.reports import REPORTS

TABLES: tuple[Table, ...] = (*REFERENCE, *ARCHIVE, *REPORTS, *FIGURES, *FINDINGS)
