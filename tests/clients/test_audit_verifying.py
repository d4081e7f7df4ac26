"""Whatever a key office or a client puts on a log, verifying it ends in a verdict: nothing ends the auditor's run."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from log_office import Client, Log
from obacht_clients.audit.asked import Sought, look
from obacht_clients.audit.report import LOG_FAULTS
from obacht_clients.audit.setting import Setting
from obacht_clients.audit.verifying import FAULTS, verify
from obacht_clients.words import LANGUAGES
from obacht_protocol import entries, matching
from obacht_protocol.encoding import prefixed, u16, u32, u64
from town import NOW, person

KEY = PrivateKey(bytes(range(32)))
ANNA = person("Müllersohn", "Annegret", "07.03.1980")
SETTING = Setting.of(
    deployment="test-town",
    origin="http://127.0.0.1:8200",
    publishers=frozenset(),
    keys={"2027-01": bytes(KEY)},
    destroyed=frozenset(),
    secret=bytes(32),
    canary=matching.question_keys(person("Prüfstein", "Kanaria", "02.01.1970")),
)
SALT = bytes(32)


def honest() -> tuple[Client, Any]:
    client = Client(Log.of("http://127.0.0.1:8200", "test-town"))
    return client, client.part(ANNA)


def details() -> bytes:
    client, part = honest()
    client.ask(part, sealed=[part[1].seal(bytes(KEY.public_key))])
    return client.log.data[0][32:]


DETAILS = details()


def verdict(made: bytes) -> tuple[str, ...]:
    item = (0, entries.leaf(SALT, made), SALT + made)
    found = verify(*item, SETTING)
    again, _ = look(item, Sought(SETTING, ANNA, 141))
    assert again == found
    assert set(found.faults) <= set(FAULTS)
    return found.faults


def test_the_honest_one_passes() -> None:
    assert verdict(DETAILS) == ()
    found = look((0, entries.leaf(SALT, DETAILS), SALT + DETAILS), Sought(SETTING, ANNA, 141))[1]
    assert [one.purpose for one in found] == ["visit"]


@settings(max_examples=300)
@given(at=st.integers(0, len(DETAILS) - 1), change=st.integers(1, 255))
def test_any_byte_changed_is_found(at: int, change: int) -> None:
    made = bytearray(DETAILS)
    made[at] ^= change
    # Only the name of the department, and a time within the minute, are the office's own word.
    changed = entries.Entry.parse(DETAILS)
    faults = verdict(bytes(made))
    if not faults:
        found = entries.Entry.parse(bytes(made))
        assert abs(found.time - changed.time) <= 60
        assert (found.base, found.signature, found.body) == (changed.base, changed.signature, changed.body)


@given(st.binary(max_size=300))
def test_any_bytes_in_the_place_of_an_entry_end_in_a_verdict(made: bytes) -> None:
    assert verdict(made) == ("entry",)


FIELD = st.one_of(
    st.binary(max_size=140),
    st.text(max_size=30).map(str.encode),
    st.sampled_from(
        [b"person", b"address", b"obacht/v1/receipt", b"1980-03-07", b"visit", b"9" * 30, bytes(16), bytes(128)]
    ),
    st.integers(0, 2**64 - 1).map(u64),
    st.integers(0, 2**32 - 1).map(u32),
)


@st.composite
def sealed_fields(draw: st.DrawFn) -> list[bytes]:
    """Give a receipt's fields, some of them anything."""
    right = [
        b"obacht/v1/receipt", bytes(16), u32(1), u64(NOW), b"visit", bytes(16), bytes(16), bytes(128), b"", b"",
        b"person", b"M\xc3\xbcller", b"Anna", b"1980-03-07", b"",
    ]  # fmt: skip
    for place in draw(st.lists(st.integers(0, len(right) - 1), max_size=3)):
        right[place] = draw(FIELD)
    return right[: draw(st.integers(0, len(right)))] if draw(st.booleans()) else right


@settings(max_examples=300)
@given(fields=sealed_fields())
def test_whatever_is_sealed_ends_in_a_verdict(fields: list[bytes]) -> None:
    plain = prefixed(fields)
    plain = (u16(len(plain)) + plain)[:976].ljust(976, b"\0")
    client, part = honest()
    client.ask(part, sealed=[SealedBox(KEY.public_key).encrypt(plain)])
    assert len(verdict(client.log.data[0][32:])) == 1


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_fault_has_words(language: Any) -> None:
    assert all(language.texts[f"fault-{fault}"].endswith(".") for fault in FAULTS)
    assert all(language.texts[fault].endswith(".") for fault in LOG_FAULTS)
