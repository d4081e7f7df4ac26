"""Names in Arabic script: what they are read as, and how often that finds the record that was made in Latin letters."""

import datetime as dt
import re
import unicodedata
from hashlib import sha256
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from names_in_other_scripts import ARABIC, spellings
from obacht_protocol import arabic, matching, sketch
from obacht_protocol.arabic_names import NAMES
from obacht_protocol.folding import fold, refusal
from obacht_protocol.identity import Person
from obacht_protocol.transliteration import is_uncertain, transliterate

BORN = dt.date(1984, 3, 7)
ENTRY_KEYS = [sha256(bytes([number])).digest() for number in range(15)]
MARKS = [chr(code) for code in range(0x300, 0x660) if re.fullmatch(f"[{arabic.MARKS}]", chr(code))]
SIGNS = [*arabic.LETTERS, *MARKS, *"  -'.", "\u200c", "ﷲ", "ﻻ", "ۀ", "ﭼ"]


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        # The table, whatever the keyboard makes of hamza, ya, kaf and ha.
        ("محمد أحمد حسين فاطمة", "mohammed ahmed hussein fatima"),
        ("احمد ابراهيم فاطمه مصطفي على", "ahmed ibrahim fatima mustafa ali"),
        ("حسین یحیی کاظم", "hussein yahya kadhim"),
        # Shapes, ligatures, tatweel, a joiner; an ending that tells the case.
        ("ﻣﺤﻤﺪ ﷴ مـحـمـد", "mohammed mohammed mohammed"),
        ("علی‌رضا ﻋﻼ", "alireza ola"),
        ("محمدٌ محمدُ", "mohammed mohammed"),
        # Servants, with and without a space; the article; fathers.
        ("عبد الرحمن", "abdulrahman"),
        ("عبدالرحمن عبد-الله عَبْدُ الله", "abdulrahman abdullah abdullah"),
        ("عبد علي", "abad ali"),
        ("ابوالفضل", "abulfadl"),
        ("الحسن الخطيب الحق ألبرت", "al-hassan al-khatib haq albert"),
        # Names made of a name and an ending, or of two.
        ("خالدي رضایی حسینی خسروی", "khaledi rezaei husseini khasarwi"),
        ("علیزاده حسینزاده صالح‌پور احمدی‌نژاد یوسفزی", "alizadeh husseinzadeh salehpour ahmadinejad yousefzai"),
        ("نورالدین حبیب‌الله کیانیا", "nooruddin habibullah kiania"),
        ("محمدرضا امیرحسین", "mohammedreza amirhussein"),
        # Consonants by the standard; a long vowel where one is written.
        ("بتثجحخدذرزسشصضطظعغفقكلمنهوي", "batathjahkhaddharzasshasdatzaghafqaklamnahwi"),
        ("جريري طويل رياض بيان داوي", "jariri tawil riad bian dawi"),
        ("إيناس أوراس إبتهال آدم أرشد أحمري", "inas uras ibtahal adam arshad ahmari"),
        ("مؤنس رؤوفة سائد رئيسي لؤلؤ", "munas raufa said raisi lulu"),
        ("نجاة بسمة وفاء ماجدة", "najat basma wafa majda"),
        # Short vowels in syllables.
        ("سرور كرم شمري منجد", "sarur karam shamri manjad"),
        ("شاكر شاكرة مالك", "shakir shakra malik"),
        # Persian, Urdu, Pushto, Kurdish.
        ("ثمین رضوانی کیوان ژاله چنگیز", "samin razwani keyvan zhala changiz"),
        ("پذیرا ذبیح ذبيح", "pazira zabih dhabih"),
        ("ڈار ٹیپو گڑھے ښایسته ځدراڼ څرګند", "dar tipu garhe shayasta dzadran tsaragnad"),
        ("ئازاد هێمن ڤیان حەسەن خانۀ", "azad heman vian hesen khane"),
        # Where vowels are written, they count; a doubled letter is doubled if it is one letter.
        ("مُحَمَّد حُسَيْن عُمَر يُوسُف", "muhammad husayn umar yusuf"),
        ("حُسْن حَسَن", "husn hasan"),
        ("الرَّشِيد الشَّعّار", "al-rashid al-shaar"),
        ("مُؤْمِن رَأْفَت سُؤَال إِيمَان أُسَامَة", "mumin rafat sual iman usama"),
        ("جبّور قصّاب بشّور سيّاف فوّال", "jabbur qassab bashur sayyaf fawwal"),
        ("هٰذا رحمٰن مُوسىٰ", "hadha rahman musa"),
        # Each word by itself.
        ("Müller-محمد Иванов علي", "mueller-mohammed ivanov ali"),
        ("Mحمد علي", "mحمد ali"),
    ],
)
def test_names_are_read_as_they_are_mostly_written(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert fold(unicodedata.normalize("NFKD", name)) == folded


def test_every_name_of_the_table_is_read_by_it_in_any_usual_spelling() -> None:
    for name, latin in NAMES.items():
        spelt = {name, name.replace("ي", "ی").replace("ك", "ک"), name.replace("ى", "ي").replace("ة", "ه")}
        for spelling in spelt | {re.sub("[أإآ]", "ا", name), name.replace("ؤ", "و").replace("ئ", "ي")}:
            assert fold(spelling) == latin, spelling


def test_the_table_is_in_small_letters_and_says_nothing_twice() -> None:
    assert all(re.fullmatch("[a-z]+", latin) for latin in NAMES.values())
    bare = {re.sub("[أإآ]", "ا", name).replace("ى", "ي") for name in NAMES}
    assert len(bare) >= len(NAMES) - 1, "رضايي and رضائي are told apart, no others"


@given(st.text(st.sampled_from(SIGNS)))
def test_any_word_of_arabic_script_is_taken_and_read_in_letters_that_folding_keeps(text: str) -> None:
    folded = fold(text)
    if refusal(text) is None:
        assert re.fullmatch("[a-z' .-]*", folded)
        assert fold(folded) == folded
    else:
        # Marks without a letter, or letters that have no sound of their own (hamza, ayn).
        assert refusal(text) in {"script", "no_letters"}
        alone = re.search(f"(?:^|[ .'-])[{arabic.MARKS}]", unicodedata.normalize("NFKD", text).replace("\u200c", ""))
        assert alone or not re.search("[a-z]", folded)


@given(st.text(st.characters(max_codepoint=0x36F)))
def test_what_is_not_of_another_script_stays(text: str) -> None:
    decomposed = unicodedata.normalize("NFKD", text).lower()
    if not any(sign >= "\u0370" for sign in decomposed):
        assert transliterate(decomposed) == decomposed


@given(st.text(st.one_of(st.characters(), st.sampled_from(SIGNS))))
def test_a_text_is_uncertain_if_anything_in_it_is_of_arabic_script(text: str) -> None:
    signs = unicodedata.normalize("NFKD", text)
    assert is_uncertain(text) >= any(unicodedata.name(sign, "").startswith("ARABIC LETTER") for sign in signs)
    if text.isascii():
        assert not is_uncertain(text)


def test_no_letter_that_has_a_rule_is_certain() -> None:
    for letter in arabic.LETTERS:
        assert is_uncertain(letter)
    for shape in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)):
        if refusal(f"ب{chr(shape)}") is None:
            assert is_uncertain(chr(shape)), hex(shape)


@pytest.mark.parametrize(
    ("typed_in", "known", "spelling", "at_least"),
    [
        ("Arabic", True, 0, 0.9),
        ("Arabic", True, 1, 0.89),
        ("Arabic", False, 0, 0.89),
        ("Arabic", False, 1, 0.91),
        ("Latin", True, 0, 0.87),
        ("Latin", True, 1, 0.9),
        ("Latin", False, 0, 0.86),
        ("Latin", False, 1, 0.82),
    ],
)
def test_most_records_in_the_other_script_answer_a_question(
    *, typed_in: Literal["Arabic", "Latin"], known: bool, spelling: int, at_least: float
) -> None:
    """Measured: the share of questions that find the record and grade it "possible" or better.

    Of persons drawn by chance, two names each, equal birth date, under 15 entry keys, without the client's table of
    given names; apart for persons of whom a name is in the table and for those of whom none is. Records in Arabic
    script are refused by the safety office: asked for in Latin letters, they show that both sides are read alike.
    """
    answers = []
    for own, latin in spellings(ARABIC):
        if spelling < len(latin) and any(map(_is_in_table, own.rsplit(" ", 1))) == known:
            persons = _person(own), _person(latin[spelling])
            question, record = persons if typed_in == "Arabic" else reversed(persons)
            found = set(matching.question_keys(question)) & set(matching.enrollment_keys(record))
            grades = (sketch.grade(question, sketch.make(record, key), key) for key in ENTRY_KEYS)
            answers += [bool(found) and grade.tier is not None for grade in grades]
    assert sum(answers) / len(answers) >= at_least


def _person(name: str) -> Person:
    family_name, _, given_name = name.rpartition(" ")
    return Person(family_name, given_name, BORN)


def _is_in_table(word: str) -> bool:
    bare = arabic._skeleton(arabic._clusters(word))
    return not {bare, bare.removeprefix("ال")}.isdisjoint(arabic._NAMES)
