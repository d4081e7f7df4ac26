import json
from pathlib import Path
from typing import Any

import pytest

from obacht_protocol import encoding, messages, notes, rows
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import EncodingError, MessageError, ProtocolError, RowError
from obacht_protocol.head import Head
from obacht_protocol.transcript import Card, Transcript
from vectors.formats_vectors import vectors

PATH = Path(__file__).parents[1] / "vectors" / "formats.json"
OURS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def test_the_committed_vectors_are_those_that_the_code_gives() -> None:
    assert vectors() == OURS


@pytest.mark.parametrize("vector", OURS["base64url"], ids=lambda vector: vector["text"])
def test_base64url_as_the_vectors_have_it(vector: dict[str, str]) -> None:
    if "result" in vector:
        with pytest.raises(EncodingError):
            encoding.unbase64url(vector["text"])
    else:
        assert encoding.unbase64url(vector["text"]).hex() == vector["bytes"]


@pytest.mark.parametrize("vector", OURS["canonical_json"], ids=lambda vector: vector["text"])
def test_canonical_json_as_the_vectors_have_it(vector: dict[str, str]) -> None:
    if "result" in vector:
        with pytest.raises(EncodingError):
            encoding.parse_canonical_json(vector["text"].encode())
    else:
        assert encoding.parse_canonical_json(vector["text"].encode()) == vector["value"]


def test_good_notes_are_read_and_bad_ones_refused() -> None:
    facts = OURS["notes"]
    keys = [notes.VerifyKey.parse(vkey) for vkey in facts["vkeys"]]
    assert notes.verify(facts["note"].encode(), keys) == b'{"a":1}'
    for bad in facts["bad"]:
        with pytest.raises(ProtocolError):
            notes.verify(bad["note"].encode(), keys)


def test_rows_open_and_bad_plaintexts_are_refused() -> None:
    facts = OURS["rows"]
    publication = rows.Publication(facts["epoch"], bytes.fromhex(facts["salt"]))
    tag, key = publication.derive(bytes.fromhex(facts["prk"]), 0)
    for entry in facts["entries"]:
        opened = rows.open_row(publication, bytes.fromhex(entry["row"]), tag, key)
        assert (opened.level, opened.contact, opened.several) == (entry["level"], entry["contact"], entry["several"])
    for bad in facts["bad_plaintexts"]:
        with pytest.raises(RowError):
            rows.Entry.decode(bytes.fromhex(bad["plaintext"]))


def test_head_and_descriptor_are_verified() -> None:
    head, descriptor = OURS["head"], OURS["descriptor"]
    assert Head.verify(head["note"].encode(), notes.VerifyKey.parse(head["vkey"])).sequence == 12
    pins = [notes.VerifyKey.parse(pin) for pin in descriptor["pins"]]
    assert Descriptor.verify(descriptor["note"].encode(), *pins).deployment == "town"
    for bad in descriptor["bad"]:
        with pytest.raises(ProtocolError):
            Descriptor.verify(bad["note"].encode(), *pins)


def test_messages_are_read_and_bad_ones_refused_with_their_code() -> None:
    facts = OURS["messages"]
    assert messages.EvaluationRequest.parse(facts["request"].encode()).encode() == facts["request"].encode()
    assert messages.EvaluationResponse.parse(facts["response"].encode()).encode() == facts["response"].encode()
    for bad in facts["bad_requests"]:
        with pytest.raises(MessageError) as caught:
            messages.EvaluationRequest.parse(bad["body"].encode())
        assert caught.value.code == bad["code"]


def test_the_transcript_of_a_ceremony_is_verified() -> None:
    facts = OURS["ceremony"]
    made = Transcript.parse(facts["transcript"].encode())
    assert made.digest.hex() == facts["digest"]
    assert Card.parse(facts["card"].encode()).transport_key == made.offices[0].transport_key
    for bad in facts["bad"]:
        with pytest.raises(ProtocolError):
            Transcript.parse(bad["transcript"].encode())
