import json
from pathlib import Path

from obacht_protocol import matching
from obacht_protocol.identity import Person
from vectors.matching_vectors import vectors

STORED = json.loads((Path(__file__).parent.parent / "vectors" / "matching.json").read_text("utf-8"))


def test_the_vectors_are_what_the_code_computes() -> None:
    assert json.loads(json.dumps(vectors())) == STORED


def test_the_vectors_name_the_version_they_are_of() -> None:
    assert STORED["version"] == matching.VERSION == "1/cologne-1"


def test_the_encoded_keys_of_the_vectors_are_their_fields_behind_lengths() -> None:
    for case in STORED["persons"]:
        for key in (*case["question"], *case["enrollment"]):
            fields = ["obacht", STORED["version"], case["deployment"], key["kind"], *key["fields"]]
            encoded = b"".join(len(field.encode()).to_bytes(2, "big") + field.encode() for field in fields)
            assert encoded.hex() == key["encoded"]


def test_the_vectors_have_every_tier_and_every_way_to_match() -> None:
    grades = STORED["grades"]
    assert {grade["tier"] for grade in grades} == {"strong", "possible", None}
    assert {grade["birth_date"] for grade in grades} == {"exact", "near", "year", None}
    assert {grade["names"] for grade in grades} == {"exact", "sound", "similar", None}


def test_a_person_of_the_vectors_can_be_made_from_them() -> None:
    case = STORED["persons"][3]
    person = Person(case["person"]["family_name"], case["person"]["given_names"], int(case["person"]["birth_date"]))
    keys = matching.question_keys(person, bytes.fromhex(case["nonce"]))
    assert [key.encode(case["deployment"].encode()).hex() for key in keys] == [k["encoded"] for k in case["question"]]
