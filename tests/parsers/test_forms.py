"""The editions as data."""

from parsers.forms import forms
from parsers.labels import fold


def test_cells_of_the_editions() -> None:
    """22 + 161 + 15 cells on the 2019 form, 10 + 175 + 15 on the 2021 form, no key twice."""
    assert {name: len(form.cell_keys) for name, form in forms().items()} == {"e2019": 198, "e2021": 200}
    assert all(len(set(form.cell_keys)) == len(form.cell_keys) for form in forms().values())


def test_identities_name_cells_of_their_form() -> None:
    """Every term of every identity within a report is a cell of that edition."""
    assert all(set(identity.cells) <= set(form.cell_keys) for form in forms().values() for identity in form.identities)


def test_no_telling_label_begins_with_another() -> None:
    """The editions are told by one search for the labels of all, which finds the longest."""
    labels = {fold(label) for form in forms().values() for label in form.telling_labels}
    assert not [(one, other) for one in labels for other in labels if one != other and other.startswith(one)]


def test_keys_of_the_contract() -> None:
    """The keys that others rely on."""
    assert {"t2_9.centralized_procurement.total_amount", "t3.granted.natural_person", "t4.review_upheld"} <= set(
        forms()["e2019"].cell_keys
    )
    assert {"t2_1.rules.issued", "t2_8.administrative_fees.fee_amount", "t3.other_unpaid_fee.total"} <= set(
        forms()["e2021"].cell_keys
    )
