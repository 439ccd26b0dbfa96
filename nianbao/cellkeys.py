"""The keys of all cells of all editions of the form, those of the older statistics tables included."""

from __future__ import annotations

import json
from functools import cache

from parsers.forms import forms, reference_file


@cache
def all_cell_keys() -> frozenset[str]:
    """Every cell key, such as `t3.granted.total`, `s14.requests_received` or `sh.replies`."""
    entries = json.loads(reference_file("forms.json").read_text("utf-8"))["editions"]
    older = {f"{entry['prefix']}.{line['key']}" for entry in entries for line in entry.get("indicators", ())}
    return frozenset(key for form in forms().values() for key in form.cell_keys) | older
