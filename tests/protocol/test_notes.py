import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_protocol import notes
from obacht_protocol.errors import NoteError

OFFICE = notes.SigningKey("office.test", bytes(range(32)))
AUDITOR = notes.SigningKey("auditor.test", bytes(range(1, 33)))
STRANGER = notes.SigningKey("stranger.test", bytes(range(2, 34)))

# From the example of Go's package golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_vkey_is_read_as_go_reads_it() -> None:
    key = notes.VerifyKey.parse(GO_VKEY)
    assert (key.name, key.id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", GO_VKEY)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a",
        "a+b",
        "a+b+c",
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("Peter", "Paul"),
        GO_VKEY[:-1],
        GO_VKEY.replace("+AR", "+BR"),
        " " + GO_VKEY,
        "a+00000000+ä",
        "a+00000000+AQ==",
    ],
)
def test_a_malformed_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        notes.VerifyKey.parse(vkey)


def test_keys_come_back_from_their_texts() -> None:
    assert notes.SigningKey.parse(OFFICE.skey()) == OFFICE
    assert notes.VerifyKey.parse(str(OFFICE.verify_key)) == OFFICE.verify_key


def test_a_signing_key_does_not_show_its_seed() -> None:
    assert str(OFFICE.seed) not in repr(OFFICE)
    assert OFFICE.seed.hex() not in repr(OFFICE)


@pytest.mark.parametrize("skey", ["", GO_VKEY, OFFICE.skey()[:-4], OFFICE.skey().replace("office", "offico")])
def test_a_malformed_skey_is_refused(skey: str) -> None:
    with pytest.raises(NoteError):
        notes.SigningKey.parse(skey)


@pytest.mark.parametrize(("name", "length"), [("a b", 32), ("a+b", 32), ("", 32), ("ok", 31)])
def test_a_key_that_no_note_can_carry_is_refused(name: str, length: int) -> None:
    with pytest.raises(NoteError):
        notes.SigningKey(name, bytes(length))
    with pytest.raises(NoteError):
        notes.VerifyKey(name, bytes(length))


def test_every_needed_signature_must_be_there() -> None:
    note = notes.sign(b'{"a":1}', [OFFICE])
    assert notes.verify(note, [OFFICE.verify_key]) == notes.body(note) == b'{"a":1}'
    with pytest.raises(NoteError):
        notes.verify(note, [OFFICE.verify_key, AUDITOR.verify_key])
    both = notes.cosign(note, AUDITOR)
    assert notes.verify(both, [OFFICE.verify_key, AUDITOR.verify_key]) == b'{"a":1}'
    assert notes.digest(both) == notes.digest(note)


def test_a_note_checked_against_nobody_is_refused() -> None:
    with pytest.raises(NoteError):
        notes.verify(notes.sign(b"x", [OFFICE]), [])


def test_signing_again_replaces_the_signature() -> None:
    note = notes.sign(b"x", [OFFICE, AUDITOR])
    assert notes.cosign(note, OFFICE).count(b"office.test") == 1


def test_the_same_signature_twice_is_refused() -> None:
    text, line = b"x\n\n", OFFICE.sign(b"x\n")
    with pytest.raises(NoteError):
        notes.verify(notes.cosigned(text, [line, line]), [OFFICE.verify_key])


def test_lines_of_unknown_keys_are_ignored_up_to_sixteen() -> None:
    own = OFFICE.sign(b"x\n")
    strangers = [notes.SigningKey(f"s{number}", bytes(32)).sign(b"x\n") for number in range(16)]
    assert notes.verify(notes.cosigned(b"x\n\n", [own, *strangers[:15]]), [OFFICE.verify_key]) == b"x"
    with pytest.raises(NoteError):
        notes.cosigned(b"x\n\n", [own, *strangers])
    with pytest.raises(NoteError):
        notes.verify(b"x\n\n" + "".join(f"{line}\n" for line in [own, *strangers]).encode(), [OFFICE.verify_key])


def test_a_signature_under_a_borrowed_name_is_refused() -> None:
    impostor = notes.SigningKey(OFFICE.name, STRANGER.seed)
    with pytest.raises(NoteError):
        notes.verify(notes.sign(b"x", [impostor]), [OFFICE.verify_key])
    forged = OFFICE.sign(b"y\n")
    with pytest.raises(NoteError):
        notes.verify(notes.cosigned(b"x\n\n", [forged]), [OFFICE.verify_key])


def test_a_signature_of_another_length_is_refused() -> None:
    line = "— office.test " + base64.b64encode(OFFICE.verify_key.id + b"short").decode()
    with pytest.raises(NoteError):
        notes.verify(notes.cosigned(b"x\n\n", [line]), [OFFICE.verify_key])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"x\n",
        b"x\n\n",
        b"x\n\nnot a line\n",
        "x\n\n— a AAAA".encode(),
        "x\n\n— a AAAAAA==\n".encode(),
        "x\n\n— a A\n".encode(),
        "x\n\n— a AAAAAAB=\n".encode(),
        "\n\n— a AAAAAAAA\n".encode(),
        "a\tb\n\n— a AAAAAAAA\n".encode(),
        "\na\n\n— a AAAAAAAA\n".encode(),
        "\x1bb\n\n— a AAAAAAAA\n".encode(),
        b"\xff\n\n" + "— a AAAAAAAA\n".encode(),
        b"x\n\n\xff\n",
        b"x" * (notes.MAX_NOTE_LENGTH + 1),
    ],
)
def test_a_malformed_note_is_refused(note: bytes) -> None:
    for read in (notes.body, notes.digest):
        with pytest.raises(NoteError):
            read(note)
    with pytest.raises(NoteError):
        notes.verify(note, [OFFICE.verify_key])


def test_a_text_of_several_lines_is_signed_but_none_that_is_empty() -> None:
    assert notes.verify(notes.sign(b"a\nb", [OFFICE]), [OFFICE.verify_key]) == b"a\nb"
    for text in (b"a\n\nb", b"\na", b"a\n", b""):
        with pytest.raises(NoteError):
            notes.sign(text, [OFFICE])
    with pytest.raises(NoteError):
        notes.sign(b"a", [])


@given(st.binary(max_size=300))
def test_any_bytes_are_a_note_or_an_error_of_ours(data: bytes) -> None:
    for candidate in (data, b"x\n\n" + data, b"x\n\n\xe2\x80\x94 office.test " + data + b"\n"):
        with pytest.raises(NoteError):
            notes.verify(candidate, [OFFICE.verify_key])


@given(st.text(max_size=200))
def test_any_text_is_a_key_or_an_error_of_ours(text: str) -> None:
    for candidate in (text, "a+00000000+" + text, "PRIVATE+KEY+" + text):
        with pytest.raises(NoteError):
            notes.VerifyKey.parse(candidate)
        with pytest.raises(NoteError):
            notes.SigningKey.parse(candidate)
