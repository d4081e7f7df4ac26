import datetime as dt
import unicodedata
from hashlib import sha256
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from names_in_other_scripts import CYRILLIC, GREEK, spellings
from obacht_protocol import matching, sketch
from obacht_protocol.folding import fold, refusal
from obacht_protocol.identity import Person

BORN = dt.date(1984, 3, 7)
ENTRY_KEYS = [sha256(bytes([number])).digest() for number in range(15)]
ALPHABETS = {
    "Russian": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "Ukrainian": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "Belarusian": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "Bulgarian": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "Serbian": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "Macedonian": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "Kazakh": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "Greek": "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ",
    "Arabic": "اأإآبتثجحخدذرزسشصضطظعغفقكلمنهوؤيئىةء",
    "Persian": "اآبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "Urdu": "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیے",
    "Pushto": "اآبپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګلمنڼوهيېیۍئ",
    "Kurdish": "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ",
    "Greek with the marks before 1982": "ἀἁἂἃἄἅἆἇᾳᾲᾴᾷἐἑἒἓἔἕἠἡἤἥἦἧῃῇἰἱἴἵἶὀὁὄὅῥὐὑὔὕὖὗὠὡὤὥὦὧῳῷ",
}
LETTERS = sorted(set("".join(ALPHABETS.values())))
SILENT = "ьعءؤئ"


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        # Doc 9303, letter for letter.
        ("Абвгдезийклмнопрстуф", "abvgdeziiklmnoprstuf"),
        ("Жукова Хрущёв Цыганков", "zhukova khrushchev tsygankov"),
        ("Чернышёв Шмидт Эдуард Юлия Ильич", "chernyshev shmidt eduard iuliia ilich"),
        # An accent for stress is no letter; a breve makes one, typed in one piece or two.
        ("Ива\u0301н", "ivan"),
        ("Сергей Серге\u0438\u0306", "sergei sergei"),
        ("Объедков Първанов", "obieedkov parvanov"),
        ("Григоренко Григорій Гринчишин Їжак", "grigorenko hryhorii grinchishin izhak"),
        ("Ґалаґан Євген Гриців", "galagan ievhen hrytsiv"),
        ("Дем’яненко", "dem'ianenko"),
        ("Гарбаты Рыгораў", "garbaty ryhorau"),
        ("Шћепановић Живковић Ђорђе Хаџић Цвијић", "scepanovic zivkovic dorde hadzic cvijic"),
        ("Ѓорѓиев Ќосев Ѕвездан", "gjorgjiev kjosev dzvezdan"),
        ("Хациќ", "hacikj"),
        ("Нұрсұлтан Өзбеков Қайрат", "nursultan ozbekov kairat"),
        # ISO 843, type 2.
        ("Αβγδεζηθικλμνξοπρστυφχψω", "avgdezithiklmnxoprstyfchpso"),
        ("ΓΕΩΡΓΊΟΥ Γεώργιος", "georgiou georgios"),
        ("Ευάγγελος Ευθύμιος Αύγουστος Παύλος", "evangelos efthymios avgoustos pavlos"),
        ("Εύα Ευ Κατευχή", "eva ef katefchi"),
        ("Μπάμπης Λάμπρου Αγκάθι Σφίγξ Άγχος", "bampis lamprou agkathi sfinx anchos"),
        ("Ραΐλης Ταΰγετος Άυλος Προϋπάρχων", "railis taygetos aylos proyparchon"),
        ("Ἰωάννης Ἑλένη", "ioannis eleni"),
        # Each word by itself; a word of two scripts is left.
        ("Müller-Иванова Γιώργου", "mueller-ivanova giorgou"),
        ("O’Брайен", "o'braien"),
        ("Ivанов Иванов", "ivанов ivanov"),
    ],
)
def test_names_are_written_as_the_standard_writes_them(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert fold(unicodedata.normalize("NFD", name)) == folded
    assert fold(name.upper()) == folded


@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_every_letter_of_an_alphabet_is_written_and_none_is_lost(alphabet: str) -> None:
    assert refusal(alphabet) is None
    for letter in set(alphabet) - set(SILENT):
        assert refusal(letter) is None
        assert fold(letter).isalpha(), letter


@given(st.text(st.sampled_from([*LETTERS, *"aзSñß -'’ʹ2\u0301\u0306\u0308\u0374ŉѯم"])))
def test_folding_twice_is_folding_once_in_any_mixture_of_scripts(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from([*LETTERS, "a", "ü", "\u0301", " "])))
def test_a_word_of_two_scripts_is_refused_and_any_other_taken(text: str) -> None:
    words = [{_script(sign) for sign in word} - {None} for word in unicodedata.normalize("NFKD", text).split()]
    if any(len(scripts) > 1 for scripts in words):
        assert refusal(text) == "script"
    else:
        assert refusal(text) in {None, "no_letters"}


@pytest.mark.parametrize(
    ("names", "spelling", "at_least"),
    [(CYRILLIC, 0, 0.97), (CYRILLIC, 1, 0.9), (GREEK, 0, 1), (GREEK, 1, 0.95)],
    ids=["Cyrillic, passport", "Cyrillic, other spelling", "Greek, passport", "Greek, other spelling"],
)
@pytest.mark.parametrize("typed_in", ["own script", "Latin"])
def test_a_record_in_one_script_answers_a_question_in_the_other(
    names: str, spelling: int, at_least: float, typed_in: Literal["own script", "Latin"]
) -> None:
    pairs = [(own, latin[spelling]) for own, latin in spellings(names) if spelling < len(latin)]
    answers = []
    for own, other in pairs:
        question, record = (_person(name) for name in ((own, other) if typed_in == "own script" else (other, own)))
        assert set(matching.question_keys(question)) & set(matching.enrollment_keys(record)), "the row is always found"
        answers += [sketch.grade(question, sketch.make(record, key), key).tier is not None for key in ENTRY_KEYS]
    assert sum(answers) / len(answers) >= at_least


def _person(name: str) -> Person:
    family_name, _, given_name = name.rpartition(" ")
    return Person(family_name, given_name, BORN)


def _script(sign: str) -> str | None:
    return unicodedata.name(sign).split()[0] if sign.isalpha() else None
