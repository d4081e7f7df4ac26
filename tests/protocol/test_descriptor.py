from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import group, notes, oprf, threshold
from obacht_protocol.descriptor import Canary, Contact, Descriptor, Epoch, KeyOffice, Purpose, ReceiptKey
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import DescriptorError, NoteError, ProtocolError, StretchError, ThresholdError

OFFICE = notes.SigningKey("office.town.example", bytes([1]) * 32)
AUDITOR = notes.SigningKey("auditor.town.example", bytes([2]) * 32)
HEAD = notes.SigningKey("head.town.example", bytes([3]) * 32)
NOW = 1_800_000_000
SECRET, PUBLIC = oprf.derive_key_pair(bytes(32), b"test")
SHARES = {index: group.multiply_base(share) for index, share in threshold.split(SECRET, 2, [1, 2, 3]).items()}
EPOCH = Epoch(
    number=1, public_key=PUBLIC, threshold=2, shares=SHARES, begins=NOW, ends=NOW + 90 * 86_400, stretch="INTERACTIVE"
)
DESCRIPTOR = Descriptor(
    deployment="town",
    version=1,
    issued=NOW,
    expires=NOW + 86_400,
    office=OFFICE.verify_key,
    auditor=AUDITOR.verify_key,
    matcher="https://matcher.town.example",
    offices=[
        KeyOffice(1, "IT", "https://keys1.town.example"),
        KeyOffice(2, "Datenschutz", "https://keys2.town.example:8443", log=str(HEAD.verify_key)),
        KeyOffice(3, "Personalrat", "http://127.0.0.1:8103"),
    ],
    epochs=[EPOCH],
    head=HEAD.verify_key,
    publisher=bytes([4]) * 32,
    contacts=[Contact(1, "Sicherheitsstelle", "+49 221 0000", hours="8-16"), Contact(2, "Leitstelle", "110")],
    purposes=[Purpose("hausbesuch", "Hausbesuch")],
    canary=Canary("Kanarienvogel", "Karla", "1970-01-01"),
    receipts=[ReceiptKey("2027-01", bytes([5]) * 32)],
    report=bytes([6]) * 32,
    web={"app.js": bytes(32)},
    reports="https://office.town.example",
)
NOTE = notes.sign(DESCRIPTOR.encode(), [OFFICE, AUDITOR])


def test_a_descriptor_comes_back_as_it_went() -> None:
    read = Descriptor.verify(NOTE, OFFICE.verify_key, AUDITOR.verify_key)
    assert read == DESCRIPTOR
    assert (read.epoch, read.epoch.shares) == (EPOCH, SHARES)
    assert read.contact(2) == Contact(2, "Leitstelle", "110")
    assert read.contact(3) is None
    assert read.key_office(2).name == "Datenschutz"


def test_a_descriptor_from_before_there_was_an_address_for_reports_stays_as_it_was_signed() -> None:
    line = replace(DESCRIPTOR, reports="").encode()
    assert b'"reports"' not in line
    assert Descriptor.parse(line).encode() == line
    with pytest.raises(DescriptorError):
        Descriptor.parse(canonical_json({**parse_json(line), "reports": ""}))


@pytest.mark.parametrize("signers", [[OFFICE], [AUDITOR], [OFFICE, HEAD], [HEAD]])
def test_a_descriptor_needs_both_signatures(signers: list[notes.SigningKey]) -> None:
    with pytest.raises(NoteError):
        Descriptor.verify(notes.sign(DESCRIPTOR.encode(), signers), OFFICE.verify_key, AUDITOR.verify_key)


def test_one_key_cannot_play_both_roles() -> None:
    with pytest.raises(DescriptorError):
        Descriptor.verify(NOTE, OFFICE.verify_key, OFFICE.verify_key)
    twin = notes.SigningKey("other.name", OFFICE.seed)
    with pytest.raises(DescriptorError):
        Descriptor.verify(NOTE, OFFICE.verify_key, twin.verify_key)
    with pytest.raises(DescriptorError):
        replace(DESCRIPTOR, auditor=twin.verify_key)


def test_a_root_key_changes_only_with_old_and_new_signatures() -> None:
    new = notes.SigningKey("auditor2.town.example", bytes([7]) * 32)
    changed = replace(DESCRIPTOR, auditor=new.verify_key, version=2)
    pins = OFFICE.verify_key, AUDITOR.verify_key
    assert Descriptor.verify(notes.sign(changed.encode(), [OFFICE, AUDITOR, new]), *pins) == changed
    for signers in ([OFFICE, AUDITOR], [OFFICE, new]):
        with pytest.raises(NoteError):
            Descriptor.verify(notes.sign(changed.encode(), signers), *pins)


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment": ""},
        {"deployment": "Town"},
        {"deployment": "a" * 65},
        {"version": 0},
        {"previous": bytes(31)},
        {"expires": NOW},
        {"matcher": "http://matcher.town.example"},
        {"matcher": "https://matcher.town.example/path"},
        {"matcher": "https://matcher.town.example:65536"},
        {"matcher": "http://127.0.0.1:99999"},
        {"publisher": bytes(31)},
        {"report": bytes(31)},
        {"report": b""},
        {"reports": "https://office.town.example/v1"},
        {"receipts": [ReceiptKey("2027-01", bytes(31))]},
        {"web": {"app.js": bytes(31)}},
        {"offices": [KeyOffice(256, "a", "https://a.example")]},
        {"contacts": []},
        {"contacts": [Contact(1, "a", "b"), Contact(1, "c", "d")]},
        {"contacts": [Contact(65_536, "a", "b")]},
        {"purposes": []},
        {"purposes": [Purpose("a", "b"), Purpose("a", "c")]},
        {"offices": []},
        {"offices": [KeyOffice(1, "a", "https://a.example"), KeyOffice(1, "b", "https://b.example")]},
        {"offices": [KeyOffice(1, "a", "ftp://a.example")]},
        {"offices": [KeyOffice(1, "a", "https://a.example", log="x")]},
        {"offices": [KeyOffice(1, "a", "https://a.example")]},
        {"epochs": []},
        {"epochs": [EPOCH, EPOCH]},
        {"epochs": [replace(EPOCH, number=0)]},
        {"epochs": [replace(EPOCH, matching=2)]},
        {"epochs": [replace(EPOCH, possible=170)]},
        {"epochs": [replace(EPOCH, ends=NOW + 91 * 86_400)]},
        {"epochs": [replace(EPOCH, stretch="CHEAPEST")]},
        {"epochs": [replace(EPOCH, stretch="UNKNOWN")]},
        {"epochs": [replace(EPOCH, threshold=1)]},
        {"epochs": [replace(EPOCH, shares={**SHARES, 3: SHARES[2]})]},
    ],
)
def test_a_descriptor_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        replace(DESCRIPTOR, **changes)


def test_shares_dealt_from_another_key_are_refused() -> None:
    other = threshold.split(oprf.derive_key_pair(bytes([1]) * 32, b"test")[0], 2, [1, 2, 3])
    with pytest.raises(ThresholdError):
        replace(DESCRIPTOR, epochs=[replace(EPOCH, shares={**SHARES, 3: group.multiply_base(other[3])})])


def test_the_cheapest_stretch_set_is_for_test_deployments_only() -> None:
    cheapest = [replace(EPOCH, stretch="CHEAPEST")]
    assert replace(DESCRIPTOR, deployment="test-town", epochs=cheapest).epoch.stretch == "CHEAPEST"
    with pytest.raises(StretchError):
        replace(DESCRIPTOR, deployment="test-town", epochs=[replace(EPOCH, stretch="cheapest")])


def set_at(*path: str | int) -> Callable[[Any, Any], None]:
    def change(value: Any, new: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = new

    return change


@pytest.mark.parametrize(
    "path",
    [
        ("type",),
        ("deployment",),
        ("version",),
        ("issued",),
        ("office",),
        ("previous",),
        ("publisher",),
        ("offices",),
        ("offices", 0),
        ("offices", 0, "index"),
        ("offices", 0, "url"),
        ("epochs", 0),
        ("epochs", 0, "number"),
        ("epochs", 0, "stretch"),
        ("epochs", 0, "shares"),
        ("epochs", 0, "shares", "1"),
        ("epochs", 0, "shares", "01"),
        ("epochs", 0, "public_key"),
        ("contacts", 0, "number"),
        ("contacts", 0, "phone"),
        ("purposes", 0, "id"),
        ("canary",),
        ("canary", "family_name"),
        ("receipts", 0),
        ("receipts", 0, "month"),
        ("report",),
        ("reports",),
        ("web",),
        ("web", "app.js"),
        ("web", "x" * 501),
        ("unknown",),
        ("offices", 0, "unknown"),
    ],
)
@pytest.mark.parametrize("new", [None, 1.0, "x" * 501, "ä", -1, [], {}, [None], True, "AAAA"])
def test_a_field_of_another_form_is_refused(path: tuple[str | int, ...], new: object) -> None:
    value = parse_json(DESCRIPTOR.encode())
    set_at(*path)(value, 7 if new == 1.0 else new)
    line = canonical_json(value)
    try:
        read = Descriptor.parse(line)
    except DescriptorError:
        return
    assert read.encode() == line  # another value of the right form
    assert isinstance(new, str) or path == ("web",) or new == 1.0


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b"5", b'"x"', b'{"type":"obacht/v1/descriptor"}'])
def test_another_line_than_a_descriptor_is_refused(line: bytes) -> None:
    with pytest.raises(DescriptorError):
        Descriptor.parse(line)


@given(st.binary())
def test_any_bytes_are_a_descriptor_or_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(DescriptorError):
        Descriptor.parse(data)
    with pytest.raises(NoteError):
        Descriptor.verify(data, OFFICE.verify_key, AUDITOR.verify_key)


def test_a_descriptor_expires() -> None:
    assert DESCRIPTOR.check_current(NOW) is DESCRIPTOR
    with pytest.raises(DescriptorError):
        DESCRIPTOR.check_current(NOW + 86_400)


def test_descriptors_follow_one_another() -> None:
    digest = notes.digest(NOTE)
    second = replace(DESCRIPTOR, version=2, previous=digest)
    assert second.check_successor(DESCRIPTOR, digest) is second
    third = replace(second, version=3, previous=bytes([9]) * 32)
    assert third.check_successor(DESCRIPTOR, digest) is third
    for wrong in (DESCRIPTOR, replace(DESCRIPTOR, version=2), replace(second, deployment="other")):
        with pytest.raises(DescriptorError):
            wrong.check_successor(DESCRIPTOR, digest)
