"""Tables that lead from the database back to the archive."""

from __future__ import annotations

from nianbao.schema import Column, Table, a_year, counted, one_of
from parsers import Kind

TO_PORTAL = ("portals", "portal")
TO_UNIT = ("units", "unit_code")
_KINDS = (*map(str, Kind), "unreadable")

ARCHIVE: tuple[Table, ...] = (
    Table(
        "archive_files",
        "Files of the archive that this database was built from",
        (
            Column("warc_file", "TEXT", "Name of the file", "NOT NULL"),
            Column("sha256", "TEXT", "Digest of the file", "NOT NULL"),
            Column("bytes", "INTEGER", "Its length", counted("bytes")),
            Column("pages", "INTEGER", "Report pages read from it", counted("pages")),
        ),
        ("warc_file",),
    ),
    Table(
        "documents",
        "Archived pages fetched as reports, whatever they turned out to be",
        (
            Column("document_id", "TEXT", "First 16 hex digits of SHA-256 over URL and content digest", "NOT NULL"),
            Column("portal", "TEXT", "The portal that published it"),
            Column("url", "TEXT", "Where it was fetched", "NOT NULL"),
            Column("title", "TEXT", "Its title, or else the link's"),
            Column(
                "role",
                "TEXT",
                "report: a page that a list calls one; part: a file or frame of it",
                one_of("role", ("report", "part")),
            ),
            Column("kind", "TEXT", "report, blank_form, tables_missing, not_a_report, … or unreadable", one_of("kind", _KINDS)),
            Column("reason", "TEXT", "Why it gave no figures"),
            Column("unit_code", "TEXT", "The unit its title names, where the register settles it, also where it gave no figures"),
            Column("year", "INTEGER", "The report year its title names", a_year("year")),
            Column("report_id", "TEXT", "The report whose figures it prints; several pages may print one report"),
            Column("sha256", "TEXT", "Digest of the archived bytes", "NOT NULL"),
            Column("charset", "TEXT", "The charset it was read with"),
            Column(
                "web_archive",
                "TEXT",
                "wayback or commoncrawl, where it is known from there alone and the portal itself was never seen to show it",
            ),
            Column("fetched_at", "TEXT", "UTC; the first time; of a page from a web archive, when that captured it", "NOT NULL"),
            Column("last_fetched_at", "TEXT", "UTC; the last time the page was seen unchanged", "NOT NULL"),
            Column("status", "INTEGER", "HTTP status"),
            Column("bytes", "INTEGER", "Length of the body", counted("bytes", required=False)),
            Column("warc_file", "TEXT", "File of the archive"),
            Column("warc_offset", "INTEGER", "Where its record begins", counted("warc_offset", required=False)),
        ),
        ("document_id",),
        # Page and report refer to each other: `writing` says of a page which report it prints once that report is there.
        {"portal": TO_PORTAL, "unit_code": TO_UNIT, "report_id": ("reports", "report_id")},
        indexes=(("report_id",), ("unit_code", "year"), ("url",)),
    ),
)
