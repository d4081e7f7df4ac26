import re
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol.folding import MAX_LENGTH, fold, refusal
from obacht_protocol.identity import Person

# The normative Latin letters of DIN 91379:2022-08, in its order.
DIN_91379_LETTERS = """
ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz
ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ
ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĲĳĴĵĶķĸĹĺĻļĽľĿŀŁłŃńŅņŇňŉŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮů
ŰűŲųŴŵŶŷŸŹźŻżŽžƇƈƏƗƠơƯưƷǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǞǟǢǣǤǥǦǧǨǩǪǫǬǭǮǯǰǴǵǸǹǺǻǼǽǾǿȒȓȘșȚțȞȟȧȨȩȪȫȬȭȮȯȰȱȲȳəɨʒ
ḂḃḆḇḊḋḌḍḎḏḐḑḗḜḝḞḟḠḡḢḣḤḥḦḧḨḩḪḫḯḰḱḲḳḴḵḶḷḺḻṀṁṂṃṄṅṆṇṈṉṒṓṔṕṖṗṘṙṚṛṞṟṠṡṢṣṪṫṬṭṮṯẀẁẂẃẄẅẆẇẌẍẎẏẐẑẒẓẔẕẖẗẞ
ẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ
"""
# Its letters that are sequences: a letter, then its marks.
DIN_91379_SEQUENCES = {
    "A": "030B", "C": "0300 0304 0306 0308 0315 0323 0326 0328+0306", "D": "0302", "F": "0300 0304", "G": "0300",
    "H": "0304 0326 0331", "J": "0301 030C", "K": "0300 0302 0304 0307 0315 031B 0326 035F+0048 035F+0068",
    "L": "0302 0325 0325+0304 0326", "M": "0300 0302 0306 0310", "N": "0302 0304 0306 0326", "P": "0300 0304 0315 0323",
    "R": "0306 0325 0325+0304", "S": "0300 0304 031B+0304 0331", "T": "0300 0304 0308 0315 031B", "U": "0307",
    "Z": "0300 0304 0306 0308 0327",
    "a": "030B", "c": "0300 0304 0306 0308 0315 0323 0326 0328+0306", "d": "0302", "f": "0300 0304", "g": "0300",
    "h": "0304 0326", "j": "0301", "k": "0300 0302 0304 0307 0315 031B 0326 035F+0068", "l": "0302 0325 0325+0304 0326",
    "m": "0300 0302 0306 0310", "n": "0302 0304 0306 0326", "p": "0300 0304 0315 0323", "r": "0306 0325 0325+0304",
    "s": "0300 0304 031B+0304 0331", "t": "0300 0304 0315 031B", "u": "0307", "z": "0300 0304 0306 0308 0327",
    "Ç": "0306", "Û": "0304", "ç": "0306", "û": "0304", "ÿ": "0301", "Č": "0315 0323", "č": "0315 0323", "ē": "030D",
    "Ī": "0301", "ī": "0301", "ō": "030D", "Ž": "0326 0327", "ž": "0326 0327", "Ḳ": "0304", "ḳ": "0304", "Ṣ": "0304",
    "ṣ": "0304", "Ṭ": "0304", "ṭ": "0304", "Ạ": "0308", "ạ": "0308", "Ọ": "0308", "ọ": "0308", "Ụ": "0304 0308",
    "ụ": "0304 0308",
}  # fmt: skip
# The standard's search form, where it is not the letter that the Unicode name tells.
SEARCH_FORMS = {
    "AE": "ae", "SHARP S": "ss", "ETH": "d", "THORN": "th", "ENG": "n", "KRA": "k", "SCHWA": "e", "EZH": "z",
    "DOTLESS I": "i", "IJ": "ij", "OE": "oe", "N PRECEDED BY APOSTROPHE": "n",
}  # fmt: skip
SEQUENCES = [
    letter + "".join(chr(int(mark, 16)) for mark in marks.split("+"))
    for letter, all_marks in DIN_91379_SEQUENCES.items()
    for marks in all_marks.split()
]
LETTERS = [letter for line in DIN_91379_LETTERS.split() for letter in line] + SEQUENCES


def search_form(letter: str) -> str:
    """The search form by the Unicode names, so that nothing here leans on a decomposition."""
    form = ""
    marks = ""
    for sign in letter:
        name = unicodedata.name(sign)
        if name.startswith("COMBINING"):
            marks += name
            continue
        match = re.fullmatch(r"LATIN (?:CAPITAL|SMALL) (?:LETTER|LIGATURE) (.*?)(?: WITH (.*))?", name)
        assert match
        form += SEARCH_FORMS.get(match[1], match[1].lower())
        marks += match[2] or ""
    if form in {"a", "o", "u"} and "DIAERESIS" in marks:
        return form + "e"
    if form == "o" and "STROKE" in marks:
        return "oe"
    return "aa" if form == "a" and "RING ABOVE" in marks else form


def test_the_list_of_din_91379_is_whole() -> None:
    assert len(set(LETTERS)) == len(LETTERS) == 500 + 149
    assert all(unicodedata.is_normalized("NFC", letter) for letter in LETTERS)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_latin_letter_of_din_91379_folds_to_its_search_form(form: Literal["NFC", "NFD"]) -> None:
    for letter in LETTERS:
        written = unicodedata.normalize(form, letter)
        assert fold(written).replace("'", "") == search_form(letter), letter
        assert refusal(written) is None
        Person(written, written, 1984, written)


def test_a_name_of_all_latin_letters_keeps_every_one() -> None:
    for letter in LETTERS:
        assert fold(f"B{letter}b").replace("'", "") == f"b{search_form(letter)}b"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("İSTANBUL", "istanbul"),
        ("i\u0307zmir", "izmir"),
        ("GROẞMANN", "grossmann"),
        ("Ｍüller", "mueller"),
        ("𝔐ax", "max"),
        ("ﬁliz", "filiz"),
        ("O´Brien O`Brien O’Brien Oʼbrien", "o'brien o'brien o'brien o'brien"),
        ("Karl–Heinz\u00a0Otto\u2011Emil", "karl-heinz otto-emil"),
        ("Mül\u00adler\u200b\ufeff", "mueller"),
        ("a\u0323\u0308 o\u0308\u0304 u\u030b", "ae oe u"),
    ],
)
def test_spellings_of_one_name_fold_alike(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folding_every_character_twice_is_folding_it_once() -> None:
    # In plane 3 and above there are no letters but Han, which fold to themselves.
    once = [fold(chr(code)) for code in range(0x30000)]
    assert [fold(text) for text in once] == once


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.sampled_from([*LETTERS, " ", "-", "'", "."])))
def test_composed_and_decomposed_text_fold_alike(signs: list[str]) -> None:
    text = "".join(signs)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * (MAX_LENGTH + 1), "too_long"),
        ("x" * 10_000, "too_long"),
        ("Anna\n", "control"),
        ("Anna\x00", "control"),
        ("Anna\u202eLena", "control"),
        ("Anna\ud800", "control"),
        ("123", "digits"),
        ("Müller 2", "digits"),
        ("Müller²", "digits"),
        ("Mحمد", "script"),
        ("حمدи", "script"),
        ("ـ", "script"),
        ("a\u064e", "script"),
        ("и\u064e", "script"),
        ("ڳل", "script"),
        ("משה", "script"),
        ("محمد٣", "digits"),
        ("ع", "no_letters"),
        ("Ivан", "script"),
        ("Γιώrγος", "script"),
        ("Иωан", "script"),
        ("Ѯения", "script"),
        ("и\u0483", "script"),
        ("金", "script"),
        ("Müller 金", "script"),
        ("\u0901", "script"),
        ("😀", "symbol"),
        ("Anna 😀", "symbol"),
        ("Anna*", "symbol"),
        ("---", "no_letters"),
        ("ь", "no_letters"),
        ("'", "no_letters"),
        ("\u0308", "no_letters"),
        ("", "no_letters"),
    ],
)
def test_what_cannot_be_matched_is_refused_with_its_reason(text: str, code: str) -> None:
    assert refusal(text) == code


def test_a_text_of_the_longest_length_is_taken() -> None:
    assert refusal("x" * MAX_LENGTH) is None


def test_digits_are_taken_only_where_they_may_stand() -> None:
    assert refusal("Straße des 17. Juni", digits=True) is None
    assert refusal("05315", digits=True) is None
    assert refusal("Straße des 17. Juni") == "digits"


@given(st.text(max_size=30))
def test_what_is_not_refused_folds_to_letters_and_known_signs_only(text: str) -> None:
    if refusal(text) is None:
        assert re.fullmatch(r"[a-z' .,;/()&-]*[a-z][a-z' .,;/()&-]*", fold(text))
