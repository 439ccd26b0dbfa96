"""Why a command could not do what it was asked; the message is one line that names the file, unit or portal and what to do.

NianbaoError
├── DocumentError    a file that cannot be read
├── UnknownCell      a key that is no cell of the report's form
├── RegistryError    a portal key that the registry does not have
├── UnitsError       a unit that the register does not have
├── DatabaseError    a database that is missing, not ours, or of another version
├── CompareError     a county or year that the database does not have
├── ClaimError       data that cannot carry a claim: too few reports, figures or cases, or another form in between
├── NotebookError    a notebook that stopped, or that is not there
├── OverrideError    a file of corrections that cannot be read or written
├── ExportError      an export that cannot be written
├── ServeError       the site cannot be served
├── BenchError       a measurement that could not be made
└── DemoError        the demo portals cannot be started
"""

from __future__ import annotations


class NianbaoError(Exception):
    """The root of all errors that end a command in one line."""


class DocumentError(NianbaoError):
    """A file or folder that cannot be read."""


class UnknownCell(NianbaoError):
    """A key that is no cell of the report's form; the message names those near to it."""


class RegistryError(NianbaoError):
    """A portal key that the registry does not have."""


class UnitsError(NianbaoError):
    """A unit that the register does not have."""


class DatabaseError(NianbaoError):
    """A database that is missing, not ours, or of another schema version."""


class CompareError(NianbaoError):
    """A county, year or measure that the database does not have."""


class ClaimError(NianbaoError):
    """Data that cannot carry a claim; the message says what is lacking."""


class NotebookError(NianbaoError):
    """A notebook that stopped, or that is not there; the message names it, and what it said."""


class OverrideError(NianbaoError):
    """A correction that cannot be read, written, or does not belong to a cell."""


class ExportError(NianbaoError):
    """An export that cannot be written, or that the library which checks it refuses."""


class ServeError(NianbaoError):
    """The site cannot be served."""


class BenchError(NianbaoError):
    """A measurement that could not be made."""


class DemoError(NianbaoError):
    """The demo portals cannot be started."""
