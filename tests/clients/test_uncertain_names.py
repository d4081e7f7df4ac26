"""A name in Arabic script may find an entry, but that it finds none is never told as "no entry"."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from names_in_other_scripts import ARABIC, spellings
from obacht_clients.answers import Entry, NoCheck, NoEntry, OfficeWarning, PersonMatch, PossibleEntry
from obacht_clients.cli import subject
from obacht_clients.cli.commands import obacht
from obacht_clients.cli.console import Console
from obacht_clients.department import Department
from obacht_clients.offices import Offices
from obacht_clients.words import LANGUAGES, sentences
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Person
from town import Record, Town, make_department, make_home, make_town, person

LISTED = person("Al-Hassan", "Mohammed", "07.03.1980")
SAME = person("الحسن", "محمد", "07.03.1980")


@pytest.fixture
def town() -> Town:
    return make_town([Record(LISTED)])


@pytest.fixture
def department(town: Town, tmp_path: Path) -> Iterator[Department]:
    with make_department(town, tmp_path / "home") as department:
        yield department


def test_who_is_listed_in_latin_letters_is_found(department: Department) -> None:
    answer = department.check(SAME, purpose="visit")
    assert isinstance(answer, Entry)
    assert isinstance(answer.matched, PersonMatch)
    assert answer.matched.birth_date == "exact"
    near = department.check(person("الحسن", "محمد", "03.07.1980"), purpose="visit")
    assert isinstance(near, (Entry, PossibleEntry))
    assert isinstance(near.matched, PersonMatch)
    assert near.matched.birth_date == "near"


@pytest.mark.parametrize(
    "typed",
    [
        person("الخطيب", "سعيد", "09.09.1999"),
        person("ﺍﻟﺨﻄﻴﺐ", "Erik", "09.09.1999"),
        person("Fremd", "سعيد", "09.09.1999"),
        person("Fremd", "Erik سعيد", "1999"),
        person("Fremd", "Erik", "09.09.1999", "خان"),
        person("Fremd-خان", "", "09.09.1999"),
        # The row is found by the sound of the family name, but the names are too far off: as good as nothing.
        person("هيزن", "Siegfriedine", "07.03.1980"),
    ],
)
def test_whoever_is_not_found_by_a_name_in_arabic_script_was_not_checked(
    department: Department, town: Town, typed: Person
) -> None:
    contact = town.deployment.descriptor.contacts[0]
    assert department.check(typed, purpose="visit") == NoCheck("script", contact)


def test_in_a_list_that_goes_for_whom_it_concerns_alone(department: Department) -> None:
    split = [own.rsplit(" ", 1) for own, _ in spellings(ARABIC)]
    strangers = [person(family_name, given_name, "01.05.1990") for family_name, given_name in split[:37]]
    latin = person("Fremd", "Erik", "09.09.1999")
    *unknown, found, stranger, cyrillic = department.check_list(
        [*strangers, SAME, latin, person("Иванов", "Иван", "09.09.1999")], purpose="visit"
    )
    assert isinstance(found, Entry)
    assert stranger == cyrillic == NoEntry()
    assert {(type(answer), getattr(answer, "reason", None)) for answer in unknown} == {(NoCheck, "script")}


def test_an_office_that_did_not_do_its_part_is_named_all_the_same(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = OfficeWarning("timeout", "Landkreis")
    monkeypatch.setattr(Offices, "warnings", (warning,))
    answer = department.check(person("الخطيب", "سعيد", "09.09.1999"), purpose="visit")
    assert isinstance(answer, NoCheck)
    assert (answer.reason, answer.warnings) == ("script", (warning,))
    found = department.check(SAME, purpose="visit")
    assert isinstance(found, Entry)
    assert found.warnings == (warning,)


def test_the_words_ask_for_the_latin_spelling_and_do_not_say_what_was_found() -> None:
    said = {name: "\n".join(sentences.of(NoCheck("script"), language)) for name, language in LANGUAGES.items()}
    assert "mit der Schreibweise aus Ausweis oder Pass" in said["de"]
    assert "with the spelling on the identity card or passport" in said["en"]
    for text in said.values():
        assert text.startswith("(x) ")
        assert not any(word in text for word in ("Kein Eintrag", "kein Eintrag", "No entry", "no entry", "nichts"))


def test_at_the_command_line_it_is_no_check(town: Town, tmp_path: Path) -> None:
    make_home(town, tmp_path / "home")

    def run(*arguments: str, typed: object = None) -> Result:
        console = Console(home=tmp_path / "home", clock=town.clock, network=town.network)
        return CliRunner().invoke(obacht, arguments, input=json.dumps(typed), obj=console)

    typed = {"family_name": "الحسن", "given_names": "محمد", "birth_date": "7.3.1980", "purpose": "visit"}
    assert run("check", "--stdin-json", typed=typed).exit_code == 10
    refused = run("check", "--stdin-json", "--json", typed=typed | {"birth_date": "8.8.1988"})
    assert refused.exit_code == 20
    assert (json.loads(refused.output)["state"], json.loads(refused.output)["reason"]) == (
        "no check was made",
        "script",
    )
    file = tmp_path / "round.csv"
    file.write_text("Familienname;Vornamen;Geburtsdatum\nFremd;Erik;9.9.1999\nالخطيب;سعيد;9.9.1999\n", "utf-8")
    listed = run("check-list", str(file), "--purpose", "visit")
    assert listed.exit_code == 20
    places = [listed.output.index(part) for part in ("Zeile 3: الخطيب", "(x) Keine Prüfung", "Zeile 2", "(-) Kein")]
    assert places == sorted(places)


def test_where_nothing_found_would_be_told_as_such_the_latin_spelling_is_demanded() -> None:
    typed = {"family_name": "Hassan", "given_names": "Ali", "birth_date": "7.3.1980"}
    today = dt.date(2027, 1, 1)
    assert subject.subject_of(typed, today, address=False) == Person("Hassan", "Ali", dt.date(1980, 3, 7))
    for field in ("family_name", "given_names", "birth_name"):
        guessed = typed | {field: "حسن"}
        with pytest.raises(IdentityError, match=f"{field}: script"):
            subject.subject_of(guessed, today, address=False)
        asked = subject.subject_of(guessed, today, address=False, guess=True)
        assert isinstance(asked, Person)
        assert asked.uncertain_name == field
