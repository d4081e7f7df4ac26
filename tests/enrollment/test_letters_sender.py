"""Who writes is read from the table [letters], and what is missing or wrong there is named."""

from dataclasses import asdict

import pytest

from invented_letters import SENDER
from obacht_enrollment.errors import SettingsError
from obacht_enrollment.letters.sender import Sender

REQUIRED = ("body", "office", "street", "town", "phone", "mail", "data_protection_officer", "supervisory_authority")


def test_a_full_table_is_read() -> None:
    assert Sender.parse(asdict(SENDER)) == SENDER


def test_the_least_table_has_the_law_of_the_state_as_its_basis() -> None:
    sender = Sender.parse(dict.fromkeys(REQUIRED, "x"))
    assert "18. November 2025" in sender.legal_basis
    assert "18 November 2025" in sender.legal_basis_english
    assert sender.remedies == ""


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_missing_is_named(name: str) -> None:
    table = {other: "x" for other in REQUIRED if other != name}
    with pytest.raises(SettingsError) as caught:
        Sender.parse(table)
    assert caught.value.details == {"name": f"letters.{name}"}
    with pytest.raises(SettingsError) as caught:
        Sender.parse(table | {name: "  "})
    assert caught.value.details == {"name": f"letters.{name}"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("legal_basis", ""),
        ("phone", 110),
        ("web", None),
        ("body", "x" * 61),
        ("town", "50999\nMusterstadt"),
        ("remedies", "x" * 4001),
        ("colour", "blue"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        Sender.parse(asdict(SENDER) | {name: value})
    assert caught.value.details == {"name": f"letters.{name}"}


@pytest.mark.parametrize("table", [None, [], "letters"])
def test_something_else_than_a_table_is_refused(table: object) -> None:
    with pytest.raises(SettingsError):
        Sender.parse(table)
