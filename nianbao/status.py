"""Marks for the status of a report, the same on the terminal and on the served pages."""

MARKS = {"found": "●", "partly read": "◐", "late": "◔", "missing": "○", "blocked": "⊘", "unreadable": "✕"}
"""A status that is not here is written out."""
