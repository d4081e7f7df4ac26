import pytest
from hypothesis import given

from invented import FAMILY_NAMES, GIVEN_NAMES, WORDS
from obacht_protocol import names


@pytest.mark.parametrize(
    ("text", "parts", "with_particles"),
    [
        ("Müller", ["mueller"], "mueller"),
        ("von der Heide", ["heide"], "vonderheide"),
        ("Müller-Lüdenscheidt", ["mueller", "luedenscheidt"], "muellerluedenscheidt"),
        ("Al-Hassan", ["hassan"], "alhassan"),
        ("D'Angelo", ["dangelo"], "dangelo"),
        ("García y Vega", ["garcia", "vega"], "garciayvega"),
        ("Prof. Dr. h. c. mult. Müller", ["mueller"], "mueller"),
        ("Dipl.-Ing. Schmidt", ["schmidt"], "schmidt"),
        ("Dr.Schmidt", ["schmidt"], "schmidt"),
        ("Graf Lambsdorff", ["lambsdorff"], "lambsdorff"),
        ("Freiherr vom Stein", ["stein"], "vomstein"),
        ("Müller geb. Schmidt", ["mueller", "schmidt"], "muellergebschmidt"),
    ],
)
def test_titles_and_particles_are_set_aside(text: str, parts: list[str], with_particles: str) -> None:
    assert names.family_parts(text) == parts
    assert names.with_particles(text) == with_particles


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Graf", ["graf"]),
        ("Dr. Graf", ["graf"]),
        ("von Graf", ["graf"]),
        ("Freiherr Prinz", ["prinz"]),
        ("Le", ["le"]),
        ("Dr. Le", ["le"]),
        ("Do Van", ["do", "van"]),
        ("Dr.", ["dr"]),
        ("Prof. Dr.", ["dr"]),
    ],
)
def test_a_name_made_of_titles_or_particles_alone_is_kept(text: str, parts: list[str]) -> None:
    assert names.family_parts(text) == parts


def test_a_word_of_nobility_in_a_double_name_is_a_name() -> None:
    assert names.family_parts("Herzog-Müller") == ["herzog", "mueller"]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Karl-Heinz Otto", [["karl", "heinz"], ["otto"]]),
        ("Karl - Heinz", [["karl", "heinz"]]),
        ("Anna Lena", [["anna"], ["lena"]]),
        ("Hans,Peter", [["hans"], ["peter"]]),
        ("H.-P.", [["h", "p"]]),
        ("Dr. h. c. Anna", [["anna"]]),
        ("Phil Med", [["phil"], ["med"]]),
        ("Dr. phil. Anna", [["anna"]]),
        ("Otto Graf", [["otto"]]),
        ("Abu Bakr", [["abu"], ["bakr"]]),
        ("Graf", [["graf"]]),
        ("Dr. Graf", [["graf"]]),
        ("Dr.", [["dr"]]),
        ("", []),
        (" ", []),
    ],
)
def test_given_names_are_units_of_hyphen_parts(text: str, units: list[list[str]]) -> None:
    assert names.given_units(text) == units


def test_a_given_name_that_ends_in_c_sounds_like_k() -> None:
    assert names.given_code("dominic") == names.given_code("dominik") == "2664"
    assert names.given_code("luca") == "54"


@given(FAMILY_NAMES)
def test_a_family_name_is_never_empty_and_stands_in_its_form_with_particles(text: str) -> None:
    parts = names.family_parts(text)
    assert parts
    assert all(part in names.with_particles(text) for part in parts)


@given(GIVEN_NAMES)
def test_given_names_are_never_empty(text: str) -> None:
    units = names.given_units(text)
    assert units
    assert all(all(unit) and unit for unit in units)


@given(WORDS)
def test_a_single_word_is_the_same_as_family_and_as_given_name(word: str) -> None:
    assert names.given_units(word) == [names.family_parts(word)]
