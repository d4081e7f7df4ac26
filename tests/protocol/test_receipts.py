"""Receipts: what the auditor learns from them, and which lies they bring to light."""

import datetime as dt
import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from obacht_protocol import group, oprf
from obacht_protocol.encoding import prefixed
from obacht_protocol.errors import ReceiptError
from obacht_protocol.identity import Address, Person
from obacht_protocol.receipts import Receipt

TOWN = "test-town"
PRIVATE = PrivateKey(bytes(31) + b"\1")
PUBLIC = bytes(PRIVATE.public_key)
BLINDS = tuple(group.scalar_reduce(bytes([number]) * 64) for number in range(1, 5))
SUBJECTS: list[Person | Address] = [
    Person("Müller-Lüdenscheidt", "Änne Maria", dt.date(1984, 3, 7), "Großmann"),
    Person("Suharto", "", 1921),
    Address("50667", "Straße des 17. Juni", "12 1/2"),
]


def receipt(subject: Person | Address = SUBJECTS[0], **fields: Any) -> Receipt:
    made = Receipt(
        question=bytes(16),
        epoch=3,
        time=1_800_000_000,
        purpose="hausbesuch",
        user=bytes(15) + b"\1",
        nonce=bytes(15) + b"\2",
        blinds=BLINDS,  # type: ignore[arg-type] # there are four
        subject=subject,
        reference="Az 12/2026",
    )
    return replace(made, **fields)


def elements(made: Receipt) -> list[bytes]:
    return [oprf.blind(key.encode(TOWN.encode()), blind)[1] for key, blind in zip(made.keys, made.blinds, strict=True)]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_auditor_reads_what_the_client_sealed(subject: Person | Address) -> None:
    made = receipt(subject, reason="Gefahr im Verzug")
    sealed = made.seal(PUBLIC)
    assert len(sealed) == 1024
    assert Receipt.open(sealed, bytes(PRIVATE)) == made
    assert made.check(elements(made), TOWN) is made


def test_every_receipt_looks_different_and_nobody_else_opens_it() -> None:
    assert receipt().seal(PUBLIC) != receipt().seal(PUBLIC)
    with pytest.raises(ReceiptError, match="sealed"):
        Receipt.open(receipt().seal(PUBLIC), bytes(31) + b"\2")
    with pytest.raises(ReceiptError, match="sealed"):
        Receipt.open(os.urandom(1024), bytes(PRIVATE))
    with pytest.raises(ReceiptError, match="sealed"):
        Receipt.open(receipt().seal(PUBLIC), b"short")


@pytest.mark.parametrize(
    "lie",
    [
        {"subject": SUBJECTS[1]},
        {"subject": SUBJECTS[2]},
        {"blinds": (*BLINDS[:3], BLINDS[0])},
        {"blinds": (*BLINDS[:3], bytes(32))},
    ],
)
def test_another_person_or_other_blinds_are_found_out(lie: dict[str, Any]) -> None:
    asked = elements(receipt())
    with pytest.raises(ReceiptError, match="elements"):
        receipt(**lie).check(asked, TOWN)


def test_another_nonce_is_found_out_where_there_are_dummies() -> None:
    asked = elements(receipt(SUBJECTS[2]))
    with pytest.raises(ReceiptError, match="elements"):
        receipt(SUBJECTS[2], nonce=bytes(16)).check(asked, TOWN)


def test_four_elements_of_four_people_are_found_out() -> None:
    people = [Person("Kaya", name, dt.date(1990, 1, 1 + day)) for day, name in enumerate(("Ali", "Bo", "Cem", "Dai"))]
    mixed = [elements(receipt(person))[place] for place, person in enumerate(people)]
    for person in people:
        with pytest.raises(ReceiptError, match="elements"):
            receipt(person).check(mixed, TOWN)


def test_too_few_elements_and_another_town_are_found_out() -> None:
    with pytest.raises(ReceiptError, match="elements"):
        receipt().check(elements(receipt())[:3], TOWN)
    with pytest.raises(ReceiptError, match="elements"):
        receipt().check(elements(receipt()), "another-town")


@pytest.mark.parametrize(
    "long",
    [
        {"reference": "x" * 101},
        {"reason": "x" * 201},
        {"subject": Person("Ž" * 200, "Ž" * 200, 1984, "Ž" * 200)},
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_asked(long: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError, match="long"):
        receipt(**long).seal(PUBLIC)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(ReceiptError, match="form"):
        receipt().seal(b"short")


def sealed(plain: bytes, length: int = 976) -> bytes:
    return SealedBox(PublicKey(PUBLIC)).encrypt(plain.ljust(length, b"\0"))


@pytest.mark.parametrize(
    ("plain", "length", "code"),
    [
        (b"", 976, "form"),
        (b"\xff\xff", 976, "form"),
        (prefixed([prefixed([b"obacht/v1/receipt", *[b""] * 10])]), 976, "form"),
        (prefixed([b"x"]) + b"more", 976, "form"),
        (prefixed([prefixed([b"obacht/v1/receipt"])]), 976, "form"),
        (prefixed([prefixed([b"obacht/v1/receipt"])]), 975, "form"),
    ],
)
def test_garbage_in_the_box_is_refused(plain: bytes, length: int, code: str) -> None:
    with pytest.raises(ReceiptError, match=code):
        Receipt.open(sealed(plain, length), bytes(PRIVATE))


def altered(old: bytes, new: bytes, subject: Person | Address = SUBJECTS[0]) -> bytes:
    plain = SealedBox(PRIVATE).decrypt(receipt(subject).seal(PUBLIC))
    assert plain.count(old) == 1
    return sealed(plain.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"\0\x06person", b"\0\x06martin", "form"),
        (b"\0\x06person", b"\0\x07address", "form"),
        (b"1984-03-07", b"1984-13-07", "form"),
        (b"1984-03-07", b"1884-03-07", "subject"),
        ("Änne".encode(), b"\xff\xffnne", "form"),
        (b"hausbesuch", b"Hausbesuch", "form"),
        (b"\0\x10" + bytes(15) + b"\2", b"\0\x0f" + bytes(14) + b"\2\0", "form"),
    ],
)
def test_a_receipt_with_a_wrong_field_is_refused(old: bytes, new: bytes, code: str) -> None:
    with pytest.raises(ReceiptError, match=code):
        Receipt.open(altered(old, new), bytes(PRIVATE))


def test_an_identity_without_match_keys_is_the_clients_fault() -> None:
    ranged = replace(receipt(SUBJECTS[2]), subject=Address("50667", "Neumarkt", "12-16"))
    with pytest.raises(ReceiptError, match="subject"):
        ranged.check([bytes(32)] * 4, TOWN)


@settings(max_examples=30)
@given(st.binary(max_size=976))
def test_any_bytes_in_the_box_are_judged(plain: bytes) -> None:
    with pytest.raises(ReceiptError):
        Receipt.open(sealed(plain), bytes(PRIVATE))


def test_it_does_not_show_its_content() -> None:
    assert "ller" not in repr(receipt())
