"""The table of given names, and what it adds where the family name has found the row."""

import datetime as dt
from importlib import resources
from pathlib import Path

import pytest

from obacht_clients.answers import Entry, NoEntry, PersonMatch
from obacht_clients.given_name_forms import other_forms
from obacht_protocol import names
from obacht_protocol.folding import fold
from obacht_protocol.identity import Person
from town import Record, make_department, make_town

TABLE = resources.files("obacht_clients").joinpath("given_names.txt").read_text(encoding="utf-8")
GROUPS = [line.split() for line in TABLE.replace("\n  ", " ").splitlines() if not line.startswith("#")]
MEMBERS = sorted({name for group in GROUPS for name in group})
BORN = dt.date(1980, 3, 7)


def test_every_entry_folds_to_itself_and_is_one_given_name() -> None:
    assert len(GROUPS) > 300
    for name in MEMBERS:
        assert fold(name) == name
        assert names.given_units(name) == [[name]]


def test_no_group_names_a_form_twice_or_stands_alone_or_twice() -> None:
    for group in GROUPS:
        assert len(set(group)) == len(group) > 1
    assert len({frozenset(group) for group in GROUPS}) == len(GROUPS)


def test_if_one_name_leads_to_another_the_other_leads_back() -> None:
    forms = {name: set(other_forms(name)) for name in MEMBERS}
    for name, others in forms.items():
        assert others
        assert name not in others
        assert all(name in forms[other] for other in others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hans", "Johannes"), ("Jan", "Johannes"), ("Giovanni", "Hans"), ("Ivan", "Johann"), ("Krzysztof", "Christoph"),
        ("Uli", "Ulrich"), ("Sepp", "Josef"), ("Yusuf", "Josef"), ("José", "Josef"), ("Giuseppe", "Yousef"),
        ("Kathrin", "Katharina"), ("Ekaterina", "Katharina"), ("Małgorzata", "Margarete"), ("Jürgen", "Georg"),
        ("Jerzy", "Đorđe"), ("Mehmet", "Muhammad"), ("Ayşe", "Aischa"), ("Süleyman", "Salomon"), ("Stjepan", "Stefan"),
        ("Екатерина", "Katharina"), ("Γιώργος", "Georg"), ("Владимир", "Waldemar"),
    ],
)  # fmt: skip
def test_a_name_leads_to_its_other_forms_as_they_are_typed(one: str, other: str) -> None:
    assert fold(other) in other_forms(one)
    assert fold(one) in other_forms(other)


def test_names_that_siblings_bear_are_kept_apart() -> None:
    for one, other in [("Christian", "Christoph"), ("Johannes", "Johanna"), ("Maria", "Martha"), ("Peter", "Paul")]:
        assert fold(other) not in other_forms(one)


def test_all_given_names_and_their_parts_are_looked_up() -> None:
    forms = other_forms("Hans-Peter Sepp")
    assert {"johannes", "pierre", "josef"} <= set(forms)
    assert not {"hans", "peter", "sepp", "hanspeter"} & set(forms)
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("given_names", ["", "Qwertz", "-"])
def test_a_name_that_the_table_does_not_have_leads_nowhere(given_names: str) -> None:
    assert other_forms(given_names) == []


def test_a_nickname_is_an_entry_where_the_family_name_finds_the_row(tmp_path: Path) -> None:
    listed = Person("Müller", "Josef", BORN)
    with make_department(make_town([Record(listed)]), tmp_path / "home") as department:
        for given_name in ("Sepp", "Giuseppe", "Иосиф"):
            answer = department.check(Person("Mueller", given_name, BORN), purpose="visit")
            assert isinstance(answer, Entry)
            assert isinstance(answer.matched, PersonMatch)
            assert (
                answer.matched.birth_date == "exact"
            )  # of the names, chance in the sketch may claim more than similar
        # A twin's name is not a form of this one; now and then chance makes it similar.
        assert not isinstance(department.check(Person("Müller", "Maximilian", BORN), purpose="visit"), Entry)
        # The table makes no keys: with another family name too, nothing finds the row.
        assert department.check(Person("Schuster", "Sepp", BORN), purpose="visit") == NoEntry()
