"""Who writes is read from the table [letters], and what is missing or wrong there is named."""

import itertools
import tomllib
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from invented_letters import LANGUAGES, SENDER
from obacht_enrollment import words
from obacht_enrollment.errors import LetterError, SettingsError
from obacht_enrollment.language import Language
from obacht_enrollment.letters.sender import Sender
from obacht_enrollment.letters.words import SENTENCES
from obacht_enrollment.settings import Settings, new_settings

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


def first_settings() -> str:
    return new_settings(
        deployment="test-town",
        matcher="http://127.0.0.1:8400",
        office='Amt "Sicherheit"',
        phone="0221 110",
        stretch="INTERACTIVE",
    )


def test_a_new_office_has_no_sender_until_somebody_says_who_it_is() -> None:
    text = first_settings()
    assert Settings.parse(text).letters is None
    before, table = text.split("# [letters]\n")
    lines = itertools.takewhile(lambda line: line.startswith("# "), table.splitlines())
    said = before + "[letters]\n" + "\n".join(line[2:] for line in lines) + table[table.index("\n\n") :]
    sender = Settings.parse(said).letters
    assert sender is not None
    assert (sender.office, sender.phone) == ('Amt "Sicherheit"', "0221 110")


def test_a_wrong_sender_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.parse(first_settings() + "\n[letters]\nbody = 3\n")
    assert str(caught.value).startswith("setting name=letters.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_has_its_words(language: Language) -> None:
    details = {"field": "reason", "setting": "remedies"}
    for code in SENTENCES:
        assert "{" not in words.sentence(LetterError(code, **details), language)


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
