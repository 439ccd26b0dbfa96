"""The sentences of findings, as templates: whoever shows them in another language knows from here what there is to say.

What stands in braces is filled in by the rule: figures, cell keys, words of the records, names as printed.
"""

from __future__ import annotations

ALL_ZERO = "all terms are zero or blank"
SIDES = "{left} {op} {right}"
INFERRED = "{sides}, where {keys} was inferred from the form's sums"
NO_FIGURE = "{key} has no figure ({state}); printed: {sides}"
ONE_SLIP = "{message}; one {slip} would explain it: {changes}"
MANY_SLIPS = "{message}; each of {count} slips would explain it"
CHANGE = "{key} {printed} for {would_be}"
"""One of the changes of a slip."""
BLANK = "blank"
"""Instead of a figure in a change."""
NO_POWER = "{unit} has no power to make 规章, and prints {figures}"
RULES_NOT_KNOWN = "a figure of the row 规章 is not known"
ONLY_TOTALS = "the totals are filled, the kinds of applicant are blank"
OTHER_BODY = "the title names {unit}, the text {issuer}"
TOLD = "the text tells {told}, the table {figure}"
NOT_KNOWN = "a figure that is not known"
"""Instead of the table's figure."""
NO_UNIT = "{raw} is printed without a unit and kept as 万元"
