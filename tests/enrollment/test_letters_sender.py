"""Who writes is read from the table [letters], and what is missing or wrong there is named."""

import itertools
import tomllib
from dataclasses import asdict, fields
from pathlib import Path

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


def test_the_example_in_the_documentation_can_be_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    block = page[page.index("    [letters]\n") :]
    lines = itertools.takewhile(lambda line: line.startswith("    "), block.splitlines())
    table = tomllib.loads("\n".join(line[4:] for line in lines))
    assert set(table["letters"]) == {field.name for field in fields(Sender)}
    assert Sender.parse(table["letters"]).supervisory_authority.startswith("Landesbeauftragte")


def test_space_around_a_text_is_no_part_of_it() -> None:
    assert (
        Sender.parse(asdict(SENDER) | {"supervisory_authority": "Amt\nPostfach\n"}).supervisory_authority
        == "Amt\nPostfach"
    )


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
