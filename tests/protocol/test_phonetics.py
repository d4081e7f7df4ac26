from itertools import product

import cologne_phonetics
import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import phonetics

NAMES = """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann
Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn
Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon
Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas
Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff
Pfeiffer Yılmaz Öztürk Çelik Şahin Demir Nguyễn Kowalczyk Krzysztof Wójcik Szymański Đorđević Hadžić Petrović Popescu
García Rodríguez Schatz Lutz Christoph Christian Chlodwig Clemens Cäcilie Cindy Xaver Alexander Maximilian Felix Marx
Axt Quirin Jacques Jacqueline Philipp Ralph Stephan Thaddäus Dschingis Tschaikowski Witzigmann Ratcliffe Acht
Echternach Buchs Ochs Saxe Hexe Kxx
"""
CLUSTERS = "ch sch ph th st sp tz ts dz cz sc zc cs ck chl chr cl cr kn gn pf ps qu dt hl"
ONSETS = (
    "",
    *"bcdfghjklmnpqrstvwxz",
    *CLUSTERS.split(),
)
NUCLEI = ("a", "e", "ie", "ou", "ä", "y", "")
CODAS = ("", "n", "c", "h", "ck", "x", "tz", "rt", "ss", "ß", "cks", "ph", "lm")


def oracle(word: str) -> str:
    """What the package cologne-phonetics makes of the word, hyphens left out as we leave them out."""
    return "".join(code for _, code in cologne_phonetics.encode(word, concat=True))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Müller-Lüdenscheidt", "65752682"),
        ("Wikipedia", "3412"),
        ("Breschnew", "17863"),
        ("Meyer", "67"),
        ("Maier", "67"),
        ("Christoph", "47823"),
        ("Cécile", "885"),
        ("Chlodwig", "45234"),
        ("Petrović", "12738"),
        ("Bosch", "18"),
        ("Max", "648"),
        ("Bcx", "148"),
        ("Philipp", "351"),
        ("Aaron", "076"),
        ("C", "8"),
        ("K\u00f6ln am Rhein", "456676"),
    ],
)
def test_known_words_have_their_codes(word: str, code: str) -> None:
    assert phonetics.cologne(word) == code


@pytest.mark.parametrize("word", ["H", "hh", "", "-", "משה"])
def test_a_word_without_a_sound_gets_a_dash(word: str) -> None:
    assert phonetics.cologne(word) == phonetics.NO_CODE


def test_collapsing_comes_before_dropping_zeros() -> None:
    assert phonetics.cologne("Nana") == "66"
    assert phonetics.cologne("Nanna") == "66"


def test_h_parts_no_equal_sounds() -> None:
    assert phonetics.cologne("Rohr") == "77"
    assert phonetics.cologne("mhm") == "6"


# The oracle differs from us in one thing only: for a word without a sound it gives nothing, where we give a dash.
def agrees(word: str) -> bool:
    return phonetics.cologne(word) == (oracle(word) or phonetics.NO_CODE)


def test_names_are_coded_as_the_oracle_codes_them() -> None:
    names = NAMES.split()
    double = [f"{one}-{other}" for one, other in product(names[::4], names[::5])]
    # The oracle knows no letter but a to z, ä ö ü ß and what decomposes; these it would drop.
    spelled = [name.translate(str.maketrans("ıĐđ", "iDd")) for name in [*names, *double]]
    assert [word for word in spelled if not agrees(word)] == []


def test_thousands_of_syllables_are_coded_as_the_oracle_codes_them() -> None:
    syllables = ["".join(parts) for parts in product(ONSETS, NUCLEI, CODAS)]
    assert len(syllables) > 4_000
    assert [word for word in syllables if not agrees(word)] == []
    words = [one + other for one, other in zip(syllables, reversed(syllables), strict=True)]
    assert [word for word in words if not agrees(word)] == []


def test_every_three_letters_are_coded_as_the_oracle_codes_them() -> None:
    # One letter of each kind the rules know.
    letters = "abcdhklpqrsxz"
    words = ["".join(triple) for triple in product(letters, repeat=3)]
    assert [word for word in words if not agrees(word)] == []


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_any_letters_are_coded_as_the_oracle_codes_them(word: str) -> None:
    assert agrees(word)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_a_code_has_no_repeated_digit_but_what_zeros_parted_and_no_zero_inside(word: str) -> None:
    code = phonetics.code(word)
    assert code == phonetics.NO_CODE or (code.isdigit() and "0" not in code[1:])
