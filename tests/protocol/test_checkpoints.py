"""Checkpoints, cosignatures and submissions, by the texts of C2SP."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import notes
from obacht_protocol.checkpoints import Checkpoint, Submission, WitnessKey, WitnessSigner, with_lines
from obacht_protocol.errors import CheckpointError, NoteError, ProtocolError

LOG = notes.SigningKey("keys.town.example/town", bytes(31) + b"\1")
WITNESS = WitnessSigner("witness.town.example", bytes(31) + b"\2")
OTHER = WitnessSigner("other.town.example", bytes(31) + b"\3")
CHECKPOINT = Checkpoint(LOG.name, 20_852_163, bytes(range(32)))
NOTE = CHECKPOINT.sign(LOG)

# The example in C2SP tlog-cosignature, whose witness has no published key.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 \
jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def test_the_example_of_the_standard_is_read() -> None:
    read = Checkpoint.parse(EXAMPLE.encode())
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert read.text == EXAMPLE.partition("\n\n")[0].encode() + b"\n"


def test_a_checkpoint_is_signed_by_its_log_and_read_again() -> None:
    assert Checkpoint.verify(NOTE, LOG.verify_key) == CHECKPOINT
    with pytest.raises(NoteError):
        Checkpoint.verify(NOTE.replace(b"20852163", b"20852164"), LOG.verify_key)
    with pytest.raises(CheckpointError):
        replace(CHECKPOINT, origin="another.example").sign(LOG)
    with pytest.raises(CheckpointError):
        Checkpoint.verify(notes.sign(b"another.example\n1\n" + b"A" * 43 + b"=", [LOG]), LOG.verify_key)


@pytest.mark.parametrize(
    "text",
    [
        b"{}",
        b"a\n1",
        b"a\n01\n" + b"A" * 43 + b"=",
        b"a\n1\n" + b"A" * 44,
        b"a\n1\n" + b"A" * 42 + b"B=",
        b"a b\n1\n" + b"A" * 43 + b"=",
        b"a\n1\n" + b"A" * 43 + b"=\nmore",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: bytes) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint.parse(notes.sign(text, [LOG]))


@pytest.mark.parametrize("wrong", [{"size": -1}, {"size": 2**63}, {"root": b""}, {"origin": ""}])
def test_a_checkpoint_says_nothing_impossible(wrong: dict[str, object]) -> None:
    with pytest.raises(CheckpointError):
        replace(CHECKPOINT, **wrong)  # type: ignore[arg-type] # a test's choice


def test_a_cosignature_is_put_below_and_verified() -> None:
    line = WITNESS.cosign(NOTE, 1_679_315_147)
    unknown = OTHER.cosign(NOTE, 5)
    note = with_lines(NOTE, f"{unknown}\n{line}\n".encode(), [WITNESS.key])
    assert WITNESS.key.verify(note) == 1_679_315_147
    assert Checkpoint.verify(note, LOG.verify_key) == CHECKPOINT
    with pytest.raises(NoteError):
        OTHER.key.verify(note)
    later = with_lines(note, f"{WITNESS.cosign(NOTE, 1_679_315_148)}\n".encode(), [WITNESS.key])
    assert WITNESS.key.verify(later) == 1_679_315_148


def test_a_cosignature_of_another_checkpoint_or_time_is_refused() -> None:
    other = replace(CHECKPOINT, size=7).sign(LOG)
    line = f"{WITNESS.cosign(other, 5)}\n".encode()
    with pytest.raises(NoteError):
        with_lines(NOTE, line, [WITNESS.key])
    name, blob = line.decode().split(" ")[1:]
    data = bytearray(base64.b64decode(blob))
    data[11] ^= 1
    altered = f"— {name} {base64.b64encode(data).decode()}\n".encode()
    with pytest.raises(NoteError):
        with_lines(other, altered, [WITNESS.key])


def test_a_witness_key_has_its_own_form() -> None:
    vkey = str(WITNESS.key)
    assert WitnessKey.parse(vkey) == WITNESS.key
    for wrong in ("", "a", "a+b", "a+b+!", vkey[:-4], str(LOG.verify_key), vkey.replace("witness", "Witness")):
        with pytest.raises(NoteError):
            WitnessKey.parse(wrong)
    with pytest.raises(NoteError):
        WitnessKey("", bytes(32))


@given(st.integers(0, 2**62), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_a_submission_is_read_as_it_was_written(old: int, proof: list[bytes]) -> None:
    submission = Submission(old, proof, NOTE)
    assert Submission.parse(submission.encode()) == submission


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1\n",
        b"old 01\n\nnote",
        b"new 1\n\nnote",
        b"old 1\nAAAA\n\nnote",
        "old ü\n\nnote".encode(),
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\nnote",
        b"old 1\n\n" + bytes(64 * 1024),
    ],
)
def test_what_is_no_submission_is_refused(body: bytes) -> None:
    with pytest.raises(CheckpointError):
        Submission.parse(body)


@given(st.binary())
def test_any_bytes_are_judged_with_this_packages_errors(data: bytes) -> None:
    for read in (Checkpoint.parse, Submission.parse):
        try:
            read(data)
        except ProtocolError:
            continue
