"""A correction checked against the database before it is written: the report, its cell, and a value the cell may hold."""

from __future__ import annotations

from pathlib import Path

from nianbao.archived import find_report
from nianbao.database import open_database
from nianbao.errors import OverrideError, UnknownCell
from nianbao.overrides import Override, add_override
from nianbao.show import near
from nianbao.stored import cell_flags, cell_values
from parsers.forms import Form, form_of
from parsers.numerals import read_figure
from parsers.report import plain_number


def correct(home: Path, wanted: str, key: str, *, value: str, reason: str, who: str, when: str) -> Override:
    """Write the correction of one cell to HOME/overrides.csv and return it, with the published figure and its state as the database has them.

    `value` is a figure in the unit of the column (件, or 万元), or empty. Raises CompareError for the report, UnknownCell for the key, OverrideError for a
    value that is no figure, a reason or a name that is empty, and where the correction says what was published already.
    """
    path = home / "nianbao.db"
    db = open_database(path)
    report_id = find_report(db, wanted, path)
    unit_code, year, form_id = db.execute("select unit_code, year, form from reports where report_id = ?", [report_id]).fetchone()
    form = _form(form_id, key)
    if key not in form.cell_keys:
        raise UnknownCell(f"{key} is no cell of the form {form.id}; near: {', '.join(near(key, form))}")
    figure = _checked(form, key, value)
    published = cell_values(db.conn, report_id).get(key)
    state = cell_flags(db.conn, report_id).get(key, {"state": "read"})["state"]
    printed = "" if published is None else f"{published:.15g}"
    if figure == printed:
        raise OverrideError(f"{key}: {printed or state} is what the database has; nothing to correct")
    if not reason.strip() or not who.strip():
        raise OverrideError(f"{key}: a correction needs a reason and a reviewer")
    done = Override(report_id, unit_code or "", str(year or ""), key, printed, state, figure, reason.strip(), who.strip(), when)
    add_override(home, done)
    return done


def _form(form_id: str, key: str) -> Form:
    try:
        return form_of(form_id)
    except KeyError:
        raise UnknownCell(f"{key}: a report without a form has no cell") from None


def _checked(form: Form, key: str, value: str) -> str:
    """The figure as written to the file. Raises OverrideError."""
    if not value:
        return ""
    column = next(c for t in form.tables for r in t.rows for c, k in zip(t.columns, t.keys_of(r), strict=True) if k == key)
    figure = read_figure(value)
    number = plain_number(figure.value) if figure else None
    if number is None or (isinstance(number, float) and not column.is_decimal) or (number < 0 and not column.is_signed):
        kind = "an amount in 万元" if column.is_decimal else "a whole number"
        raise OverrideError(f"{value}: {key} holds {kind}")
    return f"{number:.15g}"
