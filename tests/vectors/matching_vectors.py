"""Language-neutral vectors of the matching: folding, names, sounds, match keys, sketches, grades; matching.json."""

import datetime as dt
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from obacht_protocol import addresses, folding, identity, matching, names, phonetics, sketch, transliteration
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person

_ENTRY_KEY = sha256(b"obacht vectors: entry key").digest()
_NONCE = sha256(b"obacht vectors: nonce").digest()[:16]
_TODAY = dt.date(2026, 3, 1)

_TEXTS = (
    "Müller-Lüdenscheidt", "MÜLLER", "Mu\u0308ller", "Großmann", "GROẞMANN", "Åse Ødegård", "Ælfþryð", "Œuvrard",
    "Yıldız", "İbrahim", "Łukasz Đoković", "Ħal Ŧ Ŋ ŉ ĸ ǥ ƈ ə ɨ ʒ", "Nguyễn Thị Ánh", "ǘ ǟ ȫ ǻ ạ\u0308 ű å", "Gal·la",
    "ﬁ ŀ ĳ ſ", "K\u035fhan", "O’Brien", "O´Brien", "d'Angelo", "Mül\u00adler", "Anna\u00a0Lena",
    "Karl–Heinz", "Ｍｕｅｌｌｅｒ", "Schrö¨der", "",
    "Чернышёв", "Щерба\u0301нь Илья", "ИИ\u0306", "Объедков", "Първанов", "Гринько Сергій", "Дем’яненко Юрій", "Быкаў",
    "Ђорђевић Жељко", "Хаџић", "Ѓорѓи Ќосев", "Нұрсұлтан", "Müller-Иванов", "Άυλος",
    "Παπαδόπουλος", "ΧΡΉΣΤΟΣ", "Ευάγγελος Ευθυμίου", "Παύλος Μαυρίδης", "Μπάμπης Αγγελική", "Ραΐλης", "Ταΰγετος",
    "عمر", "عُمَر", "ﻋﻤﺮ", "عـمـر", "Иванов عمر", "احمد مصطفي على", "فاطمه", "عبد الرحمن", "عَبْدُ الله", "ابوالفضل",
    "الحسن الرَّشِيد ألبرت الما", "خالدي محمدرضا علی\u200cزاده يوسفزي نورالدين", "سرور شمري منصوري إبتهال بسمة",
    "شاكر نجاة رياض طويل نزيه جوى", "مؤنس رؤوفة رئيسي إيناس أوراس آصف", "ثمین ذبیح رضوانی چنگیز", "جبّور بشّور حُسْن",
    "گڑھے ښایسته ځلاند ئازاد هێمن حەسەن خانۀ", "عع",
)  # fmt: skip
_REFUSED = (
    "x" * 201, "Mül\tler", "Anna\u202eLena", "Müller2", "12", "عمر٣", "Mعمر", "عمرи", "ـ", "a\u064e",
    "ڳل", "משה", "ع", "Ivанов", "Παπαδόπoυλος", "Ѯения", "李", "😀", "Anna 👩\u200d🚒", "a+b", "---", "'", "\u0301",
)  # fmt: skip
_FAMILY_NAMES = (
    "Müller", "von der Heide", "Van den Berg", "Le", "Graf", "von Graf", "Dr. Graf", "Graf Lambsdorff",
    "Freiherr vom Stein", "Herzog-Müller", "Prof. Dr. h. c. mult. Müller", "Dipl.-Ing. Schmidt", "Dr. Le",
    "Al-Hassan", "D'Angelo", "García y Vega", "Müller geb. Schmidt", "Dr.", "Li",
)  # fmt: skip
_GIVEN_NAMES = (
    "Karl-Heinz Otto", "Karl - Heinz", "Anna Lena", "Hans,Peter", "Dr. Anna", "Dr. h. c. Anna", "Phil", "Dr. Phil",
    "Ben", "Graf", "Dr. Graf", "Otto Graf", "Jean-Luc Dominic", "",
)  # fmt: skip
_WORDS = (
    "Müller-Lüdenscheidt", "Wikipedia", "Breschnew", "Meyer", "Maier", "Schmidt", "Schmitt", "Christoph", "Krzysztof",
    "Cécile", "Claudia", "Chlodwig", "Cramer", "Cyrus", "Bosch", "Isaac", "Petrović", "Dominic", "Max", "Felix",
    "Fuchs", "Marx", "Bcxa", "Kxx", "Pfeiffer", "Philipp", "Rita Dzcs", "Nana", "Aaron", "Ahaus", "Quast", "Jansen",
    "Yilmaz", "H", "Hh", "",
)  # fmt: skip
_BIRTH_DATES = (
    "7.3.1984", "07.03.1984", " 7. 3. 1984 ", "07/03/1984", "1984-03-07", "1984", "00.00.1984", "XX.XX.1984",
    "xx.3.1984", "..1984", "1.1.1900", "31.12.1899", "1899", "30.2.1984", "29.2.1984", "29.2.1900", "1.13.1984",
    "1.3.2026", "2.3.2026", "2027", "7.3.84", "gestern", "..", "",
)  # fmt: skip
_STREETS = (
    "Venloer Straße", "Venloerstr.", "Venloer Weg", "Straße des 17. Juni", "Str. des 17. Juni", "II. Hagen", "I. Hagen",
    "St.-Apern-Straße", "Sankt-Apern-Str.", "Dr.-Simons-Str.", "Gr. Sandkaul", "Große Sandkaul", "Kl. Budengasse",
    "Kleine Budengasse", "An der Alten Mauer", "C4", "Das", "05315",
)  # fmt: skip
_HOUSE_NUMBERS = (
    "12", " 12 ", "12a", "12 A", "12/1", "12 1/2", "12½", "12-16", "12 – 16", "12a-c", "12 a - c", "12a-12c", "9999",
    "", "0", "0012", "12²", "10000", "16-12", "12c-a", "12a-13c", "12-14a", "a12", "12\n",
)  # fmt: skip
_PERSONS = (
    Person("Müller-Lüdenscheidt", "Anna-Lena Marie", dt.date(1984, 3, 7), "Schäfer"),
    Person("Otto", "Otto", dt.date(1970, 12, 1)),
    Person("von der Heide", "Karl-Heinz", dt.date(1955, 2, 11)),
    Person("Yıldız", "Hüseyin", 1971),
    Person("Rahmani", "", dt.date(1990, 1, 1)),
    Person("Rahmani", "", 1990),
    Person("Li", "Bo", dt.date(2001, 10, 31)),
    Person("Petrović", "Dominic", dt.date(1900, 1, 1)),
    Person("Dr. Graf", "Prof. Éric", dt.date(1999, 9, 9)),
    Person("Hh", "H", identity.LAST_DAY),
    Person("Чернышёва", "Юлия", dt.date(1988, 2, 29)),
    Person("الخطيب", "عبد الرحمن محمد", dt.date(1995, 8, 15), "حسيني"),
)
_ADDRESSES = (
    Address("50823", "Venloer Straße", "12"),
    Address("50823", "Venloerstr.", "12 A"),
    Address(" 10623 ", "Straße des 17. Juni", "135/1"),
    Address("50823", "Venloer Straße", "12-16"),
    Address("50823", "Venloer Straße", "12a-c"),
    Address("50823", "Venloer Straße", "1-99"),
    Address("50823", "05315", "7 1/2"),
)
# Typed, recorded, other given names.
_PAIRS: Sequence[tuple[Person, Person, tuple[str, ...]]] = (
    (_PERSONS[0], _PERSONS[0], ()),
    (Person("Mueller", "Marie", dt.date(1984, 7, 3)), _PERSONS[0], ()),
    (Person("Maier", "Anna", dt.date(1984, 3, 7)), _PERSONS[0], ()),
    (Person("Huseyin", "Yildis", 1971), _PERSONS[3], ()),
    (Person("Yildiz", "Hussein", dt.date(1971, 5, 14)), _PERSONS[3], ()),
    (Person("Yildiz", "Hussein", 1971), Person("Yıldız", "Hüseyin", dt.date(1971, 5, 14)), ()),
    (Person("Yildiz", "Hussein", 1972), Person("Yıldız", "Hüseyin", dt.date(1971, 5, 14)), ()),
    (Person("Rahmany", "", dt.date(1990, 1, 1)), _PERSONS[4], ()),
    (Person("Ali", "Rahmani", dt.date(1990, 5, 4)), _PERSONS[4], ()),
    (Person("Heide", "", dt.date(1955, 11, 2)), _PERSONS[2], ()),
    (Person("Schmidt", "Hans", dt.date(1960, 4, 12)), Person("Schmitt", "Johannes", dt.date(1960, 4, 12)), ()),
    (
        Person("Schmidt", "Hans", dt.date(1960, 4, 12)),
        Person("Schmitt", "Johannes", dt.date(1960, 4, 12)),
        ("Johannes",),
    ),
    (
        Person("Schmidt", "Hans", dt.date(1960, 4, 12)),
        Person("Schmitt", "Friedhelm", dt.date(1960, 4, 12)),
        ("Friederike", "Friedrich"),
    ),
    (Person("Mair", "Jon", dt.date(1960, 4, 12)), Person("Meyer", "Jan", dt.date(1960, 4, 12)), ()),
    (Person("Meyer", "Jan", dt.date(1960, 4, 21)), Person("Meyer", "Jan", dt.date(1960, 4, 12)), ()),
    (Person("Meyer", "Jan", dt.date(1960, 6, 21)), Person("Meyer", "Jan", dt.date(1960, 4, 12)), ()),
    (Person("Bo", "Li", dt.date(2001, 10, 31)), _PERSONS[6], ()),
    (Person("Chernysheva", "Iuliia", dt.date(1988, 2, 29)), _PERSONS[10], ()),
    (_PERSONS[10], Person("Tschernyschowa", "Julia", dt.date(1988, 2, 29)), ()),
    (_PERSONS[11], Person("Al-Khatib", "Abdul Rahman", dt.date(1995, 8, 15)), ()),
    (_PERSONS[11], Person("Alkhateeb", "Abdelrahman", dt.date(1995, 8, 15)), ()),
    (Person("Husseini", "Mohammed", dt.date(1995, 8, 15)), _PERSONS[11], ()),
)


def vectors() -> dict[str, Any]:
    """Compute all vectors. An item says what must come out, or in ``refused`` the code of the refusal."""
    return {
        "about": "Matching of Obacht, version 1. Bytes are lowercase hexadecimal; a birth date is yyyy-mm-dd or yyyy.",
        "version": matching.VERSION,
        "fold": [{"text": text, "folded": folding.fold(text)} for text in _TEXTS],
        "refusals": [
            {"text": text, "digits": digits, "refused": folding.refusal(text, digits=digits)}
            for text in (*_TEXTS, *_REFUSED)
            for digits in (False, True)
        ],
        "uncertain": [{"text": text, "uncertain": transliteration.is_uncertain(text)} for text in (*_TEXTS, *_REFUSED)],
        "family_names": [
            {"text": text, "parts": names.family_parts(text), "with_particles": names.with_particles(text)}
            for text in _FAMILY_NAMES
        ],
        "given_names": [{"text": text, "units": names.given_units(text)} for text in _GIVEN_NAMES],
        "phonetics": [{"word": word, "code": phonetics.cologne(word)} for word in _WORDS],
        "given_codes": [
            {"letters": word, "code": names.given_code(word)} for word in ("dominic", "dominik", "c", "luca")
        ],
        "birth_dates": [
            {"text": text, "today": _TODAY.isoformat()} | _or_refused(_birth_date, text) for text in _BIRTH_DATES
        ],
        "persons": [_person_keys(person) for person in _PERSONS],
        "streets": [
            {"text": text, "street": addresses.street(text), "sound": addresses.street_sound(text)} for text in _STREETS
        ],
        "house_numbers": [{"text": text} | _or_refused(_house_numbers, text) for text in _HOUSE_NUMBERS],
        "addresses": [_address_keys(address, side) for address in _ADDRESSES for side in ("all", "even", "odd")],
        "sketches": [
            {
                "person": _person(person),
                "entry_key": _ENTRY_KEY.hex(),
                "sketch": sketch.make(person, _ENTRY_KEY).hex(),
                "family_elements": [element.decode() for element in sketch.elements(person).family],
                "given_elements": [element.decode() for element in sketch.elements(person).given],
            }
            for person in _PERSONS
        ],
        "grades": [
            *(_graded(typed, sketch.make(record, _ENTRY_KEY), others) for typed, record, others in _PAIRS),
            *(
                _graded(_PERSONS[0], data, ())
                for data in (bytes(24), bytes([255]) * 24, bytes.fromhex("781a") + bytes(22))
            ),
            _graded(_PERSONS[1], sketch.make(_PERSONS[1], _ENTRY_KEY), (), strong=201, possible=200),
            _graded(_PERSONS[1], sketch.make(_PERSONS[1], _ENTRY_KEY), (), strong=201, possible=201),
        ],
    }


def _or_refused(compute: Callable[..., dict[str, Any]], *given: object) -> dict[str, Any]:
    try:
        return compute(*given)
    except IdentityError as error:
        return {"refused": error.code, "field": error.field}


def _birth_date(text: str) -> dict[str, Any]:
    return {"birth_date": str(identity.parse_birth_date(text, _TODAY))}


def _house_numbers(text: str) -> dict[str, Any]:
    numbers = addresses.house_numbers(text)
    return {"first": numbers.first, "last": numbers.last, "suffixes": list(numbers.suffixes)}


def _address_question(address: Address) -> dict[str, Any]:
    return {"keys": _keys(matching.address_question_keys(address, _NONCE))}


def _address_enrollment(address: Address, side: addresses.Side) -> dict[str, Any]:
    return {"keys": _keys(matching.address_enrollment_keys(address, side))}


def _person(person: Person) -> dict[str, str]:
    return {
        "family_name": person.family_name,
        "given_names": person.given_names,
        "birth_date": str(person.birth_date),
        "birth_name": person.birth_name,
    }


def _keys(keys: Sequence[matching.MatchKey]) -> list[dict[str, Any]]:
    return [{"kind": key.kind, "fields": list(key.fields), "encoded": key.encode(b"musterstadt").hex()} for key in keys]


def _person_keys(person: Person) -> dict[str, Any]:
    return {
        "person": _person(person),
        "deployment": "musterstadt",
        "nonce": _NONCE.hex(),
        "question": _keys(matching.question_keys(person, _NONCE)),
        "enrollment": _keys(matching.enrollment_keys(person)),
    }


def _address_keys(address: Address, side: addresses.Side) -> dict[str, Any]:
    return {
        "address": {"postcode": address.postcode, "street": address.street, "house_number": address.house_number},
        "side": side,
        "deployment": "musterstadt",
        "nonce": _NONCE.hex(),
        "question": _or_refused(_address_question, address),
        "enrollment": _or_refused(_address_enrollment, address, side),
    }


def _graded(
    typed: Person, data: bytes, others: tuple[str, ...], *, strong: int = sketch.STRONG, possible: int = sketch.POSSIBLE
) -> dict[str, Any]:
    grade = sketch.grade(typed, data, _ENTRY_KEY, strong=strong, possible=possible, other_given_names=others)
    return {
        "typed": _person(typed),
        "other_given_names": list(others),
        "entry_key": _ENTRY_KEY.hex(),
        "sketch": data.hex(),
        "strong": strong,
        "possible": possible,
        "score": grade.score,
        "tier": grade.tier,
        "birth_date": grade.birth_date,
        "names": grade.names,
    }
